"""Every year of many must come out as the scene of that year alone, whatever the tiles."""

from dataclasses import replace

import dask
import numpy as np
import pytest
import xarray as xr
from pyproj import CRS

from explorer import preset, run
from explorer.errors import SchemaError
from explorer.pipeline import check, prepare
from explorer.report.years import cells_by_year, summary_of_years
from explorer.scene.blocks import to_blocks
from explorer.scene.encoded import encoded
from explorer.scene.grid import Grid, window
from explorer.scene.kept import written
from explorer.scene.store import write_dataset
from explorer.scene.years import one_year, open_years
from explorer.scene.years import tiled as tiled_with
from explorer.systems import SYSTEMS
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.many_years import FLUXES, run_years, workers
from explorer.systems.nep.result import FLUXES as SUMMED
from explorer.systems.nep.statistics import (
    LOWER_PERCENTILE,
    UPPER_PERCENTILE,
    ClassStatistics,
    IndexExtremes,
    index_extremes,
)
from explorer.systems.nep.variables import INPUTS
from explorer.systems.nep.year_statistics import RESOLUTION, bins_of, statistics
from tests.shortcuts import monthly

ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105"
YEARS = (2003, 2004, 2007)  # 2004 is a leap year
MONTHLY = ("ndvi", "ci", "temperature", "precipitation", "sunshine", "radiation")
PACKED = {"ndvi": 1e-4, "ci": 1e-4, "temperature": 1e-2, "precipitation": 0.1, "sunshine": 1e-4}

YEARS_OF_NEP = SYSTEMS["nep"].years
totals_by_year = YEARS_OF_NEP.totals


def tiled(dataset: xr.Dataset, **options) -> xr.Dataset:
    return tiled_with(dataset, INPUTS, **options)


def packed(dataset: xr.Dataset) -> xr.Dataset:
    """The same in 16-bit numbers, as a scene file holds them."""
    dataset = dataset.copy()
    for name, factor in PACKED.items():
        if name in dataset:
            array = dataset[name]
            whole = np.where(np.isnan(array), -32768, np.round(array / factor)).astype(np.int16)
            attributes = array.attrs | {"scale_factor": factor, "_FillValue": np.int16(-32768)}
            dataset[name] = (array.dims, whole, attributes)
    return dataset


@pytest.fixture
def years_dataset(tiny_dataset):
    """A factory of three years that differ in climate, in green and in what is missing."""

    def make(*, whole_numbers: bool = True, **options) -> xr.Dataset:
        base = tiny_dataset(**options)
        scenes = []
        for step in range(len(YEARS)):
            scene = base.copy(deep=True)
            scene["temperature"] = base["temperature"] + np.float32(0.7 * step)
            scene["precipitation"] = base["precipitation"] * np.float32(1 + 0.1 * step)
            shifted = np.roll(base["ndvi"].values, step, axis=0) * np.float32(1 + 0.05 * step)
            scene["ndvi"] = base["ndvi"].copy(data=shifted)
            for name in ("temperature", "precipitation", "ndvi"):
                scene[name].attrs = base[name].attrs
            scenes.append(scene)
        scenes[1]["ndvi"].values[2, 5, 1] = np.nan  # a cell that lacks an input in one year
        joined = xr.concat(
            [scene[[name for name in MONTHLY if name in scene]] for scene in scenes],
            xr.Variable("year", list(YEARS)),
        )
        dataset = base.drop_vars(list(joined.data_vars)).merge(joined)
        dataset.attrs = base.attrs
        return packed(dataset) if whole_numbers else dataset

    return make


def extremes_over(scenes: list) -> IndexExtremes:
    """Percentiles of a class over all cells of all years."""
    low, high = np.full((2, len(CLASSES)), np.nan, dtype=np.float32)
    for position in range(len(CLASSES)):
        mine = [scene.field("ndvi")[:, scene.vegetation == position] for scene in scenes]
        values = np.concatenate(mine, axis=1)
        if values.size:
            low[position] = np.percentile(values, 5)
            high[position] = np.percentile(values.max(axis=0), 95)
    return IndexExtremes(low, high)


def assert_years_are_alone(dataset: xr.Dataset, scenario, tile: int, rtol: float = 2e-6) -> None:
    result = run_years(tiled(dataset, tile=tile), scenario.parameters)
    with workers():
        result = result.compute()
    totals = totals_by_year(result)
    assert list(totals) == list(YEARS)
    scenes = {year: prepare(check(one_year(dataset, year))) for year in YEARS}
    if scenario.parameters.fpar_limits == "scene":
        shared = {"nep": ClassStatistics(0, extremes_over(list(scenes.values())), None)}
        scenes = {year: replace(scene, statistics=shared) for year, scene in scenes.items()}
    for year in YEARS:
        alone = run(scenes[year], scenario)
        size = max(np.abs(monthly(alone, name)).max() for name in FLUXES)
        for name in FLUXES:
            np.testing.assert_allclose(
                result[name].sel(year=year).values,
                alone.scene.on_grid(monthly(alone, name)),
                rtol=rtol,
                atol=rtol * size,
                err_msg=f"{name} {year}",
            )
        mine = totals[year]
        assert mine.region_names == alone.scene.region_names
        np.testing.assert_allclose(mine.area, alone.totals.area, rtol=1e-12)
        for name in SUMMED:
            right = alone.totals.sums[name]
            atol = rtol * np.abs(right).max()
            np.testing.assert_allclose(mine.sums[name], right, rtol=rtol, atol=atol)


@pytest.mark.parametrize("tile", [2, 3, 5, 100])  # 5: the last row is a tile of its own
@pytest.mark.parametrize("name", ["ci1", "ci2"])
def test_each_year_is_that_of_its_own_scene(years_dataset, tile, name):
    assert_years_are_alone(years_dataset(), preset(name), tile)


def test_each_year_has_limits_of_its_own_where_they_are_the_data(years_dataset):
    own = preset("ci2").with_values({"fpar_limits": "data"})
    assert_years_are_alone(years_dataset(), own, tile=3)


def npp_of_years(dataset: xr.Dataset, **changes: str) -> list[float]:
    scenario = preset("ci2").with_values(changes)
    with workers():
        totals = totals_by_year(run_years(tiled(dataset), scenario.parameters).compute())
    return [totals[year].yearly("npp") for year in YEARS]


def test_greening_raises_npp(years_dataset):
    """Three times the same year, NDVI 5 % higher in the second."""
    dataset = years_dataset(whole_numbers=False)
    for name in MONTHLY:
        if name in dataset:
            dataset[name].values[1:] = dataset[name].values[0]
    dataset["ndvi"].values[1] *= 1.05
    first, greener, again = npp_of_years(dataset)
    assert greener > 1.05 * first
    assert again == pytest.approx(first)
    first, greener, _ = npp_of_years(dataset, fpar_limits="data")
    assert greener < 1.01 * first  # why this is not the default


def test_years_of_a_part_have_the_limits_of_the_whole(years_dataset):
    dataset = years_dataset(whole_numbers=False)
    whole = statistics(tiled(dataset), extremes="all", clumping=True)[2003]
    kept = ClassStatistics(whole.cells, whole.extremes, whole.clumping)
    marked = dataset.assign_attrs(written({"nep": kept.to_json()}))
    part, scenario = marked.isel(easting=slice(4)), preset("ci1")
    with workers():
        all_maps = run_years(tiled(dataset), scenario.parameters)["npp"].compute()
        maps = run_years(tiled(part), scenario.parameters)["npp"].compute()
    np.testing.assert_allclose(maps, all_maps.isel(easting=slice(4)), rtol=2e-6)


@pytest.mark.parametrize(
    "options",
    [{"ci": False}, {"geographic": True}, {"light": None}, {"light": "radiation"}],
    ids=str,
)
def test_each_year_is_that_of_its_own_scene_whatever_it_holds(years_dataset, options):
    assert_years_are_alone(years_dataset(**options), preset("ci2"), tile=3)


def test_table_of_limits_and_shifted_climate(years_dataset):
    changes = {"fpar_limits": "table", "delta_t": 2.0, "acclimation": 0.5}
    assert_years_are_alone(years_dataset(), preset("original").with_values(changes), tile=3)


def test_floating_point_ndvi_is_known_to_the_bins(years_dataset):
    # FPAR spans less than the limits do, so a bin weighs more in it than in NDVI.
    dataset = years_dataset(whole_numbers=False)
    assert_years_are_alone(dataset, preset("ci2"), tile=3, rtol=20 * RESOLUTION)


def test_tiles_that_are_all_sea_or_almost(years_dataset):
    dataset = years_dataset()
    dataset["land_cover"].values[:3, :5] = 0
    dataset["land_cover"].values[3, :3] = 17
    assert_years_are_alone(dataset, preset("ci2"), tile=2)


def test_cells_without_a_region(years_dataset):
    dataset = years_dataset()
    dataset["region"].values[4, 5:] = 0
    assert_years_are_alone(dataset, preset("ci2"), tile=3)


def test_a_variable_may_be_the_same_in_all_years(years_dataset):
    dataset = years_dataset()
    dataset["ci"] = dataset["ci"].isel(year=0, drop=True)
    assert_years_are_alone(dataset, preset("ci2"), tile=3)


def test_rows_from_south_to_north(years_dataset):
    assert_years_are_alone(years_dataset().isel(northing=slice(None, None, -1)), preset("ci2"), 4)


def test_window_is_where_the_whole_says():
    grid = Grid(5.8e6 - 9e3 * np.arange(450), -2.6e6 + 9e3 * np.arange(520), CRS(ALBERS))
    part = window(grid, slice(449, 450), slice(130, 400))
    assert part.shape == (1, 270)
    assert part.steps == grid.steps
    np.testing.assert_array_equal(part.row_areas(), grid.row_areas()[449:])
    np.testing.assert_allclose(part.latitudes(), grid.latitudes()[449:, 130:400], atol=1e-10)


def numbers_of_ndvi(dtype: type, factor: float, offset: float = 0.0) -> xr.DataArray:
    rng = np.random.default_rng(7)
    stored = (rng.uniform(-0.2, 1.0, (12, 500)) - offset) / factor
    if np.issubdtype(dtype, np.integer):
        stored = np.round(stored)
    attributes = {"scale_factor": factor, "add_offset": offset}
    return xr.DataArray(stored.astype(dtype), dims=("month", "cell"), attrs=attributes)


@pytest.mark.parametrize(
    ("dtype", "factor", "offset", "resolution"),
    [
        (np.int16, 1e-4, 0.0, 1e-7),
        (np.uint8, 0.005, -0.25, 1e-7),
        (np.int16, -1e-4, 0.1, 1e-7),
        (np.int32, 1e-7, 0.0, RESOLUTION),
        (np.float32, 1.0, 0.0, RESOLUTION),
        (np.float64, 0.5, 0.0, RESOLUTION),
    ],
)
def test_percentiles_of_bins_are_those_of_the_values(dtype, factor, offset, resolution):
    stored = encoded(numbers_of_ndvi(dtype, factor, offset))
    values = stored.decoded(stored.values).astype(np.float32)
    vegetation = np.arange(500, dtype=np.int8) % 3
    bins, right = bins_of(stored), index_extremes(to_blocks(values), to_blocks(vegetation))
    top = stored.values.max(axis=0) if factor > 0 else stored.values.min(axis=0)
    cells = np.arange(500), vegetation
    monthly, highest = (bins.histogram(np.atleast_2d(v), *cells) for v in (stored.values, top))
    low = bins.percentiles(monthly, stored, LOWER_PERCENTILE)
    high = bins.percentiles(highest, stored, UPPER_PERCENTILE)
    np.testing.assert_allclose(low, right.low, atol=resolution)
    np.testing.assert_allclose(high, right.high, atol=resolution)


def test_statistics_count_the_cells(years_dataset):
    dataset = years_dataset()
    known = statistics(tiled(dataset, tile=3), extremes="year", clumping=True)
    for year in YEARS:
        scene = prepare(check(one_year(dataset, year)))
        assert known[year].cells == scene.cells
        assert known[year].left_out == scene.left_out
        seen = SYSTEMS["nep"].forcing(scene)
        np.testing.assert_allclose(known[year].extremes, seen.extremes, rtol=1e-6)
        np.testing.assert_allclose(known[year].clumping, seen.mean_clumping, rtol=1e-6)
    assert known[2004].left_out == {"ndvi": 1}


def test_file_is_written_and_read_in_tiles(years_dataset, tmp_path):
    dataset, scenario = years_dataset(), preset("ci2").with_values({"fpar_limits": "table"})
    chunks = {name: (1, 12, 4, 4) for name in MONTHLY if name in dataset}
    path = tmp_path / "years.zarr"
    encoding = {name: {"chunks": chunk} for name, chunk in chunks.items()}
    dataset.to_zarr(path, consolidated=False, encoding=encoding)
    opened = open_years(path, INPUTS, tile=5)
    assert opened.chunks["northing"] == (4, 2)  # whole chunks of the file
    assert opened["ndvi"].dtype == np.int16
    result = run_years(opened, scenario.parameters)
    with workers():
        write_dataset(result, tmp_path / "result.zarr")
    written = xr.open_zarr(tmp_path / "result.zarr", consolidated=False)
    with workers():
        xr.testing.assert_allclose(written.load(), result.compute())
    told = summary_of_years(totals_by_year(written), cells_by_year(written), scenario, opened.attrs)
    scene = prepare(check(one_year(dataset, 2004)))
    assert told["years"]["2004"]["cells"] == scene.cells
    assert told["years"]["2004"]["left_out"] == scene.left_out
    assert len(told["years"]["2004"]["warnings"]) == len(scene.left_out)
    alone = run(scene, scenario).totals
    assert told["years"]["2004"]["regions"]["all"]["nep"] == pytest.approx(alone.yearly("nep"))
    assert told["synthetic"]


def test_scheduler_in_force_is_kept():
    with dask.config.set(scheduler="synchronous"), workers():
        assert dask.config.get("scheduler") == "synchronous"
    with workers():
        assert dask.config.get("scheduler") == "threads"
        assert dask.config.get("num_workers") in (1, 2)


def test_tasks_can_be_sent_to_other_processes(years_dataset):
    """What dask.distributed needs: everything a task takes and gives can be pickled."""
    tiles = tiled(years_dataset(), tile=4)
    with workers():
        here = run_years(tiles, preset("ci2").parameters)[["sums"]].compute()
    with dask.config.set(scheduler="processes", num_workers=1):
        there = run_years(tiles, preset("ci2").parameters)[["sums"]].compute()
    xr.testing.assert_allclose(here, there)


def test_faults_of_all_years_are_told_at_once(years_dataset, tmp_path):
    dataset = years_dataset()
    dataset["temperature"].values[1, 4, 2, 2] = 9900
    dataset["ndvi"].values[2, 6] = -32768
    with pytest.raises(SchemaError) as caught:
        run_years(tiled(dataset, tile=3), preset("ci2").parameters)
    assert caught.value.problems == (
        "year 2004: temperature: 1 values outside -70 to 60 degC (got "
        f"{encoded(dataset['temperature'].isel(year=1)).decoded(dataset['temperature'].values[1]).min():g}"
        " to 99); check the unit and scale the recipe gives",
        "year 2007: ndvi: month 7 has no values; expected every month to hold some",
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.isel(year=0, drop=True), "year: no such dimension"),
        (lambda d: d.drop_vars("year"), "year: a dimension without coordinate values"),
        (lambda d: d.isel(year=[1, 0]), "year: got [2004 2003]"),
        (lambda d: d.assign_coords(year=[2003.5, 2004, 2005]), "expected whole years"),
        (lambda d: d.drop_vars("ndvi"), "ndvi: missing"),
        (lambda d: d.isel(month=slice(0, 11)), "month: got"),
        (lambda d: d.assign(region=d["region"].expand_dims(year=d["year"])), "region: has a year"),
    ],
)
def test_what_is_no_scene_of_many_years_is_refused(years_dataset, change, told):
    with pytest.raises(SchemaError, match=told.replace("[", r"\[")):
        tiled(change(years_dataset()))


def test_a_year_without_land_is_refused(years_dataset):
    dataset = years_dataset()
    dataset["elevation"][:] = np.nan
    dataset["elevation"].values[0, 0] = 1  # in the sea
    with pytest.raises(SchemaError, match="2003: no land cell has every input"):
        run_years(tiled(dataset), preset("ci2").parameters)


def test_no_class_may_be_without_variation(years_dataset):
    dataset = years_dataset()
    dataset["ndvi"].values[1][:, dataset["land_cover"].values == 2] = 5000
    own = replace(preset("ci2").parameters, fpar_limits="data")
    with pytest.raises(SchemaError, match="year 2004: ndvi: full cover of class EBF"):
        run_years(tiled(dataset, tile=3), own)
    table = replace(preset("ci2").parameters, fpar_limits="table")
    run_years(tiled(dataset, tile=3), table)
