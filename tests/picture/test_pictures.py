"""Any result can be drawn; a system may have a quicker way to some of its variables."""

import numpy as np
import pytest
from explorer.analysis.region_means import region_weights, weighted_mean

from explorer import preset, run
from explorer.picture.pictures import Pictures
from explorer.picture.screen import Screens
from explorer.picture.window import window
from explorer.scene.blocks import to_blocks
from explorer.systems.nep.quick_pictures import LINEAR
from explorer.tables.periods import YEAR, Period


class Quick:
    """Draws one variable, as a number of its own, and notes what it was asked for."""

    names = ("npp",)

    def __init__(self) -> None:
        self.asked = []

    def mean(self, layers, name, period, screen):
        self.asked.append((layers, name, period, screen.part))
        return np.full(screen.part.shape, 7.0, dtype=np.float32)


def test_systems_own_way_is_taken_for_its_variables_only(scene):
    result, part, quick = run(scene, preset("ci2")), window(scene.grid), Quick()
    pictures = Pictures(Screens(), quick)
    assert (pictures.is_quick("npp"), pictures.is_quick("fpar")) == (True, False)
    assert (pictures.of(result, "npp", 3, part) == 7).all()
    assert quick.asked == [(result, "npp", 3, part)]
    plain = Pictures(Screens())
    assert not plain.is_quick("npp")
    for name in ("fpar", *LINEAR):
        drawn = plain.of(result, name, None, part)
        cells = result.cells(name, YEAR)
        assert np.nanmean(drawn) == pytest.approx(float(cells.mean()), rel=1e-5)
    assert len(quick.asked) == 1


def test_screens_are_cached_and_the_least_recent_is_dropped(scene):
    screens = Screens(most=2)
    parts = [window(scene.grid, at_least=side) for side in (1, 2, 3)]
    first, second = (screens.of(scene, part) for part in parts[:2])
    assert screens.of(scene, parts[0]) is first
    screens.of(scene, parts[2])
    assert screens.of(scene, parts[0]) is first
    assert screens.of(scene, parts[1]) is not second


def test_mean_of_a_region_is_that_of_the_totals(scene):
    result = run(scene, preset("ci2"))
    for region in ("all", *scene.region_names):
        weights = region_weights(scene, region)
        means = [weighted_mean(result.blocks("npp", month), weights) for month in (1, 7)]
        wanted = result.totals.series("npp", region)[[0, 6]]
        np.testing.assert_allclose(means, wanted, rtol=1e-6)


def test_mean_without_weight_is_missing(scene):
    values = to_blocks(np.ones(scene.cells, dtype=np.float32))
    assert np.isnan(weighted_mean(values, np.zeros(values.shape)))
