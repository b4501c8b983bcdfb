"""Which two scenarios are compared: presets of every system, products, the shelf, as it is now."""

from collections.abc import Mapping

import panel as pn
import panel_material_ui as pmui

from explorer.app.state.side import Side
from explorer.app.state.state import ExplorerState
from explorer.systems.scenario import Scenario, preset_of

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
            for side in state.sides
        }  # fmt: skip
        for letter, side in state.sides.items():
            self.lists[letter].param.watch(
                lambda event, side=side: self._pick(side, event.new), "value"
            )
        self.swap = pmui.IconButton(
            icon="swap_horiz", description="Swap A and B", size="small", margin=(8, 0),
            css_classes=["swap"],
        )  # fmt: skip
        self.swap.on_click(lambda _event: state.restore(state.b.scenario, state.a.scenario))
        state.watch(lambda *_events: self._fill(), ["shelf", "page"], a="scenario", b="scenario")
        self._fill()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the lists in a row."""
        return pn.Row(self.lists["A"], self.swap, self.lists["B"], margin=0)

    def choices(self, side: Side) -> dict[str, tuple[str, Scenario]]:
        """Return what a side can be: key -> label and scenario; its own comes first if unnamed."""
        state, named = self.state, {}
        for system in sorted(state.shared.systems.values(), key=lambda each: each != state.system):
            prefix = "" if system is state.system else f"{system.title}: "
            for name, preset in system.presets.items():
                label = preset.label if preset.label == system.title else prefix + preset.label
                named[f"preset {system.name} {name}"] = (label, preset_of(system, name))
        named |= {f"shelf {name}": (name, one) for name, one in state.shelf.items()}
        own = {}
        if _key_of(side.scenario, named) is None:
            own["own"] = (f"{side.scenario.label} (not saved)", side.scenario)
        if side is not state.a and _key_of(state.a.scenario, named | own) is None:
            own[CURRENT] = ("as A is now", state.a.scenario)
        return own | named

    def _pick(self, side: Side, key: str) -> None:
        if not self._filling and key is not None:
            side.scenario = self.choices(side)[key][1]

    def _fill(self) -> None:
        """Offer what there is, with the side's own scenario chosen."""
        if self.state.page != "compare":
            return
        self._filling = True
        try:
            for letter, side in self.state.sides.items():
                choices = self.choices(side)
                self.lists[letter].param.update(
                    options={label: key for key, (label, _) in choices.items()},
                    value=_key_of(side.scenario, choices),
                )
        finally:
            self._filling = False


def _key_of(scenario: Scenario, choices: Mapping[str, tuple[str, Scenario]]) -> str | None:
    """Return the first choice with the scenario's name and numbers; else with its numbers."""
    for same in (
        lambda one: one == scenario,
        lambda one: (
            not scenario.name
            and (one.system, one.parameters) == (scenario.system, scenario.parameters)
        ),
    ):
        for key, (_, one) in choices.items():
            if same(one):
                return key
    return None
