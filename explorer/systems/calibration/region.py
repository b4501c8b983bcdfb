"""A synthetic deciduous region: weather, known fields of parameters, and what "satellites" see.

Everything is invented from smooth functions and a fixed seed: no basis for conclusions. It shows
whether a calibration finds what it should, since here the truth is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from explorer.systems.calibration.bounded import Space, as_arrays, defaults
from explorer.systems.calibration.gradient import Problem
from explorer.systems.calibration.misfit import Observed, eight_day_blocks, observed, with_error
from explorer.systems.calibration.model import SPIN_UP_YEARS, run
from explorer.systems.calibration.weather import Course, Weather, course_of

FIRST_YEAR = 2001
NOISE = 0.05
"""Of a day that a satellite sees, over the largest value of the cell."""
SEEN_DAYS = 0.6
TRUE = ("vmax", "p5", "p12", "p13", "p14", "p15", "p17", "p18", "p20", "alpha3")
"""Parameters with a field of their own; the others are at their defaults everywhere."""


@dataclass(frozen=True, eq=False)
class Region:
    """Cells of a synthetic region, (cells,); days on axis 0 of the weather.

    Attributes
    ----------
    shape : tuple of int
        Rows and columns; cell 0 is the first of the northernmost row.
    dates : array of datetime64[D]
    weather : Weather
    latitude, longitude, elevation, sand : arrays, (cells,)
        [degrees], [degrees], [m], [1]
    truth : mapping of name -> array, (cells,)
    """

    shape: tuple[int, int]
    dates: np.ndarray
    weather: Weather
    latitude: np.ndarray
    longitude: np.ndarray
    elevation: np.ndarray
    sand: np.ndarray
    truth: Mapping[str, np.ndarray]

    @property
    def years(self) -> np.ndarray:
        """Year of each day."""
        return self.dates.astype("datetime64[Y]").astype(int) + 1970


def synthetic_region(rows: int, columns: int, years: int, seed: int = 0) -> Region:
    """Invent a region of some years."""
    draw = np.random.default_rng(seed)
    north = np.repeat(np.linspace(1, 0, rows), columns)
    east = np.tile(np.linspace(0, 1, columns), rows)
    latitude, longitude = 36 + 8 * north, -90 + 14 * east
    ridge = np.exp(-(((east - 0.65 - 0.2 * (north - 0.5)) / 0.15) ** 2))
    elevation = 150 + 900 * ridge + 60 * np.sin(9 * east) * np.cos(7 * north)
    sand = 0.45 + 0.25 * np.sin(5 * east + 3 * north)
    last = f"{FIRST_YEAR + years}-01-01"
    dates = np.arange(f"{FIRST_YEAR}-01-01", last, dtype="datetime64[D]")
    place = (latitude, longitude, elevation)
    weather = _weather(dates, *place, draw)
    truth = _truth(north, east, elevation, sand)
    return Region((rows, columns), dates, weather, *place, sand, truth)


def _weather(
    dates: np.ndarray, latitude: np.ndarray, longitude: np.ndarray, elevation: np.ndarray,
    draw: np.random.Generator,
) -> Weather:  # fmt: skip
    first = dates.astype("datetime64[Y]").astype("datetime64[D]")
    day = (dates - first).astype(int) + 1
    wave = -np.cos(2 * np.pi * (day - 20) / 365)[:, np.newaxis]
    # Weather comes from the west: cells in the east have the days of those west of them later.
    spell = _smooth(draw.standard_normal(dates.size + 30), 4)
    lag = ((longitude + 90) / 5).astype(int)
    warm = 4 * spell[30 + np.arange(dates.size)[:, np.newaxis] - lag]
    mean = 17.5 - 0.85 * (latitude - 36) - 0.006 * (elevation - 150)
    t_mean = mean + (10.5 + 0.35 * (latitude - 36)) * wave + warm
    cloud = 1 / (1 + np.exp(-1.5 * _smooth(draw.standard_normal(dates.size + 30), 2)))
    cloud = cloud[30 + np.arange(dates.size)[:, np.newaxis] - lag]
    wetness = 0.8 + 0.4 * (longitude + 90) / 14 + elevation / 3000
    rain = np.where(cloud > 0.6, 9 * (cloud - 0.6) / 0.4, 0.0) * wetness
    light = (185 - 3 * (latitude - 40) + (105 + 3 * (latitude - 40)) * wave) * (1.25 - 0.8 * cloud)
    saturated = 6.108 * np.exp(17.27 * t_mean / (t_mean + 237.3))
    return Weather(
        day=day,
        t_mean=t_mean,
        t_range=np.broadcast_to(14 - 8 * cloud, t_mean.shape),
        radiation=light,
        vpd=saturated * (0.55 - 0.4 * cloud),
        precipitation=rain,
        co2=np.full(t_mean.shape, 380.0),
        latitude=latitude,
    )


def _smooth(noise: np.ndarray, days: int) -> np.ndarray:
    """Return a running mean of noise, scaled to a variance of 1."""
    window = np.ones(days) / np.sqrt(days)
    return np.convolve(noise, window, mode="same")


def _truth(
    north: np.ndarray, east: np.ndarray, elevation: np.ndarray, sand: np.ndarray
) -> dict[str, np.ndarray]:
    """Return fields that follow climate, height and soil, within their bounds."""
    high = (elevation - 150) / 900
    wave = np.sin(6 * east + 2 * north)
    share = {
        "alpha3": 0.60 + 0.15 * np.cos(5 * north),
        "vmax": 0.35 + 0.25 * north - 0.15 * sand + 0.1 * wave,
        "p5": 0.90 - 0.05 * high,
        "p12": 0.30 + 0.25 * (1 - north) + 0.10 * high,
        "p13": 0.45 + 0.25 * (1 - north) - 0.08 * wave,
        "p14": 0.50 + 0.20 * wave,
        "p15": 0.88 + 0.06 * (north - 0.5),
        "p17": 0.20 + 0.20 * east + 0.10 * sand,
        "p18": 0.20 + 0.30 * (1 - north) + 0.10 * wave,
        "p20": 0.30 + 0.20 * sand,
    }
    space = Space(TRUE)
    stacked = np.stack([share[name] for name in TRUE], axis=-1)
    values = np.asarray(space.values(stacked), float)
    return {name: values[:, number] for number, name in enumerate(TRUE)}


def courses(weather: Weather, first: int, last: int) -> tuple[Course, Course]:
    """Return the first year, and some years counted from 0; cells on axis 0."""

    def cells_first(course: Course) -> Course:
        return Course(*(jnp.moveaxis(each, 1, 0) for each in course))

    first_year = cells_first(course_of(weather.years(0, 0)))
    return first_year, cells_first(course_of(weather.years(first, last)))


def true_days(region: Region, years: int, spin_up: int = SPIN_UP_YEARS) -> dict[str, np.ndarray]:
    """Return daily LAI, GPP, ER and NEE of the true parameters, (cells, days) each."""
    return many_days(region, region.truth, years, spin_up)


def many_days(
    region: Region,
    values: Mapping[str, np.ndarray],
    years: int,
    spin_up: int = SPIN_UP_YEARS,
) -> dict[str, np.ndarray]:
    """Run all cells with parameters of their own; those not given are at their defaults."""
    first_year, course = courses(region.weather, 0, years - 1)
    own = {name: np.asarray(each, np.float32) for name, each in values.items()}
    fixed = as_arrays({name: each for name, each in defaults().items() if name not in own})
    days = _RUN(own, fixed, first_year, course, spin_up)
    return {name: np.asarray(each) for name, each in days.items()}


def _run(own: dict, fixed: dict, first_year: Course, course: Course, spin_up: int) -> dict:
    def of_cell(own: dict, first_year: Course, course: Course) -> dict:
        _, days = run({**fixed, **own}, first_year, course, spin_up)
        return {"lai": days.lai, "gpp": days.gpp, "er": days.er, "nee": days.nee}

    return jax.vmap(of_cell)(own, first_year, course)


_RUN = jax.jit(_run, static_argnums=4)


def seen_by_satellite(
    region: Region, truth: Mapping[str, np.ndarray], years: int, seed: int = 1
) -> dict[str, Observed]:
    """Return means of eight days of LAI and GPP, as noisy and cloudy days give them.

    Parameters
    ----------
    region : Region
    truth : mapping of name -> array, (cells, days)
        ``true_days``.
    years : int
        Of these days, from the first.
    seed : int
        Of noise and clouds.
    """
    draw = np.random.default_rng(seed)
    rows = region.years < FIRST_YEAR + years
    block = eight_day_blocks(region.dates[rows])
    found = {}
    for name in ("gpp", "lai"):
        clean = truth[name][:, rows]
        most = clean.max(axis=1, keepdims=True)
        noisy = clean + NOISE * most * draw.standard_normal(clean.shape)
        clear = draw.random(clean.shape) < SEEN_DAYS
        seen = observed(block, noisy, clear)
        # About five clear days of eight.
        found[name] = with_error(seen, NOISE * most[:, 0] / np.sqrt(8 * SEEN_DAYS))
    return found


def problem_of(region: Region, seen: Mapping[str, Observed], years: int) -> Problem:
    """Return what a region's cells are calibrated on."""
    return Problem(*courses(region.weather, 0, years - 1), dict(seen))
