"""Fields: numbers of the land cells in blocks, kept in memory as small as they were stored.

A scene at 1 km has five monthly inputs. As floats they take 2.3 GB, as the whole numbers of 16 bits
that a store holds half of that, and are read as fast: they become quantities where they are used.
"""

from dataclasses import dataclass, replace
from typing import Any, Generic

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from explorer.scene.blocks import Values, aligned_empty, to_blocks
from explorer.scene.encoded import encoded
from explorer.scene.loops import unfold

SMALL = (np.dtype(np.int16), np.dtype(np.uint16))
"""Types that are kept as they are stored; all others become float32."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, eq=False, repr=False)
class Field(Generic[Values]):
    """Numbers in blocks, and what makes them quantities: ``factor * values + offset``.

    The values have the shape (blocks, 12, BLOCK) or (blocks, BLOCK), or that of a part of them;
    float32 ones are quantities already, missing where they are NaN.
    """

    values: Values
    factor: Any = 1.0
    offset: Any = 0.0
    missing: Any = float("nan")  # the stored value that means "none"; padding has it, too

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the values."""
        return self.values.shape

    def __getitem__(self, part: Any) -> "Field[Values]":
        """Return a part, by any index of NumPy."""
        return replace(self, values=self.values[part])

    def quantities(self: "Field[np.ndarray]") -> np.ndarray:
        """Return the quantities, float32, NaN where there is none; a copy of whole numbers."""
        if self.values.dtype == np.float32:
            return self.values
        out = aligned_empty(self.shape, np.float32)
        unfold(np.ascontiguousarray(self.values).reshape(-1), *self.coding, out.reshape(-1))
        return out

    def cells(self: "Field[np.ndarray]", chosen: np.ndarray) -> "Field[np.ndarray]":
        """Return a field of some land cells, in blocks of its own."""
        size = self.shape[-1]
        block, within = np.divmod(chosen, size)
        # Indexing two axes at once brings the cells to the front.
        values = np.moveaxis(self.values[block, ..., within], 0, -1)
        return replace(self, values=to_blocks(values, self.missing))

    @property
    def coding(self) -> tuple[float, float, float]:
        """Factor, offset and missing value, for compiled loops."""
        return float(self.factor), float(self.offset), float(self.missing)


def unfolded(field: Any) -> Any:
    """Return the quantities of a field in compiled code, float32; an array or None as it is."""
    if not isinstance(field, Field):
        return field
    if jnp.issubdtype(field.values.dtype, jnp.floating):
        return field.values
    made = field.values * jnp.float32(field.factor) + jnp.float32(field.offset)
    return jnp.where(field.values == field.missing, jnp.nan, made)


def empty_field(shape: tuple[int, ...], array: xr.DataArray) -> Field[np.ndarray]:
    """Return a field for the numbers of a variable that may still be on disk, not filled.

    Whole numbers without a missing value become float32: the padding needs one.
    """
    stored = encoded(array[(slice(0, 0),) * array.ndim])
    if stored.values.dtype not in SMALL or stored.missing is None:
        return Field(aligned_empty(shape, np.float32))
    values = aligned_empty(shape, stored.values.dtype)
    return Field(values, stored.factor, stored.offset, stored.missing)
