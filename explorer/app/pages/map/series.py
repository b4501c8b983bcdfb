"""The steps of a year of a region or a cell: the scenario beside the presets of its system.

It is of the variable that the map shows, where that has a series (see ``quantity``).
"""

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, Line, Range1d, Scatter, Span
from bokeh.plotting import figure

from explorer.analysis.totals import Totals
from explorer.app.pages.map.quantity import Quantity
from explorer.app.parts.axes import range_of, steps_range
from explorer.app.parts.spoken import describe, series_text
from explorer.app.parts.style import CLEAR, QUIET, SCENARIO_COLOUR
from explorer.app.parts.words import place_name
from explorer.app.state.state import ExplorerState
from explorer.cache import CACHES, Recent, recent
from explorer.systems.scenario import presets_of
from explorer.tables.periods import Periods

OWN = "own"
MOST_TICKS = 12


class StepSeries(pn.viewable.Viewer):
    """A line for the scenario, dashed ones for the presets, and the step shown."""

    def __init__(self, state: ExplorerState, quantity: Quantity) -> None:
        super().__init__()
        self.state, self.quantity = state, quantity
        self._last_cell: Recent[dict[str, np.ndarray]] = recent(CACHES["cell_series"])
        lines = self._lines()
        self.source, self.range = ColumnDataSource(lines), Range1d(**self._range(lines))
        self.mark = Span(
            dimension="height", line_color="#c2185b", line_dash="dotted", line_width=1.2
        )
        self.pane = pn.pane.Bokeh(
            self._figure(), sizing_mode="stretch_both", min_height=120, margin=(0, 6, 6, 6)
        )
        self._describe(lines)
        self._mark_step()
        watched = ["variable", "region", "shapes", "tapped", "year", "draft", "page"]
        state.watch(self._follow, watched, a="result")
        quantity.param.watch(self._follow, "arrived")
        state.watch(lambda *_events: self._mark_step(), ["step", "yearly"])

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.pane

    def _lines(self) -> dict[str, np.ndarray]:
        state, result, quantity = self.state, self.state.a.result, self.quantity
        cell = None if state.a.is_preview else state.tapped
        name, year = quantity.variable, state.period.year
        if cell is None:
            own = self._of_region(quantity.own)
            presets = {
                each: self._of_region(quantity.preset(each)) for each in state.system.presets
            }
        else:
            own = result.cell_series(name, cell, year)
            key = (state.system, name, cell, year)
            presets = self._last_cell.get(key, lambda: self._presets_at(cell))
        steps = np.arange(1, result.periods.steps + 1)
        names, units = list(result.periods.names), [self._unit] * steps.size
        return {"step": steps, "name": names, "unit": units, OWN: own, **presets}

    def _of_region(self, totals: Totals | None) -> np.ndarray:
        """Return the series of the region chosen; missing values where it is not summed."""
        state = self.state
        if totals is None or self.quantity.variable not in totals.sums:
            return np.full(state.a.result.periods.steps, np.nan)
        return totals.series(self.quantity.variable, state.region, year=state.period.year)

    def _range(self, lines: dict[str, np.ndarray]) -> dict[str, float]:
        drawn = [lines[OWN], *(lines[name] for name in self.state.system.presets)]
        row = self.state.a.result.variables[self.quantity.variable]
        return range_of(drawn, zero=row.unit.is_rate or row.shown_range[0] == 0)

    def _presets_at(self, cell: int) -> dict[str, np.ndarray]:
        """Return what the presets give at a cell; those that would take long are missing."""
        state, found = self.state, {}
        shared, name, year = state.shared, self.quantity.variable, state.period.year
        for preset, scenario in presets_of(state.system).items():
            series = None
            if name == state.a.result.headline:
                series = state.system.cell_series(shared.scene, scenario, cell)
            if series is None:
                started = shared.start(scenario) if shared.instant else shared.started(scenario)
                series = (
                    np.full(state.a.result.periods.steps, np.nan)
                    if started is None
                    else started.layers(scenario).cell_series(name, cell, year)
                )
            found[preset] = series
        return found

    def _figure(self) -> figure:
        result = self.state.a.result
        plot = figure(
            sizing_mode="stretch_both", toolbar_location=None, tools="",
            x_range=steps_range(result.periods.steps), y_range=self.range, **CLEAR,
        )  # fmt: skip
        # Glyphs by themselves: they need no other looks for what is selected or muted.
        for name, preset in self.state.system.presets.items():
            line = Line(
                x="step", y=name, line_color=preset.colour, line_dash="dashed", line_width=1.3
            )
            plot.add_glyph(self.source, line)
        own = Line(x="step", y=OWN, line_color=SCENARIO_COLOUR, line_width=2.2)
        plot.add_glyph(self.source, own)
        points = plot.add_glyph(
            self.source,
            Scatter(
                x="step", y=OWN, size=6, line_color=SCENARIO_COLOUR, fill_color=SCENARIO_COLOUR
            ),
        )
        hover = HoverTool(renderers=[points], tooltips=[("@name", f"@{OWN}{{0.00}} @unit")])
        plot.add_tools(hover)
        plot.add_layout(Span(dimension="width", location=0, line_color=QUIET))
        plot.add_layout(self.mark)
        name_steps(plot, result.periods)
        plot.yaxis.axis_label = self._unit
        self.axis = plot.yaxis
        return plot

    @property
    def _unit(self) -> str:
        unit = self.state.a.result.variables[self.quantity.variable].unit.pretty
        return "" if unit == "1" else unit

    def _follow(self, *events) -> None:
        if events and all(event.name == "draft" and event.new for event in events):
            return  # a control begins to move: nothing has changed yet
        self.quantity.ask()
        lines = self._lines()
        with pn.io.unlocked():
            self.source.data = lines
            self.range.update(**self._range(lines))
            self.axis.axis_label = self._unit
            self._describe(lines)

    def _describe(self, lines: dict[str, np.ndarray]) -> None:
        """Say the numbers of the lines, for those who hear the page."""
        result, presets = self.state.a.result, self.state.system.presets
        symbol = result.variables[self.quantity.variable].symbol
        title = f"{result.periods.adverb} {symbol}, {place_name(self.state)}"
        own = {self.state.a.scenario.label: lines[OWN]}
        others = {
            f"published {row.label}": lines[name]
            for name, row in presets.items()
            if not np.array_equal(lines[name], lines[OWN])
        }
        text = series_text(title, self._unit, result.periods.names, own | others)
        describe(self.pane.object, text)

    def _mark_step(self) -> None:
        step = self.state.period.step
        with pn.io.unlocked():
            self.mark.update(visible=step is not None, location=step or 1)


def name_steps(plot: figure, periods: Periods) -> None:
    """Name the steps of a year along the x axis: months by their first letter."""
    every = -(-periods.steps // MOST_TICKS)
    ticks = list(range(1, periods.steps + 1, every))
    plot.xaxis.ticker = ticks
    short = {step: periods.names[step - 1] for step in ticks}
    if periods.kind == "month":
        short = {step: name[0] for step, name in short.items()}
    plot.xaxis.major_label_overrides = short
