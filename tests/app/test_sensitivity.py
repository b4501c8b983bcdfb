"""What moves a total, on the page: computed when looked at, cancelled, and led to its control."""

import threading

import pytest

from explorer.analysis.sensitivity import Swing
from explorer.app.drawer.scenario_drawer import ScenarioDrawer
from explorer.app.pages.map import sensitivity_panel
from explorer.app.pages.map.explanations import MOVES, Explanations
from explorer.app.pages.map.sensitivity_panel import SensitivityPanel, tornado_rows
from explorer.app.state.state import ExplorerState
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened
from explorer.tables.parameter import row_of


@pytest.fixture
def state(tiny_dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(sensitivity_panel, "REST", 0.0)
    return ExplorerState(Opened(write_dataset(tiny_dataset(), tmp_path / "tiny.zarr")))


@pytest.fixture
def slopes(state, monkeypatch):
    """Slopes that are made up at once, and a list of the regions that they were asked for."""
    asked: list[str] = []

    def made(sight, proceed):
        asked.append(sight.view.region)
        return {"w_min": 2.0, "sr_weight": -3.0} if proceed(1.0) else None

    monkeypatch.setattr(sensitivity_panel, "slopes_for", made)
    return asked


def settled(state) -> None:
    assert state.shared.jobs.wait(30)


def test_nothing_is_computed_before_it_is_asked_for(state, slopes):
    card = Explanations(state)
    settled(state)
    assert slopes == []
    assert card.sensitivity is None
    card.choice.value = MOVES
    settled(state)
    assert slopes == ["all"]
    assert [row["name"] for row in card.sensitivity.bars.rows] == ["sr_weight", "w_min"]
    assert card.card == MOVES


def test_region_and_edit_ask_again_and_the_same_does_not(state, slopes):
    panel = SensitivityPanel(state)
    panel.show(True)
    settled(state)
    state.region = "South"
    settled(state)
    state.set_parameter("w_min", 0.3)
    settled(state)
    assert slopes == ["all", "South", "South"]
    panel.follow()
    settled(state)
    assert len(slopes) == 3
    state.page = "compare"
    state.region = "all"
    settled(state)
    assert len(slopes) == 3


def test_cancel_ends_the_job_and_is_told(state, monkeypatch):
    begun, go, proceeded = threading.Event(), threading.Event(), []

    def slow(_sight, proceed):
        begun.set()
        assert go.wait(30)
        proceeded.append(proceed(0.5))
        return {"w_min": 1.0} if proceeded[-1] else None

    monkeypatch.setattr(sensitivity_panel, "slopes_for", slow)
    panel = SensitivityPanel(state)
    panel.show(True)
    assert begun.wait(30)
    assert panel.running.visible
    panel.cancel()
    go.set()
    settled(state)
    assert proceeded == [False]
    assert panel.bars.rows == []
    assert not panel.running.visible
    assert "cancelled" in panel.title.object


@pytest.mark.parametrize("name", ["rs_beta", "socd.cropland", "epsilon_max.EBF", "delta_t"])
def test_bar_opens_the_folds_round_its_control(state, name):
    drawer = ScenarioDrawer(state)
    drawer.__panel__()
    panel = SensitivityPanel(state)
    swing = Swing(name, "label", "1", 1.0, 0.9, 1.1, 2.0, False)
    panel.bars.rows = tornado_rows([swing])
    panel.bars._handle_msg("no such parameter")
    assert drawer.processes.folds.accordion.active == []
    panel.bars._handle_msg(name)
    stem = name.partition(".")[0]
    if stem in ("epsilon_max", "delta_t"):  # always in sight
        assert drawer.processes.folds.accordion.active == []
    else:
        process = row_of(state.system.parameters, name).metadata["process"]
        number = drawer.processes.processes.index(process)
        assert drawer.processes.folds.accordion.active == [number]
        assert drawer.processes.entries[name].name_of_parameter == name
    assert panel.bars.rows[0]["control"] == f"entry-{name.replace('.', '-')}"


def test_longest_bar_takes_half_of_the_width_and_signs_go_their_ways():
    rows = tornado_rows(
        [Swing("a", "A", "1", 1.0, 0.5, 1.5, -4.0, True), Swing("b", "B", "m", 1, 1, 2, 1.0, False)]
    )
    assert (rows[0]["left_up"], rows[0]["wide_up"]) == (0, 50)
    assert (rows[0]["left_down"], rows[0]["wide_down"]) == (50, 50)
    assert rows[0]["label"] == "A (stand-in)"
    assert (rows[1]["left_up"], rows[1]["wide_up"]) == (50, 25)
    assert rows[1]["wide_down"] == 0
