"""Why a number is what it is here: a sentence, and a waterfall from a potential to what is left."""

from html import escape

import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource, HoverTool, LabelSet, Span
from bokeh.plotting import figure

from explorer.analysis.answer import amount_text, answer
from explorer.analysis.totals import ALL, Totals
from explorer.analysis.waterfall import Waterfall, waterfall_of
from explorer.app.maps.drawn import drawn_from
from explorer.app.pages.map.why_bars import Bars, room
from explorer.app.parts.spoken import describe
from explorer.app.parts.style import CLEAR, LABEL_UNSEEN, QUIET, QUIET_TEXT
from explorer.app.parts.words import heading, place_name
from explorer.app.state.background import Background, Proceed
from explorer.app.state.state import ExplorerState
from explorer.scene.shapes.shape import Shape
from explorer.systems.contract import arithmetic
from explorer.systems.layers import Layers

SCALES = {"amounts": "amounts", "log": "log"}
BESIDE_THE_TITLE = {"position": "absolute", "right": "8px", "top": "0", "z-index": "1"}
"""So that the sentence has the whole width."""


class WhyPanel(pn.viewable.Viewer):
    """The waterfall of the tapped cell, else of the region or shape that is followed."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state, self.explains = state, state.system.explains
        self.bars = Bars(self.explains)
        self.title = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.scale = pmui.RadioButtonGroup(
            options=SCALES, value=state.why_scale, size="small", margin=0,
            css_classes=["why-scale"], styles=BESIDE_THE_TITLE, label="Scale of the bars",
            stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        self.scale.link(state, value="why_scale", bidirectional=True)
        self.source = ColumnDataSource(self.bars.columns(None))
        self.zero = Span(dimension="width", location=0, line_color=QUIET)
        self.figure = self._figure()
        self.pane = pn.pane.Bokeh(
            self.figure, sizing_mode="stretch_both", min_height=170, margin=(0, 6, 4, 6)
        )
        self._shown: tuple | None = None
        self.levels = Background(state, f"Why {self.explains.title} is what it is")
        self.levels.param.watch(lambda *_events: self._show(), ["value", "progress"])
        watched = ["tapped", "region", "step", "year", "yearly", "page", "draft"]
        watched += ["variable", "why_scale"]
        state.watch(self._follow, watched, a="result")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the title above the figure."""
        return pn.Column(
            self.title, self.scale, self.pane, margin=0, sizing_mode="stretch_both",
            styles={"position": "relative"},
        )  # fmt: skip

    def _follow(self, *_events) -> None:
        state = self.state
        wanted = (
            *drawn_from(state.a.result), state.tapped, state.region, state.period, state.shown,
            state.why_scale,
        )  # fmt: skip
        if state.page != "map" or state.draft or state.a.is_preview:
            if self.levels.progress is not None:
                self._shown = None  # so that it is asked for again
            self.levels.cancel()  # a control that is dragged comes first
        if state.page != "map" or state.draft or wanted == self._shown:
            return
        self._shown = wanted
        state.soon(self._show, 30)  # after the picture, which a person waits for

    def _show(self) -> None:
        if self.state.page != "map" or self.state.draft:
            # What is not in the document may not be changed; a dragged control asks for nothing.
            self._shown = None
            return
        steps = self._waterfall()
        result = self.state.a.result
        row = result.variables[result.headline]
        unit = row.unit_over(yearly=self.state.period.yearly).pretty
        log = self.state.why_scale == "log"
        if steps is None:
            share = self.levels.progress
            coming = "" if share is None else f"summing every cell, {share:.0%} · "
            self.title.object = heading("Why?", f"{coming}click the map to see why")
        else:
            self.title.object = self._said(steps, unit)
        with pn.io.unlocked():
            columns = self.bars.columns(steps, log=log)
            self.source.data = columns
            told = ", ".join(map(" ".join, zip(columns["name"], columns["written"], strict=True)))
            describe(self.figure, f"Why {self.explains.title} is what it is, {unit}: {told}")
            self.figure.xaxis.major_label_overrides = self.bars.labels(steps)
            self.figure.yaxis.major_label_overrides = self.bars.ticks(log=log)
            self.zero.visible = not log  # there it would be 1 %
            self.figure.yaxis.axis_label = "% of potential, log" if log else unit
            self.figure.y_range.update(**room(steps, log=log))

    def _said(self, steps: Waterfall, unit: str) -> str:
        """Return the title, the sentence that answers it, and what the bars are."""
        state, explains = self.state, self.explains
        symbols = {name: cause.symbol for name, cause in explains.steps.items()}
        when = state.a.result.periods.label(state.period)
        title = f"Why is {explains.title} {amount_text(steps.result)} {unit}?"
        said = answer(steps, explains.wording, symbols, place_name(state), when, unit)
        note = arithmetic(explains)
        if state.shown not in (state.a.result.headline, *explains.terms_of):
            note += f" · the map shows {state.row.symbol}, what is explained is {explains.title}"
        return (
            f'<div data-why="{escape(numbers_of(steps))}">'
            f'<div class="nep-title">{escape(title)}</div>'
            f'<div class="nep-answer" role="status">{escape(said)}</div>'
            f'<div class="nep-note">{escape(note)}</div></div>'
        )

    def _waterfall(self) -> Waterfall | None:
        state, result = self.state, self.state.a.result
        if state.a.is_preview:
            return None
        if state.tapped is not None:
            return self.explains.cell(result, state.tapped, state.period)
        shape = next((shape for shape in state.shapes if shape.name == state.region), None)
        levels = self._levels(result, shape)
        if levels is None:
            return None
        return waterfall_of(
            self.explains.scaled(levels, result.scenario),
            tuple(self.explains.steps), tuple(self.explains.terms),
            region=state.region if shape is None else ALL, period=state.period,
        )  # fmt: skip

    def _levels(self, result: Layers, shape: Shape | None) -> Totals | None:
        """Return the sums that some edits only scale; None while they are computed."""
        key = self.explains.levels_key(result), shape

        def compute(proceed: Proceed) -> Totals | None:
            covered = None if shape is None else self.state.book.cover(shape)
            return self.state.shared.levels(
                key, lambda: self.explains.levels(result, proceed, covered)
            )

        self.levels.ask(key, compute)
        return self.levels.value if self.levels.key == key else None

    def _figure(self) -> figure:
        count = len(self.bars.names)
        plot = figure(
            sizing_mode="stretch_both", toolbar_location=None, tools="",
            x_range=(-0.6, count - 0.4), y_range=(0, 1), **CLEAR,
        )  # fmt: skip
        bars = plot.vbar(
            "place", top="top", bottom="bottom", width=0.72, color="colour", line_color=None,
            source=self.source,
        )  # fmt: skip
        amounts = LabelSet(
            x="place", y="higher", text="written", source=self.source, text_align="center",
            text_font_size="11px", y_offset=2, text_color=QUIET_TEXT[self.state.dark],
        )  # fmt: skip
        plot.add_layout(amounts)

        def recolour(event) -> None:
            with pn.io.unlocked():
                amounts.text_color = QUIET_TEXT[event.new]

        self.state.watch(recolour, "dark")
        plot.add_layout(self.zero)
        plot.add_tools(
            HoverTool(renderers=[bars], tooltips=[("@name", "@written"), ("factor", "@factor")])
        )
        plot.xaxis.ticker = list(range(count))
        plot.xaxis.major_label_overrides = self.bars.labels(None)
        plot.xaxis.major_label_text_font_size = "10px"
        plot.xgrid.visible = False
        return plot


def numbers_of(steps: Waterfall) -> str:
    """Return the numbers of a waterfall as text: potential, factors, what is taken off, result."""
    factors = (step.factor for step in steps.steps)
    taken = (-term for term in steps.terms.values())
    return " ".join(f"{value:.6g}" for value in (steps.potential, *factors, *taken, steps.result))
