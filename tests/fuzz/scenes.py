"""Scenes whose metadata, values or files are not what they should be; of one year, and of several.

A case opens the scene as every command does, runs the model and sums it.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from tests.conftest import make_tiny_dataset
from tests.fuzz.case import Group, command
from tests.fuzz.nasty import VALUES, as_json, label, pick, spoil_file, spoiled, spoiled_bytes

ATTRIBUTES = (
    "scale_factor", "add_offset", "_FillValue", "missing_value", "_Unsigned", "units", "dtype",
    "flag_values", "flag_meanings", "class_mapping", "grid_mapping", "coordinates", "calendar",
)  # fmt: skip
OF_THE_WHOLE = ("year", "title", "notes", "synthetic", "overview", "source", "made_by")
CHUNKS = {"month": 12, "northing": 3, "easting": 4}


class Stores(NamedTuple):
    """The sound scenes that cases begin with."""

    plain: Path
    packed: Path
    netcdf: Path
    years: Path


def prepare(folder: Path) -> Stores:
    """Write the sound scenes, and compile the model."""
    from explorer.scene.store import write_dataset

    dataset = make_tiny_dataset()
    plain = write_dataset(dataset, folder / "plain.zarr")
    netcdf = write_dataset(dataset, folder / "scene.nc")
    packed = folder / "packed.zarr"
    sides = {name: [CHUNKS[dim] for dim in each.dims] for name, each in dataset.items()}
    encoding = {
        name: {"chunks": sides[name]}
        | (
            {"dtype": "int16", "scale_factor": 0.2, "_FillValue": -32768}
            if each.dtype.kind == "f"
            else {}
        )
        for name, each in dataset.items()
        if each.ndim
    }
    narrow = dataset.assign(sunshine=dataset["sunshine"].clip(0.2, 1))
    narrow.to_zarr(packed, encoding=encoding, consolidated=False)
    monthly = [name for name, each in dataset.items() if "month" in each.dims]
    several = xr.concat([dataset[monthly]] * 2, xr.Variable("year", [2001, 2002]))
    years = write_dataset(several.merge(dataset.drop_vars(monthly)), folder / "years.zarr")
    stores = Stores(plain, packed, netcdf, years)
    for sound in (plain, packed, netcdf):
        run_through(sound)
    command("years", years)
    return stores


def run_through(path: Path) -> None:
    """Open a scene, run the model, sum it up; as ``run`` and the page do."""
    from explorer.pipeline import open_overview, open_scene, run, summarise
    from explorer.systems import preset
    from explorer.tables.periods import YEAR

    open_overview(path)
    scene = open_scene(path)
    totals = summarise(run(scene, preset("ci2")))
    totals.total("nep", YEAR)


def copied(store: Path, folder: Path) -> Path:
    """A copy of a sound scene, to be spoiled."""
    path = folder / store.name
    shutil.copytree(store, path) if store.is_dir() else shutil.copyfile(store, path)
    return path


def metadata(rng: np.random.Generator, stores: Stores, folder: Path) -> Any:
    """One entry of the metadata of a Zarr scene changed: an attribute, or what Zarr needs."""
    store = copied(pick(rng, (stores.plain, stores.packed)), folder)
    file = pick(rng, sorted(store.rglob("zarr.json")))
    of_whole = file.parent == store
    how = spoil_metadata(rng, file, OF_THE_WHOLE if of_whole else ATTRIBUTES)
    where = "the scene" if of_whole else file.parent.name
    return f"{store.stem}, {where}: {how}", lambda: run_through(store)


def spoil_metadata(rng: np.random.Generator, file: Path, known: Sequence[str]) -> str:
    """Change one of the attributes known, or anything else, and say which."""
    written = json.loads(file.read_text())
    if rng.random() < 0.6:
        name, value = pick(rng, known), pick(rng, VALUES)
        written.setdefault("attributes", {})[name] = value
        how = f"{name} = {label(value)}"
    else:
        how, written = spoiled(rng, written)
    file.write_text(as_json(written), encoding="utf-8", errors="surrogatepass")
    return how


def values(rng: np.random.Generator, stores: Stores, folder: Path) -> Any:
    """A scene of other numbers, axes, types or dimensions, written by xarray."""
    dataset = make_tiny_dataset(geographic=bool(rng.random() < 0.3), ci=bool(rng.random() < 0.8))
    name = pick(rng, list(map(str, dataset.variables)))
    way = pick(rng, ("value", "all", "axis", "type", "dims", "lost", "rows", "crs", "units"))
    array = dataset[name]
    number = pick(rng, (0.0, -1.0, 1e-300, 5e-324, 1e9, 1e30, np.nan, np.inf, -np.inf, 255, 40_000))
    if way in ("value", "all") and array.ndim:
        changed = array.values.astype(float)
        changed[... if way == "all" else tuple(int(rng.integers(n)) for n in array.shape)] = number
        dataset[name] = (array.dims, changed, array.attrs)
        way = f"{way} {number:g}"
    elif way == "axis" and array.ndim == 1:
        steps = pick(rng, (0.0, 5e-324, 1e-9, 1e9, -1e300, np.nan, 30.0))
        axis = pick(rng, (0.0, 1e8, 89.0)) + steps * np.arange(array.size)
        dataset = dataset.assign_coords({name: axis})
        way = f"steps of {steps:g}"
    elif way == "type":
        kind = pick(rng, ("U8", "datetime64[ns]", "complex64", "bool", "int64", "float16", "uint8"))
        with np.errstate(all="ignore"):
            dataset[name] = (array.dims, np.asarray(array.values).astype(kind), array.attrs)
        way = kind
    elif way == "dims" and array.ndim > 1:
        dataset[name] = array.isel({pick(rng, array.dims): 0}, drop=True)
    elif way == "lost":
        dataset = dataset.drop_vars(name)
    elif way == "rows":
        dim, count = pick(rng, list(dataset.dims)), int(rng.integers(0, 3))
        dataset, way = dataset.isel({dim: slice(count)}), f"{count} of {dim}"
    elif way == "crs":
        text = str(pick(rng, (*CRS, *VALUES[20:40])))[:2000]
        dataset["spatial_ref"].attrs["crs_wkt"] = text
        way = f"crs {label(text)}"
    elif way == "units":
        dataset[name].attrs["units"] = str(pick(rng, VALUES))[:2000]
    path = folder / pick(rng, ("scene.zarr", "scene.zarr", "scene.nc"))
    try:
        dataset.to_zarr(path) if path.suffix == ".zarr" else dataset.to_netcdf(path)
    except Exception:  # xarray cannot write it either
        return None
    return f"{path.suffix}, {name}: {way}", lambda: run_through(path)


CRS = (
    "IAU_2015:30100", "+proj=ortho +lat_0=90", "+proj=merc", "+proj=longlat +R=1737400",
    "EPSG:3857",
    "+proj=aea +a=1 +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105", "+proj=laea +lat_0=-90", "EPSG:6933",
    "+proj=moll", "+proj=geocent", "EPSG:5773", 'LOCAL_CS["x"]',
)  # fmt: skip


def files(rng: np.random.Generator, stores: Stores, folder: Path) -> Any:
    """Files of a scene cut, changed, lost, mixed up, or something else in their place."""
    store = copied(pick(rng, (stores.plain, stores.packed, stores.packed, stores.netcdf)), folder)
    if store.is_file():
        how, content = spoiled_bytes(rng, store.read_bytes())
        store.write_bytes(content)
        return f"{store.name}: {how}", lambda: run_through(store)
    inside = sorted(path for path in store.rglob("*") if path.is_file())
    chunks = [path for path in inside if path.name != "zarr.json"]
    if rng.random() < 0.1:
        one = pick(rng, chunks)
        other = pick(rng, [path for path in chunks if path != one])
        shutil.copyfile(other, folder / "kept")
        shutil.copyfile(one, other)
        (folder / "kept").replace(one)
        how = f"{one.relative_to(store)} and {other.relative_to(store)} exchanged"
        return f"{store.stem}: {how}", lambda: run_through(store)
    file = pick(rng, chunks if rng.random() < 0.8 else inside)
    how = spoil_file(rng, file)
    return f"{store.stem}, {file.relative_to(store)}: {how}", lambda: run_through(store)


def years(rng: np.random.Generator, stores: Stores, folder: Path) -> Any:
    """A scene of two years with metadata or files spoiled, run by the command."""
    store = copied(stores.years, folder)
    if rng.random() < 0.5:
        file = pick(rng, sorted(store.rglob("zarr.json")))
        how = spoil_metadata(rng, file, ATTRIBUTES)
    else:
        file = pick(rng, sorted(path for path in store.rglob("*") if path.is_file()))
        how = spoil_file(rng, file)
    out = ["--out", folder / "out.zarr"] if rng.random() < 0.4 else []
    return f"{file.relative_to(store)}: {how}", lambda: command("years", store, *out)


GROUPS = {
    "scenes, metadata": Group(600, 30, prepare, metadata),
    "scenes, values": Group(300, 20, prepare, values),
    "scenes, damaged files": Group(400, 30, prepare, files),
    "scenes of years": Group(120, 4, prepare, years),
}
