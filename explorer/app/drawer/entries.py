"""Entries: one row per parameter, made from the table; a wrong entry is refused beside it."""

import math
from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.prompt import prompt
from explorer.app.parts.style import LABEL_UNSEEN, SMALL_BUTTON, css_name
from explorer.app.state.state import ExplorerState
from explorer.errors import ParameterError
from explorer.systems.scenario import Scenario, preset_of
from explorer.tables.parameter import parsed, row_of
from explorer.tables.unit import pretty_unit

DECIMALS = 3  # of a slider over a range of 1; a smaller range has more
DRAG_PAUSE = 8  # ms; what a slider sent meanwhile is read first
WHOLE_LINE = {"flex": "0 0 100%"}  # in a box whose lines wrap
LONGEST_SHOWN = 24  # characters of an entry that a refusal repeats
REST_PAUSE = 70  # ms without a change after which a control counts as at rest


class NumberEntry(pn.viewable.Viewer):
    """Text box and slider of one numeric parameter.

    The slider works while it is dragged, the text box when it is left or Enter is pressed. A wrong
    entry stays visible and marked, with the allowed range below; the scenario keeps its last good
    value.

    Parameters
    ----------
    state : ExplorerState
    name : str
        Of the parameter.
    label : str
        What is written beside the controls.
    spoken : str
        What a screen reader calls them, where the label alone does not say which parameter it is.
    detailed : bool
        Whether range and source are written below.
    """

    def __init__(
        self,
        state: ExplorerState,
        name: str,
        label: str,
        *,
        spoken: str = "",
        detailed: bool = False,
    ) -> None:
        super().__init__()
        self.state, self.name_of_parameter, self.label = state, name, label
        self.spoken, self.detailed = spoken or label, detailed
        low, high = self._bounds = row_of(state.system.parameters, name).metadata["bounds"]
        self.decimals = max(DECIMALS, DECIMALS - math.floor(math.log10(high - low)))
        value = state.a.scenario.values()[name]
        self._quiet = False
        self._awaiting: float | None = None
        self._edits = 0
        self._shown: tuple[float, float] | None = None
        self.text = pmui.TextInput(
            value=_written(value), label=self.spoken, size="small", width=76, margin=(1, 2),
            variant="outlined", css_classes=[css_name(name)], stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        self.slider = pmui.FloatSlider(
            value=value, start=low, end=high, step=10**-self.decimals, label=self.spoken,
            show_value=False, css_classes=[css_name(name, "slider")], size="small", width=84,
            margin=(8, 4, 0, 8), stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        prompt(self.text, self.slider)
        # One box for all of it, and what is seldom needed made then: the drawer has many entries.
        self.message: pn.pane.HTML | None = None  # made when an entry is first refused
        self.back: pmui.Button | None = None  # made when the value first differs
        self.caption = pn.pane.HTML(margin=(9, 0, 0, 0), width=112)
        self.row = pn.Row(
            self.caption, self.text, self.slider, margin=0, styles={"flex-wrap": "wrap"}
        )
        self.text.param.watch(self._typed, "value")
        self.slider.param.watch(self._dragged, "value")
        self.slider.param.watch(self._released, "value_throttled")
        state.watch(self._follow, a="scenario")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the entry out as one row, the message below it."""
        if not self.detailed:
            return self.row
        known = row_of(self.state.system.parameters, self.name_of_parameter).metadata
        low, high = known["bounds"]
        unit = "" if known["unit"] == "1" else f" {pretty_unit(known['unit'])}"
        flag = "stand-in · " if known["stand_in"] else ""
        self.row.append(pn.pane.HTML(
            f'<div class="nep-note">{low:g} to {high:g}{unit} · {flag}{escape(known["source"])}'
            "</div>",
            margin=0, styles=WHOLE_LINE,
        ))  # fmt: skip
        return self.row

    def _typed(self, event) -> None:
        if self._quiet:
            return
        try:
            # Nothing follows a typed value: it is drawn sharp at once.
            name, owner = self.name_of_parameter, self.state.system.parameters
            self.state.set_parameter(name, parsed(owner, name, event.new))
        except ParameterError:
            self._refuse(event.new)
        else:
            self._follow()

    def _dragged(self, event) -> None:
        """Follow a drag: only the last of the positions that came meanwhile counts."""
        if self._quiet:
            return
        if self._awaiting is None:
            self.state.soon(self._take, DRAG_PAUSE)
        self._awaiting = round(event.new, self.decimals)

    def _take(self) -> None:
        value, self._awaiting = self._awaiting, None
        if value is not None:
            self._set(value)

    def _released(self, event) -> None:
        """Apply the released value unless dragging already did (arrow keys send both together)."""
        value = round(event.new, self.decimals)
        if (
            not self._quiet
            and self._awaiting is None
            and value != self._value(self.state.a.scenario)
        ):
            self._set(value)

    def _set(self, value: float) -> None:
        """Set the parameter: a coarse map at once, everything else when the control rests."""
        scenario = self.state.a.scenario.with_values({self.name_of_parameter: value})
        self._edits += 1
        edit = self._edits
        self.state.edit(scenario, draft=True)

        def rest() -> None:
            if edit == self._edits:
                self.state.draft = False

        self.state.soon(rest, REST_PAUSE)

    def _refuse(self, typed: str) -> None:
        """Say below the box what was expected; its description says the same."""
        low, high = self._bounds
        kept = _written(self._value(self.state.a.scenario))
        given = typed.strip()[:LONGEST_SHOWN] or "nothing"
        told = f"{self.spoken} must be between {low:g} and {high:g}; "
        told += f"{given} was not used (still {kept})"
        self.text.param.update(error_state=True, helper_text=told)
        if self.message is None:
            self.message = pn.pane.HTML(margin=0, styles=WHOLE_LINE)
            self.row.append(self.message)
        self.message.param.update(
            object=f'<div role="alert" class="nep-refused">{escape(told)}</div>',
            visible=True,
        )

    def _follow(self, *_events) -> None:
        """Show the scenario's value, and whether it differs from the preset's."""
        value = self._value(self.state.a.scenario)
        reference = self._value(self._preset)
        pair = (value, reference)
        is_refused = self.message is not None and self.message.visible
        if pair == self._shown and not is_refused:
            return
        self._shown = pair
        self._quiet = True
        self.text.param.update(value=_written(value), error_state=False, helper_text="")
        self.slider.value = value
        self._quiet = False
        if self.message is not None:
            self.message.visible = False
        changed = value != reference
        weight = "nep-changed" if changed else ""
        self.caption.object = f'<div class="nep-caption {weight}">{escape(self.label)}</div>'
        self._offer_reset(reference if changed else None)

    def _offer_reset(self, reference: float | None) -> None:
        """Show a button that returns to the preset's value, where the value differs from it."""
        if reference is None:
            if self.back is not None:
                self.back.visible = False
            return
        label = f"back to {_written(reference)}"
        if self.back is None:
            self.back = pmui.Button(
                label=label, size="small", variant="text", margin=0, icon="restart_alt",
                icon_size="12px", css_classes=[css_name(self.name_of_parameter, "back")],
                sx=SMALL_BUTTON,
            )  # fmt: skip
            self.back.on_click(lambda _event: self._return())
            self.row.insert(3, self.back)
        else:
            self.back.param.update(label=label, visible=True)

    def _return(self) -> None:
        reference = self._value(self._preset)
        self.state.set_parameter(self.name_of_parameter, reference)

    @property
    def _preset(self) -> Scenario:
        """The preset that the scenario started from."""
        scenario = self.state.a.scenario
        return preset_of(scenario.system, scenario.preset)

    def _value(self, scenario: Scenario) -> float:
        stem, _, member = self.name_of_parameter.partition(".")
        value = getattr(scenario.parameters, stem)
        return getattr(value, member) if member else value


def _written(value: float) -> str:
    return f"{value:.6g}".replace("e-0", "e-")
