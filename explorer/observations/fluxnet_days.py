"""Days of one tower as FLUXNET2015 delivers them (Pastorello et al. 2020): ``FLX_*_DD_*.csv``.

Which columns are read, and within which limits they are believed, is said by a table of ``Column``;
everything else of the hundred columns is passed over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explorer.observations.csv_table import Line, Table, Values, shortened, taken_apart
from explorer.observations.fluxnet import DELIVERED_NAMES

STAMP = "TIMESTAMP"


class Column(NamedTuple):
    """A column of a daily file: its name there, unit, and within which limits it is believed."""

    name: str
    unit: str
    low: float
    high: float
    required: bool = True


@dataclass(frozen=True, eq=False, repr=False)
class DailyTower:
    """What one tower measured, day by day.

    Attributes
    ----------
    site, file : str
        A renamed file's site is called as the file.
    dates : array of datetime64[D], (days,)
        Rising.
    values : mapping of name -> array, (days,)
        NaN where there is none, and all NaN where the file has no such column.
    """

    site: str
    file: str
    dates: np.ndarray
    values: Mapping[str, np.ndarray]

    def __repr__(self) -> str:
        return f"<DailyTower {self.site}: {self.dates.size} days>"

    @property
    def years(self) -> np.ndarray:
        """Year of each day."""
        return self.dates.astype("datetime64[Y]").astype(int) + 1970


def read_days(
    name: str,
    content: bytes,
    columns: Mapping[str, Column],
    faults: list[str],
    *,
    every_day: bool = False,
) -> DailyTower | None:
    """Read some columns of a daily file; None, and faults, when it is none.

    Parameters
    ----------
    name : str
        Of the file; as downloaded, it tells the site.
    content : bytes
    columns : mapping of Column
        By the name that their values get.
    faults : list
        What is wrong is added to it, with its line.
    every_day : bool
        Whether no day may be left out; else days must rise.
    """
    found: list[str] = []
    wanted = {column.name for column in columns.values()} | {STAMP}
    table = taken_apart(name, content, found, only=wanted)
    if table is not None:
        found += _header_faults(table, columns)
    if table is None or found:
        faults += shortened(found, name)
        return None
    there = {each: column for each, column in columns.items() if column.name in table.columns}
    values = {each: np.full(len(table.lines), np.nan) for each in columns}
    dates = np.empty(len(table.lines), dtype="datetime64[D]")
    for row, line in enumerate(table.lines):
        cell = Values(line, found)
        dates[row] = _date(cell, line)
        for each, column in there.items():
            values[each][row] = cell.number(
                column.name, column.low, column.high, column.unit, optional=True
            )
    if not found:
        found += _order_faults(table, dates, every_day)
    if found:
        faults += shortened(found, name)
        return None
    named = DELIVERED_NAMES["DD"].fullmatch(name)
    site = named[1].upper()[:3] + named[1][3:] if named else Path(name).stem
    return DailyTower(site, name, dates, values)


def _header_faults(table: Table, columns: Mapping[str, Column]) -> list[str]:
    where = f"{table.name}, line 1"
    if STAMP not in table.columns:
        return [
            f"{where}: no column {STAMP}; expected a daily file of FLUXNET2015 (FLX_*_DD_*.csv)"
        ]
    lacking = [
        column.name
        for column in columns.values()
        if column.required and column.name not in table.columns
    ]
    faults = [f"{where}: without column {', '.join(lacking)}"] if lacking else []
    if not table.lines:
        faults.append(f"{table.name}: no day; expected a line for each")
    return faults


def _date(values: Values, line: Line) -> np.datetime64:
    """Return the day of a line; not a time, and a fault, when there is no such day."""
    stamp = line.values[STAMP]
    if re.fullmatch(r"(19|20)\d{6}", stamp):
        try:
            return np.datetime64(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:]}", "D")
        except ValueError:
            pass
    values.refuse(f"{STAMP} = {stamp[:20]!r}: expected YYYYMMDD, as in a daily file (…_DD_…)")
    return np.datetime64("NaT", "D")


def _order_faults(table: Table, dates: np.ndarray, every_day: bool) -> list[str]:
    """Return a fault for each line whose day does not follow the one before."""
    steps = np.diff(dates).astype(int)
    wrong = steps != 1 if every_day else steps <= 0
    cure = (
        "expected the next day; add the days that are missing, with -9999"
        if every_day
        else "days must rise"
    )
    return [
        f"{table.lines[row + 1].where}: {dates[row + 1]} after {dates[row]}: {cure}"
        for row in np.flatnonzero(wrong)
    ]
