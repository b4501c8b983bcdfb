"""Buttons that choose a region, or all."""

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.totals import ALL
from explorer.app.controls.prompt import prompt
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.state.state import ExplorerState

MOST_BUTTONS = 6


class RegionButtons(pn.viewable.Viewer):
    """One button a region, or a list of many; all pages stay in step through the state.

    Parameters
    ----------
    state : ExplorerState
    beside_cells : bool
        Whether a clicked cell is shown in place of the region: then no region is pressed, and
        pressing one returns to it.
    """

    def __init__(self, state: ExplorerState, *, beside_cells: bool = False) -> None:
        super().__init__()
        self.state, self.beside_cells = state, beside_cells
        names = state.shared.scene.region_names
        self.regions = {"All": ALL} | {name: name for name in names}
        widget = pmui.RadioButtonGroup if len(names) <= MOST_BUTTONS else pmui.Select
        self.buttons = widget(
            options=self.regions, value=ALL, size="small", margin=0, label="Region",
            stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        # Panel has no public name for it; without it another region would be pressed instead.
        self.buttons._allows_none = beside_cells
        prompt(self.buttons)
        self.buttons.param.watch(self._chosen, "value")
        state.watch(self._follow, ["region", "tapped"])
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the buttons."""
        return self.buttons

    def _chosen(self, event) -> None:
        state = self.state
        if event.new is not None and (event.new != state.region or state.tapped is not None):
            # Who chooses a region wants to see it, not the cell clicked before.
            self.state.param.update(region=event.new, tapped=None)

    def _follow(self, *_events) -> None:
        """Press the button of the region; a shape that is followed has one as long as it is."""
        region = self.state.region
        shape = {} if region in self.regions.values() else {region: region}
        is_shown = self.state.tapped is None or not self.beside_cells
        value = region if is_shown else None
        self.buttons.param.update(options=self.regions | shape, value=value)
