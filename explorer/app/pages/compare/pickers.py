"""Which two scenarios are compared: from the published versions, the shelf, and as it is now."""

import panel as pn
import panel_material_ui as pmui

from explorer.app.state.scenario_run import ScenarioRun
from explorer.app.state.state import ExplorerState
from explorer.systems.scenario import PRESETS, Scenario, preset

CURRENT = "current"


class PairPicker(pn.viewable.Viewer):
    """A list for A, a list for B, and a button between them that swaps the two."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self._filling = False
        self.lists = {
            side: pmui.Select(
                options={}, label=f"{side}", size="small", width=190, margin=(4, 0),
                css_classes=[f"pick-{side.lower()}"],
            )
            for side in ("A", "B")
        }  # fmt: skip
        self.lists["A"].param.watch(lambda event: self._pick(self.state, event.new), "value")
        self.lists["B"].param.watch(lambda event: self._pick(self.state.other, event.new), "value")
        self.swap = pmui.IconButton(
            icon="swap_horiz", description="Swap A and B", size="small", margin=(8, 0),
            css_classes=["swap"],
        )  # fmt: skip
        self.swap.on_click(lambda _event: state.restore(state.other.scenario, state.scenario))
        state.param.watch(lambda *_events: self._fill(), ["scenario", "shelf", "page"])
        state.other.param.watch(lambda *_events: self._fill(), "scenario")
        self._fill()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the lists in a row."""
        return pn.Row(self.lists["A"], self.swap, self.lists["B"], margin=0)

    def choices(self, run: ScenarioRun) -> dict[str, tuple[str, Scenario]]:
        """Return what a side can be: key -> label and scenario; its own comes first if unnamed."""
        named = {
            **{f"preset {name}": (PRESETS[name][0], preset(name)) for name in PRESETS},
            **{f"shelf {name}": (name, one) for name, one in self.state.shelf.items()},
        }
        own = {}
        if _key_of(run.scenario, named) is None:
            own["own"] = (f"{run.scenario.label} (not saved)", run.scenario)
        if run is not self.state and _key_of(self.state.scenario, named | own) is None:
            own[CURRENT] = ("as A is now", self.state.scenario)
        return own | named

    def _pick(self, run: ScenarioRun, key: str) -> None:
        if not self._filling and key is not None:
            run.scenario = self.choices(run)[key][1]

    def _fill(self) -> None:
        """Offer what there is, with the side's own scenario chosen."""
        if self.state.page != "compare":
            return
        self._filling = True
        try:
            for side, run in (("A", self.state), ("B", self.state.other)):
                choices = self.choices(run)
                self.lists[side].param.update(
                    options={label: key for key, (label, _) in choices.items()},
                    value=_key_of(run.scenario, choices),
                )
        finally:
            self._filling = False


def _key_of(scenario: Scenario, choices: dict[str, tuple[str, Scenario]]) -> str | None:
    """Return the first choice with the scenario's name and numbers; else with its numbers."""
    for same in (
        lambda one: one == scenario,
        lambda one: not scenario.name and one.parameters == scenario.parameters,
    ):
        for key, (_, one) in choices.items():
            if same(one):
                return key
    return None
