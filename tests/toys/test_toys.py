"""Two toy systems go everywhere without an edit outside their files.

What is expected is computed here from the scene's own temperature and areas with NumPy.
"""

import json

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
import xarray as xr
from bokeh.plotting import figure
from typer.testing import CliRunner

from explorer import View, run
from explorer.__main__ import app
from explorer.app.header.share_menu import ShareMenu
from explorer.app.pages.compare.table import CompareTable
from explorer.app.pages.map.sensitivity_panel import SensitivityPanel
from explorer.app.shell.page import TABS
from explorer.app.state.state import ExplorerState
from explorer.errors import ExplorerError, ParameterError
from explorer.report.cards.files import write_card
from explorer.report.cards.sight import Sight
from explorer.report.cards.table import CARDS
from explorer.report.formats import FORMATS, Subject, write_export
from explorer.report.picture_of import picture_of
from explorer.report.shown import Shown
from explorer.scene.demo import demo_scene_path
from explorer.scene.shapes.cover import cover
from explorer.scene.shapes.shape import shape_of
from explorer.session.link import Link, from_token, to_token
from explorer.systems import preset
from explorer.systems.scenario import preset_of
from explorer.tables.periods import Period
from tests.toys.annual import ANNUAL, CLASSES
from tests.toys.eight_days import EIGHT_DAYS, YEARS

DAYS = np.array([8] * 45 + [5])  # 45 x 8 = 360; five days are left, six of a leap year
MONTH_OF_STEP = pd.date_range("2010-01-01", periods=46, freq="8D").month.to_numpy() - 1


def expected(system, scene, year: int | None = None) -> np.ndarray:
    """A year of the toy's variable, g C m-2 yr-1, (cells,), in float64."""
    warmth = scene.field("temperature").astype(float)
    if system is ANNUAL:
        code = scene.land_cover
        rate = np.where(code <= 5, 40.0, np.where(code <= 11, 20.0, 5.0))
        return rate * np.maximum(warmth.mean(axis=0) + 5, 0)
    days = DAYS + (np.arange(46) == 45) * (year == 2012)
    factor = {2010: 1.0, 2012: 1.25}[year or 2010]
    return factor * (days[:, np.newaxis] * 2.0 ** (warmth[MONTH_OF_STEP] / 10)).sum(axis=0)


@pytest.fixture
def state(opened, toy) -> ExplorerState:
    """A session that chose the toy in the drawer."""
    made = ExplorerState(opened)
    made.choose_system(toy.name)
    return made


@pytest.fixture
def shown(opened, toy) -> Shown:
    step = {} if toy is ANNUAL else {"step": 10, "year": 2012}
    result = run(opened.scene, preset_of(toy, toy.default))
    return Shown(result, View(region="South", tapped=5, **step))


def test_totals_of_regions_and_classes(opened, toy):
    scene = opened.scene
    totals = run(scene, preset_of(toy, toy.default)).totals
    values, area = expected(toy, scene), scene.area.astype(float)
    for number, region in enumerate(scene.region_names):
        mine = scene.region == number
        wanted = (values * area)[mine].sum()
        assert totals.yearly_total(toy.headline, region) == pytest.approx(wanted / 1e6, rel=1e-5)
        assert totals.yearly(toy.headline, region) == pytest.approx(
            wanted / area[mine].sum(), rel=1e-5
        )
    assert totals.area.sum() == pytest.approx(area.sum())


def test_second_year_has_its_own_numbers_and_a_longer_last_step(opened):
    scene = opened.scene
    totals = run(scene, preset_of(EIGHT_DAYS, "plain")).totals
    for year in YEARS:
        wanted = (expected(EIGHT_DAYS, scene, year) * scene.area).sum() / scene.area.sum()
        assert totals.mean("breath", Period(None, year)) == pytest.approx(wanted, rel=1e-5)
    assert len(totals.series("breath", year=2012)) == 46


def test_totals_of_a_shape_count_cells_by_the_share_covered(opened, toy):
    scene = opened.scene
    shape = shape_of([shapely.box(100, 28, 110, 34)], "mine", "drawn")
    covered = cover(scene, shape)
    result = run(scene, preset_of(toy, toy.default))
    found = result.shape_totals(covered, "mine").yearly_total(toy.headline, "mine")
    part = expected(toy, scene) * scene.area * covered.fractions(0, scene.cells)
    assert found == pytest.approx(part.sum() / 1e6, rel=1e-5)


@pytest.mark.parametrize("page", [name for name in TABS if name != "towers"])
def test_page_stands(state, page):
    state.page = page
    made = TABS[page][1](state)
    made.__panel__()


def test_map_shows_the_year_of_the_toy(state, toy):
    state.yearly = True
    page = TABS["map"][1](state)
    page.__panel__()
    plot = page.map.plate.pane.get_root().select_one({"type": figure})
    assert plot is not None
    picture = page.map.plate.source.data["image"][0]
    values = expected(toy, state.shared.scene)
    assert values.min() - 1 <= np.nanmin(picture) <= np.nanmax(picture) <= values.max() + 1
    assert toy.outputs[toy.headline].long_name in page.heading.object
    total = state.totals.yearly_total(toy.headline, "South")
    assert f">{total:.1f}</b>" in page.strip.object


def test_sentence_of_a_system_without_factors_is_of_the_numbers_of_its_cards(state, toy):
    page = TABS["map"][1](state)
    assert page.explanations.why is None
    row = toy.outputs[toy.headline]
    for region in ("all", "South"):
        state.region = region
        said = page.answer.object
        assert row.long_name in said
        assert state.a.result.periods.label(state.period) in said
        shown = state.totals.mean(toy.headline, state.period, region)
        whole = state.totals.mean(toy.headline, state.period)
        written = [f"{value:.1f}" if toy is ANNUAL else f"{value:.3f}" for value in (shown, whole)]
        assert written[0] in said
        assert written[0] in page.strip.object
        assert ("all regions " + written[1] in said) == (region != "all")
    state.tapped = 7
    value = state.a.result.cell(toy.headline, 7, state.period)
    assert (f"{value:.1f}" if toy is ANNUAL else f"{value:.3f}") in page.answer.object


def test_steps_of_the_player_are_those_of_the_toy(state, toy):
    page = TABS["map"][1](state)
    if toy is ANNUAL:
        assert not page.period.player.visible
        assert not page.period.period.visible
        return
    assert len(page.period.step.options) == 46
    assert list(page.period.year.options) == ["2010", "2012"]
    page.period.year.value = 2012
    state.param.update(step=46, yearly=False)
    assert "27 Dec 2012" in page.heading.object


def table_of(state: ExplorerState) -> str:
    state.page = "compare"
    table = CompareTable(state)
    table._refresh()  # what the page does a moment later
    return table.words.object


def number(html: str, place: str, what: str) -> float:
    """A number of the table's row of a place."""
    row = html.split(f'data-place="{place}"')[1]
    return float(row.split(f'data-{what}="')[1].split('"')[0])


def test_presets_of_one_system_are_compared_step_by_step(opened):
    state = ExplorerState(opened)
    state.choose_system("breath")
    assert state.b.scenario == preset_of(EIGHT_DAYS, "keen")
    state.param.update(step=28, year=2012, yearly=False)
    html = table_of(state)
    warmth = opened.scene.field("temperature")[MONTH_OF_STEP[27]].astype(float)
    area = opened.scene.area / opened.scene.area.sum()
    means = [(1.25 * q10 ** (warmth / 10) * area).sum() for q10 in (2, 3)]
    assert [number(html, "all", side) for side in "ab"] == pytest.approx(means, rel=1e-5)
    assert "5 Aug 2012" in html


def test_toy_against_itself_is_no_difference(state, toy):
    state.b.scenario = state.a.scenario
    assert number(table_of(state), "all", "tg") == 0


def test_compare_with_system_one_is_by_year_in_the_classes_of_a(state, toy):
    """Months, the toy's steps and its classes differ: both are told by the toy's classes."""
    state.b.scenario = preset("ci2")
    html = table_of(state)
    scene = state.shared.scene
    nep = run(scene, preset("ci2"))
    values = nep.cells("nep", Period()).astype(float)
    wanted = (values * scene.area).sum() / scene.area.sum()
    assert number(html, "all", "b") == pytest.approx(wanted, rel=1e-5)
    assert "B: NEP" in html
    if toy is ANNUAL:
        trees = np.isin(scene.land_cover, CLASSES.rows["trees"].codes)
        wanted = (values * scene.area)[trees].sum() / scene.area[trees].sum()
        assert number(html, "trees", "b") == pytest.approx(wanted, rel=1e-5)


def test_system_one_against_the_toy(opened, toy):
    state = ExplorerState(opened)
    state.b.scenario = preset_of(toy, toy.default)
    html = table_of(state)
    values, scene = expected(toy, opened.scene), opened.scene
    wanted = (values * scene.area).sum() / scene.area.sum()
    assert number(html, "all", "b") == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("key", FORMATS)
def test_every_file_is_written(opened, shown, toy, key, tmp_path):
    subject = Subject([shown], "demo", lambda one: picture_of(opened, one))
    path = write_export(key, subject, tmp_path / f"out{FORMATS[key].ending}")
    name = toy.headline
    wanted = shown.result.cells(name, shown.period)
    if key == "totals":
        table = pd.read_csv(path, comment="#")
        rows = table.query("place == 'South' and unit != 'Tg C yr-1'")
        year, totals = shown.year, shown.result.totals
        wanted = totals.mean(name, Period(None, shown.period.year), "South")
        (found,) = rows[rows["date"].astype(str) == str(year)]["value"]
        assert found == pytest.approx(wanted, rel=1e-6)
        assert set(table["variable"]) == {name}
    elif key == "cells":
        table = pd.read_csv(path, comment="#")
        assert len(table) >= opened.scene.cells
    elif key == "netcdf":
        with xr.open_dataset(path) as dataset:
            assert dataset[name].attrs["units"].startswith("g C m-2")
            values = dataset[name].values
            found = values[np.isfinite(values)]
            np.testing.assert_allclose(np.sort(found), np.sort(wanted), rtol=1e-5)
    elif key == "geotiff":
        with rasterio.open(path) as raster:
            found = raster.read(1, masked=True).compressed()
            np.testing.assert_allclose(np.sort(found), np.sort(wanted), rtol=1e-5)
    elif key == "lineage":
        (made,) = json.loads(path.read_text())
        assert made["scenario"]["system"] == toy.name
    elif key in ("html", "notebook"):
        assert toy.title in path.read_text() or toy.name in path.read_text()
    else:
        assert path.stat().st_size > 5000


# What a system of the year alone, or one that cannot say why, does not have.
LACKS = {
    ANNUAL: {"months", "steps", "steps-by-region", "steps-by-class"},
    EIGHT_DAYS: set(),
}
NEVER = {"limits", "why", "causes", "sensitivity", "by-region"}


@pytest.mark.parametrize("key", [key for key, kind in CARDS.items() if not kind.towers])
def test_every_card_is_written_or_says_why_not(opened, shown, toy, key, tmp_path):
    sight = Sight(opened, shown.view, shown.result, shown.result)
    if key in NEVER | LACKS[toy]:
        with pytest.raises(ExplorerError, match=toy.title if key != "causes" else "say why"):
            write_card(key, ".csv", sight, "demo", tmp_path / "a.csv")
        return
    for ending in (".csv", ".svg"):
        write_card(key, ending, sight, "demo", tmp_path / f"a{ending}")
    table = pd.read_csv(tmp_path / "a.csv", low_memory=False)
    assert len(table) > 0
    assert set(table.note) == {"synthetic data"}
    if key == "series":
        own = table[table.line == "shown"].value
        np.testing.assert_array_equal(own, shown.result.cell_series(toy.headline, 5, shown.year))


def test_what_moves_the_total_is_told_in_words_where_nothing_derives_it(state, toy):
    panel = SensitivityPanel(state)
    panel.show(True)
    assert "it gives no derivatives" in panel.title.object
    assert panel.bars.rows == []


def test_link_goes_round(opened, toy, state):
    name = {"toy": "cold", "breath": "q10"}[toy.name]
    scenario = preset_of(toy, toy.default).with_values({name: 3.0})
    view = View(page="compare", variable=toy.headline, step=12, region="South")
    link = from_token(to_token(Link(scenario, preset("ci1"), view)))
    assert link == Link(scenario, preset("ci1"), view)
    ShareMenu(state)._restore(link)
    assert (state.a.scenario, state.b.scenario, state.page) == (scenario, preset("ci1"), "compare")


@pytest.fixture
def command():
    runner = CliRunner()

    def call(*arguments: object):
        return runner.invoke(app, [str(each) for each in arguments], catch_exceptions=False)

    return call


def test_command_line_lists_them_and_their_parameters(command, toy):
    assert toy.title in command("systems").output
    name = {"toy": "cold", "breath": "q10"}[toy.name]
    assert name in command("parameters", "--system", toy.name).output


def test_command_line_runs_them(command, toy, opened, tmp_path):
    out = tmp_path / "summary.json"
    done = command("run", demo_scene_path(), "--system", toy.name, "--json", out)
    assert done.exit_code == 0, done.output
    told = json.loads(out.read_text())
    told = told["years"]["2010"] if toy is EIGHT_DAYS else told
    values, scene = expected(toy, opened.scene), opened.scene
    mine = scene.region == scene.region_names.index("South")
    wanted = (values * scene.area)[mine].sum() / scene.area[mine].sum()
    assert told["regions"]["South"][toy.headline] == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("name", ["a.csv", "a.nc", "a.tif", "a.png", "a.html", "a.ipynb", "a.json"])
def test_command_line_exports_them(command, toy, name, tmp_path):
    done = command("export", demo_scene_path(), "--system", toy.name, "--out", tmp_path / name)
    assert done.exit_code == 0, done.output
    assert (tmp_path / name).stat().st_size > 500


def test_parameter_of_another_system_is_refused(command, toy, tmp_path):
    out = tmp_path / "a.json"
    with pytest.raises(ParameterError, match="w_min"):
        command("run", demo_scene_path(), "--system", toy.name, "--set", "w_min=0.3", "--json", out)
    assert not out.exists()
