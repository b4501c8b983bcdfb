"""What raises in a handler or in the background is shown on the page, which goes on."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.ui

SCRIPT = Path(__file__).parent / "raising_page.py"


@pytest.fixture(scope="module")
def raising(served) -> str:
    """Address of a page on which much raises."""
    with served(lambda port: [sys.executable, str(SCRIPT), port]) as url:
        yield url


def is_told_and_dismissed(page: Page, *texts: str) -> None:
    alert = page.get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_be_in_viewport(ratio=1)
    for text in texts:
        expect(alert).to_contain_text(text)
    page.locator(".dismiss button").click()
    expect(alert).to_have_count(0)


def test_whatever_raises_is_told_and_the_page_goes_on(opened, raising):
    page = opened(raising).page
    expect(page.get_by_role("alert")).to_have_count(0)
    page.locator(".export button").click()
    is_told_and_dismissed(page, "The last input", "unexpected: KeyError", "a button's <defect>")
    plot = page.locator(".bk-Figure").first.bounding_box()
    page.mouse.click(plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2)
    is_told_and_dismissed(page, "The last input", "a map's defect")
    box = page.locator(".entry-delta_t input").last
    box.fill("1")
    box.press("Enter")
    is_told_and_dismissed(page, "only a preview is shown", "MemoryError", "no room for a first")
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    box.fill("0")
    box.press("Enter")
    page.wait_for_timeout(1000)
    expect(page.get_by_role("alert")).to_have_count(0)
