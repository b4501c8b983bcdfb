"""The stylised outline of the study area, held as elliptic Fourier descriptors.

It is smooth by construction and not a boundary of any country.
"""

import numpy as np
import shapely

KM = 1000.0


def describe_outline(points, harmonics):
    """Fit elliptic Fourier descriptors to a closed line.

    Kuhl and Giardina (1982), Computer Graphics and Image Processing 18:236, by way of a
    discrete Fourier transform of points spread evenly along the line.

    Parameters
    ----------
    points : array (n, 2)
        Easting and northing along the closed line. [m]
    harmonics : int
        Number of harmonics to keep.

    Returns
    -------
    array (harmonics + 1, 4)
        Row k: cosine and sine coefficients of easting, then of northing; row 0 holds the
        centre. [km]
    """
    even = _spread_evenly(points, 2048) / KM
    spectrum = np.fft.rfft(even, axis=0)[: harmonics + 1] / len(even)
    spectrum[1:] *= 2.0
    cosine, sine = spectrum.real, -spectrum.imag
    return np.column_stack([cosine[:, 0], sine[:, 0], cosine[:, 1], sine[:, 1]])


def draw_outline(descriptors, vertices=720):
    """Draw the closed line that descriptors stand for.

    Parameters
    ----------
    descriptors : array (harmonics + 1, 4)
        As `describe_outline` gives them. [km]
    vertices : int
        Number of points to draw.

    Returns
    -------
    array (vertices, 2)
        Easting and northing. [m]
    """
    descriptors = np.asarray(descriptors, float)
    angle = 2.0 * np.pi * np.arange(vertices)[:, None] / vertices * np.arange(len(descriptors))
    cosine, sine = np.cos(angle), np.sin(angle)
    easting = cosine @ descriptors[:, 0] + sine @ descriptors[:, 1]
    northing = cosine @ descriptors[:, 2] + sine @ descriptors[:, 3]
    return np.column_stack([easting, northing]) * KM


def inside_outline(points, grid):
    """Say which cell centres lie inside a closed line.

    Parameters
    ----------
    points : array (n, 2)
        Easting and northing along the line. [m]
    grid : Grid
        The cells.

    Returns
    -------
    array (northing, easting) of bool
    """
    polygon = shapely.polygons(points)
    shapely.prepare(polygon)
    return shapely.contains_xy(polygon, *np.meshgrid(grid.easting, grid.northing))


def _spread_evenly(points, count):
    """Resample a closed line at equal steps along it."""
    closed = np.vstack([points, points[:1]])
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    where = np.arange(count) / count * length[-1]
    return np.column_stack([np.interp(where, length, column) for column in closed.T])
