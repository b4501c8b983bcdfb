"""The Map page in a real browser: the numbers on it are the model's."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer import preset, run
from explorer.tables.periods import YEAR, Period
from tests.ui.places import click_cell, on_screen
from tests.ui.waiting import act_until, until

pytestmark = pytest.mark.ui

JULY = Period(7)

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


BAR_TICKS = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const names = models.find(model => model.type === 'ColorBar').major_label_overrides;
    return [...(names instanceof Map ? names.values() : Object.values(names))];
}"""


def total(watched, region: str) -> float:
    card = watched.page.locator(f'.nep-card[data-region="{region}"] b')
    return float(card.get_attribute("data-tg"))


def wait_for_total(watched, region: str, expected: float) -> None:
    card = watched.page.locator(f'.nep-card[data-region="{region}"] b')
    expect(card).to_have_attribute("data-tg", f"{expected:.6f}")


def enter(watched, name: str, text: str) -> None:
    box = watched.page.locator(f".entry-{name.replace('.', '-')} input")
    box.fill(text)
    box.press("Enter")


def wait_for_image(watched, values: np.ndarray) -> None:
    """Wait until the pixels are these cells."""
    sums = [pytest.approx(float(values.sum(dtype=np.float64)), rel=1e-6), values.size]
    until(watched.page, lambda: watched.page.evaluate(IMAGE_SUM) == sums)


def test_page_shows_the_default_scenario(watched, scene):
    expected = run(scene, preset("ci2")).totals.total("nep", JULY, "South")
    # Six decimals are written.
    until(watched.page, lambda: total(watched, "South") == pytest.approx(expected, abs=1e-5))
    expect(watched.page.get_by_text("synthetic data", exact=True)).to_be_visible()


def test_editing_epsilon_max_changes_the_southern_total_by_the_models_amount(watched, scene):
    before = total(watched, "South")
    enter(watched, "epsilon_max.EBF", "0.9")
    edited = run(scene, preset("ci2").with_values({"epsilon_max.EBF": 0.9}))
    published = run(scene, preset("ci2"))
    expected = edited.totals.total("nep", JULY, "South") - published.totals.total(
        "nep", JULY, "South"
    )
    assert expected < -0.1  # the edit is large enough to be seen at all
    # What was read before has six decimals.
    wanted = pytest.approx(before + expected, abs=2e-6)
    until(watched.page, lambda: total(watched, "South") == wanted)


def test_month_slider_changes_the_image_to_that_month(watched, scene):
    slider = watched.page.locator('.month input[type="range"]')
    slider.focus()
    slider.press("ArrowRight")
    august = run(scene, preset("ci2")).cells("nep", Period(8))
    assert august.size == scene.cells
    wait_for_image(watched, august)


def test_a_wrong_entry_is_refused_and_the_last_good_value_stays(watched):
    before = total(watched, "South")
    enter(watched, "epsilon_max.EBF", "9")
    told = watched.page.locator('[role="alert"]')
    expect(told).to_contain_text("must be between 0.09 and 2.16; 9 was not used (still 0.98)")
    assert total(watched, "South") == before
    enter(watched, "epsilon_max.EBF", "abc")
    expect(told).to_contain_text("abc was not used")
    assert total(watched, "South") == before
    enter(watched, "epsilon_max.EBF", "0.98")
    told.wait_for(state="hidden")


def test_preset_and_region_are_followed_by_totals_and_titles(watched, scene):
    watched.page.get_by_role("button", name="Original CASA", exact=True).click()
    expected = run(scene, preset("original")).totals.total("nep", JULY, "South")
    wait_for_total(watched, "South", expected)
    watched.page.get_by_role("button", name="Northwest", exact=True).click()
    watched.page.wait_for_selector("text=Monthly NEP, Northwest")
    wait_for_total(watched, "South", expected)


def test_reset_returns_to_the_preset(watched):
    before = total(watched, "South")
    enter(watched, "epsilon_max.EBF", "1.2")
    watched.page.wait_for_selector('.nep-card[data-region="South"] >> text=compared with published')
    watched.page.get_by_role("button", name="Reset to preset").click()
    watched.page.wait_for_selector('.nep-card[data-region="South"] >> text=as published')
    assert total(watched, "South") == before


def test_year_shows_the_sum_of_the_months(watched, scene):
    watched.page.get_by_role("button", name="Year", exact=True).click()
    wait_for_image(watched, run(scene, preset("ci2")).cells("nep", YEAR))


def test_every_variable_draws_its_own_image(watched, scene):
    result = run(scene, preset("ci2"))
    symbols = {"npp": "NPP", "rh": "Rh", "rs": "Rs", "fpar": "FPAR", "epsilon": "ε"}
    for name, symbol in symbols.items():
        watched.page.get_by_role("button", name=symbol, exact=True).click()
        wait_for_image(watched, result.cells(name, JULY))
        until(watched.page, lambda symbol=symbol: watched.page.evaluate(BAR_TITLE) == symbol)


def choose_in_list(watched, label: str) -> None:
    watched.page.locator(".more-variables").get_by_role("combobox").click()
    watched.page.get_by_role("menuitem", name=label, exact=True).click()


def test_inputs_of_the_scene_are_chosen_in_the_list_and_drawn(watched, scene):
    by_heading = {
        "Normalised difference vegetation index, Jul": scene.field("ndvi")[JULY.step - 1],
        "Mean air temperature, Jul": scene.field("temperature")[JULY.step - 1],
        "Elevation above sea level": scene.field("elevation"),
        "IGBP land cover": scene.vegetation,
        "Region": scene.region,
    }
    for heading, values in by_heading.items():
        label = heading.removesuffix(", Jul")
        choose_in_list(watched, label)
        wait_for_image(watched, np.asarray(values, dtype=np.float32))
        exactly = re.compile(rf"^{heading}( \d{{4}})?$")
        watched.page.locator(".nep-title", has_text=exactly).first.wait_for()
    names = list(scene.region_names)
    until(watched.page, lambda: watched.page.evaluate(BAR_TICKS) == names)
    watched.page.get_by_role("button", name="NEP", exact=True).click()
    wait_for_image(watched, run(scene, preset("ci2")).cells("nep", JULY))
    until(watched.page, lambda: watched.page.evaluate(BAR_TICKS) == [])


def test_hover_tells_place_value_class_and_region(watched, scene):
    # The cell nearest to the Qianyanzhou tower lies well inside the South.
    x, y = scene.grid.from_lonlat(115.067, 26.733)
    tooltip = watched.page.locator(".bk-tooltip-content", has_text="longitude")

    def point() -> None:  # a person's pointer moves too; one jump can fall between two layouts
        across, down = on_screen(watched, x, y)
        watched.page.mouse.move(across + 1, down)
        watched.page.mouse.move(across, down)

    row, column = scene.grid.cell_at(float(x), float(y))
    cell = scene.cell_of_grid[row, column]
    value = run(scene, preset("ci2")).cells("nep", JULY)[cell]

    def told() -> None:
        assert tooltip.is_visible()
        told = tooltip.inner_text()
        assert re.search(r"115\.\d\d°", told)
        assert re.search(r"26\.\d\d°", told)
        assert f"{value:.3f}" in told
        assert scene.classes.long_names[scene.vegetation[cell]] in told
        assert "South" in told

    act_until(watched.page, point, told)


def test_tap_reads_the_true_cell(watched, scene):
    cell = click_cell(watched, scene, 115.067, 26.733)
    told = watched.page.locator(".nep-cell")
    result = run(scene, preset("ci2"))
    for name, symbol in (("nep", "NEP"), ("npp", "NPP"), ("rh", "Rh")):
        value = f"{result.cell(name, cell, JULY):.1f}".replace("-", "−")
        expect(told).to_contain_text(f"{symbol} {value}")


def test_other_maps_follow_the_zoom(watched, scene):
    x, y = (float(place) for place in scene.grid.from_lonlat(115.067, 26.733))
    whole = scene.grid.bounds[2] - scene.grid.bounds[0]

    def turn() -> None:
        watched.page.mouse.move(*on_screen(watched, x, y))
        for _ in range(4):
            watched.page.mouse.wheel(0, -240)
            watched.page.wait_for_timeout(300)

    def zoomed() -> bool:
        (first,) = watched.page.evaluate(SEEN)
        # The pixels are of the part that is seen when the server has been told of it.
        return first["end"] - first["start"] < 0.7 * whole and first["drawn"] < 0.8 * whole

    act_until(watched.page, turn, zoomed)
    # And what is turned just before the page is left counts as well.
    watched.page.mouse.wheel(0, -480)
    watched.page.wait_for_timeout(200)
    (last,) = watched.page.evaluate(SEEN)
    watched.page.get_by_role("tab", name="Compare").click()

    def follows() -> None:
        others = watched.page.evaluate(SEEN)[1:]
        assert others
        for seen in others:
            assert seen["start"] < x < seen["end"]
            # A plate of other proportions shows somewhat more.
            assert seen["end"] - seen["start"] < 1.6 * (last["end"] - last["start"])

    until(watched.page, follows)


SEEN = """() => [...Bokeh.documents[0]._all_models.values()].filter(m => m.type === 'Figure'
    && m.renderers.some(r => r.glyph?.type === 'Image' && r.data_source.data.image.length === 1))
    .map(m => ({start: m.x_range.start, end: m.x_range.end, drawn: m.renderers.find(
        r => r.glyph?.type === 'Image').data_source.data.dw[0]}))"""
