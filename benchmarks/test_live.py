"""(b) What an edit costs on the server at national size, (d) totals of 35 regions."""

import numpy as np
import pytest
from live import Session, milliseconds

from explorer.analysis.totals import Totals
from explorer.equations.balance import net_ecosystem_production
from explorer.tables.classes import IGBP
from explorer.tables.periods import Periods
from explorer.tables.quantities import FLUX


@pytest.fixture(scope="module")
def session(scene_path) -> Session:
    session = Session(scene_path)
    yield session
    session.state.a.cancel()


EDITS = (
    "edit_epsilon",
    "change_month",
    "edit_clumping_scheme",
    "edit_clumping_reference",
    "edit_warming",
)


@pytest.mark.parametrize("edit", EDITS)
def test_edit_on_the_server(benchmark, session, rounds, edit):
    if edit == "edit_clumping_reference":
        session.state.set_parameter("ci_scheme", "I")
    call = getattr(session, edit)
    benchmark.pedantic(call, rounds=rounds, warmup_rounds=2)
    benchmark.extra_info.update(
        cells=session.state.shared.scene.cells, **milliseconds(call, rounds)
    )


def test_totals_of_35_regions(benchmark, rounds):
    rng = np.random.default_rng(1)
    names = tuple(f"region {number}" for number in range(35))
    unit = rng.uniform(1e6, 1e8, (12, 35, len(IGBP)))
    area, periods = rng.uniform(1e3, 1e5, (35, len(IGBP))), Periods("month")
    rh = Totals(names, IGBP, periods, area, {"rh": unit * 0.7}, {"rh": FLUX})

    def totals() -> None:
        npp = unit * rng.uniform(0.3, 1, len(IGBP))
        nep = net_ecosystem_production(npp, rh.sums["rh"])
        edited = rh.with_sums({"npp": npp, "nep": nep}, {"npp": FLUX, "nep": FLUX})
        for name in names:
            edited.yearly_total("nep", name)

    benchmark.pedantic(totals, rounds=rounds, warmup_rounds=2)
    benchmark.extra_info.update(regions=35, **milliseconds(totals, rounds))
