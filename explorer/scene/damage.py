"""Damaged files: what the libraries that read them raise, told as which file and what to do.

Data are read when they are needed, far from where the file was opened, and each library has
exceptions of its own. So they are known by where they come from: what was raised within a library
that reads files is a fault of the file, anything else one of ours.
"""

import os
import traceback
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.errors import ExplorerError, MemoryShortageError, SourceError

READERS = ("zarr", "numcodecs", "netCDF4", "h5py", "rasterio", "rioxarray", "affine")
"""Libraries that read files; those in C have no lines of their own and are known by who calls."""

WRITER = "save_dataset"
"""What writes datasets, see ``store``."""

_CALLERS = (os.path.join("xarray", "backends"), os.path.join("xarray", "coding"))
_NAMED = 3  # damaged chunks in a message


@contextmanager
def reading(path: str | os.PathLike, what: str = "") -> Iterator[None]:
    """Tell what a file's readers raise as a fault of that file.

    Parameters
    ----------
    path : path
    what : str
        Which part of it is read.

    Raises
    ------
    SourceError
        When the file is damaged; names the chunks of a Zarr store.
    MemoryShortageError
        When what it declares does not fit in memory.
    """
    try:
        yield
    except ExplorerError:
        raise
    except MemoryError as error:
        raise MemoryShortageError(
            f"{path}: what it declares does not fit in memory ({error or 'no more can be had'}); "
            "choose a part of it, or a coarser grid, or a machine with more memory"
        ) from error
    except Exception as error:
        if not was_raised_by_a_reader(error):
            raise
        part = f"{what}: " if what else ""
        damaged = _damaged_chunks(Path(path))
        where = f" ({', '.join(damaged)})" if damaged else ""
        raise SourceError(
            f"{path}: {part}cannot be read, it is damaged or cut short{where}: "
            f"{in_a_line(error)}; copy it again, or build it again"
        ) from error


def was_raised_by_a_reader(error: BaseException) -> bool:
    """Tell whether an exception comes from within a library that reads files.

    Those libraries write as well. Where years are read while they are written, it was reading that
    failed if it was in a chunk that Dask was getting.
    """
    if isinstance(error, zlib.error):
        return True
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    called = {frame.f_code.co_name for frame in frames}
    if WRITER in called and not any(name.startswith("getter") for name in called):
        return False
    for frame in frames:
        file, module = frame.f_code.co_filename, str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] in READERS or any(part in file for part in _CALLERS):
            return True
    return False


def in_a_line(error: BaseException) -> str:
    """Return what an exception says, in one line."""
    return " ".join(str(error).split()) or type(error).__name__


def _damaged_chunks(store: Path) -> list[str]:
    """Return the first chunk files of a Zarr store that cannot be unpacked."""
    if not store.is_dir():
        return []
    import zarr

    from explorer.scene.manifest import arrays

    found: list[str] = []
    try:
        group = zarr.open_group(store, mode="r", use_consolidated=False)
        for name, chunks in arrays(store):
            array = group[name]
            for place in sorted(chunks.present):
                try:
                    array.get_block_selection(place)  # type: ignore[union-attr]
                except Exception:  # whatever its codec raises
                    found.append(f"{name}, chunk {'/'.join(map(str, place))}")
                if len(found) == _NAMED:
                    return found
    except Exception:  # the store itself cannot be opened, which the caller tells
        return found
    return found
