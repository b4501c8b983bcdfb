"""Files that a person brings to compare with: towers, and a vegetation index beside them.

A page has them read in a process apart: what is given and returned can be pickled, and what comes
back is small enough to be drawn without keeping others waiting.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from explorer.errors import SchemaError, SourceError
from explorer.observations.csv_table import MOST_BYTES, Line
from explorer.observations.delivered import unpacked
from explorer.observations.site_index import SiteIndex, is_index, read_index
from explorer.observations.site_places import is_badm
from explorer.observations.tower_files import read_towers
from explorer.observations.towers import Towers

MOST_BYTES_TOGETHER = 3 * MOST_BYTES
MOST_MONTHS = 20_000
"""All of FLUXNET2015 has some 18,000: 1,532 site-years (Pastorello et al. 2020)."""
MOST_SITES = 250
MOST_INDEX_MONTHS = 100_000
WHERE = "the files"


class Brought(NamedTuple):
    """What some files hold."""

    towers: Towers | None  # None where only an index was brought
    series: SiteIndex | None  # a vegetation index


def read_brought(files: Mapping[str, bytes], places: Sequence[Line] = ()) -> Brought:
    """Read towers, and a vegetation index if one is among the files.

    Parameters
    ----------
    files : mapping of name -> content
    places : sequence of Line
        Of sites whose place no file tells.

    Raises
    ------
    PlaceError
        When nothing is wrong but that nothing says where a site stands.
    SchemaError
        When a file is refused, or they hold more than a page shows.
    SourceError
        When a file is too large or cannot be unpacked.
    """
    require_few_bytes(files)
    indices = {name: content for name, content in files.items() if is_index(name, content)}
    others = {name: content for name, content in files.items() if name not in indices}
    if len(indices) > 1:
        raise SchemaError([f"{', '.join(indices)}: one vegetation index at a time"], WHERE)
    index = next((read_index(*item) for item in indices.items()), None)
    if index is not None:
        _require_few("the vegetation index", sum(map(len, index.values.values())))
    return Brought(_towers(others, places) if others else None, index)


def require_few_bytes(files: Mapping[str, bytes]) -> None:
    """Refuse files that are too large together.

    Raises
    ------
    SourceError
    """
    size = sum(map(len, files.values()))
    if size > MOST_BYTES_TOGETHER:
        most = MOST_BYTES_TOGETHER / 1e6
        raise SourceError(f"{size / 1e6:.0f} MB together; at most {most:.0f} MB are read")


def _towers(files: Mapping[str, bytes], places: Sequence[Line]) -> Towers:
    plain = unpacked(files).files
    # Counted before anything is read: to read a table of a million lines takes half a minute.
    long = [
        f"{name}: {lines:,} lines; {_LIMIT}"
        for name, content in plain.items()
        if (lines := content.count(b"\n")) > MOST_MONTHS + 1 and not is_badm(content)
    ]
    if long:
        raise SchemaError(long, WHERE)
    towers = read_towers(plain, places=places)
    if towers.nep.size > MOST_MONTHS or len(towers.sites) > MOST_SITES:
        raise SchemaError(
            [f"{towers.nep.size:,} months of {len(towers.sites):,} sites; {_LIMIT}"], WHERE
        )
    return towers


def _require_few(what: str, months: int) -> None:
    if months > MOST_INDEX_MONTHS:
        raise SchemaError(
            [f"{months:,} months; at most {MOST_INDEX_MONTHS:,} are read: leave sites out"], what
        )


_LIMIT = (
    f"at most {MOST_MONTHS:,} months of {MOST_SITES} sites are compared on the page, one line a "
    "site and month: give fewer sites, or use `nep-explorer towers`"
)
