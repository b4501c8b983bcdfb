"""The shelf: scenarios with a name, to save, load, rename, duplicate, remove, and take along."""

import io
from collections.abc import Callable
from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.upload import Upload
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.state.state import ExplorerState
from explorer.errors import ParameterError
from explorer.scene.shapes.shape import unlike
from explorer.session.files import LARGEST_FILE, require_few, scenarios_from_json, scenarios_to_json
from explorer.systems.scenario import Scenario

FILE_NAME = "nep-scenarios.json"


class NamedScenarios(pn.viewable.Viewer):
    """A row for each named scenario, a box to save the current one, and files in and out."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.entry = pmui.TextInput(
            label="Name of the scenario", placeholder="name", size="small", margin=(2, 4, 2, 0),
            width=196, css_classes=["scenario-name"], stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        save = pmui.Button(label="Save", size="small", variant="outlined", margin=(4, 2), width=86)
        save.on_click(lambda _event: self._save())
        self.entry.param.watch(lambda event: event.new and self._save(), "enter_pressed")
        self.rows = pn.Column(margin=0, sizing_mode="stretch_width")
        self.message = pn.pane.HTML("", margin=0, visible=False, sizing_mode="stretch_width")
        self.download = pmui.FileDownload(
            callback=self._file, filename=FILE_NAME, label="Export", icon="download",
            size="small", variant="text", margin=0, css_classes=["scenarios-out"],
        )  # fmt: skip
        self.upload = Upload(
            label="Import", accept=".json,application/json", most_bytes=LARGEST_FILE,
            variant="text", margin=0, css_classes=["scenarios-in"],
        )  # fmt: skip
        self.upload.param.watch(self._import, "value")
        self._save_row = pn.Row(self.entry, save, margin=0)
        self._shown: dict[str, Scenario] | None = None
        self._loaders: dict[str, pmui.Button] = {}
        state.watch(lambda *_events: self._show(), "shelf", a="scenario")
        self._show()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay out the box to save, the rows, and the files."""
        files = pn.Row(self.download, self.upload, margin=0)
        return pn.Column(
            self._save_row, self.message, self.rows, files, margin=0, sizing_mode="stretch_width"
        )

    def _show(self) -> None:
        """Make the rows anew when the shelf changed; else only mark the one that is loaded."""
        shelf = self.state.shelf
        if shelf != self._shown:
            self._shown = dict(shelf)
            self._loaders = {name: _loader(self.state, kept) for name, kept in shelf.items()}
            self.rows.objects = [self._row(name) for name in shelf]
            self.download.disabled = not shelf
        for name, button in self._loaders.items():
            is_loaded = shelf[name] == self.state.a.scenario
            button.variant = "contained" if is_loaded else "text"

    def _row(self, name: str) -> pn.Row:
        actions = (
            ("edit", f"Rename to the text above: {name}", lambda: self._rename(name)),
            ("content_copy", f"Duplicate {name}", lambda: self._duplicate(name)),
            ("delete", f"Remove {name}", lambda: self._remove(name)),
        )
        return pn.Row(self._loaders[name], *(_icon(*action) for action in actions), margin=0)

    def _save(self) -> None:
        def saved() -> None:
            name = self.entry.value_input or self.entry.value
            self.state.save(self.state.a.scenario.named(name))
            self.entry.param.update(value="", value_input="")

        self._tried(saved)

    def _rename(self, name: str) -> None:
        def renamed() -> None:
            wanted = self.entry.value_input or self.entry.value
            scenario = self.state.shelf[name].named(wanted)
            if scenario.name != name and scenario.name in self.state.shelf:
                raise ParameterError(f"a scenario named {scenario.name!r} is there already")
            shelf = {
                scenario.name if key == name else key: scenario if key == name else kept
                for key, kept in self.state.shelf.items()
            }
            current = self.state.a.scenario
            now = scenario if current.name == name else current
            self.state.restore(now, self.state.b.scenario, shelf)
            self.entry.param.update(value="", value_input="")

        self._tried(renamed)

    def _duplicate(self, name: str) -> None:
        scenario = self.state.shelf[name]
        copy = scenario.named(unlike(name, self.state.shelf))
        self.state.shelf = self.state.shelf | {copy.name: copy}

    def _remove(self, name: str) -> None:
        self.state.shelf = {key: kept for key, kept in self.state.shelf.items() if key != name}

    def _file(self) -> io.StringIO:
        return io.StringIO(scenarios_to_json(self.state.shelf.values()))

    def _import(self, event) -> None:
        if event.new:
            self._tried(lambda: self._add(scenarios_from_json(event.new)))

    def _add(self, scenarios: list[Scenario]) -> None:
        shelf = dict(self.state.shelf)
        for scenario in scenarios:
            named = scenario.named(unlike(scenario.name, shelf))
            shelf[named.name] = named
        require_few(len(shelf))
        self.state.shelf = shelf

    def _tried(self, action: Callable[[], None]) -> None:
        """Do what was asked, or say why it cannot be done; then nothing has changed."""
        self.message.visible = False
        self.entry.param.update(error_state=False, helper_text="")
        try:
            action()
        except ParameterError as error:
            self.entry.param.update(error_state=True, helper_text=str(error))
            self.message.object = (
                f'<div role="alert" class="nep-refused">{escape(str(error))}</div>'
            )
            self.message.visible = True


def _loader(state: ExplorerState, scenario: Scenario) -> pmui.Button:
    button = pmui.Button(
        label=scenario.name, size="small", variant="text", margin=(2, 0), width=206,
        css_classes=["scenario-row"],
        sx={"justifyContent": "flex-start", "overflow": "hidden", "whiteSpace": "nowrap"},
    )  # fmt: skip
    button.on_click(lambda _event: setattr(state.a, "scenario", scenario))
    return button


def _icon(icon: str, description: str, action: Callable[[], None]) -> pmui.IconButton:
    button = pmui.IconButton(
        icon=icon, description=description, size="small", margin=0, icon_size="16px",
        css_classes=[f"scenario-{icon}"],
    )  # fmt: skip
    button.on_click(lambda _event: action())
    return button
