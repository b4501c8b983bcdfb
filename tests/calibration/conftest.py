"""Invented weather of a temperate wood, smooth but for rain and clouds, from a fixed seed."""

from collections.abc import Callable

import jax
import numpy as np
import pytest

from explorer.systems.calibration.weather import Weather


def days_of(first: int, years: int) -> np.ndarray:
    """Every day of some years, datetime64[D]."""
    return np.arange(f"{first}-01-01", f"{first + years}-01-01", dtype="datetime64[D]")


def make_weather(
    first: int = 2001, years: int = 2, *, latitude: float = 42.0, warmth: float = 10.0,
    rain: float = 2.5, light: float = 1.0, seed: int = 1,
) -> Weather:  # fmt: skip
    dates = days_of(first, years)
    day = (dates - dates.astype("datetime64[Y]").astype("datetime64[D]")).astype(int) + 1
    draw = np.random.default_rng(seed)
    wave = -np.cos(2 * np.pi * (day - 20) / 365) * np.sign(latitude)
    cloud = draw.uniform(0.3, 1.0, day.size)
    t_mean = warmth + 13 * wave + 3 * draw.standard_normal(day.size)
    saturated = 6.108 * np.exp(17.27 * t_mean / (t_mean + 237.3))
    return Weather(
        day=day,
        t_mean=t_mean,
        t_range=6 + 8 * cloud,
        radiation=light * (170 + 120 * wave) * cloud,
        vpd=saturated * 0.45 * cloud,
        precipitation=rain * draw.exponential(3.0, day.size) * (draw.random(day.size) < 1 / 3),
        co2=np.full(day.size, 380.0),
        latitude=np.float64(latitude),
    )


@pytest.fixture(scope="session")
def weather_of() -> Callable[..., Weather]:
    return make_weather


@pytest.fixture
def in_double():
    """Run a test in double precision."""
    with jax.enable_x64(True):
        yield
