"""Height of the land: pvlib's bundled elevation with made-up fine relief."""

from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
import pvlib
from scipy import ndimage

from .noise import fractal_noise

# pvlib/data/Altitude.h5, decoded as pvlib.location.lookup_altitude does: bytes in steps of
# 28 m from -450 m, 255 where there is no land, 12 cells a degree from 90 N, 180 W.
STEP_M, LOWEST_M, NO_DATA = 28.0, -450.0, 255
CELLS_PER_DEGREE = 12

# Window that holds the scene with room to spare. [degrees]
WEST, EAST, SOUTH, NORTH = 68, 140, 14, 58

# Cells over which heights are smoothed (standard deviation) to hide the 28 m steps.
SMOOTHING = 0.6
# Share of the height spread between neighbouring source cells that reappears within them.
FINE_RELIEF = 0.6
FINE_RELIEF_LONGEST_KM = 16.0


class Relief(NamedTuple):
    """Source terrain on its own 5 arc-minute grid, rows from north to south."""

    height: np.ndarray
    """Elevation, smoothed; 0 at sea. [m]"""
    spread: np.ndarray
    """Standard deviation of height among a cell and its neighbours. [m]"""
    land: np.ndarray
    """1 on land, 0 at sea. [1]"""


def load_relief():
    """Read the window of pvlib's elevation that the scene needs.

    Returns
    -------
    Relief
    """
    rows = slice((90 - NORTH) * CELLS_PER_DEGREE, (90 - SOUTH) * CELLS_PER_DEGREE)
    columns = slice((180 + WEST) * CELLS_PER_DEGREE, (180 + EAST) * CELLS_PER_DEGREE)
    with h5py.File(Path(pvlib.__file__).parent / "data" / "Altitude.h5", "r") as file:
        encoded = file["Altitude"][rows, columns]
    land = encoded != NO_DATA
    height = np.where(land, encoded * STEP_M + LOWEST_M, 0.0)
    mean = ndimage.uniform_filter(height, 3)
    spread = np.sqrt(np.maximum(ndimage.uniform_filter(height**2, 3) - mean**2, 0.0))
    return Relief(
        height=ndimage.gaussian_filter(height, SMOOTHING),
        spread=spread,
        land=land.astype(float),
    )


def is_land(relief, lon, lat):
    """Say which places are on land.

    Parameters
    ----------
    relief : Relief
        As `load_relief` gives it.
    lon, lat : array
        [degrees]

    Returns
    -------
    array of bool
    """
    return _bilinear(relief.land, lon, lat) >= 0.5


def elevation(relief, lon, lat, fine):
    """Interpolate height and add relief finer than the source.

    Parameters
    ----------
    relief : Relief
        As `load_relief` gives it.
    lon, lat : array
        [degrees]
    fine : array
        Noise from `fine_noise` at the same places. [1]

    Returns
    -------
    array
        Elevation. [m]
    """
    base = _bilinear(relief.height, lon, lat)
    return base + FINE_RELIEF * _bilinear(relief.spread, lon, lat) * fine


def steepness(relief, lon, lat):
    """Height spread within about 15 km, the landscape's measure of hilliness.

    Parameters
    ----------
    relief : Relief
        As `load_relief` gives it.
    lon, lat : array
        [degrees]

    Returns
    -------
    array
        [m]
    """
    return _bilinear(relief.spread, lon, lat)


def fine_noise(grid, seed):
    """Ridges and valleys finer than the source terrain; 0 on grids as coarse as it.

    Parameters
    ----------
    grid : Grid
        The cells.
    seed : int
        Seed of the scene.

    Returns
    -------
    array (northing, easting), float32
        [1]
    """
    if 2.0 * grid.resolution > FINE_RELIEF_LONGEST_KM * 1000.0:
        return np.zeros((grid.northing.size, grid.easting.size), np.float32)
    return fractal_noise(grid, FINE_RELIEF_LONGEST_KM, seed + 11)


def _bilinear(field, lon, lat):
    """Interpolate a field of the source grid."""
    row = (NORTH - lat) * CELLS_PER_DEGREE - 0.5
    column = (lon - WEST) * CELLS_PER_DEGREE - 0.5
    return ndimage.map_coordinates(field, [row, column], order=1, mode="nearest")
