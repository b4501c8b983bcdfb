"""What B - A comes from: split by cause, in the background where that takes long, and shown."""

from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.split import Attribution
from explorer.analysis.totals import ALL
from explorer.app.controls.progress import ProgressBar
from explorer.app.maps.drawn import drawn_from
from explorer.app.parts.words import heading, region_name, signed
from explorer.app.state.background import Background
from explorer.app.state.state import ExplorerState
from explorer.systems.contract import Cause, Explains

SUM_COLOUR = "#5f6b67"
NO_CHANGE = Cause("no change", "none", "#d9d9d9")

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


def shared_explains(state: ExplorerState) -> Explains | None:
    """Return what splits the difference: both sides must be of one system that can."""
    a, b = state.a.scenario.system, state.b.scenario.system
    return a.explains if a is b else None


class CausesRun(Background):
    """Follows both results and splits their difference by cause."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__(state, "The split by cause")
        state.watch(self._follow, ["draft", "page"], a="result", b="result")
        self._follow()

    @property
    def split(self) -> Attribution | None:
        """The difference by cause; None until it is known."""
        return self.value

    def _follow(self, *_events) -> None:
        state = self.state
        if state.page != "compare":
            if self.progress is not None:
                self.cancel()  # others wait for the worker
            return
        explains = shared_explains(state)
        if explains is None:
            self.forget()
            return
        if state.draft or state.b.result is None:
            return
        if state.a.is_preview or state.b.is_preview:
            self.forget()  # the whole comes soon
            return
        a, b = state.a.result, state.b.result
        key = (*drawn_from(a), *drawn_from(b))
        self.ask(key, lambda proceed: explains.split(a, b, proceed))


class CauseBars(pn.viewable.Viewer):
    """A bar for each cause; together they are the difference."""

    def __init__(self, state: ExplorerState, causes: CausesRun) -> None:
        super().__init__()
        self.state, self.causes = state, causes
        self.words = pn.pane.HTML(
            margin=(8, 12), sizing_mode="stretch_width", stylesheets=[BARS_CSS]
        )
        self.bar = ProgressBar(
            "Splitting the difference by cause", margin=(4, 12), sizing_mode="stretch_width"
        )
        cancel = pmui.Button(label="Cancel", size="small", variant="text", margin=0)
        cancel.on_click(lambda _event: causes.cancel())
        self.running = pn.Row(self.bar, cancel, visible=False, margin=0)
        own = ["region", "step", "year", "yearly", "variable", "page"]
        state.watch(self._refresh, own, b="result")
        causes.param.watch(self._refresh, ["value", "progress"])
        self._refresh()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the bars, and how far a run is."""
        return pn.Column(self.words, self.running, margin=0, sizing_mode="stretch_width")

    def _refresh(self, *_events) -> None:
        state, progress = self.state, self.causes.progress
        if state.page != "compare":
            return
        self.running.visible = progress is not None
        if progress is not None:
            self.bar.show(progress)
        self.words.object = causes_html(state, self.causes.split, running=progress is not None)


def causes_html(state: ExplorerState, split: Attribution | None, *, running: bool) -> str:
    """Return the causes of the difference in the region and period shown, as bars with numbers."""
    explains, result = shared_explains(state), state.a.result
    if explains is None:
        note = "A and B are of different systems, or of one that cannot say why"
        return heading("What caused the difference", note)
    name = state.shown if state.shown in explains.terms_of else result.headline
    period, where = state.pair_period, region_name(state.region)
    title = f"What caused the difference in {result.variables[name].symbol}"
    unit = result.variables[name].unit.total()
    head = heading(
        title,
        f"{where}, {result.periods.label(period)} · {unit.amount} · "
        "the causes add up exactly to B − A",
    )
    if split is None:
        waiting = state.a.is_preview or state.b.is_preview
        text = "splitting every cell …" if running else "after the preview" if waiting else "–"
        return f'{head}<div class="nep-note">{text}</div>'
    if state.region not in (ALL, *split.totals.region_names):
        return f'{head}<div class="nep-note">split by region, not by drawn shape</div>'
    amounts = {
        cause: split.totals.total(cause, period, state.region) or 0.0
        for cause in explains.terms_of[name]
    }
    whole = sum(amounts.values())
    span = max(abs(whole), *map(abs, amounts.values()), 1e-12)
    rows = [_bar(key, explains.causes[key], amount, span) for key, amount in amounts.items()]
    rows.append(_bar("sum", Cause("B − A", "", SUM_COLOUR), whole, span))
    return f'{head}<table class="nep-causes">{"".join(rows)}</table>'


def _bar(key: str, cause: Cause, amount: float, span: float) -> str:
    width = 50 * abs(amount) / span
    left = 50 if amount >= 0 else 50 - width
    sign = "+" if amount > 0 else ""
    return (
        f'<tr data-cause="{key}" data-tg="{amount:.6f}"><th>{escape(cause.label)}</th>'
        f'<td class="nep-bar"><i style="left:{left:.2f}%;width:{width:.2f}%;'
        f'background:{cause.colour}"></i></td><td>{sign}{signed(amount)}</td></tr>'
    )
