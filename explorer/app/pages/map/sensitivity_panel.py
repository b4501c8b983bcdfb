"""Which parameters move the total of the region most, as bars that lead to their controls."""

from collections.abc import Hashable

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.sensitivity import Swing, swings
from explorer.app.controls.progress import ProgressBar
from explorer.app.maps.drawn import drawn_from
from explorer.app.pages.map.tornado import Tornado
from explorer.app.parts.style import css_name
from explorer.app.parts.words import heading, region_name, signed
from explorer.app.state.faults import reason
from explorer.app.state.state import ExplorerState
from explorer.report.cards.sensitivity_card import METHOD, MOST, refusal, slopes_for, total_unit
from explorer.session.jobs import Proceed
from explorer.tables.unit import pretty_unit

REST = 0.5  # s without an edit before a computation starts


class SensitivityPanel(pn.viewable.Viewer):
    """Computes while it is shown, in the background; an edit or another page cancels that."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.shown = False
        self.title = pn.pane.HTML(margin=(8, 40, 0, 12), sizing_mode="stretch_width")
        self.bars = Tornado(state.seek, sizing_mode="stretch_width", margin=(4, 8, 8, 8))
        self.bar = ProgressBar("What moves the total", margin=(4, 12), sizing_mode="stretch_width")
        cancel = pmui.Button(label="Cancel", size="small", variant="text", margin=0)
        self.running = pn.Row(self.bar, cancel, visible=False, margin=0)
        self._slot = state.session.slot("long", "What moves the total")
        self._known: Hashable | None = None
        cancel.on_click(lambda _event: self.cancel())
        watched = ["region", "shapes", "page", "draft"]
        state.watch(lambda *_events: self.follow(), watched, a="result")

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the title above the bars."""
        return pn.Column(
            self.title, self.running, self.bars, margin=0, sizing_mode="stretch_both",
            scroll="y-auto",
        )  # fmt: skip

    def show(self, shown: bool) -> None:
        """Say whether a person looks at it."""
        self.shown = shown
        self.follow()

    def cancel(self) -> None:
        """Cancel the computation; the panel says so, and the next edit asks again."""
        self._slot.cancel()
        self._say("cancelled; an edit or another region asks again")

    def follow(self) -> None:
        """Catch up with the state, as far as the panel is looked at."""
        state = self.state
        if not self.shown or state.page != "map" or state.draft:
            self._slot.cancel()
            return
        why = refusal(state.a.result)
        if why:
            self._say(why)
            return
        if state.a.is_preview:
            self._slot.cancel()
            self._say("after the preview")
            return
        shape = next((each for each in state.shapes if each.name == state.region), None)
        key = (*drawn_from(state.a.result), shape or state.region)
        if key == self._known:
            self._slot.cancel()
            return
        sight, parameters = state.sight, state.a.scenario.parameters
        unit = total_unit(sight)

        def compute(proceed: Proceed) -> list[Swing] | None:
            slopes = slopes_for(sight, proceed)
            return None if slopes is None else swings(parameters, slopes, MOST)

        self._slot.ask(
            key, compute, rest=REST,
            done=lambda found: self._done(key, found, unit),
            failed=lambda error: self._say(f"could not be computed: {reason(error)}"),
            progress=self._progressed,
        )  # fmt: skip

    def _progressed(self, share: float | None) -> None:
        self.running.visible = share is not None
        if share is not None:
            self.bar.show(share)
            if not self.bars.rows:
                self._say("computing the slope of every parameter …")

    def _done(self, key: Hashable, found: list[Swing] | None, unit: str) -> None:
        if found is None:
            return
        self._known = key
        ways = "blue: a step up, its change at the right · orange: a step down"
        self._say(f"{pretty_unit(unit)} · {METHOD} · {ways}", keep=True)
        self.bars.rows = tornado_rows(found)

    def _say(self, note: str, *, keep: bool = False) -> None:
        """Write the heading; without ``keep`` the bars, which are of something else, go."""
        result = self.state.a.result
        symbol = result.variables[result.headline].symbol
        where = region_name(self.state.region)
        self.title.object = heading(f"What moves {symbol} of {where} most?", note)
        if not keep:
            self._known = None
            self.bars.rows = []


def tornado_rows(found: list[Swing]) -> list[dict]:
    """Return what the bars are drawn from; the longest takes half of the width."""
    longest = max((swing.size for swing in found), default=0.0) or 1.0
    rows = []
    for swing in found:
        unit = "" if swing.unit == "1" else f" {pretty_unit(swing.unit)}"
        flag = " (stand-in)" if swing.stand_in else ""
        row = {"name": swing.name, "label": swing.label + flag, "value": f"{swing.value:.4g}{unit}"}
        for way, change in (("up", swing.change_high), ("down", swing.change_low)):
            wide = 50 * abs(change) / longest
            row |= {
                way: f"{'+' if change > 0 else ''}{signed(change)}",
                f"change_{way}": f"{change:.6f}",
                f"left_{way}": round(50 if change >= 0 else 50 - wide, 3),
                f"wide_{way}": round(wide, 3),
            }
        rows.append(row | {"control": css_name(swing.name)})
    return rows
