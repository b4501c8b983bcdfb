"""How far the model is from what was observed: means of some days, in units of their error.

Ma et al. (2022) compare means of eight days, which begin on 1 January; leaf area of a month is
compared with the mean of the month. A day counts on both sides or on neither.
"""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from explorer.systems.calibration.model import Day, Leaves

EIGHT_DAYS = 8
LEAST_SHARE = 0.5
"""Of the days of a block that must be observed."""


class Observed(NamedTuple):
    """One variable at one cell, as means of blocks of days.

    The number of the block of each day is the same for all cells; the other arrays may lead with an
    axis of cells.
    """

    block: np.ndarray  # of each day, (days,), from 0
    counts: np.ndarray | Array  # whether a day is observed, 1 or 0, (days,)
    mean: np.ndarray | Array  # observed, 0 where it does not count, (blocks,)
    weight: np.ndarray | Array  # 1 over the error, 0 where it does not count, (blocks,)


def eight_day_blocks(dates: np.ndarray) -> np.ndarray:
    """Return the number of the block of each day; the last of a year takes what is left of it."""
    year = dates.astype("datetime64[Y]")
    day = (dates - year.astype("datetime64[D]")).astype(int)
    of_year = np.minimum(day // EIGHT_DAYS, 45)
    return (year - year[0]).astype(int) * 46 + of_year


def month_blocks(dates: np.ndarray) -> np.ndarray:
    """Return the number of the month of each day, counted from the first."""
    month = dates.astype("datetime64[M]")
    return (month - month[0]).astype(int)


def observed(block: np.ndarray, values: np.ndarray, counts: np.ndarray) -> Observed:
    """Return block means of daily values, weighted by the variance of these means.

    Ma et al. (2022) weight by "the variance of each observation product", which may mean the
    variance of the values or of their errors. Here it is that of the values; ``with_error`` sets
    another.

    Parameters
    ----------
    block : array of int, (days,)
    values : array, (..., days)
        NaN where nothing was observed.
    counts : array of bool, (..., days)
        Days to count, where they have a value.
    """
    blocks = int(block.max()) + 1
    counts = counts & np.isfinite(values)
    share = _means(counts.astype(float), np.ones(counts.shape), block, blocks)
    mean = _means(np.where(counts, values, 0.0), counts.astype(float), block, blocks)
    known = share >= LEAST_SHARE
    empty = ~known.any(axis=-1)
    spread = np.where(known, mean, np.nan)
    spread[empty] = 0.0
    error = np.nanstd(spread, axis=-1)
    with np.errstate(divide="ignore"):
        weight = np.where(known & (error[..., np.newaxis] > 0), 1 / error[..., np.newaxis], 0.0)
    return Observed(block, counts.astype(float), np.where(known, mean, 0.0), weight)


def with_error(seen: Observed, error: np.ndarray | float) -> Observed:
    """Return the observations with another error of a mean, in their unit."""
    weight = np.where(np.asarray(seen.weight) > 0, 1 / np.asarray(error)[..., np.newaxis], 0.0)
    return seen._replace(weight=weight)


def block_means(seen: Observed, values: Array) -> Array:
    """Return what the model has for each block, (blocks,); values are of one cell, (days,)."""
    blocks = seen.mean.shape[-1]
    total = jax.ops.segment_sum(values * seen.counts, seen.block, blocks)
    days = jax.ops.segment_sum(jnp.asarray(seen.counts), seen.block, blocks)
    return total / jnp.maximum(days, 1.0)


def residuals(seen: Mapping[str, Observed], days: Day | Leaves) -> Array:
    """Return (model - observed) / error of every block of every variable, one after the other."""
    parts = [
        (block_means(each, getattr(days, name)) - each.mean) * each.weight
        for name, each in seen.items()
    ]
    return jnp.concatenate(parts)


def cost(seen: Mapping[str, Observed], scaled: Array) -> Array:
    """Return -2 ln L of independent errors, Ma et al. (2022), Eqs. 4 and 5.

    Parameters
    ----------
    seen : mapping of variable -> Observed
    scaled : array
        Its ``residuals``.
    """
    weight = jnp.concatenate([jnp.asarray(each.weight) for each in seen.values()])
    known = weight > 0
    spread = jnp.where(known, jnp.log(2 * jnp.pi) - 2 * jnp.log(jnp.where(known, weight, 1)), 0)
    return (scaled**2).sum() + spread.sum()


def inflated_error(scaled: np.ndarray, weight: np.ndarray) -> float:
    """Return the error of block means whose residuals depend on those before them.

    The root of the mean squared residual, times sqrt((1 + r) / (1 - r)) with r the correlation of
    neighbours (0 to 0.9), as n values with that correlation tell no more than n (1 - r) / (1 + r)
    independent ones.

    Parameters
    ----------
    scaled, weight : arrays, (blocks,)
        ``residuals`` of one variable, and its weights.
    """
    known = np.flatnonzero(weight > 0)
    away = scaled[known] / weight[known]
    neighbours = np.diff(known) == 1
    first, second = away[:-1][neighbours], away[1:][neighbours]
    power = float(np.mean(away**2))
    r = float(np.clip(np.mean(first * second) / power, 0.0, 0.9)) if first.size and power else 0.0
    return float(np.sqrt(max(power, 1e-12) * (1 + r) / (1 - r)))


def _means(values: np.ndarray, weight: np.ndarray, block: np.ndarray, blocks: int) -> np.ndarray:
    """Return the weighted mean of each block; 0 where there is no weight."""
    flat_values, flat_weight = values.reshape(-1, block.size), weight.reshape(-1, block.size)
    total = np.stack([np.bincount(block, row, blocks) for row in flat_values * flat_weight])
    days = np.stack([np.bincount(block, row, blocks) for row in flat_weight])
    return (total / np.maximum(days, 1e-9)).reshape(*values.shape[:-1], blocks)
