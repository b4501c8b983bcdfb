"""How the scene is written: names, units, packing, and blocks of rows that can be resumed."""

import json
import shutil
import warnings
from typing import NamedTuple

import dask.array
import numpy as np
import rioxarray  # noqa: F401  (gives xarray objects their .rio)
import xarray as xr
import zarr
from zarr.codecs import BloscCodec

from explorer.scene.manifest import write_manifest

from .grid import ALBERS
from .land_cover import WATER
from .regions import REGIONS

# A grid up to this long is one chunk; a longer one is cut into squares, which serve both
# one-month maps and one-cell series.
WHOLE_GRID_LIMIT = 512
CHUNK_SIDE = 256

# What `<out>.partial` holds. The note lies beside the store, not in it, so that the store
# is a plain Zarr group from the start.
STORE_FOLDER, PROGRESS_FILE = "scene.zarr", "progress.json"


class Packing(NamedTuple):
    """How a variable is described and packed."""

    long_name: str
    units: str
    dtype: str
    scale: float | None
    """Value of one count, None for codes. [units]"""
    missing: int
    """Count that means missing (codes: outside the study area)."""
    monthly: bool


VARIABLES = {
    "ndvi": Packing("Normalised difference vegetation index", "1", "int16", 1e-4, -32768, True),
    "ci": Packing("Clumping index", "1", "int16", 1e-4, -32768, True),
    "temperature": Packing("Mean air temperature", "degC", "int16", 0.01, -32768, True),
    "precipitation": Packing("Precipitation", "mm month-1", "uint16", 0.1, 65535, True),
    "sunshine": Packing("Sunshine, share of the possible", "1", "int16", 1e-4, -32768, True),
    "land_cover": Packing("Land cover, IGBP classes", "1", "uint8", None, 0, False),
    "elevation": Packing("Elevation", "m", "int16", 1.0, -32768, False),
    "region": Packing("Region", "1", "uint8", None, 0, False),
    "reference_npp": Packing(
        "Synthetic stand-in for an annual NPP product", "g C m-2 yr-1", "int16", 0.1, -32768, False
    ),
}


def write_scene(grid, make, out, attrs, block_rows=None, show=iter):
    """Write a scene block by block; go on where an earlier, stopped run ended.

    Parameters
    ----------
    grid : Grid
        The whole scene's cells.
    make : callable
        Grid of some rows -> dict of arrays, as `scene.make_rows`.
    out : Path
        Folder to make; `<out>.partial` is used until it is whole. What stood there before is
        replaced then, and not earlier.
    attrs : dict
        Attributes of the Dataset. A partial scene with other ones is not continued.
    block_rows : int, optional
        Rows made at a time. Default: a row of chunks.
    show : callable
        Wraps the iterable of blocks, e.g. `tqdm.tqdm`.
    """
    partial = out.with_name(out.name + ".partial")
    block_rows = block_rows or chunk_sides(grid)[0]
    plan = {"attrs": attrs, "shape": [grid.northing.size, grid.easting.size], "rows": block_rows}
    finished = _start_or_resume(grid, partial, plan)
    for first in show(range(0, grid.northing.size, block_rows)):
        if first in finished:
            continue
        rows = slice(first, min(first + block_rows, grid.northing.size))
        _write_rows(make(grid.rows(rows)), rows, partial / STORE_FOLDER)
        finished.append(first)
        _note_progress(partial, plan, finished)
    _complete(partial, out)


def chunk_sides(grid):
    """Return the rows and columns of a chunk.

    Parameters
    ----------
    grid : Grid
        The whole scene's cells.

    Returns
    -------
    tuple of int
    """
    shape = (grid.northing.size, grid.easting.size)
    return shape if max(shape) <= WHOLE_GRID_LIMIT else (CHUNK_SIDE, CHUNK_SIDE)


def empty_scene(grid, attrs):
    """Describe the Dataset without computing any value.

    Parameters
    ----------
    grid : Grid
        The whole scene's cells.
    attrs : dict
        Attributes of the Dataset.

    Returns
    -------
    xarray.Dataset
    """
    coords = {
        "month": ("month", np.arange(1, 13), {"long_name": "Month of the year", "units": "1"}),
        "northing": grid.northing,
        "easting": grid.easting,
    }
    scene = xr.Dataset({name: _empty(name, grid) for name in VARIABLES}, coords, attrs)
    scene = scene.rio.set_spatial_dims(x_dim="easting", y_dim="northing")
    # Attributes as well as encoding: the CRS must survive readers that drop one of the two.
    scene = scene.rio.write_crs(ALBERS).rio.write_coordinate_system()
    # It comes as an int64; a byte holds all it says.
    scene["spatial_ref"] = scene["spatial_ref"].astype("uint8")
    return scene


def _empty(name, grid):
    """Describe one variable and its packing."""
    packing = VARIABLES[name]
    rows, columns = grid.northing.size, grid.easting.size
    dims, shape, chunks = ("northing", "easting"), (rows, columns), chunk_sides(grid)
    if packing.monthly:
        dims, shape, chunks = ("month", *dims), (12, *shape), (12, *chunks)
    is_code = packing.scale is None
    values = dask.array.zeros(shape, chunks=chunks, dtype="uint8" if is_code else "float32")
    array = xr.DataArray(values, dims=dims, attrs=_attributes(name))
    array.encoding = {
        "dtype": packing.dtype,
        "chunks": chunks,
        "compressors": [BloscCodec(cname="zstd", clevel=7, shuffle="shuffle")],
        # Chunks without land equal this and are not written at all.
        "fill_value": packing.missing,
    }
    if not is_code:
        array.encoding |= {"scale_factor": packing.scale, "_FillValue": packing.missing}
    return array


def _attributes(name):
    """Attributes of one variable."""
    packing = VARIABLES[name]
    attrs = {"long_name": packing.long_name, "units": packing.units}
    if name == "region":
        attrs["flag_values"] = list(REGIONS.values())
        attrs["flag_meanings"] = " ".join(REGIONS)
        attrs["comment"] = "0 is outside the study area; regions are divided by simple lines"
    if name == "land_cover":
        attrs["flag_values"] = list(range(1, WATER + 1))
        attrs["comment"] = "0 is outside the study area, 17 is water"
    if name == "reference_npp":
        attrs["comment"] = "Miami-like function of temperature and rain, with noise; no product"
    return attrs


def _start_or_resume(grid, partial, plan):
    """Return the first rows of the finished blocks, after making the store if need be."""
    progress = partial / PROGRESS_FILE
    if progress.exists():
        noted = json.loads(progress.read_text(encoding="utf-8"))
        if noted["plan"] == plan:
            return noted["finished"]
    shutil.rmtree(partial, ignore_errors=True)
    empty_scene(grid, plan["attrs"]).to_zarr(
        partial / STORE_FOLDER, compute=False, zarr_format=3, consolidated=False
    )
    _note_progress(partial, plan, [])
    return []


def _write_rows(values, rows, store):
    """Write all variables of some rows."""
    block = xr.Dataset(
        {
            name: (("month", "northing", "easting")[-array.ndim :], array)
            for name, array in values.items()
        }
    )
    region = {"northing": rows, "easting": slice(None)}
    for monthly in (True, False):
        names = [name for name, packing in VARIABLES.items() if packing.monthly is monthly]
        months = {"month": slice(None)} if monthly else {}
        block[names].to_zarr(store, region=region | months, consolidated=False, safe_chunks=False)


def _note_progress(partial, plan, finished):
    """Record the finished blocks, so that a stop in between leaves a readable note."""
    fresh = partial / (PROGRESS_FILE + ".new")
    fresh.write_text(json.dumps({"plan": plan, "finished": finished}), encoding="utf-8")
    fresh.replace(partial / PROGRESS_FILE)


def _complete(partial, out):
    """Gather the metadata, note which chunks hold nothing, and give the scene its name."""
    with warnings.catch_warnings():
        # Zarr 3 has no final word on consolidated metadata; readers here know them.
        warnings.filterwarnings("ignore", message="Consolidated metadata")
        zarr.consolidate_metadata(partial / STORE_FOLDER)
    write_manifest(partial / STORE_FOLDER)
    if out.exists():
        shutil.rmtree(out)
    (partial / STORE_FOLDER).replace(out)
    shutil.rmtree(partial)
