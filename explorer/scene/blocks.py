"""Blocks: land cells in runs that fit a processor's cache, with the months inside each run.

A field of the land cells is stored as (blocks, 12, BLOCK): one block's months lie side by side, so
that the model runs through a block without leaving the cache, a month of all cells is one strided
view, and a cell's twelve months are close together. The last block is padded: with NaN, and with
class 0 where numbers are whole.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import DTypeLike

Values = TypeVar("Values", np.ndarray, jax.Array)
"""Arrays of a tuple of fields: NumPy's, or JAX's where compiled code takes it or gives it."""

Fields = TypeVar("Fields", bound=NamedTuple)

BLOCK = 16_384
"""Cells in a block; measured, see benchmarks/README.md."""

_ALIGNMENT = 64  # bytes; arrays that begin there are given to JAX without a copy


def block_shape(cells: int) -> tuple[int, int]:
    """Return how many blocks hold the cells, and how many cells a block has."""
    size = min(BLOCK, cells)
    return -(-cells // size), size


def aligned_empty(shape: tuple[int, ...], dtype: DTypeLike) -> np.ndarray:
    """Return an uninitialised array that JAX can use where it lies."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.empty(size + _ALIGNMENT, dtype=np.uint8)
    start = -raw.ctypes.data % _ALIGNMENT
    return raw[start : start + size].view(dtype).reshape(shape)


def to_blocks(
    values: np.ndarray, padding: float | None = None, size: int | None = None
) -> np.ndarray:
    """Return values of shape (..., cells) as (blocks, ..., BLOCK), padded.

    Parameters
    ----------
    values : array
    padding : float, optional
        Default: NaN, or 0 where numbers are whole.
    size : int, optional
        Cells in a block, of a scene that has its blocks already.
    """
    cells = values.shape[-1]
    count, size = block_shape(cells) if size is None else (-(-cells // size), size)
    blocked = aligned_empty((count, *values.shape[:-1], size), values.dtype)
    for number in range(count):
        part = values[..., number * size : (number + 1) * size]
        blocked[number, ..., : part.shape[-1]] = part
    rest = cells - (count - 1) * size
    if padding is None:
        padding = np.nan if np.issubdtype(values.dtype, np.floating) else 0
    blocked[-1, ..., rest:] = padding
    return blocked


def from_blocks(blocked: np.ndarray, cells: int) -> np.ndarray:
    """Return a blocked field as (..., cells), without the padding; the inverse of ``to_blocks``."""
    moved = np.moveaxis(np.asarray(blocked), 0, -2)
    return moved.reshape(*moved.shape[:-2], -1)[..., :cells]


def shared_with_jax(array: np.ndarray) -> jax.Array:
    """Return a JAX array over the same memory where that is possible, else a copy.

    A copy is made for a graphics card, and of arrays that do not lie as JAX wants them.
    """
    elsewhere = jax.default_backend() != "cpu"
    if elsewhere or array.ctypes.data % _ALIGNMENT or not array.flags.c_contiguous:
        return jnp.asarray(array)
    return jnp.from_dlpack(array)


def each_block(fields: Fields, blocked: frozenset[str]) -> Iterator[Fields]:
    """Yield the fields block by block, as JAX arrays.

    Parameters
    ----------
    fields : NamedTuple of arrays
        Those named in ``blocked`` have the blocks on axis 0; the others go along whole; None stays.
    blocked : set of str
    """
    # Numbers, as the factor of a field, go to the device once: with every block would cost more.
    there = jax.tree.map(
        lambda leaf: leaf if isinstance(leaf, np.ndarray) else jnp.asarray(leaf), fields
    )
    parted = {name: getattr(there, name) for name in blocked}
    whole = {
        name: jax.tree.map(jnp.asarray, value)
        for name, value in there._asdict().items()
        if name not in blocked
    }
    (count,) = {len(leaf) for leaf in jax.tree.leaves(parted) if isinstance(leaf, np.ndarray)}
    for number in range(count):

        def part(leaf: Any, number: int = number) -> jax.Array:
            return shared_with_jax(leaf[number]) if isinstance(leaf, np.ndarray) else leaf

        yield there._replace(**whole, **jax.tree.map(part, parted))
