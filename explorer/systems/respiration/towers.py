"""Samples of real towers: 8-day weather, leaf area or EVI, and what describes the site.

Soil carbon, soil texture and grassland types of the paper are not known at these towers. Site
descriptors stand in their place: means of the tower's own weather and leaf area, and its height
from the mean air pressure. Under random folds they are as good as the site's name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.errors import SchemaError
from explorer.observations.eight_days import STEPS, EightDayTable
from explorer.observations.vegetation_lookup import Vegetation
from explorer.systems.respiration.samples import Column, Samples, joined, samples_of_site

WINDOW = 12
PAR_PER_RADIATION = 2.04 * 86_400 / 1e6
"""mol m-2 d-1 of photons for 1 W m-2 of sunlight: 2.04 umol J-1, for PPFD is not measured at every
tower."""
RAIN_STEPS = 4  # the 30 days of Migliavacca et al. (2011), as 32
DESCRIPTORS = ("mean Ta", "mean PRE", "mean index", "elevation")
COLUMNS = (
    Column("Ta", "Ta"), Column("PAR", "PAR"), Column("index", "index"), Column("PRE", "PRE"),
    Column("wetness", "wetness"),
    *(Column("site", name) for name in DESCRIPTORS),
)  # fmt: skip
EXTERNALS = ("elevation", "Ta", "PRE")
SEA_LEVEL = 101.325  # kPa

Summary = Callable[[np.ndarray], float]


@dataclass(frozen=True, eq=False)
class TowerSeries:
    """Inputs and respiration of one tower, step by step."""

    table: EightDayTable
    index: np.ndarray  # (steps,) leaf area or EVI; NaN where nothing is known
    estimated_index: bool = False  # from the weather, as no file holds it

    @property
    def site(self) -> str:
        """Name of the tower."""
        return self.table.site

    def weather(self) -> dict[str, np.ndarray]:
        """Return what is computed from the weather: (steps,) each."""
        values = self.table.values
        return {
            "Ta": values["t_air"],
            "PAR": values["radiation"] * PAR_PER_RADIATION,
            "PRE": values["precip"],
            "wetness": trailing(values["precip"], RAIN_STEPS, np.sum),
            "mean Ta": _even(values["t_air"], np.nanmean),
            "mean PRE": _even(values["precip"] * STEPS, np.nanmean),
            "elevation": np.full(values["pressure"].size, elevation(values["pressure"])),
        }

    def columns(self) -> dict[str, np.ndarray]:
        """Return every input by name, (steps,) each."""
        return {
            **self.weather(),
            "index": self.index,
            "mean index": _even(self.index, np.nanmean),
        }


def elevation(pressure: np.ndarray) -> float:
    """Return the height, [m], that a mean pressure tells in the standard atmosphere, or 0.

    Parameters
    ----------
    pressure : array. [kPa]
    """
    known = pressure[np.isfinite(pressure)]
    return float(44_330 * (1 - (known.mean() / SEA_LEVEL) ** 0.1903)) if known.size else 0.0


def trailing(values: np.ndarray, steps: int, summary: Summary = np.mean) -> np.ndarray:
    """Return the mean (or another summary) of each step and those before it.

    The first steps have what there is.
    """
    return np.array(
        [summary(values[max(0, end - steps + 1) : end + 1]) for end in range(values.size)]
    )


def with_index(
    tables: Sequence[EightDayTable], vegetation: Vegetation
) -> tuple[list[TowerSeries], list[str]]:
    """Return towers with their leaf area or EVI, and which have none."""
    series = [TowerSeries(table, vegetation.at(table)) for table in tables]
    return series, [each.site for each in series if not np.isfinite(each.index).any()]


def fill_index(
    series: Sequence[TowerSeries], learnt_from: Sequence[TowerSeries]
) -> list[TowerSeries]:
    """Give towers without leaf area an estimate from their weather.

    A forest learns leaf area from temperature, light and rain of the steps of other towers. Where
    no tower has any, it is 0 everywhere, and says nothing.

    Parameters
    ----------
    series : sequence of TowerSeries
    learnt_from : sequence of TowerSeries
        Towers of training; never those that are tested.
    """
    lacking = [each for each in series if not np.isfinite(each.index).any()]
    if not lacking:
        return list(series)
    known = [each for each in learnt_from if np.isfinite(each.index).any()]
    model = None
    if known:
        from sklearn.ensemble import ExtraTreesRegressor

        x = np.concatenate([_climate(each) for each in known])
        y = np.concatenate([each.index for each in known])
        whole = np.isfinite(x).all(axis=1) & np.isfinite(y)
        model = ExtraTreesRegressor(100, min_samples_leaf=8, random_state=0)
        model.fit(x[whole], y[whole])
    filled = []
    for each in series:
        if np.isfinite(each.index).any():
            filled.append(each)
            continue
        climate = _climate(each)
        index = np.full(each.index.size, np.nan)
        whole = np.isfinite(climate).all(axis=1)
        if whole.any():
            index[whole] = model.predict(climate[whole]) if model is not None else 0.0
        filled.append(replace(each, index=index, estimated_index=True))
    return filled


def _climate(series: TowerSeries) -> np.ndarray:
    """Return what leaf area is estimated from, (steps, columns)."""
    weather = series.weather()
    names = ("Ta", "PAR", "wetness", "mean Ta", "mean PRE")
    slow = [trailing(weather[name], WINDOW) for name in ("Ta", "PAR", "PRE")]
    return np.stack([*(weather[name] for name in names), *slow], axis=1)


def tower_samples(
    series: Sequence[TowerSeries],
    *,
    window: int = WINDOW,
    kinds: Mapping[str, str] | None = None,
    weight: float = 1.0,
) -> Samples:
    """Return the samples of towers whose leaf area is known or estimated.

    Raises
    ------
    SchemaError
        When no tower has a sample.
    """
    parts = []
    for each in series:
        values = each.columns()
        parts.append(
            samples_of_site(
                each.site,
                (kinds or {}).get(each.site, "grassland"),
                each.table.number,
                np.stack([values[column.name] for column in COLUMNS], axis=1),
                COLUMNS,
                np.stack([values[name] for name in EXTERNALS], axis=1),
                EXTERNALS,
                each.table.values["re"],
                window,
                southern=each.table.southern,
                weight=weight,
            )
        )
    found = joined(parts) if parts else None
    if found is None or not len(found):
        raise SchemaError(
            [
                f"no step of {', '.join(each.site for each in series) or 'no tower'} has "
                f"respiration and {window} steps of weather before it"
            ],
            "the daily tower files",
        )
    return found


def _even(values: np.ndarray, summary: Summary) -> np.ndarray:
    """Return one number of a whole series at each of its steps; NaN where nothing is known."""
    return np.full(values.size, summary(values) if np.isfinite(values).any() else np.nan)
