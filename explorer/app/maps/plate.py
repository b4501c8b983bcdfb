"""A map figure that is built once; afterwards only pixels, hover columns and colours are replaced.

The figure is made of as few models as it can: each costs the server time when a page is opened, and
a class opens thirty pages at once.
"""

from collections.abc import Callable

import numpy as np
import panel as pn
from bokeh.events import RangesUpdate
from bokeh.models import BasicTicker, ColorBar, ColumnDataSource, Image, LinearColorMapper
from bokeh.models.tools import BoxZoomTool, PanTool, ResetTool, SaveTool, WheelZoomTool
from bokeh.plotting import figure

from explorer.app.maps.hover import hover_columns, hover_value, map_hover
from explorer.app.maps.lines import OUTLINE_COLOUR, add_graticule, add_outlines
from explorer.app.maps.proportions import keep_proportions
from explorer.app.maps.ranges import SharedRanges
from explorer.app.parts.spoken import describe
from explorer.app.parts.style import CLEAR
from explorer.app.state.faults import guarded
from explorer.picture.basemap import Basemap
from explorer.picture.extent import Bounds
from explorer.picture.look import Look
from explorer.picture.window import Window

TRANSPARENT = (0, 0, 0, 0)
RESTED = 100  # ms without a turn of the wheel after which a zoom is over


def image_columns(picture: np.ndarray, part: Window) -> dict[str, list]:
    """Return the columns of an image's data source; Bokeh's images have their rows from the bottom.

    Parameters
    ----------
    picture : array, shape of ``part.shape``, rows from the top
    part : Window
    """
    left, bottom, right, top = part.bounds
    return {
        "image": [np.ascontiguousarray(picture[::-1])],
        "x": [left],
        "y": [bottom],
        "dw": [right - left],
        "dh": [top - bottom],
    }


class MapPlate(pn.viewable.Viewer):
    """One map: an image with graticule, outlines, hover and colour bar.

    ``furnishings`` are called with the Bokeh figure once it is built, in their order: they add
    marks and tools, listen to events, or draw what was not drawn yet. Add to them before the plate
    is shown.

    Parameters
    ----------
    name : str
        Of the Bokeh figure.
    basemap : Basemap
    ranges : SharedRanges
        The same for all plates that zoom and pan together.
    look : Look
        Colours, limits and label at first; see ``recolour``.
    zoomed : callable, optional
        Called with the bounds when a person has zoomed or panned.
    inset : bool
        A small map beside other things: without hover, colour bar and toolbar, fainter, and the
        wheel scrolls the page.
    min_height : int
        In pixels of the screen.
    margin : int or tuple of int
        As in Panel.
    """

    def __init__(
        self,
        name: str,
        basemap: Basemap,
        ranges: SharedRanges,
        look: Look,
        *,
        zoomed: Callable[[Bounds], None] | None = None,
        inset: bool = False,
        min_height: int = 240,
        margin: int | tuple[int, int, int, int] = 0,
    ) -> None:
        super().__init__()
        self.label, self.basemap, self.ranges, self.look = name, basemap, ranges, look
        self.furnishings: list[Callable[[figure], None]] = []
        self._zoomed, self._inset = zoomed, inset
        self._place = {"min_height": min_height, "margin": margin, "sizing_mode": "stretch_both"}
        columns = ("image", "x", "y", "dw", "dh")
        self.source = ColumnDataSource({column: [] for column in columns})
        self.mapper = LinearColorMapper(nan_color=TRANSPARENT)
        self.bar: ColorBar | None = None if inset else self._bar()
        self._pane: pn.pane.Bokeh | None = None
        self._hovered: Window | None = None
        self._hovered_value = hover_value(look.names)
        self._paint()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.pane

    @property
    def pane(self) -> pn.pane.Bokeh:
        """The figure, built and furnished when it is first asked for."""
        if self._pane is None:
            plot = self._figure()
            self._pane = pn.pane.Bokeh(plot, **self._place)
            for furnish in self.furnishings:
                furnish(plot)
        return self._pane

    @property
    def is_built(self) -> bool:
        """Whether there is a figure that a browser shows, or is about to."""
        return self._pane is not None

    def describe(self, text: str, *, keys: bool = False) -> None:
        """Say in words what the map shows, for those who hear the page; ``keys``: it takes some."""
        role = "application" if keys else "img" if self._inset else "group"
        describe(self.pane.object, text, role=role, stop=keys)

    def draw(self, picture: np.ndarray, part: Window, *, hover: bool = True) -> None:
        """Replace the pixels, and what the hover reads where another part is shown.

        Parameters
        ----------
        picture : array, shape of ``part.shape``, rows from the top; NaN is transparent
        part : Window
        hover : bool
            False leaves the hover as it is: its columns cost more than the picture.
        """
        columns = image_columns(picture, part)
        if hover and not self._inset and part != self._hovered:
            self._hovered = part
            columns |= hover_columns(self.basemap, part)
        self.source.data.update(columns)

    def recolour(self, look: Look) -> None:
        """Replace colours, their limits and the label of the colour bar where they differ."""
        if look != self.look:
            self.look = look
            self._paint()

    def _paint(self) -> None:
        low, high = self.look.limits
        self.mapper.update(palette=self.look.colours, low=low, high=high)
        if self.bar is not None:
            ticks = dict(enumerate(self.look.ticks))
            self.bar.update(title=self.look.label or None, major_label_overrides=ticks)
            # One name at each class. A new ticker in its place the browser would not follow.
            least, most = (1, 1) if ticks else (0, None)
            self.bar.ticker.update(min_interval=least, max_interval=most)
            self._hovered_value.args = {"names": list(self.look.names)}

    def _bar(self) -> ColorBar:
        return ColorBar(
            color_mapper=self.mapper, orientation="horizontal", location=(0, 0), height=10,
            padding=4, ticker=BasicTicker(), label_standoff=8, bar_line_color=OUTLINE_COLOUR,
            major_tick_line_color=OUTLINE_COLOUR, major_label_text_font_size="1.025em",
            title_text_font_size="1.025em", title_text_font_style="normal",
        )  # fmt: skip

    def _figure(self) -> figure:
        """Return the figure, showing the shared ranges on the page's own background."""
        wheel, pan = WheelZoomTool(zoom_together="none"), PanTool()
        plot = figure(
            name=self.label, x_range=self.ranges.x, y_range=self.ranges.y, tools=[wheel, pan],
            x_axis_location=None, y_axis_location=None, toolbar_location=None, min_border=10,
            **CLEAR, **self._place,
        )  # fmt: skip
        plot.grid.visible = False
        plot.toolbar.update(active_drag=pan, logo=None)
        image = plot.add_glyph(
            self.source,
            Image(
                image="image", x="x", y="y", dw="dw", dh="dh", color_mapper=self.mapper,
                global_alpha=0.8 if self._inset else 1.0,
            ),
        )  # fmt: skip
        add_graticule(plot, self.basemap.graticule)
        add_outlines(plot, self.basemap.rings)
        if self._inset:
            plot.toolbar.active_scroll = None
        else:
            names = {what: codes.names for what, codes in self.basemap.codes.items()}
            hover = map_hover(names, self._hovered_value)
            hover.renderers = [image]
            plot.add_tools(hover, SaveTool(), BoxZoomTool(), ResetTool())
            plot.update(toolbar_location="right")
            plot.toolbar.active_scroll = wheel
            plot.add_layout(self.bar, "below")
        if self._zoomed is not None:
            # The browser sends the ranges so long after the last turn of the wheel. Half a second,
            # its default, is long enough to open another page, and then they are never sent.
            plot.update(lod_interval=RESTED, lod_timeout=RESTED)
            plot.on_event(
                RangesUpdate,
                guarded(lambda event: self._zoomed((event.x0, event.y0, event.x1, event.y1))),
            )
        keep_proportions(plot, self.basemap.stretch)
        return plot
