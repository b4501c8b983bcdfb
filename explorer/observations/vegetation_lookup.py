"""Leaf area or EVI of towers, looked up among the files of a folder of real data."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.errors import SourceError
from explorer.observations.eight_days import EightDayTable, spread_months
from explorer.observations.site_index import Kind, SiteIndex, kinds_in, load_index

REAL_DATA = "NEP_EXPLORER_REAL_DATA"
DEPTH = 2  # folders below the one that the variable names
HEAD = 4_096  # bytes of a file that tell its columns
LOOKED_FOR: tuple[Kind, ...] = ("lai", "evi")
WORDS: dict[Kind, str] = {"lai": "leaf area", "evi": "EVI", "ndvi": "NDVI"}


@dataclass(frozen=True, eq=False)
class Vegetation:
    """The series that were found, of one kind, which sites can share."""

    kind: Kind
    indices: tuple[SiteIndex, ...]
    notes: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """How the series is called."""
        return WORDS[self.kind]

    def has(self, site: str) -> bool:
        """Return whether there is a value of a site."""
        return any(index.values.get(site) for index in self.indices)

    def at(self, table: EightDayTable) -> np.ndarray:
        """Return the series at the steps of a table, (rows,); NaN all through where there is none.

        Months between, and years without an observation, have what ``SiteIndex.of`` gives.
        """
        for index in self.indices:
            if index.values.get(table.site):
                months = {
                    int(year): index.of(table.site, int(year))[0] for year in np.unique(table.year)
                }
                return spread_months(months, table)
        return np.full(table.step.size, np.nan)


def real_folder() -> Path | None:
    """Return the folder that ``NEP_EXPLORER_REAL_DATA`` names; None without one."""
    named = os.environ.get(REAL_DATA)
    return Path(named) if named else None


def look_up(folder: Path | None, sites: Sequence[str]) -> Vegetation:
    """Return the kind of series that most of some sites have; leaf area where both have as many.

    Parameters
    ----------
    folder : path, optional
        Looked through with the folders in it; None finds nothing.
    sites : sequence of str

    Raises
    ------
    SourceError
        When the folder does not exist.
    SchemaError
        When a file that holds a series is wrong.
    """
    if folder is None:
        return Vegetation("lai", (), (f"{REAL_DATA} names no folder: no leaf area, no EVI",))
    if not folder.is_dir():
        raise SourceError(f"{REAL_DATA} = {folder}: no such folder")
    found: dict[Kind, list[SiteIndex]] = {kind: [] for kind in LOOKED_FOR}
    for path in _tables(folder):
        with path.open("rb") as file:
            held = kinds_in(path.name, file.read(HEAD))
        for kind in held:
            if kind in found:
                found[kind].append(load_index(path, kind))

    def covered(kind: Kind) -> int:
        return sum(any(index.values.get(site) for index in found[kind]) for site in sites)

    kind = max(LOOKED_FOR, key=covered)
    files = ", ".join(index.name for index in found[kind]) or "no file"
    return Vegetation(kind, tuple(found[kind]), (f"{WORDS[kind]} from {files}",))


def _tables(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        if len(Path(root).relative_to(folder).parts) >= DEPTH:
            folders.clear()
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith((".csv", ".csv.gz")):
                yield Path(root) / name
