"""Shapes: what a link keeps of them, what a file may hold, and how much of each cell they cover."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon

from explorer.errors import SchemaError, SourceError
from explorer.scene.grid import Grid
from explorer.scene.shapes import geojson
from explorer.scene.shapes.cover import cell_runs, cover, on_grid
from explorer.scene.shapes.geojson import parse_shapes, read_all_shapes, read_shapes
from explorer.scene.shapes.shape import MOST_SHAPES, Shape, drawn_shape, shape_of

ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105"
SQUARE = [[100, 30], [101, 30], [101, 31], [100, 31], [100, 30]]
BOW_TIE = [[100, 30], [101, 31], [101, 30], [100, 31], [100, 30]]


def albers_grid(rows: int = 30, columns: int = 40, cell: float = 50_000.0, *, south: bool = False):
    """A grid over China; ``south`` = rows counted from the south."""
    y = 5.2e6 - cell * np.arange(rows)
    return Grid(y[::-1] if south else y, -1.0e6 + cell * np.arange(columns), CRS(ALBERS))


def degree_grid(step: float = 0.5, rows: int = 60, columns: int = 120):
    return Grid(55 - step * np.arange(rows), 80 + step * np.arange(columns), CRS("EPSG:4326"))


def dense(polygons: MultiPolygon, grid: Grid) -> np.ndarray:
    """Fractions on the whole grid."""
    out = np.zeros(grid.shape)
    for row, start, stop, fraction in zip(*cell_runs(polygons, grid), strict=True):
        out[row, start:stop] += fraction
    return out


def by_cutting(polygons: MultiPolygon, grid: Grid) -> np.ndarray:
    """The same by cutting the polygons with every cell, one at a time."""
    dy, dx = (abs(step) / 2 for step in grid.steps)
    x, y = np.meshgrid(grid.x, grid.y)
    cells = shapely.box(x - dx, y - dy, x + dx, y + dy)
    return shapely.area(shapely.intersection(cells, polygons)) / (4 * dx * dy)


@st.composite
def polygons_on(draw, grid: Grid, *, beyond: float = 0.0) -> MultiPolygon:
    """One to three stars with a hole, anywhere on the grid; corners fall on grid lines, too."""
    left, bottom, right, top = grid.bounds
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        x = draw(st.floats(left, right))
        y = draw(st.floats(bottom, top))
        size = draw(st.floats(0.01, 0.4)) * min(right - left, top - bottom)
        radii = np.array(draw(st.lists(st.floats(0.2, 1.0), min_size=3, max_size=12)))
        angle = np.linspace(0, 2 * np.pi, radii.size, endpoint=False)
        corners = np.column_stack(
            [x + size * radii * np.cos(angle), y + size * radii * np.sin(angle)]
        )
        if draw(st.booleans()):  # on lines and corners of the grid
            dy, dx = np.abs(grid.steps)
            origin = np.array([left, bottom])
            corners = origin + np.rint((corners - origin) / (dx, dy) * 2) * (dx, dy) / 2
        star = shapely.make_valid(Polygon(corners))
        hole = affinity.scale(star, 0.4, 0.4, origin=star.representative_point())
        parts.append(star.difference(hole))
    whole = shapely.union_all(parts).intersection(shapely.box(left, bottom, right, top))
    areas = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    return MultiPolygon(areas)


# How much of each cell


@pytest.mark.parametrize("grid", [albers_grid(), albers_grid(south=True)], ids=["down", "up"])
@given(data=st.data())
def test_fractions_are_those_of_cutting_cell_by_cell(grid, data):
    polygons = data.draw(polygons_on(grid))
    fractions = dense(polygons, grid)
    assert fractions.min() >= 0
    assert fractions.max() <= 1
    np.testing.assert_allclose(fractions, by_cutting(polygons, grid), atol=1e-9)
    cell = np.prod(np.abs(grid.steps))
    # An area of nothing is rounding; a cell has 2.5e9 m2.
    assert fractions.sum() * cell == pytest.approx(polygons.area, rel=1e-9, abs=1e-3)


@given(data=st.data())
def test_halves_add_up_to_the_whole(data):
    grid = albers_grid()
    whole = data.draw(polygons_on(grid))
    left, bottom, right, top = grid.bounds
    cut = data.draw(st.floats(left, right))
    lean = data.draw(st.floats(-5e5, 5e5))
    west = Polygon(
        [(left - 1e6, bottom), (cut - lean, bottom), (cut + lean, top), (left - 1e6, top)]
    )
    halves = [whole.intersection(west), whole.difference(west)]
    parts = [
        MultiPolygon([p for p in shapely.get_parts(half) if p.geom_type == "Polygon"])
        for half in halves
    ]
    summed = sum(dense(part, grid) for part in parts)
    np.testing.assert_allclose(summed, dense(whole, grid), atol=1e-9)


def test_a_quarter_a_half_and_a_whole_cell():
    grid = Grid(np.array([2.5, 1.5, 0.5]), np.array([0.5, 1.5, 2.5]), CRS(ALBERS))
    triangle = MultiPolygon([Polygon([(0, 0), (2, 0), (0, 2)])])
    np.testing.assert_allclose(
        dense(triangle, grid), [[0, 0, 0], [0.5, 0, 0], [1, 0.5, 0]], atol=1e-15
    )
    frame = Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    np.testing.assert_allclose(
        dense(MultiPolygon([frame]), grid), [[1, 1, 1], [1, 0, 1], [1, 1, 1]], atol=1e-15
    )


def test_fractions_agree_with_points_thrown_at_each_cell():
    grid = albers_grid()
    corners = [[101, 33], [112, 31], [114, 40], [107, 36], [99, 41]]
    polygons = on_grid(shape_of([Polygon(corners)], "star", "file"), grid)
    fine = 40  # to a side of a cell
    inside = np.zeros(grid.shape)
    offset = (np.arange(fine) + 0.5) / fine - 0.5
    for down in offset * grid.steps[0]:
        for along in offset * grid.steps[1]:
            x, y = np.meshgrid(grid.x + along, grid.y + down)
            inside += shapely.contains_xy(polygons, x, y)
    # A straight edge through 40 x 40 points misses some 40 of them by half a step.
    np.testing.assert_allclose(dense(polygons, grid), inside / fine**2, atol=0.04)


def test_cells_of_degrees_count_by_their_true_area():
    grid = degree_grid(step=2.0, rows=15, columns=30)
    shape = shape_of([Polygon([(90.3, 30.7), (118.9, 34.1), (101.1, 47.3)])], "x", "file")
    areas = dense(on_grid(shape, grid), grid) * grid.row_areas()[:, np.newaxis]
    # Edges straight in degrees, given to an independent reckoning of areas in small steps.
    fine = shapely.segmentize(shape.polygons.geoms[0], 0.001)
    expected = abs(Geod(ellps="WGS84").geometry_area_perimeter(fine)[0]) / 1e6
    assert areas.sum() == pytest.approx(expected, rel=2e-5)
    # Half of a cell's height is not half of its area: the south is larger.
    half = shape_of([shapely.box(99, 44, 101, 45)], "half", "file")
    south = dense(on_grid(half, grid), grid)
    assert south.max() == pytest.approx(
        0.5 * np.cos(np.deg2rad(44.5)) / np.cos(np.deg2rad(45)), abs=2e-4
    )


# From degrees to the grid


def test_long_edges_of_a_file_keep_their_course_to_a_hundredth_of_a_cell():
    grid = albers_grid(rows=4000, columns=5000, cell=1000.0)
    shape = shape_of([shapely.box(85, 25, 130, 48)], "box", "file")
    # Points on the true course of all edges lie on the projected outline.
    true = shapely.get_coordinates(shapely.segmentize(shape.polygons, 0.01))
    x, y = grid.from_lonlat(*true.T)
    points = shapely.points(x, y)
    left, bottom, right, top = grid.bounds
    inner = shapely.box(left, bottom, right, top).buffer(-2000)
    points = points[shapely.contains(inner, points)]
    assert points.size > 3000
    outline = shapely.boundary(on_grid(shape, grid))
    assert shapely.distance(points, outline).max() < 0.01 * 1000


def test_edges_drawn_on_the_map_are_straight_there():
    grid = albers_grid()
    x, y = [-5e5, 5e5, 5e5, -5e5], [4e6, 4e6, 4.9e6, 4.9e6]
    polygons = on_grid(drawn_shape(x, y, grid, "mine"), grid)
    assert shapely.get_num_coordinates(polygons) == 5
    # Corners are rounded to 1e-4 degrees, some 11 m.
    assert polygons.hausdorff_distance(Polygon(list(zip(x, y, strict=True)))) < 12


def test_shapes_across_the_date_line_and_in_degrees_to_360_find_their_cells():
    grid = Grid(10 - np.arange(20.0), 0.5 + np.arange(360.0), CRS("EPSG:4326"))
    west = shape_of([shapely.box(-20, 0, -10, 5)], "west", "file")
    same = shape_of([shapely.box(340, 0, 350, 5)], "same", "file")
    across = shape_of([shapely.box(-10, 0, 10, 5)], "across", "file")
    np.testing.assert_allclose(dense(on_grid(west, grid), grid), dense(on_grid(same, grid), grid))
    fractions = dense(on_grid(across, grid), grid)
    assert np.flatnonzero(fractions.any(axis=0)).tolist() == [*range(10), *range(350, 360)]


def test_a_shape_of_the_whole_earth_covers_the_grid_once():
    shape = shape_of([shapely.box(-180, -90, 180, 90)], "Earth", "file")
    for grid in (albers_grid(), degree_grid()):
        np.testing.assert_allclose(dense(on_grid(shape, grid), grid), 1, atol=1e-9)


def test_cover_lists_land_cells_alone(scene):
    whole = cover(scene, shape_of([shapely.box(60, 0, 160, 80)], "all", "file"))
    np.testing.assert_allclose(whole.fractions(0, scene.cells), 1)
    assert whole.cells == scene.cells
    assert whole.shape_area == pytest.approx(48 * 160_000)  # with its three cells of sea
    beside = cover(scene, shape_of([shapely.box(-60, 0, -50, 10)], "ocean", "file"))
    assert beside.cells == 0
    assert beside.shape_area == 0


def test_fractions_of_part_of_the_cells(scene):
    covered = cover(scene, shape_of([shapely.box(100, 31, 113, 40)], "some", "file"))
    whole = covered.fractions(0, scene.cells)
    assert 0 < np.count_nonzero(whole) < scene.cells
    for start in range(0, scene.cells, 7):
        np.testing.assert_array_equal(
            covered.fractions(start, start + 7)[: scene.cells - start], whole[start : start + 7]
        )


# Written into a link


@given(data=st.data())
def test_a_link_brings_a_shape_back_to_ten_metres(data):
    grid = degree_grid()
    shape = shape_of(
        list(data.draw(polygons_on(grid)).geoms) or [shapely.box(90, 30, 91, 31)], "a<b>", "file"
    )
    written = json.loads(json.dumps(shape.to_compact()))
    back = Shape.from_compact(written)
    assert (back.name, back.origin) == ("a<b>", "file")
    assert (
        back.polygons.symmetric_difference(shape.polygons).area <= 1e-4 * shape.polygons.length * 2
    )
    # What was rounded once stays as it is.
    assert Shape.from_compact(back.to_compact()) == back


@pytest.mark.parametrize(
    "written",
    [
        None, [], "shape", {}, ["a", "drawn"], ["a", "elsewhere", [[[0, 0, 1, 1, 1, -1]]]],
        [1, "drawn", [[[0, 0, 10, 10, 10, -10]]]], ["a", "drawn", [[["x", 0]]]],
        ["a", "drawn", []], ["a", "drawn", [[]]], ["a", "drawn", [[[0, 0, 10]]]],
        ["a", "drawn", [[[0, 0, 10**40, 10, 10, -10]]]],
        ["a", "drawn", [[[0, 0, 10**9, 10, 10, -10]]]], ["a", "drawn", [[[0, 0, 10, 10, 10, 10]]]],
        ["a", "drawn", 7], ["a", "drawn", [[7]]],
    ],
)  # fmt: skip
def test_a_broken_shape_in_a_link_is_told(written):
    with pytest.raises(SchemaError):
        Shape.from_compact(written)


def test_drawing_nothing_or_off_the_earth_is_refused():
    grid = albers_grid()
    with pytest.raises(SchemaError, match="no area"):
        drawn_shape([0, 0, 0, 0], [4e6, 4e6, 4e6, 4e6], grid, "x")
    with pytest.raises(SchemaError, match="off the Earth"):
        drawn_shape([0, 1e9, 1e9], [4e6, 4e6, 1e9], grid, "x")


def test_names_are_made_different_and_harmless():
    shape = shape_of([Polygon(SQUARE)], "a", "file")
    assert shape.renamed("b", ["b", "b 2"]).name == "b 3"
    assert shape.renamed("  two\nlines\x00 ").name == "two lines"
    assert shape.renamed("\n").name == "a"
    assert len(shape.renamed("x" * 1000).name) == 60


# GeoJSON


def feature(coordinates, kind="Polygon", **properties) -> dict:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features) -> dict:
    return {"type": "FeatureCollection", "features": list(features)}


def parsed(document):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_shapes(content, "my.geojson")


@pytest.mark.parametrize(
    ("document", "names", "areas"),
    [
        ({"type": "Polygon", "coordinates": [SQUARE]}, ["shape 1"], [1]),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [[[0, 0], [2, 0], [0, 2]]]]},
         ["shape 1"], [3]),
        (feature([SQUARE], name="A"), ["A"], [1]),
        (collection(feature([SQUARE], NAME="B"), feature([SQUARE], id=7), feature([SQUARE])),
         ["B", "7", "shape 3"], [1, 1, 1]),
        (collection(*[feature([SQUARE], name="A")] * 2), ["A", "A 2"], [1, 1]),
        ({"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "coordinates": [SQUARE]},
            {"type": "GeometryCollection", "geometries": [
                {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1]]]}]}]},
         ["shape 1"], [1.5]),
        (feature([SQUARE, [[100.2, 30.2], [100.4, 30.2], [100.4, 30.4], [100.2, 30.4]]]),
         ["shape 1"], [0.96]),
        (feature([[[*corner, 1200.0] for corner in SQUARE]], name="with heights"),
         ["with heights"], [1]),
        (b"\xef\xbb\xbf" + json.dumps(feature([SQUARE], name="河南")).encode(), ["河南"], [1]),
    ],
)  # fmt: skip
def test_shapes_of_every_kind_are_read(document, names, areas):
    reading = parsed(document)
    assert [shape.name for shape in reading.shapes] == names
    assert [shape.polygons.area for shape in reading.shapes] == pytest.approx(areas)
    assert all(shape.origin == "file" for shape in reading.shapes)
    assert reading.notes == ()


def test_what_was_mended_or_left_out_is_told():
    reading = parsed(
        collection(
            feature([BOW_TIE], name="bow"),
            feature([[SQUARE], [[[100.5, 30], [101.5, 30], [101.5, 31], [100.5, 31]]]],
                    "MultiPolygon", name="two"),
            feature([100, 30], "Point"),
            {"type": "Feature", "geometry": None},
        )
    )  # fmt: skip
    assert [shape.polygons.area for shape in reading.shapes] == pytest.approx([0.5, 1.5])
    assert len(reading.notes) == 4
    for note, told in zip(
        reading.notes, ("Self-intersection", "overlap", "Point", "without geometry"), strict=True
    ):
        assert told in note


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"PK\x03\x04\xff", "not text"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "no GeoJSON"),
        ({"type": "Topology", "objects": {}}, "no polygon"),
        ({"type": "Point", "coordinates": [100, 30]}, "no polygon"),
        (collection(), "no polygon"),
        ({"type": "FeatureCollection", "features": 3}, "no list"),
        (feature("abc"), "no list of rings"),
        (feature([["abc"]]), r"\[longitude, latitude\]"),
        (feature([[[True, 30], [1, 1], [2, 2]]]), r"\[longitude, latitude\]"),
        (feature([[[100, 30], [101, 30], [100, 30]]]), "3 or more"),
        (feature([[[100, 30], [101, 30], [102, 30], [100, 30]]]), "no area"),
        (feature([[[436000, 3_100_000], [437000, 3_100_000], [436000, 3_200_000]]]), "ogr2ogr"),
        (feature([[[30, 110], [31, 110], [30, 111]]]), "swap"),
        (b'{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 3], [4, 4]]]}', "expected longitude"),
        (b'{"type": "Polygon", "coordinates": [[[1' + b"0" * 400 + b", 1], [2, 3], [4, 4]]]}",
         "expected longitude"),
        (feature([SQUARE]) | {"crs": {"type": "name", "properties": {"name": "EPSG:32650"}}},
         "EPSG:32650.*ogr2ogr"),
        (feature([SQUARE]) | {"crs": {"type": "link", "properties": {"href": "a"}}}, "WGS 84"),
        (collection(*[feature([SQUARE])] * (MOST_SHAPES + 1)), "at most"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why(document, told):
    with pytest.raises(SchemaError, match=told):
        parsed(document)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326",
                                  "urn:ogc:def:crs:EPSG::4490"])  # fmt: skip
def test_names_of_degrees_are_known(name):
    crs = {"type": "name", "properties": {"name": name}}
    assert len(parsed(feature([SQUARE]) | {"crs": crs}).shapes) == 1


def test_all_faults_are_told_at_once_each_with_its_feature():
    document = collection(feature("x"), feature([SQUARE]), 5, feature([[[0, 95], [1, 1], [2, 2]]]))
    with pytest.raises(SchemaError) as caught:
        parsed(document)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "feature 1", "feature 3", "feature 4",
    ]  # fmt: skip
    assert "my.geojson: 3 faults" in str(caught.value)


def test_sizes_are_limited(monkeypatch):
    monkeypatch.setattr(geojson, "MOST_CORNERS", 8)
    with pytest.raises(SchemaError, match="more than 8 corners") as caught:
        parsed(collection(*[feature([SQUARE])] * 3))
    assert len(caught.value.problems) == 1
    monkeypatch.setattr(geojson, "MOST_BYTES", 10)
    with pytest.raises(SchemaError, match="MB"):
        parsed(feature([SQUARE]))


def test_files_are_read_together(tmp_path):
    paths = [tmp_path / "a.geojson", tmp_path / "b.geojson"]
    for path in paths:
        path.write_text(json.dumps(feature([SQUARE], name="A")))
    assert [shape.name for shape in read_all_shapes(paths).shapes] == ["A", "A 2"]
    with pytest.raises(SourceError, match="cannot be read"):
        read_shapes(tmp_path / "none.geojson")
