"""What every map of a scene shows besides its own pixels."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from explorer.cache import CACHES, Recent, recent
from explorer.picture.codes import CodeLayer, on_grid
from explorer.picture.extent import Bounds, land_extent, stretch
from explorer.picture.graticule import graticule
from explorer.picture.outlines import region_outlines
from explorer.scene.grid import Grid
from explorer.scene.scene import Scene


class Basemap:
    """Extent, outlines, graticule and classes of a scene; each computed once, on first use.

    Parameters
    ----------
    scene : Scene
    class_names : sequence of str
        Of the codes in ``scene.vegetation``, as a person reads them.
    """

    def __init__(self, scene: Scene, class_names: Sequence[str]) -> None:
        self.scene = scene
        self.class_names = tuple(class_names)
        # What the pointer reads besides the value, by window: the same for every session.
        self.hovered: Recent[dict[str, list[np.ndarray]]] = recent(CACHES["hovered"])

    @property
    def grid(self) -> Grid:
        """The grid that maps are drawn on."""
        return self.scene.grid

    @cached_property
    def extent(self) -> Bounds:
        """Left, bottom, right, top of the land, with a margin, in the grid's coordinates."""
        return land_extent(self.scene)

    @cached_property
    def stretch(self) -> float:
        """How much longer a unit of y is than a unit of x where the land is."""
        return stretch(self.grid.geographic, self.extent)

    @cached_property
    def outlines(self) -> dict[str, list[np.ndarray]]:
        """Outline of each region as rings, (points, 2), in the grid's coordinates."""
        return region_outlines(self.scene)

    @property
    def rings(self) -> list[np.ndarray]:
        """The rings of all regions."""
        return [ring for rings in self.outlines.values() for ring in rings]

    @cached_property
    def graticule(self) -> list[np.ndarray]:
        """Lines of longitude and latitude, (points, 2), in the grid's coordinates."""
        return graticule(self.grid)

    @cached_property
    def codes(self) -> dict[str, CodeLayer]:
        """Classifications that the hover reads, by what they are called there."""
        scene = self.scene
        return {
            "class": CodeLayer(on_grid(scene, scene.vegetation), self.class_names),
            "region": CodeLayer(on_grid(scene, scene.region), scene.region_names),
        }
