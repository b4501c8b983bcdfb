"""Pictures redrawn from what is kept for each class are those drawn from all cells."""

import numpy as np
import pytest

from explorer import preset, run
from explorer.picture.pictures import Pictures
from explorer.picture.screen import Screen
from explorer.picture.window import window
from explorer.scene.demo import demo_scene_path
from explorer.session.opened import Shared
from explorer.systems.nep.quick_pictures import LINEAR, ClassPictures


@pytest.fixture(scope="module")
def shared() -> Shared:
    return Shared(demo_scene_path())


def edited(shared: Shared, **changes):
    return shared.result(preset("ci2").with_values(changes))


def drawn(shared: Shared, result, name: str, month: int | None, part) -> np.ndarray:
    return shared.screens.of(shared.scene, part).mean(result.period_blocks(name, month))


@pytest.mark.parametrize("month", [None, 1, 7])
@pytest.mark.parametrize("name", LINEAR)
@pytest.mark.parametrize("side", [1, 3])
def test_pictures_are_those_of_all_cells(shared, name, month, side):
    part = window(shared.scene.grid, at_least=side)
    pictures = Pictures(shared.screens, ClassPictures(2, at_once=True))
    for value in (0.5, 0.985, 2.0):
        result = edited(shared, **{"epsilon_max.EBF": value})
        got = pictures.of(result, name, month, part)
        right = drawn(shared, result, name, month, part)
        size = np.nanmax(np.abs(right))
        np.testing.assert_allclose(got, right, rtol=1e-5, atol=1e-5 * size)


def test_second_edit_looks_at_no_cell(shared, monkeypatch):
    part = window(shared.scene.grid)
    pictures = Pictures(shared.screens, ClassPictures(2, at_once=False))
    for value in (0.5, 0.6):  # the first is drawn from the cells, the second keeps
        pictures.of(edited(shared, **{"epsilon_max.EBF": value}), "nep", None, part)
    result = edited(shared, **{"epsilon_max.EBF": 0.7})
    right = drawn(shared, result, "nep", None, part)
    for method in ("mean", "shares"):
        monkeypatch.setattr(Screen, method, lambda *_: pytest.fail("cells were looked at"))
    got = pictures.of(result, "nep", None, part)
    np.testing.assert_allclose(got, right, rtol=1e-5, atol=1e-2)


@pytest.mark.parametrize(
    "change",
    [{"ci_scheme": "none"}, {"ci_scheme": "I", "ci_ref.EBF": 0.61}, {"par_share": 0.4},
     {"delta_t": 2.0}],
    ids=str,
)  # fmt: skip
def test_what_is_kept_belongs_to_its_scenario(shared, change):
    part = window(shared.scene.grid)
    pictures = Pictures(shared.screens, ClassPictures(2, at_once=True))
    pictures.of(edited(shared), "nep", 7, part)
    result = edited(shared, **change)
    got = pictures.of(result, "nep", 7, part)
    np.testing.assert_allclose(got, drawn(shared, result, "nep", 7, part), rtol=1e-5, atol=1e-3)


def test_overview_and_whole_are_not_mixed_up(shared):
    scenario = preset("ci2")
    thin, part = run(shared.thin_scene, scenario), window(shared.scene.grid)
    pictures = Pictures(shared.screens, ClassPictures(4, at_once=True))
    whole = pictures.of(shared.result(scenario), "npp", None, part)
    assert np.isfinite(whole).sum() == shared.scene.cells
    assert np.isfinite(pictures.of(thin, "npp", None, part)).sum() == shared.thin_scene.cells
