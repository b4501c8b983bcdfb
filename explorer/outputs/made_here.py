"""Whether a file or folder was made by this program, so that it may be replaced.

A file is known by what it holds, not by its name: an attribute of Zarr, NetCDF and GeoTIFF, the
versions in JSON, the columns of CSV, a line in the head of pictures and reports.
"""

import json
import os
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from explorer.errors import SourceError

PROGRAM = "nep-explorer"
MARK = "made_by"
"""The attribute that says so, where a format has attributes."""

CSV_COLUMNS = ("place", "lon", "lat", "date", "variable", "unit", "value", "scenario")
GENERATOR = f'<meta name="generator" content="{PROGRAM}">'
WORKPLACE = f".{PROGRAM}"
"""How the hidden folders end in which files are written, see ``claims``."""

HEAD = 8192  # bytes; the mark of pictures and reports stands in the first few hundred
LARGEST_JSON = 50_000_000  # bytes
_ZARR_FILE = re.compile(r"zarr\.json|\.z(array|attrs|group|metadata)|c|\d+(\.\d+)*")


def require_replaceable(out: Path) -> None:
    """Refuse to replace what this program did not make; what is empty may go.

    Raises
    ------
    SourceError
        Says what is there.
    """
    if out.is_dir():
        foreign = next(_foreign_files(out), None)
        if foreign is not None:
            raise SourceError(
                f"{out}: holds {foreign}, which {PROGRAM} did not write, and is not replaced; "
                "choose another name, or move it away yourself"
            )
    elif not out.is_file():
        raise SourceError(f"{out}: neither file nor folder, and not replaced; choose another name")
    if not is_ours(out):
        raise SourceError(
            f"{out}: was not made by {PROGRAM}, and is not replaced; choose another name, or move "
            "it away yourself"
        )


def is_ours(path: Path) -> bool:
    """Tell whether this program made a file or a Zarr folder; empty ones count as its own."""
    if path.is_dir():
        return not any(path.iterdir()) or _says_so(_group_attributes(path))
    with path.open("rb") as file:
        head = file.read(HEAD)
    return not head or any(test(path, head) for test in _TESTS)


def _foreign_files(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder and is no part of a Zarr store."""
    for inside, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.endswith(WORKPLACE)]
        for name in files:
            if not _ZARR_FILE.fullmatch(name):
                yield (Path(inside) / name).relative_to(folder)


def _says_so(attributes: Mapping[str, Any]) -> bool:
    """Tell whether attributes name this program as what made them."""
    made = str(attributes.get("source", "")).startswith(f"{PROGRAM},")
    return made or attributes.get(MARK) == PROGRAM


def _group_attributes(folder: Path) -> dict[str, Any]:
    written = _json(folder / "zarr.json")
    attributes = written.get("attributes") if isinstance(written, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def _json(path: Path) -> Any:
    """Return what a JSON file holds; nothing where it is none, or too large to be ours."""
    try:
        return None if path.stat().st_size > LARGEST_JSON else json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _is_our_json(path: Path, head: bytes) -> bool:
    """Tell whether a summary, a lineage, a table of towers or a notebook is of our making."""
    if head.lstrip()[:1] not in (b"{", b"["):
        return False
    written = _json(path)
    if isinstance(written, list):
        written = written[0] if written else None
    if not isinstance(written, dict):
        return False
    versions, metadata = written.get("versions"), written.get("metadata")
    if isinstance(versions, dict) and PROGRAM in versions:
        return True
    return isinstance(metadata, dict) and metadata.get(MARK) == PROGRAM


def _is_our_table(path: Path, head: bytes) -> bool:
    columns, _, rest = head.partition(b"\n")
    if not columns.endswith(f",{MARK}".encode()):
        return columns.startswith(",".join(CSV_COLUMNS).encode())
    first = rest.partition(b"\n")[0]
    return not first or first.endswith(f",{PROGRAM}".encode())


def _is_our_picture(path: Path, head: bytes) -> bool:
    png = head.startswith(b"\x89PNG") and f"Software\0{PROGRAM}".encode() in head
    svg = head.startswith(b"<?xml") and f"<dc:title>{PROGRAM}</dc:title>".encode() in head
    gif = head.startswith(b"GIF8") and PROGRAM.encode() in head
    return png or svg or gif


def _is_our_report(path: Path, head: bytes) -> bool:
    return head.startswith(b"<!doctype html") and GENERATOR.encode() in head


def _is_our_netcdf(path: Path, head: bytes) -> bool:
    if not head.startswith((b"CDF", b"\x89HDF")):
        return False
    import netCDF4  # a tenth of a second, for this alone

    try:
        with netCDF4.Dataset(path) as file:
            return _says_so({name: file.getncattr(name) for name in file.ncattrs()})
    except (OSError, RuntimeError, AttributeError, ValueError):
        return False


def _is_our_geotiff(path: Path, head: bytes) -> bool:
    if not head.startswith((b"II", b"MM")):
        return False
    import rasterio

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where it lies is of no interest here
            with rasterio.open(path) as file:
                return _says_so(file.tags())
    except rasterio.errors.RasterioError:
        return False


_TESTS: tuple[Callable[[Path, bytes], bool], ...] = (
    _is_our_table,
    _is_our_json,
    _is_our_picture,
    _is_our_report,
    _is_our_netcdf,
    _is_our_geotiff,
)
