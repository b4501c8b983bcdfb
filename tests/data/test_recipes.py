"""Recipes on small files that each test writes: what is read, converted, moved, and refused."""

import json
from pathlib import Path

import numpy as np
import pytest
import rioxarray  # noqa: F401 (gives arrays their .rio)
import xarray as xr
from pyproj import Transformer

from explorer.errors import RecipeError, SourceError
from explorer.pipeline import build_scene, read_recipe
from explorer.scene.kept import kept
from explorer.scene.recipes.recipe import build_dataset
from explorer.scene.store import open_dataset, write_dataset
from tests.conftest import ALBERS, make_tiny_dataset

LAT, LON = 40.0 - np.arange(6.0), 100.0 + np.arange(8.0)
NAMES = ("ndvi", "temperature", "precipitation", "sunshine")
LAYERS = ("land_cover", "elevation", "region")
ALL = (*NAMES, *LAYERS)


@pytest.fixture
def dataset() -> xr.Dataset:
    data = make_tiny_dataset(geographic=True).drop_vars("spatial_ref")
    lat = ("lat", LAT, {"standard_name": "latitude"})
    return data.assign_coords(lat=lat, lon=("lon", LON, {"standard_name": "longitude"}))


@pytest.fixture
def folder(tmp_path: Path, dataset: xr.Dataset) -> Path:
    """One NetCDF file with all variables, to which a test adds its own."""
    write_dataset(dataset, tmp_path / "all.nc")
    return tmp_path


def recipe(folder: Path, head: str = "", tail: str = "", without=(), **sources: str) -> Path:
    """Write a recipe; ``sources`` replace the plain entry of a variable."""
    entries = {name: 'file = "all.nc"' for name in ALL if name not in without} | sources
    tables = [f"[variables.{name}]\n{text}" for name, text in entries.items()]
    names = "[region_names]\n1 = 'South'\n2 = 'Far North'"
    text = "\n".join(["title = 'Test'", head, *tables, names, tail])
    (folder / "recipe.toml").write_text(text, encoding="utf-8")
    return folder / "recipe.toml"


def build(path: Path) -> xr.Dataset:
    return build_dataset(read_recipe(path))


def problems(path: Path) -> str:
    with pytest.raises(RecipeError) as caught:
        build(path)
    return "\n".join(caught.value.problems)


def as_tif(array: xr.DataArray, path: Path, missing: float | None = None) -> None:
    raster = array.drop_attrs().rename(lat="y", lon="x").rio.write_crs("EPSG:4326")
    if missing is not None:
        raster = raster.rio.write_nodata(missing)
    raster.rio.to_raster(path)


def test_plain_recipe_gives_the_file(folder, dataset):
    built = build(recipe(folder))
    for name in ALL:
        np.testing.assert_array_equal(built[name], dataset[name])
    assert built["region"].attrs["flag_meanings"] == "South Far_North"
    assert json.loads(built["land_cover"].attrs["class_mapping"])["shrub"] == [6, 7]
    assert built.attrs["title"] == "Test"


# Values in the file -> recipe entry -> values in the scene, worked out by hand.
CONVERTED = [
    ("temperature", 285.15, "unit = 'K'", 12.0),
    ("temperature", 215, "unit = '0.1 degC'", 21.5),
    ("temperature", 50, "unit = 'degC'\nscale = 0.5\noffset = -5.0", 20.0),
    ("ndvi", 7500, "unit = '1'\nscale = 0.0001", 0.75),
    ("ndvi", 7500, "unit = '0.0001'", 0.75),
    ("sunshine", 45, "unit = 'percent'", 0.45),
    ("precipitation", 321, "unit = '0.1 mm month-1'", 32.1),
    ("elevation", 1.25, "unit = 'km'", 1250.0),
]


@pytest.mark.parametrize(("name", "raw", "entry", "expected"), CONVERTED)
def test_units_and_scales_are_converted(folder, dataset, name, raw, entry, expected):
    other = xr.full_like(dataset[name], raw, dtype=float)
    write_dataset(other.to_dataset(), folder / "other.nc")
    built = build(recipe(folder, **{name: f"file = 'other.nc'\n{entry}"}))
    np.testing.assert_allclose(built[name], expected, rtol=1e-6)


def test_unit_of_the_file_counts_when_recipe_names_none(folder, dataset):
    kelvin = (dataset["temperature"] + 273.15).assign_attrs(units="K")
    write_dataset(kelvin.to_dataset(), folder / "kelvin.nc")
    built = build(recipe(folder, temperature="file = 'kelvin.nc'"))
    # float32 Kelvin keeps 3e-5 degrees.
    np.testing.assert_allclose(built["temperature"], dataset["temperature"], atol=1e-4)


@pytest.mark.parametrize(("head", "february"), [("", 28), ("year = 2010", 28), ("year = 2012", 29)])
def test_daily_rate_becomes_monthly_sum_of_that_year(folder, dataset, head, february):
    daily = xr.full_like(dataset["precipitation"], 2.0)
    write_dataset(daily.to_dataset(), folder / "daily.nc")
    built = build(recipe(folder, head, precipitation="file = 'daily.nc'\nunit = 'mm d-1'"))
    np.testing.assert_allclose(built["precipitation"][:3, 0, 0], [62, 2 * february, 62])


def test_unit_that_cannot_be_converted_is_refused(folder):
    said = problems(recipe(folder, temperature="file = 'all.nc'\nunit = 'mm'"))
    assert "temperature: unit 'mm' cannot be brought to 'degC'; expected one of degC, K" in said


def test_variable_has_another_name_in_the_file(folder, dataset):
    write_dataset(dataset[["temperature"]].rename(temperature="tmp"), folder / "tmp.nc")
    built = build(recipe(folder, temperature="file = 'tmp.nc'\nname = 'tmp'"))
    np.testing.assert_array_equal(built["temperature"], dataset["temperature"])


def test_variable_that_is_not_in_the_file_is_refused(folder):
    said = problems(recipe(folder, temperature="file = 'all.nc'\nname = 'tmp'"))
    assert "temperature: all.nc has no variable 'tmp'; it has" in said


def test_twelve_single_month_tifs_are_one_variable(folder, dataset):
    for month in range(1, 13):
        as_tif(dataset["temperature"].sel(month=month, drop=True), folder / f"t_{month:02d}.tif")
    built = build(recipe(folder, temperature="file = 't_{month:02d}.tif'\nunit = 'degC'"))
    np.testing.assert_array_equal(built["temperature"], dataset["temperature"])


def test_single_month_tifs_that_do_not_lie_together_are_refused(folder, dataset):
    for month in range(1, 13):
        one = dataset["temperature"].sel(month=month, drop=True)
        moved = one.assign_coords(lon=LON + (0.25 if month == 7 else 0.0))
        as_tif(moved, folder / f"t_{month:02d}.tif")
    said = problems(recipe(folder, temperature="file = 't_{month:02d}.tif'\nunit = 'degC'"))
    assert "temperature" in said


def test_bands_of_a_tif_are_months(folder, dataset):
    as_tif(dataset["temperature"].rename(month="band"), folder / "t.tif")
    as_tif(dataset["land_cover"], folder / "cover.tif")
    entry = "file = 't.tif'\nunit = 'degC'"
    built = build(recipe(folder, temperature=entry, land_cover="file = 'cover.tif'"))
    np.testing.assert_array_equal(built["temperature"], dataset["temperature"])
    np.testing.assert_array_equal(built["land_cover"], dataset["land_cover"])


def test_values_that_stand_for_missing_are_missing(folder, dataset):
    holed = dataset["temperature"].copy(deep=True)
    holed.values[:, 2, 3] = -9999
    declared = holed.copy(deep=True)
    as_tif(declared.rename(month="band"), folder / "t.tif", missing=-9999)
    write_dataset(holed.to_dataset(), folder / "holed.nc")
    for entry in ("file = 't.tif'\nunit = 'degC'", "file = 'holed.nc'\nmissing = -9999"):
        missing = np.isnan(build(recipe(folder, temperature=entry))["temperature"][0]).values
        assert list(np.argwhere(missing)[0]) == [2, 3] and missing.sum() == 1


def test_missing_code_becomes_outside(folder, dataset):
    cover = dataset["land_cover"].copy(deep=True)
    cover.values[2, 3] = 99
    write_dataset(cover.to_dataset(), folder / "cover.nc")
    built = build(recipe(folder, land_cover="file = 'cover.nc'\nmissing = 99"))
    assert (int(built["land_cover"][2, 3]), built["land_cover"].dtype.kind) == (0, "i")


def test_year_is_selected(folder, dataset):
    years = xr.concat([dataset["temperature"] - 5, dataset["temperature"]], "year")
    years = years.assign_coords(year=[2009, 2010])
    write_dataset(years.to_dataset(name="temperature"), folder / "years.nc")
    built = build(recipe(folder, temperature="file = 'years.nc'\nselect = {year = 2010}"))
    np.testing.assert_array_equal(built["temperature"], dataset["temperature"])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("select = {year = 1999}", "select.year = 1999: not in the file"),
        ("select = {level = 1}", "select.level: no such dimension"),
        ("month_dim = 'level'", "month_dim 'level' is not in"),
        ("", "use `select`"),
    ],
)
def test_years_that_are_not_selected_are_refused(folder, dataset, entry, message):
    years = xr.concat([dataset["temperature"]] * 2, "year").assign_coords(year=[2009, 2010])
    write_dataset(years.to_dataset(name="temperature"), folder / "years.nc")
    assert message in problems(recipe(folder, temperature=f"file = 'years.nc'\n{entry}"))


def dated(array: xr.DataArray, dates) -> xr.Dataset:
    return array.rename(month="time").assign_coords(time=dates).to_dataset()


@pytest.mark.parametrize("calendar", ["standard", "noleap"])
def test_dates_out_of_order_are_put_in_order(folder, dataset, calendar):
    dates = xr.date_range("2010-01-15", periods=12, freq="MS", calendar=calendar)
    shuffled = dated(dataset["temperature"], dates).isel(time=[6, 7, 8, 9, 10, 11, *range(6)])
    shuffled.to_netcdf(folder / "dated.nc")
    built = build(recipe(folder, temperature="file = 'dated.nc'"))
    # pandas' month starts run from February 2010 to January 2011.
    expected = np.roll(dataset["temperature"].values, 1, axis=0)
    np.testing.assert_array_equal(built["temperature"], expected)


@pytest.mark.parametrize("calendar", ["standard", "noleap"])
def test_dates_that_are_no_whole_year_are_refused(folder, dataset, calendar):
    dates = xr.date_range("2010-01-01", periods=12, freq="15D", calendar=calendar)
    dated(dataset["temperature"], dates).to_netcdf(folder / "dated.nc")
    assert "temperature" in problems(recipe(folder, temperature="file = 'dated.nc'"))


def test_constant_field_stays_constant_on_another_grid(folder, dataset):
    flat = xr.full_like(dataset["temperature"], 7.5)
    write_dataset(flat.to_dataset(), folder / "flat.nc")
    tail = f"[grid]\ncrs = '{ALBERS}'\nresolution = 50000"
    built = build(recipe(folder, tail=tail, temperature="file = 'flat.nc'"))
    values = built["temperature"].values
    assert built["temperature"].dims == ("month", "northing", "easting")
    # Weights of neighbours sum to one; float32.
    np.testing.assert_allclose(values[np.isfinite(values)], 7.5, rtol=1e-6)
    assert np.isfinite(values).mean() > 0.7


def test_axes_without_attributes_can_be_moved(folder, dataset):
    bare = dataset.copy()
    bare["lat"].attrs, bare["lon"].attrs = {}, {}
    write_dataset(bare, folder / "all.nc", overwrite=True)
    tail = f"[grid]\ncrs = '{ALBERS}'\nresolution = 50000"
    assert build(recipe(folder, tail=tail)).sizes["month"] == 12


@pytest.mark.parametrize("resolution", [30_000, 250_000])
def test_codes_stay_codes_on_another_grid(folder, dataset, resolution):
    tail = f"[grid]\ncrs = '{ALBERS}'\nresolution = {resolution}"
    built = build(recipe(folder, tail=tail))
    for name in ("land_cover", "region"):
        assert set(np.unique(built[name])) <= set(np.unique(dataset[name])) | {0}


def test_cells_keep_their_place_on_another_grid(folder, dataset):
    # Temperature is made the longitude: after the move it must still be.
    east = (dataset["temperature"] * 0 + dataset["lon"] - 90).astype(np.float32)
    write_dataset(east.assign_attrs(units="degC").to_dataset(name="temperature"), folder / "e.nc")
    tail = f"[grid]\ncrs = '{ALBERS}'\nresolution = 50000"
    moved = build(recipe(folder, tail=tail, temperature="file = 'e.nc'"))["temperature"][0]
    x, y = np.meshgrid(moved["easting"], moved["northing"])
    lon = Transformer.from_crs(ALBERS, "EPSG:4326", always_xy=True).transform(x, y)[0] - 90
    inner = np.isfinite(moved.values) & (lon > 11) & (lon < 16)
    assert inner.sum() > 50
    # Linear interpolation of a plane is exact but for the projection's bend and edges.
    np.testing.assert_allclose(moved.values[inner], lon[inner], atol=0.05)


def test_shifted_grid_is_refused_with_the_amount(folder, dataset):
    shifted = dataset[["temperature"]].assign_coords(lon=LON + 0.5)
    write_dataset(shifted, folder / "shifted.nc")
    said = problems(recipe(folder, temperature="file = 'shifted.nc'"))
    assert "temperature: lon is shifted by up to 0.5 against ndvi's; add a [grid]" in said


def test_shift_of_labels_is_corrected(folder, dataset):
    shifted = dataset[["temperature"]].assign_coords(lat=LAT - 0.5, lon=LON + 0.5)
    write_dataset(shifted, folder / "shifted.nc")
    built = build(recipe(folder, temperature="file = 'shifted.nc'\nshift = [0.5, -0.5]"))
    np.testing.assert_array_equal(built["temperature"], dataset["temperature"])


def test_grid_of_other_size_is_refused(folder, dataset):
    write_dataset(dataset[["temperature"]].isel(lon=slice(6)), folder / "part.nc")
    said = problems(recipe(folder, temperature="file = 'part.nc'"))
    assert "temperature: lon has 6 cells, not 8 like ndvi's" in said


def test_file_without_coordinate_system_asks_for_one(folder, dataset):
    bare = dataset[["temperature"]].rename(lat="y", lon="x")
    write_dataset(bare, folder / "bare.nc")
    entry = {"temperature": "file = 'bare.nc'"}
    assert "no coordinate system; name `crs`" in problems(recipe(folder, **entry))
    assert "temperature" in build(recipe(folder, "crs = 'EPSG:4326'", **entry))


# A wrong line -> what the refusal must say.
WRONG = [
    ("titel = 'x'", "", "titel: unknown key; did you mean 'title'?"),
    ("", "[variables.temperatur]\nfile = 'all.nc'", "did you mean 'temperature'?"),
    ("", "[variables.ci]\nfile = 'all.nc'\nscael = 1", "variables.ci.scael: unknown key; did you"),
    ("", "[variables.ci]\nfiel = 'all.nc'", "variables.ci.file: missing"),
    ("", "[variables.ci]\nfile = 'ci.nc'", "ci.nc: no such file"),
    ("", "[variables.ci]\nfile = 'ci_{month}.tif'", "ci_12.tif: no such file"),
    ("", "[variables.ci]\nfile = 'all.nc'\nresampling = 'guess'", "expected nearest, bilinear"),
    ("", "[grid]\nresolution = 1", "grid.crs: missing"),
    ("", "[grid]\ncrs = 'EPSG:0'\nresolution = 1", "grid.crs: 'EPSG:0' is unknown"),
    ("", "[grid]\ncrs = 'EPSG:6933'\nresolution = 1e9", "expected 2 to 1000000 each way"),
    ("", "[classes]\nEFN = [1]", "classes.EFN: unknown key; did you mean 'ENF'?"),
    ("", "[classes]\nENF = [1, 2]\nEBF = [2]", "code 2 is both ENF and EBF"),
    (
        "",
        "[classes]\nENF = [300]",
        "classes.ENF: [300]; expected a list of whole numbers from 0 to 255",
    ),
    ("root = '${NO_SUCH_VARIABLE}/x'", "", "environment variable that is not set"),
    ("root = 'absent'", "", "absent: no such folder"),
    # Values of a wrong kind.
    ("notes = 'one note'", "", "notes"),
    ("year = '2010'", "", "year"),
    ("year = 0", "", "year"),
    ("variables = 3", None, "variables"),
    ("", "[variables.ci]\nfile = 'all.nc'\nscale = 'x'", "variables.ci.scale"),
    ("", "[variables.ci]\nfile = 3", "variables.ci.file"),
    ("", "[variables.ci]\nfile = 'all.nc'\nshift = 0.5", "variables.ci.shift"),
    ("", "[variables.ci]\nfile = 'all.nc'\nselect = 'x'", "variables.ci.select"),
    ("", "[variables.ci]\nfile = 'ci_{month}_{x}.tif'", "variables.ci.file"),
    ("", "[grid]\ncrs = 'EPSG:6933'\nresolution = 'fine'", "grid.resolution"),
    ("", "[grid]\ncrs = 'EPSG:6933'\nresolution = -5", "grid"),
    ("", "[grid]\ncrs = 'EPSG:6933'\nresolution = 1e5\nbounds = [1, 2]", "grid.bounds"),
    ("", "[classes]\nENF = 1", "classes.ENF"),
]


@pytest.mark.parametrize(("head", "tail", "message"), WRONG, ids=[message for *_, message in WRONG])
def test_wrong_recipe_says_what_is_wrong(folder, monkeypatch, head, tail, message):
    monkeypatch.delenv("NO_SUCH_VARIABLE", raising=False)
    if tail is None:
        (folder / "recipe.toml").write_text(head)
        path = folder / "recipe.toml"
    else:
        path = recipe(folder, head, tail)
    assert message in problems(path)


def test_every_fault_is_reported_at_once(folder):
    tail = "[variables.cii]\nfile = 'all.nc'\n[classes]\nEFN = [1]\n[grid]\nresolution = 1"
    said = problems(recipe(folder, "titel = 'x'", tail, elevation="file = 'absent.nc'"))
    assert all(word in said for word in ("titel", "cii", "EFN", "grid.crs", "absent.nc"))


def test_faults_of_every_file_are_reported_at_once(folder):
    said = problems(
        recipe(
            folder,
            temperature="file = 'all.nc'\nunit = 'mm'",
            sunshine="file = 'all.nc'\nname = 'sun'",
        )
    )
    assert "temperature: unit 'mm'" in said and "no variable 'sun'" in said


@pytest.mark.parametrize(
    ("content", "message"), [(None, "no such recipe"), ("title = ", "not a TOML file")]
)
def test_file_that_is_no_recipe_is_refused(tmp_path, content, message):
    if content is not None:
        (tmp_path / "recipe.toml").write_text(content)
    with pytest.raises(SourceError, match=message):
        read_recipe(tmp_path / "recipe.toml")


def test_root_is_taken_from_the_environment(folder, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SOME_FOLDER", str(folder))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert read_recipe(recipe(elsewhere, "root = '${SOME_FOLDER}'")).folder == folder


def test_recipe_describes_the_scene(folder):
    head = "year = 2012\nnotes = ['a', 'b']\ncitation = 'c'\nsynthetic = true"
    attributes = build(recipe(folder, head)).attrs
    assert (attributes["year"], attributes["notes"], attributes["synthetic"]) == (2012, "a\nb", 1)


def test_scene_is_written_and_steps_are_told(folder):
    steps = []
    out = build_scene(recipe(folder), folder / "scene.zarr", progress=steps.append)
    with open_dataset(out) as written:
        assert set(ALL) <= set(written)
        assert set(kept(written.attrs)) == {"nep"}  # the limits of its classes
    assert steps[0] == "reading ndvi" and steps[-1] == "writing scene.zarr"


def test_recipe_that_fails_writes_nothing(folder):
    with pytest.raises(RecipeError):
        build_scene(recipe(folder, "titel = 'x'"), folder / "scene.zarr")
    assert sorted(path.name for path in folder.iterdir()) == ["all.nc", "recipe.toml"]
