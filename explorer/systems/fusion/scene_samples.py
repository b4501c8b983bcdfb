"""The samples that belong to a scene: synthetic ones of a synthetic scene, else the database's."""

from typing import NamedTuple

import numpy as np

from explorer.errors import SchemaError
from explorer.observations.rasters import Lost
from explorer.observations.sample_filters import Dropped, filtered
from explorer.observations.samples import Samples
from explorer.observations.srdb import load_srdb, srdb_filters
from explorer.scene.scene import Scene
from explorer.systems.fusion.columns import Frame
from explorer.systems.fusion.scene_predictors import on_cells
from explorer.systems.fusion.synthetic import synthetic_samples
from explorer.systems.fusion.world import SRDB, real_data_folder

SEED = 2010
FEWEST = 30
COLUMNS = {"npp": "NPP", "rs": "Rs_annual"}


class SceneSamples(NamedTuple):
    """Samples of one quantity on the land cells of a scene."""

    samples: Samples
    cell: np.ndarray  # (rows,)
    dropped: tuple[Dropped, ...]
    lost: tuple[Lost, ...]
    origin: str


def samples_on(scene: Scene, frame: Frame, target: str) -> SceneSamples:
    """Return the samples of NPP or Rs that lie on a scene.

    Raises
    ------
    SourceError
        When the scene is a real one and no folder of real data is named.
    SchemaError
        When too few lie on it.
    """
    if scene.synthetic:
        everywhere = np.ones(scene.cells, dtype=bool)
        samples, cell = synthetic_samples(scene, frame, target, everywhere, SEED)
        return SceneSamples(samples, cell, (), (), "synthetic samples of a known truth")
    kept, dropped = filtered(load_srdb(real_data_folder() / SRDB, COLUMNS[target]), srdb_filters())
    found = on_cells(kept, scene)
    if len(found.samples) < FEWEST:
        raise SchemaError(
            [
                f"{len(found.samples)} samples of {COLUMNS[target]} lie on its land cells; "
                f"expected at least {FEWEST}"
            ],
            f"scene {scene.title!r}",
        )
    return SceneSamples(found.samples, found.cell, dropped, found.lost, "SRDB, unmanipulated rows")
