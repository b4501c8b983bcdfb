"""The drawer: what the model believes. Preset, names, ε_max by class, clumping, and the rest."""

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.folds import Folds
from explorer.app.drawer.choices import ChoiceEntry
from explorer.app.drawer.entries import NumberEntry
from explorer.app.drawer.named_scenarios import NamedScenarios
from explorer.app.drawer.process_entries import ProcessEntries, class_label
from explorer.app.state.state import ExplorerState
from explorer.systems.scenario import PRESETS
from explorer.systems.settings import row_of
from explorer.tables.classes import CLASSES
from explorer.tables.variables import pretty_unit


class ScenarioDrawer(pn.viewable.Viewer):
    """Controls of the scenario; they only change the state."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.presets = pmui.RadioButtonGroup(
            options={label: name for name, (label, _) in PRESETS.items()},
            value=state.scenario.preset, size="small", sizing_mode="stretch_width",
            orientation="vertical", margin=(0, 0, 4, 0), color="primary",
        )  # fmt: skip
        self.reset = pmui.Button(
            label="Reset to preset", size="small", variant="text", margin=0, icon="restart_alt"
        )
        self.difference = pn.pane.HTML(margin=(6, 0, 0, 0), sizing_mode="stretch_width")
        self.shelf = Folds({_SHELF: lambda: NamedScenarios(state)})
        self.scheme = ChoiceEntry(state, "ci_scheme", caption=False)
        self.entries = [
            NumberEntry(state, f"epsilon_max.{name}", class_label(name)) for name in CLASSES
        ]
        self.climate = [
            NumberEntry(state, "delta_t", "Warming ΔT, °C"),
            NumberEntry(state, "precip_factor", "Precipitation ×"),
        ]
        self.processes = ProcessEntries(state)
        self._quiet = False
        self.presets.param.watch(self._choose_preset, "value")
        self.reset.on_click(lambda _event: state.choose_preset(state.scenario.preset))
        state.param.watch(self._follow, ["scenario", "shelf"])
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the drawer out from top to bottom."""
        epsilon = row_of("epsilon_max.EBF").metadata
        low, high = epsilon["bounds"]
        return pn.Column(
            _heading("Scenario", "model version of Liang et al. 2023"),
            self.presets,
            pn.Row(self.difference, self.reset, margin=0),
            self.shelf,
            _heading("ε_max", f"{pretty_unit(epsilon['unit'])} · {low:g}–{high:g}"),
            *self.entries,
            _heading("Clumping index", "reference: none, per class (I), per class and month (II)"),
            self.scheme,
            _heading("Climate shift", "the whole model runs again"),
            *self.climate,
            _heading("All other parameters", "by process"),
            self.processes,
            margin=(0, 10, 20, 10),
            sizing_mode="stretch_width",
        )

    def _choose_preset(self, event) -> None:
        if not self._quiet:
            self.state.choose_preset(event.new)

    def _follow(self, *_events) -> None:
        scenario = self.state.scenario
        count = len(scenario.differences())
        self._quiet = True
        self.presets.value = scenario.preset
        self._quiet = False
        self.reset.disabled = count == 0
        told = f"differs in {count} value{'s' if count > 1 else ''}" if count else "as published"
        self.difference.object = f'<span class="nep-note">{told}</span>'
        saved = len(self.state.shelf)
        self.shelf.retitle(0, f"{_SHELF} · {saved}" if saved else _SHELF)


_SHELF = "Named scenarios"


def _heading(title: str, note: str) -> pn.pane.HTML:
    return pn.pane.HTML(
        f'<div class="nep-heading"><b>{title}</b><span class="nep-note">{note}</span></div>',
        margin=(12, 0, 4, 0),
        sizing_mode="stretch_width",
    )
