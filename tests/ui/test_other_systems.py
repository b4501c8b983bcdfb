"""Systems beside the first, and products that users bring, on the page as a person sees it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from playwright.sync_api import Page, expect

from explorer import open_scene, preset, run
from explorer.scene.demo import demo_scene_path
from explorer.tables.periods import YEAR
from tests.ui.conftest import Tab

pytestmark = pytest.mark.ui

SCRIPT = Path(__file__).parents[1] / "toys" / "serve.py"


@pytest.fixture(scope="module")
def toys(served) -> str:
    """Address of a page with both toys beside System 1."""
    with served(lambda port: [sys.executable, str(SCRIPT), port]) as url:
        yield url


@pytest.fixture(scope="module")
def tab(context, toys) -> Iterator[Tab]:
    """The tab of this file, instead of one with the page of all others."""
    shared = Tab(context, toys)
    yield shared
    shared.close()


@pytest.fixture
def page(watched) -> Iterator[Page]:
    yield watched.page
    assert watched.page.get_by_role("alert").count() == 0


def choose(page: Page, css: str, label: str) -> None:
    page.locator(css).get_by_role("combobox").click()
    page.get_by_role("menuitem", name=label).or_(page.get_by_role("option", name=label)).click()


def test_toys_on_every_page_and_back(page):
    choose(page, ".systems", "A toy of annual growth")
    expect(page.get_by_text("Annual growth of a toy, year 2010")).to_be_visible()
    expect(page.get_by_role("button", name="Plain growth", exact=True)).to_be_visible()
    expect(page.get_by_text("Month", exact=True)).to_have_count(0)
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator('[data-place="trees"]')).to_be_visible()
    page.get_by_role("tab", name="Towers").click()
    expect(page.get_by_text("nothing of it is measured at towers")).to_be_visible()
    page.get_by_role("tab", name="Vegetation").click()
    expect(page.get_by_text("Annual growth by class, all regions").first).to_be_visible()
    choose(page, ".systems", "A toy of breath")
    expect(page.get_by_text("Annual breath by class, all regions").first).to_be_visible()
    page.get_by_role("tab", name="Map").click()
    expect(page.get_by_text("Breath of a toy, 18 Feb 2010")).to_be_visible()
    choose(page, ".systems", "NEP of China")
    expect(page.get_by_role("button", name="+ CI scheme II", exact=True)).to_be_visible()
    expect(page.get_by_text("Net ecosystem productivity (positive = sink)").first).to_be_visible()


def test_product_that_is_brought_stands_beside_ours(page, tmp_path):
    """NPP of our own in kilograms, plus a tenth, is ten per cent more everywhere."""
    scene = open_scene(demo_scene_path())
    npp = np.full(scene.grid.y.size * scene.grid.x.size, np.nan, "f4")
    npp[scene.index] = run(scene, preset("ci2")).cells("npp", YEAR) * 1.1 / 1000
    names = scene.grid.dims
    array = xr.DataArray(
        npp.reshape(scene.grid.y.size, -1),
        {names[0]: scene.grid.y, names[1]: scene.grid.x},
        names, "npp", {"units": "kg C m-2 yr-1", "long_name": "NPP of a reference"},
    )  # fmt: skip
    array.to_dataset().assign_attrs(title="A reference").to_netcdf(tmp_path / "reference.nc")
    page.get_by_role("button", name="Bring a product").click()
    page.locator(".product-in input[type=file]").set_input_files(tmp_path / "reference.nc")
    expect(page.get_by_role("status").filter(has_text="A reference")).to_be_visible()
    page.get_by_role("button", name="NPP", exact=True).click()
    page.get_by_role("tab", name="Compare").click()
    choose(page, ".pick-b", "A reference")
    expect(page.locator('[data-place="South"]')).to_contain_text("+10")
    expect(page.locator('[data-place="all"]')).to_contain_text("+10")
