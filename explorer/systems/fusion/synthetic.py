"""Synthetic samples of a known truth: for the demonstration, and to see what a forest recovers.

No measurement is in them. NPP and Rs are smooth functions of a scene's own climate, land cover and
greenness; samples stand in clusters, as studies do, and every study is off by a factor of its own.
"""

from collections.abc import Callable

import numpy as np

from explorer.observations.samples import Samples
from explorer.scene.scene import Scene
from explorer.systems.fusion.columns import Frame

UNIT = "g C m-2 yr-1"
STUDIES = 90
MOST_OF_A_STUDY = 9
REACH = 6
"""Samples of a study lie at most this many positions apart in the list of land cells."""
STUDY_SPREAD = 0.20
PLOT_SPREAD = 0.10
"""Standard deviations of the logarithm of what a study, and a plot, is off by."""

OPEN_LAND = (6, 7, 8, 9, 10, 11, 16)  # IGBP codes of shrub, savanna, grass, wetland and bare land


def true_npp(frame: Frame) -> np.ndarray:
    """Return the NPP that the samples are taken of, [g C m-2 yr-1]."""
    warmth = 1 / (1 + np.exp(-(np.asarray(frame["t_mean"]) - 2.0) / 5.0))
    water = 1 - np.exp(-np.asarray(frame["p_sum"]) / 600.0)
    open_land = np.isin(frame["land_cover"], OPEN_LAND)
    green = np.clip(np.asarray(frame["greenness"]), 0.02, 1.0)
    return np.where(open_land, 1450.0, 1900.0) * (0.15 + 0.85 * warmth) * water * green**0.5 + 20.0


def true_rs(frame: Frame) -> np.ndarray:
    """Return the soil respiration that the samples are taken of, [g C m-2 yr-1]."""
    rain = np.asarray(frame["p_sum"]) / 12 / 10  # [cm month-1]
    climate = np.exp(0.045 * np.asarray(frame["t_mean"])) * rain / (rain + 4.0)
    green = np.clip(np.asarray(frame["greenness"]), 0.02, 1.0)
    return 60.0 + 620.0 * climate * (0.4 + green)


TRUTHS: dict[str, Callable[[Frame], np.ndarray]] = {"npp": true_npp, "rs": true_rs}


def synthetic_samples(
    scene: Scene, frame: Frame, target: str, within: np.ndarray, seed: int
) -> tuple[Samples, np.ndarray]:
    """Return samples of a truth at land cells of a scene, and their cells.

    Parameters
    ----------
    scene : Scene
    frame : Frame
        Predictors of all land cells.
    target : str
        One of ``TRUTHS``.
    within : array of bool (cells,)
        Where samples may stand.
    seed : int
    """
    rng = np.random.default_rng([seed, *target.encode()])
    open_cells = np.flatnonzero(within)
    # Studies seek green land, as people do: the poorest cells are hardly ever sampled.
    greenness = np.clip(np.asarray(frame["greenness"])[open_cells], 0.01, None)
    studies = min(STUDIES, open_cells.size)
    centres = rng.choice(open_cells.size, studies, replace=False, p=greenness / greenness.sum())
    cells, study = [], []
    for number, centre in enumerate(centres):
        size = int(rng.integers(1, MOST_OF_A_STUDY + 1))
        near = np.clip(centre + rng.integers(-REACH, REACH + 1, size), 0, open_cells.size - 1)
        cells.append(open_cells[near])
        study.append(np.full(size, number))
    cell, source = np.concatenate(cells), np.concatenate(study)
    off = rng.normal(0, STUDY_SPREAD, studies)[source] + rng.normal(0, PLOT_SPREAD, source.size)
    off -= (STUDY_SPREAD**2 + PLOT_SPREAD**2) / 2  # so that factors are 1 in the mean
    lon, lat = scene.lonlat(cell)
    year = np.full(source.size, float(scene.year or 2010))
    truth = TRUTHS[target]({name: np.asarray(column)[cell] for name, column in frame.items()})
    names = np.array([f"synthetic study {number + 1}" for number in source])
    samples = Samples(
        np.asarray(lon), np.asarray(lat), truth * np.exp(off), year, year, names,
        np.array([f"synthetic sample {row + 1}" for row in range(source.size)]), UNIT,
    )  # fmt: skip
    return samples, cell
