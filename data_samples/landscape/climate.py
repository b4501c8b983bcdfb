"""Monthly climate as a smooth function of place, height and month.

A surface is a sum of five seasonal terms (annual mean, annual cosine and sine,
semi-annual cosine and sine). The size of each term varies over the map as a
polynomial in longitude and latitude, and with height. The coefficients live in
`climatology.toml`, fitted by `fit_climatology.py`.
"""

import tomllib
from pathlib import Path

import numpy as np
from numpy.polynomial import legendre

CLIMATOLOGY = Path(__file__).parent.parent / "climatology.toml"

# Longitude and latitude are scaled to about -1..1 over East Asia before any polynomial.
CENTRE_DEGREES = (105.0, 36.0)
HALF_WIDTH_DEGREES = (35.0, 20.0)

# Seasonal terms: (name, degree of the polynomial, number of height terms).
SEASONAL_TERMS = (
    ("mean", 6, 4),
    ("annual_cos", 4, 2),
    ("annual_sin", 4, 2),
    ("semiannual_cos", 3, 1),
    ("semiannual_sin", 3, 1),
)

# Above this height the quadratic term would be an extrapolation. [m]
HIGHEST_FITTED_M = 5800.0


def _identity(value):
    """Return the value itself."""
    return value


def _cube_root(value):
    """Make rainfall nearly symmetric; unlike a logarithm it takes months without rain."""
    return np.cbrt(value)


def _cube(value):
    """Undo `_cube_root`; a negative root means no rain."""
    return np.maximum(value, 0.0) ** 3


def _fraction(value):
    """Keep a fitted sunshine fraction possible."""
    return np.clip(value, 0.05, 0.95)


# variable -> (to the space that is fitted, back to the variable's own unit)
TRANSFORMS = {
    "temperature": (_identity, _identity),
    "precipitation": (_cube_root, _cube),
    "sunshine": (_identity, _fraction),
}


def load_climatology(path=CLIMATOLOGY):
    """Read the committed coefficients.

    Parameters
    ----------
    path : path
        The file that `fit_climatology.py` writes.

    Returns
    -------
    dict
        One table a variable, and the outline.
    """
    if not Path(path).exists():
        raise FileNotFoundError(
            f"{path}: coefficients not found. Restore the file from the repository, or make it "
            "with `python data_samples/fit_climatology.py` (needs NEP_EXPLORER_REAL_DATA)."
        )
    return tomllib.loads(Path(path).read_text(encoding="utf-8"))


def seasonal_cycle():
    """Evaluate the five seasonal terms at the middle of each month.

    Returns
    -------
    array (term, month)
        [1]
    """
    angle = 2.0 * np.pi * np.arange(12) / 12.0
    return np.stack(
        [np.ones(12), np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)]
    )


def scaled_place(lon, lat):
    """Scale degrees to about -1..1.

    Parameters
    ----------
    lon, lat : array
        [degrees]

    Returns
    -------
    x, y : array
        [1]
    """
    x = (lon - CENTRE_DEGREES[0]) / HALF_WIDTH_DEGREES[0]
    y = (lat - CENTRE_DEGREES[1]) / HALF_WIDTH_DEGREES[1]
    return x, y


def height_terms(x, y, height):
    """Ways in which height acts: itself, changing eastward and northward, and squared.

    Parameters
    ----------
    x, y : array
        Scaled place. [1]
    height : array
        Elevation. [m]

    Returns
    -------
    tuple of array
        [km, km, km, km2]
    """
    z = np.clip(height, 0.0, HIGHEST_FITTED_M) / 1000.0
    return z, z * x, z * y, z**2


def monthly_climate(variable, lon, lat, height, climatology):
    """Evaluate a fitted surface.

    Parameters
    ----------
    variable : {"temperature", "precipitation", "sunshine"}
        Which surface.
    lon, lat : array (place,)
        [degrees]
    height : array (place,)
        Elevation. [m]
    climatology : dict
        As `load_climatology` gives it.

    Returns
    -------
    array (month, place), float32
        [degC], [mm month-1] or [1]
    """
    x, y = scaled_place(lon, lat)
    heights = height_terms(x, y, height)
    table = climatology[variable]
    total = np.zeros((12, x.size), np.float32)
    for (name, _, _), cycle in zip(SEASONAL_TERMS, seasonal_cycle(), strict=True):
        size = legendre.legval2d(x, y, _square(table[name]["place"]))
        for coefficient, term in zip(table[name]["height"], heights, strict=False):
            size += coefficient * term
        total += cycle.astype(np.float32)[:, None] * size.astype(np.float32)
    _, back = TRANSFORMS[variable]
    return back(total)


def _square(triangle):
    """Fill a triangular table of coefficients up with zeros."""
    square = np.zeros((len(triangle), len(triangle)))
    for degree, row in enumerate(triangle):
        square[degree, : len(row)] = row
    return square
