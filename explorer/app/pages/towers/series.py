"""The months of one tower: observed, the presets, and the scenario."""

from collections.abc import Mapping

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, DatetimeTickFormatter, HoverTool, Range1d, Span
from bokeh.plotting import figure

from explorer.app.parts.axes import range_of
from explorer.app.parts.spoken import describe, series_text
from explorer.app.parts.style import QUIET, SCENARIO_COLOUR
from explorer.systems.contract import System
from explorer.systems.tower_part import TowerComparison

OWN = "own"
OBSERVED_COLOUR = "#e91e63"
DAY = 86_400_000.0  # ms, the unit of an axis of time
BESIDE = 20  # days shown before the first and after the last month
NO_TIME = (0.0, 365 * DAY)  # shown without any month


class TowerSeries(pn.viewable.Viewer):
    """Built once; ``show`` replaces the data."""

    def __init__(self, system: System) -> None:
        super().__init__()
        self.colours = {name: preset.colour for name, preset in system.presets.items()}
        self.unit = system.towers.variable.unit.pretty
        names = (*self.colours, OWN, "observed")
        self.source = ColumnDataSource({"time": [], "when": [], **{name: [] for name in names}})
        self.ranges = Range1d(*NO_TIME), Range1d(0, 1)
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
        drawn = {name: values[rows] for name, values in lines.items()}
        self.ranges[0].update(**_around(time))
        self.ranges[1].update(**range_of([towers.nep[rows], *drawn.values()]))
        names = [str(month)[:7] for month in time]
        observed = {"observed": towers.nep[rows]}
        described = series_text(f"NEP at {site}", self.unit, names, observed | drawn)
        describe(self.pane.object, described)
        self.source.data = {
            "time": time.astype("datetime64[ms]"),
            "when": [str(day)[:7] for day in time],
            "observed": towers.nep[rows],
            **drawn,
        }

    def _figure(self) -> figure:
        plot = figure(
            sizing_mode="stretch_both", toolbar_location=None, tools="", x_axis_type="datetime",
            x_range=self.ranges[0], y_range=self.ranges[1],
        )  # fmt: skip
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


def _around(time: np.ndarray) -> dict[str, float]:
    """Return the range of an axis of time that holds every month, (months,) datetime64[D]."""
    if not time.size:
        return dict(zip(("start", "end"), NO_TIME, strict=True))
    first, last = (DAY * float(day.astype(int)) for day in (time.min(), time.max()))
    return {"start": first - BESIDE * DAY, "end": last + BESIDE * DAY}
