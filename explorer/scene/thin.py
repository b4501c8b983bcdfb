"""A thinned scene: every k-th cell of both axes, for a first look while the whole is computed."""

from dataclasses import replace

import numpy as np

from explorer.scene.blocks import from_blocks, to_blocks
from explorer.scene.scene import BLOCKED, Scene


def thinned(scene: Scene, step: int) -> Scene:
    """Return a scene of the land cells on every ``step``-th row and column.

    Class extremes and reference clumping stay those of the whole scene; each cell stands for the
    area of all it was picked from, so that means come out close and totals of the right size.
    """
    width = scene.grid.x.size
    kept = np.flatnonzero((scene.index // width % step == 0) & (scene.index % width % step == 0))
    fields = {
        name: to_blocks(np.ascontiguousarray(from_blocks(values, scene.cells)[..., kept]))
        for name, values in scene.forcing._asdict().items()
        if name in BLOCKED and values is not None
    }
    area = scene.area[kept]
    thin = replace(
        scene,
        index=scene.index[kept],
        area=area * (scene.area.sum() / area.sum()),
        region=scene.region[kept],
        forcing=scene.forcing._replace(**fields),
        reference_npp=None if scene.reference_npp is None else scene.reference_npp[kept],
    )
    thin.__dict__["index_limits"] = scene.index_limits
    thin.__dict__["mean_clumping"] = scene.mean_clumping
    return thin
