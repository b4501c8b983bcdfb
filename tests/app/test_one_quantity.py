"""Map, cards, series and explanation show one variable, one period and one place."""

import re

import numpy as np
import pytest
import shapely

from explorer import run
from explorer.analysis.answer import amount_text, factor_text
from explorer.analysis.totals import ALL
from explorer.app.controls.region_buttons import RegionButtons
from explorer.app.pages.map.page import MapPage
from explorer.app.pages.map.series import OWN
from explorer.app.pages.map.small_multiples import SmallMultiples
from explorer.app.pages.map.why_bars import Bars, room
from explorer.app.state.state import ExplorerState
from explorer.picture.limits import fitted
from explorer.scene.shapes.shape import shape_of
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened
from explorer.session.view import View
from explorer.tables.periods import Period

JANUARY = Period(1)
SHAPE = shape_of([shapely.box(98, 34, 102, 38)], "mine", "drawn")


@pytest.fixture(scope="module")
def opened(tiny_dataset, tmp_path_factory) -> Opened:
    return Opened(write_dataset(tiny_dataset(), tmp_path_factory.mktemp("scene") / "tiny.zarr"))


@pytest.fixture
def page(opened) -> MapPage:
    made = MapPage(ExplorerState(opened))
    made.map.plate.pane.get_root()  # what a browser gets
    return made


def cards(page: MapPage) -> dict[str, float]:
    found = re.findall(r'data-region="([^"]*)".*?data-tg="([^"]*)"', page.strip.object, re.DOTALL)
    return {region: float(value) for region, value in found}


@pytest.mark.parametrize("yearly", [False, True])
@pytest.mark.parametrize("name", ["nep", "npp", "rh", "rs", "fpar", "apar", "temperature"])
def test_cards_and_series_are_of_the_variable_and_period_shown(page, name, yearly):
    state = page.state
    state.param.update(variable=name, step=1, yearly=yearly, shapes=(SHAPE,))
    result = run(state.shared.scene, state.a.scenario)
    values, area = result.cells(name, state.period), state.shared.scene.area
    row = result.variables[name]
    shown = cards(page)
    assert list(shown) == [ALL, "South", "Far North", "mine"]
    for number, region in enumerate(state.shared.scene.region_names):
        here = state.shared.scene.region == number
        expected = (values * area)[here].sum(dtype=float)
        expected = expected / 1e6 if row.unit.is_carbon_flux else expected / area[here].sum()
        assert shown[region] == pytest.approx(expected, rel=1e-4, abs=1e-5)
    when = "year" if yearly else "Jan"
    assert f"{row.symbol}, {when}" in page.strip.object
    unit = row.unit_over(yearly=yearly)
    assert (unit.total() if unit.is_carbon_flux else unit).pretty in page.strip.object
    state.region = "South"
    of_south = state.shared.scene.region == 0
    series = [
        np.average(result.cells(name, Period(step))[of_south], weights=area[of_south])
        for step in range(1, 13)
    ]
    np.testing.assert_allclose(page.series.source.data[OWN], series, rtol=1e-4, atol=1e-4)
    assert f"{row.symbol}, South" in page.series_heading.object
    state.tapped = 5
    cell = [result.cell(name, 5, Period(step)) for step in range(1, 13)]
    np.testing.assert_allclose(page.series.source.data[OWN], cell, rtol=1e-3, atol=1e-3)
    for preset in state.system.presets:
        assert np.isfinite(page.series.source.data[preset]).all()


def test_edit_is_followed_by_cards_of_what_is_not_always_summed(page):
    page.state.param.update(variable="apar", yearly=True)
    before = cards(page)
    page.state.set_parameter("par_share", 0.4)
    for region, value in cards(page).items():
        assert value == pytest.approx(before[region] * 0.4 / 0.5, rel=1e-4)
    assert "compared with published" in page.strip.object


# One mark


def test_one_place_is_marked_and_pressing_the_region_returns_to_it(page):
    state, buttons = page.state, RegionButtons(page.state, beside_cells=True)
    state.region = "South"
    assert buttons.buttons.value == "South"
    assert "nep-chosen" in page.strip.object
    state.tapped = 5
    assert buttons.buttons.value is None
    assert "nep-chosen" not in page.strip.object
    assert np.isnan(page.map.chosen.data["x"]).all()
    assert RegionButtons(state).buttons.value == "South"  # pages that know no cell
    buttons.buttons.value = "South"  # pressed again
    assert (state.region, state.tapped) == ("South", None)
    assert "nep-chosen" in page.strip.object
    assert page.map.mark.data["x"] == []


def test_shape_that_is_new_is_followed_and_corners_are_no_cells(page):
    state, tools = page.state, page.shapes
    state.tapped = 5
    tools._take_up("polygon")
    event = type("Tap", (), {"x": 0.0, "y": 0.0})()
    page.map._tapped(event)
    assert state.tapped == 5
    x, y = state.shared.scene.grid.from_lonlat([98, 102, 102, 98], [34, 34, 38, 38])
    tools._drawn(list(x), list(y))
    assert state.shared.jobs.wait(60)
    assert (state.region, state.tapped) == ("shape 1", None)
    state.tapped = 5
    tools.rows.objects[0][2].param.trigger("clicks")  # back to the shape
    assert (state.region, state.tapped) == ("shape 1", None)
    tools.rows.objects[0][2].param.trigger("clicks")
    assert state.region == ALL


# Why


def told(page: MapPage) -> str:
    (said,) = re.findall(r'class="nep-answer"[^>]*>([^<]*)<', page.explanations.why.title.object)
    return said


@pytest.mark.parametrize("tapped", [None, 4, 20])
@pytest.mark.parametrize("step", [1, 7, None])
@pytest.mark.parametrize("region", [ALL, "South"])
def test_sentence_is_made_of_the_numbers_of_the_bars(page, region, step, tapped):
    state = page.state
    state.param.update(region=region, tapped=tapped, step=step or 7, yearly=step is None)
    shown = page.explanations.why.source.data
    bars = dict(zip(shown["name"], shown["written"], strict=True))
    said = told(page)
    period = "year" if step is None else {1: "Jan", 7: "Jul"}[step]
    place = region if region != ALL else "all regions"
    assert said.startswith(f"{period}, " + (place if tapped is None else ""))
    rh = bars["− Rh"].removeprefix("−")
    assert f"plants take up {bars['NPP']}, soil gives off {rh}:" in said
    gain = "sink" if not bars["NEP"].startswith("−") else "source"
    assert f"a {gain} of {bars['NEP'].removeprefix('−')} g C m⁻²" in said
    share = re.search(r"([\d.]+) % (?:of the light )?\((.+)\)\.$", said)
    labels = {name: factor for name, factor in zip(shown["name"], shown["factor"], strict=True)}
    factors = {n: float(f.removeprefix("× ")) for n, f in labels.items() if f.startswith("×")}
    assert float(share[1]) / 100 == pytest.approx(factors[share[2]], rel=5e-3)
    assert factors[share[2]] == min(factors.values())


def test_what_is_explained_is_said_where_the_map_shows_another_variable(page):
    assert "what is explained" not in page.explanations.why.title.object
    page.state.variable = "npp"
    assert "what is explained" not in page.explanations.why.title.object  # NPP is one of the bars
    page.state.variable = "fpar"
    assert "the map shows FPAR, what is explained is NEP" in page.explanations.why.title.object


def test_factors_near_nought_are_seen_on_the_logarithmic_scale(page):
    """Equal factors have equal lengths, and every bar is some of the height."""
    state, explains = page.state, page.state.system.explains
    each = {cell: explains.cell(state.a.result, cell, JANUARY) for cell in range(20)}
    left = {cell: steps.product / steps.potential for cell, steps in each.items()}
    cell = min((cell for cell in left if left[cell] > 1e-3), key=left.get)  # little is left
    state.param.update(step=1, tapped=cell)
    steps = each[cell]
    bars = Bars(explains)
    shown, axis = bars.columns(steps, log=True), room(steps, log=True)
    for number, step in enumerate(steps.steps, start=1):
        length = shown["top"][number] - shown["bottom"][number]
        assert length == pytest.approx(-np.log10(max(step.factor, 1e-4)), abs=0.02)
    assert shown["top"][0] == pytest.approx(2)  # 100 %
    product = shown["top"][1 + len(steps.steps)]
    assert 10**product == pytest.approx(100 * steps.product / steps.potential, rel=1e-6)
    assert axis["start"] <= np.nanmin(shown["bottom"]) < np.nanmax(shown["top"]) <= axis["end"]
    assert [bars.ticks(log=True)[power] for power in (-1.0, 1.0, 2.0, 2.5)] == [
        "0.1 %", "10 %", "100 %", "",
    ]  # fmt: skip
    assert bars.ticks(log=False)[0.0] == "0"
    state.why_scale = "log"
    assert page.explanations.why.scale.value == "log"
    np.testing.assert_allclose(page.explanations.why.source.data["top"], shown["top"])
    assert page.explanations.why.figure.yaxis.axis_label == "% of potential, log"
    written = dict(zip(shown["name"], shown["written"], strict=True))
    assert written["NEP"] == amount_text(steps.result)  # the numbers stay amounts
    assert shown["factor"][1] == f"× {factor_text(steps.steps[0].factor)}"


# Colours


def test_colours_are_fitted_to_the_month_and_back(page):
    state = page.state
    state.step = 1
    usual = page.map.plate.look.limits
    page.colours.fit.param.trigger("clicks")
    low, high = page.map.plate.look.limits
    values = state.a.result.cells("nep", JANUARY)
    assert (low, high) == fitted(values, symmetric=True)
    assert low == -high
    assert high < usual[1] / 2
    assert np.abs(values).max() <= 1.5 * high
    assert page.map.plate.mapper.high == high
    assert state.limits == ("nep", False, low, high)
    assert SmallMultiples(state).grid.look.limits == (low, high)
    state.variable = "npp"  # has its own
    assert page.map.plate.look.limits != (low, high)
    state.param.update(variable="nep", yearly=True)
    assert page.map.plate.look.limits != (low, high)
    state.yearly = False
    assert page.map.plate.look.limits == (low, high)
    page.colours.usual.param.trigger("clicks")
    assert page.map.plate.look.limits == usual


def test_colours_are_typed_or_refused(page):
    colours, state = page.colours, page.state
    colours.low.value = "−5"
    colours.high.value = "10"
    assert page.map.plate.look.limits == (-5.0, 10.0)
    for wrong in ("abc", "-20", "inf", "nan", ""):
        colours.high.value = wrong
        assert "two numbers" in colours.message.object
        assert state.limits == ("nep", False, -5.0, 10.0)
    colours.high.value = "20"
    assert colours.message.object == ""
    assert page.map.plate.look.limits == (-5.0, 20.0)
    state.variable = "land_cover"
    assert not colours.row.visible


def test_limits_are_part_of_the_view(page):
    page.state.limits = ("nep", False, -5.0, 5.0)
    assert page.state.view == View(limits=("nep", False, -5.0, 5.0))
