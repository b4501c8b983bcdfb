"""Series and year of the headline variable, of the whole, by region and by class (Fig. 6)."""

from collections.abc import Mapping

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, GlyphRenderer, HoverTool, Range1d, Span
from bokeh.plotting import figure

from explorer.analysis.totals import ALL, Totals
from explorer.app.pages.map.series import name_steps
from explorer.app.parts.axes import range_of, steps_range
from explorer.app.parts.spoken import describe, numbers_text, series_text
from explorer.app.parts.style import CLEAR, QUIET, SCENARIO_COLOUR
from explorer.app.parts.words import region_name
from explorer.scene.scene import REGION_COLOURS
from explorer.systems.layers import Layers
from explorer.tables.periods import YEAR

OWN = "own"


class StepLines(pn.viewable.Viewer):
    """A line over the steps for each of a set of names; the data are replaced, the plot stays."""

    def __init__(
        self,
        layers: Layers,
        colours: Mapping[str, str],
        *,
        dashed: tuple[str, ...] = (),
        marks: Mapping[int, float] | None = None,
    ) -> None:
        super().__init__()
        periods, row = layers.periods, layers.variables[layers.headline]
        unit, steps = row.unit.pretty, periods.steps
        empty = {name: np.full(steps, np.nan) for name in colours}
        self.source = ColumnDataSource(
            {"step": np.arange(1, steps + 1), "step_name": list(periods.names), **empty}
        )
        self.figure = _figure(x_range=steps_range(steps))
        for name, colour in colours.items():
            self.figure.line(
                "step", name, source=self.source, color=colour,
                line_dash="dashed" if name in dashed else "solid",
                line_width=1.3 if name in dashed else 2,
            )  # fmt: skip
            dots = self.figure.scatter(
                "step", name, source=self.source, color=colour, size=3 if name in dashed else 5
            )
            self.figure.add_tools(
                HoverTool(
                    renderers=[dots],
                    tooltips=[(name, "@step_name"), (row.symbol, f"@{{{name}}}{{0.0}} {unit}")],
                )
            )
        self.title = f"{periods.adverb} {row.symbol}"
        self.unit, self.step_names = unit, periods.names
        self.marks = _marks(self.figure, marks or {})
        name_steps(self.figure, periods)
        self.figure.yaxis.axis_label = unit

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return _pane(self.figure)

    def show(self, lines: Mapping[str, np.ndarray]) -> None:
        """Replace the lines, each of shape (steps,)."""
        with pn.io.unlocked():
            self.source.data = dict(self.source.data) | dict(lines)
            shown = {name: lines[name] for name in (OWN, *lines) if name in lines}
            describe(self.figure, series_text(self.title, self.unit, self.step_names, shown))
            self.figure.y_range.update(**range_of([*lines.values(), _marked(self.marks)]))


class ClassBars(pn.viewable.Viewer):
    """The year of each class; diamonds are what a paper printed."""

    def __init__(self, layers: Layers) -> None:
        super().__init__()
        names, row = layers.classes.names, layers.variables[layers.headline]
        unit = row.unit.over_year().pretty
        self.source = ColumnDataSource(
            {
                "name": list(names),
                "value": np.zeros(len(names)),
                "colour": list(layers.classes.colours.values()),
            }
        )
        self.figure = _figure(x_range=list(names))
        bars = self.figure.vbar(
            "name", top="value", width=0.7, source=self.source, color="colour", line_color=None
        )
        self.figure.add_tools(
            HoverTool(
                renderers=[bars],
                tooltips=[("class", "@name"), (row.symbol, f"@value{{0.0}} {unit}")],
            )
        )
        self.title = f"Annual {row.symbol} by class, {unit}"
        self.marks = _marks(self.figure, layers.scenario.system.published.headline_by_class)
        self.figure.xaxis.major_label_orientation = 0.7
        self.figure.yaxis.axis_label = unit

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return _pane(self.figure)

    def show(self, totals: Totals, name: str, region: str, year: int | None) -> None:
        """Replace the bars by those of a region."""
        period = YEAR._replace(year=year)
        values = np.array(
            [totals.mean(name, period, region, each) for each in totals.classes.names]
        )
        with pn.io.unlocked():
            self.source.data = dict(self.source.data) | {"value": values}
            told = numbers_text(totals.classes.names, values)
            describe(self.figure, f"{self.title}, {region_name(region)}: {told}")
            self.figure.y_range.update(**range_of([values, _marked(self.marks)]))


class FigureSix(pn.viewable.Viewer):
    """The four panels, (a) to (d); of an annual system only the third."""

    def __init__(self, layers: Layers) -> None:
        super().__init__()
        system, scene = layers.scenario.system, layers.scene
        self.headline, self.region_names = layers.headline, scene.region_names
        presets = {name: preset.colour for name, preset in system.presets.items()}
        self.annual = ClassBars(layers)
        self.series = not layers.periods.annual
        if self.series:
            self.whole = StepLines(
                layers, presets | {OWN: SCENARIO_COLOUR}, dashed=tuple(presets),
                marks=system.published.by_step.get(self.headline),
            )  # fmt: skip
            self.regions = StepLines(layers, region_colours(self.region_names))
            self.classes = StepLines(layers, layers.classes.colours)

    @property
    def panels(self) -> list[pn.viewable.Viewer]:
        """The panels in their order."""
        if not self.series:
            return [self.annual]
        return [self.whole, self.regions, self.annual, self.classes]

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the panels one after the other; a page lays them out itself."""
        return pn.Column(*self.panels)

    def show(
        self, own: Totals, presets: Mapping[str, Totals], region: str, year: int | None
    ) -> None:
        """Replace the data of every panel; (a), (c) and (d) are of the region chosen."""
        name = self.headline
        with pn.io.unlocked():  # what is published is of the whole
            for panel in (self.annual, *([self.whole] if self.series else [])):
                if panel.marks is not None:
                    panel.marks.visible = region == ALL
        self.annual.show(own, name, region, year)
        if not self.series:
            return
        lines = {key: each.series(name, region, year=year) for key, each in presets.items()}
        self.whole.show(lines | {OWN: own.series(name, region, year=year)})
        self.regions.show({each: own.series(name, each, year=year) for each in self.region_names})
        self.classes.show(
            {each: own.series(name, region, each, year) for each in own.classes.names}
        )


def region_colours(region_names: tuple[str, ...]) -> dict[str, str]:
    """Return a colour for each region; after the last colour the first comes again."""
    return {
        name: REGION_COLOURS[number % len(REGION_COLOURS)]
        for number, name in enumerate(region_names)
    }


def _marks(plot: figure, values: Mapping[int, float] | Mapping[str, float]) -> GlyphRenderer | None:
    """Draw published values as diamonds, where there are any."""
    if not values:
        return None
    return plot.scatter(
        list(values), list(values.values()), size=9, marker="diamond", fill_alpha=0,
        line_color=QUIET, line_width=1.6,
    )  # fmt: skip


def _marked(marks: GlyphRenderer | None) -> np.ndarray:
    """Return the published values that are seen: an axis must not make room for others."""
    if marks is None or not marks.visible:
        return np.array([])
    return np.asarray(marks.data_source.data["y"], dtype=float)


def _figure(x_range: Range1d | list[str]) -> figure:
    plot = figure(
        sizing_mode="stretch_both", toolbar_location=None, tools="", x_range=x_range,
        y_range=Range1d(0, 1), **CLEAR,
    )  # fmt: skip
    plot.add_layout(Span(dimension="width", location=0, line_color=QUIET))
    return plot


def _pane(plot: figure) -> pn.pane.Bokeh:
    return pn.pane.Bokeh(plot, sizing_mode="stretch_both", min_height=150, margin=(0, 6, 4, 6))
