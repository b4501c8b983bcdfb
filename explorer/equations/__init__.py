"""Pure functions on arrays, one equation each, written in ``jax.numpy``.

Floats and arrays of any shape go in, arrays come out; NaN in gives NaN out; no function branches on
data. Monthly fields carry the month on axis 0 where a function says so.
"""
