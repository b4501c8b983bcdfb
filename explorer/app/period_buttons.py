"""What is looked at, and when: variable, year or month, and a player of the months."""

import panel as pn
import panel_material_ui as pmui

from explorer.app.state import SHOWN, ExplorerState
from explorer.scene.calendar import MONTHS
from explorer.variables import OUTPUTS


class PeriodButtons(pn.viewable.Viewer):
    """Controls that every page with maps has; they stay in step through the state."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.variable = pmui.RadioButtonGroup(
            options={OUTPUTS[name].symbol: name for name in SHOWN}, value=state.variable,
            size="small", margin=0,
        )  # fmt: skip
        self.period = pmui.RadioButtonGroup(
            options={"Year": True, "Month": False}, value=state.yearly, size="small", margin=0
        )
        self.month = pmui.DiscretePlayer(
            options={name: number for number, name in enumerate(MONTHS, start=1)},
            value=state.month, interval=900, loop_policy="loop", width=300, margin=0,
            show_loop_controls=False, visible_buttons=["previous", "play", "pause", "next"],
            size="small", label="", css_classes=["month"],
        )  # fmt: skip
        self.variable.link(state, value="variable", bidirectional=True)
        self.period.link(state, value="yearly", bidirectional=True)
        self.month.link(state, value="month", bidirectional=True)
        state.param.watch(lambda _event: setattr(state, "yearly", False), "month")

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the controls in a row."""
        return pn.FlexBox(self.what, self.month, align_items="center", gap="10px", margin=0)

    @property
    def what(self) -> pn.Row:
        """Variable, and year or month, without the player."""
        return pn.Row(self.variable, pn.Spacer(width=10), self.period, margin=0)
