"""Soil respiration by hand, with the constants of both papers."""

import math

import numpy as np
import pytest

from explorer.equations.soil import (
    heterotrophic_respiration,
    heterotrophic_respiration_capped,
    heterotrophic_respiration_of_year,
    respiration_vertex,
    soil_respiration_rate,
)
from explorer.systems.nep.parameters import NepParameters

PARABOLA = (-0.0009, 0.6011, 4.8874)
YU = {"r0": 0.588, "m": 0.118, "alpha": 1.83, "beta": -0.006, "p0": 2.972, "k": 5.657}
PRINTED = {"r0": 0.588, "m": 0.188, "alpha": 1.83, "beta": 0.006, "p0": 0.0, "k": 5.657}


def rate_by_hand(t, p, socd, r0, m, alpha, beta, p0, k):
    q = alpha * math.exp(beta * t)
    return (r0 + m * socd) * math.exp(math.log(q) * t / 10) * (p + p0) / (p + k)


@pytest.mark.parametrize("constants", [YU, PRINTED], ids=["yu2010", "as_printed"])
@pytest.mark.parametrize(
    ("t", "p", "socd"),
    [(20.0, 10.0, 4.7), (0.0, 0.0, 1.82), (-15.0, 0.5, 3.77), (28.0, 30.0, 0.0)],
)
def test_rs_by_hand(constants, t, p, socd):
    by_hand = rate_by_hand(t, p, socd, **constants)
    # float32 through an exponential.
    assert float(soil_respiration_rate(t, p, socd, **constants)) == pytest.approx(
        by_hand, rel=3e-6, abs=1e-9
    )


@pytest.mark.parametrize(("bundle", "constants"), [("yu2010", YU), ("as_printed", PRINTED)])
def test_bundle_holds_constants_of_its_paper(bundle, constants):
    held = NepParameters.BUNDLES["soil_constants"][bundle]
    assert {name.removeprefix("rs_"): held[name] for name in held} == constants | {"basis": "day"}


def test_default_constants_are_yu():
    held = NepParameters()
    assert {name: getattr(held, f"rs_{name}") for name in YU} == YU


@pytest.mark.parametrize("rs", [0.0, 11.94, 60.0, 333.9, 500.0])
def test_rh_by_hand(rs):
    by_hand = -0.0009 * rs * rs + 0.6011 * rs + 4.8874
    assert float(heterotrophic_respiration(rs, *PARABOLA)) == pytest.approx(by_hand, rel=2e-6)


def test_rh_is_above_rs_only_below_crossing():
    # Root of 0.0009 x^2 + 0.3989 x - 4.8874: the science notes give 11.94.
    crossing = (-0.3989 + math.sqrt(0.3989**2 + 4 * 0.0009 * 4.8874)) / 0.0018
    rs = np.array([crossing - 0.1, crossing + 0.1])
    above = np.asarray(heterotrophic_respiration(rs, *PARABOLA)) > rs
    np.testing.assert_array_equal(above, [True, False])


def test_vertex_is_where_rh_is_highest():
    vertex = float(respiration_vertex(*PARABOLA[:2]))
    assert vertex == pytest.approx(0.6011 / 0.0018, rel=1e-6)
    beside = np.asarray(heterotrophic_respiration(vertex + np.array([-50.0, 0, 50]), *PARABOLA))
    assert beside.argmax() == 1


@pytest.mark.parametrize(
    ("rs", "rh"),
    [
        (5.0, 5.0),
        (0.0, 0.0),
        (60.0, 37.7134),
        (334.0, 105.2544),
        (900.0, 105.2544),
    ],
)
def test_rh_capped_never_exceeds_rs_nor_falls(rs, rh):
    # The top of the parabola: 4.8874 + 0.6011^2 / 0.0036 = 105.2544.
    assert float(heterotrophic_respiration_capped(rs, *PARABOLA)) == pytest.approx(rh, rel=2e-6)


def test_rh_of_a_year_by_hand_and_where_it_exceeds_rs():
    assert float(heterotrophic_respiration_of_year(1000.0, 0.62, 9.01)) == pytest.approx(629.01)
    crossing = 9.01 / (1 - 0.62)  # Rh = Rs at 23.71
    assert float(heterotrophic_respiration_of_year(crossing, 0.62, 9.01)) == pytest.approx(crossing)
    assert float(heterotrophic_respiration_of_year(10.0, 0.62, 9.01)) > 10.0
