"""Buttons that choose a region, or all."""

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.totals import ALL
from explorer.app.state import ExplorerState

MOST_BUTTONS = 6


class RegionButtons(pn.viewable.Viewer):
    """One button a region, or a list of many; all pages stay in step through the state."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        names = state.shared.scene.region_names
        widget = pmui.RadioButtonGroup if len(names) <= MOST_BUTTONS else pmui.Select
        self.buttons = widget(
            options={"All": ALL} | {name: name for name in names}, value=state.region,
            size="small", margin=0, label="",
        )  # fmt: skip
        self.buttons.link(state, value="region", bidirectional=True)

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the buttons."""
        return self.buttons
