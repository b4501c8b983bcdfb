"""Read tower files as they are handed out: our own table, and FLUXNET2015 monthly files.

Nothing in a file is trusted: each value is checked, every fault of all files is told at once with
its line, and a file that is too large is not opened.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explorer.errors import SchemaError
from explorer.observations.csv_table import Line, Table, Values, read_bytes, shortened, taken_apart
from explorer.observations.towers import CLIMATE, Site, Towers
from explorer.tables.periods import days_in_months
from explorer.tables.quantities import QUANTITIES
from explorer.units import conversion

QUALITY = 0.5
"""Least share of measured or well filled half-hours that a month of FLUXNET2015 must have."""

OWN_COLUMNS = ("site", "lon", "lat", "class", "year", "month", "nep")
SITE_COLUMNS = ("SITE_ID", "LOCATION_LAT", "LOCATION_LONG", "IGBP")
SITE_TABLE = "FluxNET_sites.csv"
FLUX, FLUX_QUALITY = "NEE_VUT_REF", "NEE_VUT_REF_QC"
FLUXNET_CLIMATE = {
    "temperature": ("TA_F", "degC"),
    "precipitation": ("P_F", "mm d-1"),
    "radiation": ("SW_IN_F", "W m-2"),
}
FLUXNET_NAME = re.compile(r"FLX_([A-Z]{2}-\w{3})_FLUXNET2015_\w+_MM_.*\.csv", re.IGNORECASE)
EXPECTED = (
    f"expected a table with the columns {','.join(OWN_COLUMNS)}, a FLUXNET2015 monthly file "
    f"(FLX_*_FLUXNET2015_*_MM_*.csv), or its table of sites ({','.join(SITE_COLUMNS)})"
)


class Row(NamedTuple):
    """One month of one site, and where it was read."""

    where: str
    site: Site
    year: int
    month: int
    nep: float
    climate: tuple[float, ...]  # in the order of CLIMATE


def load_towers(paths: Sequence[str | os.PathLike], quality: float = QUALITY) -> Towers:
    """Read tower files; the table of sites beside a FLUXNET2015 file is found by its name.

    Parameters
    ----------
    paths : paths
    quality : float
        See ``read_towers``.

    Raises
    ------
    SourceError
        When a file is missing or too large.
    SchemaError
        As ``read_towers``.
    """
    files = [Path(path) for path in paths]
    beside = {path.parent / SITE_TABLE for path in files if FLUXNET_NAME.fullmatch(path.name)}
    files += sorted(path for path in beside - set(files) if path.is_file())
    return read_towers({path.name: read_bytes(path) for path in files}, quality)


def read_towers(files: Mapping[str, bytes], quality: float = QUALITY) -> Towers:
    """Read the contents of tower files, by name; all faults of all files at once.

    Parameters
    ----------
    files : mapping of name -> content
        Our own table (``OWN_COLUMNS``; optionally also temperature [degC], precipitation
        [mm month-1], radiation [MJ m-2 month-1]), FLUXNET2015 monthly files, and a table that says
        where FLUXNET2015 sites are (``SITE_COLUMNS``). An empty value of NEP or climate is missing.
    quality : float
        Least NEE_VUT_REF_QC of a month; those below are left out and counted in the notes.

    Returns
    -------
    Towers
        FLUXNET2015 gives NEE as a mean per day, [g C m-2 d-1]: NEP = -NEE times days in month.

    Raises
    ------
    SchemaError
        Names file and line of each fault.
    SourceError
        When a file is too large.
    """
    faults: list[str] = []
    if not 0 <= quality <= 1:
        faults.append(f"quality = {quality}: expected a share from 0 to 1")
    notes: list[str] = []
    rows: list[Row] = []
    tables = [table for item in files.items() if (table := taken_apart(*item, faults)) is not None]
    known = _known_sites(tables)
    for table in tables:
        found: list[str] = []
        if set(OWN_COLUMNS) <= set(table.columns):
            rows += _own_rows(table, found)
        elif {"TIMESTAMP", FLUX} <= set(table.columns):
            rows += _fluxnet_rows(table, known, quality, found, notes)
        elif not set(SITE_COLUMNS) <= set(table.columns):
            found.append(f"{table.name}, line 1: {_header_fault(table.columns)}")
        faults += shortened(found, table.name)
    faults += shortened(list(_contradictions(rows)), "the tower files")
    if not rows and not faults:
        faults.append(f"no month of any tower in {', '.join(files) or 'no file'}; {EXPECTED}")
    if faults:
        raise SchemaError(faults, "the tower files")
    return _gathered(rows, notes)


def _header_fault(columns: tuple[str, ...]) -> str:
    if "TIMESTAMP_START" in columns:
        return "a file of half-hours; take the monthly file of the site (…_MM_…)"
    lacking = [name for name in OWN_COLUMNS if name not in columns]
    if len(lacking) < len(OWN_COLUMNS) - 1:
        return f"without column {', '.join(lacking)}; {EXPECTED}"
    return f"columns {', '.join(columns)[:120] or 'none'}; {EXPECTED}"


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


def _known_sites(tables: list[Table]) -> dict[str, Line]:
    """Return the lines of all tables of sites, by site."""
    return {
        line.values["SITE_ID"]: line
        for table in tables
        if set(SITE_COLUMNS) <= set(table.columns)
        for line in table.lines
    }


def _fluxnet_rows(
    table: Table, known: dict[str, Line], quality: float, faults: list[str], notes: list[str]
) -> Iterator[Row]:
    named = FLUXNET_NAME.fullmatch(table.name)
    if not named:
        faults.append(
            f"{table.name}: holds {FLUX}, but is not named FLX_SITE_FLUXNET2015_*_MM_*.csv, so its "
            "site is unknown or it is no monthly file; keep the name it was downloaded under"
        )
        return
    lacking = [
        name
        for name in (FLUX_QUALITY, *(column for column, _ in FLUXNET_CLIMATE.values()))
        if name not in table.columns
    ]
    if lacking:
        faults.append(f"{table.name}, line 1: without column {', '.join(lacking)}")
        return
    if named[1] not in known:
        faults.append(
            f"{table.name}: where is {named[1]}? give the table of sites with it "
            f"({SITE_TABLE}: {','.join(SITE_COLUMNS)})"
        )
        return
    place = Values(known[named[1]], faults)
    site = place.site("SITE_ID", "LOCATION_LONG", "LOCATION_LAT", "IGBP")
    if not place.sound:
        return
    poor = 0
    for line in table.lines:
        row, share = _fluxnet_row(line, site, faults)
        if row is None:
            continue
        if not share >= quality and np.isfinite(row.nep):
            poor += 1
            row = row._replace(nep=np.nan)
        yield row
    if poor:
        notes.append(
            f"{site.name}: {poor} of {len(table.lines)} months left out, "
            f"{FLUX_QUALITY} below {quality:g}"
        )


def _fluxnet_row(line: Line, site: Site, faults: list[str]) -> tuple[Row | None, float]:
    """Return a month of FLUXNET2015 and its quality."""
    values = Values(line, faults)
    stamp = line.values["TIMESTAMP"]
    if not re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])", stamp):
        values.refuse(f"TIMESTAMP = {stamp!r}: expected YYYYMM, as in a monthly file (…_MM_…)")
        return None, np.nan
    year, month = int(stamp[:4]), int(stamp[4:])
    days = float(days_in_months(year)[month - 1])
    low, high = (limit / days for limit in QUANTITIES["nep"].valid_range)
    nee = values.number(FLUX, -high, -low, "g C m-2 d-1", optional=True)
    share = values.number(FLUX_QUALITY, 0, 1, optional=True)
    climate = []
    for name, (column, unit) in FLUXNET_CLIMATE.items():
        step = conversion(unit, str(QUANTITIES[name].unit))
        assert step is not None  # each unit in the table above has one
        factor = step.factor * (days if step.per_day else 1.0)
        low, high = ((limit - step.offset) / factor for limit in QUANTITIES[name].valid_range)
        climate.append(factor * values.number(column, low, high, unit, optional=True) + step.offset)
    row = Row(line.where, site, year, month, 0.0 - nee * days, tuple(climate))
    return (row if values.sound else None), share


def _contradictions(rows: list[Row]) -> Iterator[str]:
    """Yield what lines say against each other: a month twice, a site at two places."""
    months: dict[tuple[str, int, int], str] = {}
    sites: dict[str, Row] = {}
    for row in rows:
        key = (row.site.name, row.year, row.month)
        if key in months:
            yield (
                f"{row.where}: {row.site.name} {row.year}-{row.month:02d} stands already in "
                f"{months[key]}; keep one"
            )
        months.setdefault(key, row.where)
        first = sites.setdefault(row.site.name, row)
        if first.site != row.site:
            yield (
                f"{row.where}: {row.site.name} at {_place(row.site)}, but {_place(first.site)} in "
                f"{first.where}; a site has one place and class"
            )


def _place(site: Site) -> str:
    return f"{site.lon:g} E {site.lat:g} N, {site.vegetation}"


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
