"""Percentiles of classes against NumPy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.scene.percentiles import class_percentiles

GROUPS = 4
SPAN = (-1.0, 1.0)


def by_numpy(values: np.ndarray, group: np.ndarray, percentile: float) -> np.ndarray:
    found = np.full(GROUPS, np.nan, dtype=np.float32)
    for number in range(GROUPS):
        members = np.moveaxis(values, 1, 0)[:, group == number].astype(float)
        members = members[~np.isnan(members)]
        if members.size:
            found[number] = np.percentile(members, percentile)
    return found


@given(
    seed=st.integers(0, 2**32 - 1),
    percentile=st.sampled_from([0.0, 5.0, 33.3, 50.0, 95.0, 100.0]),
    months=st.sampled_from([1, 3]),
    spread=st.sampled_from([1e-6, 0.3, 5.0]),  # all in one bin, in many, and beyond the ends
    step=st.sampled_from([0.0, 0.25]),  # with step: many values are the same
)
def test_percentiles_are_numpys(seed, percentile, months, spread, step):
    rng = np.random.default_rng(seed)
    values = rng.normal(0.2, spread, (2, months, 9)).astype(np.float32)
    if step:
        values = np.round(values / step).astype(np.float32) * np.float32(step)
    values[rng.random(values.shape) < 0.2] = np.nan
    group = rng.integers(0, 3, (2, 9)).astype(np.int8)  # the last class has no values
    got = class_percentiles(values, group, GROUPS, percentile, SPAN)
    np.testing.assert_allclose(got, by_numpy(values, group, percentile), rtol=1e-6)


@pytest.mark.parametrize("percentile", [5.0, 95.0])
def test_percentiles_of_many_values(percentile):
    rng = np.random.default_rng(3)
    values = rng.beta(2, 3, (3, 12, 5000)).astype(np.float32)
    group = rng.integers(0, GROUPS, (3, 5000)).astype(np.int8)
    got = class_percentiles(values, group, GROUPS, percentile, SPAN)
    np.testing.assert_allclose(got, by_numpy(values, group, percentile), rtol=1e-6)
