"""The Map page in a real browser: the numbers on it are the model's."""

import hashlib
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer import open_scene, preset, run
from explorer.scene.demo import demo_scene_path
from explorer.tables.classes import CLASSES, VEGETATION
from tests.ui.places import click_cell, on_screen

pytestmark = pytest.mark.ui

IMAGE_SUM = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const image = models.find(model => model.type === 'GlyphRenderer'
        && model.glyph.type === 'Image');
    const values = image.data_source.data.image[0];
    let sum = 0, count = 0;
    for (const value of values) if (!Number.isNaN(value)) { sum += value; count += 1; }
    return [sum, count];
}"""


BAR_TITLE = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    return models.find(model => model.type === 'ColorBar').title;
}"""


@pytest.fixture(scope="module")
def scene():
    return open_scene(demo_scene_path())


def total(watched, region: str) -> float:
    card = watched.page.locator(f'.nep-card[data-region="{region}"] b')
    return float(card.get_attribute("data-tg"))


def wait_for_total(watched, region: str, expected: float) -> None:
    card = watched.page.locator(f'.nep-card[data-region="{region}"] b')
    expect(card).to_have_attribute("data-tg", f"{expected:.6f}", timeout=15_000)


def enter(watched, name: str, text: str) -> None:
    box = watched.page.locator(f".entry-{name.replace('.', '-')} input")
    box.fill(text)
    box.press("Enter")


def wait_for_change(watched, script: str, before) -> list:
    watched.page.wait_for_function(
        f"before => JSON.stringify(({script})()) !== JSON.stringify(before)", arg=before
    )
    return watched.page.evaluate(script)


def test_page_shows_the_default_scenario(watched, scene):
    expected = run(scene, preset("ci2")).totals.yearly_total("nep", "South")
    assert total(watched, "South") == pytest.approx(expected, abs=1e-5)  # six decimals are written
    expect(watched.page.get_by_text("synthetic data", exact=True)).to_be_visible()


def test_editing_epsilon_max_changes_the_southern_total_by_the_models_amount(watched, scene):
    before = total(watched, "South")
    enter(watched, "epsilon_max.EBF", "0.9")
    edited = run(scene, preset("ci2").with_values({"epsilon_max.EBF": 0.9}))
    published = run(scene, preset("ci2"))
    expected = edited.totals.yearly_total("nep", "South") - published.totals.yearly_total(
        "nep", "South"
    )
    assert expected < -1  # the edit is large enough to be seen at all
    wait_for_total(watched, "South", before + expected)


def test_month_slider_changes_the_image_to_that_month(watched, scene):
    before = watched.page.evaluate(IMAGE_SUM)
    slider = watched.page.locator('.month input[type="range"]')
    slider.focus()
    slider.press("ArrowRight")
    shown = wait_for_change(watched, IMAGE_SUM, before)
    august = run(scene, preset("ci2")).cells("nep", 8)
    assert shown[1] == scene.cells
    assert shown[0] == pytest.approx(float(august.sum(dtype=np.float64)), rel=1e-6)


def test_a_wrong_entry_is_refused_and_the_last_good_value_stays(watched):
    before = total(watched, "South")
    enter(watched, "epsilon_max.EBF", "9")
    told = watched.page.locator('[role="alert"]')
    told.wait_for()
    assert "0.09 to 2.16" in told.inner_text()
    assert "kept 0.98" in told.inner_text()
    assert total(watched, "South") == before
    enter(watched, "epsilon_max.EBF", "abc")
    expect(told).to_contain_text("'abc'")
    assert total(watched, "South") == before
    enter(watched, "epsilon_max.EBF", "0.98")
    told.wait_for(state="hidden")


def test_preset_and_region_are_followed_by_totals_and_titles(watched, scene):
    watched.page.get_by_role("button", name="Original CASA").click()
    expected = run(scene, preset("original")).totals.yearly_total("nep", "South")
    wait_for_total(watched, "South", expected)
    watched.page.get_by_role("button", name="Northwest", exact=True).click()
    watched.page.wait_for_selector("text=Monthly NEP, Northwest")
    wait_for_total(watched, "South", expected)


def test_reset_returns_to_the_preset(watched):
    before = total(watched, "South")
    enter(watched, "epsilon_max.EBF", "1.2")
    watched.page.wait_for_selector('.nep-card[data-region="South"] >> text=against preset')
    watched.page.get_by_role("button", name="Reset to preset").click()
    watched.page.wait_for_selector('.nep-card[data-region="South"] >> text=as preset')
    assert total(watched, "South") == before


def test_year_shows_the_sum_of_the_months(watched, scene):
    before = watched.page.evaluate(IMAGE_SUM)
    watched.page.get_by_role("button", name="Year", exact=True).click()
    shown = wait_for_change(watched, IMAGE_SUM, before)
    year = run(scene, preset("ci2")).cells("nep", None)
    assert shown[0] == pytest.approx(float(year.sum(dtype=np.float64)), rel=1e-6)


def test_every_variable_draws_its_own_image(watched):
    pictures = set()
    for symbol in ("NPP", "Rh", "Rs", "FPAR", "ε"):
        before = watched.page.evaluate(IMAGE_SUM)
        watched.page.get_by_role("button", name=symbol, exact=True).click()
        shown = wait_for_change(watched, IMAGE_SUM, before)
        pictures.add(hashlib.sha256(repr(shown).encode()).hexdigest())
        assert watched.page.evaluate(BAR_TITLE) == symbol
    assert len(pictures) == 5


def test_hover_tells_place_value_class_and_region(watched, scene):
    # The cell nearest to the Qianyanzhou tower lies well inside the South.
    x, y = scene.grid.from_lonlat(115.067, 26.733)
    tooltip = watched.page.locator(".bk-tooltip-content", has_text="longitude")
    for _ in range(40):  # a person's pointer moves too; one jump can fall between two layouts
        across, down = on_screen(watched, x, y)
        watched.page.mouse.move(across + 1, down)
        watched.page.mouse.move(across, down)
        watched.page.wait_for_timeout(500)
        if tooltip.is_visible():
            break
    told = tooltip.inner_text()
    row, column = scene.grid.cell_at(float(x), float(y))
    cell = scene.cell_of_grid[row, column]
    value = run(scene, preset("ci2")).cells("nep", 7)[cell]
    assert re.search(r"115\.\d\d°", told)
    assert re.search(r"26\.\d\d°", told)
    assert f"{value:.3f}" in told
    assert VEGETATION[CLASSES[scene.vegetation[cell]]].long_name in told
    assert "South" in told


def test_tap_reads_the_true_cell(watched, scene):
    cell = click_cell(watched, scene, 115.067, 26.733)
    told = watched.page.locator(".nep-cell")
    result = run(scene, preset("ci2"))
    for name, symbol in (("nep", "NEP"), ("npp", "NPP"), ("rh", "Rh")):
        value = f"{result.cell(name, cell, 7):.1f}".replace("-", "−")
        expect(told).to_contain_text(f"{symbol} {value}")


def test_other_maps_follow_the_zoom(watched, scene):
    x, y = (float(place) for place in scene.grid.from_lonlat(115.067, 26.733))
    watched.page.mouse.move(*on_screen(watched, x, y))
    for _ in range(4):
        watched.page.mouse.wheel(0, -240)
        watched.page.wait_for_timeout(300)
    watched.page.wait_for_timeout(800)
    (first,) = watched.page.evaluate(SEEN)
    whole = scene.grid.bounds[2] - scene.grid.bounds[0]
    assert first["end"] - first["start"] < 0.7 * whole
    watched.page.get_by_role("tab", name="Compare").click()
    watched.page.wait_for_function(f"({SEEN})().length > 1", timeout=15_000)
    watched.page.wait_for_timeout(1000)
    for seen in watched.page.evaluate(SEEN)[1:]:
        assert seen["start"] < x < seen["end"]
        assert seen["end"] - seen["start"] < whole


SEEN = """() => [...Bokeh.documents[0]._all_models.values()].filter(m => m.type === 'Figure'
    && m.renderers.some(r => r.glyph?.type === 'Image' && r.data_source.data.image.length === 1))
    .map(m => ({start: m.x_range.start, end: m.x_range.end}))"""
