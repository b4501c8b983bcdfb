"""Palettes are those that Bokeh and colorcet publish, colour by colour."""

import colorcet
import numpy as np
import pytest
from bokeh.palettes import BrBG11, PuOr11, Viridis256

from explorer.picture.palette import blended, difference_palette, palette


def interpolated(colours) -> list[str]:
    """The same in another way: colour by colour, channel by channel."""
    made = []
    for position in np.linspace(0, len(colours) - 1, 256):
        low = min(int(position), len(colours) - 2)
        channels = (
            np.rint(
                int(colours[low][at : at + 2], 16) * (1 - (position - low))
                + int(colours[low + 1][at : at + 2], 16) * (position - low)
            )
            for at in (1, 3, 5)
        )
        made.append("#" + "".join(f"{int(channel):02x}" for channel in channels))
    return made


@pytest.mark.parametrize(
    ("colours", "published"),
    [
        ("diverging", interpolated(BrBG11[::-1])),
        ("sequential", list(Viridis256)),
        ("classes", list(Viridis256)),
        ("temperature", colorcet.palette["CET_D1A"]),
        ("water", colorcet.palette["CET_L12"]),
        ("light", colorcet.palette["CET_L18"]),
    ],
)
def test_palette_is_the_published_one(colours, published):
    assert palette(colours) == published
    assert len(palette(colours)) == 256


def test_differences_run_from_purple_to_orange():
    assert difference_palette() == interpolated(PuOr11)


def test_blended_keeps_its_ends_and_its_middle():
    made = blended(["#000000", "#ff0000", "#ffffff"])
    assert (made[0], made[-1], len(made)) == ("#000000", "#ffffff", 256)
    assert made[127] == "#fe0000"
