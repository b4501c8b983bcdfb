"""Conformal intervals: how wide an estimate must be to hold the truth, and whether it does.

Split conformal prediction assumes that samples can be exchanged. Sites cannot: so the width for a
site comes from the held-out errors of the other sites, and its coverage is counted there.
"""

from typing import NamedTuple

import numpy as np


class Coverage(NamedTuple):
    """Intervals at a level, and how often they held."""

    level: float
    half_width: np.ndarray  # (samples,) [g C m-2 d-1]
    by_site: dict[int, float]  # site -> share of its samples within
    together: float


def conformal_half_width(errors: np.ndarray, level: float) -> float:
    """Return the quantile of absolute errors that holds a new one with a chance of ``level``.

    The ceil((n + 1) level)-th smallest; infinite where there are too few errors.
    """
    sizes = np.sort(np.abs(errors))
    place = int(np.ceil((sizes.size + 1) * level))
    return float(sizes[place - 1]) if place <= sizes.size else np.inf


def site_out_coverage(
    observed: np.ndarray, estimated: np.ndarray, site: np.ndarray, level: float = 0.9
) -> Coverage:
    """Return intervals of every site from the errors at the others, and how often they hold.

    Parameters
    ----------
    observed, estimated : arrays (samples,)
        Estimates of models that did not see the sample's site.
    site : array (samples,) of int
    level : float
    """
    errors = estimated - observed
    known = np.isfinite(errors)
    half_width = np.full(errors.size, np.nan)
    by_site = {}
    for each in np.unique(site[known]):
        here = site == each
        half_width[here] = conformal_half_width(errors[known & ~here], level)
        within = np.abs(errors[known & here]) <= half_width[known & here]
        by_site[int(each)] = float(within.mean())
    inside = np.abs(errors[known]) <= half_width[known]
    return Coverage(level, half_width, by_site, float(inside.mean()) if known.any() else np.nan)
