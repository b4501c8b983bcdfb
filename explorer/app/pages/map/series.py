"""The steps of a year of a region or a cell: the scenario beside the presets of its system."""

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, Line, Range1d, Scatter, Span
from bokeh.plotting import figure

from explorer.app.parts.axes import range_of, steps_range
from explorer.app.parts.style import QUIET, SCENARIO_COLOUR
from explorer.app.state.state import ExplorerState
from explorer.cache import CACHES, Recent, recent
from explorer.systems.scenario import presets_of
from explorer.tables.periods import Periods

OWN = "own"
MOST_TICKS = 12


class StepSeries(pn.viewable.Viewer):
    """A line for the scenario, dashed ones for the presets, and the step shown."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self._last_cell: Recent[dict[str, np.ndarray]] = recent(CACHES["cell_series"])
        lines = self._lines()
        self.source, self.range = ColumnDataSource(lines), Range1d(**self._range(lines))
        self.mark = Span(
            dimension="height", line_color="#c2185b", line_dash="dotted", line_width=1.2
        )
        self.pane = pn.pane.Bokeh(
            self._figure(), sizing_mode="stretch_both", min_height=120, margin=(0, 6, 6, 6)
        )
        self._mark_step()
        state.watch(self._follow, ["region", "shapes", "tapped", "year"], a="result")
        state.watch(lambda *_events: self._mark_step(), ["step", "yearly"])

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.pane

    def _lines(self) -> dict[str, np.ndarray]:
        state, result = self.state, self.state.a.result
        cell = None if state.a.is_preview else state.tapped
        name, year = result.headline, state.period.year
        if cell is None:
            own = state.totals.series(name, state.region, year=year)
            presets = {
                each: state.preset_totals(each).series(name, state.region, year=year)
                for each in state.system.presets
            }
        else:
            own = result.cell_series(name, cell, year)
            presets = self._last_cell.get((cell, year), lambda: self._presets_at(cell))
        steps = np.arange(1, result.periods.steps + 1)
        return {"step": steps, "name": list(result.periods.names), OWN: own, **presets}

    def _range(self, lines: dict[str, np.ndarray]) -> dict[str, float]:
        return range_of([lines[OWN], *(lines[name] for name in self.state.system.presets)])

    def _presets_at(self, cell: int) -> dict[str, np.ndarray]:
        """Return what the presets give at a cell; those that would take long are missing."""
        state, found = self.state, {}
        for name, scenario in presets_of(state.system).items():
            series = state.system.cell_series(state.shared.scene, scenario, cell)
            if series is None:
                started = state.shared.started(scenario)
                series = (
                    np.full(state.a.result.periods.steps, np.nan)
                    if started is None
                    else started.layers(scenario).cell_series(state.a.result.headline, cell)
                )
            found[name] = series
        return found

    def _figure(self) -> figure:
        result = self.state.a.result
        row = result.variables[result.headline]
        unit = row.unit.pretty
        plot = figure(
            sizing_mode="stretch_both", toolbar_location=None, tools="",
            x_range=steps_range(result.periods.steps), y_range=self.range,
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
        hover = HoverTool(renderers=[points], tooltips=[("@name", f"@{OWN}{{0.00}} {unit}")])
        plot.add_tools(hover)
        plot.add_layout(Span(dimension="width", location=0, line_color=QUIET))
        plot.add_layout(self.mark)
        name_steps(plot, result.periods)
        plot.yaxis.axis_label = unit
        return plot

    def _follow(self, *_events) -> None:
        lines = self._lines()
        with pn.io.unlocked():
            self.source.data = lines
            self.range.update(**self._range(lines))

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
