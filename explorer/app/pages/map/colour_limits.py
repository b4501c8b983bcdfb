"""The ends of a map's colours: the usual ones, those that fit what is shown, or one's own."""

from html import escape

import numpy as np
import panel as pn
import panel_material_ui as pmui

from explorer.app.maps.drawn import look_of
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.state.state import ExplorerState
from explorer.picture.limits import fitted

MOST_VALUES = 1_000_000  # of a larger scene every so many-th cell is looked at
EXPECTED = "expected two numbers, the lower one first"


class ColourLimits(pn.viewable.Viewer):
    """Two boxes, and a button that fits them to the period shown; codes have none."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.low, self.high = (self._box(name) for name in ("lowest", "highest"))
        self.fit = pmui.Button(
            label="Fit", size="small", variant="outlined", margin=(2, 2), icon="compress",
            css_classes=["colours-fit"],
        )  # fmt: skip
        self.usual = pmui.Button(
            label="Usual", size="small", variant="text", margin=(2, 2),
            description="The scale that all periods share", css_classes=["colours-usual"],
        )  # fmt: skip
        self.message = pn.pane.HTML("", margin=(8, 4), visible=False)
        words = pn.pane.HTML('<div class="nep-note">colours from</div>', margin=(9, 2, 0, 8))
        to = pn.pane.HTML('<div class="nep-note">to</div>', margin=(9, 2, 0, 2))
        self.row = pn.Row(
            words, self.low, to, self.high, self.fit, self.usual, self.message, margin=0,
            styles={"flex-wrap": "wrap"}, css_classes=["colours"],
        )  # fmt: skip
        self._filling = False
        self.fit.on_click(lambda _event: self._fit())
        self.usual.on_click(lambda _event: setattr(state, "limits", None))
        state.watch(self._follow, ["variable", "step", "year", "yearly", "limits"], a="result")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the controls in a row."""
        return self.row

    def _box(self, name: str) -> pmui.TextInput:
        box = pmui.TextInput(
            label=f"The {name} value of the colours", size="small", width=74, margin=(2, 2),
            css_classes=[f"colours-{name}"], placeholder=name, stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        box.param.watch(lambda _event: self._typed(), "value")
        return box

    @property
    def _yearly(self) -> bool:
        return self.state.period.yearly or self.state.a.result.periods.annual

    def _typed(self) -> None:
        if self._filling:
            return
        try:
            low, high = (float(box.value.replace("−", "-")) for box in (self.low, self.high))
        except ValueError:
            low, high = np.nan, np.nan
        if low < high and np.isfinite([low, high]).all():
            self._choose(low, high)
        else:
            for box in (self.low, self.high):
                box.param.update(error_state=True, helper_text=EXPECTED)
            self.message.param.update(
                object=f'<span role="alert" class="nep-refused">{escape(EXPECTED)}</span>',
                visible=True,
            )

    def _fit(self) -> None:
        state, result = self.state, self.state.a.result
        values = result.cells(state.shown, state.period)
        values = values[:: -(-values.size // MOST_VALUES)]
        self._choose(*fitted(values, symmetric=state.row.colours == "diverging"))

    def _choose(self, low: float, high: float) -> None:
        self.state.limits = (self.state.shown, self._yearly, low, high)
        self._follow()

    def _follow(self, *_events) -> None:
        """Write the limits that are used, and which period the button fits them to."""
        state = self.state
        self.row.visible = not state.row.is_code
        if state.row.is_code:
            return
        look = look_of(state.a.result, state.shown, yearly=self._yearly, chosen=state)
        usual = look_of(state.a.result, state.shown, yearly=self._yearly)
        period = "what is shown" if state.a.result.is_constant(state.shown) else self._when()
        self._filling = True
        try:
            for box, end in zip((self.low, self.high), look.limits, strict=True):
                written = f"{end:g}".replace("-", "−")
                box.param.update(value=written, error_state=False, helper_text="")
            self.fit.label = f"Fit to {period}"
            self.usual.disabled = look.limits == usual.limits
        finally:
            self._filling = False
        self.message.param.update(object="", visible=False)

    def _when(self) -> str:
        return self.state.a.result.periods.label(self.state.period)
