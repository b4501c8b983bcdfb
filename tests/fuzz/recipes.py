"""Recipes that ask for what cannot be, and sources that are not what the recipe says."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import xarray as xr
from rasterio.transform import from_origin

from tests.conftest import make_tiny_dataset
from tests.fuzz.case import Group, command
from tests.fuzz.nasty import VALUES, label, pick, spoil_file, spoiled, spoiled_text
from tests.fuzz.scenes import CRS

SIDE, WEST, NORTH = 5.0, 80.0, 50.0  # degrees: of the tiny scene
RECIPE: dict[str, Any] = {
    "title": "A case",
    "root": ".",
    "year": 2010,
    "notes": ["one"],
    "crs": "EPSG:4326",
    "grid": {"crs": "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105", "resolution": 400_000},
    "classes": {"EBF": [2], "ENF": [1], "DNF": [3], "DBF": [4], "MXF": [5], "shrub": [6, 7],
                "grassland": [10], "cropland": [12], "other": [16]},
    "region_names": {"1": "South", "2": "North"},
    "variables": {
        "temperature": {"file": "temperature.tif", "unit": "degC", "scale": 1.0, "offset": 0.0,
                        "missing": -9999.0, "resampling": "bilinear", "shift": [0.0, 0.0]},
        "precipitation": {"file": "precipitation_{month:02d}.tif", "unit": "mm month-1"},
        "ndvi": {"file": "all.nc", "name": "ndvi"},
        "sunshine": {"file": "all.nc", "month_dim": "month"},
        "elevation": {"file": "all.nc"},
        "land_cover": {"file": "land_cover.tif", "resampling": "nearest"},
        "region": {"file": "all.nc"},
    },
}  # fmt: skip
SPECIAL: dict[tuple[str, ...], tuple[Any, ...]] = {
    ("grid", "resolution"): (float("inf"), 1e-300, 0.5, 1, 1e300, 1e9, 399_999.9, 10**400),
    ("grid", "crs"): (*CRS, "EPSG:4326"),
    ("grid", "bounds"): (
        [float("nan")] * 4, [0, 0, 1e300, 1e300], [float("-inf"), 0, 1, 1], [1, 1, 0, 0],
        [-1e7, -1e7, 1e7, 1e7], [1e8, 1e8, 2e8, 2e8], [0, 0, 1, 1],
    ),
    ("crs",): CRS,
    ("root",): ("{", "{month}", "no/such", "\0", "x" * 5000, "~nobody-here", "$NO_SUCH_NAME"),
    ("variables", "precipitation", "file"): (
        "{month:1000000000d}", "{month:999d}", "{month!r}", "{month.x}", "{}", "{month:x}", "\0",
        "p" * 300, "precipitation_{month:02d}.tif{", "temperature.tif", "/dev/zero", "/dev/null",
    ),
    ("variables", "ndvi", "select"): ({"month": 1}, {"month": [1]}, {"x": 1}, {"month": {}}),
    ("variables", "elevation", "shift"): ([1e308, 0], [float("nan"), 0], [90, 0], [-1e-9, 1e-9]),
    ("region_names", "²"): ("a",),
    ("region_names", "9" * 30): ("a",),
    ("region_names", "1"): ("x" * 10_000, "North", "", " ", "all", 1),
}  # fmt: skip


def toml(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        entries = (f"{text(str(key))} = {toml(each)}" for key, each in value.items())
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return text(value)
    return "nan" if value is None else f"1{'0' * 400}" if value == 10**400 else repr(value)


def text(value: str) -> str:
    """A text as TOML."""
    shown = "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in value)
    return f'"{shown}"'


def written(recipe: Any) -> str:
    """A recipe as TOML; one whose tables are none as they are."""
    return "\n".join(f"{text(str(key))} = {toml(value)}" for key, value in recipe.items()) + "\n"


def prepare(folder: Path) -> Path:
    """Write sound sources, and compile what a build needs."""
    dataset = make_tiny_dataset(geographic=True)
    sources = folder / "sources"
    sources.mkdir()
    dataset.to_netcdf(sources / "all.nc")
    raster(sources / "temperature.tif", dataset["temperature"].values)
    for month, layer in enumerate(dataset["precipitation"].values, start=1):
        raster(sources / f"precipitation_{month:02d}.tif", layer[np.newaxis])
    raster(sources / "land_cover.tif", dataset["land_cover"].values[np.newaxis].astype("uint8"))
    (sources / "recipe.toml").write_text(written(RECIPE))
    command("scene", "build", sources / "recipe.toml", "--out", folder / "sound.zarr")
    return sources


def raster(path: Path, values: np.ndarray, **profile: Any) -> None:
    """Write a GeoTIFF."""
    bands, rows, columns = values.shape
    usual = {
        "driver": "GTiff", "dtype": values.dtype.name, "count": bands, "height": rows,
        "width": columns, "crs": "EPSG:4326", "transform": from_origin(WEST, NORTH, SIDE, SIDE),
    }  # fmt: skip
    with rasterio.open(path, "w", **usual | profile) as file:
        file.write(values)


def built(folder: Path) -> Any:
    """What reads a case: the command, into a folder of its own."""
    return lambda: command("scene", "build", folder / "recipe.toml", "--out", folder / "out.zarr")


def keys(rng: np.random.Generator, sources: Path, folder: Path) -> Any:
    """A recipe with values that cannot be, beside sound sources."""
    for path in sources.iterdir():
        (folder / path.name).symlink_to(path)
    if rng.random() < 0.4:
        where = pick(rng, list(SPECIAL))
        value = pick(rng, (*SPECIAL[where], *SPECIAL[where], pick(rng, VALUES)))
        recipe = dict(RECIPE)
        table = recipe
        for key in where[:-1]:
            table[key] = dict(table[key])
            table = table[key]
        table[where[-1]] = value
        how = f"{'.'.join(where)[:60]} = {label(value)}"
    else:
        how, recipe = spoiled(rng, RECIPE)
    if not isinstance(recipe, dict):
        return None
    content = written(recipe)
    if rng.random() < 0.15:
        more, content = spoiled_text(rng, content)
        how = f"{how}, {more}"
    (folder / "recipe.toml").unlink()
    (folder / "recipe.toml").write_text(content, encoding="utf-8", errors="surrogatepass")
    return how, built(folder)


def damaged(rng: np.random.Generator, sources: Path, folder: Path) -> Any:
    """A sound recipe, and a source that is cut, changed or gone."""
    for path in sources.iterdir():
        shutil.copyfile(path, folder / path.name)
    file = pick(rng, sorted(path for path in folder.iterdir() if path.suffix != ".toml"))
    how = spoil_file(rng, file)
    return f"{file.name}: {how}", built(folder)


def rasters(rng: np.random.Generator, sources: Path, folder: Path) -> Any:
    """A sound recipe, and a source that is sound and not what the recipe says."""
    for path in sources.iterdir():
        shutil.copyfile(path, folder / path.name)
    way = pick(rng, ("profile", "profile", "values", "sparse", "vrt", "axes", "axes"))
    path = folder / pick(rng, ("temperature.tif", "land_cover.tif"))
    with rasterio.open(path) as file:
        values = file.read()
    path.unlink()
    if way == "profile":
        name, value = pick(rng, (
            ("crs", None), ("crs", pick(rng, CRS)), ("nodata", 0), ("nodata", np.nan),
            ("transform", from_origin(0, 0, 0, 0)), ("transform", from_origin(500, 500, 1e9, 1e9)),
            ("transform", from_origin(np.nan, 0, 1, 1)), ("transform", from_origin(0, 0, 1e-12, 1)),
            ("transform", rasterio.Affine(1, 1, 0, 1, 1, 0)), ("dtype", "complex64"),
        ))  # fmt: skip
        how = f"{name} {label(value)}"
        try:
            raster(path, values.astype(value) if name == "dtype" else values, **{name: value})
        except Exception:  # GDAL cannot write it either
            return None
    elif way == "values":
        number = pick(rng, (np.nan, np.inf, -np.inf, 1e30, -1e-30, 300, 0))
        how = f"all {number:g}"
        raster(path, np.full_like(values, number, dtype="float32"))
    elif way == "sparse":
        side = pick(rng, (30_000, 100_000))
        how = f"sparse, {side} cells a side"
        options = {"width": side, "height": side, "sparse_ok": True, "bigtiff": "yes"}
        with rasterio.open(
            path, "w", driver="GTiff", dtype="float32", count=len(values), crs="EPSG:4326",
            transform=from_origin(WEST, NORTH, 1e-4, 1e-4), tiled=True, **options,
        ):  # fmt: skip
            pass
    elif way == "vrt":
        side = pick(rng, (50, 100_000, 2_000_000_000))
        how = f"VRT, {side} cells a side"
        bands = "".join(
            f'<VRTRasterBand dataType="Float32" band="{band + 1}"/>' for band in range(len(values))
        )
        path.write_text(
            f'<VRTDataset rasterXSize="{side}" rasterYSize="{side}"><SRS>EPSG:4326</SRS>'
            f"<GeoTransform>80, 1e-4, 0, 50, 0, -1e-4</GeoTransform>{bands}</VRTDataset>"
        )
    else:
        path = sources / path.name
        shutil.copyfile(path, folder / path.name)
        how = axes(rng, folder / "all.nc")
    return f"{path.name}: {how}", built(folder)


def axes(rng: np.random.Generator, path: Path) -> str:
    """Give a NetCDF file other coordinates."""
    with xr.open_dataset(path) as file:
        dataset = file.load()
    name = pick(rng, ("month", "lat", "lon"))
    count = dataset.sizes[name]
    other: dict[str, Any] = {
        "dates": np.arange("2010-01", "2011-01", dtype="M8[M]")[:count],
        "no dates": np.full(count, "NaT", dtype="M8[ns]"),
        "text": np.array([f"t{n}" for n in range(count)], dtype=object),
        "alike": np.zeros(count),
        "missing": np.full(count, np.nan),
        "huge": 1e300 * np.arange(count),
        "tiny": 5e-324 * np.arange(count),
    }
    way = pick(rng, tuple(other))
    changed = other[way].astype("M8[ns]") if way == "dates" else other[way]
    dataset = dataset.assign_coords({name: (name, changed)})
    path.unlink()
    dataset.to_netcdf(path)
    return f"{name} {way}"


GROUPS = {
    "recipes, keys": Group(700, 25, prepare, keys),
    "recipes, damaged sources": Group(200, 8, prepare, damaged),
    "recipes, odd sources": Group(150, 8, prepare, rasters),
}
