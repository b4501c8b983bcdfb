"""Whatever raises is shown on the page and logged with its trace, and its progress ends."""

import ast
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import panel as pn
import pytest
from bokeh.document import Document
from bokeh.events import Tap
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure
from panel.io.state import set_curdoc

import explorer
from explorer import pipeline, preset
from explorer.app.pages.compare.causes import CausesRun
from explorer.app.pages.map.limits_map import LimitsMap
from explorer.app.pages.map.why_panel import WhyPanel
from explorer.app.shell.fault_area import FaultArea
from explorer.app.shell.opening import Opening
from explorer.app.shell.shell import Shell
from explorer.app.state import background
from explorer.app.state.faults import AN_INPUT, MOST, Fault, Faults, guarded
from explorer.app.state.state import ExplorerState
from explorer.errors import SourceError
from explorer.scene.store import write_dataset
from explorer.session import opened as opened_module
from explorer.session.opened import Opened
from explorer.systems.nep.explain import NepExplains

DEFECT = "a defect <here>"


def fail(*_arguments, **_named) -> None:
    raise KeyError(DEFECT)


def text_of(area: FaultArea) -> list[str]:
    return [row[0].object for row in area.column]


@pytest.fixture
def path(tiny_dataset, tmp_path) -> Path:
    return write_dataset(tiny_dataset(), tmp_path / "tiny.zarr")


@pytest.fixture
def state(path, monkeypatch) -> ExplorerState:
    """A session on a scene too large to be computed at once; A and B are known."""
    shared = Opened(path)
    for name in ("ci2", "original"):
        shared.result(preset(name))
    monkeypatch.setattr(opened_module, "INSTANT_CELLS", 0)
    monkeypatch.setattr(type(shared), "thin_step", 2)
    monkeypatch.setattr(background, "REST", 0.0)
    return ExplorerState(shared, Faults())


def assert_told(state: ExplorerState, caplog: pytest.LogCaptureFixture, what: str) -> None:
    assert state.shared.jobs.wait(60)
    faults = state.session.faults
    assert [what in fault.what for fault in faults.shown] == [True]
    assert faults.shown[0].why == f"unexpected: {KeyError(DEFECT)!r}"
    [message] = text_of(FaultArea(faults))
    assert 'role="alert"' in message
    assert "a defect &lt;here&gt;" in message
    assert "Traceback" in caplog.text
    assert "in fail" in caplog.text


@pytest.mark.parametrize("side", ["A", "B"])
def test_first_pass_that_raises(state, monkeypatch, caplog, side):
    state.page = "compare"
    run = state.sides[side]
    start = state.shared.start
    with monkeypatch.context() as patched:
        patched.setattr(state.shared, "start", fail)
        run.scenario = run.scenario.with_values({"delta_t": 1.0})
        assert_told(state, caplog, "only a preview is shown")
    assert state.shared.start == start
    assert run.progress is None
    assert run.is_preview
    assert not run.is_running
    run.scenario = run.scenario.with_values({"epsilon_max.EBF": 0.7})  # tries again
    assert state.shared.jobs.wait(60)
    assert not run.is_preview


def test_split_by_cause_that_raises(state, monkeypatch, caplog):
    monkeypatch.setattr(NepExplains, "split", fail)
    state.page = "compare"
    causes = CausesRun(state)
    assert_told(state, caplog, "The split by cause")
    assert causes.progress is None
    assert causes.split is None


@pytest.mark.parametrize("instant", [False, True])
def test_limits_that_raise(state, monkeypatch, caplog, instant):
    if instant:
        monkeypatch.setattr(opened_module, "INSTANT_CELLS", 1000)
    calls = []
    monkeypatch.setattr(NepExplains, "limiting", lambda *_: (calls.append(1), fail()))
    view = LimitsMap(state)
    state.view_mode = "limits"
    assert_told(state, caplog, "What limits NPP")
    assert view.codes.progress is None
    assert view.codes.failure == state.session.faults.shown[0].why
    state.step = 3
    assert state.shared.jobs.wait(60)
    assert len(calls) == 1  # the same is not tried at every event
    assert "could not be computed" in view.heading.object


def test_sums_of_a_waterfall_that_raise(state, monkeypatch, caplog):
    monkeypatch.setattr(NepExplains, "levels", fail)
    panel = WhyPanel(state)
    assert_told(state, caplog, "Why NEP is what it is")
    assert panel.levels.progress is None
    assert "summing" not in panel.title.object


@pytest.mark.parametrize("error", [KeyError(DEFECT), SourceError("cannot be read")])
def test_opening_that_raises(path, monkeypatch, caplog, error):
    def refuse(*_arguments):
        raise error

    monkeypatch.setattr(pipeline, "open_scene", refuse)
    opening, seen = Opening(path), []
    opening.subscribe(lambda: seen.append(opening.error))
    with caplog.at_level(logging.INFO):
        opening.start()
        assert opening.jobs.wait(60)
    assert opening.done
    assert seen[-1] is error
    assert "in refuse" in caplog.text


def test_opening_tells_its_subscribers_and_shares_its_jobs(path):
    opening, seen, left = Opening(path), [], []
    opening.subscribe(lambda: seen.append((opening.share, opening.is_whole)))
    unsubscribe = opening.subscribe(lambda: left.append(1))
    unsubscribe()
    opening.start()
    opening.start()  # once is enough
    assert opening.jobs.wait(60)
    assert seen[-1][1]
    assert [whole for _, whole in seen].count(True) == 1
    assert opening.shared.jobs is opening.jobs
    assert left == []


def test_session_that_ends_cancels_its_jobs(state, monkeypatch):
    began, go, answers = threading.Event(), threading.Event(), []

    def waiting(_scenario, proceed):
        began.set()
        assert go.wait(60)
        answers.append(proceed(0.5))

    monkeypatch.setattr(state.shared, "start", waiting)
    state.set_parameter("delta_t", 1.0)
    assert began.wait(60)
    state.session.end()
    go.set()
    assert state.shared.jobs.wait(60)
    assert answers == [False]


def test_messages_are_shown_once_until_they_are_dismissed():
    faults = Faults()
    area = FaultArea(faults)
    assert not area.column.visible
    faults.add("one", SourceError("word\nfor <word>"))
    faults.add("two", ValueError("x"))
    faults.add("one", SourceError("word\nfor <word>"))
    assert faults.shown == (("two", "unexpected: ValueError('x')"), ("one", "word\nfor <word>"))
    assert area.column.visible
    assert "word\nfor &lt;word&gt;" in text_of(area)[1]
    area.column[0][1].clicks += 1
    assert [fault.what for fault in faults.shown] == ["one"]
    for number in range(2 * MOST):
        faults.add(str(number), ValueError("x"))
    assert len(area.column) == len(faults.shown) == MOST
    for fault in faults.shown:
        faults.dismiss(fault)
    assert not area.column.visible


def handlers(call: Callable[[], None]) -> dict[str, Callable[[Document], None]]:
    """Every way in which a page is called, each of which makes a call."""

    def event(document: Document) -> None:
        plot = figure()
        document.add_root(plot)
        plot.on_event(Tap, guarded(lambda _event: call()))
        plot._trigger_event(Tap(plot, x=0, y=0))

    def change(document: Document) -> None:
        source = ColumnDataSource({"x": [1]})
        document.add_root(source)
        source.selected.on_change("indices", guarded(lambda _attribute, _old, _new: call()))
        source.selected.indices = [0]

    def timer(document: Document) -> None:
        document.add_next_tick_callback(guarded(call))
        [callback] = document.session_callbacks
        callback.callback()

    def button(_document: Document) -> None:
        widget = pn.widgets.Button()
        widget.on_click(lambda _event: call())
        widget._comm_event(pn.state.curdoc, type("Click", (), {"event_name": "button_click"})())

    return {"event": event, "change": change, "timer": timer, "button": button}


@pytest.mark.parametrize("kind", handlers(fail))
@pytest.mark.parametrize("in_session", [True, False])
def test_handler_that_raises(kind, in_session, caplog):
    document, call = Document(), handlers(fail)[kind]
    if not in_session:
        with pytest.raises(KeyError, match="a defect"):
            call(document)
        return
    with set_curdoc(document):
        page = Shell()
        call(document)
    assert page.faults.shown == (Fault(AN_INPUT, f"unexpected: {KeyError(DEFECT)!r}"),)
    assert "in fail" in caplog.text


def test_every_callback_for_bokeh_is_guarded():
    """Panel does not catch what these raise."""
    names = {
        "on_event", "on_change", "add_next_tick_callback", "add_timeout_callback",
        "add_periodic_callback",
    }  # fmt: skip
    calls = [
        (str(file), node)
        for file in (Path(explorer.__file__).parent / "app").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in names
    ]
    assert len(calls) >= 10
    unguarded = [
        f"{file}:{node.lineno}"
        for file, node in calls
        if not any(getattr(getattr(a, "func", None), "id", "") == "guarded" for a in node.args)
    ]
    assert unguarded == []
