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
from explorer.report.formats import FORMATS, command_for
from explorer.scene.demo import demo_scene_path
from explorer.tables.periods import Period
from tests.ui.waiting import patient

pytestmark = pytest.mark.ui

SCENARIO = preset("epsilon")
VIEW = View(variable="rh", region="North")
STEM = f"rh_jul_epsilon_{SCENARIO.identity}"


@pytest.fixture(scope="module")
def result():
    return run(open_scene(demo_scene_path()), SCENARIO)


def fetched(page, key: str):
    with page.expect_download() as begun:
        page.locator(f".export-{key.replace('_', '-')} button").click()
    assert begun.value.suggested_filename == f"{STEM}{FORMATS[key].ending}"
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

    table = pd.read_csv(fetched(page, "series"))
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
        "map_png": b"\x89PNG", "map_svg": b"<?xml", "series_png": b"\x89PNG",
        "series_svg": b"<?xml", "html": b"<!doctype html>", "notebook": b"{", "lineage": b"[",
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
    assert shlex.split(command)[-1] == f"{STEM}.json"


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
