"""Synthetic sites of seven grassland types, whose respiration follows a law that is known.

Invented from smooth functions and noise: no basis for conclusions about any grassland. They show
how the system works, and test whether it finds the law again.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from explorer.observations.eight_days import STEPS
from explorer.systems.respiration.samples import Column, Samples, joined, samples_of_site
from explorer.systems.respiration.types import ALPINE, GRASSLANDS

SYNTHETIC = "18 synthetic sites: invented data, no basis for conclusions"
COLUMNS = (
    *(Column("VT", f"VT {name}") for name in GRASSLANDS.names),
    Column("Ta", "Ta"), Column("PAR", "PAR"), Column("EVI", "index"), Column("PRE", "PRE"),
    Column("SOCD", "SOCD"),
    *(Column("SoilTex", name) for name in ("clay", "silt", "sand")),
)  # fmt: skip
"""The seven features of the paper. The vegetation type has a column for each type, soil texture one
for each fraction: their attention is given as the sum and as the mean of their columns."""
EXTERNALS = ("elevation", "Ta", "PRE")
WINDOW = 8
FIRST_YEAR = 2003
MEMORY = 4  # steps of rain that the law remembers


class Climate(NamedTuple):
    """What is typical of a grassland type."""

    mean: float  # degC, over the year
    swing: float  # degC, half of the difference of summer and winter
    rain: float  # mm a year
    green: float  # EVI at its height
    carbon: float  # kg m-2, 0 to 30 cm
    sand: float  # % of weight
    height: float  # m


CLIMATES: dict[str, Climate] = {
    "KO": Climate(0.1, 11.0, 560.0, 0.45, 10.0, 35.0, 3300.0),
    "SH": Climate(1.3, 10.5, 620.0, 0.50, 12.0, 32.0, 3290.0),
    "SW": Climate(-0.2, 11.0, 520.0, 0.42, 14.0, 38.0, 3700.0),
    "AS": Climate(-0.6, 10.0, 400.0, 0.20, 5.0, 55.0, 4450.0),
    "MS": Climate(3.5, 15.0, 420.0, 0.45, 9.0, 40.0, 390.0),
    "TS": Climate(3.0, 15.0, 330.0, 0.32, 6.0, 50.0, 1240.0),
    "DS": Climate(4.0, 15.0, 230.0, 0.15, 3.0, 62.0, 1470.0),
}
"""Round numbers near Table 5 of Liu et al. (2022), and invented where it has none."""

SITES = ("KO", "KO", "KO", "SH", "SH", "SW", "SW", "AS", "AS", "MS", "MS", "MS",
         "TS", "TS", "TS", "DS", "DS", "DS")  # fmt: skip


@dataclass(frozen=True)
class Law:
    """The law: RE = (r0 + r1 EVI) Q10^(T/10) rain(P) (1 + c (SOCD - 8)) (1 - s (sand - 45)).

    ``rain`` is P/(P + k) of the last four steps: what fell before counts. Light is not in the law,
    though it goes with temperature.
    """

    r0: float = 0.25
    r1: float = 3.5
    q10: float = 2.2
    k: float = 18.0  # mm
    c: float = 0.02
    s: float = 0.004

    def respiration(self, drivers: dict[str, np.ndarray]) -> np.ndarray:
        """Return respiration of the steps, [g C m-2 d-1], from drivers by name."""
        memory = drivers["memory"]
        return (
            (self.r0 + self.r1 * drivers["index"])
            * self.q10 ** (drivers["Ta"] / 10)
            * memory / (memory + self.k)
            * (1 + self.c * (drivers["SOCD"] - 8))
            * (1 - self.s * (drivers["sand"] - 45))
        )  # fmt: skip


def synthetic_samples(
    *,
    years: int = 2,
    noise: float = 0.08,
    seed: int = 0,
    window: int = WINDOW,
    law: Law | None = None,
) -> Samples:
    """Return the samples of the 18 sites.

    Parameters
    ----------
    years : int
        Of each site.
    noise : float
        Spread of what is measured around the law, as a share of it.
    seed : int
    window : int
    law : Law, optional
    """
    rng = np.random.default_rng(seed)
    parts = []
    for number, kind in enumerate(SITES):
        site = f"{kind}{SITES[: number + 1].count(kind)}"
        drivers = site_drivers(kind, years, rng)
        exact = (law or Law()).respiration(drivers)
        measured = exact * (1 + noise * rng.standard_normal(exact.size))
        columns = {**drivers, **{f"VT {name}": np.full(exact.size, float(name == kind)) for name in
                                 GRASSLANDS.names}}  # fmt: skip
        parts.append(
            samples_of_site(
                site, kind, FIRST_YEAR * STEPS + np.arange(exact.size),
                np.stack([columns[column.name] for column in COLUMNS], axis=1), COLUMNS,
                np.stack([columns[name] for name in EXTERNALS], axis=1), EXTERNALS,
                measured, window,
            )
        )  # fmt: skip
    return joined(parts)


def site_drivers(kind: str, years: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return the drivers of one site of a type, (steps,) each, drawn around its climate."""
    typical = CLIMATES[kind]
    count = years * STEPS
    phase = 2 * np.pi * (np.arange(count) % STEPS + 0.5) / STEPS
    season = -np.cos(phase - 0.26)  # warmest in late July
    own = rng.standard_normal(5)
    t_air = typical.mean + 0.8 * own[0] + typical.swing * season + 1.6 * _persistent(count, rng)
    bright = 30 - 3 * _persistent(count, rng)
    par = bright - 13 * np.cos(phase) * (1.0 if kind not in ALPINE else 0.7)
    share = np.maximum(0.1, 1 + 1.3 * season)
    rain = typical.rain * (1 + 0.1 * own[1]) / STEPS * share / share.mean()
    precip = rain * rng.gamma(1.6, 1 / 1.6, count)
    rise, fall = 1 / (1 + np.exp(-(season - 0.15) / 0.14)), 0.06
    green = fall + (typical.green * (1 + 0.1 * own[2]) - fall) * rise
    sand = typical.sand + 4 * own[3]
    constant = {
        "SOCD": typical.carbon * (1 + 0.12 * own[4]), "sand": sand, "clay": 0.35 * (100 - sand),
        "silt": 0.65 * (100 - sand), "elevation": typical.height,
    }  # fmt: skip
    summed = np.convolve(precip, np.ones(MEMORY))[:count]
    summed[: MEMORY - 1] *= MEMORY / np.arange(1, MEMORY)
    return {
        "Ta": t_air, "PAR": np.maximum(par, 2), "PRE": precip, "memory": summed,
        "index": green * (1 + 0.05 * _persistent(count, rng)),
        **{name: np.full(count, value) for name, value in constant.items()},
    }  # fmt: skip


def _persistent(count: int, rng: np.random.Generator, kept: float = 0.5) -> np.ndarray:
    """Return noise of unit spread, each step of which keeps some of the one before."""
    values = rng.standard_normal(count)
    for place in range(1, count):
        values[place] = kept * values[place - 1] + np.sqrt(1 - kept**2) * values[place]
    return values
