"""Pictures redrawn from what is kept for each class are those drawn from all cells."""

import numpy as np
import pytest

from explorer import preset, run
from explorer.picture.pictures import Pictures
from explorer.picture.screen import Screen
from explorer.picture.window import window
from explorer.pipeline import statistics_of
from explorer.scene.demo import demo_scene_path
from explorer.scene.thin import thinned
from explorer.session.opened import Opened
from explorer.systems.nep.quick_pictures import NepPictures
from explorer.tables.periods import YEAR, Period


@pytest.fixture(scope="module")
def opened() -> Opened:
    return Opened(demo_scene_path())


def edited(opened: Opened, **changes):
    return opened.result(preset("ci2").with_values(changes))


def drawn(opened: Opened, result, name: str, period: Period, part) -> np.ndarray:
    return opened.screens.of(opened.scene, part).mean(result.field(name, period))


@pytest.mark.parametrize("month", [None, 1, 7])
@pytest.mark.parametrize("name", NepPictures.names)
@pytest.mark.parametrize("side", [1, 3])
def test_pictures_are_those_of_all_cells(opened, name, month, side):
    part = window(opened.scene.grid, at_least=side)
    pictures = Pictures(opened.screens, 2, at_once=True)
    for value in (0.5, 0.985, 2.0):
        result = edited(opened, **{"epsilon_max.EBF": value})
        got = pictures.of(result, name, Period(month), part)
        right = drawn(opened, result, name, Period(month), part)
        size = np.nanmax(np.abs(right))
        np.testing.assert_allclose(got, right, rtol=1e-5, atol=1e-5 * size)


def test_second_edit_looks_at_no_cell(opened, monkeypatch):
    part = window(opened.scene.grid)
    pictures = Pictures(opened.screens, 2, at_once=False)
    for value in (0.5, 0.6):  # the first is drawn from the cells, the second keeps
        pictures.of(edited(opened, **{"epsilon_max.EBF": value}), "nep", YEAR, part)
    result = edited(opened, **{"epsilon_max.EBF": 0.7})
    right = drawn(opened, result, "nep", YEAR, part)
    for method in ("mean", "shares"):
        monkeypatch.setattr(Screen, method, lambda *_: pytest.fail("cells were looked at"))
    got = pictures.of(result, "nep", YEAR, part)
    np.testing.assert_allclose(got, right, rtol=1e-5, atol=1e-2)


@pytest.mark.parametrize(
    "change",
    [{"ci_scheme": "none"}, {"ci_scheme": "I", "ci_ref.EBF": 0.61}, {"par_share": 0.4},
     {"delta_t": 2.0}],
    ids=str,
)  # fmt: skip
def test_what_is_kept_belongs_to_its_scenario(opened, change):
    part = window(opened.scene.grid)
    pictures = Pictures(opened.screens, 2, at_once=True)
    pictures.of(edited(opened), "nep", Period(7), part)
    result = edited(opened, **change)
    got = pictures.of(result, "nep", Period(7), part)
    np.testing.assert_allclose(
        got, drawn(opened, result, "nep", Period(7), part), rtol=1e-5, atol=1e-3
    )


def test_overview_and_whole_are_not_mixed_up(opened):
    scenario = preset("ci2")
    thin_scene = thinned(opened.scene, 3, statistics_of(opened.scene))
    thin, part = run(thin_scene, scenario), window(opened.scene.grid)
    pictures = Pictures(opened.screens, 4, at_once=True)
    whole = pictures.of(opened.result(scenario), "npp", YEAR, part)
    assert np.isfinite(whole).sum() == opened.scene.cells
    assert np.isfinite(pictures.of(thin, "npp", YEAR, part)).sum() == thin_scene.cells
    assert thin_scene.cells < opened.scene.cells / 8
