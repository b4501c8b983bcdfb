"""The Towers page in a real browser: its numbers are the model's, and picking works both ways."""

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer import open_scene, preset
from explorer.observations.tower_files import load_towers, read_towers
from explorer.scene.demo import demo_scene_path
from explorer.systems import SYSTEMS
from explorer.systems.nep.system import PRESETS
from tests.ui.waiting import act_until, until

pytestmark = pytest.mark.ui

DEMO_TOWERS = demo_scene_path().parent / "demo_towers.csv"
TOWERS = SYSTEMS["nep"].towers
OWN = b"site,lon,lat,class,year,month,nep\n"

# The data source with a column, and the view of a figure that draws it.
COLUMNS = """name => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const source = models.find(m => m.type === 'ColumnDataSource' && name in m.data);
    return Object.fromEntries(Object.entries(source.data).map(([key, value]) => [key,
        [...value].map(v => typeof v === 'number' && isNaN(v) ? null : v)]));
}"""
SELECTED = """name => [...Bokeh.documents[0]._all_models.values()].find(
    m => m.type === 'ColumnDataSource' && name in m.data).selected.indices"""
PLACE = """([field, x, y]) => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const figure = models.find(m => m.type === 'Figure'
        && m.renderers.some(r => r.glyph?.type === 'Scatter' && r.glyph.y.field === field
            && 'marker' in r.data_source.data));
    const view = Bokeh.index.find_one(figure);
    view.el.scrollIntoView({block: "nearest"});  // the page scrolls
    const box = view.el.getBoundingClientRect();
    return [box.left + view.frame.x_scale.compute(x), box.top + view.frame.y_scale.compute(y)];
}"""


@pytest.fixture(scope="module")
def check():
    return TOWERS.check(open_scene(demo_scene_path()), load_towers([DEMO_TOWERS]))


@pytest.fixture
def towers_page(watched):
    return with_towers(watched)


def with_towers(watched):
    """Show the Towers page."""
    watched.page.get_by_role("tab", name="Towers").click()
    expect(watched.page.locator(".nep-panel")).to_have_count(4)
    return watched


def panel(watched, label: str):
    return watched.page.locator(f'.nep-panel[data-version="{label}"]')


def expect_column(watched, source: str, column: str, values) -> None:
    """Wait until a column of a data source holds these values."""
    wanted = pytest.approx(np.asarray(values, dtype=float), abs=1e-4)
    until(watched.page, lambda: watched.page.evaluate(COLUMNS, source)[column] == wanted)


def click_until(watched, field: str, x: float, y: float, told) -> None:
    """Click a place of a figure until the page follows: it may still be settling."""
    page, place = watched.page, [field, float(x), float(y)]
    act_until(page, lambda: page.mouse.click(*page.evaluate(PLACE, place)), told)


def expect_number(element, name: str, value: float) -> None:
    """Wait until an attribute tells this number."""
    wanted = pytest.approx(value, abs=2e-5)
    until(element.page, lambda: float(element.get_attribute(name)) == wanted)


def shown_tower(watched) -> str:
    return watched.page.locator("[data-tower]").get_attribute("data-tower")


def load(watched, files: dict[str, bytes]) -> None:
    watched.page.locator(".towers-in input[type=file]").set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": text} for name, text in files.items()]
    )


def test_panels_points_and_table_hold_the_models_numbers(towers_page, check):
    for name, (label, *_) in PRESETS.items():
        found, head = check.scores(preset(name)), panel(towers_page, label)
        for key in ("n", "r", "r2", "nse", "rmse", "bias", "slope"):
            expect_number(head, f"data-{key}", getattr(found, key))
        expect(head).to_contain_text(f"RMSE {found.rmse:.1f}")
        row = towers_page.page.locator(f'tr[data-scores="{label}"]')
        expect_number(row, "data-rmse", found.rmse)
    row = towers_page.page.locator('tr[data-scores="ε by class"]')
    expect(row).to_contain_text("0.775 / 12.024")
    expect(towers_page.page.get_by_text("These observations are synthetic")).to_be_visible()

    rows = check.compared
    expect_column(towers_page, "y0", "x", check.towers.nep[rows])
    for number, name in enumerate(PRESETS):
        expect_column(towers_page, "y0", f"y{number}", check.estimated(preset(name))[rows])
    columns = towers_page.page.evaluate(COLUMNS, "y0")
    assert len(set(zip(columns["colour"], columns["marker"], strict=True))) == 8


def test_picking_on_the_map_and_in_a_panel_moves_everything(towers_page, check):
    page = towers_page.page
    site = next(place.site for place in check.places if place.site.name == "NMG")
    x, y = check.scene.grid.from_lonlat(site.lon, site.lat)
    click_until(towers_page, "y", x, y, lambda: shown_tower(towers_page) == "NMG")
    rows = check.towers.site == check.towers.names.index("NMG")
    expect_column(towers_page, "observed", "observed", check.towers.nep[rows])
    expect_column(towers_page, "observed", "original", check.estimated(preset("original"))[rows])
    expect_column(towers_page, "observed", "own", check.estimated(preset("ci2"))[rows])
    points = towers_page.page.evaluate(COLUMNS, "y0")["site"]
    until(
        page,
        lambda: {points[row] for row in towers_page.page.evaluate(SELECTED, "y0")} == {"NMG"},
    )

    # And points dragged over pick theirs.
    estimates = check.estimated(preset("original"))
    highest = int(np.argmax(check.towers.nep))
    x, y = check.towers.nep[highest], estimates[highest]
    name = check.towers.names[check.towers.site[highest]]

    def drag() -> None:
        left, top = page.evaluate(PLACE, ["y0", x - 3, y + 3])
        right, bottom = page.evaluate(PLACE, ["y0", x + 3, y - 3])
        page.mouse.move(left, top)
        page.mouse.down()
        page.mouse.move(right, bottom, steps=5)
        page.mouse.up()

    act_until(page, drag, lambda: highest in page.evaluate(SELECTED, "y0"))
    until(page, lambda: shown_tower(towers_page) == name)

    def ringed() -> bool:
        told = page.evaluate(COLUMNS, "hover")
        width = dict(zip(told["site"], told["width"], strict=True))
        return width[name] > min(width.values())

    until(page, ringed)


def test_an_edit_can_take_a_panel_and_a_fit_becomes_a_named_scenario(towers_page, check):
    page = towers_page.page
    box = page.locator(".entry-epsilon_max-EBF input")
    box.fill("0.6")
    box.press("Enter")
    edited = preset("ci2").with_values({"epsilon_max.EBF": 0.6})
    row = page.locator(f'tr[data-scores="{edited.label}"]')
    expect(row).to_have_count(1)
    found = check.scores(edited)
    expect_number(row, "data-rmse", found.rmse)
    assert found.rmse > check.scores(preset("ci2")).rmse + 1
    page.locator(".towers-instead").get_by_role("combobox").click()
    page.locator('li[data-value="original"], li:has-text("Original CASA")').first.click()
    head = panel(towers_page, f"{edited.label} (this scenario)")
    expect(head).to_have_count(1)
    expect_number(head, "data-rmse", found.rmse)
    expect(panel(towers_page, "Original CASA")).to_have_count(0)

    page.locator(".towers-fit").get_by_role("button").click()
    fit = check.fit(edited)
    cell = page.locator('td[data-fitted="EBF"]')
    expect(cell).to_have_text(f"{fit.after['EBF']:.4f}")
    low, high = fit.bands["EBF"]
    expect(page.locator('td[data-band="EBF"]')).to_have_text(f"{low:.3f} – {high:.3f}")
    expect(page.locator('td[data-band="ENF"]')).to_have_text("one tower: no band")
    for key, found in (("fitted", fit.scores_fitted), ("left-out", fit.scores_left_out)):
        expect_number(page.locator(f'tr[data-fit="{key}"]'), "data-rmse", found.rmse)
    expect(page.locator(".nep-fit")).to_contain_text("value kept: Deciduous needleleaf forest")
    expect(page.locator('tr[data-scores="ε fitted to 8 towers"]')).to_have_count(1)
    shown = page.locator(".entry-epsilon_max-EBF input")
    expect(shown).to_have_value(f"{fit.after['EBF']:g}")


def test_own_towers_are_loaded_and_bad_ones_refused_with_nothing_changed(fresh, check):
    page = with_towers(fresh).page
    before = page.evaluate(COLUMNS, "y0")["x"]
    bad = OWN + b"A,116.4,43.3,gras,2010,1,3\nA,116.4,43.3,GRA,2010,14,3\n"
    load(fresh, {"bad.csv": bad, "worse.csv": b"<script>alert(1)</script>\n"})
    alert = page.locator('[role="alert"].nep-refused')
    expect(alert).to_contain_text("bad.csv, line 2: class = 'gras'")
    expect(alert).to_contain_text("bad.csv, line 3: month = '14'")
    expect(alert).to_contain_text("worse.csv, line 1")
    assert page.evaluate(COLUMNS, "y0")["x"] == before

    lines = [f"Mine,116.404,43.325,GRA,2009,{month},{4 * month}" for month in range(1, 13)]
    lines.append("Sea,160,20,GRA,2009,1,3")
    load(fresh, {"good.csv": OWN + "\n".join(lines).encode()})
    head = panel(fresh, "Original CASA")
    expect(head).to_have_attribute("data-n", "12")
    expect(alert).to_be_hidden()
    expect_column(fresh, "y0", "x", np.arange(4, 49, 4))
    page.get_by_text("notes on this comparison").click()
    expect(page.locator(".nep-remarks")).to_contain_text("Sea: outside the grid")
    page.get_by_text("By site").click()
    expect(page.locator('tr[data-site="Mine"]')).to_contain_text("12")
    expect(page.get_by_text("These observations are synthetic")).to_be_hidden()

    # A FLUXNET2015 site besides can be run with its own climate.
    header = "TIMESTAMP,TA_F,P_F,SW_IN_F,NEE_VUT_REF,NEE_VUT_REF_QC\n"
    season = -np.cos(2 * np.pi * (np.arange(12) - 0.5) / 12)
    rows = "".join(
        f"2009{month + 1:02d},{8 + 15 * season[month]:.2f},1.5,{160 + 80 * season[month]:.1f},"
        f"{-1.5 * season[month]:.3f},0.9\n"
        for month in range(12)
    )
    files = {
        "FLX_XX-Own_FLUXNET2015_SUBSET_MM_2009-2009_1-4.csv": (header + rows).encode(),
        "sites.csv": b"SITE_ID,LOCATION_LAT,LOCATION_LONG,IGBP\nXX-Own,43.325,116.404,GRA\n",
    }
    load(fresh, files)
    head = panel(fresh, "ε by class")
    grid, site = (
        TOWERS.check(check.scene, read_towers(files), at_site=flag).scores(preset("epsilon"))
        for flag in (False, True)
    )
    expect(head).to_have_attribute("data-rmse", f"{grid.rmse:.6f}")
    page.get_by_role("button", name="Climate: tower").click()
    expect(head).to_have_attribute("data-rmse", f"{site.rmse:.6f}")
    assert abs(grid.rmse - site.rmse) > 0.5


def test_places_that_no_file_tells_are_asked_for(fresh, check):
    page = with_towers(fresh).page
    header = b"TIMESTAMP,TA_F,P_F,SW_IN_F,NEE_VUT_REF,NEE_VUT_REF_QC\n"
    name = "FLX_XX-Own_FLUXNET2015_SUBSET_MM_2009-2009_1-4.csv"
    load(fresh, {name: header + b"200906,18,2,250,-1,0.9\n200907,20,3,250,-2,0.9\n"})
    alert = page.locator('[role="alert"].nep-refused')
    expect(alert).to_contain_text("nothing says where XX-Own stands")
    fields = {"lat": "43.325", "lon": "1116.404"}
    for field, text in fields.items():
        page.locator(f".place-{field}-XX-Own input").fill(text)
    page.locator(".towers-place button").click()
    expect(alert).to_contain_text("the fields of XX-Own: LOCATION_LONG = '1116.404'")
    expect(alert).to_contain_text("the fields of XX-Own: class = ''")
    page.locator(".place-lon-XX-Own input").fill("116.404")
    page.locator(".place-class-XX-Own").get_by_role("combobox").click()
    page.locator('li:has-text("Cropland")').first.click()
    page.locator(".towers-place button").click()
    expect(panel(fresh, "ε by class")).to_have_attribute("data-n", "2")
    expect(alert).to_be_hidden()
    expect(page.locator(".towers-place")).to_have_count(0)


def test_nothing_lies_over_anything_else_on_a_small_screen(fresh):
    page = with_towers(fresh).page
    page.set_viewport_size({"width": 1024, "height": 768})

    def one_below_the_other() -> bool:
        panels = [box.bounding_box() for box in page.locator(".nep-panel").all()]
        scores = page.locator("tr[data-scores]").first.bounding_box()
        return max(box["y"] + box["height"] for box in panels) + 250 < scores["y"]

    until(page, one_below_the_other)
    for table in page.locator(".nep-wide").all():
        box = table.bounding_box()
        assert box is None or box["x"] + box["width"] <= 1024
