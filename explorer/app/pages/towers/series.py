"""The months of one tower: observed, the presets, and the scenario."""

from collections.abc import Mapping

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, DatetimeTickFormatter, HoverTool, Span
from bokeh.plotting import figure

from explorer.app.parts.style import QUIET, SCENARIO_COLOUR
from explorer.systems.contract import System
from explorer.systems.tower_part import TowerComparison

OWN = "own"
OBSERVED_COLOUR = "#e91e63"


class TowerSeries(pn.viewable.Viewer):
    """Built once; ``show`` replaces the data."""

    def __init__(self, system: System) -> None:
        super().__init__()
        self.colours = {name: preset.colour for name, preset in system.presets.items()}
        self.unit = system.towers.variable.unit.pretty
        names = (*self.colours, OWN, "observed")
        self.source = ColumnDataSource({"time": [], "when": [], **{name: [] for name in names}})
        self.pane = pn.pane.Bokeh(self._figure(), sizing_mode="stretch_both", margin=(0, 4, 4, 4))

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.pane

    @pn.io.unlocked()
    def show(self, check: TowerComparison, site: str, lines: Mapping[str, np.ndarray]) -> None:
        """Replace the series.

        Parameters
        ----------
        check : TowerComparison
        site : str
            A tower; with any other name the series is empty.
        lines : mapping of name -> array, shape (rows,)
            What the presets give by their names, and of the scenario as ``OWN``.
        """
        towers = check.towers
        rows = towers.site == (towers.names.index(site) if site in towers.names else -1)
        months = (towers.year[rows] - 1970) * 12 + towers.month[rows] - 1
        time = months.astype("datetime64[M]").astype("datetime64[D]") + 14
        self.source.data = {
            "time": time.astype("datetime64[ms]"),
            "when": [str(day)[:7] for day in time],
            "observed": towers.nep[rows],
            **{name: values[rows] for name, values in lines.items()},
        }

    def _figure(self) -> figure:
        plot = figure(
            sizing_mode="stretch_both", toolbar_location=None, tools="", x_axis_type="datetime"
        )
        plot.xaxis.formatter = DatetimeTickFormatter(months="%b %Y", years="%Y")
        plot.xaxis.ticker.desired_num_ticks = 5
        plot.add_layout(Span(dimension="width", location=0, line_color=QUIET))
        for name, colour in self.colours.items():
            plot.line(
                "time", name, source=self.source, color=colour, line_dash="dashed", line_width=1.3
            )
        plot.line("time", OWN, source=self.source, color=SCENARIO_COLOUR, line_width=2.2)
        points = plot.scatter(
            "time", "observed", source=self.source, size=6, color=OBSERVED_COLOUR, line_color=None
        )
        tooltips = [("", "@when"), ("observed", f"@observed{{0.0}} {self.unit}")]
        tooltips += [("this scenario", f"@{OWN}{{0.0}} {self.unit}")]
        plot.add_tools(HoverTool(renderers=[points], tooltips=tooltips))
        plot.yaxis.axis_label = self.unit
        return plot
