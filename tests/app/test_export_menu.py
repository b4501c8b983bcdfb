"""The export dialog without a browser: what it makes, waits for, refuses and tells."""

import re

import pandas as pd
import pytest

from explorer.app.header import export_menu
from explorer.app.header.export_menu import BOTH, ExportMenu
from explorer.app.shell.downloads import Downloads
from explorer.app.state.state import ExplorerState
from explorer.errors import SourceError
from explorer.report.formats import FORMATS
from explorer.scene.store import write_dataset
from explorer.session.opened import Shared


@pytest.fixture
def state(tiny_dataset, tmp_path):
    return ExplorerState(Shared(write_dataset(tiny_dataset(), tmp_path / "tiny.zarr")))


@pytest.fixture
def menu(state):
    made = ExportMenu(state, Downloads())
    made.open()
    return made


def finished(menu: ExportMenu) -> str:
    """Wait for the thread that makes files; return what the dialog says."""
    menu.downloads.worker.submit(lambda: None).result(timeout=60)
    return menu.message.object


def offered(menu: ExportMenu):
    secret = re.search(r"download/([\w-]+)/", menu.browser._wire.value)[1]
    return menu.downloads.find(secret)


def test_file_is_of_what_is_shown(menu, state):
    state.set_parameter("epsilon_max.EBF", 1.2)
    state.region = "South"
    menu.export("series")
    assert state.scenario.identity in finished(menu)
    table = pd.read_csv(offered(menu))
    expected = state.result.totals.yearly_total("nep", "South")
    row = table.query("place == 'South' and unit == 'Tg C yr-1'")
    assert list(row.value) == [expected]
    assert not menu.busy.visible


def test_dialog_says_what_and_how_to_repeat(menu, state):
    state.set_parameter("w_min", 0.3)
    state.param.update(variable="npp", month=2, region="Far North")
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
    menu.export("series")
    finished(menu)
    scenarios = {state.scenario.identity, state.other.scenario.identity}
    assert len(scenarios) == 2
    assert set(pd.read_csv(offered(menu)).scenario) == scenarios
    assert menu.command.object.count("nep-explorer export") == 2
    menu.which.value = "B"
    menu.export("lineage")
    finished(menu)
    assert state.other.scenario.identity in offered(menu).read_text()


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


def test_preview_is_never_exported(menu, state, monkeypatch):
    """While cells are still being computed the file waits for the whole."""
    whole = state.result
    monkeypatch.setattr(type(state.shared), "thin_step", 2)
    state.result = state.shared.preview(state.scenario)
    assert state.is_preview
    menu.export("cells")
    assert "computing every cell" in finished(menu)
    assert menu.browser._wire.value == ""
    state.result = whole
    finished(menu)
    assert len(pd.read_csv(offered(menu))) == whole.scene.cells


def test_nothing_is_made_of_an_overview(menu, state):
    state.shared.is_whole = False
    menu.open()
    assert all(button.disabled for button in menu.buttons.values())
    assert "still being read" in menu.message.object
