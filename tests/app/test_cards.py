"""Every card of every page: the numbers in its files are those that the page shows."""

import html
import re
import shlex

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
import xarray as xr
from PIL import Image
from typer.testing import CliRunner

from explorer import View, preset
from explorer.__main__ import app
from explorer.app.header.downloads import Downloads
from explorer.app.header.export_menu import ExportMenu
from explorer.app.pages.compare.page import ComparePage
from explorer.app.pages.map.limits_map import LimitsMap
from explorer.app.pages.map.page import MapPage
from explorer.app.pages.map.sensitivity_panel import SensitivityPanel
from explorer.app.pages.map.small_multiples import SmallMultiples
from explorer.app.pages.towers.page import TowersPage
from explorer.app.pages.vegetation.page import VegetationPage
from explorer.app.state.state import ExplorerState
from explorer.errors import ExplorerError, SourceError
from explorer.outputs.made_here import is_ours
from explorer.report.cards.drawing import card_figure
from explorer.report.cards.files import copied_text, write_card
from explorer.report.cards.sight import Sight
from explorer.report.cards.table import CARDS
from explorer.report.cards.words import card_code, card_command, card_name
from explorer.scene.demo import demo_scene_path
from explorer.scene.shapes.shape import shape_of
from explorer.session.opened import Opened

PAGES = {
    "map": MapPage, "compare": ComparePage, "towers": TowersPage, "vegetation": VegetationPage,
}  # fmt: skip
EDIT = {"epsilon_max.EBF": 1.2, "w_min": 0.4}
CELL = 4000


@pytest.fixture(scope="module")
def opened() -> Opened:
    return Opened(demo_scene_path())


@pytest.fixture
def looked_at(opened):
    """What makes a page under a view, in process."""

    def made(page: str, **view):
        state = ExplorerState(opened)
        state.param.update(page=page, **view)
        state.a.scenario = preset("ci2").with_values(EDIT)
        shown = PAGES[page](state)
        shown.__panel__()
        return state, shown

    return made


@pytest.fixture
def read(tmp_path):
    """What writes a card of a session as CSV, and reads it back."""

    def written(state: ExplorerState, key: str) -> pd.DataFrame:
        path = tmp_path / "card.csv"
        write_card(key, ".csv", state.sight, "demo", path)
        assert is_ours(path)
        table = pd.read_csv(path, keep_default_na=False, na_values=[""], low_memory=False)
        assert set(table["note"].str.split("; ").str[0]) == {"synthetic data"}
        return table

    return written


def data(text: str, name: str, rest: str = "") -> list[float]:
    """Numbers that a page's HTML carries."""
    return [float(found) for found in re.findall(rf'{rest}data-{name}="([-0-9.naif]+)"', text)]


def close(found, shown, places: int = 6) -> None:
    """The page's HTML has so many decimals."""
    np.testing.assert_allclose(
        np.asarray(found, float), np.asarray(shown, float), rtol=0, atol=0.51 * 10.0**-places
    )


def same_grid(scene, values, image, rtol: float = 1e-6) -> None:
    """A column of cells is what a picture shows: one cell a pixel on this scene.

    A picture that is redrawn quickly has the rounding of its own 32-bit numbers.
    """
    grid = scene.on_grid(np.asarray(values, dtype=np.float32))
    dy, _ = scene.grid.steps
    rows = grid[:: 1 if dy > 0 else -1]
    np.testing.assert_allclose(rows, np.asarray(image), rtol=rtol, atol=2e-5)


def codes(values: pd.Series, names) -> np.ndarray:
    return values.map({name: code for code, name in enumerate(names)}).to_numpy(float)


def check_map(state, page, table):
    values = table.value
    if state.row.is_code:
        values = codes(values, state.a.result.code_names(state.shown))
    same_grid(state.shared.scene, values, page.map.plate.source.data["image"][0])


def check_months(state, page, table):
    shown = SmallMultiples(state).grid.captions.data["mean"]
    np.testing.assert_array_equal(table["mean"], shown)


def check_limits(state, page, table):
    names = list(state.system.explains.limits)
    image = LimitsMap(state).plate.source.data["image"][0]
    same_grid(state.shared.scene, codes(table.value, names), image)


def check_totals(state, page, table):
    close(table.value, data(page.strip.object, "tg"))
    assert set(table.label) == {state.a.scenario.label}


def check_series(state, page, table):
    own = table[table.line == "shown"]
    np.testing.assert_array_equal(own.value, page.series.source.data["own"])
    for name, one in state.system.presets.items():
        row = table[(table.label == one.label) & (table.line == "preset")]
        np.testing.assert_array_equal(row.value, page.series.source.data[name])


def check_why(state, page, table):
    shown = page.explanations.why.title.object.split('data-why="')[1].split('"')[0].split()
    steps = table.set_index("step")
    explains = state.system.explains
    wanted = [
        steps.value["potential"], *(steps.factor[name] for name in explains.steps),
        *(-steps.value[name] for name in explains.terms), steps.value["result"],
    ]  # fmt: skip
    assert [f"{value:.6g}" for value in wanted] == shown


def check_sensitivity(state, page, table):
    panel = SensitivityPanel(state)
    panel.show(True)
    assert state.shared.jobs.wait(120)
    rows = panel.bars.rows
    assert [row["name"] for row in rows] == list(table.parameter[: len(rows)])
    close(table.change_at_high[: len(rows)], [float(row["change_up"]) for row in rows])
    close(table.change_at_low[: len(rows)], [float(row["change_down"]) for row in rows])


def check_compare(state, page, table):
    plates, name = page.maps.plates, state.shown
    for variable, values in table.groupby("variable", sort=False):
        plate = {
            f"{name}_a": "a", f"{name}_b": "b", f"{name}_b_minus_a": "difference",
            f"{name}_percent": "difference", "leading_cause": "causes",
        }[variable]  # fmt: skip
        column = values.value
        if plate == "causes":
            column = codes(column, ["none", *state.system.explains.causes])
        near_zero = {"rtol": 2e-3} if variable.endswith("_percent") else {}
        image = plates[plate].source.data["image"][0]
        same_grid(state.shared.scene, column.astype(float) if plate != "causes" else column, image,
                  **near_zero)  # fmt: skip


def check_causes(state, page, table):
    close(table.value, data(page.bars.words.object, "tg"))
    assert list(table.cause) == re.findall(r'data-cause="(\w+)"', page.bars.words.object)
    assert set(table.label_a) == {state.a.scenario.label}
    assert set(table.label_b) == {state.b.scenario.label}


def check_table(state, page, table):
    page.table._refresh()  # what the page does a moment later
    shown = page.table.words.object
    for column, name in (("a", "a"), ("b", "b"), ("total_b_minus_a", "tg")):
        close(table[column], data(shown, name))
    sinks = [
        f"{a:.0f} → {b:.0f}" if a == a and b == b else "–"
        for a, b in zip(table.sink_percent_a, table.sink_percent_b, strict=True)
    ]
    assert sinks == re.findall(r"<td>([^<]*)</td></tr>", shown)[2:]


def check_scatters(state, page, table):
    source = page.panels.source.data
    for number, label in enumerate(page.versions()):
        rows = table[table.label == label]
        np.testing.assert_array_equal(rows.observed, source["x"])
        np.testing.assert_array_equal(rows.estimated, source[f"y{number}"])
        assert list(rows.site) == list(source["site"])


def check_scores(state, page, table):
    close(table.rmse, data(page.scores.object, "rmse"))
    close(table.nse, data(page.scores.object, "nse"))


def check_sites(state, page, table):
    page.folds.accordion.active = [0]
    shown = page.by_site.object
    last = table[table.label == list(table.label)[-1]]
    assert list(last.site) == re.findall(r'data-site="([^"]+)"', shown)
    close(last.r, data(shown, "r"))


def check_fit(state, page, table):
    fitted = dict(re.findall(r'data-fitted="(\w+)"><b>([0-9.]+)', page.fitted.object))
    rows = table[table.towers > 0]
    assert {name.partition(".")[2] for name in rows.parameter} == set(fitted)
    for name, value in zip(rows.parameter, rows.fitted, strict=True):
        assert f"{value:.4f}" == fitted[name.partition(".")[2]]
        assert state.a.scenario.values()[name] == value


def check_tower(state, page, table):
    source = page.series.source.data
    observed = table[table.line == "observed"]
    assert list(observed.date) == source["when"]
    np.testing.assert_array_equal(observed.value, source["observed"])
    np.testing.assert_array_equal(table[table.line == "shown"].value, source["own"])


def check_where(state, page, table):
    assert list(table.site) == list(page.map.source.data["site"])
    np.testing.assert_allclose(
        [float(x) for x, _ in (state.shared.scene.grid.from_lonlat(lon, lat)
         for lon, lat in zip(table.lon, table.lat, strict=True))],
        page.map.source.data["x"], rtol=1e-6,
    )  # fmt: skip


def check_classes(state, page, table):
    shown = page.table.object
    name = state.system.table_variable
    found = re.findall(rf'data-{name}="([-0-9.a-z]+)" data-of="(\S+) (\w+)"', shown)
    labels = {key: one.label for key, one in state.system.presets.items()}
    labels |= {"own": state.a.scenario.label, "reference": "reference"}
    values = table.set_index(["class", "label"]).value
    assert found
    for number, vegetation, version in found:
        close(values[vegetation, labels[version]], float(number))


def check_by_region(state, page, table):
    shown = html.unescape(page.by_region.object)
    close(table.value, data(shown, "number"))
    printed = re.findall(r"</td><td>([^<]*)</td>", shown)
    wanted = ["–" if v != v else f"{v:.1f}".replace("-", "−") for v in table.published]
    assert printed == wanted


def lines_of(panel, table, by: str) -> None:
    for name, rows in table[table.label != "published"].groupby(by, sort=False):
        np.testing.assert_array_equal(rows.value, panel.source.data[name])


def check_steps(state, page, table):
    keys = {one.label: key for key, one in state.system.presets.items()}
    keys |= {state.a.scenario.label: "own", "published": "published"}
    lines_of(page.figures.whole, table.assign(key=table.label.map(keys)), "key")
    marks = page.figures.whole.marks
    printed = table[table.label == "published"].value
    np.testing.assert_array_equal(printed, marks.data_source.data["y"] if marks.visible else [])


def check_year_by_class(state, page, table):
    own = table[table.label != "published"]
    np.testing.assert_array_equal(own.value, page.figures.annual.source.data["value"])
    assert (len(table) > len(own)) == page.figures.annual.marks.visible


CHECKS = {
    "map": check_map, "months": check_months, "limits": check_limits,
    "totals-by-region": check_totals, "series": check_series, "why": check_why,
    "sensitivity": check_sensitivity, "compare": check_compare, "causes": check_causes,
    "table": check_table,
    "scatters": check_scatters, "scores": check_scores, "sites": check_sites, "fit": check_fit,
    "tower": check_tower, "where": check_where, "classes": check_classes,
    "by-region": check_by_region, "steps": check_steps,
    "steps-by-region": lambda _, page, table: lines_of(page.figures.regions, table, "place"),
    "year-by-class": check_year_by_class,
    "steps-by-class": lambda _, page, table: lines_of(page.figures.classes, table, "class"),
}  # fmt: skip
VIEWS = {
    "map": [{"variable": "npp", "step": 2}, {"variable": "land_cover"}, {"yearly": True}],
    "months": [{"view_mode": "months", "region": "South"}],
    "limits": [{"view_mode": "limits", "step": 1}],
    "series": [{"region": "North"}, {"tapped": CELL}],
    "sensitivity": [{"region": "South"}],
    "why": [{"region": "South", "step": 1}, {"tapped": CELL, "yearly": True}],
    "compare": [{"compare_mode": mode, "step": 4} for mode in ("swipe", "side", "difference")]
    + [{"compare_mode": "percent"}],
    "causes": [{"region": "South"}, {"variable": "npp", "yearly": True}],
    "table": [{"region": "North", "variable": "npp", "step": 8}],
    "tower": [{"tower": "XSBN"}],
    "steps": [{}, {"region": "South"}],
    "year-by-class": [{}, {"region": "South"}],
    "steps-by-class": [{"region": "South"}],
}
CASES = [(key, view) for key in CARDS for view in VIEWS.get(key, [{}])]


def test_every_card_is_checked():
    assert set(CHECKS) == set(CARDS)


@pytest.mark.parametrize(("key", "view"), CASES, ids=[f"{key} {view}" for key, view in CASES])
def test_file_has_the_numbers_of_the_page(looked_at, read, tmp_path, key, view):
    state, page = looked_at(CARDS[key].page, **view)
    if key == "fit":
        page._fit()
    CHECKS[key](state, page, read(state, key))


@pytest.mark.parametrize("key", [key for key, kind in CARDS.items() if kind.grids])
def test_maps_are_the_same_in_every_file(looked_at, tmp_path, key):
    mode = {"view_mode": key} if key in ("months", "limits") else {"compare_mode": "difference"}
    state, _ = looked_at(CARDS[key].page, **mode)
    for ending in (".nc", ".tif"):
        write_card(key, ending, state.sight, "demo", tmp_path / f"a{ending}")
        assert is_ours(tmp_path / f"a{ending}")
    layers = CARDS[key].make(state.sight).layers
    scene = state.shared.scene
    with rasterio.open(tmp_path / "a.tif") as raster, xr.open_dataset(tmp_path / "a.nc") as nc:
        assert raster.count == len(layers)
        for number, layer in enumerate(layers, start=1):
            wanted = scene.on_grid(layer.values)
            np.testing.assert_array_equal(raster.read(number), wanted)
            found = nc[layer.name].values
            np.testing.assert_array_equal(found[number - 1] if found.ndim == 3 else found, wanted)
            assert raster.tags(number)["label"] == nc[layer.name].attrs["label"] == layer.label
        assert nc.attrs["synthetic"] == 1
        if key == "compare":
            assert state.a.scenario.label in layers[0].label
            assert state.b.scenario.label in layers[0].label


def test_picture_of_the_map_has_the_shapes_and_the_cell(looked_at):
    shape = shape_of([shapely.box(100, 28, 110, 34)], "mine", "drawn")
    state, _ = looked_at("map", tapped=CELL, shapes=(shape,))
    axes = card_figure(CARDS["map"].make(state.sight)).axes[0]
    x, y = state.shared.scene.xy(CELL)
    assert [line.get_xydata().tolist() for line in axes.lines] == [[[x, y]]]
    drawn = [path.vertices for path in axes.collections[-1].get_paths()]
    ((ring,),) = state.book.outline(shape)
    np.testing.assert_array_equal(drawn[0], ring)


def test_animation_has_a_frame_for_each_step(looked_at, tmp_path):
    state, _ = looked_at("map", region="South")
    path = tmp_path / "year.gif"
    shares = []
    write_card("map", ".gif", state.sight, "demo", path, lambda share: shares.append(share) or True)
    with Image.open(path) as film:
        assert film.n_frames == 12
        film.seek(0)
        first = np.asarray(film.convert("RGB"))
        film.seek(6)
        assert (np.asarray(film.convert("RGB")) != first).any()
    assert is_ours(path)
    assert shares[-1] == 1.0


def test_command_of_a_menu_writes_the_same_file(looked_at, read, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for key, view in (
        ("causes", {"region": "South"}), ("series", {"tapped": CELL}), ("fit", {}),
    ):  # fmt: skip
        state, page = looked_at(CARDS[key].page, **view)
        if key == "fit":
            page._fit()
        read(state, key)
        words = shlex.split(card_command(key, state.sight, "demo", ".csv"))
        done = CliRunner().invoke(app, words[1:], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        assert (tmp_path / words[-1]).read_bytes() == (tmp_path / "card.csv").read_bytes()


@pytest.mark.parametrize("key", ["table", "scatters", "map"])
def test_notebook_of_a_card_has_its_numbers(looked_at, read, key):
    state, _ = looked_at(CARDS[key].page, region="South")
    names: dict = {}
    for text in card_code(key, state.sight, "demo"):
        exec(text, names)
    shown = read(state, key)
    found = names["table"]
    assert list(found.columns) == list(shown.columns)
    for column in shown.select_dtypes("number"):
        np.testing.assert_allclose(
            found[column].astype(float), shown[column].astype(float), rtol=1e-6, atol=1e-6
        )


def test_no_two_different_files_share_a_name(opened):
    a, b = opened.result(preset("ci2")), opened.result(preset("original"))
    views = [
        View(), View(step=1), View(region="South"), View(tapped=1), View(yearly=True),
        View(compare_mode="percent"), View(window=(0.0, 3e6, 1e6, 4e6)), View(variable="npp"),
    ]  # fmt: skip
    names: dict[str, str] = {}
    for view in views:
        for key in ("map", "series", "compare", "table"):
            for first, second in ((a, b), (b, a)):
                sight = Sight(opened, view, first, second)
                name = card_name(key, sight, "demo", ".csv")
                text = card_command(key, sight, "demo", ".csv").rpartition(" --out ")[0]
                assert names.setdefault(name, text) == text
                assert re.fullmatch(r"[a-z0-9_-]+\.csv", name)


def test_what_is_copied_is_the_table(looked_at):
    state, _ = looked_at("compare", region="South")
    card = CARDS["table"].make(state.sight)
    text = copied_text(card)
    head, *rows = text.splitlines()
    assert head.split("\t")[:4] == ["place", "class", "date", "variable"]
    assert len(rows) == len(card.table.rows)
    assert copied_text(CARDS["map"].make(looked_at("map")[0].sight)) is None


def test_card_that_is_not_there_says_why(looked_at, tmp_path):
    state, _ = looked_at("map")
    for key, told in (("causes", "nothing is compared"), ("scores", "no towers are loaded")):
        with pytest.raises(ExplorerError, match=told):
            write_card(key, ".csv", state.sight, "demo", tmp_path / "a.csv")
    with pytest.raises(SourceError, match=r"no \.gif is made of it"):
        write_card("series", ".gif", state.sight, "demo", tmp_path / "a.gif")


def test_menu_of_a_card_opens_the_dialog_with_its_files(looked_at):
    state, _ = looked_at("map", tapped=CELL)
    menu = ExportMenu(state, Downloads())
    assert not menu.dialog.objects  # it costs nothing until it is opened
    state.ask_for("series")
    assert menu.dialog.open
    assert {key for key, _ in menu.card_buttons} == {"series"}
    assert not menu.of_scenario.visible
    menu.export_card("series", ".csv")
    assert state.shared.jobs.wait(60)
    secret = re.search(r"download/([\w-]+)/", menu.browser._wire.value)[1]
    table = pd.read_csv(menu.downloads.find(secret))
    np.testing.assert_array_equal(
        table[table.line == "shown"].value, state.a.result.cell_series("nep", CELL)
    )
    menu.open()
    assert menu.of_scenario.visible
    assert set(menu._cards_of_page()) == {
        "map", "totals-by-region", "series", "why", "sensitivity",
    }  # fmt: skip
    state.view_mode = "months"
    assert "months" in menu._cards_of_page()
    assert "map" not in menu._cards_of_page()
