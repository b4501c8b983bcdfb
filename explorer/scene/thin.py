"""A thinned scene: every k-th cell of both axes, for a first look while the whole is computed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from explorer.scene.blocks import to_blocks
from explorer.scene.scene import Scene


def thinned(scene: Scene, step: int, statistics: Mapping[str, Any]) -> Scene:
    """Return a scene of the land cells on every ``step``-th row and column.

    Each cell stands for the area of all it was picked from, so that means come out close and totals
    of the right size.

    Parameters
    ----------
    scene : Scene
    step : int
    statistics : mapping
        What the part keeps of the whole, by system (see ``systems.contract.System``).
    """
    width = scene.grid.x.size
    rows, columns = np.divmod(scene.index, width)
    chosen = np.flatnonzero((rows % step == 0) & (columns % step == 0))

    area = scene.area[chosen]
    return replace(
        scene,
        index=scene.index[chosen],
        blocked_area=to_blocks(area * (scene.area.sum() / area.sum()), padding=0.0),
        region=scene.region[chosen],
        land_cover=scene.land_cover[chosen],
        blocked_vegetation=to_blocks(scene.vegetation[chosen]),
        fields={name: field.cells(chosen) for name, field in scene.fields.items()},
        statistics=statistics,
    )
