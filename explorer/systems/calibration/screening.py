"""Which parameters matter: Morris screening for leaf area and for GPP (Ma et al. 2022, Fig. 1)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from explorer.systems.calibration.bounded import Space

TRAJECTORIES = 10
LEVELS = 4


class Effects(NamedTuple):
    """Elementary effects of each parameter over its whole range, in the unit of the variable."""

    names: tuple[str, ...]
    mean: np.ndarray  # of their sizes, mu*, (names,)
    spread: np.ndarray  # their standard deviation, sigma, (names,)

    @property
    def ranked(self) -> list[str]:
        """Names from the largest mean effect to the smallest."""
        return [self.names[row] for row in np.argsort(-self.mean, kind="stable")]


def screened(
    evaluate: Callable[[np.ndarray], Mapping[str, np.ndarray]],
    space: Space,
    trajectories: int = TRAJECTORIES,
    seed: int = 0,
) -> dict[str, Effects]:
    """Screen the parameters of a space by the method of Morris (1991).

    Parameters
    ----------
    evaluate : callable
        Places within the bounds, (n, names) -> name of variable -> values, (n,).
    space : Space
    trajectories : int
        Each takes one run more than there are parameters.
    seed : int

    Returns
    -------
    mapping of variable -> Effects
    """
    from SALib.analyze import morris as analyse
    from SALib.sample import morris as sample

    problem = {
        "num_vars": len(space.names),
        "names": list(space.names),
        "bounds": [[0.0, 1.0]] * len(space.names),
    }
    places = sample.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    found = {}
    for name, values in evaluate(places).items():
        effects = analyse.analyze(
            problem, places, np.asarray(values, float), num_levels=LEVELS, num_resamples=2,
            seed=seed,
        )  # fmt: skip
        found[name] = Effects(
            space.names,
            np.asarray(effects["mu_star"], float),
            np.asarray(effects["sigma"], float),
        )
    return found
