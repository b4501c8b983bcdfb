"""The sign of the balance."""

import pytest

from explorer.equations.balance import net_ecosystem_production


@pytest.mark.parametrize(("npp", "rh", "nep"), [(50.0, 30.0, 20.0), (0.0, 12.5, -12.5)])
def test_nep_is_positive_for_sink(npp, rh, nep):
    assert float(net_ecosystem_production(npp, rh)) == nep
