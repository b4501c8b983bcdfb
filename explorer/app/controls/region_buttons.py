"""Buttons that choose a region, or all."""

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.totals import ALL
from explorer.app.controls.prompt import prompt
from explorer.app.state.state import ExplorerState

MOST_BUTTONS = 6


class RegionButtons(pn.viewable.Viewer):
    """One button a region, or a list of many; all pages stay in step through the state."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        names = state.shared.scene.region_names
        self.regions = {"All": ALL} | {name: name for name in names}
        widget = pmui.RadioButtonGroup if len(names) <= MOST_BUTTONS else pmui.Select
        self.buttons = widget(options=self.regions, value=ALL, size="small", margin=0, label="")
        prompt(self.buttons)
        self.buttons.param.watch(self._chosen, "value")
        state.watch(self._follow, "region")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the buttons."""
        return self.buttons

    def _chosen(self, event) -> None:
        if event.new is not None and event.new != self.state.region:
            # Who chooses a region wants to see it, not the cell clicked before.
            self.state.param.update(region=event.new, tapped=None)

    def _follow(self, *_events) -> None:
        """Press the button of the region; a shape that is followed has one as long as it is."""
        region = self.state.region
        shape = {} if region in self.regions.values() else {region: region}
        self.buttons.param.update(options=self.regions | shape, value=region)
