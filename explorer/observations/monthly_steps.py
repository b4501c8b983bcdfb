"""Monthly files of FLUXNET2015 as tables of 8-day steps, for towers whose days are not there.

Weather runs in lines between the middles of months. Respiration stands at the step in the middle of
each month alone, so that a month counts once.
"""

import re
from collections.abc import Collection
from pathlib import Path

import numpy as np

from explorer.errors import SchemaError
from explorer.observations.csv_table import Table, Values, read_bytes, shortened, taken_apart
from explorer.observations.daily_respiration import COLUMNS
from explorer.observations.delivered import SITE_TABLE
from explorer.observations.eight_days import (
    EIGHT_DAYS,
    STEPS,
    EightDayTable,
    lengths,
    spread_months,
)
from explorer.observations.fluxnet import DELIVERED_NAMES
from explorer.tables.periods import days_in_months

WHERE = "the monthly tower files"
GRASSLAND = "GRA"  # IGBP's letters


def load_monthly_steps(
    folder: Path, quality: float, without: Collection[str], vegetation: str = GRASSLAND
) -> list[EightDayTable]:
    """Read the monthly files of a folder that are of one vegetation, sorted by site.

    Parameters
    ----------
    folder : path
        With the files and ``FluxNET_sites.csv``, which tells the vegetation.
    quality : float
        Least NEE_VUT_REF_QC of a month.
    without : collection of str
        Sites that must not be among them, as they are tested, or known day by day.
    vegetation : str
        IGBP's letters.

    Raises
    ------
    SourceError
        When a file cannot be read.
    SchemaError
        Names file and line of each fault.
    """
    faults: list[str] = []
    wanted = _sites(folder / SITE_TABLE, vegetation, faults) - {each.upper() for each in without}
    tables = []
    for path in sorted(folder.iterdir()):
        named = DELIVERED_NAMES["MM"].fullmatch(path.name)
        if named is None or named[1].upper() not in wanted:
            continue
        table = _read(named[1], path, quality, faults)
        if table is not None:
            tables.append(table)
    if faults:
        raise SchemaError(faults, WHERE)
    return tables


def _sites(path: Path, vegetation: str, faults: list[str]) -> set[str]:
    table = taken_apart(path.name, read_bytes(path), faults)
    if table is None or not {"SITE_ID", "IGBP"} <= set(table.columns):
        faults.append(f"{path.name}: expected the columns SITE_ID and IGBP")
        return set()
    return {
        line.values["SITE_ID"].upper() for line in table.lines if line.values["IGBP"] == vegetation
    }


def _read(site: str, path: Path, quality: float, faults: list[str]) -> EightDayTable | None:
    found: list[str] = []
    wanted = {column.name for column in COLUMNS.values()} | {"TIMESTAMP"}
    table = taken_apart(path.name, read_bytes(path), found, only=wanted)
    months = None if table is None else _months(table, found)
    faults += shortened(found, path.name)
    if found or not months:
        return None
    years = sorted({year for year, _ in months})
    year = np.repeat(np.arange(years[0], years[-1] + 1), STEPS)
    step = np.tile(np.arange(1, STEPS + 1), years[-1] - years[0] + 1)
    empty = EightDayTable(site, year, step, {}, lengths(year * STEPS + step - 1))
    values = {}
    for place, name in enumerate(COLUMNS):
        by_year = {
            each: np.array([months.get((each, month), _NOTHING)[place] for month in range(1, 13)])
            for each in range(years[0], years[-1] + 1)
        }
        values[name] = spread_months(by_year, empty)
    values["precip"] = values["precip"] * empty.days
    for name in ("re", "re_day"):
        values[name] = _mid_months(months, list(COLUMNS).index(name), quality, year, step)
    return EightDayTable(site, year, step, values, empty.days)


_NOTHING = [np.nan] * len(COLUMNS)


def _months(table: Table, faults: list[str]) -> dict[tuple[int, int], list[float]]:
    """Return (year, month) -> the values in the order of ``COLUMNS``."""
    months = {}
    for line in table.lines:
        values = Values(line, faults)
        stamp = line.values.get("TIMESTAMP", "")
        if not re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])", stamp):
            values.refuse(f"TIMESTAMP = {stamp!r}: expected YYYYMM, as in a monthly file (…_MM_…)")
            continue
        months[int(stamp[:4]), int(stamp[4:])] = [
            values.number(column.name, column.low, column.high, column.unit, optional=True)
            if column.name in table.columns
            else np.nan
            for column in COLUMNS.values()
        ]
    return months


def _mid_months(
    months: dict[tuple[int, int], list[float]],
    place: int,
    quality: float,
    year: np.ndarray,
    step: np.ndarray,
) -> np.ndarray:
    """Return a flux at the step that holds the middle of each good month, NaN at the others."""
    at = np.full(year.size, np.nan)
    good = list(COLUMNS).index("quality")
    for (each, month), row in months.items():
        if not row[good] >= quality:
            continue
        before = days_in_months(each)[: month - 1].sum()
        middle = int((before + days_in_months(each)[month - 1] / 2) // EIGHT_DAYS) + 1
        at[(year == each) & (step == middle)] = row[place]
    return at
