"""The Map page: where, when and how much, for the scenario at hand."""

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.card_menu import POSITIONED, card, card_menu
from explorer.app.controls.period_buttons import PeriodButtons
from explorer.app.controls.region_buttons import RegionButtons
from explorer.app.maps.variable_map import VariableMap
from explorer.app.pages.map.explanations import Explanations
from explorer.app.pages.map.limits_map import LimitsMap
from explorer.app.pages.map.series import StepSeries
from explorer.app.pages.map.shape_tools import ShapeTools
from explorer.app.pages.map.small_multiples import SmallMultiples
from explorer.app.parts.style import PLATES_CSS, SCENARIO_COLOUR, SIDE_CSS, WRAPPED
from explorer.app.parts.words import (
    cell_note,
    heading,
    legend,
    preset_lines,
    region_name,
    totals_strip,
)
from explorer.app.state.state import ExplorerState


def modes_of(state: ExplorerState) -> dict[str, str]:
    """Return what A's system can show in place of one map: label -> mode."""
    periods, modes = state.a.result.periods, {"Map": "map"}
    if not periods.annual:
        names = "months" if periods.kind == "month" else "steps"
        modes[f"{periods.steps} {names}"] = "months"
    if state.system.explains:
        modes["What limits"] = "limits"
    return modes


class RunningNote(pn.viewable.Viewer):
    """How far the run in the background is, and a way to give it up."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.bar = pmui.LinearProgress(variant="determinate", value=0, width=120, margin=(14, 6))
        self.words = pn.pane.HTML(margin=(6, 0))
        cancel = pmui.Button(label="Cancel", size="small", variant="text", margin=4)
        cancel.on_click(lambda _event: state.a.cancel())
        self.row = pn.Row(self.words, self.bar, cancel, visible=False, margin=0)
        state.watch(self._follow, a="progress")

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the note out in one row."""
        return self.row

    def _follow(self, event) -> None:
        self.row.visible = event.new is not None
        if event.new is not None:
            self.bar.value = round(100 * event.new)
            self.words.object = '<div class="nep-note">preview · computing every cell</div>'


class MapPage(pn.viewable.Viewer):
    """Map with its controls, totals strip, and the series of the region."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.period = PeriodButtons(state)
        self.mode = pmui.RadioButtonGroup(
            options=modes_of(state), value=state.view_mode, size="small", margin=0
        )
        self.mode.link(state, value="view_mode", bidirectional=True)
        self.heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.running = RunningNote(state)
        # Many regions and shapes scroll, or they would lie under the figures.
        self.strip = pn.pane.HTML(
            margin=0, sizing_mode="stretch_width",
            styles={"max-height": "214px", "overflow-y": "auto"}, css_classes=["totals-strip"],
        )  # fmt: skip
        self.series_heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.map = VariableMap(state)
        self.shapes = ShapeTools(state)
        self.map.plate.furnishings.append(self.shapes.drawing.furnish)
        self.series = StepSeries(state)
        self.explanations = Explanations(state)
        self.tapped = pn.pane.HTML(margin=(0, 12, 4, 12), sizing_mode="stretch_width")
        self.modes = {
            "map": pn.Column(
                pn.Row(self.heading, self.running, margin=0), self.map, self.tapped, self.shapes,
                margin=0, sizing_mode="stretch_both",
            ),
            "months": pn.Column(margin=0, sizing_mode="stretch_both"),
            "limits": pn.Column(margin=0, sizing_mode="stretch_both"),
        }  # fmt: skip
        state.watch(self._show_mode, "view_mode")
        watched = ["variable", "step", "year", "yearly", "region", "shapes", "tapped", "page"]
        state.watch(self._refresh, watched, a="result")
        state.watch(
            self._refresh_cell, ["tapped", "variable", "step", "year", "yearly", "page"], a="result"
        )
        self._refresh_cell()
        self._refresh()
        self._show_mode()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the page out: toolbar, map on the left, totals, series and why on the right."""
        toolbar = pn.Row(
            self.period.what, RegionButtons(self.state), self.mode, self.period.step,
            margin=(8, 8, 2, 8), sizing_mode="stretch_width", styles=WRAPPED,
        )  # fmt: skip
        state = self.state
        picture = card(state, lambda: self._mode, "the map", *self.modes.values())
        series = card(state, "series", "the series", self.series_heading, self.series)
        totals = pn.Column(
            self.strip, card_menu(state, "totals-by-region", "the totals"), margin=0,
            sizing_mode="stretch_width", styles=POSITIONED,
        )  # fmt: skip
        why = card(
            state, lambda: self.explanations.card, "the explanation", self.explanations
        )  # fmt: skip
        parts = [totals, series, why]
        side = pn.Column(*parts, sizing_mode="stretch_both", stylesheets=[SIDE_CSS])
        plates = pn.Column(picture, side, sizing_mode="stretch_both", stylesheets=[PLATES_CSS])
        return pn.Column(toolbar, plates, sizing_mode="stretch_both")

    @property
    def _mode(self) -> str:
        """What stands in the place of the map."""
        mode = self.state.view_mode
        return mode if mode in self.mode.options.values() else "map"

    def _show_mode(self, *_events) -> None:
        """Show one of the pictures; the others are made when they are first asked for."""
        mode = self._mode
        if not self.modes[mode].objects:
            self.modes[mode].append(
                {"months": SmallMultiples, "limits": LimitsMap}[mode](self.state)
            )
        for name, part in self.modes.items():
            part.visible = name == mode

    def _refresh_cell(self, *_events) -> None:
        if self.state.page != "map":
            return  # what is not in the document may not be changed: its styles would be fetched
        note = cell_note(self.state)
        hint = '<div class="nep-note nep-cell">click a place to read its true cell</div>'
        self.tapped.object = note or hint

    def _refresh(self, *_events) -> None:
        """Write the words and numbers beside the plots."""
        state = self.state
        if state.page != "map":
            return
        result, label = state.a.result, state.a.scenario.label
        unit = state.row.unit_over(yearly=state.period.yearly).pretty
        note = label if unit in ("1", "code") else f"{unit} · {label}"
        self.heading.object = heading(state.title(), note)
        where = "clicked cell" if state.tapped is not None else region_name(state.region)
        symbol = result.variables[result.headline].symbol
        self.series_heading.object = heading(
            f"{result.periods.adverb} {symbol}, {where}", label
        ) + legend(preset_lines(state), SCENARIO_COLOUR)
        self.strip.object = totals_strip(state)
