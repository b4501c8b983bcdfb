"""A session outlives reload, the browser's buttons, and its server, in a real browser."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer import View, preset
from explorer.scene.store import write_dataset
from explorer.session.link import Link, from_token, to_token
from tests.ui.conftest import SERVE, START, free_port, wait_until_served
from tests.ui.waiting import patient, until

pytestmark = pytest.mark.ui

MINE = preset("ci2").with_values({"epsilon_max.EBF": 1.2})
ELSEWHERE = Link(preset("original"), preset("ci2"), View(variable="rh", step=1, tapped=40))


class Served:
    """A server that can be stopped, and started again at the same address."""

    def __init__(self, scene: Path) -> None:
        self.port, self.scene = free_port(), scene
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve", str(self.scene), "--no-open",
             "--port", str(self.port)],
            env=os.environ | {"PYTHONUNBUFFERED": "1"}, stdin=subprocess.PIPE,
        )  # fmt: skip
        wait_until_served(self.url, self.process)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)
        self.process.stdin.close()


@pytest.fixture(scope="module")
def server(tiny_dataset, tmp_path_factory) -> Iterator[Served]:
    made = Served(write_dataset(tiny_dataset(), tmp_path_factory.mktemp("scene") / "tiny.zarr"))
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def page(browser, server) -> Iterator[Page]:
    """One page for all tests, each of which goes on where the one before has ended."""
    context = patient(browser.new_context(viewport={"width": 1440, "height": 900}))
    page = context.new_page()
    page.goto(server.url)
    wait_until_drawn(page)
    yield page
    context.close()


def wait_until_drawn(page: Page) -> None:
    page.wait_for_selector(".nep-card, .nep-causes", state="attached")
    page.wait_for_selector(".export button")
    page.wait_for_function("() => Bokeh.documents[0]?.is_idle")


def linked(page: Page) -> Link:
    assert "#v" in page.url
    return from_token(page.url.partition("#")[2])


def expect_mine(page: Page) -> None:
    box = page.locator(".entry-epsilon_max-EBF input").first
    expect(box).to_have_value("1.2")
    expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
    fold = page.get_by_role("button", name=re.compile("Named scenarios · 1"))
    expect(fold).to_be_visible()
    expect(page.locator(".nep-stored")).to_contain_text("Stored in this browser: 1 named scenario")


def test_address_follows_an_edit(page):
    assert "#" not in page.url
    box = page.locator(".entry-epsilon_max-EBF input").first
    box.fill("1.2")
    box.press("Enter")
    until(page, lambda: linked(page).scenario == MINE)


def test_browsers_buttons_walk_the_pages_and_leave_the_edits(page):
    def expect_page(name: str) -> None:
        tab = page.get_by_role("tab", name=name)
        expect(tab).to_have_attribute("aria-selected", "true")
        until(page, lambda: linked(page).view.page == name.lower())
        assert linked(page).scenario == MINE

    for name in ("Vegetation", "Compare"):
        page.get_by_role("tab", name=name).click()
        expect_page(name)
    page.go_back()
    expect_page("Vegetation")
    page.go_back()
    expect_page("Map")
    page.go_forward()
    expect_page("Vegetation")
    page.go_forward()
    expect_page("Compare")


def test_reload_brings_all_of_it_back(page):
    page.get_by_role("button", name="Named scenarios").click()
    page.locator(".scenario-name input").fill("mine")
    page.locator(".scenario-name input").press("Enter")
    expect(page.locator(".nep-stored")).to_contain_text("1 named scenario")
    until(page, lambda: linked(page).scenario.name == "mine")
    page.reload()
    wait_until_drawn(page)
    expect_mine(page)


def test_lost_server_is_told_and_the_page_comes_back_as_it_was(page, server):
    banner = page.get_by_role("alert").filter(has_text="The server does not answer")
    expect(banner).to_have_count(0)
    server.stop()
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("comes back as it was")
    expect(banner).to_be_in_viewport(ratio=1)
    server.start()
    expect(banner).to_have_count(0)
    wait_until_drawn(page)
    expect_mine(page)


def test_what_goes_wrong_in_the_browser_is_told(page):
    page.evaluate("() => setTimeout(() => { throw new Error('a <defect> of a script'); })")
    banner = page.get_by_role("alert").filter(has_text="Something went wrong in this page")
    expect(banner).to_contain_text("a <defect> of a script")
    banner.get_by_role("button", name="Dismiss").click()
    expect(banner).to_have_count(0)
    page.evaluate("() => { Promise.reject(new Error('a refusal')); }")
    expect(banner).to_contain_text("a refusal")
    banner.get_by_role("button", name="Load again").click()
    wait_until_drawn(page)
    expect_mine(page)
    expect(banner).to_have_count(0)


def test_what_is_stored_can_be_cleared(page):
    page.locator(".stored-clear button").click()
    expect(page.locator(".nep-stored")).to_contain_text("and nowhere else")
    assert page.evaluate("() => localStorage.length") == 0
    page.reload()
    wait_until_drawn(page)
    expect(page.get_by_role("button", name="Named scenarios", exact=True)).to_be_visible()
    expect(page.locator(".entry-epsilon_max-EBF input").first).to_have_value("1.2")


def test_links_typed_one_right_after_the_other_are_all_followed(page):
    for _ in range(3):  # an address of ours is on its way at each of them
        for link, title in ((ELSEWHERE, "Heterotrophic respiration, Jan"), (START, ", Jul")):
            page.evaluate("token => { location.hash = token; }", to_token(link))
            expect(page.locator(".nep-title", has_text=title).first).to_be_visible()
