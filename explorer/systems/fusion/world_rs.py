"""Annual soil respiration of the world: forests on the database, scored on rows never seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.errors import SchemaError
from explorer.observations.rasters import Matched, Raster, matched
from explorer.observations.sample_filters import Dropped, filtered
from explorer.observations.samples import Samples
from explorer.observations.srdb import load_srdb, srdb_filters
from explorer.systems.fusion.columns import Frame, Predictor
from explorer.systems.fusion.folds import KINDS
from explorer.systems.fusion.forest import Settings
from explorer.systems.fusion.intervals import calibrated, coverage_by_zone, covered
from explorer.systems.fusion.rh_line import lines_told
from explorer.systems.fusion.scoring import NAMES, Scored, rounded, score, scored
from explorer.systems.fusion.survey import GRIDS, METHOD, SITE, survey_frame
from explorer.systems.fusion.world import SRDB, world_rasters
from explorer.systems.layers import Proceed, always

TARGET = "Rs_annual"
PREDICTORS: tuple[Predictor, ...] = (*GRIDS, *SITE, *METHOD)
SETTINGS = Settings(trees=300, tried=0.4, leaf=3, cuts="random", splits_on="sqrt", pooled=0.5)
"""Found by the blocked scores alone; ``nep-explorer fuse tried`` prints what else was tried."""
FOLD_TREES = 100
HEADLINE = "study"


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one file, filtered, with their predictors.

    Attributes
    ----------
    samples : Samples
    frame : Frame
    dropped : tuple of Dropped
        By each filter.
    places : Matched
        Knows what the rasters lost.
    """

    samples: Samples
    frame: Frame
    dropped: tuple[Dropped, ...]
    places: Matched

    def told(self) -> dict[str, Any]:
        """Return what was read, dropped and lost, ready for JSON."""
        return {
            "rows": len(self.samples),
            "studies": self.samples.sources,
            "dropped": [row._asdict() for row in self.dropped],
            "lost": [row._asdict() for row in self.places.lost],
            "moved_to_the_next_cell": self.places.moved,
            "measured_before_2000": int((self.samples.last_year < 2000).sum()),
        }


def rows_of_file(path: Path, rasters: Mapping[str, Raster], target: str = TARGET) -> Rows:
    """Read a file of the database's format, filter it and join it to rasters.

    Raises
    ------
    SourceError, SchemaError
        As ``load_srdb``; or when no row is left.
    """
    kept, dropped = filtered(load_srdb(path, target), srdb_filters())
    places = matched(kept, rasters)
    if not len(places.samples):
        reasons = [f"{row.name}: drops {row.rows} rows" for row in dropped if row.rows]
        lost = [f"{row.raster}: {row.outside + row.without_value} rows lost" for row in places.lost]
        raise SchemaError([f"no row with {target} is left", *reasons, *lost], path.name)
    return Rows(places.samples, survey_frame(places.samples, places.values), dropped, places)


def without(rows: Rows, others: Samples) -> tuple[Rows, dict[str, int]]:
    """Leave out the rows that a file to be scored on holds as well, or whose study it holds.

    Returns
    -------
    Rows
    dict of reason -> rows
    """
    same_study = np.isin(rows.samples.source, np.unique(others.source))
    known = {*_identities(others)}
    same_row = np.array([each in known for each in _identities(rows.samples)], dtype=bool)
    kept = ~(same_study | same_row)
    left = Rows(
        rows.samples.only(kept),
        {name: column[kept] for name, column in rows.frame.items()},
        rows.dropped,
        rows.places,
    )
    return left, {
        "of a study in the test file": int(same_study.sum()),
        "same place, years and value under another study": int((same_row & ~same_study).sum()),
    }


def _identities(samples: Samples) -> list[tuple[float, ...]]:
    columns = (samples.lon, samples.lat, samples.first_year, samples.value)
    rounded_off = [np.nan_to_num(column, nan=-9999.0).round(3) for column in columns]
    return list(zip(*(column.tolist() for column in rounded_off), strict=True))


def score_world(
    folder: Path,
    test: Path | None = None,
    settings: Settings = SETTINGS,
    fold_trees: int | None = None,
    proceed: Proceed = always,
) -> dict[str, Any] | None:
    """Train on the database under a folder of real data, and score in four ways and on a file.

    Parameters
    ----------
    folder : path
    test : path, optional
        A file of the database's format. Its studies are left out of the training, if they are
        there.
    settings : Settings
    fold_trees : int, optional
        Trees of the forests of the folds; default: ``FOLD_TREES``, or as many as of the whole where
        that has fewer.
    proceed : callable
        Called with the share done.

    Returns
    -------
    dict or None
        Ready for JSON; None when told not to proceed.
    """
    fold_trees = fold_trees or min(FOLD_TREES, settings.trees)
    rasters = world_rasters(folder)
    rows = rows_of_file(folder / SRDB, rasters)
    others = rows_of_file(test, rasters) if test else None
    left_out: dict[str, int] = {}
    if others:
        rows, left_out = without(rows, others.samples)
    found = scored(
        rows.frame, rows.samples, PREDICTORS, settings,
        target=TARGET, fold_trees=fold_trees, proceed=proceed,
    )  # fmt: skip
    if found is None:
        return None
    report = {
        "target": TARGET,
        "unit": rows.samples.unit,
        "settings": settings._asdict() | {"trees_of_folds": fold_trees},
        "predictors": [each.name for each in PREDICTORS],
        "samples": rows.told() | {"left_out_for_the_test": left_out},
        "samples_digest": rows.samples.digest(),
        **scores_told(found, rows.samples),
        "rh_from_rs": lines_told(folder / SRDB),
    }
    if others:
        report["test"] = _test(found, rows.samples, others)
    return report


def scores_told(found: Scored, samples: Samples) -> dict[str, Any]:
    """Return the four scores and the coverage of the intervals, ready for JSON."""
    blocked = found.held_out[HEADLINE]
    inside = covered(samples.value, blocked)
    return {
        "scores": {
            name: {"what": {**NAMES, **KINDS}[name], **rounded(row)}
            for name, row in found.by.items()
        },
        "headline": HEADLINE,
        "intervals": {
            "level": 0.9,
            "coverage_by_study": round(float(inside.mean()), 4),
            "coverage_by_block": round(
                float(covered(samples.value, found.held_out["block"]).mean()), 4
            ),
            "by_zone": {
                zone: {"n": n, "coverage": round(share, 4)}
                for zone, (n, share) in coverage_by_zone(inside, samples.lat).items()
            },
        },
    }


def _test(found: Scored, samples: Samples, others: Rows) -> dict[str, Any]:
    forest = found.trained.forest.calibrated(calibrated(samples.value, found.held_out[HEADLINE]))
    said = forest.predict(others.frame, interval=True)
    assert said is not None and said.low is not None and said.high is not None
    observed = others.samples.value
    inside = (said.low <= observed) & (observed <= said.high)
    return {
        **rounded(score(observed, said.mean)),
        "coverage_90": round(float(inside.mean()), 4),
        "samples": others.told(),
        "notes": list(said.told.lines()),
    }
