"""A tower as a cell: its weather, what it observed, and its scores before and after calibration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import jax
import numpy as np

from explorer.analysis.scores import correlation, mean_bias, root_mean_square_error
from explorer.equations.day_course import range_from_transmissivity
from explorer.errors import ParameterError, SchemaError
from explorer.observations.daily_weather import latitude_from_sun, whole_years
from explorer.observations.fluxnet_days import DailyTower
from explorer.observations.site_index import SiteIndex
from explorer.systems.calibration.bounded import Space, as_arrays, defaults
from explorer.systems.calibration.co2 import mauna_loa
from explorer.systems.calibration.gradient import Calibrated, Problem, calibrate
from explorer.systems.calibration.misfit import (
    Observed,
    eight_day_blocks,
    inflated_error,
    month_blocks,
    observed,
    with_error,
)
from explorer.systems.calibration.model import SPIN_UP_YEARS, Day, run
from explorer.systems.calibration.parameters import SENSITIVE
from explorer.systems.calibration.weather import Course, Weather, course_of

FLUXES = ("gpp", "er", "nee")
QUALITY = 0.5
FREE = (*SENSITIVE, "p12", "p13")
"""Those of the paper, and the two that say when leaves come and fall: a tower sees the days."""
FEWEST_BLOCKS = 20
STARTS, ITERATIONS = 6, 18
FIRST_ERROR = 0.25
"""Error of a block mean over the spread of the days, before residuals tell it."""

RUN = jax.jit(run, static_argnums=3)


class Years(NamedTuple):
    """Two years and all between."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class FluxScores(NamedTuple):
    """How well a flux is met."""

    n: int  # days, or blocks of days
    rmse: float  # [g C m-2 d-1]
    r: float  # [1]
    diso: float  # [1]
    bias: float  # [g C m-2 d-1]


def diso(seen: np.ndarray, made: np.ndarray) -> float:
    """Return the distance between indices of simulation and observation.

    Ma et al. (2022), Eq. 12: sqrt[(R - 1)^2 + (AE / O)^2 + (RMSE / O)^2], with O the mean observed
    value; 0 is best. NaN where R is not defined.
    """
    mean = float(np.mean(seen))
    ae, rmse = mean_bias(seen, made) / mean, root_mean_square_error(seen, made) / mean
    return float(np.sqrt((correlation(seen, made) - 1) ** 2 + ae**2 + rmse**2))


def flux_scores(seen: np.ndarray, made: np.ndarray) -> FluxScores:
    """Return the scores of pairs without a gap."""
    return FluxScores(
        seen.size,
        root_mean_square_error(seen, made),
        correlation(seen, made),
        diso(seen, made),
        mean_bias(seen, made),
    )


@dataclass(frozen=True, eq=False)
class Site:
    """A tower in some years, ready to be run.

    Attributes
    ----------
    tower : DailyTower
        The years that are run, without a gap of weather.
    latitude : float
        [degrees]
    lai : SiteIndex, optional
        Leaf area by month.
    """

    tower: DailyTower
    latitude: float
    lai: SiteIndex | None = None

    @cached_property
    def weather(self) -> Weather:
        """Daily weather; the range of temperature is estimated, CO2 is that of Mauna Loa."""
        values, dates = self.tower.values, self.tower.dates
        first = dates.astype("datetime64[Y]").astype("datetime64[D]")
        above = np.where(values["potential"] > 1, values["potential"], np.nan)
        share = np.nan_to_num(values["radiation"] / above, nan=0.5)
        return Weather(
            day=(dates - first).astype(int) + 1,
            t_mean=values["t_mean"],
            t_range=np.asarray(range_from_transmissivity(share), float),
            radiation=np.maximum(values["radiation"], 0.0),
            vpd=np.maximum(values["vpd"], 0.0),
            precipitation=values["precipitation"],
            co2=mauna_loa(self.tower.years),
            latitude=np.asarray(self.latitude),
        )

    @cached_property
    def courses(self) -> tuple[Course, Course]:
        """The first year, and all years."""
        return course_of(self.weather.years(0, 0)), course_of(self.weather)

    def counted(self, years: Years) -> np.ndarray:
        """Return which days are of some years and of good enough quality."""
        of_years = (self.tower.years >= years.first) & (self.tower.years <= years.last)
        return of_years & (self.tower.values["quality"] >= QUALITY)

    def run(self, values: Mapping[str, float], spin_up: int = SPIN_UP_YEARS) -> Day:
        """Run the model on all days."""
        return RUN(as_arrays(dict(values)), *self.courses, spin_up)[1]

    def observed(self, name: str, years: Years, *, spread: bool = False) -> Observed:
        """Return what was observed of a variable: means of 8 days; leaf area by month.

        Their error is a quarter of the spread of the days, or, as the paper has it, the spread of
        the means.

        Raises
        ------
        SchemaError
            When too little was observed.
        """
        counts = self.counted(years)
        if name == "lai":
            block, values = month_blocks(self.tower.dates), self._daily_lai()
            counts = (self.tower.years >= years.first) & (self.tower.years <= years.last)
        else:
            block, values = eight_day_blocks(self.tower.dates), self.tower.values[name]
        seen = observed(block, values, counts)
        known = int((np.asarray(seen.weight) > 0).sum())
        least = 6 if name == "lai" else FEWEST_BLOCKS
        if known < least:
            raise SchemaError(
                [
                    f"{name}: {known} means with values in {years}; expected at least {least}. "
                    "Choose other years, or another file"
                ],
                self.tower.file,
            )
        if spread:
            return seen
        error = FIRST_ERROR * float(np.nanstd(np.where(counts, values, np.nan)))
        return with_error(seen, np.array(error))

    def _daily_lai(self) -> np.ndarray:
        """Return the leaf area of the month of each day; NaN where there is none."""
        assert self.lai is not None  # `load` has asked for it
        known = self.lai.values.get(self.tower.site, {})
        months = self.tower.dates.astype("datetime64[M]").astype(int)
        table = {(year - 1970) * 12 + month - 1: value for (year, month), value in known.items()}
        return np.array([table.get(int(month), np.nan) for month in months])

    def scores(self, days: Day, years: Years, *, blocks: bool = False) -> dict[str, FluxScores]:
        """Return the scores of each flux, of days or of means of eight days."""
        found = {}
        for name in FLUXES:
            seen, made = self.tower.values[name], np.asarray(getattr(days, name), float)
            counts = self.counted(years) & np.isfinite(seen)
            if blocks:
                block = eight_day_blocks(self.tower.dates)
                means = observed(block, np.stack([seen, made]), np.stack([counts, counts]))
                known = np.asarray(means.weight)[0] > 0
                seen, made = (np.asarray(row)[known] for row in means.mean)
            else:
                seen, made = seen[counts], made[counts]
            if seen.size < FEWEST_BLOCKS:
                raise SchemaError(
                    [f"{name}: {seen.size} days of good quality in {years}; expected at least "
                     f"{FEWEST_BLOCKS}"],
                    self.tower.file,
                )  # fmt: skip
            found[name] = flux_scores(seen, made)
        return found


def load(
    tower: DailyTower, years: Years, check: Years, latitude: float | None, lai: SiteIndex | None
) -> Site:
    """Return a tower from the first to the last of the years that are used.

    Raises
    ------
    ParameterError
        When years overlap, the latitude is not known, or the file of leaf area lacks the site.
    SchemaError
        When the file lacks a year, or its weather has a long gap.
    """
    if years.first <= check.last and check.first <= years.last:
        raise ParameterError(
            f"--check {check}: overlaps --years {years}; a check is of years that were not used"
        )
    if latitude is None:
        latitude = latitude_from_sun(tower)
        if not np.isfinite(latitude):
            raise ParameterError(
                f"{tower.file}: without a year of SW_IN_POT, which tells the latitude; give "
                "--latitude"
            )
    if lai is not None and lai.kind != "lai":
        raise ParameterError(f"--lai {lai.name}: holds NDVI; expected leaf area (column lai)")
    if lai is not None and tower.site not in lai.values:
        some = ", ".join(sorted(lai.values)[:8])
        raise ParameterError(
            f"--lai {lai.name}: no value of the site {tower.site}; it has {some}"
            f"{', …' if len(lai.values) > 8 else ''}"
        )
    first, last = min(years.first, check.first), max(years.last, check.last)
    return Site(whole_years(tower, first, last), float(latitude), lai)


class Outcome(NamedTuple):
    """What a calibration of a tower came to."""

    calibrated: Calibrated
    values: dict[str, float]  # every parameter
    errors: dict[str, float]  # of a mean, by variable that was fitted
    method: str
    remarks: tuple[str, ...] = ()


def calibrate_site(
    site: Site,
    years: Years,
    on: tuple[str, ...],
    free: tuple[str, ...] = FREE,
    *,
    proceed: Callable[[float], bool] = lambda share: True,
) -> Outcome:
    """Calibrate the parameters of a tower by gradient, twice.

    The first search weights all means alike; its residuals tell the error of a mean and how much
    neighbours resemble each other (``inflated_error``), and the second search, from the best point
    of the first, weights with that.

    Parameters
    ----------
    site : Site
    years : Years
        To calibrate on.
    on : tuple of str
        Variables to calibrate on.
    free : tuple of str
        Free parameters.
    """
    space = Space(free)
    seen = {name: site.observed(name, years) for name in on}
    plain = defaults()
    first_year, shorter, seen, last = until_the_last(site, years, seen)
    problem = Problem(_lead(first_year), _lead(shorter), _lead_seen(seen))
    found = calibrate(
        problem, space, plain, starts=STARTS, iterations=ITERATIONS,
        proceed=lambda share: proceed(0.6 * share),
    )  # fmt: skip
    assert found is not None  # nobody cancels a command
    values = plain | dict(zip(free, map(float, found.values[0]), strict=True))
    errors = {}
    days = site.run(values)
    for name, each in seen.items():
        made = np.asarray(getattr(days, name), float)[:last]
        misfit = _misfit(each, made)
        errors[name] = inflated_error(misfit, np.asarray(each.weight))
    seen = {name: with_error(each, np.array(errors[name])) for name, each in seen.items()}
    again = calibrate(
        problem._replace(seen=_lead_seen(seen)), space, plain, starts=STARTS,
        iterations=ITERATIONS, seed=1, proceed=lambda share: proceed(0.6 + 0.4 * share),
    )  # fmt: skip
    assert again is not None
    values = plain | dict(zip(free, map(float, again.values[0]), strict=True))
    return Outcome(replace(again, runs=again.runs + found.runs), values, errors, "gradient")


def until_the_last(
    site: Site, years: Years, seen: Mapping[str, Observed]
) -> tuple[Course, Course, dict[str, Observed], int]:
    """Return first year, course and observations without the days after some years, and how many.

    Days after the last that counts cannot matter.
    """
    last = int(np.flatnonzero(site.tower.years <= years.last)[-1]) + 1
    first_year, course = site.courses
    shorter = Course(*(each[:last] for each in course))
    return first_year, shorter, {name: _until(each, last) for name, each in seen.items()}, last


def _misfit(seen: Observed, made: np.ndarray) -> np.ndarray:
    """Return (model - observed) / error of each block."""
    blocks = seen.mean.shape[-1]
    total = np.bincount(seen.block, made * seen.counts, blocks)
    days = np.bincount(seen.block, seen.counts, blocks)
    return (total / np.maximum(days, 1) - seen.mean) * seen.weight


def _until(seen: Observed, days: int) -> Observed:
    block = seen.block[:days]
    blocks = int(block.max()) + 1
    return Observed(block, seen.counts[:days], seen.mean[:blocks], seen.weight[:blocks])


def _lead(course: Course) -> Course:
    """Return the course of one cell as that of an array of cells."""
    return Course(*(each[None] for each in course))


def _lead_seen(seen: Mapping[str, Observed]) -> dict[str, Observed]:
    return {
        name: Observed(each.block, *(np.asarray(part)[None] for part in each[1:]))
        for name, each in seen.items()
    }
