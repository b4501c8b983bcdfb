"""Comparing without a browser: the causes run in the background, lists of sides, colour limits."""

import threading
import time

import numpy as np
import pytest

from explorer import preset, run
from explorer.app.pages.compare.causes import NO_CHANGE, CausesRun, causes_html
from explorer.app.pages.compare.pickers import CURRENT, PairPicker
from explorer.app.state.state import ExplorerState
from explorer.picture.limits import round_limit
from explorer.scene.demo import demo_scene_path
from explorer.session import opened as opened_module
from explorer.session.opened import Opened
from explorer.systems import SYSTEMS
from explorer.systems.nep.explain import NepExplains
from explorer.systems.nep.factors import DRIVERS

EXPLAINS = NepExplains()


@pytest.fixture(scope="module")
def opened() -> Opened:
    return Opened(demo_scene_path())


@pytest.fixture
def state(opened) -> ExplorerState:
    state = ExplorerState(opened)
    state.page = "compare"
    return state


@pytest.fixture
def slow(opened, monkeypatch) -> ExplorerState:
    """A session on a scene that counts as too large to split at once; its bases are known."""
    for name in ("ci2", "original"):
        opened.result(preset(name))
    monkeypatch.setattr(opened_module, "INSTANT_CELLS", 1000)
    state = ExplorerState(opened)
    state.page = "compare"
    return state


def wait(causes: CausesRun) -> None:
    deadline = time.monotonic() + 30
    while causes.progress is not None:
        assert time.monotonic() < deadline, "the split in the background never arrived"
        time.sleep(0.01)


def same(split, wanted) -> bool:
    return all(
        np.array_equal(split.totals.sums[name], wanted.totals.sums[name]) for name in split.causes
    )


def test_small_scene_is_split_at_once_and_follows_edits(state, opened):
    causes = CausesRun(state)
    original = run(opened.scene, preset("original"))
    assert same(causes.split, EXPLAINS.split(state.a.result, original))
    state.set_parameter("epsilon_max.EBF", 0.7)
    edited = run(opened.scene, preset("ci2").with_values({"epsilon_max.EBF": 0.7}))
    assert same(causes.split, EXPLAINS.split(edited, original))


def test_nothing_is_split_while_another_page_is_looked_at(opened, monkeypatch):
    calls = []
    monkeypatch.setattr(NepExplains, "split", lambda *pair: calls.append(pair))
    state = ExplorerState(opened)
    CausesRun(state)
    state.set_parameter("epsilon_max.EBF", 0.7)
    assert calls == []
    state.page = "compare"
    assert len(calls) == 1


def test_large_scene_is_split_in_the_background(slow, opened):
    causes = CausesRun(slow)
    wait(causes)
    original = run(opened.scene, preset("original"))
    assert same(causes.split, EXPLAINS.split(slow.a.result, original))


@pytest.fixture
def held(monkeypatch) -> tuple[threading.Event, threading.Event, list]:
    """A split that begins, waits to be let on, and then is told whether to go on."""
    began, go, answers = threading.Event(), threading.Event(), []
    split = NepExplains.split

    def waiting(explains, a, b, proceed):
        began.set()
        assert go.wait(30)
        answers.append(proceed(0.5))
        return split(explains, a, b) if answers[-1] else None

    monkeypatch.setattr(NepExplains, "split", waiting)
    return began, go, answers


@pytest.mark.parametrize("way", ["cancel", "another page"])
def test_split_that_is_given_up_never_arrives(slow, held, way):
    began, go, answers = held
    causes = CausesRun(slow)
    assert began.wait(30)
    assert causes.progress is not None
    if way == "cancel":
        causes.cancel()
    else:
        slow.page = "map"
    go.set()
    assert slow.shared.jobs.wait(30)
    assert answers == [False]
    assert causes.split is None
    assert causes.progress is None


def test_newer_edit_drops_an_older_split(slow, held, opened):
    began, go, answers = held
    causes = CausesRun(slow)
    assert began.wait(30)
    slow.set_parameter("epsilon_max.EBF", 0.7)
    go.set()
    wait(causes)
    assert answers == [False, True]
    edited = run(opened.scene, preset("ci2").with_values({"epsilon_max.EBF": 0.7}))
    wanted = EXPLAINS.split(edited, run(opened.scene, preset("original")), lambda share: True)
    assert same(causes.split, wanted)


def test_every_cause_has_a_name_and_a_colour_of_its_own():
    assert tuple(EXPLAINS.causes) == (*DRIVERS, "respiration")  # in the order of the codes
    causes = (NO_CHANGE, *EXPLAINS.causes.values())
    for field in ("label", "symbol", "colour"):
        assert len({getattr(cause, field) for cause in causes}) == len(causes)


def test_names_that_a_user_gave_are_escaped(state):
    state.region = "<b>lake</b>"
    split = EXPLAINS.split(state.a.result, state.b.result)
    told = causes_html(state, split, running=False)
    assert "<b>lake" not in told
    assert "not by drawn shape" in told


def test_lists_offer_presets_shelf_and_what_is_not_saved(state):
    picker = PairPicker(state)
    own = [f"preset nep {name}" for name in ("original", "epsilon", "ci1", "ci2")]
    of_others = [
        f"preset {system.name} {name}"
        for system in SYSTEMS.values()
        if system.name != "nep" and not system.lacks(state.shared.scene)
        for name in system.presets
    ]  # fmt: skip
    assert list(picker.choices(state.a)) == [*own, *of_others]
    assert picker.lists["A"].value == "preset nep ci2"
    assert picker.lists["B"].value == "preset nep original"
    mine = state.a.scenario.with_values({"delta_t": 1.0}).named("mine")
    state.shelf = {"mine": mine}
    state.set_parameter("delta_t", 2.0)
    assert picker.lists["A"].value == "own"
    assert CURRENT in picker.choices(state.b)
    picker.lists["B"].value = "shelf mine"
    assert state.b.scenario == mine
    picker.lists["B"].value = CURRENT
    assert state.b.scenario.parameters == state.a.scenario.parameters
    picker.lists["A"].value = "preset nep ci1"
    assert state.a.scenario == preset("ci1")


def test_swap_is_one_step_that_can_be_undone(state):
    picker = PairPicker(state)
    steps = len(state.history.snapshots)
    picker.swap.param.trigger("clicks")
    assert (state.a.scenario, state.b.scenario) == (preset("original"), preset("ci2"))
    assert len(state.history.snapshots) == steps + 1
    state.undo()
    assert (state.a.scenario, state.b.scenario) == (preset("ci2"), preset("original"))


@pytest.mark.parametrize(
    ("values", "limit"),
    [([3.0, -4.2], 5), ([0.3], 0.3), ([1.0, 1.0], 1), ([1100.0], 1500), ([0, np.nan], 1), ([], 1)],
)
def test_limits_of_a_difference_are_round(values, limit):
    assert round_limit(np.array(values, dtype=float)) == pytest.approx(limit)


def test_a_few_extremes_do_not_set_the_limit():
    assert round_limit(np.append(np.full(999, 1.7), 1e6)) == 2
