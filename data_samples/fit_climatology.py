"""Fit the few figures behind the demonstration scene: climate surfaces and an outline.

Reads the 0.5 degree China grid (not shipped) from the folder that the environment
variable NEP_EXPLORER_REAL_DATA names and writes `climatology.toml` beside this script:

    python data_samples/fit_climatology.py
"""

import argparse
import os
import sys
from pathlib import Path

import contourpy
import numpy as np
import xarray as xr
from landscape.climate import (
    CLIMATOLOGY,
    SEASONAL_TERMS,
    TRANSFORMS,
    height_terms,
    monthly_climate,
    scaled_place,
    seasonal_cycle,
)
from landscape.grid import to_albers
from landscape.outline import describe_outline
from numpy.polynomial import legendre
from scipy import ndimage

SOURCE_FILE = Path("china_0p5deg") / "china_0p5deg.nc"
HARMONICS = 14
# Cells around the study area that steady the polynomials at its edge. [cells of 0.5 degrees]
FIT_MARGIN = 3
# Sea that the outline may cover, so that the terrain draws coasts and big islands. [cells]
SEA_MARGIN = 4

HEADER = """\
# Smooth climate surfaces and a stylised outline for the synthetic demonstration scene.
# Made by data_samples/fit_climatology.py; figures only, no observed field is kept here.
#
# Fitted to: BIOME4 driver climatology (Kaplan, J. O., BIOME4_inputdata.nc), cells of the
# study area and a margin around it, 0.5 degrees, 12 months.
#
# value = back( sum over seasonal terms of cycle(month) * size(place) )
#   cycle: 1, cos a, sin a, cos 2a, sin 2a with a = 2 pi (month - 1) / 12
#   size:  sum place[i][j] P_i(x) P_j(y) + height . (z, z x, z y, z^2)
#   x = (lon - 105) / 35, y = (lat - 36) / 20, z = elevation [km], P = Legendre polynomials
#   back:  temperature as it is; precipitation cubed; sunshine clipped to 0.05..0.95
# r2 and rmse are over all months and cells of the study area, in the variable's unit.
"""


def main():
    """Fit, print the quality of each fit, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=CLIMATOLOGY)
    out = parser.parse_args().out
    with xr.open_dataset(source_path()) as source:
        climate = source.load()
    cells = fitted_cells(climate)
    tables = {name: fit_surface(climate, name, cells) for name in TRANSFORMS}
    tables = {
        name: table | fit_quality(climate, name, cells, tables) for name, table in tables.items()
    }
    descriptors = describe_outline(study_outline(climate), HARMONICS).round(1)
    for name, table in tables.items():
        sys.stdout.write(
            f"{name}: {count(table)} coefficients, R2 {table['r2']}, RMSE {table['rmse']}\n"
        )
    out.write_text(to_toml(tables, descriptors), encoding="utf-8")


def source_path():
    """Find the 0.5 degree China grid, or say what is missing."""
    folder = os.environ.get("NEP_EXPLORER_REAL_DATA")
    if not folder:
        raise SystemExit(
            "NEP_EXPLORER_REAL_DATA is not set: set it to the folder that holds "
            f"{SOURCE_FILE}. To make the demonstration scene you need only climatology.toml, "
            "which the repository has."
        )
    path = Path(folder) / SOURCE_FILE
    if not path.exists():
        raise SystemExit(f"{path} not found: NEP_EXPLORER_REAL_DATA must hold {SOURCE_FILE}.")
    return path


def fitted_cells(climate):
    """Mark the cells that take part: the study area and a margin, where data are whole.

    Returns
    -------
    array (lat, lon) of bool
    """
    near = ndimage.binary_dilation(climate.igbp.values > 0, iterations=FIT_MARGIN)
    whole = np.isfinite(climate.elevation.values)
    for name in TRANSFORMS:
        whole &= np.isfinite(climate[name].values).all(axis=0)
    return near & whole


def fit_surface(climate, name, cells):
    """Fit one climate surface by linear least squares in its transformed space.

    Parameters
    ----------
    climate : Dataset
        The 0.5 degree grid.
    name : str
        Variable.
    cells : array (lat, lon) of bool
        Cells to fit.

    Returns
    -------
    dict
        Seasonal term -> {"place": triangle of coefficients, "height": list}.
    """
    lon, lat, height = places(climate, cells)
    forward, _ = TRANSFORMS[name]
    wanted = forward(in_unit(climate, name, cells))
    columns = [
        (cycle[:, None, None] * spatial_terms(lon, lat, height, degree, heights)).reshape(
            wanted.size, -1
        )
        for (_, degree, heights), cycle in zip(SEASONAL_TERMS, seasonal_cycle(), strict=True)
    ]
    fitted, *_ = np.linalg.lstsq(np.hstack(columns), wanted.ravel(), rcond=None)
    parts = np.split(fitted, np.cumsum([column.shape[1] for column in columns])[:-1])
    return {
        term: as_table(part, degree)
        for (term, degree, _), part in zip(SEASONAL_TERMS, parts, strict=True)
    }


def places(climate, cells):
    """Return lon, lat [degrees] and elevation [m] of some cells."""
    lon, lat = np.meshgrid(climate.lon.values, climate.lat.values)
    return (
        lon[cells].astype(float),
        lat[cells].astype(float),
        climate.elevation.values[cells].astype(float),
    )


def in_unit(climate, name, cells):
    """Return a variable (month, cell) in the scene's unit: sunshine is a fraction there."""
    values = climate[name].values[:, cells].astype(float)
    return values / 100.0 if name == "sunshine" else values


def spatial_terms(lon, lat, height, degree, heights):
    """Evaluate the polynomial and height terms, one column each."""
    x, y = scaled_place(lon, lat)
    in_x = legendre.legvander(x, degree)
    in_y = legendre.legvander(y, degree)
    columns = [in_x[:, i] * in_y[:, j] for i in range(degree + 1) for j in range(degree + 1 - i)]
    return np.column_stack(columns + list(height_terms(x, y, height)[:heights]))


def as_table(coefficients, degree):
    """Arrange one term's coefficients by degree in x, rounded to what the fit can tell."""
    rounded = [float(f"{value:.5g}") for value in coefficients]
    rows = []
    for i in range(degree + 1):
        rows.append(rounded[: degree + 1 - i])
        rounded = rounded[degree + 1 - i :]
    return {"place": rows, "height": rounded}


def fit_quality(climate, name, cells, tables):
    """Compare a surface with the data over the study area.

    Returns
    -------
    dict
        r2 [1] and rmse [the variable's unit]
    """
    study = cells & (climate.igbp.values > 0)
    fitted = monthly_climate(name, *places(climate, study), tables)
    wanted = in_unit(climate, name, study)
    residual = wanted - fitted
    r2 = 1.0 - np.sum(residual**2) / np.sum((wanted - wanted.mean()) ** 2)
    return {"r2": round(float(r2), 3), "rmse": round(float(np.sqrt(np.mean(residual**2))), 3)}


def study_outline(climate):
    """Trace the study area, with the sea next to it, as one closed line.

    Returns
    -------
    array (n, 2)
        Easting and northing. [m]
    """
    study = climate.igbp.values > 0
    sea = ~np.isfinite(climate.elevation.values)
    area = study | (ndimage.binary_dilation(study, iterations=SEA_MARGIN) & sea)
    area = ndimage.binary_fill_holes(area)
    lines = contourpy.contour_generator(
        climate.lon.values, climate.lat.values, area.astype(float)
    ).lines(0.5)
    return np.column_stack(to_albers(*max(lines, key=len).T))


def count(table):
    """Count a surface's coefficients."""
    return sum(
        sum(len(row) for row in table[term]["place"]) + len(table[term]["height"])
        for term, _, _ in SEASONAL_TERMS
    )


def to_toml(tables, descriptors):
    """Write the coefficients as a readable file.

    Parameters
    ----------
    tables : dict
        One table a climate variable.
    descriptors : array (harmonics + 1, 4)
        The outline. [km]

    Returns
    -------
    str
    """
    lines = [HEADER]
    for name, table in tables.items():
        lines += [f"[{name}]", f"r2 = {table['r2']}", f"rmse = {table['rmse']}", ""]
        for term, _, _ in SEASONAL_TERMS:
            lines += [f"[{name}.{term}]", "place = ["]
            lines += [f"  {row}," for row in table[term]["place"]]
            lines += ["]", f"height = {table[term]['height']}", ""]
    lines += [
        "# Stylised study area, not a boundary of any country: elliptic Fourier descriptors",
        "# [km], Albers. Row k: cosine and sine of easting, cosine and sine of northing.",
        "[outline]",
        "descriptors = [",
    ]
    lines += [f"  {row}," for row in descriptors.tolist()]
    return "\n".join([*lines, "]", ""])


if __name__ == "__main__":
    main()
