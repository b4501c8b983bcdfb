"""The drawer: what the model believes. System, preset, names, and every parameter."""

from dataclasses import Field

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.folds import Folds
from explorer.app.drawer.choices import ChoiceEntry
from explorer.app.drawer.entries import NumberEntry
from explorer.app.drawer.named_scenarios import NamedScenarios
from explorer.app.drawer.process_entries import ProcessEntries, class_entries
from explorer.app.drawer.products import BringProduct
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.state.state import ExplorerState
from explorer.systems.contract import DrawerPart
from explorer.tables.parameter import PerClass, row_of, words
from explorer.tables.unit import pretty_unit


class ScenarioDrawer(pn.viewable.Viewer):
    """Controls of A's scenario; they only change the state."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        system = state.system
        self.systems = pmui.Select(
            options={each.title: name for name, each in state.shared.systems.items()},
            value=system.name, label="System", size="small", margin=(4, 0),
            sizing_mode="stretch_width", stylesheets=[LABEL_UNSEEN],
            css_classes=["systems"], visible=len(state.shared.systems) > 1,
        )  # fmt: skip
        self.presets = pmui.RadioButtonGroup(
            options={preset.label: name for name, preset in system.presets.items()},
            value=state.a.scenario.preset, size="small", sizing_mode="stretch_width",
            orientation="vertical", margin=(0, 0, 4, 0), color="primary", label="Preset",
            stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        self.reset = pmui.Button(
            label="Reset to preset", size="small", variant="text", margin=0, icon="restart_alt"
        )
        self.difference = pn.pane.HTML(margin=(6, 0, 0, 0), sizing_mode="stretch_width")
        self.shelf = Folds({_SHELF: lambda: NamedScenarios(state)})
        self.product = Folds({"Bring a product": lambda: BringProduct(state)})
        self.processes = ProcessEntries(state)
        self._quiet = False
        self.systems.param.watch(lambda event: state.choose_system(event.new), "value")
        self.presets.param.watch(self._choose_preset, "value")
        self.reset.on_click(lambda _event: state.choose_preset(state.a.scenario.preset))
        self._above: set[str] = set()  # parameters whose controls are in no fold
        state.watch(self._follow, "shelf", a="scenario")
        state.watch(lambda event: self._seek(event.new), "sought")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the drawer out from top to bottom."""
        parts = [row for part in self.state.system.drawer for row in self._part(part)]
        if self.processes.processes:
            parts += [heading("All other parameters", "by process"), self.processes]
        return pn.Column(
            heading("Scenario", self.state.system.versions),
            self.systems,
            self.presets,
            pn.Row(self.difference, self.reset, margin=0),
            self.shelf,
            self.product,
            *parts,
            margin=(0, 10, 20, 10),
            sizing_mode="stretch_width",
        )

    def _part(self, part: DrawerPart) -> list[pn.viewable.Viewable | pn.viewable.Viewer]:
        """Return a heading and the entries of some parameters."""
        owner = self.state.system.parameters
        rows = [row_of_stem(owner, name) for name in part.parameters]
        note = part.note
        if not note:
            low, high = rows[0].metadata["bounds"]
            note = f"{pretty_unit(rows[0].metadata['unit'])} · {low:g}–{high:g}"
        entries: list = [heading(part.title, note)]
        for row in rows:
            if row.name in words(owner):
                entries.append(ChoiceEntry(self.state, row.name, caption=False))
                continue
            if isinstance(row.default, PerClass):
                made = class_entries(self.state, row)
            else:
                unit = row.metadata["unit"]
                suffix = "" if unit == "1" else f", {pretty_unit(unit)}"
                made = [NumberEntry(self.state, row.name, row.metadata["label"] + suffix)]
            self._above |= {entry.name_of_parameter for entry in made}
            entries += made
        return entries

    def _seek(self, name: str) -> None:
        """Open the folds round the control of a parameter."""
        if name and name not in self._above:
            self.processes.open(name)

    def _choose_preset(self, event) -> None:
        if not self._quiet:
            self.state.choose_preset(event.new)

    def _follow(self, *_events) -> None:
        scenario = self.state.a.scenario
        if scenario.system is not self.state.shared.systems.get(self.systems.value):
            return  # the page is about to be filled for another system
        count = len(scenario.differences())
        self._quiet = True
        self.presets.value = scenario.preset
        self._quiet = False
        self.reset.disabled = count == 0
        text = f"{count} value{'s' if count > 1 else ''} changed" if count else "as published"
        self.difference.object = f'<span class="nep-note">{text}</span>'
        saved = len(self.state.shelf)
        self.shelf.retitle(0, f"{_SHELF} · {saved}" if saved else _SHELF)


_SHELF = "Named scenarios"


def row_of_stem(owner: type, name: str) -> Field:
    """Return the row of a parameter, also of one that has a number per class."""
    row = owner.__dataclass_fields__.get(name)  # type: ignore[attr-defined]
    return row if row is not None else row_of(owner, name)


def heading(title: str, note: str) -> pn.pane.HTML:
    """Return the heading of a part of the drawer."""
    return pn.pane.HTML(
        f'<div class="nep-heading"><b>{title}</b><span class="nep-note">{note}</span></div>',
        margin=(12, 0, 4, 0),
        sizing_mode="stretch_width",
    )
