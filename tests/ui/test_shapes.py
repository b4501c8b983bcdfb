"""Shapes on the Map page in a real browser: drawn or loaded, their numbers are the model's."""

import json

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from explorer import preset, run
from tests.shortcuts import monthly
from tests.ui.places import on_screen
from tests.ui.waiting import steady, until

pytestmark = pytest.mark.ui

# The outlines of all shapes, in the grid's coordinates, as the browser has them.
OUTLINES = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const {xs, ys} = models.find(m => m.name === 'shapes').data_source.data;
    return xs.map((shape, i) => shape.map((part, j) => part.map((ring, k) =>
        [...ring].map((x, n) => [x, ys[i][j][k][n]]))));
}"""
OWN_LINE = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    return [...models.find(m => m.type === 'ColumnDataSource' && m.data.own).data.own];
}"""


@pytest.fixture(scope="module")
def result(scene):
    return run(scene, preset("ci2"))


def weights(scene, polygon: shapely.Geometry) -> np.ndarray:
    """Area of each land cell inside, by cutting cell by cell, [km2]."""
    dy, dx = (abs(step) / 2 for step in scene.grid.steps)
    rows, columns = np.divmod(scene.index, scene.grid.x.size)
    x, y = scene.grid.x[columns], scene.grid.y[rows]
    shares = shapely.area(
        shapely.intersection(shapely.box(x - dx, y - dy, x + dx, y + dy), polygon)
    )
    return shares / (4 * dx * dy) * scene.area


def expect_numbers(watched, name: str, result, polygon: shapely.Geometry) -> None:
    """The row of a shape comes to tell what the cells under the outline sum to."""
    weight = weights(result.scene, polygon)
    wanted = {"area": weight.sum()}
    for output in ("nep", "npp", "rh"):
        year = monthly(result, output).astype(float).sum(axis=0)
        wanted[output] = (year * weight).sum() / weight.sum()
        if output == "nep":
            wanted["tg"] = (year * weight).sum() * 1e6 / 1e12
    row = watched.page.locator(f'.nep-shape[data-shape="{name}"]')
    row.wait_for()

    def told() -> None:
        for what, value in wanted.items():
            written = row.locator(f"[data-{what}]").get_attribute(f"data-{what}")
            assert float(written) == pytest.approx(value, rel=1e-5), what

    until(watched.page, told)


def outline(watched, count: int) -> shapely.Geometry:
    """Wait for so many shapes; return the last as the browser draws it."""
    watched.page.wait_for_function(f"n => ({OUTLINES})().length === n", arg=count)
    last = watched.page.evaluate(OUTLINES)[-1] if count else []
    return shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in last])


def take_up(watched, kind: str) -> None:
    button = watched.page.locator(f".draw-{kind} button")
    button.click()
    hint = {"rectangle": "drag over the map", "polygon": "double-click the last"}[kind]
    watched.page.get_by_text(hint).wait_for()
    watched.page.wait_for_function(
        """type => [...Bokeh.documents[0]._all_models.values()].some(
            m => m.type === type && m.active)""",
        arg={"rectangle": "BoxSelectTool", "polygon": "PolySelectTool"}[kind],
    )


def draw_rectangle(watched, left: float, bottom: float, right: float, top: float) -> None:
    take_up(watched, "rectangle")
    mouse = watched.page.mouse
    mouse.move(*on_screen(watched, left, top))
    mouse.down()
    mouse.move(*on_screen(watched, (left + right) / 2, (bottom + top) / 2), steps=3)
    mouse.move(*on_screen(watched, right, bottom), steps=3)
    mouse.up()


def load(watched, tmp_path, document: object, name: str = "my.geojson") -> None:
    path = tmp_path / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    watched.page.locator(".shapes-in input[type=file]").set_input_files(path)


def feature(west, south, east, north, **properties) -> dict:
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [corners]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_a_rectangle_drawn_with_the_mouse_has_the_models_numbers(watched, scene, result):
    x, y = scene.grid.from_lonlat(112.0, 29.0)
    corners = (float(x) - 3e5, float(y) - 2e5, float(x) + 3e5, float(y) + 2e5)
    draw_rectangle(watched, *corners)
    drawn = outline(watched, 1)
    # Two pixels of some 7 km each, and corners rounded to 11 m.
    assert drawn.hausdorff_distance(shapely.box(*corners)) < 2 * 7_000
    expect_numbers(watched, "shape 1", result, drawn)
    # The tool is put down again: dragging moves the map.
    watched.page.wait_for_function(
        """() => ![...Bokeh.documents[0]._all_models.values()].some(
            m => m.type === 'BoxSelectTool' && m.active)"""
    )
    before = steady(watched.page, lambda: on_screen(watched, x, y))
    watched.page.mouse.move(*before)
    watched.page.mouse.down()
    watched.page.mouse.move(before[0] + 60, before[1] + 40, steps=3)
    watched.page.mouse.up()
    moved = pytest.approx((before[0] + 60, before[1] + 40), abs=3)
    until(watched.page, lambda: on_screen(watched, x, y) == moved)
    assert len(watched.page.evaluate(OUTLINES)) == 1


def test_a_polygon_is_closed_by_a_double_click_and_follows_the_scenario(watched, scene, result):
    take_up(watched, "polygon")
    corners = [scene.grid.from_lonlat(*place) for place in ((104, 36), (112, 35), (110, 29))]
    for corner in corners[:-1]:
        watched.page.mouse.click(*on_screen(watched, *corner))
        watched.page.wait_for_timeout(600)  # or two clicks would be one double click
    watched.page.mouse.dblclick(*on_screen(watched, *corners[-1]))
    drawn = outline(watched, 1)
    assert drawn.hausdorff_distance(shapely.Polygon(corners)) < 2 * 7_000
    expect_numbers(watched, "shape 1", result, drawn)
    # Its corners were no clicks on cells, and the series is the new shape's.
    watched.page.get_by_text("Monthly NEP, shape 1").wait_for()
    expect(watched.page.locator(".nep-cell[data-cell]")).to_have_count(0)
    box = watched.page.locator(".entry-epsilon_max-DBF input")
    box.fill("0.9")
    box.press("Enter")
    edited = run(scene, preset("ci2").with_values({"epsilon_max.DBF": 0.9}))
    expect_numbers(watched, "shape 1", edited, drawn)


def test_a_file_is_loaded_named_chosen_and_removed(watched, tmp_path, scene, result):
    loess = feature(105, 35, 110, 38, name="Loess <b>")
    sea = feature(-30, 0, -20, 5, name="Atlantic")
    load(watched, tmp_path, {"type": "FeatureCollection", "features": [loess, sea]})
    loaded = outline(watched, 1)
    expect_numbers(watched, "Loess <b>", result, loaded)
    alert = watched.page.locator('.nep-refused[role="alert"]')
    expect(alert).to_contain_text("'Atlantic' lies beside the land")

    # Who brings it wants to see it: the series follows.
    watched.page.get_by_text("Monthly NEP, Loess <b>").wait_for()
    weight = weights(scene, loaded)
    months = (monthly(result, "nep").astype(float) * weight).sum(axis=1) / weight.sum()
    line = pytest.approx(months, rel=1e-4, abs=1e-4)
    until(watched.page, lambda: watched.page.evaluate(OWN_LINE) == line)

    name = watched.page.locator(".shape-name input")
    name.fill("Plateau")
    name.press("Enter")
    watched.page.get_by_text("Monthly NEP, Plateau").wait_for()
    expect_numbers(watched, "Plateau", result, loaded)

    watched.page.locator(".shape-remove button").click()
    outline(watched, 0)
    watched.page.get_by_text("Monthly NEP, all regions").wait_for()
    expect(watched.page.locator(".nep-shape[data-shape]")).to_have_count(0)

    # The same file once more.
    load(watched, tmp_path, {"type": "FeatureCollection", "features": [loess, sea]})
    expect_numbers(watched, "Loess <b>", result, outline(watched, 1))


def test_a_file_with_faults_is_refused_and_says_all_of_them(watched, tmp_path):
    alert = watched.page.locator('.nep-refused[role="alert"]')
    wrong = {"type": "FeatureCollection",
             "features": [feature(436000, 3_100_000, 437000, 3_200_000), {"type": "Feature"},
                          feature(30, 100, 31, 101)]}  # fmt: skip
    load(watched, tmp_path, wrong)
    expect(alert).to_contain_text("feature 1")
    expect(alert).to_contain_text("ogr2ogr")
    expect(alert).to_contain_text("feature 3")
    expect(alert).to_contain_text("swap")
    load(watched, tmp_path, "<html>", "other.geojson")
    expect(alert).to_contain_text("other.geojson")
    expect(alert).to_contain_text("not JSON")
    assert watched.page.evaluate(OUTLINES) == []
    load(watched, tmp_path, feature(100, 30, 102, 32, name="good"), "good.geojson")
    outline(watched, 1)
    expect(alert).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1024, 768)])
def test_many_shapes_leave_everything_its_place(watched, tmp_path, width, height):
    """Lists of many scroll: neither the rows nor the cards reach over what stands below them."""
    page = watched.page
    usual = page.viewport_size
    page.set_viewport_size({"width": width, "height": height})
    squares = [feature(100 + 2 * n, 28, 101 + 2 * n, 30, name=f"square {n}") for n in range(6)]
    load(watched, tmp_path, {"type": "FeatureCollection", "features": squares})
    outline(watched, 6)
    expect(page.locator(".nep-card")).to_have_count(11)

    # What is scrolled away inside a list is not seen: its own box counts, not that of its rows.
    def in_their_places() -> None:
        rows = page.locator(".shape-rows").bounding_box()
        cards = page.locator(".totals-strip").bounding_box()
        series = page.get_by_text("Monthly NEP, square 0").bounding_box()
        assert cards["y"] + cards["height"] <= series["y"] + 1
        if width < 1150:  # the plates stand one above the other
            assert rows["y"] + rows["height"] <= cards["y"] + 1
        else:
            assert rows["y"] + rows["height"] <= height

    until(page, in_their_places)  # the figures take their new height after the rows
    page.set_viewport_size(usual)
