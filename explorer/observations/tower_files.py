"""Read tower files as they are handed out: our own table, and FLUXNET2015 monthly files.

Nothing in a file is trusted: each value is checked, every fault of all files is told at once with
its line, and a file that is too large is not opened.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explorer.errors import PlaceError, SchemaError
from explorer.observations.csv_table import Line, Table, Values, shortened, taken_apart
from explorer.observations.delivered import WORKBOOK, delivered, unpacked, workbooks
from explorer.observations.fluxnet import FLUX, Row, fluxnet_rows, header_faults, site_name
from explorer.observations.site_places import (
    BADM_COLUMNS,
    SITE_COLUMNS,
    TYPED_FORM,
    badm_lines,
    is_badm,
    is_site_table,
    known_places,
    place_text,
    site_of,
    table_lines,
)
from explorer.observations.strange_files import strange_heading
from explorer.observations.towers import CLIMATE, Site, Towers
from explorer.tables.quantities import QUANTITIES

QUALITY = 0.5
"""Least share of measured or well filled half-hours that a month of FLUXNET2015 must have."""


class Column(NamedTuple):
    """A column of our own table."""

    name: str
    meaning: str
    examples: tuple[str, str]  # of two months of one site
    other_names: tuple[str, ...] = ()  # that others give it, in lower case
    required: bool = True


COLUMNS = (
    Column("site", "name of the tower", ("Example", "Example"),
           ("tower", "station", "name", "site_id", "site name")),
    Column("lon", "degrees east", ("116.40", "116.40"),
           ("long", "longitude", "location_long", "lng", "x")),
    Column("lat", "degrees north", ("43.33", "43.33"), ("latitude", "location_lat", "y")),
    Column("class", "vegetation: a class of the model (EBF, grassland, …) or IGBP's letters "
           "(GRA, MF, …)", ("GRA", "GRA"), ("igbp", "vegetation", "land cover", "type", "pft")),
    Column("year", "four digits", ("2010", "2010"), ("yr",)),
    Column("month", "1 to 12", ("6", "7"), ("mon",)),
    Column("nep", f"{QUANTITIES['nep'].unit}, positive = sink; empty = missing",
           ("31.5", "42.8"), ("nep_obs", "nep (g c m-2 month-1)")),
    *(
        Column(name, f"{QUANTITIES[name].unit}; for runs with the tower's own climate", examples,
               other_names, required=False)
        for name, examples, other_names in (
            ("temperature", ("16.2", "19.0"), ("ta", "tair", "t_air", "temp")),
            ("precipitation", ("48", "75"), ("p", "precip", "rain", "rainfall")),
            ("radiation", ("640", "655"), ("sw_in", "solar radiation", "solar", "rad")),
        )
    ),
)  # fmt: skip
OWN_COLUMNS = tuple(column.name for column in COLUMNS if column.required)
OTHER_NAMES = {column.name: column.other_names for column in COLUMNS}
EXPECTED = (
    f"expected a table with the columns {','.join(OWN_COLUMNS)}; a FLUXNET2015 monthly file "
    "(FLX_*_FLUXNET2015_*_MM_*.csv), its archive (.zip), or the folder of the download; or what "
    f"places its sites: a BADM table ({','.join(BADM_COLUMNS)}) or a table "
    f"{','.join(SITE_COLUMNS)}"
)
THREE_WAYS = (
    "give one of: the BADM table of the download (FLX_AA-Flx_BIF_*, as CSV or archive) with the "
    f"files or beside them; a table {','.join(SITE_COLUMNS)}, also by --site-table FILE; or the "
    f"place itself, --site {TYPED_FORM} (on the page: in the fields that appear)"
)


WHERE = "the tower files"


def load_towers(
    paths: Sequence[str | os.PathLike],
    quality: float = QUALITY,
    *,
    site_tables: Sequence[str | os.PathLike] = (),
    places: Sequence[Line] = (),
    wanted: Callable[[Site], bool] | None = None,
) -> Towers:
    """Read tower files, archives and folders; what places a FLUXNET2015 site is found beside it.

    Parameters
    ----------
    paths : paths
        See ``delivered.delivered``.
    site_tables : paths
        Tables of places to be believed before those found with the files.
    quality, places, wanted
        See ``read_towers``.

    Raises
    ------
    SourceError
        When a file is missing, too large or cannot be unpacked.
    SchemaError
        As ``read_towers``.
    """
    files = [Path(path) for path in paths]
    found = delivered(files)
    tables = delivered([Path(path) for path in site_tables]).files
    try:
        return read_towers(
            found.files, quality, site_tables=tables, places=places, wanted=wanted,
            notes=found.notes,
        )  # fmt: skip
    except PlaceError as error:
        beside = workbooks(files)
        if not beside:
            raise
        told = f"{beside[0]} beside them is an Excel workbook: save its sheet as CSV"
        raise PlaceError((*error.problems, told), error.where, error.sites) from error


def read_towers(
    files: Mapping[str, bytes],
    quality: float = QUALITY,
    *,
    site_tables: Mapping[str, bytes] | None = None,
    places: Sequence[Line] = (),
    wanted: Callable[[Site], bool] | None = None,
    notes: Sequence[str] = (),
) -> Towers:
    """Read the contents of tower files, by name; all faults of all files at once.

    Parameters
    ----------
    files : mapping of name -> content
        Our own table (``OWN_COLUMNS``; optionally also temperature [degC], precipitation
        [mm month-1], radiation [MJ m-2 month-1]), FLUXNET2015 monthly files or archives of them,
        and tables that say where FLUXNET2015 sites are (see ``site_places``). An empty value of
        NEP or climate is missing.
    quality : float
        Least NEE_VUT_REF_QC of a month; those below are left out and counted in the notes.
    site_tables : mapping of name -> content, optional
        Tables of places to be believed before those among ``files``.
    places : sequence of Line
        Places that were typed; they are believed before all.
    wanted : callable (Site) -> bool, optional
        Of FLUXNET2015, which sites are read; default: all.
    notes : sequence of str
        What was found before, for the notes of the towers.

    Returns
    -------
    Towers
        FLUXNET2015 gives NEE as a mean per day, [g C m-2 d-1]: NEP = -NEE times days in month.

    Raises
    ------
    PlaceError
        When nothing is wrong but that nothing says where a site stands.
    SchemaError
        Names file and line of each fault.
    SourceError
        When a file is too large or cannot be unpacked.
    """
    faults: list[str] = []
    if not 0 <= quality <= 1:
        faults.append(f"quality = {quality}: expected a share from 0 to 1")
    opened = _opened(unpacked(files).files, unpacked(site_tables or {}).files, faults)
    known, disagreements = known_places([places, *opened.places])
    rows = _rows_of_tables(opened.tables, faults)
    told, lost = list(notes), []
    for name, content in opened.monthly.items():
        if site_name(name) not in known:
            lost.append(site_name(name))
            continue
        found: list[str] = []
        site = site_of(known[site_name(name)], found)
        if site is not None and (wanted is None or wanted(site)):
            rows += _months(name, content, site, quality, found, told)
        faults += shortened(found, name)
    faults += shortened(list(_contradictions(rows)), WHERE)
    faults += _unused(places, set(map(site_name, opened.monthly)))
    if lost:
        ways = f"nothing says where {', '.join(lost)} stand{'s' * (len(lost) == 1)}: {THREE_WAYS}"
        if not faults:
            raise PlaceError([ways], WHERE, lost)
        faults.append(ways)
    if not rows and not faults and wanted is None:
        faults.append(f"no month of any tower in {', '.join(files) or 'no file'}; {EXPECTED}")
    if faults:
        raise SchemaError(faults, WHERE)
    sites = {row.site.name for row in rows}
    told += [each[name] for each in (opened.notes, disagreements) for name in each if name in sites]
    return _gathered(rows, told)


class _Opened(NamedTuple):
    """Files sorted by what they are."""

    tables: list[Table]  # of our own, or of no kind that is known
    monthly: dict[str, bytes]  # files of FLUXNET2015, by name
    places: list[list[Line]]  # of tables of places, the first to be believed before the next
    notes: dict[str, str]  # site -> what is to know of its place


def _opened(files: Mapping[str, bytes], given: Mapping[str, bytes], faults: list[str]) -> _Opened:
    """Sort files by what they are; those of ``given`` must place sites."""
    found = _Opened([], {}, [], {})
    for name, content in (*given.items(), *files.items()):
        if is_badm(content):
            lines, notes = badm_lines(name, content)
            found.places.append(lines)
            found.notes.update(notes)
        elif WORKBOOK.fullmatch(name):
            faults.append(f"{name}: an Excel workbook, which is not read; save its sheet as CSV")
        elif site_name(name) and name not in given:
            found.monthly[name] = content
        elif (table := taken_apart(name, content, faults)) is None:
            continue
        elif is_site_table(table.columns):
            found.places.append(table_lines(table))
        elif name in given:
            faults.append(f"{name}, line 1: places no site; expected {','.join(SITE_COLUMNS)}")
        elif FLUX in table.columns:
            faults += header_faults(table)
        else:
            found.tables.append(table)
    return found


def _months(
    name: str, content: bytes, site: Site, quality: float, faults: list[str], notes: list[str]
) -> list[Row]:
    """Return the months of a file of FLUXNET2015."""
    table = taken_apart(name, content, faults)
    if table is None:
        return []
    lacking = header_faults(table)
    faults += lacking
    return [] if lacking else list(fluxnet_rows(table, site, quality, faults, notes))


def _unused(places: Sequence[Line], sites: set[str]) -> list[str]:
    """Refuse places that were typed for a site of which no file asks for one."""
    return [
        f"{line.where}: none of the FLUXNET2015 files is of this site"
        for line in places
        if line.values["SITE_ID"] not in sites
    ]


def template() -> str:
    """Return a table of two months with every column, to be filled in; it can itself be read."""
    lines = [[column.name for column in COLUMNS]]
    lines += [[column.examples[row] for column in COLUMNS] for row in (0, 1)]
    return "".join(",".join(line) + "\n" for line in lines)


def _header_fault(columns: tuple[str, ...]) -> str:
    if "TIMESTAMP_START" in columns:
        return "a file of half-hours; take the monthly file of the site (…_MM_…)"
    strange = strange_heading(columns, OWN_COLUMNS, OTHER_NAMES)
    if strange:
        return strange
    lacking = [name for name in OWN_COLUMNS if name not in columns]
    if len(lacking) < len(OWN_COLUMNS) - 1:
        return f"without column {', '.join(lacking)}; {EXPECTED}"
    return f"columns {', '.join(columns)[:120] or 'none'}; {EXPECTED}"


def _rows_of_tables(tables: Sequence[Table], faults: list[str]) -> list[Row]:
    """Return the months of our own tables; what is none is a fault."""
    rows: list[Row] = []
    for table in tables:
        found: list[str] = []
        if set(OWN_COLUMNS) <= set(table.columns):
            rows += _own_rows(table, found)
        else:
            found.append(f"{table.name}, line 1: {_header_fault(table.columns)}")
        faults += shortened(found, table.name)
    return rows


def _own_rows(table: Table, faults: list[str]) -> Iterator[Row]:
    low, high = QUANTITIES["nep"].valid_range
    for line in table.lines:
        values = Values(line, faults)
        site = values.site("site", "lon", "lat", "class")
        year, month = values.whole("year", 1900, 2200), values.whole("month", 1, 12)
        nep = values.number("nep", low, high, str(QUANTITIES["nep"].unit), optional=True)
        climate = tuple(
            values.number(
                name, *QUANTITIES[name].valid_range, str(QUANTITIES[name].unit), optional=True
            )
            for name in CLIMATE
        )
        if values.sound:
            yield Row(line.where, site, year, month, nep, climate)


def _contradictions(rows: list[Row]) -> Iterator[str]:
    """Yield what lines say against each other: a month twice, a site at two places."""
    months: dict[tuple[str, int, int], str] = {}
    sites: dict[str, Row] = {}
    for row in rows:
        key = (row.site.name, row.year, row.month)
        if key in months:
            yield (
                f"{row.where}: {row.site.name} {row.year}-{row.month:02d} appears twice (also "
                f"{months[key]}); delete one"
            )
        months.setdefault(key, row.where)
        first = sites.setdefault(row.site.name, row)
        if first.site != row.site:
            yield (
                f"{row.where}: {row.site.name} at {place_text(row.site)}, but "
                f"{place_text(first.site)} in {first.where}; a site has one place and class"
            )


def _gathered(rows: list[Row], notes: list[str]) -> Towers:
    sites = sorted({row.site for row in rows}, key=lambda site: site.name)
    order = {site: position for position, site in enumerate(sites)}
    rows = sorted(rows, key=lambda row: (order[row.site], row.year, row.month))
    climate = np.array([row.climate for row in rows], dtype=float).reshape(len(rows), len(CLIMATE))
    return Towers(
        sites=tuple(sites),
        site=np.array([order[row.site] for row in rows], dtype=int),
        year=np.array([row.year for row in rows], dtype=int),
        month=np.array([row.month for row in rows], dtype=int),
        nep=np.array([row.nep for row in rows], dtype=float),
        notes=tuple(notes),
        **dict(zip(CLIMATE, climate.T, strict=True)),
    )
