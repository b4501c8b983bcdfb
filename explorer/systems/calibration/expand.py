"""From calibrated cells to a region: XGBoost of each parameter on climate, soil, place and index.

Ma et al. (2022), sec. 3.2.3 and 4.2: cells whose DISO is below 0.35 for leaf area and GPP, 70 % to
learn from and 30 % to test. A random split has neighbours on both sides, which flatters where
fields are smooth; a split by blocks of space is reported beside it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from explorer.analysis.scores import correlation, root_mean_square_error

MOST_DISO = 0.35
TRAINED_SHARE = 0.7
BLOCKS = 4
"""Blocks along rows and along columns of a split by space."""
TREES = {"n_estimators": 120, "max_depth": 3, "learning_rate": 0.08, "subsample": 0.8}


class Learnt(NamedTuple):
    """One parameter: how well it is met, what it depends on, and its map."""

    r_train: float
    r_test: float
    r_test_blocked: float
    rmse_test: float  # in the unit of the parameter
    importance: dict[str, float]  # gain by feature, the largest first
    values: np.ndarray  # of every cell, (cells,)


def random_split(cells: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return which of some cells are learnt from: 70 %, by chance, (n,)."""
    order = np.random.default_rng(seed).permutation(cells.size)
    chosen = np.zeros(cells.size, dtype=bool)
    chosen[order[: round(TRAINED_SHARE * cells.size)]] = True
    return chosen


def blocked_split(cells: np.ndarray, shape: tuple[int, int], seed: int = 0) -> np.ndarray:
    """Return which of some cells are learnt from: those of 70 % of the blocks, (n,)."""
    rows, columns = np.divmod(cells, shape[1])
    block = (rows * BLOCKS // shape[0]) * BLOCKS + columns * BLOCKS // shape[1]
    drawn = np.random.default_rng(seed).permutation(BLOCKS**2)
    return np.isin(block, drawn[: round(TRAINED_SHARE * BLOCKS**2)])


def expanded(
    features: Mapping[str, np.ndarray],
    targets: Mapping[str, np.ndarray],
    usable: np.ndarray,
    shape: tuple[int, int],
    seed: int = 0,
) -> dict[str, Learnt]:
    """Learn each parameter from features of its cell, and give it to every cell.

    Parameters
    ----------
    features : mapping of name -> array, (cells,)
    targets : mapping of parameter -> array, (cells,)
    usable : array of bool, (cells,)
        Cells that may be learnt from: calibrated, with a low DISO.
    shape : tuple of int
        Rows and columns of the cells.
    seed : int

    Returns
    -------
    mapping of parameter -> Learnt
    """
    cells = np.flatnonzero(usable)
    table = np.stack([np.asarray(each, float) for each in features.values()], axis=1)
    by_chance, by_space = random_split(cells, seed), blocked_split(cells, shape, seed)
    found = {}
    for name, target in targets.items():
        wanted = np.asarray(target, float)
        model = _trained(table[cells[by_chance]], wanted[cells[by_chance]], seed)
        apart = _trained(table[cells[by_space]], wanted[cells[by_space]], seed)
        gain = dict(zip(features, map(float, model.feature_importances_), strict=True))
        every = np.asarray(model.predict(table), float)
        test = cells[~by_chance]
        far = cells[~by_space]
        found[name] = Learnt(
            correlation(wanted[cells[by_chance]], every[cells[by_chance]]),
            correlation(wanted[test], every[test]),
            correlation(wanted[far], np.asarray(apart.predict(table[far]), float)),
            root_mean_square_error(wanted[test], every[test]),
            dict(sorted(gain.items(), key=lambda item: -item[1])),
            every,
        )
    return found


def _trained(table: np.ndarray, target: np.ndarray, seed: int) -> Any:
    from xgboost import XGBRegressor

    return XGBRegressor(**TREES, random_state=seed, n_jobs=2).fit(table, target)
