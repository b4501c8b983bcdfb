"""Tables of 8-day steps made of days: 46 a year, counted from 1 January, gaps and quality told."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.observations.fluxnet_days import DailyTower
from explorer.tables.periods import EIGHT_DAYS

STEPS = 46
SUMMED = ("precip",)
"""What adds up over a step; all else is averaged."""
MOST_MISSING = 0.25
"""Share of the days of a step that may lack weather."""


@dataclass(frozen=True, eq=False, repr=False)
class EightDayTable:
    """One row a step, of one site, every step from its first day to its last."""

    site: str
    year: np.ndarray  # (rows,)
    step: np.ndarray  # (rows,) 1 to 46
    values: dict[str, np.ndarray]  # (rows,) means of the days, sums of ``SUMMED``; NaN = missing
    days: np.ndarray  # (rows,) length of the step: 8, and 5 or 6 at the end of a year
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<EightDayTable {self.site}: {self.step.size} steps>"

    @property
    def number(self) -> np.ndarray:
        """Steps counted through all years, so that neighbours differ by one."""
        return self.year * STEPS + self.step - 1

    @property
    def southern(self) -> bool:
        """Whether the sun stands higher in January than in July."""
        light = self.values["radiation_top"]
        light = light if np.isfinite(light).any() else self.values["radiation"]
        summer = np.isin(self.step, np.arange(20, 28))
        winter = np.isin(self.step, [*range(43, 47), *range(1, 5)])
        with np.errstate(invalid="ignore"):
            return bool(_mean(light[winter]) > _mean(light[summer]))


def step_of(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return year and step, 1 to 46, of days; a year's last step takes what is left of it.

    Parameters
    ----------
    days : array of datetime64[D]
    """
    years = days.astype("datetime64[Y]")
    day = (days - years.astype("datetime64[D]")).astype(int)
    return years.astype(int) + 1970, day // EIGHT_DAYS + 1


def eight_day_table(tower: DailyTower, quality: float) -> EightDayTable:
    """Return the steps of a tower.

    Respiration of a step is the mean of those of its days whose NEE_VUT_REF_QC is at least
    ``quality``; where they are fewer than half, it is missing. Weather is the mean of its days,
    rain their sum, scaled up where days lack; a step with more than a quarter missing has none.

    Parameters
    ----------
    tower : DailyTower
    quality : float
        Least share of measured or well filled half-hours of a day.
    """
    year, step = step_of(tower.dates)
    number = year * STEPS + step - 1
    rows = np.arange(number[0], number[-1] + 1)
    row = number - rows[0]
    length = lengths(rows)
    good = tower.values["quality"] >= quality
    values = {}
    for name, column in tower.values.items():
        target = name in ("re", "re_day")
        mean, count = _means(np.where(good, column, np.nan) if target else column, row, rows.size)
        enough = count >= (0.5 if target else 1 - MOST_MISSING) * length
        mean = np.where(enough, mean, np.nan)
        values[name] = mean * length if name in SUMMED else mean
    notes = []
    lacking = int((~np.isfinite(values["re"])).sum())
    if lacking:
        notes.append(
            f"{tower.site}: {lacking} of {rows.size} steps have no respiration: fewer than half of "
            f"their days reach NEE_VUT_REF_QC {quality:g}"
        )
    weather = [values[name] for name in ("t_air", "radiation", "precip")]
    without = int((~np.isfinite(np.stack(weather)).all(axis=0)).sum())
    if without:
        notes.append(f"{tower.site}: {without} of {rows.size} steps lack weather")
    return EightDayTable(tower.site, rows // STEPS, rows % STEPS + 1, values, length, tuple(notes))


def mid_days(year: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Return the day of the year, from 0, in the middle of each step."""
    return (np.asarray(step) - 1) * EIGHT_DAYS + lengths(np.asarray(year) * STEPS + step - 1) / 2


def spread_months(months: Mapping[int, np.ndarray], table: EightDayTable) -> np.ndarray:
    """Return monthly values at the steps of a table, by lines between the middles of months.

    Parameters
    ----------
    months : mapping of year -> (12,)
        Of every year of the table; NaN = missing.
    table : EightDayTable
    """
    years = np.unique(table.year)
    values = np.concatenate([months[year] for year in years])
    at = np.concatenate([_middles(year) for year in years])
    start = np.array([np.datetime64(f"{year:04d}-01-01", "D").astype(int) for year in table.year])
    known = np.isfinite(values)
    if not known.any():
        return np.full(table.step.size, np.nan)
    return np.interp(start + mid_days(table.year, table.step), at[known], values[known])


def _middles(year: int) -> np.ndarray:
    firsts = np.arange(f"{year:04d}-01", f"{year + 1:04d}-02", dtype="datetime64[M]")
    edges = firsts.astype("datetime64[D]").astype(float)
    return (edges[:-1] + edges[1:]) / 2


def lengths(number: np.ndarray) -> np.ndarray:
    """Return the days of steps that are counted through all years."""
    year, step = number // STEPS, number % STEPS + 1
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return np.where(step == STEPS, 5 + leap, EIGHT_DAYS).astype(float)


def _means(column: np.ndarray, row: np.ndarray, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the known values of each row, and how many there are."""
    known = np.isfinite(column)
    count = np.bincount(row[known], minlength=rows)
    total = np.bincount(row[known], weights=column[known], minlength=rows)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan), count


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else np.nan
