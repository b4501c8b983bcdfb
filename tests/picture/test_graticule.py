"""What the map draws besides its pixels."""

import numpy as np
import pytest
from pyproj import CRS, Transformer

from explorer.picture.graticule import graticule, with_gaps
from explorer.scene.grid import Grid

GRIDS = {
    "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105": (2e6, 6e6, -2.6e6, 2.6e6),
    "EPSG:4326": (15.25, 54.75, 70.25, 139.75),
    "+proj=laea +lat_0=90 +lon_0=0": (-3e6, 3e6, -3e6, 3e6),
    "+proj=moll": (-9e6, 9e6, -18e6, 18e6),
}


def lines_of(grid):
    return with_gaps(graticule(grid))


@pytest.mark.parametrize("crs", GRIDS)
def test_graticule_lies_on_whole_tens_of_degrees_within_the_grid(crs):
    bottom, top, left, right = GRIDS[crs]
    grid = Grid(np.linspace(top, bottom, 80), np.linspace(left, right, 90), CRS(crs))
    points = lines_of(grid)
    drawn = points[np.isfinite(points).all(axis=1)]
    to_degrees = Transformer.from_crs(CRS(crs), CRS.from_epsg(4326), always_xy=True)
    degrees = np.column_stack(to_degrees.transform(*drawn.T))
    off = np.abs(degrees - 10 * np.round(degrees / 10)).min(axis=1)
    assert len(drawn) > 500
    assert off.max() < 1e-5
    assert (drawn[:, 0] >= grid.bounds[0]).all() and (drawn[:, 1] <= grid.bounds[3]).all()


def test_graticule_has_no_line_across_the_map_where_the_date_line_is():
    grid = Grid(
        np.linspace(-9e6, 9e6, 80), np.linspace(-18e6, 18e6, 90), CRS("+proj=moll +lon_0=150")
    )
    x = lines_of(grid)[:, 0]
    assert np.nanmax(np.abs(np.diff(x))) < 36e6 / 4
