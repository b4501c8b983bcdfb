"""The Vegetation page in a real browser: its numbers are the model's."""

import pytest
from playwright.sync_api import expect

from explorer import preset, run
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.system import PRESETS
from tests.ui.waiting import until

pytestmark = pytest.mark.ui

BARS = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const bars = models.find(model => model.type === 'GlyphRenderer'
        && model.glyph.type === 'VBar' && model.data_source.data.value);
    return [...bars.data_source.data.value];
}"""


def cell(watched, vegetation: str, version: str):
    return watched.page.locator(f'td[data-of="{vegetation} {version}"]')


def test_table_holds_every_version_and_follows_edits(watched, scene):
    watched.page.get_by_role("tab", name="Vegetation").click()
    for version in PRESETS:
        totals = run(scene, preset(version)).totals
        for name in ("EBF", "cropland"):
            expect(cell(watched, name, version)).to_have_attribute(
                "data-npp", f"{totals.yearly('npp', vegetation=name):.6f}"
            )
    box = watched.page.locator(".entry-epsilon_max-EBF input")
    box.fill("0.5")
    box.press("Enter")
    edited = run(scene, preset("ci2").with_values({"epsilon_max.EBF": 0.5})).totals
    expect(cell(watched, "EBF", "own")).to_have_attribute(
        "data-npp", f"{edited.yearly('npp', vegetation='EBF'):.6f}"
    )
    wanted = pytest.approx([edited.yearly("nep", vegetation=name) for name in CLASSES])
    until(watched.page, lambda: watched.page.evaluate(BARS) == wanted)


def test_region_is_followed_by_the_table(watched, scene):
    watched.page.get_by_role("tab", name="Vegetation").click()
    watched.page.get_by_role("button", name="North", exact=True).last.click()
    totals = run(scene, preset("ci2")).totals
    # What is published is of whole regions: its table stays, the diamonds of the whole go.
    rows = watched.page.locator(".nep-regions")
    south = rows.locator('[data-region-value="South npp"]')
    expect(south).to_have_attribute("data-number", f"{totals.yearly('npp', 'South'):.6f}")
    expect(rows).to_contain_text("630.1")
    marks = """() => [...Bokeh.documents[0]._all_models.values()].filter(
        model => model.type === 'GlyphRenderer' && model.glyph.type === 'Scatter'
        && model.glyph.marker.value === 'diamond').map(model => model.visible)"""
    until(watched.page, lambda: watched.page.evaluate(marks) == [False, False])
    expect(watched.page.get_by_text("5 places where the published figures")).to_be_visible()
    expect(cell(watched, "grassland", "own")).to_have_attribute(
        "data-npp", f"{totals.yearly('npp', 'North', 'grassland'):.6f}"
    )
