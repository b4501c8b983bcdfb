"""Exports in a real browser: the files hold what the page shows."""

import json
import shlex
import urllib.error
import urllib.request

import numpy as np
import pandas as pd
import pytest
import rasterio
import xarray as xr
from playwright.sync_api import expect

from explorer import View, open_scene, preset, run
from explorer.analysis.sensitivity import swings
from explorer.report.formats import command_for, export_name
from explorer.scene.demo import demo_scene_path
from explorer.tables.periods import Period
from tests.ui.waiting import patient

pytestmark = pytest.mark.ui

SCENARIO = preset("epsilon")
VIEW = View(variable="rh", region="North")


@pytest.fixture(scope="module")
def result():
    return run(open_scene(demo_scene_path()), SCENARIO)


def fetched(page, key: str):
    with page.expect_download() as begun:
        page.locator(f".export-{key} button").click()
    assert begun.value.suggested_filename == export_name(key, [SCENARIO], VIEW)
    return begun.value.path()


def test_files_hold_what_the_page_shows(watched, result):
    page = watched.page
    page.get_by_role("button", name="ε by class", exact=True).click()
    page.get_by_role("button", name="Rh", exact=True).click()
    page.get_by_role("button", name="North", exact=True).click()
    page.wait_for_selector("text=Monthly Rh, North")
    total = page.locator('.nep-card[data-region="North"] b')
    expected = result.totals.total("rh", Period(7), "North")
    expect(total).to_have_attribute("data-tg", f"{expected:.6f}")
    page.locator(".export button").click()

    table = pd.read_csv(fetched(page, "totals"))
    year = table.query("place == 'North' and variable == 'nep' and unit == 'Tg C yr-1'").value
    assert year.tolist() == [result.totals.yearly_total("nep", "North")]
    months = table.query("place == 'North' and variable == 'rh' and unit.str.endswith('month-1')")
    np.testing.assert_array_equal(months.value, result.totals.series("rh", "North"))

    values = result.cells("rh", Period(7))
    cells = pd.read_csv(fetched(page, "cells"))
    np.testing.assert_array_equal(cells.value.astype(np.float32), values)

    with xr.open_dataset(fetched(page, "netcdf"), engine="netcdf4") as file:
        found = file["rh"].values
    np.testing.assert_array_equal(found, result.scene.on_grid(values))
    with rasterio.open(fetched(page, "geotiff")) as file:
        np.testing.assert_array_equal(file.read(1), found)
        assert file.tags()["scenario_id"] == SCENARIO.identity

    heads = {
        "html": b"<!doctype html>", "notebook": b"{", "lineage": b"[",
    }  # fmt: skip
    for key, head in heads.items():
        data = fetched(page, key).read_bytes()
        assert data.startswith(head)
        if key == "notebook":
            code = "".join("".join(cell["source"]) for cell in json.loads(data)["cells"])
            assert "preset('epsilon')" in code
            assert "open_scene('demo')" in code

    command = command_for("lineage", SCENARIO, VIEW, "demo")
    expect(page.locator(".nep-command")).to_have_text(command)
    assert shlex.split(command)[-1] == export_name("lineage", [SCENARIO], VIEW)


def card(page, tab: str, name: str, ending: str):
    """The file of a card: its menu is opened, a kind of file is chosen."""
    page.get_by_role("tab", name=tab).click()
    page.locator(f".card-{name} button").first.click()
    with page.expect_download() as begun:
        page.locator(f".export-{name}-{ending} button").click()
    page.get_by_role("button", name="Close", exact=True).click()
    return begun.value


def test_menu_of_a_card_gives_what_the_card_shows(watched):
    """One card of each page; a file's numbers are those that stand on the page."""
    page = watched.page
    page.get_by_role("button", name="South", exact=True).click()
    page.wait_for_selector("text=Monthly NEP, South")
    file = card(page, "Map", "totals-by-region", "csv")
    table = pd.read_csv(file.path())
    for place, value in zip(table.place, table.value, strict=True):
        shown = page.locator(f'.nep-card[data-region="{place}"] b')
        expect(shown).to_have_attribute("data-tg", f"{value:.6f}")
    assert file.suggested_filename.startswith("totals-by-region_nep_jul_south_ci2_")

    page.get_by_role("tab", name="Compare").click()
    page.wait_for_selector("[data-cause=sum]")
    table = pd.read_csv(card(page, "Compare", "causes", "csv").path()).set_index("cause")
    for cause, value in table.value.items():
        shown = page.locator(f'[data-cause="{cause}"]')
        expect(shown).to_have_attribute("data-tg", f"{value:.6f}")
    assert set(table.label_a) == {"+ CI scheme II"}

    page.get_by_role("tab", name="Towers").click()
    page.wait_for_selector("[data-scores]")
    table = pd.read_csv(card(page, "Towers", "scores", "csv").path())
    for label, value in zip(table.label, table.rmse, strict=True):
        shown = page.locator(f'[data-scores="{label}"]')
        expect(shown).to_have_attribute("data-rmse", f"{value:.6f}")

    page.get_by_role("tab", name="Vegetation").click()
    page.wait_for_selector("[data-region-value]")
    table = pd.read_csv(card(page, "Vegetation", "by-region", "csv").path())
    south = table[(table.place == "South") & (table.variable == "npp")].value
    shown = page.locator('[data-region-value="South npp"]')
    expect(shown).to_have_attribute("data-number", f"{float(south.iloc[0]):.6f}")


def test_report_opens_by_itself(watched, browser, tmp_path):
    """The report is read with no network at all, and shows the page's total."""
    watched.page.get_by_role("button", name="Year", exact=True).click()
    watched.page.wait_for_selector('.nep-card[data-region="all"] >> text=Tg C yr⁻¹')
    total = watched.page.locator('.nep-card[data-region="all"] b').get_attribute("data-tg")
    watched.page.locator(".export button").click()
    with watched.page.expect_download() as begun:
        watched.page.locator(".export-html button").click()
    path = tmp_path / "report.html"
    begun.value.save_as(path)
    context = patient(browser.new_context(offline=True, color_scheme="dark"))
    page, asked, wrong = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.goto(path.as_uri())
    asked = [url for url in asked if not url.startswith(("file:", "data:"))]
    assert (asked, wrong) == ([], [])
    expect(page.locator("table").nth(1)).to_contain_text(f"{float(total):.2f}")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(map(int, dark[4:-1].split(","))) < 150
    drawn = page.evaluate("document.querySelector('svg image').getBoundingClientRect().width")
    assert drawn > 300
    context.close()


@pytest.mark.parametrize(
    "path", ["download/abc/x.csv", "download/abc/..%2f..%2fetc%2fpasswd", "download/../x/y"]
)
def test_address_that_was_not_offered_gives_nothing(address, path):
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{address}/{path}")
    assert error.value.code in (400, 404)
    error.value.close()


def test_bar_of_what_moves_the_total_leads_to_its_control(watched):
    """The drawer opens the fold of the parameter, and the cursor is in its box."""
    page = watched.page
    page.get_by_role("button", name="What moves it", exact=True).click()
    bar = page.locator('[data-parameter="rs_r0"]')
    expect(bar).to_be_visible()
    slopes = preset("ci2").system.slopes
    scene = open_scene(demo_scene_path())
    result = run(scene, preset("ci2"))
    found = slopes(result, scene.blocked_area, lambda _share: True)
    (swing,) = (one for one in swings(result.parameters, found) if one.name == "rs_r0")
    expect(bar).to_have_attribute("data-up", f"{swing.change_high:.6f}")
    bar.click()
    expect(page.locator(".entry-rs_r0 input")).to_be_focused()
