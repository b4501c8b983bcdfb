"""The Map page: where, when and how much, for the scenario at hand."""

from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.answer import plain_answer
from explorer.analysis.totals import ALL
from explorer.app.controls.card_menu import POSITIONED, card, card_menu
from explorer.app.controls.period_buttons import PeriodButtons
from explorer.app.controls.progress import ProgressBar
from explorer.app.controls.region_buttons import RegionButtons
from explorer.app.maps.variable_map import VariableMap
from explorer.app.pages.map.colour_limits import ColourLimits
from explorer.app.pages.map.explanations import Explanations
from explorer.app.pages.map.limits_map import LimitsMap
from explorer.app.pages.map.quantity import Quantity
from explorer.app.pages.map.series import StepSeries
from explorer.app.pages.map.shape_tools import ShapeTools
from explorer.app.pages.map.small_multiples import SmallMultiples
from explorer.app.parts.landmarks import TARGET
from explorer.app.parts.spoken import numbers_text
from explorer.app.parts.style import (
    LABEL_UNSEEN,
    PLATES_CSS,
    SCENARIO_COLOUR,
    SIDE_CSS,
    WRAPPED,
)
from explorer.app.parts.words import (
    cell_note,
    heading,
    legend,
    place_name,
    preset_lines,
    region_name,
    totals_strip,
    written,
)
from explorer.app.state.state import ExplorerState

KEYS_OF_THE_MAP = (
    "Arrow keys move the marked cell, with Shift ten steps; plus and minus zoom, Escape leaves."
)


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
        self.bar = ProgressBar("Computing every cell", width=120, margin=(12, 6))
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
            self.bar.show(event.new)
            self.words.object = '<div class="nep-note">preview · computing every cell</div>'


class MapPage(pn.viewable.Viewer):
    """Map with its controls, totals strip, and the series of the region."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.period = PeriodButtons(state)
        self.mode = pmui.RadioButtonGroup(
            options=modes_of(state), value=state.view_mode, size="small", margin=0,
            label="What the map shows", stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        self.mode.link(state, value="view_mode", bidirectional=True)
        self.heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.running = RunningNote(state)
        # Many regions and shapes scroll, or they would lie under the figures.
        self.strip = pn.pane.HTML(
            margin=0, sizing_mode="stretch_width",
            styles={"max-height": "240px", "overflow-y": "auto"}, css_classes=["totals-strip"],
        )  # fmt: skip
        self.series_heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.map = VariableMap(state)
        self.colours = ColourLimits(state)
        self.quantity = Quantity(state)
        self.shapes = ShapeTools(state)
        self.map.is_drawn_on = lambda: self.shapes.kind is not None
        self.map.plate.furnishings.append(self.shapes.drawing.furnish)
        self.series = StepSeries(state, self.quantity)
        self.explanations = Explanations(state)
        self.answer = pn.pane.HTML(margin=(8, 12), sizing_mode="stretch_width")
        self.tapped = pn.pane.HTML(margin=(0, 12, 4, 12), sizing_mode="stretch_width")
        self.modes = {
            "map": pn.Column(
                pn.Row(self.heading, self.running, margin=0), self.map, self.map.keys, self.colours,
                self.tapped, self.shapes,
                margin=0, sizing_mode="stretch_both",
            ),
            "months": pn.Column(margin=0, sizing_mode="stretch_both"),
            "limits": pn.Column(margin=0, sizing_mode="stretch_both"),
        }  # fmt: skip
        state.watch(self._show_mode, "view_mode")
        watched = ["variable", "step", "year", "yearly", "region", "shapes", "tapped", "page"]
        state.watch(self._refresh, watched, a="result")
        self.quantity.param.watch(self._refresh, "arrived")
        state.watch(
            self._refresh_cell, ["tapped", "variable", "step", "year", "yearly", "page"], a="result"
        )
        self._refresh_cell()
        self._refresh()
        self._show_mode()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the page out: toolbar, map on the left, totals, series and why on the right."""
        toolbar = pn.Row(
            self.period.what, RegionButtons(self.state, beside_cells=True), self.mode,
            self.period.player,
            margin=(8, 8, 2, 8), sizing_mode="stretch_width", styles=WRAPPED,
        )  # fmt: skip
        state = self.state
        picture = card(
            state, lambda: self._mode, "the map", *self.modes.values(), css_classes=[TARGET]
        )
        series = card(state, "series", "the series", self.series_heading, self.series)
        totals = pn.Column(
            self.strip, card_menu(state, "totals-by-region", "the totals"), margin=0,
            sizing_mode="stretch_width", styles=POSITIONED,
        )  # fmt: skip
        explained = [self.explanations] if self._says_why else [self.answer, self.explanations]
        why = card(state, lambda: self.explanations.card, "the explanation", *explained)
        parts = [totals, series, why]
        side = pn.Column(*parts, sizing_mode="stretch_both", stylesheets=[SIDE_CSS])
        plates = pn.Column(picture, side, sizing_mode="stretch_both", stylesheets=[PLATES_CSS])
        return pn.Column(toolbar, plates, sizing_mode="stretch_both")

    @property
    def _says_why(self) -> bool:
        """Whether the system says why; else what there is to say is a plain sentence."""
        return self.explanations.why is not None

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
        hint = '<div class="nep-note nep-cell">Click the map to see the values of one cell</div>'
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
        self._describe_map(note)
        quantity, base = self.quantity, state.a.scenario.preset
        where = "clicked cell" if state.tapped is not None else region_name(state.region)
        symbol = result.variables[quantity.variable].symbol
        notes = (label, quantity.note, quantity.coming if state.tapped is None else "")
        self.series_heading.object = heading(
            f"{result.periods.adverb} {symbol}, {where}", " · ".join(filter(None, notes))
        ) + legend(preset_lines(state), SCENARIO_COLOUR)
        self.strip.object = totals_strip(
            state, quantity.variable, quantity.own, quantity.preset(base),
            " · ".join(filter(None, (quantity.note, quantity.coming))),
        )  # fmt: skip
        if not self._says_why:
            self.answer.object = (
                f'<div class="nep-answer" role="status">{escape(self._plain_answer())}</div>'
            )

    def _describe_map(self, note: str) -> None:
        """Say what the map shows: the mean of each region, where the cards are of its variable."""
        state, quantity = self.state, self.quantity
        text = f"Map of {state.title()}, {note}."
        own = quantity.own
        if own is not None and quantity.variable == state.shown:
            names = own.region_names
            means = [own.mean(state.shown, state.period, each) for each in (ALL, *names)]
            text += f" Means: {numbers_text(['all regions', *names], means)}."
        with pn.io.unlocked():
            self.map.plate.describe(f"{text} {KEYS_OF_THE_MAP}", keys=True)

    def _plain_answer(self) -> str:
        """Return what the place is, in a sentence, for a system that cannot say why."""
        state, result, name = self.state, self.state.a.result, self.quantity.variable
        row, period, totals = result.variables[name], state.period, self.quantity.own
        cell = None if state.a.is_preview else state.tapped
        if cell is None and totals is None:
            return self.quantity.coming
        everywhere = "" if totals is None else written(row, totals.mean(name, period))
        if cell is not None:
            value = written(row, result.cell(name, cell, period))
        else:
            value = written(row, totals.mean(name, period, state.region))
        whole = cell is None and state.region == ALL
        return plain_answer(
            row.long_name, place_name(state), result.periods.label(period), value,
            row.unit_over(yearly=period.yearly).pretty, "" if whole else everywhere,
        )  # fmt: skip
