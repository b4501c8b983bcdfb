"""The line from Rs to Rh, fitted to the pairs of the soil respiration database."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from explorer.analysis.scores import fitted_line, r_squared
from explorer.observations.sample_filters import filtered, plausible
from explorer.observations.samples import Samples
from explorer.observations.srdb import MOST_RS, UNIT, load_srdb, srdb_filters

PUBLISHED = {"slope": 0.62, "offset": 9.01, "r2": 0.77}
"""Zeng et al. (2023), Eq. 3 and Fig. S1."""


class RhLine(NamedTuple):
    """A line of Rh on Rs by least squares."""

    n: int
    slope: float  # [1]
    offset: float  # [g C m-2 yr-1]
    r2: float
    residual_sd: float  # [g C m-2 yr-1]


class Pairs(NamedTuple):
    """Rows that tell both Rs and Rh."""

    rs: Samples
    rh: np.ndarray  # (rows,) [g C m-2 yr-1]


def pairs_of(path: Path) -> Pairs:
    """Return the unmanipulated rows of the database with both fluxes, each plausible.

    The filters are those of Rs, and Rh has to be plausible as well.
    """
    rs, _ = filtered(load_srdb(path, "Rs_annual"), srdb_filters())
    rh, _ = filtered(load_srdb(path, "Rh_annual"), [plausible(0.0, MOST_RS, UNIT)])
    value = dict(zip(rh.where.tolist(), rh.value.tolist(), strict=True))
    both = np.array([where in value for where in rs.where.tolist()], dtype=bool)
    kept = rs.only(both)
    return Pairs(kept, np.array([value[where] for where in kept.where.tolist()]))


def fitted_rh_line(rs: np.ndarray, rh: np.ndarray) -> RhLine:
    """Fit the line of Rh on Rs.

    Parameters
    ----------
    rs, rh : array (rows,). [g C m-2 yr-1]
    """
    slope, offset = fitted_line(rs, rh)
    left = rh - (slope * rs + offset)
    spread = float(np.sqrt(np.sum(left**2) / max(len(rs) - 2, 1)))
    return RhLine(len(rs), slope, offset, r_squared(rs, rh), spread)


def lines_told(path: Path) -> dict[str, Any]:
    """Return the lines of the world and of China beside the published one, ready for JSON."""
    pairs = pairs_of(path)
    china = pairs.rs.words["Country"] == "China"
    parts = {"world": np.ones(len(pairs.rs), dtype=bool), "China": china}
    return {"published": PUBLISHED} | {
        name: {
            key: round(value, 3)
            for key, value in fitted_rh_line(pairs.rs.value[mine], pairs.rh[mine])._asdict().items()
        }
        for name, mine in parts.items()
        if mine.sum() > 2
    }
