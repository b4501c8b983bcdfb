"""The twelve months of NEP of a region or a cell: the scenario beside the published versions."""

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, Span
from bokeh.plotting import figure

from explorer.app.parts.style import PRESET_COLOURS, QUIET, SCENARIO_COLOUR
from explorer.app.state.state import ExplorerState
from explorer.scene.calendar import MONTHS
from explorer.systems.nep.explain import cell_nep
from explorer.systems.scenario import PRESETS, preset
from explorer.tables.variables import pretty_unit, shown_unit


class MonthlySeries(pn.viewable.Viewer):
    """A line for the scenario, dashed ones for the presets, and the month shown."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self._last_cell: tuple[int, dict[str, np.ndarray]] | None = None
        self.source = ColumnDataSource(self._lines())
        self.mark = Span(
            dimension="height", line_color="#c2185b", line_dash="dotted", line_width=1.2
        )
        self.pane = pn.pane.Bokeh(
            self._figure(), sizing_mode="stretch_both", min_height=120, margin=(0, 6, 6, 6)
        )
        self._mark_month()
        state.param.watch(self._follow, ["result", "region", "shapes", "tapped"])
        state.param.watch(lambda *_events: self._mark_month(), ["month", "yearly"])

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.pane

    def _lines(self) -> dict[str, np.ndarray]:
        state, result = self.state, self.state.result
        cell = None if state.is_preview else state.tapped
        if cell is None:
            own = state.totals.monthly("nep", state.region)
            published = {
                name: state.preset_totals(name).monthly("nep", state.region) for name in PRESETS
            }
        else:
            own = cell_nep(result.scene, result.scenario.parameters, cell)
            published = self._published_at(cell)
        return {"month": np.arange(1, 13), "name": list(MONTHS), "own": own, **published}

    def _published_at(self, cell: int) -> dict[str, np.ndarray]:
        """Return what the published model versions give at a cell; the last one is kept."""
        if self._last_cell is None or self._last_cell[0] != cell:
            scene = self.state.shared.scene
            lines = {name: cell_nep(scene, preset(name).parameters, cell) for name in PRESETS}
            self._last_cell = (cell, lines)
        return self._last_cell[1]

    def _figure(self) -> figure:
        unit = pretty_unit(shown_unit("nep", yearly=False))
        plot = figure(sizing_mode="stretch_both", toolbar_location=None, tools="")
        for name in PRESETS:
            plot.line(
                "month", name, source=self.source, color=PRESET_COLOURS[name],
                line_dash="dashed", line_width=1.3,
            )  # fmt: skip
        plot.line("month", "own", source=self.source, color=SCENARIO_COLOUR, line_width=2.2)
        points = plot.scatter("month", "own", source=self.source, color=SCENARIO_COLOUR, size=6)
        hover = HoverTool(renderers=[points], tooltips=[("@name", f"@own{{0.00}} {unit}")])
        plot.add_tools(hover)
        plot.add_layout(Span(dimension="width", location=0, line_color=QUIET))
        plot.add_layout(self.mark)
        plot.xaxis.ticker = list(range(1, 13))
        plot.xaxis.major_label_overrides = {
            number: name[0] for number, name in enumerate(MONTHS, start=1)
        }
        plot.yaxis.axis_label = unit
        return plot

    def _follow(self, *_events) -> None:
        lines = self._lines()
        with pn.io.unlocked():
            self.source.data = lines

    def _mark_month(self) -> None:
        with pn.io.unlocked():
            self.mark.update(visible=not self.state.yearly, location=self.state.month)
