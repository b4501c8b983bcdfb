"""The state: an edit is followed at once, or previewed while the whole is computed."""

import threading
import time
from dataclasses import fields

import numpy as np
import pytest
import shapely

from explorer import preset, run
from explorer.app.state.state import ExplorerState
from explorer.errors import ParameterError
from explorer.scene.demo import demo_scene_path
from explorer.scene.shapes.shape import shape_of
from explorer.session import opened as opened_module
from explorer.session.opened import Opened
from explorer.session.view import View
from explorer.tables.periods import YEAR, Period

JULY = Period(7)


@pytest.fixture(scope="module")
def opened() -> Opened:
    return Opened(demo_scene_path())


@pytest.fixture
def state(opened) -> ExplorerState:
    return ExplorerState(opened)


@pytest.fixture
def slow(opened, monkeypatch) -> ExplorerState:
    """A session on a scene that counts as too large to run at once."""
    monkeypatch.setattr(opened_module, "INSTANT_CELLS", 1000)
    opened._started.drop()
    state = ExplorerState(opened)
    wait(state)
    return state


def wait(state: ExplorerState) -> None:
    deadline = time.monotonic() + 30
    while state.a.progress is not None or state.a.is_preview:
        assert time.monotonic() < deadline, "the run in the background never arrived"
        time.sleep(0.01)


def same(one, other) -> bool:
    return np.array_equal(one.field("nep", JULY), other.field("nep", JULY), equal_nan=True)


def test_large_scene_is_first_shown_as_a_preview(opened, monkeypatch):
    monkeypatch.setattr(opened_module, "INSTANT_CELLS", 1000)
    opened._started.drop()
    state = ExplorerState(opened)
    assert state.a.result.scene is opened.thin_scene(state.system)
    wait(state)
    assert same(state.a.result, run(opened.scene, state.a.scenario))


def test_every_field_of_the_view_is_a_choice_of_the_state(state):
    view = View(
        page="compare", view_mode="months", compare_mode="side", variable="npp", yearly=True,
        why_scale="log", limits=("npp", True, -1.0, 5.0),
        step=3, year=2003, region="South", tapped=5, tower="CBS", window=(0.0, 0.0, 1.0, 2.0),
        shapes=(shape_of([shapely.box(100, 30, 101, 31)], "mine", "drawn"),),
    )  # fmt: skip
    assert all(getattr(view, row.name) != row.default for row in fields(View))
    assert state.view == View()
    state.restore(state.a.scenario, state.b.scenario, view=view)
    assert state.view == view


def test_b_is_computed_only_while_it_is_looked_at(state):
    assert state.b.result is None
    state.page = "compare"
    assert state.b.result.scenario == preset("original")
    seen = state.b.result
    state.page = "map"
    state.b.scenario = preset("ci1")
    assert state.b.result is seen
    state.page = "compare"
    assert state.b.result.scenario == preset("ci1")


def test_undo_and_redo_go_through_named_steps(state):
    state.set_parameter("epsilon_max.EBF", 0.9)
    state.choose_preset("original")
    state.save(preset("ci1").named("mine"))
    state.b.scenario = preset("epsilon")
    assert [snapshot.step for snapshot in state.history.snapshots] == [
        "start", "epsilon_max.EBF 0.98 → 0.9", "Original CASA", "save mine", "B: ε by class",
    ]  # fmt: skip
    state.undo()
    assert state.b.scenario == preset("original")
    state.undo()
    assert (state.a.scenario, state.shelf) == (preset("original"), {})
    state.undo()
    assert state.a.scenario.parameters.epsilon_max.EBF == 0.9
    assert state.a.result.scenario == state.a.scenario
    state.redo()
    assert state.a.scenario == preset("original")
    state.set_parameter("w_min", 0.4)
    assert len(state.history.snapshots) == 4  # what was undone is gone
    state.redo()
    assert state.a.scenario.parameters.w_min == 0.4


def test_another_scene_goes_on_with_the_same_past(state, opened):
    state.set_parameter("w_min", 0.4)
    state.set_parameter("w_min", 0.3)
    state.undo()
    state.tapped = 7
    later = ExplorerState(opened)
    later.take_over(state)
    assert later.a.scenario.parameters.w_min == 0.4
    assert later.tapped is None  # cells are counted otherwise there
    later.redo()
    assert later.a.scenario.parameters.w_min == 0.3
    later.undo()
    later.undo()
    assert later.a.scenario == preset("ci2")


def test_dragging_is_one_step(state):
    before = len(state.history.snapshots)
    for value in (0.7, 0.6, 0.5):
        state.edit(state.a.scenario.with_values({"epsilon_max.EBF": value}), draft=True)
    state.edit(state.a.scenario.with_values({"epsilon_max.EBF": 0.45}), draft=False)
    assert len(state.history.snapshots) == before + 1
    state.undo()
    assert state.a.scenario == preset("ci2")


def test_linear_edit_keeps_the_first_pass(state):
    before = state.a.result
    state.set_parameter("epsilon_max.EBF", 0.5)
    state.set_parameter("ci_scheme", "I")
    assert state.a.result.run is before.run
    assert not same(state.a.result, before)


def test_edit_gives_what_the_pipeline_gives(state):
    state.set_parameter("delta_t", 1.5)
    assert same(state.a.result, run(state.shared.scene, state.a.scenario))


def test_wrong_edit_leaves_everything_as_it_was(state):
    scenario, result = state.a.scenario, state.a.result
    with pytest.raises(ParameterError, match=r"0\.09 to 2\.16"):
        state.set_parameter("epsilon_max.EBF", 9)
    assert (state.a.scenario, state.a.result) == (scenario, result)


def test_slow_edit_shows_a_preview_then_the_whole(slow):
    seen = []
    slow.watch(lambda event: seen.append(slow.a.is_preview), a="result")
    slow.set_parameter("delta_t", 2.0)
    wait(slow)
    assert seen[0] is True
    assert seen[-1] is False
    assert same(slow.a.result, run(slow.shared.scene, slow.a.scenario))


def test_preview_is_close_to_the_whole(slow):
    slow.shared._thin.drop()
    slow.shared.__dict__["thin_step"] = 3
    scenario = preset("ci2").with_values({"delta_t": 2.5})
    whole = run(slow.shared.scene, scenario).totals
    first = slow.shared.preview(scenario).totals
    for region in whole.region_names:
        # One cell in nine; neighbouring cells are alike.
        assert first.mean("npp", YEAR, region) == pytest.approx(
            whole.mean("npp", YEAR, region), rel=0.05
        )
    del slow.shared.__dict__["thin_step"]
    slow.shared._thin.drop()


def test_newer_edit_drops_an_older_run(slow, monkeypatch):
    started, start = [], slow.shared.start
    gate = threading.Event()

    def slowly(scenario, proceed=lambda share: True):
        started.append(scenario.parameters.delta_t)
        gate.wait(10)
        made = start(scenario, proceed)
        started.append(("dropped" if made is None else "kept", scenario.parameters.delta_t))
        return made

    monkeypatch.setattr(slow.shared, "start", slowly)
    slow.set_parameter("delta_t", 3.0)
    slow.set_parameter("delta_t", 4.0)
    gate.set()
    wait(slow)
    assert started == [3.0, ("dropped", 3.0), 4.0, ("kept", 4.0)]
    assert slow.a.result.scenario.parameters.delta_t == 4.0


def test_linear_edit_during_a_run_is_in_its_result(slow):
    slow.set_parameter("delta_t", 5.0)
    slow.set_parameter("epsilon_max.EBF", 0.4)
    wait(slow)
    assert same(slow.a.result, run(slow.shared.scene, slow.a.scenario))


def test_cancel_returns_to_the_last_complete_scenario(slow, monkeypatch):
    gate = threading.Event()
    start = slow.shared.start

    def slowly(scenario, proceed=lambda share: True):
        gate.wait(10)
        return start(scenario, proceed)

    before = slow.a.scenario
    monkeypatch.setattr(slow.shared, "start", slowly)
    slow.set_parameter("delta_t", 6.0)
    assert slow.a.is_preview
    slow.a.cancel()
    gate.set()
    assert slow.a.scenario == before
    assert not slow.a.is_preview
    assert slow.a.progress is None


def test_sessions_share_first_passes(opened):
    one, other = ExplorerState(opened), ExplorerState(opened)
    assert one.a.result.run is other.a.result.run
    assert one.a.result.run.base.rh is other.a.result.run.base.rh
