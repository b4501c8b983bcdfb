"""The grid of a scene: where its cells are, how large they are, where they lie on Earth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from explorer.units import SQUARE_METRES_PER_SQUARE_KILOMETRE

if TYPE_CHECKING:
    import xarray as xr

PROJECTED = ("northing", "easting")
GEOGRAPHIC = ("lat", "lon")
CRS_VARIABLE = "spatial_ref"

EARTH_RADIUS = 6_371_000.0  # m; ellipsoids in use differ from it by less than 0.2 %
MESH = 400  # points along an axis on which latitudes of cells are transformed
COARSE = 100  # the same for what the hover tells

EQUAL_AREA_METHODS = (
    "Albers Equal Area",
    "Lambert Azimuthal Equal Area",
    "Lambert Azimuthal Equal Area (Spherical)",
    "Lambert Cylindrical Equal Area",
    "Lambert Cylindrical Equal Area (Spherical)",
    "Equal Earth",
    "Mollweide",
    "Sinusoidal",
)


@dataclass(frozen=True)
class Grid:
    """Cell centres along both axes and the coordinate system they are in.

    ``y`` and ``x`` are in metres (projected, equal area) or in degrees (geographic).
    """

    y: np.ndarray
    x: np.ndarray
    crs: CRS

    @property
    def geographic(self) -> bool:
        """True when the axes are latitude and longitude."""
        return self.crs.is_geographic

    @property
    def dims(self) -> tuple[str, str]:
        """Names of the two axes."""
        return GEOGRAPHIC if self.geographic else PROJECTED

    @property
    def shape(self) -> tuple[int, int]:
        """Cells along y and x."""
        return self.y.size, self.x.size

    @property
    def steps(self) -> tuple[float, float]:
        """Signed distance between cell centres along y and x."""
        return axis_step(self.y), axis_step(self.x)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of the outermost cell edges."""
        half_y, half_x = (abs(step) / 2 for step in self.steps)
        return (
            float(self.x.min() - half_x),
            float(self.y.min() - half_y),
            float(self.x.max() + half_x),
            float(self.y.max() + half_y),
        )

    def row_areas(self) -> np.ndarray:
        """Area of one cell of each row, [km2], shape (y,).

        Projected grids are equal-area, so every cell is |dy dx|; a geographic cell is the zone
        between two parallels of the ellipsoid, times its share of the circle.
        """
        dy, dx = self.steps
        if not self.geographic:
            return np.full(self.y.size, abs(dy * dx) / SQUARE_METRES_PER_SQUARE_KILOMETRE)
        south, north = self.y - abs(dy) / 2, self.y + abs(dy) / 2
        zone = zone_area(self.crs, np.clip(south, -90, 90), np.clip(north, -90, 90))
        return zone * abs(dx) / 360 / SQUARE_METRES_PER_SQUARE_KILOMETRE

    @cached_property
    def _to_geographic(self) -> Transformer:
        return Transformer.from_crs(self.crs, CRS.from_epsg(4326), always_xy=True)

    def lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Longitude (-180 to 180) and latitude of points in the grid's own coordinates, [deg]."""
        if self.geographic:
            return (np.asarray(x) + 180) % 360 - 180, np.asarray(y)
        return self._to_geographic.transform(x, y)

    def latitudes(self) -> np.ndarray:
        """Latitude of every cell, [deg], shape (y, x).

        Transformed on a mesh of at most ``MESH`` points an axis and interpolated between, which
        costs less than 1e-4 degrees on a grid of a country (more where a grid holds a pole) and
        saves seconds at 1 km.
        """
        return self._latitudes(slice(None), slice(None))

    @property
    def latitude_range(self) -> tuple[float, float] | None:
        """Southernmost and northernmost latitude, [deg]; None when part lies off the Earth."""
        mesh = self._mesh_latitude
        return None if mesh is None else (float(mesh.min()), float(mesh.max()))

    def _latitudes(self, rows: slice, columns: slice) -> np.ndarray:
        """Latitude of the cells of some rows and columns."""
        if self._mesh_latitude is None:
            return self.lonlat(*np.meshgrid(self.x[columns], self.y[rows]))[1]
        down, along = _weights(self.y, rows), _weights(self.x, columns)
        near = down.any(axis=0), along.any(axis=0)
        return down[:, near[0]] @ self._mesh_latitude[np.ix_(*near)] @ along[:, near[1]].T

    @cached_property
    def _mesh_latitude(self) -> np.ndarray | None:
        """Latitude on the mesh; None when part of the grid lies off the Earth."""
        latitude = self.lonlat(*np.meshgrid(_mesh(self.x), _mesh(self.y)))[1]
        return latitude if np.isfinite(latitude).all() else None

    def lonlat_between(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Longitude and latitude of every pair of two regular axes, [deg], shapes (y, x).

        Transformed on a mesh and interpolated, which is right to a hundredth of a cell and fifty
        times as fast; exact where the mesh meets the date line or leaves the Earth.
        """
        mesh = self.lonlat(*np.meshgrid(_mesh(x, COARSE), _mesh(y, COARSE)))
        if not np.isfinite(mesh).all() or np.abs(np.diff(mesh[0], axis=1)).max(initial=0) > 180:
            return self.lonlat(*np.meshgrid(x, y))
        down, along = (_weights(axis, slice(None), COARSE) for axis in (y, x))
        return tuple(down @ degrees @ along.T for degrees in mesh)

    def from_lonlat(self, lon: ArrayLike, lat: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Points given in degrees, in the grid's own coordinates (x, y)."""
        if self.geographic:
            left = self.bounds[0]
            return (np.asarray(lon) - left) % 360 + left, np.asarray(lat)
        return self._to_geographic.transform(lon, lat, direction="INVERSE")

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of the cell that holds a point, or None outside the grid."""
        if not (np.isfinite(x) and np.isfinite(y)):
            return None
        dy, dx = self.steps
        row, column = round((y - self.y[0]) / dy), round((x - self.x[0]) / dx)
        inside = 0 <= row < self.y.size and 0 <= column < self.x.size
        return (row, column) if inside else None


@dataclass(frozen=True)
class Window(Grid):
    """Some rows and columns of a grid; areas and latitudes are those that the whole gives them."""

    whole: Grid
    rows: slice
    columns: slice

    @property
    def steps(self) -> tuple[float, float]:
        """Signed distance between cell centres along y and x."""
        return self.whole.steps

    @property
    def latitude_range(self) -> tuple[float, float] | None:
        """Southernmost and northernmost latitude of the whole, [deg]."""
        return self.whole.latitude_range

    def latitudes(self) -> np.ndarray:
        """Latitude of every cell, [deg], shape (y, x)."""
        return self.whole._latitudes(self.rows, self.columns)


def window(grid: Grid, rows: slice, columns: slice) -> Window:
    """Return some rows and columns of a grid."""
    return Window(grid.y[rows], grid.x[columns], grid.crs, grid, rows, columns)


def _mesh(axis: np.ndarray, most: int = MESH) -> np.ndarray:
    """Return points along an axis, from end to end."""
    return np.linspace(axis[0], axis[-1], min(most, axis.size))


def _weights(axis: np.ndarray, part: slice, most: int = MESH) -> np.ndarray:
    """Return how much of each point of the mesh every cell of a part of the axis takes."""
    points = _mesh(axis, most)
    if points.size == 1:
        return np.ones((axis[part].size, 1))
    place = (axis[part] - points[0]) / (points[1] - points[0])
    return np.maximum(0, 1 - np.abs(place[:, np.newaxis] - np.arange(points.size)))


def axis_step(axis: np.ndarray) -> float:
    """Signed distance between the centres of a regular axis."""
    return float(axis[-1] - axis[0]) / (axis.size - 1)


def zone_area(crs: CRS, south: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Area of the ellipsoid between two parallels, all the way round, [m2].

    Snyder (1987), Map Projections: A Working Manual, Eq. 3-12 (authalic latitude).
    """
    ellipsoid = crs.ellipsoid
    assert ellipsoid is not None  # the Earth has one
    a, b = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
    e = np.sqrt(1 - (b / a) ** 2)

    def q(latitude: np.ndarray) -> np.ndarray:
        sine = np.sin(np.deg2rad(latitude))
        if e == 0:
            return 2 * sine
        return (1 - e**2) * (sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e)

    return np.pi * a**2 * (q(north) - q(south))


def is_equal_area(crs: CRS) -> bool:
    """Return True when a projected coordinate system keeps areas."""
    operation = crs.coordinate_operation
    return operation is not None and operation.method_name in EQUAL_AREA_METHODS


def is_of_earth(crs: CRS) -> bool:
    """Return True when places of a coordinate system have a longitude and latitude on Earth."""
    try:
        Transformer.from_crs(crs, CRS.from_epsg(4326), always_xy=True)
    except ProjError:
        return False
    ellipsoid = crs.ellipsoid
    return ellipsoid is not None and abs(ellipsoid.semi_major_metre - EARTH_RADIUS) < 50_000


def crs_of(dataset: xr.Dataset) -> CRS | None:
    """Return the coordinate system a dataset declares, None when it declares none that is known.

    Geographic axes without a declaration are WGS 84.
    """
    if CRS_VARIABLE in dataset.variables:
        attributes = dataset[CRS_VARIABLE].attrs
        text = attributes.get("crs_wkt") or attributes.get("spatial_ref")
        if text:
            try:
                return CRS.from_user_input(text)
            except CRSError:
                return None
    return CRS.from_epsg(4326) if set(GEOGRAPHIC) <= set(dataset.dims) else None


def grid_of(dataset: xr.Dataset) -> Grid:
    """Return the grid of a validated dataset."""
    crs = crs_of(dataset)
    assert crs is not None  # as validated
    y_name, x_name = GEOGRAPHIC if crs.is_geographic else PROJECTED
    return Grid(
        np.asarray(dataset[y_name].values, dtype=float),
        np.asarray(dataset[x_name].values, dtype=float),
        crs,
    )
