"""What B - A comes from: split by cause, in the background where that takes long, and shown."""

from dataclasses import dataclass
from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.comparison import mean_of, teragrams
from explorer.analysis.split import RESPIRATION, Attribution
from explorer.analysis.totals import ALL
from explorer.app.parts.words import heading, signed
from explorer.app.state.background import Background
from explorer.app.state.state import ExplorerState
from explorer.scene.calendar import MONTHS
from explorer.systems.nep.explain import attribute

BARS_CSS = """
.nep-causes { border-collapse: collapse; width: 100%; font-size: 12px; margin-top: 8px;
  font-variant-numeric: tabular-nums; }
.nep-causes th { text-align: left; font-weight: 400; white-space: nowrap; padding: 2px 10px 2px 0; }
.nep-causes td { text-align: right; white-space: nowrap; padding: 2px 0 2px 8px; }
.nep-causes .nep-bar { position: relative; width: 60%; height: 20px;
  background: linear-gradient(90deg, transparent calc(50% - 0.5px),
    rgba(128, 128, 128, 0.7) calc(50% - 0.5px) calc(50% + 0.5px), transparent 0); }
.nep-bar i { position: absolute; top: 4px; bottom: 4px; border-radius: 2px; }
.nep-causes tr:last-child > * { border-top: 1px solid rgba(128, 128, 128, 0.5); font-weight: 600; }
"""


@dataclass(frozen=True)
class Cause:
    """How a cause is called and coloured."""

    label: str
    symbol: str
    colour: str


CAUSES: dict[str, Cause] = {
    "": Cause("no change", "none", "#d9d9d9"),
    "epsilon_max": Cause("maximum efficiency ε_max", "ε", "#e69f00"),
    "clumping": Cause("clumping of leaves", "CI", "#56b4e9"),
    "light": Cause("light", "light", "#f0e442"),
    "fpar": Cause("FPAR before clumping", "FPAR", "#009e73"),
    "temperature": Cause("temperature stress", "Tε", "#d55e00"),
    "water": Cause("water stress", "Wε", "#0072b2"),
    RESPIRATION: Cause("soil respiration", "Rh", "#cc79a7"),
}
"""In the order of the codes of the leading cause; Okabe and Ito's colours."""


class CausesRun(Background):
    """Follows both results and splits their difference by cause."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__(state, "The split by cause")
        state.param.watch(self._follow, ["result", "draft", "page"])
        state.other.param.watch(self._follow, "result")
        self._follow()

    @property
    def split(self) -> Attribution | None:
        """The difference by cause; None until it is known."""
        return self.value

    def _follow(self, *_events) -> None:
        state, other = self.state, self.state.other
        if state.page != "compare":
            if self.progress is not None:
                self.cancel()  # others wait for the worker
            return
        if state.draft or other.result is None:
            return
        if state.is_preview or other.is_preview:
            self.forget()  # the whole comes soon
            return
        a, b = state.result, other.result
        if not state.shared.instant:
            _ = a.totals, b.totals  # here, not in the worker's thread
        self.ask(
            (a.scenario.parameters, b.scenario.parameters),
            lambda proceed: attribute(a, b, proceed),
        )


class CauseBars(pn.viewable.Viewer):
    """A bar for each cause; together they are the difference."""

    def __init__(self, state: ExplorerState, causes: CausesRun) -> None:
        super().__init__()
        self.state, self.causes = state, causes
        self.words = pn.pane.HTML(
            margin=(8, 12), sizing_mode="stretch_width", stylesheets=[BARS_CSS]
        )
        self.bar = pmui.LinearProgress(
            variant="determinate", value=0, margin=(4, 12), sizing_mode="stretch_width"
        )
        cancel = pmui.Button(label="Cancel", size="small", variant="text", margin=0)
        cancel.on_click(lambda _event: causes.cancel())
        self.running = pn.Row(self.bar, cancel, visible=False, margin=0)
        state.param.watch(self._retell, ["region", "month", "yearly", "variable", "page"])
        causes.param.watch(self._retell, ["value", "progress"])
        self._retell()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the bars, and how far a run is."""
        return pn.Column(self.words, self.running, margin=0, sizing_mode="stretch_width")

    def _retell(self, *_events) -> None:
        state, progress = self.state, self.causes.progress
        if state.page != "compare":
            return
        self.running.visible = progress is not None
        if progress is not None:
            self.bar.value = round(100 * progress)
        self.words.object = causes_html(state, self.causes.split, running=progress is not None)


def causes_html(state: ExplorerState, split: Attribution | None, *, running: bool) -> str:
    """Return the causes of the difference in the region and period shown, as bars with numbers."""
    name = "npp" if state.variable == "npp" else "nep"
    where = "all regions" if state.region == ALL else state.region
    period = "year" if state.yearly else MONTHS[state.month - 1]
    title = f"What caused the difference in {name.upper()}"
    head = heading(title, f"{where}, {period} · Tg C · the causes add up to B − A, nothing is left")
    if split is None:
        waiting = state.is_preview or state.other.is_preview
        told = "splitting every cell …" if running else "after the preview" if waiting else "–"
        return f'{head}<div class="nep-note">{told}</div>'
    if state.region not in (ALL, *split.totals.region_names):
        return f'{head}<div class="nep-note">split by region, not by drawn shape</div>'
    causes = [cause for cause in split.causes if name == "nep" or cause != RESPIRATION]
    area = split.totals.area_of(state.region)
    amounts = {
        cause: teragrams(mean_of(split.totals, cause, state.shown_month, state.region), area)
        for cause in causes
    }
    amounts[""] = sum(amounts.values())
    span = max(max(map(abs, amounts.values())), 1e-12)
    rows = "".join(_bar(cause, amount, span) for cause, amount in amounts.items())
    return f'{head}<table class="nep-causes">{rows}</table>'


def _bar(cause: str, amount: float, span: float) -> str:
    label = CAUSES[cause].label if cause else "B − A"
    colour = CAUSES[cause].colour if cause else "#5f6b67"
    width = 50 * abs(amount) / span
    left = 50 if amount >= 0 else 50 - width
    sign = "+" if amount > 0 else ""
    return (
        f'<tr data-cause="{cause or "sum"}" data-tg="{amount:.6f}"><th>{escape(label)}</th>'
        f'<td class="nep-bar"><i style="left:{left:.2f}%;width:{width:.2f}%;background:{colour}">'
        f"</i></td><td>{sign}{signed(amount)}</td></tr>"
    )
