"""Forests of one target on a scene: grown from a file of samples, and laid over all cells."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from explorer.errors import SchemaError
from explorer.observations.csv_table import read_bytes
from explorer.observations.sample_files import load_samples
from explorer.observations.sample_filters import Dropped, Filter, filtered, placed, plausible
from explorer.observations.samples import Samples
from explorer.observations.srdb import FLUXES, load_srdb, srdb_filters
from explorer.scene.scene import Scene
from explorer.systems.fusion.forest import Forest, Prediction, Settings
from explorer.systems.fusion.forest_file import require_same_predictors
from explorer.systems.fusion.intervals import calibrated, covered
from explorer.systems.fusion.scene_predictors import at_cells, offered_by, on_cells
from explorer.systems.fusion.scoring import Scored, rounded, scored
from explorer.systems.layers import Proceed, always

UNIT = "g C m-2 yr-1"
MOST = 5000.0  # [g C m-2 yr-1] no annual flux of a file of one's own is larger
HEADLINE = "study"


class Grown(NamedTuple):
    """A forest on a scene, and how it came about."""

    forest: Forest
    report: dict[str, Any]


def samples_of_file(path: Path, target: str) -> tuple[Samples, tuple[Dropped, ...]]:
    """Read a CSV file of one's own, or one of SRDB's format, and filter it.

    Raises
    ------
    SourceError, SchemaError
        As the readers; or when a file of SRDB's format has no such target.
    """
    header = read_bytes(path)[:4000].decode("utf-8-sig", errors="replace").splitlines()[:1]
    filters: tuple[Filter, ...] = (placed(), plausible(0.0, MOST, UNIT))
    if header and "Study_number" in header[0].split(","):
        if target not in FLUXES:
            raise SchemaError(
                [f"target {target!r}: of SRDB expected one of {', '.join(FLUXES)}"], path.name
            )
        return filtered(load_srdb(path, target), srdb_filters())
    return filtered(load_samples(path, UNIT), filters)


def grow(
    path: Path, scene: Scene, target: str, settings: Settings, proceed: Proceed = always
) -> Grown | None:
    """Join samples of a file to a scene, grow a forest, score and calibrate it.

    Parameters
    ----------
    path : path
        See ``samples_of_file``.
    scene : Scene
    target : str
        What the values are: of SRDB one of its columns, else any name.
    settings : Settings
        ``tried`` may be more than there are predictors; then all but one are.
    proceed : callable
        Called with the share done.

    Returns
    -------
    Grown or None
        None when told not to proceed.
    """
    kept, dropped = samples_of_file(path, target)
    found = on_cells(kept, scene)
    if len(found.samples) < 2 * settings.leaf:
        raise SchemaError(
            [f"{len(found.samples)} of {len(kept)} samples lie on the scene's land cells"],
            path.name,
        )
    offered = offered_by(scene)
    frame = at_cells(offered.frame, found.cell)
    if settings.tried > len(offered.predictors):
        settings = settings._replace(tried=len(offered.predictors) - 1)
    result = scored(
        frame, found.samples, offered.predictors, settings,
        target=target, fold_trees=min(settings.trees, 200), proceed=proceed,
    )  # fmt: skip
    if result is None:
        return None
    out = result.held_out[HEADLINE]
    forest = result.trained.forest.calibrated(calibrated(found.samples.value, out))
    report = {
        "target": target,
        "unit": found.samples.unit,
        "scene": scene.title,
        "synthetic": scene.synthetic,
        "settings": settings._asdict(),
        "predictors": [each._asdict() for each in offered.predictors],
        "notes": list(offered.notes),
        "samples": {
            "rows": len(found.samples),
            "studies": found.samples.sources,
            "dropped": [row._asdict() for row in dropped],
            "lost": [row._asdict() for row in found.lost],
        },
        "samples_digest": forest.digest,
        "scores": _scores(result),
        "headline": HEADLINE,
        "coverage_90": round(float(covered(found.samples.value, out).mean()), 4),
    }
    return Grown(forest, report)


def _scores(result: Scored) -> dict[str, Any]:
    return {name: rounded(row) for name, row in result.by.items()}


def lay_over(
    forest: Forest, scene: Scene, *, interval: bool, proceed: Proceed = always
) -> Prediction | None:
    """Predict all land cells of a scene; None when told not to proceed.

    Raises
    ------
    SchemaError
        When the scene's predictors are not those that the forest was trained on.
    """
    offered = offered_by(scene)
    units = {each.name: each.unit for each in offered.predictors}
    require_same_predictors(forest, offered.frame, units)
    frame = {name: np.asarray(offered.frame[name]) for name in forest.encoding.names}
    return forest.predict(frame, interval=interval, proceed=proceed)
