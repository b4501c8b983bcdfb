"""Any result can be drawn; a system may have a quicker way to some of its variables."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import SYSTEMS, preset, run
from explorer.cache import CACHES
from explorer.picture.pictures import Pictures
from explorer.picture.screen import Screens
from explorer.picture.window import window
from explorer.scene.scene import Scene
from explorer.systems.layers import Layers
from explorer.systems.nep.quick_pictures import NepPictures
from explorer.systems.scenario import preset_of
from explorer.tables.periods import YEAR, Period


class Quick:
    """Draws one variable, as a number of its own, and notes what it was asked for."""

    names = ("npp",)

    def __init__(self) -> None:
        self.asked = []

    def key(self, layers, name, period):
        return name, period

    def picture(self, layers, name, period, pixels, stored):
        self.asked.append((layers, name, period, pixels.part))
        return np.full(pixels.shape, 7.0, dtype=np.float32)


def result_with(scene: Scene, quick: object) -> Layers:
    """The best version of System 1, with another way to quick pictures."""
    return run(scene, preset_of(replace(SYSTEMS["nep"], quick=quick), "ci2"))


def test_systems_own_way_is_taken_for_its_variables_only(scene):
    quick, part = Quick(), window(scene.grid)
    result = result_with(scene, quick)
    pictures = Pictures(Screens(), 2, at_once=True)
    assert [pictures.is_quick(result, name) for name in ("npp", "fpar")] == [True, False]
    assert (pictures.of(result, "npp", Period(3), part) == 7).all()
    assert quick.asked == [(result, "npp", Period(3), part)]
    assert not (pictures.of(result, "fpar", Period(3), part) == 7).any()
    assert len(quick.asked) == 1
    result = result_with(scene, None)
    assert not pictures.is_quick(result, "npp")
    for name in ("fpar", *NepPictures.names):
        drawn = pictures.of(result, name, YEAR, part)
        cells = result.cells(name, YEAR)
        assert np.nanmean(drawn) == pytest.approx(float(cells.mean()), rel=1e-5)
    assert len(quick.asked) == 1


def test_quick_way_is_taken_from_the_second_request_on(scene):
    """The first is drawn from the cells, since only an edit after it tells that more will come."""
    quick, part = Quick(), window(scene.grid)
    result, pictures = result_with(scene, quick), Pictures(Screens(), 2, at_once=False)
    first, second = (pictures.of(result, "npp", Period(3), part) for _ in range(2))
    assert not (first == 7).any()
    assert (second == 7).all()
    assert not (pictures.of(result, "npp", Period(4), part) == 7).any()


@pytest.mark.parametrize("name", ["land_cover", "region"])
def test_codes_are_picked_not_averaged(scene, name):
    result, part = run(scene, preset("ci2")), window(scene.grid)
    drawn = Pictures(Screens(), 2, at_once=True).of(result, name, YEAR, part)
    dy, dx = scene.grid.steps
    codes = scene.on_grid(result.codes(name).astype(np.float32))
    np.testing.assert_array_equal(drawn, codes[:: 1 if dy < 0 else -1, :: 1 if dx > 0 else -1])


def test_screens_are_cached_and_the_least_recent_is_dropped(scene, monkeypatch):
    monkeypatch.setitem(CACHES, "screens", CACHES["screens"]._replace(most=2))
    screens = Screens()
    parts = [window(scene.grid, at_least=side) for side in (1, 2, 3)]
    first, second = (screens.of(scene, part) for part in parts[:2])
    assert screens.of(scene, parts[0]) is first
    screens.of(scene, parts[2])
    assert screens.of(scene, parts[0]) is first
    assert screens.of(scene, parts[1]) is not second


@pytest.mark.parametrize("name", ["npp", "fpar", "temperature"])
def test_mean_of_a_region_is_that_of_its_cells(scene, name):
    """What stands above each of the maps of a year's steps."""
    result = run(scene, preset("ci2"))
    totals = result.totals_of((name,))
    for number, region in enumerate(("all", *scene.region_names)):
        mine = np.ones(scene.cells, bool) if region == "all" else scene.region == number - 1
        means = totals.series(name, region)
        for month in (1, 7):
            cells = result.cells(name, Period(month))[mine].astype(float)
            wanted = np.average(cells, weights=scene.area[mine])
            assert means[month - 1] == pytest.approx(wanted, rel=1e-6)
        if name == "npp":
            np.testing.assert_allclose(means, result.totals.series("npp", region), rtol=1e-6)


def test_mean_without_area_is_missing(scene):
    totals = run(scene, preset("ci2")).totals_of(("fpar",))
    nowhere = replace(totals, area=np.zeros_like(totals.area))
    assert np.isnan(nowhere.series("fpar")).all()
    assert np.isnan(nowhere.mean("fpar", Period(3)))
