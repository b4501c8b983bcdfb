"""The Map page: where, when and how much, for the scenario at hand."""

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.totals import ALL
from explorer.app.flux_map import FluxMap
from explorer.app.region_buttons import RegionButtons
from explorer.app.series import MonthlySeries
from explorer.app.state import SHOWN, ExplorerState
from explorer.app.style import PLATES_CSS, PRESET_COLOURS, SCENARIO_COLOUR, SIDE_CSS
from explorer.app.why_panel import WhyPanel
from explorer.app.words import cell_note, heading, legend, totals_strip
from explorer.scenario import PRESETS
from explorer.scene.calendar import MONTHS
from explorer.variables import OUTPUTS, pretty_unit, shown_unit

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
        self.scene = state.shared.scene
        self._controls()
        self.heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.running = RunningNote(state)
        self.strip = pn.pane.HTML(margin=0, sizing_mode="stretch_width")
        self.series_heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.map = FluxMap(state)
        self.series = MonthlySeries(state)
        self.why = WhyPanel(state)
        self.tapped = pn.pane.HTML(margin=(0, 12, 4, 12), sizing_mode="stretch_width")
        state.param.watch(
            self._retell, ["result", "variable", "month", "yearly", "region", "tapped"]
        )
        state.param.watch(self._tell_cell, ["tapped", "result", "month", "yearly"])
        self._tell_cell()
        self._retell()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the page out: toolbar, map on the left, totals and series on the right."""
        toolbar = pn.FlexBox(
            self.variable, self.period, self.month, self.region,
            align_items="center", gap="10px", margin=(8, 8, 2, 8), sizing_mode="stretch_width",
        )  # fmt: skip
        picture = pmui.Paper(
            pn.Row(self.heading, self.running, margin=0),
            self.map,
            self.tapped,
            margin=6,
            elevation=1,
            sizing_mode="stretch_both",
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

    def _controls(self) -> None:
        state = self.state
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
        self.region = RegionButtons(state)
        self.variable.link(state, value="variable", bidirectional=True)
        self.period.link(state, value="yearly", bidirectional=True)
        self.month.link(state, value="month", bidirectional=True)
        state.param.watch(lambda _event: setattr(state, "yearly", False), "month")
        # Who chooses a region wants to see it, not the cell clicked before.
        state.param.watch(lambda _event: setattr(state, "tapped", None), "region")

    def _tell_cell(self, *_events) -> None:
        told = cell_note(self.state)
        hint = '<div class="nep-note">click a place to read its true cell</div>'
        self.tapped.object = told or hint

    def _retell(self, *_events) -> None:
        """Write the words and numbers beside the plots."""
        state = self.state
        unit = pretty_unit(shown_unit(state.variable, yearly=state.yearly))
        self.heading.object = heading(state.title(), f"{unit} · {state.scenario.label}")
        where = "all regions" if state.region == ALL else state.region
        if state.tapped is not None:
            where = "clicked cell"
        self.series_heading.object = heading(
            f"Monthly NEP, {where}", state.scenario.label
        ) + legend(_PRESET_LINES, SCENARIO_COLOUR)
        self.strip.object = totals_strip(state)
