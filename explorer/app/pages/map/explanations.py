"""The card below the series: why a number is what it is, or what moves the total most."""

import panel as pn
import panel_material_ui as pmui

from explorer.app.pages.map.sensitivity_panel import SensitivityPanel
from explorer.app.pages.map.why_panel import WhyPanel
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.state.state import ExplorerState

WHY, MOVES = "why", "sensitivity"


class Explanations(pn.viewable.Viewer):
    """One of two panels; the second is made, and computes, when it is first asked for."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.why = WhyPanel(state) if state.system.explains else None
        self.sensitivity: SensitivityPanel | None = None
        options = {"What moves it": MOVES}
        if self.why is not None:
            options = {"Why": WHY, **options}
        self.choice = pmui.RadioButtonGroup(
            options=options, value=None if self.why is None else WHY, size="small",
            margin=(4, 12, 0, 8), css_classes=["explanations"], label="Explanation",
            stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        self.place = pn.Column(margin=0, sizing_mode="stretch_both")
        self.choice.param.watch(lambda *_events: self._show(), "value")
        self._show()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the choice above what was chosen."""
        return pn.Column(self.choice, self.place, margin=0, sizing_mode="stretch_both")

    @property
    def card(self) -> str:
        """The card that is shown, of ``report.cards.table.CARDS``."""
        return self.choice.value or MOVES

    def _show(self) -> None:
        if self.choice.value is None:  # nothing is computed before it is asked for
            return
        moves = self.choice.value == MOVES
        if moves and self.sensitivity is None:
            self.sensitivity = SensitivityPanel(self.state)
        self.place.objects = [self.sensitivity if moves else self.why]
        if self.sensitivity is not None:
            self.sensitivity.show(moves)
