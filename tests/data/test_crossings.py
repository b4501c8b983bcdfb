"""Edges that cross: counted exactly, as far as needed, and too many are refused at once."""

import json
import time
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon

from explorer.errors import SchemaError
from explorer.scene.shapes.crossings import crossings
from explorer.scene.shapes.geojson import parse_shapes
from explorer.scene.shapes.shape import (
    MOST_CROSSINGS,
    MOST_DRAWN_CORNERS,
    MOST_LINKED_CORNERS,
    Shape,
    drawn_shape,
    shape_of,
    shapes_from_compact,
)
from explorer.session.link import from_token

places = st.tuples(st.integers(0, 40), st.integers(0, 40))


def tangle(corners: int) -> np.ndarray:
    """A ring of corners at random: nearly a third of all pairs of edges cross."""
    return np.round(np.random.default_rng(3).uniform((100, 30), (110, 40), (corners, 2)), 4)


def written(rings: list[np.ndarray], name: str = "a") -> list:
    """What a link would hold of a shape."""
    steps = [
        np.diff(np.rint(ring * 10_000).astype(int), axis=0, prepend=np.zeros((1, 2), int))
        for ring in rings
    ]
    return [name, "file", [[one.ravel().tolist() for one in steps]]]


@given(corners=st.lists(places, min_size=3, max_size=30, unique=True))
def test_pairs_that_cross_are_counted(corners):
    ring = [*corners, corners[0]]
    edges = [LineString(pair) for pair in pairwise(ring)]
    pairs = sum(
        edges[i].crosses(edges[j]) for i in range(len(edges)) for j in range(i + 1, len(edges))
    )
    assert crossings(Polygon(corners), 10**6) == pairs


def test_counting_ends_where_there_are_too_many():
    polygon = Polygon(tangle(5_000))  # some four million crossings
    start = time.perf_counter()
    assert crossings(polygon, MOST_CROSSINGS) > MOST_CROSSINGS
    assert time.perf_counter() - start < 5


def test_tangle_is_refused_before_it_is_mended(monkeypatch):
    def never(*_arguments, **_named):
        raise AssertionError("mending was tried")

    monkeypatch.setattr(shapely, "make_valid", never)
    with pytest.raises(SchemaError, match="cross each other more than 1,000 times"):
        shape_of([Polygon(tangle(500))], "tangle", "file")
    document = {"type": "Polygon", "coordinates": [tangle(500).tolist()]}
    with pytest.raises(SchemaError, match="cross each other"):
        parse_shapes(json.dumps(document).encode(), "my.geojson")
    with pytest.raises(SchemaError, match="cross each other"):
        Shape.from_compact(written([tangle(500)]))


def test_few_crossings_are_mended():
    bow = [(100, 30), (101, 31), (101, 30), (100, 31)]
    assert crossings(Polygon(bow), 10) == 1
    assert shape_of([Polygon(bow)], "bow", "file").polygons.area == pytest.approx(0.5)


def test_corners_of_links_are_limited_when_they_are_read():
    angle = np.linspace(0, 2 * np.pi, MOST_LINKED_CORNERS - 1, endpoint=False)
    circle = np.column_stack([105 + 3 * np.cos(angle), 30 + 3 * np.sin(angle)])
    assert Shape.from_compact(written([circle])).corners == MOST_LINKED_CORNERS
    more = written([np.concatenate([circle, [[108.5, 30]]])])
    with pytest.raises(SchemaError, match="more than 2000 corners"):
        Shape.from_compact(more)
    half = circle[::2][:999]
    assert len(shapes_from_compact([written([half]), written([half + 8], "b")])) == 2
    third = written([half + 16], "c")
    with pytest.raises(SchemaError, match="corners together; at most 2,000"):
        shapes_from_compact([written([half]), written([half + 8], "b"), third])


@pytest.mark.parametrize("wrong", ["abc", 7, {"a": 1}, [[1]] * 41])
def test_what_is_no_list_of_shapes_is_told(wrong):
    with pytest.raises(SchemaError):
        shapes_from_compact(wrong)


def test_reading_a_link_gives_shapes_to_who_is_asked(tmp_path):
    from explorer import preset
    from explorer.session.link import Link, to_token
    from explorer.session.view import View

    square = shape_of([shapely.box(100, 30, 101, 31)], "a", "file")
    token = to_token(Link(preset("ci2"), preset("original"), View(shapes=(square,))))
    asked = []

    def read(given):
        asked.append(given)
        return shapes_from_compact(given)

    assert from_token(token, read_shapes=read).view.shapes == (square,)
    assert len(asked) == 1


def test_corners_that_are_drawn_are_limited(scene):
    x = np.linspace(-1e6, 1e6, MOST_DRAWN_CORNERS + 1)
    with pytest.raises(SchemaError, match="at most 2,000 are drawn"):
        drawn_shape(x, x**2 / 1e7, scene.grid, "mine")
