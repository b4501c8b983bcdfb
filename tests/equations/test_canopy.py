"""FPAR and clumping by hand."""

import math

import numpy as np
import pytest

from explorer.equations.canopy import (
    clumped_fpar,
    clumping_ratio,
    fpar_from_index,
    mixed_fpar,
    simple_ratio,
)

ROUNDING = 1e-6  # float32, and one or two operations
POLE = 2e-4  # float32 keeps 1 - 0.999 to four digits


@pytest.mark.parametrize(
    ("ndvi", "sr", "tolerance"),
    [
        (0.0, 1.0, ROUNDING),
        (0.6, 4.0, ROUNDING),
        (-0.2, 2 / 3, ROUNDING),
        (-1.0, 0.0, ROUNDING),
        (0.999, 1999.0, POLE),
        (1.0, 1999.0, POLE),
    ],
)
def test_simple_ratio_by_hand(ndvi, sr, tolerance):
    assert float(simple_ratio(ndvi)) == pytest.approx(sr, rel=tolerance)


@pytest.mark.parametrize(
    ("index", "fpar"),
    [(0.1, 0.001), (0.35, 0.4755), (0.6, 0.95), (0.0, 0.001), (0.9, 0.95), (0.225, 0.23825)],
)
def test_fpar_from_index_is_linear_and_clipped(index, fpar):
    assert float(fpar_from_index(index, 0.1, 0.6, 0.001, 0.95)) == pytest.approx(fpar, rel=1e-5)


@pytest.mark.parametrize(("weight", "fpar"), [(0.0, 0.6), (1.0, 0.2), (0.25, 0.5)])
def test_mixed_fpar_weighs_simple_ratio(weight, fpar):
    assert float(mixed_fpar(0.2, 0.6, weight)) == pytest.approx(fpar, rel=ROUNDING)


@pytest.mark.parametrize(
    ("ci", "ci_ref"),
    [(math.nan, 0.7), (0.0, 0.7), (-0.1, 0.7), (0.7, math.nan), (0.7, 0.0), (math.nan, math.nan)],
)
def test_clumping_ratio_is_one_where_unknown(ci, ci_ref):
    assert float(clumping_ratio(ci, ci_ref)) == 1.0


def test_clumping_ratio_by_hand():
    assert float(clumping_ratio(0.63, 0.70)) == pytest.approx(0.9, rel=ROUNDING)


def test_clumped_fpar_is_held_at_its_limit():
    held = clumped_fpar(np.array([0.5, 0.9]), np.array([0.8, 1.2]), 0.95)
    np.testing.assert_allclose(held, [0.4, 0.95], rtol=ROUNDING)
