"""What is looked at, and when: variable, year or step, and a player of the steps."""

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.prompt import prompt
from explorer.app.parts.style import LABEL_UNSEEN, PLAYER_CSS, WRAPPED
from explorer.app.state.state import ExplorerState

MORE = "more …"


class PeriodButtons(pn.viewable.Viewer):
    """Controls that every page with maps has; they stay in step through the state.

    Outputs of the system have a button; all others, and the inputs of the scene, are in a list.
    """

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        result, system = state.a.result, state.system
        rows, periods = result.variables, result.periods
        self.variable = pmui.RadioButtonGroup(
            options={rows[name].symbol: name for name in system.shown}, value=None,
            size="small", margin=0, label="Variable", stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        # Panel has no public name for it; without it the first button is pressed again where none
        # is, and takes over from what was chosen in the list.
        self.variable._allows_none = True
        others = {row.long_name: name for name, row in rows.items() if name not in system.shown}
        self.more = pmui.Select(
            options={MORE: ""} | others, value="", size="small", width=110, margin=0,
            label="More variables", css_classes=["more-variables"], visible=bool(others),
            stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        unit = "Step" if periods.kind == "8 days" else periods.kind.capitalize()
        self.period = pmui.RadioButtonGroup(
            options={"Year": True, unit: False}, value=state.yearly, size="small", margin=0,
            visible=not periods.annual, label=f"Year or {unit.lower()}", stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        self.step = pmui.DiscretePlayer(
            options={name: number for number, name in enumerate(periods.names, start=1)},
            value=min(state.step, periods.steps), interval=900, loop_policy="loop", width=240,
            margin=0, show_loop_controls=False, label=unit, size="small", css_classes=["month"],
            visible_buttons=["play", "pause"], stylesheets=[PLAYER_CSS],
        )  # fmt: skip
        # The player's own buttons for these say "frame", whatever is played.
        self.steps = {
            way: _button(f"skip_{way}", f"{way.capitalize()} {unit.lower()}")
            for way in ("previous", "next")
        }
        self.steps["previous"].on_click(lambda _event: self._walk(-1))
        self.steps["next"].on_click(lambda _event: self._walk(1))
        self.player = pn.Row(
            *self.steps.values(), self.step, margin=0, visible=not periods.annual,
            styles={"align-items": "center"},
        )  # fmt: skip
        years = {str(year): year for year in periods.years}
        self.year = pmui.Select(
            options=years, value=state.period.year or periods.years[0], size="small", width=90,
            margin=0, label="Year", css_classes=["years"], visible=len(years) > 1,
            stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        prompt(self.variable, self.more, self.period, self.step, self.year, *self.steps.values())
        self.variable.param.watch(self._chosen, "value")
        self.more.param.watch(self._chosen, "value")
        self.period.link(state, value="yearly", bidirectional=True)
        # Who moves the step wants to see it; a link that sets both may still show a year.
        self.step.param.watch(self._moved, "value")
        self.year.param.watch(self._year_chosen, "value")
        state.watch(self._follow, ["variable", "step", "year"], a="result")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the controls in a row."""
        return pn.Row(self.what, self.player, margin=0, styles=WRAPPED)

    @property
    def what(self) -> pn.Row:
        """Variable, and year or step, without the player."""
        return pn.Row(
            self.variable, self.more, self.period, self.year, margin=0,
            styles={"align-items": "center", "gap": "8px"},
        )  # fmt: skip

    def _chosen(self, event) -> None:
        if event.new and event.new != self.state.shown:
            self.state.variable = event.new

    def _moved(self, event) -> None:
        if event.new != self.state.step:
            self.state.param.update(step=event.new, yearly=False)

    def _walk(self, steps: int) -> None:
        """Go some steps on or back; an end of the year leads no further."""
        wanted = min(max(self.state.step + steps, 1), self.state.a.result.periods.steps)
        self.state.param.update(step=wanted, yearly=False)

    def _year_chosen(self, event) -> None:
        if event.new is not None and event.new != self.state.period.year:
            self.state.year = event.new

    def _follow(self, *_events) -> None:
        """Press the button of the variable, or choose it in the list; follow step and year."""
        state = self.state
        shown, periods = state.shown, state.a.result.periods
        has_button = shown in state.system.shown
        self.variable.value = shown if has_button else None
        self.more.value = "" if has_button else shown
        if state.step <= periods.steps:
            self.step.value = state.step
        if len(periods.years) > 1:
            self.year.value = state.period.year or periods.years[0]


def _button(icon: str, description: str) -> pmui.IconButton:
    return pmui.IconButton(
        icon=icon, description=description, size="small", margin=0, icon_size="20px", width=30,
        height=30, css_classes=[icon.replace("_", "-")],
    )  # fmt: skip
