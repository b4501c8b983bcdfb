"""Blocks: there and back for any number of cells, what the padding holds, what shares memory."""

from typing import NamedTuple

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.scene import blocks
from explorer.scene.blocks import (
    aligned_empty,
    block_shape,
    each_block,
    from_blocks,
    shared_with_jax,
    to_blocks,
)

SMALL = 7  # cells in a block, so that few cells make several
ALIGNMENT = 64  # bytes; JAX copies what begins elsewhere
DTYPES = [np.float32, np.float64, np.int8, np.int16, np.int64, bool]


def numbered(shape: tuple[int, ...], dtype: type) -> np.ndarray:
    """Values that are none of them what the padding holds."""
    return (1 + np.arange(np.prod(shape)) % 100).reshape(shape).astype(dtype)


def address(array: jax.Array | np.ndarray) -> int:
    return array.ctypes.data if isinstance(array, np.ndarray) else array.unsafe_buffer_pointer()


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", SMALL)


@given(st.integers(1, 60), st.integers(1, 20))
def test_blocks_hold_all_cells_and_none_is_empty(cells, block):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(blocks, "BLOCK", block)
        count, size = block_shape(cells)
    assert size <= block
    assert (count - 1) * size < cells <= count * size


@given(
    st.integers(1, 60),
    st.integers(1, 20),
    st.sampled_from([(), (12,), (3, 2)]),
    st.sampled_from(DTYPES),
)
def test_blocks_there_and_back(cells, block, leading, dtype):
    values = numbered((*leading, cells), dtype)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(blocks, "BLOCK", block)
        blocked = to_blocks(values)
        count, size = block_shape(cells)
    assert blocked.shape == (count, *leading, size)
    assert blocked.dtype == values.dtype
    np.testing.assert_array_equal(from_blocks(blocked, cells), values)


@given(st.integers(1, 60), st.sampled_from([(), (12,)]), st.sampled_from(DTYPES))
def test_padding_is_missing_or_nought(cells, leading, dtype):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(blocks, "BLOCK", SMALL)
        blocked = to_blocks(numbered((*leading, cells), dtype))
    everything = from_blocks(blocked, blocked.shape[0] * blocked.shape[-1])
    padding = everything[..., cells:]
    assert np.isnan(padding).all() if np.issubdtype(dtype, np.floating) else not padding.any()


def test_cell_lies_where_it_is_looked_for(small_blocks):
    values = numbered((12, 17), np.float32)
    blocked = to_blocks(values)
    assert blocked.shape == (3, 12, SMALL)
    assert blocked[2, 4, 1] == values[4, 2 * SMALL + 1]


def test_values_in_any_layout_become_blocks(small_blocks):
    values = np.asfortranarray(numbered((12, 34), np.float32))[:, ::2]
    np.testing.assert_array_equal(from_blocks(to_blocks(values), 17), values)


@pytest.mark.parametrize("dtype", [np.int8, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1,), (3, 5), (2, 12, SMALL), (0, 4)])
def test_array_is_aligned(shape, dtype):
    for array in [aligned_empty(shape, dtype) for _ in range(20)]:
        assert (array.shape, array.dtype) == (shape, np.dtype(dtype))
        assert array.flags.c_contiguous and array.flags.writeable
        # An array of no bytes has no place of its own.
        assert not array.size or address(array) % ALIGNMENT == 0


@given(st.integers(1, 60), st.sampled_from([np.float32, np.int8]))
def test_blocked_values_are_aligned(cells, dtype):
    assert address(to_blocks(numbered((12, cells), dtype))) % ALIGNMENT == 0


@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.int16])
def test_jax_shares_the_memory(dtype):
    array = aligned_empty((3, 12, 16), dtype)
    array[:] = numbered(array.shape, dtype)
    shared = shared_with_jax(array)
    assert isinstance(shared, jax.Array)
    assert address(shared) == address(array)
    np.testing.assert_array_equal(shared, array)


def unaligned() -> np.ndarray:
    return aligned_empty((33,), np.float32)[1:]


def strided() -> np.ndarray:
    return aligned_empty((16, 16), np.float32)[:, ::2]


@pytest.mark.parametrize("make", [unaligned, strided])
def test_jax_copies_what_it_cannot_share(make):
    array = make()
    array[:] = numbered(array.shape, np.float32)
    np.testing.assert_array_equal(shared_with_jax(array), array)


def test_shared_memory_outlives_the_array():
    array = aligned_empty((1024,), np.float32)
    array[:] = np.arange(1024)
    shared = shared_with_jax(array)
    del array
    for _ in range(20):
        aligned_empty((1024,), np.float32)[:] = -1
    np.testing.assert_array_equal(shared, np.arange(1024))


class Fields(NamedTuple):
    monthly: np.ndarray
    absent: np.ndarray | None
    fixed: np.ndarray
    days: np.ndarray


def fields(cells: int) -> Fields:
    monthly, kinds = numbered((12, cells), np.float32), numbered((cells,), np.int8)
    return Fields(to_blocks(monthly), None, to_blocks(kinds), np.arange(12.0)[:, np.newaxis])


BLOCKED = frozenset({"monthly", "absent", "fixed"})


@pytest.mark.parametrize("cells", [1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL, 17])
def test_each_block_has_its_part(small_blocks, cells):
    whole = fields(cells)
    parts = list(each_block(whole, BLOCKED))
    assert len(parts) == block_shape(cells)[0]
    for number, part in enumerate(parts):
        assert isinstance(part, Fields)
        assert part.absent is None
        np.testing.assert_array_equal(part.monthly, whole.monthly[number])
        np.testing.assert_array_equal(part.fixed, whole.fixed[number])
        np.testing.assert_array_equal(part.days, whole.days)


def test_each_block_is_the_same_memory(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 64)
    whole = fields(150)
    for number, part in enumerate(each_block(whole, BLOCKED)):
        assert address(part.monthly) == address(whole.monthly[number])
        assert address(part.fixed) == address(whole.fixed[number])


def test_block_of_the_package_is_shared_throughout():
    """A block of the smallest type must end where the next may begin."""
    assert blocks.BLOCK % ALIGNMENT == 0
