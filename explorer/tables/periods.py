"""Periods: the steps of a year that a result has, of one year or several."""

from calendar import monthrange
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from explorer.tables.unit import DAYS, Unit

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ORDINARY_YEAR = 2010
EIGHT_DAYS = 8

Kind = Literal["year", "month", "8 days", "day"]


class Period(NamedTuple):
    """What is looked at: one step of a year (counted from 1), or the whole year (None)."""

    step: int | None = None
    year: int | None = None  # None = the first year there is

    @property
    def yearly(self) -> bool:
        """Whether it is a whole year."""
        return self.step is None


YEAR = Period()


@dataclass(frozen=True)
class Periods:
    """The periods of a result. A climatology has one year, without a number."""

    kind: Kind
    years: tuple[int | None, ...] = (None,)

    @cached_property
    def steps(self) -> int:
        """Number of steps in a year; 1 where there is nothing but the year."""
        return len(self.names)

    @property
    def annual(self) -> bool:
        """Whether there is nothing finer than the year."""
        return self.kind == "year"

    @property
    def count(self) -> int:
        """Number of steps of all years."""
        return self.steps * len(self.years)

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each step of a year."""
        if self.annual:
            return ("year",)
        if self.kind == "month":
            return MONTHS
        return tuple(f"{day} {MONTHS[month - 1]}" for month, day in self._starts)

    @property
    def adverb(self) -> str:
        """How a series of the steps is called: Monthly NEP."""
        return {"year": "Annual", "month": "Monthly", "8 days": "8-day", "day": "Daily"}[self.kind]

    @cached_property
    def per(self) -> str:
        """The time that an amount of one step is given per, in a unit."""
        return {"year": "yr", "month": "month"}.get(self.kind, "")

    @property
    def _starts(self) -> list[tuple[int, int]]:
        """Month and day on which each step of 8 days, or each day, begins in an ordinary year."""
        length = EIGHT_DAYS if self.kind == "8 days" else 1
        first = np.datetime64(f"{ORDINARY_YEAR}-01-01") + np.arange(0, 365, length)
        return [(int(str(day)[5:7]), int(str(day)[8:])) for day in first]

    def days(self, year: int | None = None) -> np.ndarray:
        """Return the length of each step, [d]; a climatology has an ordinary year's."""
        if self.kind == "month":
            return days_in_months(year)
        whole = 366 if year is not None and monthrange(year, 2)[1] == 29 else 365
        if self.annual:
            return np.array([whole], dtype=np.float32)
        # The last step takes what is left of the year.
        length = EIGHT_DAYS if self.kind == "8 days" else 1
        starts = np.arange(0, 365, length)
        return np.diff(starts, append=whole).astype(np.float32)

    def rows(self, period: Period) -> slice:
        """Return where a period stands among the steps of all years.

        Raises
        ------
        ValueError
            When there is no such year or step.
        """
        first = self.steps * self._position(period.year)
        if period.step is None:
            return slice(first, first + self.steps)
        if not 1 <= period.step <= self.steps:
            raise ValueError(f"step {period.step}: expected 1 to {self.steps} ({self.kind})")
        return slice(first + period.step - 1, first + period.step)

    def month(self, period: Period) -> int:
        """Return the month, 1 to 12, in which a step begins."""
        if period.step is None or self.annual:
            raise ValueError("a year has no month")
        return period.step if self.kind == "month" else self._starts[period.step - 1][0]

    def each(self, year: int | None = None) -> list[Period]:
        """Return the steps of a year."""
        return [Period(step, year) for step in range(1, self.steps + 1)]

    def all(self) -> list[Period]:
        """Return the steps of all years."""
        return [period for year in self.years for period in self.each(year)]

    def weights(self, unit: Unit, period: Period) -> np.ndarray:
        """Return what each step of a period is multiplied by to make its value, (steps,).

        Amounts per step are summed, rates per day, second or month are summed over the days, what
        is no rate is averaged. One step is itself.
        """
        if not period.yearly:
            return np.ones(1)
        if not unit.is_rate:
            return np.full(self.steps, 1 / self.steps)
        if unit.per == self.per:
            return np.ones(self.steps)
        if unit.per in DAYS:
            return self.days(period.year or self.years[0]).astype(float) / DAYS[unit.per]
        if unit.per == "yr":
            return np.full(self.steps, 1 / self.steps)
        return self._months(period.year or self.years[0])

    def over_year(self, values: np.ndarray, unit: Unit, year: int | None = None) -> float:
        """Return what the steps of a year make together, (steps,); see ``weights``."""
        if not unit.is_rate:
            return float(values.mean())
        if unit.per == self.per:
            return float(values.sum())
        return float((values * self.weights(unit, Period(None, year))).sum())

    def _months(self, year: int | None) -> np.ndarray:
        """Return how many months each step is, by the month in which it begins."""
        if self.annual:
            return np.array([12.0])
        of_month = days_in_months(year)[[month - 1 for month, _ in self._starts]]
        return self.days(year).astype(float) / of_month

    def label(self, period: Period) -> str:
        """Say which period it is: ``Jul 2010``, ``year``."""
        name = "year" if period.step is None or self.annual else self.names[period.step - 1]
        year = self.years[self._position(period.year)]
        return name if year is None else f"{name} {year}"

    def slug(self, period: Period) -> str:
        """Return the period as part of a file's name: ``jul``, ``year``, ``9-jan_2011``."""
        name = "year" if period.step is None or self.annual else self.names[period.step - 1]
        year = f"_{self.years[self._position(period.year)]}" if len(self.years) > 1 else ""
        return name.lower().replace(" ", "-") + year

    def date(self, period: Period) -> str:
        """Return a period as ISO 8601: ``2010-07``, ``2010``, ``2010-01-09``.

        A climatology has no year: ``--07``, ``--01/--12``.
        """
        number = self.years[self._position(period.year)]
        if period.step is None or self.annual:
            return "--01/--12" if number is None else f"{number:04d}"
        year = "-" if number is None else f"{number:04d}"
        if self.kind == "month":
            return f"{year}-{period.step:02d}"
        month, day = self._starts[period.step - 1]
        return f"{year}-{month:02d}-{day:02d}"

    def _position(self, year: int | None) -> int:
        if year is None:
            return 0
        if year not in self.years:
            raise ValueError(f"year {year}: expected one of {', '.join(map(str, self.years))}")
        return self.years.index(year)


def days_in_months(year: int | None) -> np.ndarray:
    """Days of the twelve months, [d]; a climatology has an ordinary year's."""
    return np.array(
        [monthrange(year or ORDINARY_YEAR, month)[1] for month in range(1, 13)], dtype=np.float32
    )
