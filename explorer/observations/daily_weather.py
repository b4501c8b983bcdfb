"""Daily files of FLUXNET2015 as downloaded: weather and carbon fluxes that a model is run against.

A renamed file is read as well. The file does not say where the tower stands; its potential
radiation (``SW_IN_POT``) does, see ``latitude_from_sun``.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from explorer.equations.radiation import extraterrestrial_radiation
from explorer.errors import SchemaError, SourceError
from explorer.observations.csv_table import read_bytes
from explorer.observations.fluxnet_days import Column, DailyTower, read_days
from explorer.units import SECONDS_PER_DAY

OTHER_STEPS = re.compile(r"FLX_[A-Z]{2}-\w{3}_FLUXNET2015_\w+_(MM|YY|WW|HH|HR)_.*\.csv", re.I)


WEATHER = {
    "t_mean": Column("TA_F", "degC", -80, 60),
    "radiation": Column("SW_IN_F", "W m-2", -20, 700),
    "vpd": Column("VPD_F", "hPa", -1, 150),
    "precipitation": Column("P_F", "mm d-1", 0, 2000),
}
FLUXES = {
    "gpp": Column("GPP_NT_VUT_REF", "g C m-2 d-1", -100, 150),
    "er": Column("RECO_NT_VUT_REF", "g C m-2 d-1", -100, 150),
    "nee": Column("NEE_VUT_REF", "g C m-2 d-1", -150, 150),
}
COLUMNS = {
    **WEATHER,
    **FLUXES,
    "quality": Column("NEE_VUT_REF_QC", "1", 0, 1),
    "potential": Column("SW_IN_POT", "W m-2", 0, 700, required=False),
}
LONGEST_GAP = 7
"""Days without weather that are filled linearly in time; a longer gap is a fault."""

_POLAR = 75.0


def whole_years(tower: DailyTower, first: int, last: int) -> DailyTower:
    """Return the days of some years, both included, with short gaps of the weather filled.

    Raises
    ------
    SchemaError
        When a year is not in the file as a whole, or its weather has a long gap.
    """
    faults = _lacking_years(tower, range(first, last + 1))
    rows = (tower.years >= first) & (tower.years <= last)
    values = {name: each[rows] for name, each in tower.values.items()}
    dates = tower.dates[rows]
    if not faults:
        for name, column in WEATHER.items():
            values[name] = _filled(values[name], dates, column, faults)
    if faults:
        raise SchemaError(faults, tower.file)
    return DailyTower(tower.site, tower.file, dates, values)


def _lacking_years(tower: DailyTower, years: Sequence[int]) -> list[str]:
    there, counts = np.unique(tower.years, return_counts=True)
    held = dict(zip(there.tolist(), counts.tolist(), strict=True))
    span = f"the file has {there[0]} to {there[-1]}"
    faults = []
    for year in years:
        days = int((np.datetime64(f"{year + 1}", "D") - np.datetime64(f"{year}", "D")).astype(int))
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
    tower = read_days(path.name, read_bytes(path), COLUMNS, faults, every_day=True)
    if tower is None:
        raise SchemaError(faults, "the daily file")
    return tower


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
