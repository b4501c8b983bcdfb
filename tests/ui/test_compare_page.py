"""The Compare page in a real browser: A, B, their difference and its causes are the model's."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer import preset, run
from explorer.analysis.comparison import percent
from explorer.scene.blocks import from_blocks
from explorer.systems.nep.explain import NepExplains
from explorer.tables.periods import YEAR, Period
from tests.ui.waiting import steady, until

pytestmark = pytest.mark.ui

JULY = Period(7)
REGIONS = ("South", "North", "Northwest", "Qinghai-Tibet")

# Sum and number of the values of a plate's image, and how often each whole number occurs.
IMAGE = """name => {
    const figure = [...Bokeh.documents[0]._all_models.values()].find(model => model.name === name);
    const image = figure.renderers.find(renderer => renderer.glyph?.type === 'Image');
    const values = image.data_source.data.image[0];
    let sum = 0, count = 0, codes = Array(8).fill(0);
    for (const value of values) if (!Number.isNaN(value)) {
        sum += value; count += 1;
        if (Number.isInteger(value) && value >= 0 && value < 8) codes[value] += 1;
    }
    const mapper = image.glyph.color_mapper ?? image.glyph.properties.image.spec.transform;
    return {sum, count, codes, limits: [mapper.low, mapper.high],
            width: image.data_source.data.dw[0], x: [figure.x_range.start, figure.x_range.end]};
}"""


@pytest.fixture(scope="module")
def a(scene):
    return run(scene, preset("ci2"))


@pytest.fixture(scope="module")
def b(scene):
    return run(scene, preset("original"))


@pytest.fixture(scope="module")
def split(a, b):
    return NepExplains().split(a, b)


@pytest.fixture
def page(watched):
    """The Compare page of a fresh session: A is the default scenario, B the original CASA."""
    watched.page.get_by_role("tab", name="Compare").click()
    watched.page.wait_for_selector('.nep-causes [data-cause="sum"]')
    watched.page.wait_for_selector('.nep-compare [data-place="all"]')
    return watched.page


def row(page, place: str):
    return page.locator(f'.nep-compare [data-place="{place}"]')


def expect_row(page, place: str, a: float, b: float) -> None:
    expect(row(page, place)).to_have_attribute("data-a", f"{a:.6f}")
    expect(row(page, place)).to_have_attribute("data-b", f"{b:.6f}")


def causes(page) -> dict[str, float]:
    # In one question: the table can be written anew between two.
    read = "all => all.map(one => [one.dataset.cause, one.dataset.tg])"
    found = page.locator(".nep-causes [data-cause]").evaluate_all(read)
    return {name: float(amount) for name, amount in found}


def wait_for_cause(page, name: str, amount: float) -> None:
    found = page.locator(f'.nep-causes [data-cause="{name}"]')
    expect(found).to_have_attribute("data-tg", f"{amount:.6f}")


def wait_for_image(page, name: str, total: float) -> dict:
    """Wait until a plate's pixels sum to what the model gives."""

    def drawn() -> dict:
        image = page.evaluate(IMAGE, f"compare-{name}")
        assert image["sum"] == pytest.approx(total, rel=1e-5, abs=1)
        return image

    return until(page, drawn)


def button(page, name: str):
    return page.get_by_role("button", name=name, exact=True).locator("visible=true").last


def total(values: np.ndarray) -> float:
    return float(values.sum(dtype=np.float64))


def teragrams(mean: float, area: float) -> float:
    """A mean in g m-2 over an area in km2."""
    return mean * area * 1e6 / 1e12


def test_maps_table_and_causes_are_the_models(page, a, b, split, scene):
    first, second = a.cells("nep", JULY), b.cells("nep", JULY)
    totals = {"a": total(first), "b": total(second), "difference": total(second - first)}

    def drawn() -> float:
        shown = [wait_for_image(page, name, sums) for name, sums in totals.items()]
        assert [one["count"] for one in shown] == [scene.cells] * 3
        assert shown[0]["limits"] == shown[1]["limits"] == [-90, 90]  # one scale for both
        low, high = shown[2]["limits"]
        assert low == -high
        return high

    high = until(page, drawn)
    # A round number with nearly all cells inside.
    assert re.fullmatch("([1-68]|15)0*", f"{high:g}")
    assert np.percentile(np.abs(second - first), 98) <= high <= 1.5 * np.abs(second - first).max()

    check_table(page, a, b)
    check_causes(page, a, split)


def check_table(page, a, b) -> None:
    """The table holds the totals of both results."""
    for region in (*REGIONS, "all"):
        means = [result.totals.mean("nep", JULY, region) for result in (a, b)]
        expect_row(page, region, *means)
        area = a.totals.area_of(region)
        written = float(row(page, region).get_attribute("data-tg"))
        assert written == pytest.approx(teragrams(means[1] - means[0], area), abs=1e-5)
    expect_row(page, "EBF", *(result.totals.mean("nep", JULY, "all", "EBF") for result in (a, b)))
    south = [result.cells("nep", JULY) > 0 for result in (a, b)]
    inside = a.scene.region == a.scene.region_names.index("South")
    shares = [
        100 * a.scene.area[inside & sink].sum() / a.scene.area[inside].sum() for sink in south
    ]
    expect(row(page, "South")).to_contain_text(" → ".join(f"{share:.0f}" for share in shares))


def check_causes(page, a, split) -> None:
    """The causes shown are those of the model, and add up to the difference shown."""
    written = float(row(page, "all").get_attribute("data-tg"))

    def adds_up() -> dict[str, float]:
        shown = causes(page)
        whole = shown.pop("sum")
        assert sum(shown.values()) == pytest.approx(whole, abs=1e-5)
        assert whole == pytest.approx(written, abs=1e-4)
        return shown

    shown = until(page, adds_up)
    for name, amount in shown.items():
        mean = split.totals.mean(name, JULY)
        assert amount == pytest.approx(teragrams(mean, a.totals.area_of()), abs=1e-5)
    assert set(shown) == set(split.causes)


def test_year_and_region_are_followed_by_table_and_causes(page, a, b, split):
    button(page, "Year").click()
    button(page, "Northwest").click()
    expect_row(page, "Northwest", *(result.totals.yearly("nep", "Northwest") for result in (a, b)))
    expect_row(page, "cropland", *(r.totals.yearly("nep", "Northwest", "cropland") for r in (a, b)))
    wait_for_cause(page, "epsilon_max", split.totals.yearly_total("epsilon_max", "Northwest"))
    shown = causes(page)
    whole = shown.pop("sum")
    assert sum(shown.values()) == pytest.approx(whole, abs=1e-5)
    change = b.totals.yearly_total("nep", "Northwest") - a.totals.yearly_total("nep", "Northwest")
    assert whole == pytest.approx(change, rel=1e-5)
    wait_for_image(page, "a", total(a.cells("nep", YEAR)))


def test_each_mode_shows_its_maps(page, a, b, split, scene):
    shown = page.locator(".slot:not(.away)")
    expect(shown).to_have_count(3)
    button(page, "Side by side").click()
    expect(page.locator(".slot.right:not(.away)")).to_have_attribute("data-map", "b")
    right = page.locator('[data-map="b"]')
    until(page, lambda: right.evaluate("slot => slot.style.clipPath") == "")
    button(page, "B − A").click()
    expect(page.locator(".slot.right:not(.away)")).to_have_attribute("data-map", "causes")
    codes = from_blocks(split.leading_cause(JULY.step), scene.cells)
    wanted = np.bincount(codes, minlength=8)
    drawn = wait_for_image(page, "causes", float(codes.sum()))
    assert drawn["codes"] == wanted.tolist()
    assert (wanted > 0).sum() >= 2
    button(page, "%").click()
    change = percent(a.cells("nep", JULY), b.cells("nep", JULY))
    drawn = wait_for_image(page, "difference", float(np.nansum(change, dtype=np.float64)))
    assert drawn["count"] == int(np.isfinite(change).sum()) < scene.cells


def test_swap_exchanges_the_sides_and_turns_the_causes(page, a, b):
    before = causes(page)
    page.locator(".swap button").click()
    means = [result.totals.mean("nep", JULY) for result in (b, a)]
    expect_row(page, "all", *means)
    wait_for_cause(page, "epsilon_max", -before["epsilon_max"])
    after = causes(page)
    assert {name: -amount for name, amount in after.items()} == pytest.approx(before, abs=2e-6)
    wait_for_image(page, "a", total(b.cells("nep", JULY)))


def test_picking_b_and_editing_a_are_followed(page, scene, a):
    page.locator(".pick-b").get_by_role("combobox").click()
    page.get_by_role("menuitem", name="ε by class").click()
    picked = run(scene, preset("epsilon"))
    expect_row(page, "all", *(r.totals.mean("nep", JULY) for r in (a, picked)))
    split = NepExplains().split(a, picked)
    mean = split.totals.mean("clumping", JULY)
    wait_for_cause(page, "clumping", teragrams(mean, a.totals.area_of()))
    assert causes(page)["epsilon_max"] == 0
    box = page.locator(".entry-delta_t input").first
    box.fill("2")
    box.press("Enter")
    warmer = run(scene, preset("ci2").with_values({"delta_t": 2.0}))
    expect_row(page, "all", *(r.totals.mean("nep", JULY) for r in (warmer, picked)))
    split = NepExplains().split(warmer, picked)
    area = warmer.totals.area_of()
    wait_for_cause(page, "temperature", teragrams(split.totals.mean("temperature", JULY), area))
    assert causes(page)["respiration"] != 0


def test_bar_is_dragged_in_the_browser_alone_and_maps_zoom_together(page, scene, a):
    clip = "slot => slot.style.clipPath"
    left, right = page.locator('[data-map="a"]'), page.locator('[data-map="b"]')
    until(page, lambda: left.evaluate(clip) == "inset(0px 50% 0px 0px)")
    box = steady(page, page.locator(".bar").bounding_box)
    width = left.bounding_box()["width"]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.evaluate(COUNT_MESSAGES)
    # Until all is told that opening the page and the pointer's way there made.
    before = steady(page, lambda: page.evaluate("() => window.sentMessages"), for_ms=1000)
    page.mouse.down()
    page.mouse.move(x - 0.2 * width, y, steps=12)
    page.mouse.up()
    told = page.locator(".bar")

    def dragged() -> float:
        got = float(told.get_attribute("aria-valuenow"))
        assert got == pytest.approx(30, abs=0.5)
        return got

    got = until(page, dragged)
    assert page.evaluate("() => window.sentMessages") == before
    # What is cut off of A is what B begins with.
    cut = [float(re.search(r"([\d.]+)%", side.evaluate(clip)).group(1)) for side in (left, right)]
    assert cut == pytest.approx([100 - got, got], abs=0.1)
    page.keyboard.press("ArrowRight")
    until(page, lambda: float(told.get_attribute("aria-valuenow")) == pytest.approx(got + 2))
    check_zoom(page, scene, a)


def check_zoom(page, scene, a) -> None:
    """All maps show the same part, and their pixels are true cells."""
    whole = wait_for_image(page, "a", total(a.cells("nep", JULY)))
    box = page.locator('[data-map="difference"]').bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -600)

    def zoomed() -> None:
        shown = {name: page.evaluate(IMAGE, f"compare-{name}") for name in ("a", "b", "difference")}
        assert all(one["width"] < 0.8 * whole["width"] for one in shown.values())
        assert len({tuple(one["x"]) for one in shown.values()}) == 1
        assert len({one["count"] for one in shown.values()}) == 1
        assert 0 < shown["a"]["count"] < scene.cells
        change = shown["b"]["sum"] - shown["a"]["sum"]
        assert shown["difference"]["sum"] == pytest.approx(change, rel=1e-4)

    until(page, zoomed)


COUNT_MESSAGES = """() => {
    window.sentMessages = 0;
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function(data) {
        window.sentMessages += 1;
        return send.call(this, data);
    };
}"""
