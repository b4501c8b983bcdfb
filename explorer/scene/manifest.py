"""Whether a Zarr store has all its chunk files.

Zarr reads a chunk whose file is not there as filled with one value, so a folder that was copied in
part would give other numbers without a word. A store that this package writes therefore holds a
group ``manifest`` that lists, for each array, the chunks that were left out when it was written,
for they hold nothing but that value. Programs that read the store pass over the group; one that
writes the data anew does not take it along, and its store is one of unknown completeness.
"""

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from explorer.errors import SourceError

MANIFEST = "manifest"
ABSENT = "absent_chunks"
_SOUGHT = 1_000_000  # chunks looked for by name before the rest are only counted


class ArrayChunks(NamedTuple):
    """The chunks of one array: how many there are to be, and which are there."""

    counts: tuple[int, ...]  # along each dimension
    present: frozenset[tuple[int, ...]]

    @property
    def expected(self) -> int:
        """Chunks of the whole array."""
        return math.prod(self.counts)

    @property
    def lacking(self) -> int:
        """Chunks without a file."""
        return self.expected - len(self.present)

    def absent(self) -> Iterator[tuple[int, ...]]:
        """Yield the places of chunks without a file, in order."""
        numbers = range(min(self.expected, _SOUGHT))
        return (place for place in map(self._place, numbers) if place not in self.present)

    def _place(self, number: int) -> tuple[int, ...]:
        """Return the place of a chunk by its number; the last dimension runs fastest."""
        place = []
        for count in reversed(self.counts):
            number, at = divmod(number, count)
            place.append(at)
        return tuple(reversed(place))


def write_manifest(store: Path) -> None:
    """Write into a store which chunks it has been written without."""
    absent = {name: [list(place) for place in found.absent()] for name, found in arrays(store)}
    about = "chunks that hold nothing but the fill value and were left out by nep-explorer"
    group = {
        "zarr_format": 3,
        "node_type": "group",
        "attributes": {"about": about, ABSENT: absent},
    }
    (store / MANIFEST).mkdir(exist_ok=True)
    text = json.dumps(group, separators=(",", ":"))
    (store / MANIFEST / "zarr.json").write_text(text, encoding="utf-8")


def require_whole(store: Path) -> list[str]:
    """Refuse a store that has lost chunk files.

    Parameters
    ----------
    store : path
        A Zarr folder.

    Returns
    -------
    list of str
        Where the store does not say which chunks it was written without: what must be told of
        those that are not there.

    Raises
    ------
    SourceError
        Names the arrays and the first file of each that is not there.
    """
    known = _known_absent(store)
    notes, problems = [], []
    for name, found in arrays(store):
        if known is None:
            if found.lacking:
                notes.append(
                    f"{name}: {found.lacking} of {found.expected} chunk files are not there and "
                    "are read as the fill value; this store does not say whether it was written "
                    "without them, so compare it with its original"
                )
            continue
        left_out = known.get(name, frozenset())
        lost = found.lacking - len(left_out - found.present)
        if lost > 0:
            first = next((each for each in found.absent() if each not in left_out), ())
            place = "/".join(map(str, first))
            problems.append(f"{name} lacks {lost} of {found.expected} (the first is {place})")
    if problems:
        raise SourceError(
            f"{store}: chunk files are missing: {'; '.join(problems)}; the copy is incomplete or "
            "damaged: copy it again, or build it again"
        )
    return notes


def arrays(store: Path) -> Iterator[tuple[str, ArrayChunks]]:
    """Yield the arrays of a store's first level with their chunks; those of no dimension not."""
    for folder in sorted(store.iterdir()):
        if not folder.is_dir() or folder.name.startswith("."):
            continue
        counts = _chunk_counts(folder)
        if counts:
            yield folder.name, ArrayChunks(counts, frozenset(_present(folder, counts)))


def _known_absent(store: Path) -> dict[str, frozenset[tuple[int, ...]]] | None:
    """Return which chunks a store says it was written without; None when it says nothing."""
    path = store / MANIFEST / "zarr.json"
    if not path.is_file():
        return None
    try:
        written = json.loads(path.read_bytes())["attributes"][ABSENT]
        return {
            name: frozenset(tuple(map(int, place)) for place in places)
            for name, places in written.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SourceError(
            f"{path}: cannot be read, so whether the store is whole is unknown; copy it again"
        ) from error


def _chunk_counts(folder: Path) -> tuple[int, ...]:
    """Return the number of chunks along each dimension; nothing where the folder is no array.

    What is wrong with the metadata is told by who opens the store.
    """
    try:
        meta, version = _metadata(folder)
        if version == 2:
            sides = meta["chunks"]
        elif meta["node_type"] == "array":
            sides = meta["chunk_grid"]["configuration"]["chunk_shape"]
        else:
            return ()
        pairs = list(zip(meta["shape"], sides, strict=True))
        return tuple(-(-int(size) // int(side)) for size, side in pairs)
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        return ()


def _metadata(folder: Path) -> tuple[dict[str, Any], int]:
    path = folder / "zarr.json"
    version = 3 if path.is_file() else 2
    return json.loads((path if version == 3 else folder / ".zarray").read_bytes()), version


def _present(folder: Path, counts: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the places of the chunks that have a file, however its name is written."""
    for inside, _, files in os.walk(folder):
        above = Path(inside).relative_to(folder).parts
        for name in files:
            parts = ".".join((*above, name)).removeprefix("c.").split(".")
            if len(parts) != len(counts) or not all(p.isascii() and p.isdigit() for p in parts):
                continue
            place = tuple(int(part[:18]) for part in parts)
            if all(at < count for at, count in zip(place, counts, strict=True)):
                yield place
