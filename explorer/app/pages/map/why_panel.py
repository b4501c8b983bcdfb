"""Why a number is what it is here: a waterfall from a potential to what is left."""

from html import escape

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, LabelSet, Span
from bokeh.plotting import figure

from explorer.analysis.totals import ALL, Totals
from explorer.analysis.waterfall import POTENTIAL, Waterfall, waterfall_of
from explorer.app.maps.drawn import drawn_from
from explorer.app.parts.style import QUIET, SINK_COLOUR, SOURCE_COLOUR
from explorer.app.parts.words import heading, region_name, signed
from explorer.app.state.background import Background, Proceed
from explorer.app.state.state import ExplorerState
from explorer.scene.shapes.shape import Shape
from explorer.systems.contract import Explains
from explorer.systems.layers import Layers

LEVEL_COLOUR = "#9fb3ad"


class WhyPanel(pn.viewable.Viewer):
    """The waterfall of the tapped cell, else of the region or shape that is followed."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state, self.explains = state, state.system.explains
        self.bars = Bars(self.explains)
        self.title = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.source = ColumnDataSource(self.bars.columns(None))
        self.figure = self._figure()
        self.pane = pn.pane.Bokeh(
            self.figure, sizing_mode="stretch_both", min_height=170, margin=(0, 6, 4, 6)
        )
        self._shown: tuple | None = None
        self.levels = Background(state, f"Why {self.explains.title} is what it is")
        self.levels.param.watch(lambda *_events: self._show(), ["value", "progress"])
        watched = ["tapped", "region", "step", "year", "yearly", "page", "draft"]
        state.watch(self._follow, watched, a="result")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the title above the figure."""
        return pn.Column(self.title, self.pane, margin=0, sizing_mode="stretch_both")

    def _follow(self, *_events) -> None:
        state = self.state
        wanted = (*drawn_from(state.a.result), state.tapped, state.region, state.period)
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
        if steps is None:
            share = self.levels.progress
            coming = "" if share is None else f"summing every cell, {share:.0%} · "
            self.title.object = heading("Why?", f"{coming}click a place on the map to see why")
        else:
            title = f"Why is {self.explains.title} here {signed(steps.result)} {unit}?"
            terms = " ".join(cause.symbol for cause in self.explains.terms.values())
            note = f"{self._where()} · factors multiply to {self.explains.product}, then {terms}"
            self.title.object = (
                f'<div data-why="{escape(numbers_of(steps))}">{heading(title, note)}</div>'
            )
        with pn.io.unlocked():
            self.source.data = self.bars.columns(steps)
            self.figure.xaxis.major_label_overrides = self.bars.labels(steps)
            self.figure.yaxis.axis_label = unit
            self.figure.y_range.update(**_room(steps))

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

    def _where(self) -> str:
        state = self.state
        when = state.a.result.periods.label(state.period)
        if state.tapped is not None:
            return f"clicked cell, {when}"
        return f"{region_name(state.region)}, {when}"

    def _figure(self) -> figure:
        count = len(self.bars.names)
        plot = figure(
            sizing_mode="stretch_both", toolbar_location=None, tools="",
            x_range=(-0.6, count - 0.4), y_range=(0, 1),
        )  # fmt: skip
        bars = plot.vbar(
            "place", top="top", bottom="bottom", width=0.72, color="colour", line_color=None,
            source=self.source,
        )  # fmt: skip
        plot.add_layout(
            LabelSet(
                x="place", y="higher", text="written", source=self.source, text_align="center",
                text_font_size="10px", y_offset=2, text_color=QUIET,
            )
        )  # fmt: skip
        plot.add_layout(Span(dimension="width", location=0, line_color=QUIET))
        plot.add_tools(
            HoverTool(renderers=[bars], tooltips=[("@name", "@written"), ("factor", "@factor")])
        )
        plot.xaxis.ticker = list(range(count))
        plot.xaxis.major_label_overrides = self.bars.labels(None)
        plot.xaxis.major_label_text_font_size = "10px"
        plot.xgrid.visible = False
        return plot


class Bars:
    """The bars of a system's waterfall: potential, factors, product, terms, result."""

    def __init__(self, explains: Explains) -> None:
        self.explains = explains
        steps = [cause.symbol for cause in explains.steps.values()]
        terms = [cause.symbol for cause in explains.terms.values()]
        self.names = [POTENTIAL, *steps, explains.product, *terms, explains.title]

    def columns(self, steps: Waterfall | None) -> dict[str, np.ndarray | list[str]]:
        """Return where each bar begins and ends, its colour, and the amount beside it."""
        explains, count = self.explains, len(self.names)
        colours = [
            LEVEL_COLOUR,
            *(cause.colour for cause in explains.steps.values()),
            LEVEL_COLOUR,
            *(cause.colour for cause in explains.terms.values()),
        ]
        factors = np.full(count, np.nan)
        if steps is None:
            top, bottom, amounts = (np.full(count, np.nan) for _ in range(3))
            gain = True
        else:
            levels = [steps.potential, *(step.amount for step in steps.steps)]
            after = steps.product + np.cumsum(list(steps.terms.values()))
            before = [steps.product, *after[:-1]]
            top = np.array([levels[0], *levels[:-1], steps.product, *before, steps.result])
            bottom = np.array([0.0, *levels[1:], 0.0, *after, 0.0])
            amounts = np.array([*levels, steps.product, *steps.terms.values(), steps.result])
            factors[1 : len(levels)] = [step.factor for step in steps.steps]
            gain = steps.result >= 0
        return {
            "place": np.arange(count),
            "name": self.names,
            "top": top,
            "bottom": bottom,
            "higher": np.maximum(top, bottom),
            "colour": [*colours, SINK_COLOUR if gain else SOURCE_COLOUR],
            "written": [signed(value) if np.isfinite(value) else "" for value in amounts],
            "factor": [f"× {value:.3f}" if np.isfinite(value) else "–" for value in factors],
        }

    def labels(self, steps: Waterfall | None) -> dict[int, str]:
        """Return what stands below each bar: its symbol, and the factor."""
        labels = dict(enumerate(self.names)) | {0: "poten-\ntial"}
        for number, step in enumerate(steps.steps if steps else (), start=1):
            factor = f"× {step.factor:.2f}" if np.isfinite(step.factor) else "–"
            labels[number] = f"{self.names[number]}\n{factor}"
        return labels


def _room(steps: Waterfall | None) -> dict[str, float]:
    """Return the range of the bars, with room for the number above the highest."""
    if steps is None:
        return {"start": 0.0, "end": 1.0}
    low = min(0.0, steps.product, steps.result)
    high = max(steps.potential, *(step.amount for step in steps.steps), 0.0)
    span = (high - low) or 1.0
    return {"start": low - (0.05 * span if low else 0.0), "end": high + 0.18 * span}


def numbers_of(steps: Waterfall) -> str:
    """Return the numbers of a waterfall as text: potential, factors, what is taken off, result."""
    factors = (step.factor for step in steps.steps)
    taken = (-term for term in steps.terms.values())
    return " ".join(f"{value:.6g}" for value in (steps.potential, *factors, *taken, steps.result))
