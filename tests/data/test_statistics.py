"""Class extremes and mean clumping, worked out one class at a time."""

import numpy as np
import pytest

from explorer.errors import SchemaError
from explorer.scene.blocks import to_blocks
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.statistics import index_limits, mean_clumping

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


@pytest.mark.parametrize("position", [0, 1, 6])
def test_index_limits_are_percentiles_of_the_class(position):
    limits, mine = (
        index_limits(to_blocks(NDVI), to_blocks(VEGETATION)),
        NDVI[:, VEGETATION == position],
    )
    high, low = percentile(mine.max(axis=0), 0.95), percentile(mine, 0.05)
    # float32
    assert limits.ndvi_max[position] == pytest.approx(high, rel=1e-6)
    assert limits.ndvi_min[position] == pytest.approx(low, rel=1e-6)
    assert limits.sr_max[position] == pytest.approx((1 + high) / (1 - high), rel=1e-5)
    assert limits.sr_min[position] == pytest.approx((1 + low) / (1 - low), rel=1e-5)


def test_index_limits_of_absent_class_are_missing():
    absent = np.isnan(index_limits(to_blocks(NDVI), to_blocks(VEGETATION)).ndvi_max)
    np.testing.assert_array_equal(np.flatnonzero(~absent), [0, 1, 6])


def test_index_that_does_not_vary_is_refused():
    flat = NDVI.copy()
    flat[:, VEGETATION == 1] = 0.4
    with pytest.raises(SchemaError, match=r"class EBF.*fpar_limits=table"):
        index_limits(to_blocks(flat), to_blocks(VEGETATION))


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
