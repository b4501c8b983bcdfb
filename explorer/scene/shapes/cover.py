"""Which cells a shape covers, and how much of each: exact, along its edges too.

The share of a cell is found by walking the edges, not by cutting polygons cell by cell: an edge is
split where it crosses a line of the grid; each piece takes from its own cell the area to its right,
and from all cells further right in the row its height; pieces that run the other way give it back.
What is left is the area inside. Only cells on an edge are looked at; those between are runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from explorer.scene.grid import Grid, zone_area
from explorer.scene.shapes.shape import Shape, polygonal

if TYPE_CHECKING:
    from explorer.scene.scene import Scene

TOLERANCE = 0.002  # cells; how far a projected edge may lie beside its true course
LONGEST_STEP = 1.0  # deg; edges are tried at least this often
PARTS_OF_ROW = 8  # in which an edge straight in degrees is taken as straight in area, too
NOTHING = 1e-12  # a smaller share of a cell is rounding
MOST_POINTS = 4000  # of an outline on the screen


class Runs(NamedTuple):
    """Neighbouring cells of a row that are covered alike."""

    row: np.ndarray  # (runs,)
    start: np.ndarray  # first column
    stop: np.ndarray  # one past the last
    fraction: np.ndarray  # of each cell, 0 to 1, float64


class Placed(NamedTuple):
    """A shape on a grid: what its totals and its drawing are made of."""

    runs: Runs
    outline: list[list[np.ndarray]]  # rings of each polygon, (corners, 2), no finer than needed


@dataclass(frozen=True, eq=False)
class Cover:
    """The land cells of a scene that a shape covers: runs of positions with one fraction each."""

    first: np.ndarray  # (runs,) position among the land cells
    stop: np.ndarray
    fraction: np.ndarray  # (runs,) 0 to 1, float64
    shape_area: float  # [km2] of the shape within the grid, land or not

    @property
    def cells(self) -> int:
        """Number of land cells touched."""
        return int((self.stop - self.first).sum())

    def fractions(self, start: int, stop: int) -> np.ndarray:
        """Return the fraction covered of the land cells from ``start`` to ``stop``; float64."""
        low, high = np.searchsorted(self.stop, start, "right"), np.searchsorted(self.first, stop)
        first = np.maximum(self.first[low:high], start)
        length = np.minimum(self.stop[low:high], stop) - first
        before = np.cumsum(length) - length
        place = np.repeat(first - start - before, length) + np.arange(length.sum())
        out = np.zeros(stop - start)
        out[place] = np.repeat(self.fraction[low:high], length)
        return out


def cover(scene: Scene, shape: Shape) -> Cover:
    """Find the land cells under a shape.

    Parameters
    ----------
    scene : Scene
    shape : Shape

    Returns
    -------
    Cover
        Without runs when the shape lies beside the land.
    """
    return cover_of(scene, cell_runs(on_grid(shape, scene.grid), scene.grid))


def cover_of(scene: Scene, runs: Runs) -> Cover:
    """Return the land cells among those of a grid that a shape covers.

    Parameters
    ----------
    scene : Scene
    runs : Runs
        On the grid of the scene.
    """
    width = scene.grid.x.size
    first = np.searchsorted(scene.index, runs.row * width + runs.start)
    stop = np.searchsorted(scene.index, runs.row * width + runs.stop)
    land = stop > first
    areas = scene.grid.row_areas()[runs.row] * (runs.stop - runs.start) * runs.fraction
    return Cover(first[land], stop[land], runs.fraction[land], float(areas.sum()))


def place(shape: Shape, grid: Grid) -> Placed:
    """Find the cells of a grid that a shape covers, and the outline that a map draws."""
    polygons = on_grid(shape, grid)
    return Placed(cell_runs(polygons, grid), outline_of(polygons))


def outline_of(polygons: MultiPolygon) -> list[list[np.ndarray]]:
    """Return the rings of each polygon on a grid, with as many corners as a screen can show."""
    if shapely.get_num_coordinates(polygons) > MOST_POINTS:
        left, bottom, right, top = polygons.bounds
        polygons = polygons.simplify(max(right - left, top - bottom) / 1000)
    return [
        [shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(polygons)
        if not part.is_empty
    ]


def on_grid(shape: Shape, grid: Grid) -> MultiPolygon:
    """Return a shape in the grid's own coordinates, as far as it lies on the grid.

    Edges of a file are straight in degrees; on a projected grid they get so many corners between
    that they stay within ``TOLERANCE`` cells of their course. Drawn edges are straight already.
    """
    left, bottom, right, top = grid.bounds
    frame = shapely.box(left, bottom, right, top)
    if grid.geographic:
        return _cut(_all_turns(shape.polygons), frame)
    if shape.origin == "drawn":
        return _cut(_each_ring(shape.polygons, lambda ring: _projected(ring, grid)), frame)
    # Cut to the surroundings first: what lies at the far side of the Earth cannot be projected.
    near = _cut(_all_turns(shape.polygons), shapely.box(*_degrees_around(grid)))
    tolerance = TOLERANCE * min(abs(step) for step in grid.steps)
    return _cut(_each_ring(near, lambda ring: _course(ring, grid, tolerance)), frame)


def cell_runs(polygons: MultiPolygon, grid: Grid) -> Runs:
    """Return the share of every cell of the grid that polygons on the grid cover.

    Parameters
    ----------
    polygons : MultiPolygon
        Valid, in the grid's coordinates, not beyond its edges.
    grid : Grid
        On a geographic grid the share is of the cell's true area.

    Returns
    -------
    Runs
        In the order of rows and columns; cells without a share are not listed.
    """
    start, stop = _edges(polygons, grid)
    if grid.geographic:
        scale = (1, PARTS_OF_ROW)
        start, stop = (ends / scale for ends in _split(start * scale, stop * scale, axis=1))
        start[:, 1], stop[:, 1] = _by_area(start[:, 1], stop[:, 1], grid)
    else:
        start, stop = _split(start, stop, axis=1)
    start, stop = _split(start, stop, axis=0)
    middle = (start + stop) / 2
    column, row = np.floor(middle).astype(np.int64).T
    height = start[:, 1] - stop[:, 1]  # left edges run down: what lies right of them is inside
    right = height * (column + 1 - middle[:, 0])

    # The pieces of each cell together; a column more takes what runs along the outer edge.
    width = grid.x.size + 1
    cell, piece = np.unique(row * width + column, return_inverse=True)
    own = np.bincount(piece, right, cell.size)
    onward = np.cumsum(np.bincount(piece, height, cell.size))
    row, column = np.divmod(cell, width)
    before = np.concatenate([[0.0], onward[:-1]])
    edge = Runs(row, column, column + 1, np.clip(own + before, 0, 1))
    # Between two edges of a row the cells are wholly inside, or wholly outside.
    inside = (np.diff(cell) > 1) & (np.rint(onward[:-1]) == 1)
    between = Runs(row[:-1], column[:-1] + 1, column[1:], np.ones(max(cell.size - 1, 0)))
    runs = Runs(*(np.concatenate([a, b[inside]]) for a, b in zip(edge, between, strict=True)))
    order = np.argsort(runs.row * width + runs.start, kind="stable")
    listed = order[(runs.fraction > NOTHING)[order] & (runs.start < width - 1)[order]]
    return Runs(*(column[listed] for column in runs))


def _edges(polygons: MultiPolygon, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Return start and end of every edge, counted in columns and rows from the grid's first cell.

    Outer rings run so that the inside lies at their left when rows are counted upward.
    """
    dy, dx = grid.steps
    origin = np.array([grid.x[0] - dx / 2, grid.y[0] - dy / 2])
    counted = shapely.transform(polygons, lambda points: (points - origin) / (dx, dy))
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(counted)))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    corners = np.clip(corners, 0, grid.shape[::-1])  # what rounding pushed over the edge
    same = ring[1:] == ring[:-1]
    return corners[:-1][same], corners[1:][same]


def _split(start: np.ndarray, stop: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Split edges wherever they cross a whole number along an axis."""
    low = np.floor(np.minimum(start[:, axis], stop[:, axis]))
    high = np.ceil(np.maximum(start[:, axis], stop[:, axis]))
    pieces = np.maximum(high - low, 1).astype(np.int64)
    edge = np.repeat(np.arange(pieces.size), pieces)
    number = np.arange(edge.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    a, b = start[edge], stop[edge]
    step = b - a
    backward = step[:, axis] < 0
    line = np.where(backward, high[edge] - number, low[edge] + number)
    ahead = np.where(backward, -1, 1)
    # An edge along a line of the grid is never split: its share of the way is not used.
    way = np.where(step[:, axis] == 0, 1.0, step[:, axis])
    entry = (line - a[:, axis]) / way
    leave = (line + ahead - a[:, axis]) / way
    first, last = number == 0, number == pieces[edge] - 1
    begin = np.where(first[:, np.newaxis], a, a + entry[:, np.newaxis] * step)
    end = np.where(last[:, np.newaxis], b, a + leave[:, np.newaxis] * step)
    begin[~first, axis], end[~last, axis] = line[~first], (line + ahead)[~last]
    return begin, end


def _by_area(start: np.ndarray, stop: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Count rows by area: half a cell is where half of its area lies beyond, not half its height.

    Each edge lies within one row; on a sphere a cell's poleward half is the smaller one.
    """
    row = np.floor((start + stop) / 2)
    dy, _ = grid.steps
    origin = grid.y[0] - dy / 2

    def area(place: np.ndarray) -> np.ndarray:
        latitude = np.clip(origin + place * dy, -90, 90)
        return zone_area(grid.crs, np.zeros_like(latitude), latitude)

    whole = area(row + 1) - area(row)
    return row + (area(start) - area(row)) / whole, row + (area(stop) - area(row)) / whole


def _course(ring: np.ndarray, grid: Grid, tolerance: float) -> np.ndarray:
    """Project a ring whose edges are straight in degrees, with corners between where they bend."""
    steps = np.ceil(np.abs(np.diff(ring, axis=0)).max(axis=1) / LONGEST_STEP)
    ring = _divided(ring, np.maximum(steps, 1).astype(np.int64))
    # An arc lies beside its chord by a quarter as much when it is halved.
    bend = np.zeros(len(ring) - 1)
    flat = _projected(ring, grid)
    for share in (0.25, 0.5, 0.75):
        between = _projected(ring[:-1] + share * np.diff(ring, axis=0), grid)
        chord = flat[:-1] + share * np.diff(flat, axis=0)
        bend = np.maximum(bend, np.hypot(*(between - chord).T))
    pieces = np.ceil(np.sqrt(np.maximum(bend / tolerance, 1)))
    return _projected(_divided(ring, pieces.astype(np.int64)), grid)


def _divided(ring: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Return a ring with each edge in so many equal pieces."""
    edge = np.repeat(np.arange(pieces.size), pieces)
    number = np.arange(edge.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (number / pieces[edge])[:, np.newaxis]
    points = ring[edge] + share * (ring[edge + 1] - ring[edge])
    return np.concatenate([points, ring[-1:]])


def _projected(ring: np.ndarray, grid: Grid) -> np.ndarray:
    return np.column_stack(grid.from_lonlat(*ring.T))


def _each_ring(polygons: MultiPolygon, change: Callable[[np.ndarray], np.ndarray]) -> MultiPolygon:
    """Return polygons whose rings were changed; those with a corner off the Earth go."""
    changed = []
    for polygon in polygons.geoms:
        rings = [
            change(shapely.get_coordinates(ring)) for ring in (polygon.exterior, *polygon.interiors)
        ]
        if all(np.isfinite(ring).all() for ring in rings):
            changed.append(shapely.Polygon(rings[0], rings[1:]))
    return polygonal(MultiPolygon(changed))


def _all_turns(polygons: MultiPolygon) -> MultiPolygon:
    """Return polygons with their copies one turn of the Earth to the west and to the east."""
    turns = [
        shapely.transform(polygons, lambda points, k=k: points + np.array((k, 0)))
        for k in (-360, 0, 360)
    ]
    west, _, east, _ = polygons.bounds if not polygons.is_empty else (0, 0, 0, 0)
    parts = [part for turn in turns for part in turn.geoms]
    return MultiPolygon(parts) if east - west < 360 else polygonal(shapely.union_all(turns))


def _cut(polygons: MultiPolygon, frame: shapely.Polygon) -> MultiPolygon:
    """Return what of the polygons lies in a rectangle."""
    if polygons.is_empty or frame.covers(polygons):
        return polygons
    parts = shapely.get_parts(polygons)
    near = parts[shapely.intersects(frame, parts)]
    return polygonal(
        MultiPolygon(
            [piece for part in near for piece in polygonal(shapely.intersection(part, frame)).geoms]
        )
    )


def _degrees_around(grid: Grid) -> tuple[float, float, float, float]:
    """West, south, east, north of a projected grid, a degree wider; the Earth if it tears."""
    x, y = (
        np.linspace(low, high, 50)
        for low, high in zip(grid.bounds[:2], grid.bounds[2:], strict=True)
    )
    lon, lat = grid.lonlat(*np.meshgrid(x, y))
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return -180.0, -90.0, 180.0, 90.0
    centre = lon[25, 25]
    lon = centre + (lon - centre + 180) % 360 - 180
    return lon.min() - 1, max(lat.min() - 1, -90), lon.max() + 1, min(lat.max() + 1, 90)
