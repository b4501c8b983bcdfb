"""Why NEP is what it is here: a waterfall from what the light could give to what is left."""

from html import escape

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, LabelSet, Span
from bokeh.plotting import figure

from explorer.analysis.totals import ALL, Totals
from explorer.analysis.waterfall import STEPS, Waterfall, waterfall_of_place, with_efficiency
from explorer.app.parts.style import QUIET, SINK_COLOUR, SOURCE_COLOUR
from explorer.app.parts.words import heading, signed
from explorer.app.state.background import Background, Proceed
from explorer.app.state.state import ExplorerState
from explorer.pipeline import Result
from explorer.scene.calendar import MONTHS
from explorer.scene.shapes.shape import Shape
from explorer.systems.nep.constants import with_unit_efficiency
from explorer.systems.nep.explain import why_cell, why_everywhere_for_unit_efficiency
from explorer.tables.variables import pretty_unit, shown_unit

SYMBOLS = {
    "fpar_0": "FPAR", "clumping": "CI", "t_scalar_1": "Tε1", "t_scalar_2": "Tε2",
    "w_scalar": "Wε",
}  # fmt: skip
LEVEL_COLOUR, STEP_COLOUR, RESPIRATION_COLOUR = "#9fb3ad", "#3a9188", "#b8722c"
BARS = ("potential", *STEPS, "NPP", "Rh", "NEP")


class WhyPanel(pn.viewable.Viewer):
    """The waterfall of the tapped cell, else of the region or shape that is followed."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.title = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.source = ColumnDataSource(bars_of(None))
        self.figure = self._figure()
        self.pane = pn.pane.Bokeh(
            self.figure, sizing_mode="stretch_both", min_height=170, margin=(0, 6, 4, 6)
        )
        self._told: tuple | None = None
        # Summed over the places, for epsilon_max = 1.
        self.levels = Background(state, "The sums that say why")
        self.levels.param.watch(lambda *_events: self._tell(), ["value", "progress"])
        state.param.watch(
            self._follow, ["result", "tapped", "region", "month", "yearly", "page", "draft"]
        )
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the title above the figure."""
        return pn.Column(self.title, self.pane, margin=0, sizing_mode="stretch_both")

    def _follow(self, *_events) -> None:
        state = self.state
        wanted = (id(state.result), state.tapped, state.region, state.shown_month)
        if state.page != "map" or state.draft or state.is_preview:
            if self.levels.progress is not None:
                self._told = None  # so that it is asked for again
            self.levels.cancel()  # the hand comes first
        if state.page != "map" or state.draft or wanted == self._told:
            return
        self._told = wanted
        # After the picture: the hand waits for that.
        state.soon(self._tell, 30)

    def _tell(self) -> None:
        if self.state.page != "map" or self.state.draft:
            # What is not in the document may not be changed; a hand that moves asks for nothing.
            self._told = None
            return
        steps = self._waterfall()
        unit = pretty_unit(shown_unit("nep", yearly=self.state.yearly))
        if steps is None:
            share = self.levels.progress
            coming = "" if share is None else f"summing every cell, {share:.0%} · "
            self.title.object = heading("Why?", f"{coming}click a place on the map to see why")
        else:
            title = f"Why is NEP here {signed(steps.nep)} {unit}?"
            self.title.object = (
                f'<div data-why="{escape(told(steps))}">'
                + heading(title, f"{self._place()} · factors multiply to NPP, then − Rh")
                + "</div>"
            )
        with pn.io.unlocked():
            self.source.data = bars_of(steps)
            self.figure.xaxis.major_label_overrides = labels_of(steps)
            self.figure.yaxis.axis_label = unit
            self.figure.y_range.update(**_room(steps))

    def _waterfall(self) -> Waterfall | None:
        state = self.state
        if state.is_preview:
            return None
        if state.tapped is not None:
            return why_cell(state.result, state.tapped, state.shown_month)
        shape = next((shape for shape in state.shapes if shape.name == state.region), None)
        unit = self._for_unit_efficiency(state.result, shape)
        if unit is None:
            return None
        totals = with_efficiency(unit, state.result.scenario.parameters)
        region = state.region if shape is None else ALL
        return waterfall_of_place(totals, region, month=state.shown_month)

    def _for_unit_efficiency(self, result: Result, shape: Shape | None) -> Totals | None:
        """Return the sums that an edit of epsilon_max only scales; None while they are made."""
        key = with_unit_efficiency(result.scenario.parameters), shape

        def compute(proceed: Proceed) -> Totals | None:
            covered = None if shape is None else self.state.book.cover(shape)
            return self.state.shared.levels(
                key, lambda: why_everywhere_for_unit_efficiency(result, proceed, covered)
            )

        self.levels.ask(key, compute)
        return self.levels.value if self.levels.key == key else None

    def _place(self) -> str:
        state = self.state
        when = "year" if state.yearly else MONTHS[state.month - 1]
        if state.tapped is not None:
            return f"clicked cell, {when}"
        return f"{'all regions' if state.region == ALL else state.region}, {when}"

    def _figure(self) -> figure:
        plot = figure(
            sizing_mode="stretch_both", toolbar_location=None, tools="",
            x_range=(-0.6, len(BARS) - 0.4), y_range=(0, 1),
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
        plot.xaxis.ticker = list(range(len(BARS)))
        plot.xaxis.major_label_overrides = labels_of(None)
        plot.xaxis.major_label_text_font_size = "10px"
        plot.xgrid.visible = False
        return plot


def bars_of(steps: Waterfall | None) -> dict[str, np.ndarray | list[str]]:
    """Return the bars: where each begins and ends, its colour, and the amount beside it."""
    colours = [LEVEL_COLOUR, *[STEP_COLOUR] * len(STEPS), LEVEL_COLOUR, RESPIRATION_COLOUR]
    if steps is None:
        top, bottom, amounts, factors = (np.full(len(BARS), np.nan) for _ in range(4))
        sink = True
    else:
        levels = [steps.potential, *(step.amount for step in steps.steps)]
        top = np.array([levels[0], *levels[:-1], steps.npp, steps.npp, steps.nep])
        bottom = np.array([0.0, *levels[1:], 0.0, steps.nep, 0.0])
        amounts = np.array([*levels, steps.npp, -steps.rh, steps.nep])
        factors = np.full(len(BARS), np.nan)
        factors[1 : 1 + len(STEPS)] = [step.factor for step in steps.steps]
        sink = steps.nep >= 0
    return {
        "place": np.arange(len(BARS)),
        "name": [SYMBOLS.get(name, name) for name in BARS],
        "top": top,
        "bottom": bottom,
        "higher": np.maximum(top, bottom),
        "colour": [*colours, SINK_COLOUR if sink else SOURCE_COLOUR],
        "written": [signed(value) if np.isfinite(value) else "" for value in amounts],
        "factor": [f"× {value:.3f}" if np.isfinite(value) else "–" for value in factors],
    }


def _room(steps: Waterfall | None) -> dict[str, float]:
    """Return the range of the bars, with room for the number above the highest."""
    if steps is None:
        return {"start": 0.0, "end": 1.0}
    low = min(0.0, steps.npp, steps.nep)
    high = max(steps.potential, *(step.amount for step in steps.steps), 0.0)
    span = (high - low) or 1.0
    return {"start": low - (0.05 * span if low else 0.0), "end": high + 0.18 * span}


def labels_of(steps: Waterfall | None) -> dict[int, str]:
    """Return what stands below each bar: its symbol, and the factor."""
    labels = {number: SYMBOLS.get(name, name) for number, name in enumerate(BARS)}
    labels |= {0: "poten-\ntial", len(BARS) - 2: "− Rh"}
    for number, step in enumerate(steps.steps if steps else (), start=1):
        factor = f"× {step.factor:.2f}" if np.isfinite(step.factor) else "–"
        labels[number] = f"{SYMBOLS[step.name]}\n{factor}"
    return labels


def told(steps: Waterfall) -> str:
    """Return the numbers of a waterfall as text: potential, factors, Rh, NEP."""
    factors = (step.factor for step in steps.steps)
    return " ".join(f"{value:.6g}" for value in (steps.potential, *factors, steps.rh, steps.nep))
