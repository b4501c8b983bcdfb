"""Estimated against observed, a panel for each preset (Fig. 7 of Liang et al. 2023).

All panels share one data source, so that what is selected in one stands out in all.
"""

from collections.abc import Callable, Mapping
from html import escape

import numpy as np
import panel as pn
from bokeh.models import BoxSelectTool, ColumnDataSource, HoverTool, Range1d, TapTool
from bokeh.plotting import figure

from explorer.analysis.scores import Scores
from explorer.app.pages.towers.style import TOWERS_CSS
from explorer.app.parts.spoken import describe
from explorer.app.parts.style import QUIET
from explorer.app.parts.words import signed
from explorer.app.state.faults import guarded
from explorer.report.cards.tower_cards import axis_limits, marker_of
from explorer.report.tower_tables import INVERSE, twins
from explorer.systems.scenario import Scenario
from explorer.systems.tower_part import TowerComparison

FADED = 0.12


class TowerPanels(pn.viewable.Viewer):
    """Scatter panels on equal axes, with 1:1 line, fitted line and scores."""

    def __init__(self, count: int, unit: str, picked: Callable[[list[str]], None]) -> None:
        super().__init__()
        self.count, self.unit, self.picked = count, unit, picked
        self._showing = False
        names = ("x", *(f"y{number}" for number in range(count)))
        words = ("colour", "marker", "site", "when")
        self.source = ColumnDataSource({name: [] for name in (*names, *words)})
        self.fits = [ColumnDataSource({"x": [], "y": []}) for _ in range(count)]
        self.ranges = Range1d(-100, 100), Range1d(-100, 100)
        self.heads = [
            pn.pane.HTML(
                margin=(6, 10, 0, 10), sizing_mode="stretch_width", stylesheets=[TOWERS_CSS]
            )
            for _ in range(count)
        ]
        self.panes = [
            pn.pane.Bokeh(self._figure(number), sizing_mode="stretch_both", margin=(0, 4, 4, 4))
            for number in range(count)
        ]
        self.source.selected.on_change("indices", guarded(self._selected))

    def __panel__(self) -> pn.viewable.Viewable:
        """Show heading and panel of each version; a page lays them out itself."""
        return pn.Column(*self.heads, *self.panes)

    @pn.io.unlocked()
    def show(self, check: TowerComparison, versions: Mapping[str, Scenario]) -> None:
        """Replace points, lines and scores; ``versions`` holds the panels' by label."""
        rows = check.compared
        towers = check.towers
        x = towers.nep[rows]
        estimates = [check.estimated(scenario)[rows] for scenario in versions.values()]
        sites = towers.site[rows]
        looks = [marker_of(site) for site in range(len(towers.sites))]
        when = [
            f"{month:02d}/{year}"
            for year, month in zip(towers.year[rows], towers.month[rows], strict=True)
        ]
        columns = {
            "x": x,
            **{f"y{number}": values for number, values in enumerate(estimates)},
            "colour": [looks[site][0] for site in sites],
            "marker": [looks[site][1] for site in sites],
            "site": np.array(towers.names)[sites].tolist(),
            "when": when,
        }
        low, high = axis_limits([x, *estimates])
        for axis in self.ranges:
            axis.update(start=low, end=high)
        if len(x) != len(self.source.data["x"]):
            self._select([])
        self.source.data = columns
        same = twins(check, versions)
        for number, (label, scenario) in enumerate(versions.items()):
            found = check.scores(scenario)
            ends = np.array([low, high])
            self.fits[number].data = {"x": ends, "y": found.intercept + found.slope * ends}
            self.heads[number].object = panel_head(label, found, same.get(label, ""))
            describe(
                self.panes[number].object,
                f"{label}: estimated against observed, {found.n} months, r {found.r:.2f}, "
                f"RMSE {found.rmse:.1f}, bias {signed(found.bias)} {self.unit}",
            )

    @pn.io.unlocked()
    def highlight(self, site: str) -> None:
        """Let the points of one site stand out; all when it is no site."""
        chosen = {self.source.data["site"][row] for row in self.source.selected.indices}
        if site and site in chosen and len(chosen) > 1:
            return  # part of what was selected by hand
        names = self.source.data["site"]
        self._select([row for row, name in enumerate(names) if name == site])

    def _select(self, rows: list[int]) -> None:
        self._showing = True
        self.source.selected.indices = rows
        self._showing = False

    def _selected(self, _name: str, _old: list[int], new: list[int]) -> None:
        if not self._showing:
            self.picked([self.source.data["site"][row] for row in new])

    def _figure(self, number: int) -> figure:
        plot = figure(
            sizing_mode="stretch_both", toolbar_location=None, tools="",
            x_range=self.ranges[0], y_range=self.ranges[1],
        )  # fmt: skip
        one = {"x": [-2000, 2000], "y": [-2000, 2000]}
        plot.line(**one, color=QUIET, line_dash="dashed", line_width=1)
        plot.line("x", "y", source=self.fits[number], color=QUIET, line_width=1.6)
        points = plot.scatter(
            "x", f"y{number}", source=self.source, color="colour", marker="marker", size=7,
            fill_alpha=0.75, line_alpha=0.9, nonselection_fill_alpha=FADED,
            nonselection_line_alpha=FADED, selection_fill_alpha=0.9,
        )  # fmt: skip
        hover = HoverTool(
            renderers=[points],
            tooltips=[
                ("", "@site @when"),
                ("observed", f"@x{{0.0}} {self.unit}"),
                ("estimated", f"@y{number}{{0.0}} {self.unit}"),
            ],
        )
        tap, box = TapTool(renderers=[points]), BoxSelectTool(renderers=[points])
        plot.add_tools(hover, tap, box)
        plot.toolbar.active_tap, plot.toolbar.active_drag = tap, box
        plot.xaxis.axis_label, plot.yaxis.axis_label = "observed", "estimated"
        for axis in (*plot.xaxis, *plot.yaxis):
            axis.axis_label_text_font_size = "11px"
            axis.axis_label_standoff = 2
        return plot


def panel_head(label: str, found: Scores, twin: str = "") -> str:
    """Return the heading of a panel: the version, its scores, the fitted line, and its twin."""
    line = ""
    if found.slope == found.slope:
        line = f" · fitted line y = {two_decimals(found.slope)} x {_added(found.intercept)}"
    scores = (
        f"r {correlation(found)} · R² {two_decimals(found.r2)} · NSE {two_decimals(found.nse)} · "
        f"RMSE {found.rmse:.1f} · bias {signed(found.bias)} · n {found.n}"
    )
    told = "".join(
        f' data-{name}="{getattr(found, name):.6f}"'
        for name in ("r", "r2", "nse", "rmse", "bias", "slope")
    )
    also = f' <span class="nep-twin">· same as {escape(twin)}</span>' if twin else ""
    return (
        f'<div class="nep-panel" data-version="{escape(label)}" data-n="{found.n}"{told}>'
        f'<div class="nep-title">{escape(label)}{also}</div>'
        f'<div class="nep-note">{scores}{line}</div></div>'
    )


def correlation(found: Scores) -> str:
    """Return r with its sign, and the word for a negative one."""
    value = two_decimals(found.r, plus=True)
    return f'<b class="nep-inverse">{value} {INVERSE}</b>' if found.inverse else value


def two_decimals(value: float, *, plus: bool = False) -> str:
    """Write a score without a unit, with a real minus sign; a dash where it is not defined."""
    if value != value:
        return "–"
    return f"{value:{'+' if plus else ''}.2f}".replace("-", "−")


def _added(value: float) -> str:
    return f"{'+' if value >= 0 else '−'} {abs(value):.1f}"
