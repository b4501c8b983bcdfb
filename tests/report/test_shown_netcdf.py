"""What a page shows as NetCDF, read back by xarray and by GDAL."""

import json

import numpy as np
import pytest
import rasterio
import xarray as xr

from explorer.report.netcdf import shown_dataset
from explorer.scene.store import write_dataset
from tests.shortcuts import monthly


@pytest.fixture(scope="module")
def written(shown, tmp_path_factory):
    path = write_dataset(shown_dataset(shown), tmp_path_factory.mktemp("nc") / "shown.nc")
    with xr.open_dataset(path) as read:
        return path, read.load()


def test_map_is_that_of_the_month(written, shown):
    _, read = written
    expected = shown.result.scene.on_grid(monthly(shown.result, "npp")[4])
    np.testing.assert_array_equal(read["npp"], expected)
    assert read["npp"].attrs["units"] == "g C m-2 month-1"
    assert int(read["shown_month"]) == 5


def test_map_of_the_year_says_that_it_is_a_sum(show):
    shown = show(variable="nep", yearly=True)
    read = shown_dataset(shown)
    assert read["nep"].attrs["units"] == "g C m-2 yr-1"
    assert read["nep"].attrs["cell_methods"] == "area: mean time: sum"
    assert "shown_month" not in read.coords
    land = read["nep"].values[np.isfinite(read["nep"].values)]
    np.testing.assert_allclose(land, monthly(shown.result, "nep").sum(axis=0), rtol=1e-4)


def test_series_and_totals_of_every_place(written, shown):
    _, read = written
    totals = shown.result.totals
    for region in ("all", "South", "Far North"):
        series = read["nep_monthly"].sel(place=region)
        np.testing.assert_array_equal(series, totals.series("nep", region))
        assert float(read["npp_total"].sel(place=region)) == totals.yearly_total("npp", region)
    cell = read["npp_monthly"].isel(place=-1)
    np.testing.assert_array_equal(cell, monthly(shown.result, "npp")[:, 17])
    assert np.isnan(read["npp_total"][-1])


def test_lineage_and_view_are_told(written, shown):
    told = written[1].attrs
    assert json.loads(told["scenario"])["changes"]["rh_rule"] == "capped"
    assert json.loads(told["view"])["region"] == "Far North"
    assert told["synthetic"] == 1
    assert told["title"].startswith("Net primary productivity, May: Tiny scene")
    assert "synthetic" in told["comment"]


def test_gdal_reads_the_same_place_and_values(written, shown):
    """GDAL's own reader of CF files finds the coordinate system, the corners and the numbers."""
    grid = shown.result.scene.grid
    with rasterio.open(f"netcdf:{written[0]}:npp") as file:
        assert file.crs == rasterio.crs.CRS.from_wkt(grid.crs.to_wkt())
        np.testing.assert_allclose(file.bounds, grid.bounds)
        np.testing.assert_array_equal(file.read(1), written[1]["npp"])
