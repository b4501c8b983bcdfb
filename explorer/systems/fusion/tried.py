"""What was tried for soil respiration of the world, each with its blocked scores."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explorer.systems.fusion.columns import Predictor
from explorer.systems.fusion.folds import HEADLINE
from explorer.systems.fusion.forest import Settings
from explorer.systems.fusion.scoring import Score, held_out, score
from explorer.systems.fusion.survey import GRIDS, METHOD, SITE
from explorer.systems.fusion.world import SRDB, world_rasters
from explorer.systems.fusion.world_rs import PREDICTORS, SETTINGS, Rows, rows_of_file
from explorer.systems.layers import Proceed, always

TWELVE = (
    "t_mean", "t_warmest", "t_coldest", "growing_degrees", "p_sum", "p_driest", "p_wettest",
    "sun_mean", "water_capacity", "evi_mean", "evi_max", "evi_min",
)  # fmt: skip
PLACE = (Predictor("lon", "degrees"), Predictor("lat", "degrees"))
COUNTRY = Predictor("country", "word", "category")
GENUS = Predictor("genus", "word", "category")
PLAIN = Settings(tried=1 / 3, leaf=3)
TREES = 20
"""Enough to rank settings; more trees raise all of them a little."""


class Try(NamedTuple):
    """One set of predictors and settings."""

    what: str
    predictors: tuple[Predictor, ...]
    settings: Settings


TRIES: tuple[Try, ...] = (
    Try(
        "twelve grids, plain forest", tuple(row for row in GRIDS if row.name in TWELVE), PLAIN
    ),
    Try("all grids", GRIDS, PLAIN),
    Try("all grids, 7 of 8 tried as in the paper", GRIDS, PLAIN._replace(tried=7 / 8, leaf=5)),
    Try("+ what rows tell of the site", (*GRIDS, *SITE), PLAIN),
    Try("+ how it was measured", PREDICTORS, PLAIN),
    Try("  splits on ln", PREDICTORS, PLAIN._replace(splits_on="ln")),
    Try("  splits on the root", PREDICTORS, PLAIN._replace(splits_on="sqrt")),
    Try("  random cuts, splits on the root", PREDICTORS, SETTINGS._replace(pooled=0.0)),
    Try("    pooled by study, half", PREDICTORS, SETTINGS),
    Try("    pooled by study, whole", PREDICTORS, SETTINGS._replace(pooled=1.0)),
    Try("    leaves of 8", PREDICTORS, SETTINGS._replace(leaf=8)),
    Try("    + longitude and latitude", (*PREDICTORS, *PLACE), SETTINGS),
    Try("    + country", (*PREDICTORS, COUNTRY), SETTINGS),
    Try("    + genus of the first species", (*PREDICTORS, GENUS), SETTINGS),
    Try("    without the grids", (*SITE, *METHOD), SETTINGS),
)  # fmt: skip


def tried(
    folder: Path, trees: int = TREES, proceed: Proceed = always
) -> Iterator[tuple[Try, Mapping[str, Score]]]:
    """Yield each try with its scores by study and by block."""
    rows = rows_of_file(folder / SRDB, world_rasters(folder))
    frame = {**rows.frame, **_more(rows)}
    for number, each in enumerate(TRIES):
        found = {}
        for kind in HEADLINE:
            if not proceed(number / len(TRIES)):
                return
            out = held_out(
                frame, rows.samples, each.predictors, each.settings._replace(trees=trees), kind
            )
            assert out is not None
            found[kind] = score(rows.samples.value, out.mean)
        yield each, found


def _more(rows: Rows) -> dict[str, np.ndarray]:
    words = rows.samples.words
    first = [
        species.replace(",", " ").replace(";", " ").split(" ")[0] for species in words["Species"]
    ]
    return {
        "lon": rows.samples.lon,
        "lat": rows.samples.lat,
        "country": words["Country"],
        "genus": np.char.lower(np.array(first)),
    }


def as_table(rows: Mapping[str, Mapping[str, Score]]) -> str:
    """Return tries as a table of Markdown."""
    lines = [
        "| predictors, settings | r² by study | NSE | ln r² | r² by block | NSE | ln r² |",
        "|---|---|---|---|---|---|---|",
    ]
    for what, found in rows.items():
        cells = [
            f"{value:.2f}"
            for kind in HEADLINE
            for value in (found[kind].r2, found[kind].nse, found[kind].ln_r2)
        ]
        lines.append(f"| {what.strip()} | {' | '.join(cells)} |")
    return "\n".join(lines)
