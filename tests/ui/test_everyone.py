"""The page for those who work it by keys, hear it, or need contrast; one page for all of it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.conftest import MAP_IS_DRAWN, Watched, open_page
from tests.ui.waiting import patient, until

GRAVE = {"serious", "critical"}
PAGES = {
    "Compare": '.nep-causes [data-cause="sum"]',
    "Towers": ".nep-panel",
    "Vegetation": '[data-of="EBF own"]',
    "Map": ".totals-strip .nep-card",
}
"""Each page, and what is there when it is drawn."""
# Of every control in all shadow roots: what it is called, by label, attribute or text.
NAMES = """() => {
    const walk = function* (root) {
        for (const part of root.querySelectorAll("*")) {
            yield part;
            if (part.shadowRoot) yield* walk(part.shadowRoot);
        }
    };
    const called = (part) => {
        const root = part.getRootNode();
        const by = (part.getAttribute("aria-labelledby") ?? "").split(" ")
            .map((id) => id && root.getElementById(id)?.textContent).join(" ").trim();
        return by || part.getAttribute("aria-label") || part.labels?.[0]?.textContent
            || part.textContent.trim() || part.title;
    };
    const controls = "button, a[href], input:not([type=file]), [role=combobox], [role=slider]";
    return [...walk(document)]
        .filter((part) => part.matches(controls) && part.getClientRects().length
            && part.getAttribute("aria-hidden") !== "true" && part.tabIndex >= 0)
        .map((part) => [called(part) ?? "", part.outerHTML.slice(0, 200)]);
}"""
FOCUSED = """() => {
    let part = document.activeElement;
    while (part?.shadowRoot?.activeElement) part = part.shadowRoot.activeElement;
    const style = getComputedStyle(part);
    return {name: part.getAttribute("aria-label") || part.textContent.trim(),
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        classes: part.className};
}"""


@pytest.fixture(scope="module")
def context(browser) -> BrowserContext:
    """A browser of a person whose system is dark."""
    shared = patient(
        browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    )
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def seen(context: BrowserContext, address: str) -> Watched:
    """The page that all tests of this file look at, one after the other.

    Every tab of it was opened: what is first opened after axe has run in a page is not drawn.
    """
    watched = open_page(context, address)
    for name in PAGES:
        show(watched.page, name)
    return watched


def show(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.locator(PAGES[name]).locator("visible=true").first).to_be_visible()


def grave_faults(page: Page, **options) -> list[str]:
    """Return what axe finds that keeps people out, each with its place."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]


def is_dark(page: Page) -> bool:
    return page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "dark"


def press_dark_mode(page: Page, *, dark: bool) -> None:
    button = page.get_by_role("button", name="Dark mode")
    button.click()
    expect(button).to_have_attribute("aria-pressed", str(dark).lower())


def test_dark_setting_of_the_system_is_followed(seen):
    assert is_dark(seen.page)
    expect(seen.page.get_by_role("button", name="Dark mode")).to_have_attribute(
        "aria-pressed", "true"
    )
    seen.page.emulate_media(color_scheme="light")
    until(seen.page, lambda: not is_dark(seen.page))
    seen.page.emulate_media(color_scheme="dark")
    until(seen.page, lambda: is_dark(seen.page))


def test_first_stop_leads_past_the_drawer_to_the_map(seen):
    page = seen.page
    # As on a page just loaded: the key starts from where something was clicked last.
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); }")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the map and figures")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    address = page.url
    page.keyboard.press("Enter")
    assert "skip-target" in page.evaluate(FOCUSED)["classes"]
    assert page.url == address
    page.evaluate("() => document.body.removeAttribute('tabindex')")


def test_focus_is_seen_and_returns_from_a_dialog(seen):
    page = seen.page
    for css, name in ((".share", "Share"), (".card-series", "Export the series")):
        opener = page.locator(css).get_by_role("button")
        opener.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["name"].startswith(name)
        assert focused["outline"] >= 2
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        until(page, lambda name=name: page.evaluate(FOCUSED)["name"].startswith(name), 8_000)


def test_refusal_is_the_description_of_its_box(seen):
    box = seen.page.get_by_role("textbox", name="ε_max, Evergreen broadleaf")
    box.fill("9")
    box.press("Enter")
    told = re.compile("must be between 0.09 and 2.16; 9 was not used")
    expect(box).to_have_accessible_description(told)
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("0.98")
    box.press("Enter")
    expect(box).to_have_attribute("aria-invalid", "false")
    expect(box).to_have_accessible_description("")


def test_months_are_walked_by_buttons_of_that_name(seen):
    page = seen.page
    slider = page.get_by_role("slider", name="Month")
    for name, month in (("Next month", "Aug"), ("Previous month", "Jul")):
        page.get_by_role("button", name=name).click()
        expect(slider).to_have_attribute("aria-valuetext", month)


def test_plots_say_their_numbers(seen):
    page = seen.page
    mean = re.compile(r"Means: all regions 29\.\d, South 6\d")
    expect(page.get_by_label(mean)).to_have_attribute("role", "application")
    months = re.compile(r"^Monthly NEP, all regions.*Jul 29\.\d.*published Original CASA: from −")
    expect(page.get_by_role("img", name=months)).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^Why NEP .*potential"))).to_be_visible()


def test_map_is_worked_by_keys(seen):
    page = seen.page
    cell = page.locator(".nep-cell[data-cell]")
    page.get_by_role("application", name=re.compile("^Map of")).focus()
    page.keyboard.press("Enter")
    first = cell.get_attribute("data-cell")
    page.keyboard.press("ArrowRight")
    expect(cell).to_have_attribute("data-cell", str(int(first) + 1))
    page.keyboard.press("Escape")
    expect(cell).to_have_count(0)


@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_nobody_out(seen, name):
    page = seen.page
    show(page, name)
    nameless = [html for called, html in page.evaluate(NAMES) if not called.strip()]
    assert nameless == []
    assert grave_faults(page) == []


def test_own_choice_outlasts_the_page(seen):
    page = seen.page
    press_dark_mode(page, dark=False)
    page.reload()
    expect(page.get_by_role("button", name="Dark mode")).to_have_attribute("aria-pressed", "false")
    assert not is_dark(page)
    expect(page.locator(PAGES["Map"]).first).to_be_visible()
    page.wait_for_function(MAP_IS_DRAWN)
    assert grave_faults(page) == []  # in light, too
    seen.check()
