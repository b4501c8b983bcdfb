"""Production by hand."""

import pytest

from explorer.equations.production import (
    absorbed_par,
    light_use_efficiency,
    net_primary_production,
)

ROUNDING = 1e-6  # float32, a few products


def test_apar_by_hand():
    assert float(absorbed_par(500.0, 0.6, 0.5)) == pytest.approx(150.0, rel=ROUNDING)


def test_apar_takes_share_of_par():
    assert float(absorbed_par(500.0, 0.6, 0.4)) == pytest.approx(120.0, rel=ROUNDING)


def test_epsilon_is_product_of_stresses():
    assert float(light_use_efficiency(0.6, 0.9, 0.5, 0.8)) == pytest.approx(0.216, rel=ROUNDING)


@pytest.mark.parametrize("stresses", [(0.0, 0.9, 0.8), (0.9, 0.0, 0.8), (0.9, 0.8, 0.0)])
def test_epsilon_is_zero_under_full_stress(stresses):
    assert float(light_use_efficiency(0.6, *stresses)) == 0.0


@pytest.mark.parametrize(("apar", "npp"), [(150.0, 32.4), (0.0, 0.0)])
def test_npp_is_light_times_efficiency(apar, npp):
    assert float(net_primary_production(apar, 0.216)) == pytest.approx(npp, rel=ROUNDING)
