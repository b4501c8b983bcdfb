"""Monthly files of FLUXNET2015 (Pastorello et al. 2020): their names, and a month of one."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from explorer.observations.csv_table import Line, Table, Values
from explorer.observations.towers import Site
from explorer.tables.periods import days_in_months
from explorer.tables.quantities import QUANTITIES
from explorer.units import conversion

FLUX, FLUX_QUALITY = "NEE_VUT_REF", "NEE_VUT_REF_QC"
FLUXNET_CLIMATE = {
    "temperature": ("TA_F", "degC"),
    "precipitation": ("P_F", "mm d-1"),
    "radiation": ("SW_IN_F", "W m-2"),
}
FLUXNET_NAME = re.compile(r"FLX_([A-Z]{2}-\w{3})_FLUXNET2015_\w+_MM_.*\.csv", re.IGNORECASE)
DELIVERED_NAMES = {
    resolution: re.compile(
        rf"FLX_([A-Z]{{2}}-\w{{3}})_FLUXNET2015_(SUBSET|FULLSET)_{resolution}_.*\.csv",
        re.IGNORECASE,
    )
    for resolution in ("MM", "DD")
}
"""Resolution -> names of files that hold fluxes; ERAI holds reanalysed weather."""
RESOLUTION_WORDS = {"MM": "monthly", "DD": "daily"}


class Row(NamedTuple):
    """One month of one site, and where it was read."""

    where: str
    site: Site
    year: int
    month: int
    nep: float
    climate: tuple[float, ...]  # in the order of towers.CLIMATE


def header_faults(table: Table) -> list[str]:
    """Return what keeps a table from being a monthly file."""
    if not FLUXNET_NAME.fullmatch(table.name):
        return [
            f"{table.name}: holds {FLUX}, but is not named FLX_SITE_FLUXNET2015_*_MM_*.csv, so its "
            "site is unknown or it is no monthly file; keep the name it was downloaded under"
        ]
    wanted = ("TIMESTAMP", FLUX, FLUX_QUALITY, *(column for column, _ in FLUXNET_CLIMATE.values()))
    lacking = [name for name in wanted if name not in table.columns]
    return [f"{table.name}, line 1: without column {', '.join(lacking)}"] if lacking else []


def site_name(file: str) -> str:
    """Return the site that the name of a monthly file tells; nothing where it is none."""
    named = FLUXNET_NAME.fullmatch(file)
    return named[1] if named else ""


def fluxnet_rows(
    table: Table, site: Site, quality: float, faults: list[str], notes: list[str]
) -> Iterator[Row]:
    """Yield the months of a monthly file; those of too low a quality have no NEP, and are counted.

    Parameters
    ----------
    table : Table
    site : Site
        That the file is of.
    quality : float
        Least NEE_VUT_REF_QC of a month.
    faults, notes : lists
        What is wrong, and what was left out, is added to them.
    """
    poor = 0
    for line in table.lines:
        row, share = _row(line, site, faults)
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


def _row(line: Line, site: Site, faults: list[str]) -> tuple[Row | None, float]:
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
