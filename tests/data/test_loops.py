"""The compiled loops against plain NumPy."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.scene.blocks import from_blocks
from explorer.scene.encoded import Encoded
from explorer.scene.loops import gather, group_sums, interpolate, look_over
from explorer.scene.packing import _runs, packed_cells
from explorer.systems.nep.npp_sum_loops import clumped_sums, excess_sums, near_limit

SIZE = 7  # cells in a block
UNTOUCHED = 77
MONTHS = 12
PLAIN = (1.0, 0.0, float("nan"))  # the coding of float32
GRID = 90  # cells of the grid
SHAPES = [(1, 1), (1, 5), (1, SIZE), (2, SIZE + 1), (13, 13 * SIZE - 3)]  # blocks, cells


def empty_blocks(count: int, months: int = MONTHS) -> np.ndarray:
    return np.full((count, months, SIZE), UNTOUCHED, dtype=np.float32)


def stored(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, float, float, float]:
    """Values as a file holds them, with factor, offset and what means "none"."""
    if kind == "float32":
        values = rng.normal(0, 10, (MONTHS, GRID)).astype(np.float32)
        values[rng.random(values.shape) < 0.2] = np.nan
        return values, 1.0, 0.0, np.nan
    if kind == "float32 with a number for none":
        values = rng.normal(0, 10, (MONTHS, GRID)).astype(np.float32)
        values[rng.random(values.shape) < 0.2] = np.float32(-3.4e38)
        return values, 1.0, 0.0, float(np.float32(-3.4e38))
    values = rng.integers(0, 30000, (MONTHS, GRID)).astype(kind)
    none = np.iinfo(values.dtype).min if kind == "int16" else np.iinfo(values.dtype).max
    values[rng.random(values.shape) < 0.2] = none
    return values, 0.01, -50.0, float(none)


@pytest.mark.parametrize(
    "kind", ["float32", "float32 with a number for none", "int16", "uint16", "uint8", "int32"]
)
@pytest.mark.parametrize(("count", "cells"), SHAPES)
def test_gather_picks_and_decodes(kind, count, cells):
    rng = np.random.default_rng(1)
    values, factor, offset, missing = stored(kind, rng)
    index = np.sort(rng.choice(GRID, cells, replace=False))
    out = empty_blocks(count)
    field = Encoded(values.reshape(MONTHS, 9, 10), factor, offset, missing)
    starts, lengths = _runs(index)
    # In two parts, as strips of a grid come.
    half = starts.size // 2
    for part, first in ((slice(half), 0), (slice(half, None), lengths[:half].sum())):
        some = starts[part], lengths[part]
        gather(values, *some, factor, offset, *field.typed_missing, first, out)
    picked = values[:, index]
    decoded = picked.astype(float) * factor + offset
    expected = np.where(picked == missing, np.nan, decoded).astype(np.float32)
    np.testing.assert_array_equal(from_blocks(out, cells), expected)
    assert (from_blocks(out, count * SIZE)[:, cells:] == UNTOUCHED).all()
    np.testing.assert_array_equal(from_blocks(packed_cells(field, index), cells), expected)


@pytest.mark.parametrize(
    "kind", ["float32", "float32 with a number for none", "int16", "uint16", "uint8", "int32"]
)
@pytest.mark.parametrize("cells", [1, 7, GRID])
def test_look_over_counts_and_finds_the_ends(kind, cells):
    values, *_, missing = stored(kind, np.random.default_rng(2))
    values = np.ascontiguousarray(values[:, :cells])
    there = values != missing
    if values.dtype.kind == "f":
        values[0, 0], there[0, 0] = np.inf, False
        there &= np.isfinite(values)
    limits = np.finfo(values.dtype) if values.dtype.kind == "f" else np.iinfo(values.dtype)
    ends = np.array([limits.max, limits.min], dtype=values.dtype)
    whole = np.ones(cells, dtype=bool)
    none = Encoded(values, missing=missing).typed_missing
    known, low, high = look_over(values, *none, ends, whole)
    np.testing.assert_array_equal(known, there.sum(axis=1))
    assert (low, high) == (values[there].min(), values[there].max())
    np.testing.assert_array_equal(whole, there.all(axis=0))


def test_cells_are_packed_from_any_layout():
    values = np.random.default_rng(1).normal(0, 1, (GRID, MONTHS)).astype(np.float32).T
    field = Encoded(values.reshape(MONTHS, 9, 10))
    packed = packed_cells(field, np.arange(10))
    np.testing.assert_array_equal(from_blocks(packed, 10), values[:, :10])


@pytest.mark.parametrize(("count", "cells"), SHAPES)
def test_interpolate_is_that_of_numpy(count, cells):
    rng = np.random.default_rng(2)
    start, step, points = -23.0, 0.05, 400
    latitudes = start + step * np.arange(points)
    table = np.ascontiguousarray(rng.uniform(0, 900, (MONTHS, points)))
    at = rng.uniform(latitudes[0], latitudes[-1], cells)
    at[: min(cells, 3)] = (latitudes[-1], latitudes[0], latitudes[17])[: min(cells, 3)]
    out = empty_blocks(count)
    interpolate(table, start, step, at, out)
    expected = [np.interp(at, latitudes, month) for month in table]
    # float32
    np.testing.assert_allclose(from_blocks(out, cells), expected, rtol=1e-6, atol=1e-4)
    assert np.isnan(from_blocks(out, count * SIZE)[:, cells:]).all()


def test_interpolate_is_exact_at_the_points():
    table = np.arange(24.0).reshape(MONTHS, 2)
    out = empty_blocks(1)
    interpolate(table, 40.0, 1.0, np.array([40.0, 41.0, 40.5]), out)
    np.testing.assert_array_equal(out[0, :, :3], table @ [[1, 0, 0.5], [0, 1, 0.5]])


def plain_group_sums(values, weights, group, groups):
    sums = np.zeros((values.shape[1], groups))
    for month in range(values.shape[1]):
        product = values[:, month].astype(float) * weights
        known = np.isfinite(product)
        np.add.at(sums[month], group[known], product[known])
    return sums


@given(
    st.integers(1, 40),
    st.sampled_from([1, MONTHS]),
    st.integers(1, 30),
    st.sampled_from([np.float32, np.float64]),
    st.sampled_from([np.int8, np.int16]),
)
def test_group_sums_are_those_of_numpy(count, months, groups, dtype, kind):
    rng = np.random.default_rng(count)
    values = rng.normal(0, 100, (count, months, SIZE)).astype(dtype)
    values[rng.random(values.shape) < 0.2] = np.nan
    weights = rng.uniform(0, 5, (count, SIZE))
    group = rng.integers(0, groups, (count, SIZE)).astype(kind)
    got = group_sums(values, weights, group, groups)
    assert (got.shape, got.dtype) == ((months, groups), np.float64)
    # Only the order of the terms differs.
    np.testing.assert_allclose(
        got, plain_group_sums(values, weights, group, groups), rtol=1e-12, atol=1e-9
    )


def test_group_sums_leave_missing_values_out():
    values = np.array([[[1, np.nan, 3]], [[np.nan, np.nan, np.nan]]], dtype=np.float32)
    weights = np.array([[2.0, 100.0, 1.0], [1.0, 1.0, 1.0]])
    group = np.array([[0, 0, 1], [0, 1, 2]], dtype=np.int16)
    np.testing.assert_array_equal(group_sums(values, weights, group, 4), [[2, 3, 0, 0]])


def test_group_sums_are_float64():
    # A million of 0.1 in float32 would be off in the third digit.
    values = np.full((10, 1, 100_000), 0.1, dtype=np.float32)
    group = np.zeros((10, 100_000), dtype=np.int16)
    got = group_sums(values, np.ones(group.shape), group, 1)
    assert got[0, 0] == pytest.approx(1e6 * float(np.float32(0.1)), rel=1e-10)


def parts_of_npp(count: int):
    """Fields that NPP is made of, with padding and with CI that is not known everywhere."""
    rng = np.random.default_rng(count)
    drive, fpar_0, ci = rng.uniform(0.05, 1.3, (3, count, MONTHS, SIZE)).astype("f4")
    drive *= 500
    ci[rng.random(ci.shape) < 0.2] = np.nan
    ci[rng.random(ci.shape) < 0.1] = 0
    for field in (drive, fpar_0, ci):
        field[-1, :, 4:] = np.nan
    area, group = rng.uniform(0, 3, (count, SIZE)), rng.integers(0, 6, (count, SIZE))
    area[-1, 4:] = 0
    return drive, fpar_0, ci, area, group.astype(np.int16)


@pytest.mark.parametrize("count", [1, 5, 8, 30])
def test_clumped_sums_are_those_of_numpy(count):
    drive, fpar_0, ci, area, group = parts_of_npp(count)
    sums, near = clumped_sums(drive, fpar_0, ci, PLAIN, area, group, 6, 0.95, 0.5)
    weight = area[:, np.newaxis] * drive.astype(float)
    known, held = ci > 0, np.minimum(fpar_0, 0.95)
    clumped = np.where(known, fpar_0.astype(float) * ci, np.nan)
    ones = np.ones(area.shape)
    for got, field in zip(
        sums,
        (
            weight * held,
            weight * clumped,
            np.where(known, np.nan, weight * held),
            np.where(known | np.isnan(weight), np.nan, 1.0),
        ),
        strict=True,
    ):
        expected = plain_group_sums(field, ones, group, 6)
        np.testing.assert_allclose(got, expected, rtol=2e-6)  # products of float32
    assert near.sum() == (known & (fpar_0 * ci > 0.5)).sum()


@pytest.mark.parametrize("count", [1, 5, 8, 30])
def test_excess_is_what_the_limit_takes_off(count):
    drive, fpar_0, ci, area, group = parts_of_npp(count)
    sums, near = clumped_sums(drive, fpar_0, ci, PLAIN, area, group, 6, 0.95, 0.5)
    listed = near_limit(drive, fpar_0, ci, PLAIN, area, group, 0.5, near)
    assert [len(part) for part in listed] == [near.sum()] * 4
    assert (listed[0] > 0.5).all()
    references = np.random.default_rng(9).uniform(0.55, 1.2, (MONTHS, 3))
    excess, held = excess_sums(*listed, references, 0.95, 6)
    got = sums[1] / np.tile(references, 2) - excess
    ratio = ci / np.moveaxis(references[:, group % 3], 0, 1)
    weight = area[:, np.newaxis] * drive.astype(float)
    fpar = np.where(ci > 0, np.minimum(fpar_0 * ratio, 0.95), np.nan)
    expected = plain_group_sums(weight * fpar, np.ones(area.shape), group, 6)
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)
    assert (excess > 0).any()
    # Products of float32 beside those of float64: a cell on the very limit may fall either way.
    assert held == pytest.approx((fpar_0 * ratio.astype(float) > 0.95).sum(), abs=2)


def test_nothing_near_the_limit_takes_nothing_off():
    drive, fpar_0, ci, area, group = parts_of_npp(3)
    _, near = clumped_sums(drive, fpar_0, ci, PLAIN, area, group, 6, 0.95, 99.0)
    listed = near_limit(drive, fpar_0, ci, PLAIN, area, group, 99.0, near)
    assert not near.any() and not listed[0].size
    excess, held = excess_sums(*listed, np.ones((MONTHS, 3)), 0.95, 6)
    assert not excess.any() and not held


TWO_THREADS = """
import numpy as np
from concurrent.futures import ThreadPoolExecutor
from explorer.scene.loops import group_sums
values, group = np.ones((4, 12, 50_000), np.float32), np.zeros((4, 50_000), np.int8)
with ThreadPoolExecutor(2) as pool:
    sums = list(pool.map(lambda _: group_sums(values, np.ones(group.shape), group, 1), range(40)))
assert all((found == 200_000).all() for found in sums)
"""


def test_threads_may_meet_where_numba_has_no_openmp():
    """Numba's own layer of threads, all that a Mac may have, ends who enters it twice."""
    layer = {"NUMBA_THREADING_LAYER": "workqueue", "NUMBA_NUM_THREADS": "2"}
    done = subprocess.run([sys.executable, "-c", TWO_THREADS], env=os.environ | layer, check=False)
    assert done.returncode == 0
