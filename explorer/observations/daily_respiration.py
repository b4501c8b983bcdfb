"""Daily files of FLUXNET2015 as downloaded: ecosystem respiration and weather of each day.

Read are the columns that respiration is estimated from and held against; everything else of the
hundred columns is passed over.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explorer.errors import SchemaError
from explorer.observations.csv_table import Line, Values, shortened, taken_apart
from explorer.observations.delivered import delivered
from explorer.observations.fluxnet import DELIVERED_NAMES

WHERE = "the daily tower files"


class Column(NamedTuple):
    """A column of a daily file: what it holds, and within which limits it is believed."""

    name: str
    low: float
    high: float
    unit: str
    required: bool = True


COLUMNS: dict[str, Column] = {
    "re": Column("RECO_NT_VUT_REF", -20.0, 60.0, "g C m-2 d-1"),
    "re_day": Column("RECO_DT_VUT_REF", -20.0, 60.0, "g C m-2 d-1", required=False),
    "quality": Column("NEE_VUT_REF_QC", 0.0, 1.0, ""),
    "t_air": Column("TA_F", -80.0, 60.0, "degC"),
    "radiation": Column("SW_IN_F", -20.0, 600.0, "W m-2"),
    "radiation_top": Column("SW_IN_POT", 0.0, 600.0, "W m-2", required=False),
    "precip": Column("P_F", 0.0, 2000.0, "mm d-1"),
    "pressure": Column("PA_F", 40.0, 115.0, "kPa", required=False),
}
"""RECO_NT is fitted to the nights, RECO_DT to the days; both are estimates, not measurements."""


@dataclass(frozen=True, eq=False, repr=False)
class DailyTower:
    """What one tower measured, day by day."""

    site: str
    days: np.ndarray  # (days,) datetime64[D], rising
    values: dict[str, np.ndarray]  # name of COLUMNS -> (days,), NaN = missing
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<DailyTower {self.site}: {self.days.size} days>"


def load_daily(paths: Sequence[Path]) -> tuple[DailyTower, ...]:
    """Read daily files, archives and folders of them, sorted by site; all faults at once.

    Raises
    ------
    SourceError
        When a file is missing, too large or cannot be unpacked, or a folder holds no daily file.
    SchemaError
        Names file and line of each fault.
    """
    found = delivered(list(paths), "DD")
    faults: list[str] = []
    towers: dict[str, DailyTower] = {}
    for name, content in found.files.items():
        if not DELIVERED_NAMES["DD"].fullmatch(name):
            continue  # a table of places
        tower = read_daily(name, content, faults)
        if tower is None:
            continue
        if tower.site in towers:
            faults.append(f"{name}: {tower.site} appears twice (also in another file); delete one")
        towers[tower.site] = tower
    if not towers and not faults:
        faults.append("no daily file; expected FLX_*_FLUXNET2015_*_DD_*.csv, as downloaded")
    if faults:
        raise SchemaError(faults, WHERE)
    return tuple(towers[site] for site in sorted(towers))


def read_daily(name: str, content: bytes, faults: list[str]) -> DailyTower | None:
    """Read one daily file; None, and faults, when it is none.

    Parameters
    ----------
    name : str
        As downloaded; it tells the site.
    content : bytes
    faults : list
        What is wrong is added to it, with its line.
    """
    named = DELIVERED_NAMES["DD"].fullmatch(name)
    if named is None:
        faults.append(f"{name}: expected a name as FLX_SITE_FLUXNET2015_SUBSET_DD_*.csv")
        return None
    wanted = {column.name for column in COLUMNS.values()} | {"TIMESTAMP"}
    found: list[str] = []
    table = taken_apart(name, content, found, only=wanted)
    if table is None:
        faults += found
        return None
    lacking = [
        column.name
        for column in (Column("TIMESTAMP", 0, 0, ""), *COLUMNS.values())
        if column.required and column.name not in table.columns
    ]
    if lacking:
        faults.append(f"{name}, line 1: without column {', '.join(lacking)}")
        return None
    days, rows = [], []
    for line in table.lines:
        values = Values(line, found)
        day = _day(values, line)
        rows.append([_number(values, line, column) for column in COLUMNS.values()])
        days.append(day)
    stamps = np.array(days, dtype="datetime64[D]")
    if not found:
        found += _order_faults(name, stamps)
    if found:
        faults += shortened(found, name)
        return None
    columns = np.array(rows, dtype=float).reshape(len(rows), len(COLUMNS)).T
    return DailyTower(
        named[1].upper()[:3] + named[1][3:], stamps, dict(zip(COLUMNS, columns, strict=True))
    )


def _number(values: Values, line: Line, column: Column) -> float:
    if column.name not in line.values:
        return np.nan
    return values.number(column.name, column.low, column.high, column.unit, optional=True)


def _day(values: Values, line: Line) -> np.datetime64:
    """Return the day of a line; not a time, and a fault, when there is no such day."""
    stamp = line.values["TIMESTAMP"]
    if re.fullmatch(r"(19|20)\d{6}", stamp):
        try:
            return np.datetime64(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:]}", "D")
        except ValueError:
            pass
    values.refuse(f"TIMESTAMP = {stamp!r}: expected YYYYMMDD, as in a daily file (…_DD_…)")
    return np.datetime64("NaT")


def _order_faults(name: str, days: np.ndarray) -> list[str]:
    if not days.size:
        return [f"{name}: no day"]
    wrong = np.flatnonzero(np.diff(days) <= np.timedelta64(0, "D"))
    return [
        f"{name}, line {place + 3}: {days[place + 1]} after {days[place]}; days must rise"
        for place in wrong
    ]
