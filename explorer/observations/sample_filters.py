"""Filters of samples: each with its reason, the number of rows it drops, and an example of them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from explorer.observations.samples import Samples


class Filter(NamedTuple):
    """One rule: which rows stay."""

    name: str
    reason: str
    keeps: Callable[[Samples], np.ndarray]  # (rows,) bool
    shows: Callable[[Samples, int], str]  # what to tell of a row that is dropped


class Dropped(NamedTuple):
    """What one rule dropped of the rows that the rules before it had left."""

    name: str
    reason: str
    rows: int
    left: int
    example: str  # one of the rows: where it stands and what it says; empty where none was dropped


def filtered(samples: Samples, filters: Sequence[Filter]) -> tuple[Samples, tuple[Dropped, ...]]:
    """Apply filters one after the other.

    Parameters
    ----------
    samples : Samples
    filters : sequence of Filter
        In the order in which they are to be told.

    Returns
    -------
    Samples, tuple of Dropped
        The rows that every filter keeps; one line for each filter, also where it drops nothing.
    """
    told = []
    for each in filters:
        keeps = each.keeps(samples)
        gone = np.flatnonzero(~keeps)
        example = ""
        if gone.size:
            row = int(gone[0])
            example = f"{samples.where[row]}: {each.shows(samples, row)}"
        samples = samples.only(keeps)
        told.append(Dropped(each.name, each.reason, int(gone.size), len(samples), example))
    return samples, tuple(told)


def value_of(samples: Samples, row: int) -> str:
    """Say the value of a row."""
    return f"{samples.value[row]:g} {samples.unit}"


def place_of(samples: Samples, row: int) -> str:
    """Say where a row lies."""
    return f"lon {samples.lon[row]:g}, lat {samples.lat[row]:g}"


def placed() -> Filter:
    """Keep what has a place on Earth."""

    def keeps(samples: Samples) -> np.ndarray:
        return (np.abs(samples.lon) <= 360) & (np.abs(samples.lat) <= 90)  # refuses NaN as well

    return Filter("no place", "longitude or latitude is missing", keeps, place_of)


def plausible(low: float, high: float, unit: str) -> Filter:
    """Keep values above ``low`` and up to ``high``."""
    return Filter(
        "implausible",
        f"the value is not above {low:g} and up to {high:g} {unit}",
        lambda samples: (samples.value > low) & (samples.value <= high),
        value_of,
    )


def not_before(year: float) -> Filter:
    """Keep samples that end in a year or later; those without a year stay."""

    def shows(samples: Samples, row: int) -> str:
        return f"measured until {samples.last_year[row]:g}"

    return Filter(
        "older than the predictors",
        f"measured wholly before {year:g}",
        lambda samples: ~(samples.last_year < year),
        shows,
    )


def first_of_each() -> Filter:
    """Keep one of the rows that have the same place, years and value."""

    def keeps(samples: Samples) -> np.ndarray:
        rows = np.column_stack(
            [samples.lon, samples.lat, samples.first_year, samples.last_year, samples.value]
        )
        rows = np.where(np.isnan(rows), -9999.0, rows)
        _, first = np.unique(rows, axis=0, return_index=True)
        kept = np.zeros(len(samples), dtype=bool)
        kept[first] = True
        return kept

    return Filter(
        "repeated", "an earlier row has its place, years and value", keeps,
        lambda samples, row: f"{value_of(samples, row)}, {place_of(samples, row)}",
    )  # fmt: skip
