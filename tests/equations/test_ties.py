"""At a limit the same branch is taken in 32 bits as in whole numbers: never by rounding."""

import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer.equations import stress, water

HUNDREDTHS = st.integers(-3500, 3500)
SCALE = 1.184


def degrees(hundredths: int) -> np.float32:
    """As a raster of whole numbers is decoded."""
    return np.float32(hundredths) * np.float32(0.01)


@given(HUNDREDTHS, st.sampled_from([-1301, -1300, -1299, 999, 1000, 1001]))
def test_far_from_the_optimum(t_opt, distance):
    t, best = degrees(t_opt + distance), degrees(t_opt)
    got = float(stress.temperature_scalar_distance_stepped(t, best, SCALE))
    far = distance > 1000 or distance < -1300
    half = 0.5 * SCALE / (1 + np.exp(-2)) / (1 + np.exp(-3))
    assert (abs(got - half) < 1e-6) == far


@given(st.integers(-1300, -700), st.sampled_from([-301, -300, -299, -10, 0, 10, 299, 300, 301]))
def test_cold_limit_after_a_shift(t, shift):
    warmed = degrees(t) + degrees(shift)
    got = float(stress.temperature_scalar_optimum(warmed, np.float32(20), np.float32(-10)))
    assert (got == 0) == (t + shift <= -1000)


@given(st.integers(-300, 300), st.sampled_from([-30, -10, -1, 0, 1, 10, 30]))
def test_frost_after_a_shift(t, shift):
    months = np.full(12, degrees(t) + degrees(shift))
    evaporates = np.asarray(water.thornthwaite(months, 12.0, 30.0)) > 0
    assert evaporates.all() == evaporates.any() == (t + shift > 0)


@given(st.integers(2000, 3000), st.sampled_from([-50, -10, -1, 0, 1, 10, 50]))
def test_hot_branch_after_a_shift(t, shift):
    months = np.full(12, degrees(t) + degrees(shift))
    got = float(water.thornthwaite(months, 12.0, 30.0)[0])
    warm = (t + shift) / 100
    hot = -415.85 + 32.24 * warm - 0.43 * warm**2
    index = 12 * (warm / 5) ** 1.514
    mild = 16 * (10 * warm / index) ** (
        6.75e-7 * index**3 - 7.71e-5 * index**2 + 1.792e-2 * index + 0.49239
    )
    expected = hot if t + shift >= 2650 else mild
    np.testing.assert_allclose(got, expected, rtol=2e-5)


TEMPERATURES = st.lists(st.floats(-25, 25, width=32), min_size=12, max_size=12)
SCALARS = st.lists(st.floats(0.5, 1, width=32), min_size=12, max_size=12)


@given(TEMPERATURES, SCALARS, st.integers(0, 11), st.booleans())
def test_blended_stress_has_no_jump(temperatures, scalars, month, thaws):
    """A month that crosses 0 degC by a hundredth, whatever its own stress jumps to."""
    before, after = np.array([temperatures] * 2, dtype=np.float32)
    stressed, eased = np.array([scalars] * 2, dtype=np.float32)
    before[month], after[month] = -0.005, 0.005
    eased[month] = 1.0 if thaws else 0.5
    first = np.asarray(stress.blended_through_frost(stressed, before, 5.0, 0.5))
    second = np.asarray(stress.blended_through_frost(eased, after, 5.0, 0.5))
    assert np.abs(second - first).max() < 0.01


def test_carried_stress_jumps():
    """What the blended rule is for: one month of twelve thaws, and takes the winter with it."""
    stressed = jnp.full(12, 0.6).at[10].set(1.0)
    frozen = jnp.arange(12) >= 10
    before = stress.carried_through_frost(stressed, frozen, 0.5)
    after = stress.carried_through_frost(stressed, frozen.at[10].set(False), 0.5)
    np.testing.assert_allclose(np.asarray(after - before)[10:], 0.4, rtol=1e-5)


@given(TEMPERATURES, SCALARS)
def test_blended_stress_lies_between_its_months(temperatures, scalars):
    t, w = np.array(temperatures, np.float32), np.array(scalars, np.float32)
    got = np.asarray(stress.blended_through_frost(w, t, 5.0, 0.5))
    assert got.min() >= 0.5 - 1e-6
    assert got.max() <= w.max() + 1e-6
    np.testing.assert_allclose(got[t >= 5], w[t >= 5], rtol=1e-6)


def test_blended_stress_of_a_frozen_year():
    got = stress.blended_through_frost(jnp.ones(12), jnp.full(12, -3.0), 5.0, 0.5)
    np.testing.assert_allclose(np.asarray(got), 0.5)
