"""Fields: whole numbers of 16 bits stay so in memory and become the same quantities everywhere."""

import jax
import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from explorer.pipeline import open_scene
from explorer.scene import blocks
from explorer.scene.demo import demo_scene_path
from explorer.scene.fields import Field, empty_field, unfolded

CODES = np.array([[-32768, -5, 0, 7, 32767]], dtype=np.int16)


def stored(dtype: type, missing: float | None) -> xr.DataArray:
    attributes = {"scale_factor": 0.25, "add_offset": -1.0}
    if missing is not None:
        attributes["_FillValue"] = np.array(missing, dtype=dtype)[()]
    return xr.DataArray(np.zeros((2, 3), dtype), dims=("y", "x"), attrs=attributes)


def test_quantities_by_hand():
    field = Field(CODES, 0.5, 100.0, -32768.0)
    expected = np.array([[np.nan, 97.5, 100.0, 103.5, 16483.5]], dtype=np.float32)
    np.testing.assert_array_equal(field.quantities(), expected)
    np.testing.assert_array_equal(jax.jit(unfolded)(field), expected)
    assert field.quantities().dtype == np.float32


def test_quantities_of_floats_are_themselves():
    values = np.array([[1.5, np.nan]], dtype=np.float32)
    assert Field(values).quantities() is values


@given(
    st.lists(st.integers(-32768, 32767), min_size=1, max_size=40),
    st.sampled_from([1e-4, 0.01, 0.1, 1.0]),
    st.sampled_from([0.0, -273.15, 50.0]),
    st.integers(-32768, 32767),
)
def test_compiled_code_agrees_with_numpy(codes, factor, offset, missing):
    field = Field(np.array([codes], dtype=np.int16), factor, offset, float(missing))
    exact = field.values.astype(float) * factor + offset
    exact[field.values == missing] = np.nan
    np.testing.assert_array_equal(field.quantities(), exact.astype(np.float32))
    # Factor, product and sum are rounded to 32 bits there.
    largest = abs(32768 * factor) + abs(offset)
    np.testing.assert_allclose(unfolded(field), exact, rtol=3e-7, atol=3e-7 * largest)


@pytest.mark.parametrize(
    ("dtype", "missing", "kept"),
    [
        (np.int16, -32768, np.int16),
        (np.uint16, 65535, np.uint16),
        (np.int16, None, np.float32),  # the padding needs a missing value
        (np.uint8, 255, np.float32),
        (np.int32, -1, np.float32),
        (np.float32, np.nan, np.float32),
        (np.float64, -9999, np.float32),
    ],
)
def test_what_is_kept_as_stored(dtype, missing, kept):
    field = empty_field((1, 1, 6), stored(dtype, missing))
    assert (field.values.dtype, field.shape) == (kept, (1, 1, 6))
    assert field.coding[:2] == ((0.25, -1.0) if kept != np.float32 else (1.0, 0.0))


def test_some_cells_make_a_field_of_their_own(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 4)
    codes = np.arange(2 * 3 * 4, dtype=np.int16).reshape(2, 3, 4)  # two blocks of three months
    chosen = np.array([7, 0, 5, 2, 3])
    few = Field(codes, 0.1, 0.0, -1.0).cells(chosen)
    assert few.shape == (2, 3, 4)
    whole = np.moveaxis(codes, 0, 1).reshape(3, 8)
    packed = np.moveaxis(few.values, 0, 1).reshape(3, 8)
    np.testing.assert_array_equal(packed[:, :5], whole[:, chosen])
    np.testing.assert_array_equal(packed[:, 5:], -1)  # the padding is missing


def test_scene_holds_its_months_in_16_bits():
    scene = open_scene(demo_scene_path())
    monthly = {name: field for name, field in scene.fields.items() if field.values.ndim == 3}
    assert {"ndvi", "ci", "temperature", "precipitation", "sunshine"} <= set(monthly)
    assert {field.values.dtype.itemsize for field in monthly.values()} == {2}
    assert np.isnan(monthly["temperature"].quantities().reshape(-1)[-1])  # padding
