"""The export dialog without a browser: what it makes, waits for, refuses and tells."""

import re
import threading

import pandas as pd
import pytest

from explorer.app.header import export_menu
from explorer.app.header.downloads import Downloads
from explorer.app.header.export_menu import BOTH, ExportMenu
from explorer.app.state.state import ExplorerState
from explorer.errors import SourceError
from explorer.report.formats import FORMATS
from explorer.scene.store import write_dataset
from explorer.session import opened
from explorer.session.opened import Opened
from explorer.tables.periods import YEAR


@pytest.fixture
def state(tiny_dataset, tmp_path):
    return ExplorerState(Opened(write_dataset(tiny_dataset(), tmp_path / "tiny.zarr")))


@pytest.fixture
def menu(state):
    made = ExportMenu(state, Downloads())
    made.open()
    return made


def finished(menu: ExportMenu) -> str:
    """Wait until files are made; return what the dialog says."""
    assert menu.state.shared.jobs.wait(60)
    return menu.message.object


def offered(menu: ExportMenu):
    secret = re.search(r"download/([\w-]+)/", menu.browser._wire.value)[1]
    return menu.downloads.find(secret)


def test_file_is_of_what_is_shown(menu, state):
    state.set_parameter("epsilon_max.EBF", 1.2)
    state.region = "South"
    menu.export("totals")
    assert state.a.scenario.identity in finished(menu)
    table = pd.read_csv(offered(menu))
    expected = state.a.result.totals.total("nep", YEAR, "South")
    row = table.query("place == 'South' and unit == 'Tg C yr-1' and variable == 'nep'")
    assert list(row.value) == [expected]
    assert not menu.busy.visible


def test_dialog_says_what_and_how_to_repeat(menu, state):
    state.set_parameter("w_min", 0.3)
    state.param.update(variable="npp", step=2, region="Far North")
    menu.open()
    assert "Net primary productivity, Feb" in menu.what.object
    assert "series of Far North" in menu.what.object
    assert "w_min = 0.3" in menu.what.object
    assert "--set w_min=0.3" in menu.command.object
    assert "--variable=npp" in menu.command.object


def test_two_scenarios_are_one_table(menu, state):
    state.page = "compare"
    menu.open()
    assert menu.which.visible
    menu.which.value = BOTH
    for key, row in FORMATS.items():
        assert menu.buttons[key].disabled == row.single
    menu.export("totals")
    finished(menu)
    scenarios = {state.a.scenario.identity, state.b.scenario.identity}
    assert len(scenarios) == 2
    assert set(pd.read_csv(offered(menu)).scenario) == scenarios
    assert menu.command.object.count("nep-explorer export") == 2
    menu.which.value = "B"
    menu.export("lineage")
    finished(menu)
    assert state.b.scenario.identity in offered(menu).read_text()


@pytest.mark.parametrize(
    ("error", "told"),
    [(SourceError("no room <here>"), "no room &lt;here&gt;"), (KeyError("x"), "unexpected")],
)
def test_fault_is_told_and_the_next_file_is_made(menu, monkeypatch, error, told):
    with monkeypatch.context() as patched:

        def fail(*_arguments):
            raise error

        patched.setattr(export_menu, "write_export", fail)
        menu.export("geotiff")
        text = finished(menu)
    assert 'role="alert"' in text
    assert told in text
    assert not menu.busy.visible
    menu.export("geotiff")
    assert "alert" not in finished(menu)
    assert offered(menu).suffix == ".tif"


@pytest.fixture
def gate(state, monkeypatch):
    """From now on first passes run in the background, and wait there."""
    go, start = threading.Event(), state.shared.start

    def waiting(scenario, proceed):
        assert go.wait(60)
        return start(scenario, proceed)

    monkeypatch.setattr(opened, "INSTANT_CELLS", 0)
    monkeypatch.setattr(state.shared, "start", waiting)
    monkeypatch.setattr(type(state.shared), "thin_step", 2)
    yield go
    go.set()


def test_preview_is_never_exported(menu, state, gate):
    """While cells are still being computed the file waits for the whole."""
    state.set_parameter("delta_t", 1.0)
    assert state.a.is_preview
    menu.export("cells")
    assert "computing every cell" in menu.message.object
    assert menu.busy.visible
    assert menu.browser._wire.value == ""
    gate.set()
    finished(menu)
    assert len(pd.read_csv(offered(menu))) == state.shared.scene.cells
    assert not menu.busy.visible


def test_file_that_waits_for_a_run_that_fails_is_given_up(menu, state, gate, monkeypatch):
    def fail(_scenario, _proceed):
        assert gate.wait(60)
        raise MemoryError

    monkeypatch.setattr(state.shared, "start", fail)
    state.set_parameter("delta_t", 1.0)
    menu.export("cells")
    assert menu.busy.visible
    gate.set()
    assert "No file was made: there is only a preview" in finished(menu)
    assert not menu.busy.visible
    menu.export("cells")
    assert "No file was made: there is only a preview" in finished(menu)


def test_two_kinds_are_both_made_and_the_same_kind_once(menu, state, monkeypatch):
    made, go = [], threading.Event()

    def write(key, _subject, path):
        assert go.wait(60)
        made.append(key)
        path.write_text("")

    monkeypatch.setattr(export_menu, "write_export", write)
    for key in ("totals", "geotiff", "geotiff"):
        menu.export(key)
    go.set()
    finished(menu)
    assert made == ["totals", "geotiff"]
    assert not menu.busy.visible


def test_failure_is_shown_on_the_page_when_the_dialog_is_closed(menu, state, monkeypatch, caplog):
    def fail(*_arguments):
        raise KeyError("a defect")

    monkeypatch.setattr(export_menu, "write_export", fail)
    menu.export("totals")
    assert "unexpected" in finished(menu)
    assert state.session.faults.shown == ()
    menu.dialog.open = False
    menu.export("totals")
    finished(menu)
    assert state.session.faults.shown == (("No file was made", "unexpected: KeyError('a defect')"),)
    assert "in fail" in caplog.text  # the trace


def test_nothing_is_made_of_an_overview(menu, state):
    state.shared.is_whole = False
    menu.open()
    assert all(button.disabled for button in menu.buttons.values())
    assert "still being read" in menu.message.object
