"""Fig. 6 of the paper: monthly and annual NEP, of the whole, by region and by class."""

from collections.abc import Mapping

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, Span
from bokeh.plotting import figure

from explorer.analysis.totals import Totals
from explorer.app.parts.style import (
    CLASS_COLOURS,
    PRESET_COLOURS,
    QUIET,
    REGION_COLOURS,
    SCENARIO_COLOUR,
)
from explorer.scene.calendar import MONTHS
from explorer.systems.nep.published import NEP_BY_CLASS, NEP_OF_MONTHS
from explorer.systems.scenario import PRESETS
from explorer.tables.classes import CLASSES
from explorer.tables.variables import pretty_unit, shown_unit

MONTHLY = pretty_unit(shown_unit("nep", yearly=False))
YEARLY = pretty_unit(shown_unit("nep", yearly=True))


class MonthLines(pn.viewable.Viewer):
    """A monthly line for each of a set of names; the data are replaced, the plot stays."""

    def __init__(
        self,
        colours: Mapping[str, str],
        *,
        dashed: tuple[str, ...] = (),
        marks: Mapping[int, float] | None = None,
    ) -> None:
        super().__init__()
        empty = {name: np.full(12, np.nan) for name in colours}
        self.source = ColumnDataSource(
            {"month": np.arange(1, 13), "month_name": list(MONTHS), **empty}
        )
        self.figure = _figure(x_range=(0.6, 12.4))
        for name, colour in colours.items():
            self.figure.line(
                "month", name, source=self.source, color=colour,
                line_dash="dashed" if name in dashed else "solid",
                line_width=1.3 if name in dashed else 2,
            )  # fmt: skip
            dots = self.figure.scatter(
                "month", name, source=self.source, color=colour, size=3 if name in dashed else 5
            )
            self.figure.add_tools(
                HoverTool(
                    renderers=[dots],
                    tooltips=[(name, "@month_name"), ("NEP", f"@{{{name}}}{{0.0}} {MONTHLY}")],
                )
            )
        if marks:
            self.figure.scatter(
                list(marks), list(marks.values()), size=9, marker="diamond", fill_alpha=0,
                line_color=QUIET, line_width=1.6,
            )  # fmt: skip
        self.figure.xaxis.ticker = list(range(1, 13))
        self.figure.xaxis.major_label_overrides = {
            number: name[0] for number, name in enumerate(MONTHS, start=1)
        }
        self.figure.yaxis.axis_label = MONTHLY

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return _pane(self.figure)

    def show(self, lines: Mapping[str, np.ndarray]) -> None:
        """Replace the lines, each of shape (12,), in g C m-2 month-1."""
        with pn.io.unlocked():
            self.source.data = dict(self.source.data) | dict(lines)


class ClassBars(pn.viewable.Viewer):
    """Annual NEP of each class; diamonds are what the paper printed."""

    def __init__(self) -> None:
        super().__init__()
        self.source = ColumnDataSource(
            {
                "name": list(CLASSES),
                "nep": np.zeros(len(CLASSES)),
                "colour": [CLASS_COLOURS[name] for name in CLASSES],
            }
        )
        self.figure = _figure(x_range=list(CLASSES))
        bars = self.figure.vbar(
            "name", top="nep", width=0.7, source=self.source, color="colour", line_color=None
        )
        self.figure.add_tools(
            HoverTool(
                renderers=[bars], tooltips=[("class", "@name"), ("NEP", f"@nep{{0.0}} {YEARLY}")]
            )
        )
        self.figure.scatter(
            list(NEP_BY_CLASS), list(NEP_BY_CLASS.values()), size=9, marker="diamond",
            fill_alpha=0, line_color=QUIET, line_width=1.6,
        )  # fmt: skip
        self.figure.xaxis.major_label_orientation = 0.7
        self.figure.yaxis.axis_label = YEARLY

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return _pane(self.figure)

    def show(self, totals: Totals, region: str) -> None:
        """Replace the bars by those of a region."""
        with pn.io.unlocked():
            self.source.data = dict(self.source.data) | {
                "nep": np.array([totals.yearly("nep", region, name) for name in CLASSES])
            }


class FigureSix(pn.viewable.Viewer):
    """The four panels, (a) to (d)."""

    def __init__(self, region_names: tuple[str, ...]) -> None:
        super().__init__()
        self.region_names = region_names
        self.whole = MonthLines(
            PRESET_COLOURS | {"own": SCENARIO_COLOUR}, dashed=tuple(PRESETS), marks=NEP_OF_MONTHS
        )
        self.regions = MonthLines(region_colours(region_names))
        self.annual = ClassBars()
        self.classes = MonthLines(CLASS_COLOURS)

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the four panels one after the other; a page lays them out itself."""
        return pn.Column(self.whole, self.regions, self.annual, self.classes)

    def show(self, own: Totals, presets: Mapping[str, Totals], region: str) -> None:
        """Replace the data of every panel; (a), (c) and (d) are of the region chosen."""
        lines = {name: totals.monthly("nep", region) for name, totals in presets.items()}
        self.whole.show(lines | {"own": own.monthly("nep", region)})
        self.regions.show({name: own.monthly("nep", name) for name in self.region_names})
        self.annual.show(own, region)
        self.classes.show({name: own.monthly("nep", region, name) for name in CLASSES})


def region_colours(region_names: tuple[str, ...]) -> dict[str, str]:
    """Return a colour for each region; after the last colour the first comes again."""
    return {
        name: REGION_COLOURS[number % len(REGION_COLOURS)]
        for number, name in enumerate(region_names)
    }


def _figure(**ranges) -> figure:
    plot = figure(sizing_mode="stretch_both", toolbar_location=None, tools="", **ranges)
    plot.add_layout(Span(dimension="width", location=0, line_color=QUIET))
    return plot


def _pane(plot: figure) -> pn.pane.Bokeh:
    return pn.pane.Bokeh(plot, sizing_mode="stretch_both", min_height=150, margin=(0, 6, 4, 6))
