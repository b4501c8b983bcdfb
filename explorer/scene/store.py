"""Files: read a dataset without trusting it, write one so that nothing half-written is left."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from explorer.errors import SourceError

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
    if not path.exists():
        raise SourceError(f"{path}: no such file; expected a .zarr folder or a .nc file")
    engine = _zarr_engine(path) if path.is_dir() else _netcdf_engine(path)
    # Consolidated metadata are no part of Zarr 3; a local folder does not need them.
    options: dict[str, Any] = {"consolidated": False} if engine == "zarr" else {}
    try:
        dataset = xr.open_dataset(path, engine=engine, decode_timedelta=False, **options)
        if decoded:
            return dataset
        # Only what holds data stays packed; coordinates are read as what they mean.
        packed = dict.fromkeys(map(str, dataset.data_vars), False)
        dataset.close()
        return xr.open_dataset(
            path, engine=engine, decode_timedelta=False, mask_and_scale=packed, **options
        )
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise SourceError(f"{path}: cannot be read as a dataset: {error}") from error


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


def require_writable(out: str | os.PathLike, *, overwrite: bool = False) -> Path:
    """Refuse a path that could not be written in the end, before any work is done.

    Raises
    ------
    SourceError
        When ``out`` exists and may not be overwritten, or its folder does not exist.
    """
    out = Path(out)
    if not out.parent.is_dir():
        raise SourceError(f"{out.parent}: no such folder; make it first")
    if out.exists() and not overwrite:
        raise SourceError(f"{out}: exists already; choose another name or add --overwrite")
    return out


@contextmanager
def replacing(out: str | os.PathLike, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a temporary path beside ``out``; it takes the name ``out`` only if all went well.

    Raises
    ------
    SourceError
        When ``out`` exists and may not be overwritten, or its folder does not exist.
    """
    out = require_writable(out, overwrite=overwrite)
    workplace = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        fresh = workplace / out.name
        yield fresh
        if out.is_dir() and not out.is_symlink():
            shutil.rmtree(out)
        os.replace(fresh, out)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


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
        When the name ends otherwise, exists already, or its folder does not exist.
    """
    out = Path(out)
    if out.suffix != ".zarr" and out.suffix not in NETCDF_SUFFIXES:
        raise SourceError(f"{out}: unknown ending {out.suffix!r}; expected .zarr or .nc")
    with replacing(out, overwrite=overwrite) as fresh:
        progress(f"writing {out.name}")
        if out.suffix == ".zarr":
            dataset.drop_encoding().to_zarr(
                fresh, mode="w", encoding=_zarr_encoding(dataset), consolidated=False
            )
        else:
            dataset.drop_encoding().to_netcdf(
                fresh, engine="netcdf4", encoding=_netcdf_encoding(dataset)
            )
    return out


def write_text(text: str, out: str | os.PathLike, *, overwrite: bool = False) -> Path:
    """Write a text file, whole or not at all."""
    with replacing(out, overwrite=overwrite) as fresh:
        fresh.write_text(text, encoding="utf-8")
    return Path(out)


def _zarr_encoding(dataset: xr.Dataset) -> dict[str, dict]:
    from zarr.codecs import BloscCodec  # here and not above: who only reads need not wait for it

    # As small as Zarr's own choice, and read a third faster or more (benchmarks/test_layout.py).
    codec = BloscCodec(cname="lz4", clevel=5, shuffle="shuffle")
    return {
        str(name): {
            "compressors": [codec],
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
        str(name): {"zlib": True, "complevel": 4, "shuffle": True}
        for name, array in dataset.data_vars.items()
        if array.ndim >= 2 and np.issubdtype(array.dtype, np.number)
    }
