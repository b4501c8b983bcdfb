"""Files: read a dataset without trusting it, write one so that nothing half-written is left."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from explorer.errors import ExplorerError, SourceError
from explorer.outputs.claims import finish_interrupted, replacing
from explorer.outputs.made_here import MARK, PROGRAM
from explorer.scene.damage import in_a_line
from explorer.scene.manifest import require_whole, write_manifest

NETCDF_SUFFIXES = (".nc", ".nc4", ".cdf", ".h5")
_NETCDF_HEADS = (b"CDF\x01", b"CDF\x02", b"CDF\x05", b"\x89HDF")
_ZARR_MARKS = ("zarr.json", ".zgroup", ".zmetadata")
CHUNK = 256  # cells along an axis: a month's map and a cell's series each read few chunks


def open_dataset(path: str | os.PathLike, *, decoded: bool = True) -> xr.Dataset:
    """Open a Zarr store or a NetCDF file, lazily and without executing anything it holds.

    Parameters
    ----------
    path : path
    decoded : bool
        Unfold packed numbers and mark the missing ones; False leaves them for ``encoded``.

    Raises
    ------
    SourceError
        When the path does not exist, is no such file, or cannot be read.
    """
    path = Path(path)
    if not _exists(path):
        raise SourceError(f"{path}: no such file; expected a .zarr folder or a .nc file")
    try:
        engine = _zarr_engine(path) if path.is_dir() else _netcdf_engine(path)
        # Consolidated metadata are no part of Zarr 3; a local folder does not need them.
        options: dict[str, Any] = {"consolidated": False} if engine == "zarr" else {}
        notes = require_whole(path) if engine == "zarr" else []
        dataset = xr.open_dataset(path, engine=engine, decode_timedelta=False, **options)
        if not decoded:
            # Only what holds data stays packed; coordinates are read as what they mean.
            packed = dict.fromkeys(map(str, dataset.data_vars), False)
            dataset.close()
            dataset = xr.open_dataset(
                path, engine=engine, decode_timedelta=False, mask_and_scale=packed, **options
            )
    except ExplorerError:
        raise
    except Exception as error:  # libraries raise whatever a file leads them to
        raise SourceError(f"{path}: cannot be read as a dataset: {in_a_line(error)}") from error
    if notes:
        own = str(dataset.attrs.get("notes", ""))
        dataset.attrs["notes"] = "\n".join([*filter(None, [own]), *notes])
    return dataset


def _exists(path: Path) -> bool:
    """Tell whether there is such a file; one that was about to get its name gets it now."""
    try:
        if not path.exists():
            finish_interrupted(path)
        return path.exists()
    except OSError:  # as of a name that is too long
        return False


def _netcdf_engine(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    if head not in _NETCDF_HEADS:
        raise SourceError(
            f"{path}: not a NetCDF file (it begins with {head!r}); "
            "expected NetCDF-3, NetCDF-4/HDF5 or a .zarr folder; GeoTIFFs enter through a recipe"
        )
    return "netcdf4"


def _zarr_engine(path: Path) -> str:
    if not any((path / mark).exists() for mark in _ZARR_MARKS):
        raise SourceError(f"{path}: a folder, but no Zarr store (none of {', '.join(_ZARR_MARKS)})")
    for metadata in _zarr_metadata(path):
        if b"pickle" in metadata.read_bytes():
            raise SourceError(f"{metadata}: stored as Python objects (pickle), which is refused")
    return "zarr"


def _zarr_metadata(path: Path) -> Iterator[Path]:
    for name in ("zarr.json", ".zarray", ".zmetadata"):
        yield from path.rglob(name)


def require_dataset_name(out: str | os.PathLike) -> Path:
    """Refuse a name that says neither Zarr nor NetCDF.

    Raises
    ------
    SourceError
        Names the endings that are known.
    """
    out = Path(out)
    if out.suffix != ".zarr" and out.suffix not in NETCDF_SUFFIXES:
        raise SourceError(f"{out}: unknown ending {out.suffix!r}; expected .zarr or .nc")
    return out


def write_dataset(
    dataset: xr.Dataset,
    out: str | os.PathLike,
    *,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Path:
    """Write a dataset as Zarr (``.zarr``) or NetCDF-4 (``.nc``), whole or not at all.

    Raises
    ------
    SourceError
        When the name ends otherwise or cannot be had (see ``claimed``), or the disk is full.
    """
    out = require_dataset_name(out)
    with replacing(out, overwrite=overwrite) as fresh:
        progress(f"writing {out.name}")
        save_dataset(dataset, fresh)
    return out


def save_dataset(dataset: xr.Dataset, path: Path) -> None:
    """Write a dataset to a path that was claimed; it says that this program made it."""
    dataset = dataset.assign_attrs({MARK: PROGRAM}).drop_encoding()
    if path.suffix not in NETCDF_SUFFIXES:
        dataset.to_zarr(path, mode="w", encoding=_zarr_encoding(dataset), consolidated=False)
        write_manifest(path)
    else:
        dataset.to_netcdf(path, engine="netcdf4", encoding=_netcdf_encoding(dataset))


def _zarr_encoding(dataset: xr.Dataset) -> dict[str, dict]:
    # Here and not above: who only reads need not wait for it.
    from zarr.codecs import BloscCodec, Crc32cCodec

    # As small as Zarr's own choice, and read a third faster or more (benchmarks/test_layout.py).
    codec = BloscCodec(cname="lz4", clevel=5, shuffle="shuffle")
    # The codec unpacks what was changed or cut short without a word; the check sum does not.
    packing = {"compressors": [codec, Crc32cCodec()]}
    axes: dict[str, dict] = {
        str(name): packing for name, axis in dataset.coords.items() if axis.ndim
    }
    return axes | {
        str(name): packing
        | {
            "chunks": tuple(
                _chunk(str(dim), size, (array.chunksizes.get(dim) or (size,))[0])
                for dim, size in zip(array.dims, array.shape, strict=True)
            ),
        }
        for name, array in dataset.data_vars.items()
        if array.ndim >= 2
    }


def _chunk(dim: str, size: int, task: int) -> int:
    """Cells of a dimension in one chunk; ``task`` cells are written by one of Dask's tasks."""
    if dim in ("year", "month"):
        return task
    return min(size, CHUNK) if task == size or task % CHUNK == 0 else task


def _netcdf_encoding(dataset: xr.Dataset) -> dict[str, dict]:
    return {
        str(name): {"zlib": True, "complevel": 4, "shuffle": True, "fletcher32": True}
        for name, array in dataset.data_vars.items()
        if array.ndim >= 2 and np.issubdtype(array.dtype, np.number)
    }
