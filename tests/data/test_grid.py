"""Areas and places against pyproj's geodesics."""

import numpy as np
import pytest
from pyproj import CRS, Geod

from explorer.scene.grid import Grid, axis_step, grid_of, is_equal_area, zone_area
from tests.conftest import ALBERS

WGS84 = Geod(ellps="WGS84")
GEOGRAPHIC = CRS.from_epsg(4326)


def geographic(lats, lons) -> Grid:
    return Grid(np.asarray(lats, float), np.asarray(lons, float), GEOGRAPHIC)


@pytest.fixture(scope="module")
def albers() -> Grid:
    return Grid(4.6e6 - 1e5 * np.arange(20.0), -1.5e6 + 1e5 * np.arange(30.0), CRS(ALBERS))


@pytest.mark.parametrize("latitude", [-75.25, -20.25, 0.25, 35.25, 60.25, 89.75])
def test_row_area_matches_geodesic_polygon(latitude):
    grid = geographic([latitude, latitude - 0.5], [10.0, 10.5])
    # Parallels are no geodesics: walk along them in small steps.
    along = np.linspace(9.75, 10.25, 200)
    south, north = latitude - 0.25, latitude + 0.25
    lons = np.concatenate([along, along[::-1]])
    lats = np.concatenate([np.full(200, south), np.full(200, north)])
    area = abs(WGS84.polygon_area_perimeter(lons, lats)[0]) / 1e6
    # What the small steps leave.
    assert grid.row_areas()[0] == pytest.approx(area, rel=1e-6)


def test_row_areas_of_globe_sum_to_ellipsoid():
    grid = geographic(np.arange(-89.5, 90), np.arange(0.5, 360))
    a, b = WGS84.a, WGS84.b
    e = np.sqrt(1 - (b / a) ** 2)
    ellipsoid = 2 * np.pi * a**2 * (1 + (1 - e**2) / e * np.arctanh(e)) / 1e6
    assert grid.row_areas().sum() * 360 == pytest.approx(ellipsoid, rel=1e-12)


def test_row_area_beyond_pole_does_not_count():
    # A row centred on the pole itself: half of it lies beyond.
    half = geographic([90.0, 89.0], [0.0, 1.0]).row_areas()[0]
    cap = zone_area(GEOGRAPHIC, np.array([89.5]), np.array([90.0]))[0] / 360 / 1e6
    assert half == pytest.approx(cap, rel=1e-9)


def test_zone_area_of_sphere_by_hand():
    sphere = CRS("+proj=longlat +R=6371000")
    half = zone_area(sphere, np.array([0.0]), np.array([30.0]))[0]
    assert half == pytest.approx(np.pi * 6371000**2, rel=1e-12)


def test_projected_cells_have_one_area(albers):
    np.testing.assert_allclose(albers.row_areas(), 1e4, rtol=1e-12)


def test_projected_cell_has_its_area_on_earth(albers):
    x, y = albers.x[3], albers.y[4]
    edge = np.linspace(-5e4, 5e4, 100)
    xs = np.concatenate([x + edge, np.full(100, x + 5e4), x - edge, np.full(100, x - 5e4)])
    ys = np.concatenate([np.full(100, y - 5e4), y + edge, np.full(100, y + 5e4), y - edge])
    area = abs(WGS84.polygon_area_perimeter(*albers.lonlat(xs, ys))[0]) / 1e6
    # What the straight pieces of the outline leave.
    assert area == pytest.approx(1e4, rel=1e-5)


def test_lonlat_comes_back(albers):
    lon, lat = albers.lonlat(albers.x[:20], albers.y)
    x, y = albers.from_lonlat(lon, lat)
    np.testing.assert_allclose([x, y], [albers.x[:20], albers.y], atol=1e-3)  # a millimetre


def test_lonlat_of_central_meridian_by_hand(albers):
    assert albers.lonlat(0.0, 4e6)[0] == pytest.approx(105.0, abs=1e-9)


@pytest.mark.parametrize(("lon", "x"), [(-170.0, 190.0), (190.0, 190.0), (10.0, 10.0)])
def test_longitude_is_found_whatever_the_meridian(lon, x):
    grid = geographic([1.0, 0.0], np.arange(0.0, 360, 10))
    assert grid.from_lonlat(lon, 0.0)[0] == pytest.approx(x)
    assert grid.lonlat(x, 0.0)[0] == pytest.approx((lon + 180) % 360 - 180)


@pytest.mark.parametrize(
    ("shift", "cell"),
    [
        ((0, 0), (4, 3)),
        ((4.9e4, -4.9e4), (4, 3)),
        ((5.1e4, 0), (3, 3)),
        ((0, 5.1e4), (4, 4)),
        ((6e5, 0), None),
        ((0, -4e5), None),
    ],
)
def test_cell_at_is_the_cell_that_holds_the_point(albers, shift, cell):
    assert albers.cell_at(albers.x[3] + shift[1], albers.y[4] + shift[0]) == cell


@pytest.mark.parametrize("point", [(np.nan, 0.0), (np.inf, np.inf)])
def test_cell_at_is_none_for_point_off_the_projection(albers, point):
    assert albers.cell_at(*point) is None


def test_bounds_are_outer_edges(albers):
    assert albers.bounds == (-1.55e6, 2.65e6, 1.45e6, 4.65e6)


@pytest.mark.parametrize(
    ("crs", "keeps"),
    [(ALBERS, True), ("EPSG:6933", True), ("EPSG:3035", True), ("EPSG:3857", False)],
)
def test_equal_area_projections_are_known(crs, keeps):
    assert is_equal_area(CRS(crs)) == keeps


def test_axis_step_is_signed():
    assert axis_step(np.array([3.0, 2.5, 2.0])) == -0.5


def test_grid_of_dataset_without_crs_is_wgs84(tiny_dataset):
    grid = grid_of(tiny_dataset(geographic=True).drop_vars("spatial_ref"))
    assert (grid.geographic, grid.shape, grid.dims) == (True, (6, 8), ("lat", "lon"))


def exact_latitudes(grid: Grid) -> np.ndarray:
    return grid.lonlat(*np.meshgrid(grid.x, grid.y))[1]


def test_latitudes_of_big_grid_are_those_of_its_cells():
    # China at 3 km: finer than the mesh that latitudes are transformed on.
    y, x = 5.9e6 - 3e3 * np.arange(1500.0), -2.4e6 + 3e3 * np.arange(1600.0)
    grid = Grid(y, x, CRS(ALBERS))
    assert grid.latitudes().shape == grid.shape
    np.testing.assert_allclose(grid.latitudes(), exact_latitudes(grid), rtol=0, atol=1e-4)


def test_latitudes_of_small_grid_are_exact(albers):
    np.testing.assert_allclose(albers.latitudes(), exact_latitudes(albers), rtol=0, atol=1e-9)


@pytest.mark.parametrize("lats", [np.arange(89.95, -90, -0.1), np.arange(-60.0, 60, 0.25)])
def test_latitudes_of_geographic_grid_are_its_axis(lats):
    grid = geographic(lats, np.arange(0.5, 360, 0.5))
    expected = np.repeat(lats[:, np.newaxis], grid.x.size, axis=1)
    np.testing.assert_allclose(grid.latitudes(), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("crs", ["+proj=moll", "+proj=laea +lat_0=45 +lon_0=10"])
@pytest.mark.parametrize("size", [(60, 120), (500, 1000)], ids=["within mesh", "beyond mesh"])
def test_latitudes_are_known_where_the_grid_is_on_earth(crs, size):
    """Corners of a world map lie off the Earth; all other cells have a latitude all the same."""
    rows, columns = size
    grid = Grid(np.linspace(8e6, -8e6, rows), np.linspace(-1.7e7, 1.7e7, columns), CRS(crs))
    expected = exact_latitudes(grid)
    on_earth = np.isfinite(expected)
    assert 0 < on_earth.sum() < on_earth.size
    got = grid.latitudes()
    assert np.isfinite(got[on_earth]).all()
    np.testing.assert_allclose(got[on_earth], expected[on_earth], rtol=0, atol=1e-2)
