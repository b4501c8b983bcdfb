"""A shared link in a real browser: what one person sees is what the other gets."""

import base64
import json
import re
import zlib

import numpy as np
import pytest
import shapely
from playwright.sync_api import Page, expect

from explorer import View, open_scene, preset, run
from explorer.scene.demo import demo_scene_path
from explorer.scene.shapes.shape import shape_of
from explorer.session.link import VERSION, Link, from_token, to_token
from explorer.tables.periods import YEAR, Period
from tests.ui.waiting import patient, until

pytestmark = pytest.mark.ui

JULY = Period(7)
CARDS = """() => {
    const found = [];
    const look = (root) => {
        found.push(...root.querySelectorAll('.nep-card'));
        for (const one of root.querySelectorAll('*')) if (one.shadowRoot) look(one.shadowRoot);
    };
    look(document);
    return found.map(card => [card.dataset.region, card.querySelector('b').dataset.tg]);
}"""
PICTURE = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const image = models.find(m => m.type === 'GlyphRenderer' && m.glyph.type === 'Image');
    let sum = 0, count = 0;
    for (const value of image.data_source.data.image[0])
        if (!Number.isNaN(value)) { sum += value; count += 1; }
    return [sum, count];
}"""


@pytest.fixture(scope="module")
def elsewhere(browser):
    """Another person's browser."""
    context = patient(browser.new_context(viewport={"width": 1024, "height": 768}))
    yield context
    context.close()


@pytest.fixture
def visitor(elsewhere, address):
    """What opens a link in another person's browser and waits for the numbers."""
    pages: list[Page] = []

    def opened(token: str) -> Page:
        page = elsewhere.new_page()
        pages.append(page)
        page.goto(f"{address}/#{token}")
        page.wait_for_selector(".nep-card")
        return page

    yield opened
    for page in pages:
        page.close()


def expect_totals(page: Page, totals, name: str = "nep", period: Period = JULY) -> None:
    for region in ("all", *totals.region_names):
        card = page.locator(f'.nep-card[data-region="{region}"] b')
        expected = f"{totals.total(name, period, region):.6f}"
        expect(card).to_have_attribute("data-tg", expected)


def follow(watched, token: str) -> Page:
    """Put a link into the address of an open page, as one pastes it there."""
    watched.page.evaluate("token => { location.hash = token; }", token)
    return watched.page


def share(page: Page) -> str:
    page.locator(".share button").click()
    field = page.locator(".share-link input")
    expect(field).to_have_value(re.compile(rf"^http://.+#v{VERSION}\."))
    return field.input_value()


def test_link_restores_every_number(watched, visitor, address):
    page = watched.page
    page.get_by_role("button", name="+ CI scheme I", exact=True).click()
    box = page.locator(".entry-epsilon_max-EBF input").first
    box.fill("1.234")
    box.press("Enter")
    page.get_by_role("button", name="NPP", exact=True).click()
    page.get_by_role("button", name="Year", exact=True).click()
    page.get_by_role("button", name="Northwest", exact=True).click()
    scenario = preset("ci1").with_values({"epsilon_max.EBF": 1.234})
    page.wait_for_selector("text=Net primary productivity, year")
    expect_totals(page, run(open_scene(demo_scene_path()), scenario).totals, "npp", YEAR)
    link = share(page)
    expect(page.get_by_text("It is copied.")).to_be_visible()
    until(page, lambda: page.url == link)  # so that a reload keeps it
    expected = Link(
        scenario, preset("original"), View(variable="npp", yearly=True, region="Northwest")
    )
    window = re.sub(r".*#", "", link)
    other = visitor(window)
    other.wait_for_selector("text=Net primary productivity, year")
    for what in (CARDS, PICTURE):
        until(other, lambda what=what: other.evaluate(what) == page.evaluate(what))
    expect(other.locator(".entry-epsilon_max-EBF input").first).to_have_value("1.234")
    expect(other.get_by_text("Monthly NPP, Northwest")).to_be_visible()
    chosen = other.locator('.nep-card.nep-chosen[data-region="Northwest"]')
    expect(chosen).to_be_visible()
    # The map's visible window belongs to the link too; all else is known here.
    found = from_token(window)
    assert (found.scenario, found.other) == (expected.scenario, expected.other)
    for name in ("page", "variable", "yearly", "region"):
        assert getattr(found.view, name) == getattr(expected.view, name)


def test_year_and_month_both_come_back(watched, scene):
    """Choosing a month leaves the year; a link that holds both must not."""
    view = View(variable="rh", yearly=True, step=3, region="South")
    page = follow(watched, to_token(Link(preset("epsilon"), preset("ci2"), view)))
    page.wait_for_selector("text=Heterotrophic respiration, year")
    result = run(scene, preset("epsilon"))
    expect_totals(page, result.totals, "rh", YEAR)
    expect(page.get_by_text("Monthly Rh, South")).to_be_visible()


def test_tapped_cell_comes_back(watched, scene):
    page = follow(
        watched, to_token(Link(preset("ci2"), preset("original"), View(step=4, tapped=4321)))
    )
    told = page.locator('.nep-cell[data-cell="4321"]')
    told.wait_for()
    value = run(scene, preset("ci2")).cell("nep", 4321, Period(4))
    expect(told).to_contain_text(f"NEP {value:.1f}".replace("-", "−"))


@pytest.mark.parametrize("page_name", ["map", "vegetation"])
def test_link_with_shapes_and_a_changed_parameter_opens_as_it_was(visitor, scene, page_name):
    """In a fresh browser: both shapes, the one that was chosen and marked, and every number."""
    shapes = tuple(
        shape_of([shapely.box(west, 30, west + 3, 33)], name, "drawn")
        for name, west in {"one": 105, "other": 110}.items()
    )
    scenario = preset("ci2").with_values({"epsilon_max.EBF": 1.2})
    view = View(page=page_name, shapes=shapes, region="other")
    page = visitor(to_token(Link(scenario, preset("original"), view)))
    if page_name != "map":
        expect(page.get_by_role("tab", name="Vegetation")).to_have_attribute(
            "aria-selected", "true"
        )
        page.wait_for_selector("text=other")
        page.get_by_role("tab", name="Map").click()
    page.wait_for_selector("text=Monthly NEP, other")
    expect_totals(page, run(scene, scenario).totals)
    expect(page.locator(".shape-name input")).to_have_count(2)
    one, other = page.locator(".shape-choose button").all()
    coloured = re.compile("colorPrimary")
    expect(other).to_have_class(coloured)
    expect(one).not_to_have_class(coloured)
    expect(page.locator(".entry-epsilon_max-EBF input")).to_have_value("1.2")
    expect(page.locator(".nep-fault")).to_have_count(0)
    one.click()
    page.wait_for_selector("text=Monthly NEP, one")
    expect(one).to_have_class(coloured)
    expect(other).not_to_have_class(coloured)


def test_bad_links_are_told_and_the_default_is_shown(visitor, scene):
    """Opened with one, the page goes on as it was; those that are pasted into it change nothing."""
    # A ring that crosses itself half a million times.
    corners = np.rint(np.random.default_rng(1).uniform(30, 40, (1_900, 2)) * 10_000).astype(int)
    steps = np.diff(corners, axis=0, prepend=np.zeros((1, 2), int)).ravel().tolist()
    text = json.dumps({"v": {"shapes": [["mine", "file", [[steps]]]]}})
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")
    tangled = f"v2.{packed}"
    page = visitor(tangled)
    alert = page.locator('.nep-share[role="alert"]')
    totals = run(scene, preset("ci2")).totals
    for token, told in {
        tangled: "cross each other more than 1,000 times",
        "v1.abc": "cut or changed on its way",
        "v9.eNqrrgUAAXUA-Q": "newer version",
        "nothing": "not a nep-explorer link",
    }.items():
        if token != tangled:
            page.evaluate("token => { location.hash = token; }", token)
        expect(alert).to_contain_text(told)
        expect_totals(page, totals)
        page.get_by_role("button", name="Close", exact=True).click()
        expect(alert).to_be_hidden()


def test_place_that_is_not_here_is_told_and_the_rest_restored(watched, scene):
    view = View(region="Atlantis", tapped=10**8, step=2)
    scenario = preset("ci2").with_values({"w_min": 0.2})
    page = follow(watched, to_token(Link(scenario, preset("original"), view)))
    alert = page.locator('.nep-share[role="alert"]')
    expect(alert).to_contain_text("'Atlantis' is not in this scene")
    expect(alert).to_contain_text("cell 100000000 is not in this scene")
    expect_totals(page, run(scene, scenario).totals, period=Period(2))
    expect(page.get_by_text("positive = sink), Feb").first).to_be_visible()


def test_link_pasted_into_an_open_page_is_followed(watched, scene):
    scenario = preset("original").with_values({"epsilon_max.cropland": 0.5})
    token = to_token(Link(scenario, preset("ci2"), View()))
    expect_totals(follow(watched, token), run(scene, scenario).totals)


def test_without_clipboard_the_link_is_there_to_be_selected(watched):
    page = watched.page
    page.evaluate(
        "() => Object.defineProperty(navigator, 'clipboard',"
        " {get: () => undefined, configurable: true})"
    )
    link = share(page)
    expect(page.get_by_text("Select the link and copy it")).to_be_visible()
    assert f"#v{VERSION}." in link
    page.evaluate("() => { delete navigator.clipboard; }")
