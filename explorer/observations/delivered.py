"""Tower files as they are delivered: single files, ZIP archives, and folders of both.

FLUXNET2015 hands out an archive a site, with all resolutions in it, and one of BADM tables
(``FLX_AA-Flx_BIF_*``). Of all that only files of one resolution (monthly, unless daily ones are
asked for) and one table of places are read.
"""

import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from explorer.errors import SourceError
from explorer.observations.csv_table import MOST_BYTES, read_bytes, require_small
from explorer.observations.fluxnet import DELIVERED_NAMES, RESOLUTION_WORDS

SITE_TABLE = "FluxNET_sites.csv"
BADM_NAME = re.compile(r"FLX_.*BIF.*\.csv", re.IGNORECASE)
BADM_ARCHIVE = re.compile(r"FLX_.*BIF.*\.zip", re.IGNORECASE)
SITE_ARCHIVE = re.compile(
    r"FLX_([A-Z]{2}-\w{3})_FLUXNET2015_(SUBSET|FULLSET)_.*\.zip", re.IGNORECASE
)
WORKBOOK = re.compile(r".*\.xlsx?", re.IGNORECASE)
RESOLUTIONS = ("MM", "YY", "WW", "DD", "HH", "HR")
"""Of the BADM tables, which differ in what they tell of variables, not of places; first is best."""
MOST_MEMBERS = 5_000
MOST_FILES = 20_000
DEPTH = 3  # folders below the one that is given


class Delivered(NamedTuple):
    """What was found to read, and what is to know of it."""

    files: dict[str, bytes]  # by name, in the order in which they are to be believed
    notes: tuple[str, ...] = ()


def is_archive(name: str) -> bool:
    """Tell whether a file is a ZIP archive, by its name."""
    return name.lower().endswith(".zip")


def unpacked(files: Mapping[str, bytes]) -> Delivered:
    """Return files by name, archives replaced by what is read of them.

    Raises
    ------
    SourceError
        When an archive cannot be unpacked, holds nothing that is read, or a file is too large; or
        when two different files have one name.
    """
    found: dict[str, bytes] = {}
    for name, content in files.items():
        inner = _of_archive(name, io.BytesIO(content)) if is_archive(name) else {name: content}
        _join(found, inner)
    return Delivered(found)


def delivered(paths: Sequence[Path], resolution: str = "MM") -> Delivered:
    """Read files, archives and folders; what places a site is looked for beside them.

    Parameters
    ----------
    paths : sequence of path
        Of a folder all files of the resolution and archives of FLUXNET2015 are read, one of each
        site, and all tables of places.
    resolution : str
        ``MM``, monthly, or ``DD``, daily.

    Raises
    ------
    SourceError
        As ``unpacked``; or when a file is missing, or a folder holds nothing that is read.
    """
    found: dict[str, bytes] = {}
    notes: list[str] = []
    beside: list[Path] = []
    for path in paths:
        if path.is_dir():
            chosen = _chosen(path, notes, resolution)
            _join(found, _read(chosen, resolution))
        else:
            _join(found, _read([path], resolution))
            patterns = (DELIVERED_NAMES[resolution], SITE_ARCHIVE)
            if any(pattern.fullmatch(path.name) for pattern in patterns):
                beside.append(path.parent)
    for folder in dict.fromkeys(beside):
        tables = [path for path in _place_tables(_files(folder, 0)) if path.name not in found]
        _join(found, _read(tables, resolution))
    return Delivered(found, tuple(notes))


def workbooks(paths: Iterable[Path]) -> list[str]:
    """Return the names of Excel workbooks among files, and in their folders: they are not read."""
    folders = dict.fromkeys(path if path.is_dir() else path.parent for path in paths)
    return [
        path.name
        for folder in folders
        for path in _files(folder, DEPTH)
        if WORKBOOK.fullmatch(path.name) and "BIF" in path.name.upper()
    ]


def _read(paths: Iterable[Path], resolution: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in paths:
        if not is_archive(path.name):
            _join(found, {path.name: read_bytes(path)})
            continue
        if not path.is_file():
            raise SourceError(f"{path}: no such file")
        with path.open("rb") as file:
            _join(found, _of_archive(path.name, file, resolution))
    return found


def _join(found: dict[str, bytes], more: Mapping[str, bytes]) -> None:
    for name, content in more.items():
        if found.setdefault(name, content) != content:
            raise SourceError(f"two different files are called {name}; give one, or rename it")


def _of_archive(name: str, file, resolution: str = "MM") -> dict[str, bytes]:
    """Return the files of a resolution of an archive, and the best of its tables of places."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            if len(members) > MOST_MEMBERS:
                raise SourceError(f"{name}: {len(members)} files; at most {MOST_MEMBERS} are read")
            by_name = {PurePosixPath(each.filename).name: each for each in members}
            wanted = [each for each in by_name if DELIVERED_NAMES[resolution].fullmatch(each)]
            wanted += _best_badm(by_name) + [SITE_TABLE] * (SITE_TABLE in by_name)
            if not wanted:
                some = ", ".join(sorted(by_name)[:3])
                raise SourceError(
                    f"{name}: no {RESOLUTION_WORDS[resolution]} file (FLX_*_{resolution}_*.csv) "
                    "and no BADM table (FLX_*BIF*.csv) "
                    f"among its {len(members)} files{f' ({some}, …)' if some else ''}"
                )
            return {each: _member(name, archive, by_name[each]) for each in wanted}
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError,
        RuntimeError, UnicodeError, ValueError,
    ) as error:  # fmt: skip
        raise SourceError(f"{name}: cannot be unpacked: {error}") from error


def _member(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a file of an archive; what it says of its size is not trusted."""
    with archive.open(member) as file:
        content = file.read(MOST_BYTES + 1)
    require_small(f"{name}: {member.filename}", len(content))
    return content


def _best_badm(names: Iterable[str]) -> list[str]:
    """Return the one of BADM tables that is read."""
    found = sorted(name for name in names if BADM_NAME.fullmatch(name))

    def rank(name: str) -> int:
        words = name.upper().split("_")
        return next(
            (place for place, each in enumerate(RESOLUTIONS) if each in words), len(RESOLUTIONS)
        )

    return sorted(found, key=rank)[:1]


def _files(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the files of a folder and of those in it, sorted; links to folders are not followed."""
    count = 0
    for root, folders, names in os.walk(folder):
        if len(Path(root).relative_to(folder).parts) >= depth:
            folders.clear()
        folders.sort()
        count += len(names)
        if count > MOST_FILES:
            raise SourceError(f"{folder}: more than {MOST_FILES} files; give the folder of towers")
        yield from (Path(root) / name for name in sorted(names))


def _chosen(folder: Path, notes: list[str], resolution: str) -> list[Path]:
    """Return what is read of a folder: a file or archive of each site, tables of places."""
    word = RESOLUTION_WORDS[resolution]
    files = list(_files(folder, DEPTH))
    by_site: dict[str, list[Path]] = {}
    for pattern in (DELIVERED_NAMES[resolution], SITE_ARCHIVE):  # unpacked ones first
        for path in files:
            named = pattern.fullmatch(path.name)
            if named:
                by_site.setdefault(named[1].upper(), []).append(path)
    if not by_site:
        raise SourceError(
            f"{folder}: no {word} file (FLX_*_FLUXNET2015_*_{resolution}_*.csv) and no archive of "
            f"a site (FLX_*_FLUXNET2015_*.zip) among its {len(files)} files"
        )
    chosen = []
    for found in by_site.values():
        first = next((path for path in found if not is_archive(path.name)), found[0])
        chosen.append(first)
        others = {path.name for path in found if not is_archive(path.name)} - {first.name}
        if others:
            notes.append(f"of {1 + len(others)} {word} files of one site {first.name} is read")
    return [*chosen, *_place_tables(files)]


def _place_tables(files: Iterable[Path]) -> list[Path]:
    """Return the tables of places among files: one a site a line, and the best BADM table."""
    files = list(files)
    found = [path for path in files if path.name == SITE_TABLE]
    plain = {path.name: path for path in files if BADM_NAME.fullmatch(path.name)}
    packed = [path for path in files if BADM_ARCHIVE.fullmatch(path.name)]
    return [*found, *([plain[name] for name in _best_badm(plain)] or packed[:1])]
