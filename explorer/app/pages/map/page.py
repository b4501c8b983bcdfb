"""The Map page: where, when and how much, for the scenario at hand."""

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.totals import ALL
from explorer.app.controls.period_buttons import PeriodButtons
from explorer.app.controls.region_buttons import RegionButtons
from explorer.app.maps.variable_map import VariableMap
from explorer.app.pages.map.limits_map import LimitsMap
from explorer.app.pages.map.series import MonthlySeries
from explorer.app.pages.map.shape_tools import ShapeTools
from explorer.app.pages.map.small_multiples import SmallMultiples
from explorer.app.pages.map.why_panel import WhyPanel
from explorer.app.parts.style import PLATES_CSS, PRESET_COLOURS, SCENARIO_COLOUR, SIDE_CSS
from explorer.app.parts.words import cell_note, heading, legend, totals_strip
from explorer.app.state.state import ExplorerState
from explorer.systems.scenario import PRESETS
from explorer.tables.variables import OUTPUTS, pretty_unit, shown_unit

MODES = {"Map": "map", "12 months": "months", "What limits": "limits"}
_PRESET_LINES = {label: PRESET_COLOURS[name] for name, (label, _) in PRESETS.items()}


class RunningNote(pn.viewable.Viewer):
    """How far the run in the background is, and a way to give it up."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.bar = pmui.LinearProgress(variant="determinate", value=0, width=120, margin=(14, 6))
        self.words = pn.pane.HTML(margin=(6, 0))
        cancel = pmui.Button(label="Cancel", size="small", variant="text", margin=4)
        cancel.on_click(lambda _event: state.cancel())
        self.row = pn.Row(self.words, self.bar, cancel, visible=False, margin=0)
        state.param.watch(self._follow, "progress")

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the note out in one row."""
        return self.row

    def _follow(self, event) -> None:
        self.row.visible = event.new is not None
        if event.new is not None:
            self.bar.value = round(100 * event.new)
            self.words.object = '<div class="nep-note">preview · computing every cell</div>'


class MapPage(pn.viewable.Viewer):
    """Map with its controls, totals strip, and the monthly series of the region."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.period = PeriodButtons(state)
        self.mode = pmui.RadioButtonGroup(
            options=MODES, value=state.view_mode, size="small", margin=0
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
        self.map = VariableMap(state, OUTPUTS)
        self.shapes = ShapeTools(state)
        self.map.plate.furnishings.append(self.shapes.drawing.furnish)
        self.series = MonthlySeries(state)
        self.why = WhyPanel(state)
        self.tapped = pn.pane.HTML(margin=(0, 12, 4, 12), sizing_mode="stretch_width")
        self.modes = {
            "map": pn.Column(
                pn.Row(self.heading, self.running, margin=0), self.map, self.tapped, self.shapes,
                margin=0, sizing_mode="stretch_both",
            ),
            "months": pn.Column(margin=0, sizing_mode="stretch_both"),
            "limits": pn.Column(margin=0, sizing_mode="stretch_both"),
        }  # fmt: skip
        state.param.watch(self._show_mode, "view_mode")
        state.param.watch(
            self._retell,
            ["result", "variable", "month", "yearly", "region", "shapes", "tapped", "page"],
        )
        state.param.watch(self._tell_cell, ["tapped", "result", "month", "yearly", "page"])
        self._tell_cell()
        self._retell()
        self._show_mode()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the page out: toolbar, map on the left, totals, series and why on the right."""
        toolbar = pn.FlexBox(
            self.period.what, RegionButtons(self.state), self.mode, self.period.month,
            align_items="center", gap="10px", margin=(8, 8, 2, 8), sizing_mode="stretch_width",
        )  # fmt: skip
        picture = pmui.Paper(
            *self.modes.values(), margin=6, elevation=1, sizing_mode="stretch_both"
        )
        series = pmui.Paper(
            self.series_heading, self.series, margin=6, elevation=1, sizing_mode="stretch_both"
        )
        why = pmui.Paper(self.why, margin=6, elevation=1, sizing_mode="stretch_both")
        side = pn.Column(
            self.strip, series, why, sizing_mode="stretch_both", stylesheets=[SIDE_CSS]
        )
        plates = pn.Column(picture, side, sizing_mode="stretch_both", stylesheets=[PLATES_CSS])
        return pn.Column(toolbar, plates, sizing_mode="stretch_both")

    def _show_mode(self, *_events) -> None:
        """Show one of the pictures; the others are made when they are first asked for."""
        mode = self.state.view_mode
        if not self.modes[mode].objects:
            self.modes[mode].append(
                {"months": SmallMultiples, "limits": LimitsMap}[mode](self.state)
            )
        for name, place in self.modes.items():
            place.visible = name == mode

    def _tell_cell(self, *_events) -> None:
        if self.state.page != "map":
            return  # what is not in the document may not be changed: its styles would be fetched
        told = cell_note(self.state)
        hint = '<div class="nep-note nep-cell">click a place to read its true cell</div>'
        self.tapped.object = told or hint

    def _retell(self, *_events) -> None:
        """Write the words and numbers beside the plots."""
        state = self.state
        if state.page != "map":
            return
        unit = pretty_unit(shown_unit(state.variable, yearly=state.yearly))
        self.heading.object = heading(state.title(), f"{unit} · {state.scenario.label}")
        where = "all regions" if state.region == ALL else state.region
        if state.tapped is not None:
            where = "clicked cell"
        self.series_heading.object = heading(
            f"Monthly NEP, {where}", state.scenario.label
        ) + legend(_PRESET_LINES, SCENARIO_COLOUR)
        self.strip.object = totals_strip(state)
