"""A shape: a named area on Earth, drawn on the map or read from a file, and how it is written down.

A shape knows its corners in degrees (WGS 84). What runs between two corners depends on where it
came from: lines drawn on the map are straight on the grid, those of a file are straight in
longitude and latitude (RFC 7946, section 3.1.1).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Literal

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from explorer.errors import SchemaError
from explorer.scene.grid import Grid
from explorer.scene.shapes.crossings import crossings

Origin = Literal["drawn", "file"]

LINK_STEPS = 10_000  # to a degree: corners in a link are kept to some 10 m
LONGEST_NAME = 60
MOST_SHAPES = 40
MOST_CORNERS = 200_000  # of all shapes together
MOST_LINKED_CORNERS = 2_000  # what still fits an address
MOST_DRAWN_CORNERS = 2_000
MOST_CROSSINGS = 1_000  # of the edges of a shape; mending takes a third of a second for so many
LONGITUDES, LATITUDES = (-180.0, 360.0), (-90.0, 90.0)


@dataclass(frozen=True)
class Shape:
    """A named area: valid polygons without overlap, corners as (longitude, latitude) in degrees."""

    name: str
    polygons: MultiPolygon
    origin: Origin = "file"

    @property
    def corners(self) -> int:
        """Number of corners of all rings."""
        return int(shapely.get_num_coordinates(self.polygons))

    def renamed(self, name: str, taken: Iterable[str] = ()) -> "Shape":
        """Return the shape under a name that is clean and unlike those taken."""
        return replace(self, name=unlike(clean_name(name) or self.name, taken))

    def to_compact(self) -> list[Any]:
        """Return what a link needs to draw the shape again: numbers and text for JSON.

        Corners are rounded to 1e-4 degrees and written as steps from the one before.
        """
        polygons = [
            [_steps(ring) for ring in (polygon.exterior, *polygon.interiors)]
            for polygon in self.polygons.geoms
        ]
        return [self.name, self.origin, polygons]

    def to_exact(self) -> list[Any]:
        """Return every corner as it is, as numbers and text for JSON."""
        polygons = [
            [
                shapely.get_coordinates(ring).ravel().tolist()
                for ring in (polygon.exterior, *polygon.interiors)
            ]
            for polygon in self.polygons.geoms
        ]
        return [self.name, self.origin, polygons]

    @classmethod
    def from_exact(cls, written: Any) -> "Shape":
        """Return the shape that ``to_exact`` wrote; what comes from outside is not trusted.

        Raises
        ------
        SchemaError
            When it is nothing that ``to_exact`` writes.
        """
        try:
            name, origin = _named(written)
            polygons = [[_exact_ring(ring) for ring in rings] for rings in written[2]]
            if sum(len(ring) for rings in polygons for ring in rings) > MOST_CORNERS:
                raise ValueError(f"more than {MOST_CORNERS} corners")
            parts = [Polygon(rings[0], rings[1:]) for rings in polygons]
        except (TypeError, ValueError, IndexError, OverflowError) as error:
            raise SchemaError([f"cannot be read: {error}"], "a shape that was stored") from error
        return shape_of(parts, name, origin)

    @classmethod
    def from_compact(cls, written: Any) -> "Shape":
        """Return the shape that ``to_compact`` wrote; what comes in a link is not trusted.

        Raises
        ------
        SchemaError
            When it is nothing that ``to_compact`` writes.
        """
        try:
            name, origin = _named(written)
            if _linked_corners(written) > MOST_LINKED_CORNERS:
                raise ValueError(f"more than {MOST_LINKED_CORNERS} corners")
            parts = [Polygon(rings[0], rings[1:]) for rings in map(_from_steps, written[2])]
        except (TypeError, ValueError, IndexError, OverflowError) as error:
            raise SchemaError([f"cannot be read: {error}"], "a shape in the link") from error
        return shape_of(parts, name, origin)


def shapes_from_compact(written: Any) -> tuple[Shape, ...]:
    """Return the shapes of a link, each as ``Shape.to_compact`` wrote it.

    Raises
    ------
    SchemaError
        When one of them cannot be read, or they have more corners together than a link may hold.
    """
    if not isinstance(written, list | tuple) or len(written) > MOST_SHAPES:
        raise SchemaError([f"expected a list of at most {MOST_SHAPES}"], "the shapes in the link")
    corners = 0
    for one in written:
        try:
            corners += _linked_corners(one)
        except (TypeError, ValueError, IndexError):
            continue  # whatever it is, reading it tells
    if corners > MOST_LINKED_CORNERS:
        raise SchemaError(
            [f"{corners} corners together; at most {MOST_LINKED_CORNERS:,} are read: "
             "pass the shapes on as a GeoJSON file"],
            "the shapes in the link",
        )  # fmt: skip
    return tuple(map(Shape.from_compact, written))


def exact_text(shapes: Sequence[Shape]) -> str:
    """Return shapes as JSON, every corner as it is."""
    written = [shape.to_exact() for shape in shapes]
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def shapes_from_exact(written: Any) -> tuple[Shape, ...]:
    """Return shapes, each as ``Shape.to_exact`` wrote it.

    Raises
    ------
    SchemaError
        When there are too many, or one of them cannot be read.
    """
    if not isinstance(written, list | tuple) or len(written) > MOST_SHAPES:
        raise SchemaError([f"expected a list of at most {MOST_SHAPES}"], "the shapes stored")
    return tuple(map(Shape.from_exact, written))


def shape_of(parts: Sequence[Polygon], name: str, origin: Origin) -> Shape:
    """Return a shape of polygons; rings that cross themselves are mended, overlaps are joined.

    Raises
    ------
    SchemaError
        When a corner lies off the Earth, there is no area, or the edges cross too often.
    """
    given = MultiPolygon(parts)
    if not given.is_valid and crossings(given, MOST_CROSSINGS) > MOST_CROSSINGS:
        raise SchemaError(
            [f"its edges cross each other more than {MOST_CROSSINGS:,} times; expected an outline "
             "that goes round once: simplify it, or draw it again"],
            name,
        )  # fmt: skip
    whole = polygonal(given)
    if whole.is_empty or not whole.area > 0:
        raise SchemaError(["it has no area; expected a polygon of three corners or more"], name)
    west, south, east, north = whole.bounds
    if west < LONGITUDES[0] or east > LONGITUDES[1] or south < LATITUDES[0] or north > LATITUDES[1]:
        raise SchemaError(
            [f"corners from {west:.6g}, {south:.6g} to {east:.6g}, {north:.6g}; expected degrees"],
            name,
        )
    return Shape(name, whole, origin)


def drawn_shape(x: Sequence[float], y: Sequence[float], grid: Grid, name: str) -> Shape:
    """Return a shape drawn on the map, its corners rounded as a link rounds them.

    Parameters
    ----------
    x, y : sequences of float
        Corners in the grid's coordinates.
    grid : Grid
    name : str

    Raises
    ------
    SchemaError
        When a corner lies off the Earth, there is no area, or there are too many corners.
    """
    if len(x) > MOST_DRAWN_CORNERS:
        raise SchemaError([f"{len(x)} corners; at most {MOST_DRAWN_CORNERS:,} are drawn"], name)
    # On a geographic grid a corner may lie beyond the date line; it must not come in on the left.
    lon, lat = (np.asarray(x), np.asarray(y)) if grid.geographic else grid.lonlat(x, y)
    corners = np.column_stack([lon, np.clip(lat, *LATITUDES)])
    if not np.isfinite(corners).all():
        raise SchemaError(["a corner lies off the Earth; draw within the map"], name)
    if len(np.unique(corners, axis=0)) < 3:
        raise SchemaError(["it has no area; draw three corners or more"], name)
    return shape_of([Polygon(np.rint(corners * LINK_STEPS) / LINK_STEPS)], name, "drawn")


def polygonal(geometry: shapely.Geometry) -> MultiPolygon:
    """Return the valid polygons of a geometry, as one multipolygon; lines and points go."""
    if not geometry.is_valid:
        # By structure: what two parts share is inside; by lines it would become a hole.
        geometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(shapely.get_parts([geometry]))
    areas = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return MultiPolygon(list(areas[~shapely.is_empty(areas)]))


def clean_name(name: str) -> str:
    """Return a name on one line, of bearable length."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(printable.split())[:LONGEST_NAME]


def unlike(name: str, taken: Iterable[str]) -> str:
    """Return the name, with a number behind it if it is taken."""
    known = set(taken)
    return name if name not in known else numbered(name, known, first=2)


def numbered(name: str, taken: Iterable[str], first: int = 1) -> str:
    """Return the name with the first number that makes it unlike those taken."""
    known = set(taken)
    return next(free for number in count(first) if (free := f"{name} {number}") not in known)


def _named(written: Any) -> tuple[str, Origin]:
    """Return name and origin of a shape that was written as [name, origin, polygons]."""
    name, origin, _ = written
    if not isinstance(name, str) or origin not in ("drawn", "file"):
        raise ValueError("neither name nor origin")
    return clean_name(name) or "shape", origin


def _exact_ring(numbers: Any) -> np.ndarray:
    """Return the corners (corners, 2) of a ring; only numbers that are some are let through."""
    corners = np.asarray(numbers, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(corners).all():
        raise ValueError("a corner is no number")
    return corners


def _steps(ring: shapely.LinearRing) -> list[int]:
    """Write a ring as whole steps of 1e-4 degrees, without its last corner, which is the first."""
    corners = np.rint(shapely.get_coordinates(ring)[:-1] * LINK_STEPS).astype(np.int64)
    return np.diff(corners, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()


def _linked_corners(written: Any) -> int:
    """Return how many corners a shape in a link has, counted as ``Shape.corners`` counts them."""
    _, _, polygons = written
    return sum(len(ring) // 2 + 1 for rings in polygons for ring in rings)


def _from_steps(rings: list[list[int]]) -> list[np.ndarray]:
    corners = [np.asarray(steps, dtype=np.int64).reshape(-1, 2).cumsum(axis=0) for steps in rings]
    return [corner / LINK_STEPS for corner in corners]
