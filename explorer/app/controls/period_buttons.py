"""What is looked at, and when: variable, year or month, and a player of the months."""

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.prompt import prompt
from explorer.app.parts.style import PLAYER_CSS
from explorer.app.state.state import SHOWN, ExplorerState
from explorer.scene.calendar import MONTHS
from explorer.tables.variables import OUTPUTS


class PeriodButtons(pn.viewable.Viewer):
    """Controls that every page with maps has; they stay in step through the state."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
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
            size="small", label="", css_classes=["month"], stylesheets=[PLAYER_CSS],
        )  # fmt: skip
        prompt(self.variable, self.period, self.month)
        self.variable.link(state, value="variable", bidirectional=True)
        self.period.link(state, value="yearly", bidirectional=True)
        # Who moves the month wants to see it; a link that sets both may still show a year.
        self.month.param.watch(self._moved, "value")
        state.param.watch(lambda event: setattr(self.month, "value", event.new), "month")

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the controls in a row."""
        return pn.FlexBox(self.what, self.month, align_items="center", gap="10px", margin=0)

    def _moved(self, event) -> None:
        if event.new != self.state.month:
            self.state.param.update(month=event.new, yearly=False)

    @property
    def what(self) -> pn.Row:
        """Variable, and year or month, without the player."""
        return pn.Row(self.variable, pn.Spacer(width=10), self.period, margin=0)
