"""The equal-area grid of the demonstration scene."""

from typing import NamedTuple

import numpy as np
from pyproj import CRS, Transformer

ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84 +units=m"

# Edges fall on multiples of this, so grids of 1, 2, 5, 10, 25 and 50 km share them.
EDGE_STEP_M = 50_000.0


class Grid(NamedTuple):
    """Cell centres of an equal-area grid."""

    northing: np.ndarray
    """Descending. [m]"""
    easting: np.ndarray
    """Ascending. [m]"""
    resolution: float
    """Side of a cell. [m]"""

    def rows(self, part):
        """Return the same grid cut to a slice of rows."""
        return self._replace(northing=self.northing[part])


def grid_around(points, resolution_km):
    """Lay a grid just around some points.

    Parameters
    ----------
    points : array (n, 2)
        Easting and northing. [m]
    resolution_km : float
        Side of a cell. [km]

    Returns
    -------
    Grid
    """
    step = resolution_km * 1000.0
    west, south = np.floor(points.min(axis=0) / EDGE_STEP_M) * EDGE_STEP_M
    east, north = np.ceil(points.max(axis=0) / EDGE_STEP_M) * EDGE_STEP_M
    columns = int(np.ceil((east - west) / step))
    rows = int(np.ceil((north - south) / step))
    easting = west + step * (np.arange(columns) + 0.5)
    northing = north - step * (np.arange(rows) + 0.5)
    return Grid(northing, easting, step)


def to_lon_lat(easting, northing):
    """Convert Albers metres to degrees.

    Parameters
    ----------
    easting, northing : array
        Place on the grid. [m]

    Returns
    -------
    lon, lat : array
        [degrees]
    """
    return Transformer.from_crs(CRS(ALBERS), 4326, always_xy=True).transform(easting, northing)


def to_albers(lon, lat):
    """Convert degrees to Albers metres.

    Parameters
    ----------
    lon, lat : array
        [degrees]

    Returns
    -------
    easting, northing : array
        [m]
    """
    return Transformer.from_crs(4326, CRS(ALBERS), always_xy=True).transform(lon, lat)
