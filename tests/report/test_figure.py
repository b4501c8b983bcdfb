"""Pictures for print hold the pixels, colours, limits and words of the page."""

import numpy as np
import pytest
from matplotlib.image import imread

from explorer import Shown, View, preset
from explorer.picture.palette import palette
from explorer.picture.window import window
from explorer.report.cards.card import Card
from explorer.report.cards.drawing import card_figure
from explorer.report.cards.files import foot_of
from explorer.report.cards.sight import Sight
from explorer.report.cards.table import CARDS
from explorer.report.figure import write_figure
from explorer.systems import SYSTEMS
from explorer.tables.periods import YEAR, Period

OUTPUTS = SYSTEMS["nep"].outputs


@pytest.fixture(scope="module")
def drawn(opened):
    """A card of a result as a figure."""

    def figure(shown: Shown, key: str = "map"):
        sight = Sight(opened, shown.view, shown.result)
        card: Card = CARDS[key].make(sight)
        return card_figure(card, foot=foot_of(card, sight), about=sight.scene.title)

    return figure


@pytest.mark.parametrize("name", ["nep", "fpar"])
@pytest.mark.parametrize("yearly", [False, True])
def test_map_has_the_pixels_and_colours_of_the_page(opened, drawn, name, yearly):
    shown = Shown(opened.result(preset("ci2")), View(variable=name, yearly=yearly))
    (image,) = drawn(shown).axes[0].images
    part = window(opened.scene.grid)
    blocks = shown.result.field(name, YEAR if yearly else Period(7))
    np.testing.assert_allclose(
        np.ma.filled(image.get_array(), np.nan), opened.screens.of(opened.scene, part).mean(blocks),
        rtol=1e-5,
    )  # fmt: skip
    left, bottom, right, top = part.bounds
    assert image.get_extent() == [left, right, bottom, top]
    row = OUTPUTS[name]
    assert image.get_clim() == (row.shown_range_year if yearly else row.shown_range)
    assert list(image.get_cmap().colors) == palette(row.colours)


def test_map_shows_what_was_zoomed_to(opened, drawn):
    left, bottom, right, top = opened.scene.grid.bounds
    window = (left, bottom, (left + right) / 2, (bottom + top) / 2)
    shown = Shown(opened.result(preset("ci2")), View(window=window))
    axes = drawn(shown).axes[0]
    assert axes.images[0].get_array().shape == (3, 4)
    assert (*axes.get_xlim(), *axes.get_ylim()) == (left, window[2], bottom, window[3])


def test_series_has_the_numbers_of_the_scenario_and_of_each_preset(opened, drawn):
    scenario = preset("ci2").with_values({"w_min": 0.4})
    shown = Shown(opened.result(scenario), View(region="Far North"))
    axes = drawn(shown, "series").axes[0]
    versions = [*(preset(name) for name in SYSTEMS["nep"].presets), scenario]
    for line, one in zip(axes.lines, versions, strict=False):
        expected = opened.result(one).totals.series("nep", "Far North")
        np.testing.assert_array_equal(line.get_ydata(), expected)
        assert line.get_label() == one.label
    assert axes.get_ylabel() == "g C m⁻² month⁻¹"


@pytest.mark.parametrize("kind", ["map", "series"])
def test_svg_says_what_it_shows(opened, drawn, kind, tmp_path):
    scenario = preset("ci2").with_values({"w_min": 0.4}).named("a < b & $c$")
    shown = Shown(opened.result(scenario), View(variable="rh", step=2, region="South"))
    text = write_figure(drawn(shown, kind), tmp_path / "picture.svg").read_text()
    titles = {"map": "Heterotrophic respiration, Feb", "series": "Monthly Rh, South"}
    label = {"map": "Rh, g C m⁻² month⁻¹", "series": "g C m⁻² month⁻¹"}[kind]
    for told in (
        titles[kind], "a &lt; b &amp; $c$", "Tiny scene", "SYNTHETIC DATA", scenario.identity,
        "Liang et al. (2023)", label,
    ):  # fmt: skip
        assert told in text
    assert "http" not in text.split("<defs>")[1].replace("http://www.w3.org", "")


def test_png_is_large_enough_to_print(opened, drawn, tmp_path):
    shown = Shown(opened.result(preset("ci1")), View(variable="npp", step=5))
    path = write_figure(drawn(shown), tmp_path / "picture.png")
    pixels = imread(path)
    assert pixels.shape[1] == 2100
    assert len(np.unique(pixels[::5, ::5, 0])) > 30


def test_nothing_to_see_is_still_a_picture(opened, drawn, tmp_path):
    left, _, _, top = opened.scene.grid.bounds
    beside = (left - 3e5, top + 1e5, left - 1e5, top + 3e5)
    shown = Shown(opened.result(preset("ci2")), View(window=beside))
    assert write_figure(drawn(shown), tmp_path / "empty.svg").stat().st_size


def test_every_output_can_be_drawn(opened, drawn):
    for name in OUTPUTS:
        shown = Shown(opened.result(preset("ci1")), View(variable=name, yearly=True))
        label = drawn(shown).axes[1].get_xlabel()
        assert label.startswith(f"{OUTPUTS[name].symbol}, ")
