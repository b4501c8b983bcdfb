"""The Compare page: two scenarios on one scale, how they differ, where, and why."""

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.card_menu import card
from explorer.app.controls.period_buttons import PeriodButtons
from explorer.app.controls.region_buttons import RegionButtons
from explorer.app.pages.compare.causes import CauseBars, CausesRun
from explorer.app.pages.compare.maps import CompareMaps
from explorer.app.pages.compare.pickers import PairPicker
from explorer.app.pages.compare.table import CompareTable
from explorer.app.parts.landmarks import TARGET
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.state.state import ExplorerState

MODES = {"Swipe": "swipe", "Side by side": "side", "B − A": "difference", "%": "percent"}

COMPARE_CSS = """
:host { display: grid !important; overflow: auto; min-height: 0;
  grid-template-columns: minmax(0, 5fr) minmax(0, 7fr);
  grid-template-rows: minmax(330px, 3fr) minmax(250px, 2fr); }
@media (max-width: 1150px) {
  :host { grid-template-columns: minmax(0, 1fr); grid-template-rows: 860px auto auto; }
}
"""
"""Maps above, causes and table below; rows with a height of their own (see ``style``)."""


class ComparePage(pn.viewable.Viewer):
    """Pickers, maps, causes and table; does nothing while another page is looked at."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        state.b.active = state.page == "compare"
        self.causes = CausesRun(state)
        self.maps = CompareMaps(state, self.causes)
        self.bars = CauseBars(state, self.causes)
        self.table = CompareTable(state)
        self.mode = pmui.RadioButtonGroup(
            options=MODES, value=state.compare_mode, size="small", margin=0,
            label="How A and B are compared", stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        self.mode.link(state, value="compare_mode", bidirectional=True)

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the page out."""
        state = self.state
        period = PeriodButtons(state)
        rows = (
            (PairPicker(state), self.mode),
            (period.what, RegionButtons(state)),
        )
        left = pn.Column(
            *(pn.FlexBox(*row, align_items="center", gap="12px", margin=(3, 0)) for row in rows),
            margin=0,
            styles={"flex": "1 1 640px"},
        )
        toolbar = pn.FlexBox(
            left, period.player, align_items="center", gap="12px", margin=(2, 8, 0, 8),
            sizing_mode="stretch_width",
        )  # fmt: skip
        plates = pn.Column(
            card(
                state,
                "compare",
                "the maps",
                self.maps,
                styles={"grid-column": "1 / -1"},
                css_classes=[TARGET],
            ),
            card(state, "causes", "the causes", self.bars, styles={"overflow": "auto"}),
            card(state, "table", "the table", self.table, styles={"overflow": "auto"}),
            sizing_mode="stretch_both",
            stylesheets=[COMPARE_CSS],
        )
        return pn.Column(toolbar, plates, sizing_mode="stretch_both")
