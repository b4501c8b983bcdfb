"""Towers on the map: GeoViews puts them where the grid's own transformation does."""

import csv
from pathlib import Path

import numpy as np
import pytest

from explorer import open_scene
from explorer.app.pages.towers.map import on_map
from explorer.scene.demo import demo_scene_path

SITES = Path(__file__).parents[2] / "data_samples" / "landscape" / "tower_sites.csv"


@pytest.fixture(scope="module")
def grid():
    return open_scene(demo_scene_path()).grid


def test_two_independent_projections_agree(grid):
    with SITES.open(encoding="utf-8") as lines:
        places = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(lines)]
    x, y = on_map(places, grid)
    own_x, own_y = grid.from_lonlat(*np.array(places).T)
    assert np.allclose(x, own_x, atol=1.0)  # m
    assert np.allclose(y, own_y, atol=1.0)


def test_place_beside_the_grid_is_shown_beside_it(grid):
    x, y = on_map([(60.0, 35.0)], grid)
    assert x[0] < grid.bounds[0]
    assert np.isfinite(y[0])


def test_no_towers_are_no_points(grid):
    x, y = on_map([], grid)
    assert (x.size, y.size) == (0, 0)
