"""The report in one HTML file, taken apart by a parser."""

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib.image import imread

from explorer import Shown, View, preset
from explorer.report.page import html_report

NAME = '<script>alert("x")</script> & co'


class Read(HTMLParser):
    """Tags, what they point at, and the cells of the tables."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.words: list[str] = []
        self.inside = False  # a cell

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href", "action")]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data):
        self.words.append(data)
        if self.inside:
            self.tables[-1][-1][-1] += data


@pytest.fixture(scope="module")
def shown(opened):
    view = View(variable="npp", step=6, region="South", tapped=9)
    scenarios = (preset("ci1").with_values({"w_min": 0.4}).named(NAME), preset("original"))
    return [Shown(opened.result(scenario), view) for scenario in scenarios]


@pytest.fixture(scope="module")
def text(shown, picture):
    return html_report(shown, [picture(one) for one in shown], "my <scene>.zarr")


@pytest.fixture(scope="module")
def read(text):
    parser = Read()
    parser.feed(text)
    return parser


def test_report_asks_nobody_and_runs_nothing(read, text):
    assert "script" not in read.tags
    assert "link" not in read.tags
    assert read.links
    assert all(link.startswith("data:image/png;base64,") for link in read.links)
    assert not re.search(r"url\(|@import|\son\w+=", text)
    assert "default-src 'none'" in text


def test_names_are_escaped(read, text):
    assert NAME not in text
    assert any(NAME in words for words in read.words)
    assert "my <scene>.zarr" not in text


def plain(cells: list[str]) -> list[float]:
    return [float(cell.replace("−", "-").replace(",", "")) for cell in cells]


def test_series_table_has_the_numbers(read, shown):
    head, *rows = read.tables[0]
    assert head[0] == "g C m⁻² month⁻¹"
    for row, one in zip(rows, shown, strict=True):
        assert row[0] == one.result.scenario.label
        expected = one.result.totals.series("nep", "South")
        np.testing.assert_allclose(plain(row[1:]), expected, atol=0.0051)


def test_region_table_has_the_numbers(read, shown):
    head, *rows = read.tables[1]
    assert [row[0].split(":")[0] for row in rows[:3]] == ["all regions", "South", "Far North"]
    row, column = divmod(int(shown[0].result.scene.index[9]), 8)
    assert rows[3][0].startswith(f"cell r{row}c{column}: ")
    totals = [one.result.totals for one in shown]
    for region, row in zip(("all", "South", "Far North"), rows, strict=False):
        expected = [
            value
            for name in ("npp", "nep")
            for each in totals
            for value in (each.yearly(name, region), each.yearly_total(name, region))
        ]
        np.testing.assert_allclose(plain(row[1:]), expected, atol=0.0051)
    assert len(head) == 9
    assert head[2].endswith("Tg C yr⁻¹")


def test_scenario_table_has_what_differs(read):
    assert read.tables[2][1:] == [["w_min", "0.4", "0.5", "1"]]
    assert len(read.tables) == 3  # the other is as its preset


def test_map_has_the_colours_of_the_pixels(read, shown, picture):
    drawn = picture(shown[0])
    pixels = imread(io.BytesIO(base64.b64decode(read.links[0].partition(",")[2])))
    land = np.isfinite(drawn.values)
    np.testing.assert_array_equal(pixels[..., 3] == 1, land)
    highest = np.unravel_index(np.nanargmax(drawn.values), drawn.values.shape)
    low, high = drawn.limits
    place = min(int((drawn.values[highest] - low) / (high - low) * 256), 255)
    red, green, blue = (round(float(part) * 255) for part in pixels[highest][:3])
    assert f"#{red:02x}{green:02x}{blue:02x}" == drawn.colours[place].lower()


@pytest.mark.parametrize(
    "told", ["synthetic demonstration scene", "Liang, L., Wang", "input_hashes", "nep-explorer"]
)
def test_report_tells_where_it_comes_from(read, told):
    assert told in " ".join(read.words)


def test_report_suits_light_and_dark(text):
    assert "prefers-color-scheme: dark" in text
