"""Class extremes and mean clumping, worked out one class at a time."""

import json

import numpy as np
import pytest

from explorer.errors import SchemaError
from explorer.scene.blocks import to_blocks
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.statistics import (
    ClassStatistics,
    IndexExtremes,
    index_extremes,
    mean_clumping,
)

RNG = np.random.default_rng(5)
VEGETATION = np.repeat([0, 1, 6], [10, 25, 40]).astype(np.int8)
NDVI = RNG.uniform(0.05, 0.9, (12, VEGETATION.size)).astype(np.float32)
CI = RNG.uniform(0.4, 0.9, (12, VEGETATION.size)).astype(np.float32)


def percentile(values: np.ndarray, share: float) -> float:
    """Linear between the two neighbours, by hand."""
    ordered = sorted(float(value) for value in values.ravel())
    place = share * (len(ordered) - 1)
    low = int(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def found() -> IndexExtremes:
    return index_extremes(to_blocks(NDVI), to_blocks(VEGETATION))


@pytest.mark.parametrize("position", [0, 1, 6])
def test_extremes_are_percentiles_of_the_class(position):
    mine = NDVI[:, VEGETATION == position]
    # float32
    assert found().high[position] == pytest.approx(percentile(mine.max(axis=0), 0.95), rel=1e-6)
    assert found().low[position] == pytest.approx(percentile(mine, 0.05), rel=1e-6)


def test_extremes_of_absent_class_are_missing():
    absent = np.isnan(found().high)
    np.testing.assert_array_equal(np.flatnonzero(~absent), [0, 1, 6])


def test_what_parts_keep_comes_back_from_json():
    kept = ClassStatistics(75, found(), mean_clumping(to_blocks(CI), to_blocks(VEGETATION)))
    back = ClassStatistics.from_json(json.loads(json.dumps(kept.to_json(), allow_nan=False)))
    assert back.cells == 75
    np.testing.assert_array_equal(back.extremes, kept.extremes)
    np.testing.assert_array_equal(back.clumping, kept.clumping)


@pytest.mark.parametrize("spoil", [{"ndvi_low": [0.1]}, {"cells": "many"}, {"mean_clumping": None}])
def test_what_is_kept_wrongly_is_refused_by_name(spoil):
    kept = ClassStatistics(75, found(), mean_clumping(to_blocks(CI), to_blocks(VEGETATION)))
    with pytest.raises(SchemaError, match=r"(?s)class_statistics: .*remove the attribute"):
        ClassStatistics.from_json(kept.to_json() | spoil)


def test_mean_clumping_is_mean_of_class_and_month():
    got = mean_clumping(to_blocks(CI), to_blocks(VEGETATION))
    expected = [[CI[month, VEGETATION == k].mean() for k in (0, 1, 6)] for month in range(12)]
    np.testing.assert_allclose(got[:, [0, 1, 6]], expected, rtol=1e-6)
    assert got.shape == (12, len(CLASSES))


@pytest.mark.parametrize("bad", [np.nan, 0.0, -0.2])
def test_mean_clumping_leaves_unknown_values_out(bad):
    ci = CI.copy()
    ci[3, 0] = bad
    expected = CI[3, 1:10].mean()
    got = mean_clumping(to_blocks(ci), to_blocks(VEGETATION))
    assert got[3, 0] == pytest.approx(expected, rel=1e-6)


def test_mean_clumping_of_absent_class_is_missing():
    assert np.isnan(mean_clumping(to_blocks(CI), to_blocks(VEGETATION))[:, 2]).all()
