"""Predictors that a scene holds, and samples joined to its cells.

Zeng et al. (2023) predict NPP from seven variables: precipitation, temperature, short-wave
radiation, land cover, elevation, LAI and a product's NPP; Rs has soil carbon as the eighth. What a
scene lacks is substituted or left out, and ``Offered.notes`` tell it.
"""

from typing import NamedTuple

import numpy as np

from explorer.observations.rasters import Lost
from explorer.observations.samples import Samples
from explorer.scene.scene import Scene
from explorer.systems.fusion.climate import miami
from explorer.systems.fusion.columns import Frame, Predictor
from explorer.tables.periods import days_in_months


class Offered(NamedTuple):
    """What a scene offers to a forest."""

    predictors: tuple[Predictor, ...]
    frame: Frame  # of all land cells
    notes: tuple[str, ...]  # substitutes, and what is lacking


def offered_by(scene: Scene) -> Offered:
    """Return the predictors of all land cells of a scene, and what stands in for what."""
    days = days_in_months(scene.year)[:, np.newaxis]
    temperature = scene.field("temperature").astype(float)
    t_mean = (temperature * days).sum(axis=0) / days.sum()
    p_sum = scene.field("precipitation").sum(axis=0, dtype=float)
    predictors = [Predictor("p_sum", "mm yr-1"), Predictor("t_mean", "degC")]
    frame: dict[str, np.ndarray] = {"p_sum": p_sum, "t_mean": t_mean}
    notes = []
    if "radiation" in scene.fields:
        predictors.append(Predictor("light", "MJ m-2 yr-1"))
        frame["light"] = scene.field("radiation").sum(axis=0, dtype=float)
    elif "sunshine" in scene.fields:
        predictors.append(Predictor("light", "1"))
        frame["light"] = scene.field("sunshine").mean(axis=0, dtype=float)
        notes.append("sunshine stands in for short-wave radiation")
    else:
        notes.append("no short-wave radiation: the forests do without it")
    predictors += [Predictor("land_cover", "IGBP code", "category"), Predictor("elevation", "m")]
    frame["land_cover"] = scene.land_cover
    frame["elevation"] = scene.field("elevation").astype(float)
    predictors.append(Predictor("greenness", "1"))
    frame["greenness"] = scene.field("ndvi").mean(axis=0, dtype=float)
    notes.append("NDVI stands in for leaf area index")
    predictors.append(Predictor("product", "g m-2 yr-1"))
    if "reference_npp" in scene.fields:
        frame["product"] = scene.field("reference_npp").astype(float)
    else:
        frame["product"] = miami(t_mean, p_sum)
        notes.append("the Miami model stands in for a product's NPP")
    notes.append("no soil carbon: Rs has the predictors of NPP")
    return Offered(tuple(predictors), frame, tuple(notes))


class OnCells(NamedTuple):
    """Samples with the land cell that each lies in."""

    samples: Samples
    cell: np.ndarray  # (rows,)
    lost: tuple[Lost, ...]
    moved: int  # samples beside a land cell, as on a coast, that were given to the nearest


def on_cells(samples: Samples, scene: Scene) -> OnCells:
    """Find the land cell of each sample; those without one within reach are left out, and told.

    The reach is one cell. Of a thinned scene, whose cells stand for the area of several, it is as
    many as a cell stands for along an axis.
    """
    reach = _cells_that_one_stands_for(scene)
    x, y = scene.grid.from_lonlat(samples.lon, samples.lat)
    cell = np.full(len(samples), -1, dtype=np.int64)
    inside, moved = (np.zeros(len(samples), dtype=bool) for _ in range(2))
    for row, point in enumerate(zip(np.asarray(x), np.asarray(y), strict=True)):
        place = scene.grid.cell_at(*point)
        if place is not None:
            inside[row] = True
            cell[row] = _nearest(scene, place, reach)
            moved[row] = cell[row] >= 0 and scene.cell_of_grid[place] < 0
    gone = cell < 0
    lost: tuple[Lost, ...] = ()
    if gone.any():
        row = int(np.flatnonzero(gone)[0])
        place_text = f"lon {samples.lon[row]:g}, lat {samples.lat[row]:g}"
        lost = (
            Lost(
                "scene", int((gone & ~inside).sum()), int((gone & inside).sum()),
                f"{samples.where[row]}: {place_text}",
            ),
        )  # fmt: skip
    return OnCells(samples.only(~gone), cell[~gone], lost, int(moved.sum()))


def _cells_that_one_stands_for(scene: Scene) -> int:
    whole = float(np.mean(scene.grid.row_areas())) if scene.cells else 1.0
    return max(1, round(float(np.sqrt(scene.area.mean() / whole))))


def _nearest(scene: Scene, place: tuple[int, int], reach: int) -> int:
    """Return the land cell at a place of the grid, or the nearest within reach; -1 without one."""
    row, column = place
    here = int(scene.cell_of_grid[place])
    if here >= 0:
        return here
    top, left = max(row - reach, 0), max(column - reach, 0)
    around = scene.cell_of_grid[top : row + reach + 1, left : column + reach + 1]
    rows, columns = np.nonzero(around >= 0)
    if not rows.size:
        return -1
    best = np.hypot(rows + top - row, columns + left - column).argmin()
    return int(around[rows[best], columns[best]])


def at_cells(frame: Frame, cell: np.ndarray) -> dict[str, np.ndarray]:
    """Return the predictors of some land cells."""
    return {name: np.asarray(column)[cell] for name, column in frame.items()}
