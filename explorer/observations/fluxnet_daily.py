"""Daily files of FLUXNET2015 (Pastorello et al. 2020), as downloaded: weather and carbon fluxes.

Read are ``FLX_*_DD_*.csv`` of SUBSET and FULLSET; a renamed file is read as well, and its site is
then called as the file. The file does not say where the tower stands; its potential radiation
(``SW_IN_POT``) does, see ``latitude_from_sun``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explorer.equations.radiation import extraterrestrial_radiation
from explorer.errors import SchemaError, SourceError
from explorer.observations.csv_table import Line, Table, Values, read_bytes, shortened, taken_apart
from explorer.units import SECONDS_PER_DAY

DAILY_NAME = re.compile(r"FLX_([A-Z]{2}-\w{3})_FLUXNET2015_\w+_DD_.*\.csv", re.IGNORECASE)
OTHER_STEPS = re.compile(r"FLX_[A-Z]{2}-\w{3}_FLUXNET2015_\w+_(MM|YY|WW|HH|HR)_.*\.csv", re.I)


class Column(NamedTuple):
    """One column: its name in the file, unit and accepted range."""

    name: str
    unit: str
    low: float
    high: float


WEATHER = {
    "t_mean": Column("TA_F", "degC", -80, 60),
    "radiation": Column("SW_IN_F", "W m-2", -20, 700),
    "vpd": Column("VPD_F", "hPa", -1, 150),
    "precipitation": Column("P_F", "mm d-1", 0, 2000),
}
POTENTIAL = Column("SW_IN_POT", "W m-2", 0, 700)
FLUXES = {
    "gpp": Column("GPP_NT_VUT_REF", "g C m-2 d-1", -100, 150),
    "er": Column("RECO_NT_VUT_REF", "g C m-2 d-1", -100, 150),
    "nee": Column("NEE_VUT_REF", "g C m-2 d-1", -150, 150),
}
QUALITY = Column("NEE_VUT_REF_QC", "1", 0, 1)
COLUMNS = (*WEATHER.values(), *FLUXES.values(), QUALITY)
LONGEST_GAP = 7
"""Days without weather that are filled linearly in time; a longer gap is a fault."""

_POLAR = 75.0


@dataclass(frozen=True, eq=False)
class DailyTower:
    """A daily file: values by name, NaN where there is none.

    Attributes
    ----------
    site, file : str
    dates : array of datetime64[D]
        One after the other, none left out.
    values : mapping of name -> array, (days,)
        Those of ``WEATHER`` and ``FLUXES``, ``quality`` [1] and ``potential`` [W m-2].
    """

    site: str
    file: str
    dates: np.ndarray
    values: Mapping[str, np.ndarray]

    @property
    def years(self) -> np.ndarray:
        """Year of each day."""
        return self.dates.astype("datetime64[Y]").astype(int) + 1970

    def of_years(self, first: int, last: int) -> "DailyTower":
        """Return the days of some years, both included, with short gaps of the weather filled.

        Raises
        ------
        SchemaError
            When a year is not in the file as a whole, or its weather has a long gap.
        """
        faults = self._lacking_years(range(first, last + 1))
        rows = (self.years >= first) & (self.years <= last)
        values = {name: each[rows] for name, each in self.values.items()}
        dates = self.dates[rows]
        if not faults:
            for name, column in WEATHER.items():
                values[name] = _filled(values[name], dates, column, faults)
        if faults:
            raise SchemaError(faults, self.file)
        return DailyTower(self.site, self.file, dates, values)

    def _lacking_years(self, years: Sequence[int]) -> list[str]:
        there, counts = np.unique(self.years, return_counts=True)
        held = dict(zip(there.tolist(), counts.tolist(), strict=True))
        span = f"the file has {there[0]} to {there[-1]}"
        faults = []
        for year in years:
            days = int(
                (np.datetime64(f"{year + 1}", "D") - np.datetime64(f"{year}", "D")).astype(int)
            )
            if held.get(year, 0) != days:
                got = f"{held[year]} of {days} days" if year in held else "no day"
                faults.append(f"{year}: {got} ({span}); give years that it has as a whole")
        return faults


def read_daily(path: str | Path) -> DailyTower:
    """Read a daily file.

    Raises
    ------
    SourceError
        When the file is missing, too large, or of monthly, yearly or half-hourly values.
    SchemaError
        Names every missing column, and the line of each value that is no number or out of range.
    """
    path = Path(path)
    if OTHER_STEPS.fullmatch(path.name):
        raise SourceError(
            f"{path.name}: not a daily file; expected FLX_SITE_FLUXNET2015_*_DD_*.csv of the same "
            "download"
        )
    faults: list[str] = []
    table = taken_apart(path.name, read_bytes(path), faults)
    if table is not None:
        faults += _header_faults(table)
    if faults or table is None:
        raise SchemaError(shortened(faults, path.name), "the daily file")
    tower = _tower(table, faults)
    if faults:
        raise SchemaError(shortened(faults, path.name), "the daily file")
    return tower


def _header_faults(table: Table) -> list[str]:
    if "TIMESTAMP" not in table.columns:
        return [
            f"{table.name}, line 1: no column TIMESTAMP; expected a daily file of FLUXNET2015 "
            "(FLX_*_DD_*.csv)"
        ]
    lacking = [column.name for column in COLUMNS if column.name not in table.columns]
    faults = [f"{table.name}, line 1: without column {', '.join(lacking)}"] if lacking else []
    if not table.lines:
        faults.append(f"{table.name}: no day; expected a line for each")
    return faults


def _tower(table: Table, faults: list[str]) -> DailyTower:
    dates = [_date(line, faults) for line in table.lines]
    has_potential = POTENTIAL.name in table.columns
    wanted = {**WEATHER, **FLUXES, "quality": QUALITY}
    if has_potential:
        wanted["potential"] = POTENTIAL
    values = {name: np.empty(len(table.lines)) for name in wanted}
    for row, line in enumerate(table.lines):
        cell = Values(line, faults)
        for name, column in wanted.items():
            values[name][row] = cell.number(
                column.name, column.low, column.high, column.unit, optional=True
            )
    if not has_potential:
        values["potential"] = np.full(len(table.lines), np.nan)
    named = DAILY_NAME.fullmatch(table.name)
    days = np.array(dates, dtype="datetime64[D]")
    if not faults:
        _require_each_day(table, days, faults)
    return DailyTower(named[1] if named else Path(table.name).stem, table.name, days, values)


def _date(line: Line, faults: list[str]) -> np.datetime64:
    stamp = line.values["TIMESTAMP"]
    try:
        if not re.fullmatch(r"(19|20)\d{6}", stamp):
            raise ValueError(stamp)
        return np.datetime64(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:]}", "D")
    except ValueError:
        faults.append(f"{line.where}: TIMESTAMP = {stamp[:20]!r}: expected YYYYMMDD, a day")
        return np.datetime64("NaT", "D")


def _require_each_day(table: Table, days: np.ndarray, faults: list[str]) -> None:
    """Add a fault for each place where the next line is not the next day."""
    steps = np.diff(days).astype(int)
    for row in np.flatnonzero(steps != 1):
        line = table.lines[row + 1]
        faults.append(
            f"{line.where}: {days[row + 1]} after {days[row]}: expected the next day; add the days "
            "that are missing, with -9999"
        )


def _filled(values: np.ndarray, dates: np.ndarray, column: Column, faults: list[str]) -> np.ndarray:
    """Fill short gaps linearly in time; name each long one."""
    known = np.isfinite(values)
    if known.all():
        return values
    edges = np.flatnonzero(np.diff(np.concatenate([[True], known, [True]]).astype(int)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start > LONGEST_GAP:
            faults.append(
                f"{column.name}: no value from {dates[start]} to {dates[end - 1]}; at most "
                f"{LONGEST_GAP} days in a row are filled; choose years without this gap"
            )
    if not known.any():
        return values
    rows = np.arange(values.size)
    return np.interp(rows, rows[known], values[known])


def latitude_from_sun(tower: DailyTower) -> float:
    """Return the latitude whose course of light above the air fits the file's own.

    Least squares of FAO-56, Eq. 21, times any solar constant. Where the sun tells no latitude, as
    in a file without ``SW_IN_POT``, it is NaN. [degrees]
    """
    known = np.isfinite(tower.values["potential"])
    if known.sum() < 300:
        return float("nan")
    first = tower.dates.astype("datetime64[Y]").astype("datetime64[D]")
    day = ((tower.dates - first).astype(int) + 1)[known]
    seen = tower.values["potential"][known]

    def misfit(latitudes: np.ndarray) -> np.ndarray:
        ra = np.asarray(extraterrestrial_radiation(np.deg2rad(latitudes)[:, None], day), float)
        ra = ra * 1e6 / SECONDS_PER_DAY
        scale = (ra * seen).sum(axis=1, keepdims=True) / (ra**2).sum(axis=1, keepdims=True)
        return ((scale * ra - seen) ** 2).sum(axis=1)

    centre, width = 0.0, _POLAR
    while width > 0.005:
        count = 301 if width == _POLAR else 11
        around = np.linspace(centre - width, centre + width, count)
        centre, width = (
            float(around[misfit(around).argmin()]),
            width * (0.02 if count > 11 else 0.2),
        )
    return centre
