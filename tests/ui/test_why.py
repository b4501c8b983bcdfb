"""Why NEP is what it is, and what limits it, in a real browser: the model's own numbers."""

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer import open_scene, preset, run
from explorer.analysis.totals import ALL
from explorer.analysis.waterfall import Waterfall, waterfall_of
from explorer.scene.demo import demo_scene_path
from explorer.systems.nep.explain import LIMITS, STEPS, TERMS, NepExplains
from explorer.systems.nep.one_cell import cell_nep
from explorer.tables.periods import YEAR, Period
from tests.shortcuts import monthly
from tests.ui.places import click_cell
from tests.ui.waiting import until

pytestmark = pytest.mark.ui

TOLD = "[data-why]"
JULY = Period(7)
EXPLAINS = NepExplains()

OWN_LINE = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const source = models.find(model => model.type === 'ColumnDataSource' && model.data.own);
    return [...source.data.own];
}"""

CODES = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    for (const model of models) {
        if (model.type !== 'GlyphRenderer' || model.glyph.type !== 'Image') continue;
        if (model.glyph.color_mapper.palette.length !== 4) continue;
        const counts = [0, 0, 0, 0];
        for (const value of model.data_source.data.image[0])
            if (!Number.isNaN(value)) counts[value] += 1;
        return counts;
    }
    return null;
}"""


@pytest.fixture(scope="module")
def result():
    return run(open_scene(demo_scene_path()), preset("ci2"))


def numbers(steps: Waterfall) -> list[float]:
    factors = [step.factor for step in steps.steps]
    return [steps.potential, *factors, -steps.terms["rh"], steps.result]


def of_place(result, region: str, period: Period) -> Waterfall:
    levels = EXPLAINS.scaled(EXPLAINS.levels(result), result.scenario)
    return waterfall_of(levels, tuple(STEPS), tuple(TERMS), region=region, period=period)


def told(watched) -> list[float]:
    return [float(word) for word in watched.page.locator(TOLD).get_attribute("data-why").split()]


def wait_until_told(watched, steps: Waterfall) -> None:
    wanted = " ".join(f"{value:.6g}" for value in numbers(steps))
    expect(watched.page.locator(TOLD)).to_have_attribute("data-why", wanted)


def test_waterfall_of_all_regions_multiplies_to_the_models_nep(watched, result):
    wait_until_told(watched, of_place(result, ALL, JULY))
    potential, *factors, rh, nep = told(watched)
    assert nep == pytest.approx(potential * np.prod(factors) - rh, rel=1e-4)
    assert nep == pytest.approx(result.totals.mean("nep", JULY), rel=1e-4)


def test_clicked_cell_has_its_own_waterfall_and_series(watched, result):
    cell = click_cell(watched, result.scene, 115.067, 26.733)
    wait_until_told(watched, EXPLAINS.cell(result, cell, JULY))
    expect(watched.page.get_by_text("Monthly NEP, clicked cell")).to_be_visible()
    forcing, parameters = result.run.forcing, result.scenario.parameters
    exact = pytest.approx(cell_nep(forcing, parameters, cell), rel=1e-6)

    def drawn() -> list[float]:
        line = watched.page.evaluate(OWN_LINE)
        assert line == exact
        return line

    line = until(watched.page, drawn)
    assert line == pytest.approx(monthly(result, "nep")[:, cell], rel=1e-4, abs=1e-3)
    watched.page.get_by_role("button", name="Year", exact=True).click()
    wait_until_told(watched, EXPLAINS.cell(result, cell, YEAR))
    watched.page.get_by_role("button", name="South", exact=True).click()
    wait_until_told(watched, of_place(result, "South", YEAR))


def test_map_of_what_limits_holds_the_models_codes(watched, result):
    watched.page.get_by_role("button", name="What limits").click()
    codes = EXPLAINS.limiting(result)[:, JULY.step].reshape(-1)
    wanted = np.bincount(codes, minlength=len(LIMITS) + 1)[1:].tolist()
    assert sum(wanted) == result.scene.cells
    watched.page.wait_for_function(
        f"wanted => JSON.stringify(({CODES})()) === JSON.stringify(wanted)", arg=wanted
    )
    expect(watched.page.get_by_text("What limits NPP most, Jul")).to_be_visible()
