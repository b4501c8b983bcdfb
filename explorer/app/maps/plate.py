"""A map figure that is built once; afterwards only pixels, hover columns and colours are replaced.

HoloViews lays the figure out; rebuilding its plots on every edit would cost more than a model, so
an edit writes the new picture straight into the data source of the image.
"""

from collections.abc import Callable

import holoviews as hv
import numpy as np
import panel as pn
from bokeh.events import RangesUpdate
from bokeh.models import BasicTicker
from bokeh.plotting import figure

from explorer.app.maps.hooks import weakly
from explorer.app.maps.hover import hover_columns, hover_value, map_hover
from explorer.app.maps.lines import graticule_path, outline_path
from explorer.app.maps.proportions import keep_proportions
from explorer.app.maps.ranges import SharedRanges
from explorer.app.state.faults import guarded
from explorer.picture.basemap import Basemap
from explorer.picture.extent import Bounds
from explorer.picture.look import Look
from explorer.picture.window import Window, window

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
        self._handles: dict | None = None
        self._pending: dict[str, list] = {}  # columns until the figure is built
        self._hovered: Window | None = None
        self._hovered_value = hover_value(look.names)
        self._ticker = BasicTicker()
        self.pane = pn.pane.HoloViews(
            self._figure(), sizing_mode="stretch_both", min_height=min_height,
            margin=margin, linked_axes=False,
        )  # fmt: skip

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.pane

    @property
    def is_built(self) -> bool:
        """Whether there is a figure that a browser shows, or is about to."""
        return self._handles is not None

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
        if self._handles is None:
            self._pending |= columns
        else:
            self._handles["source"].data.update(columns)

    def recolour(self, look: Look) -> None:
        """Replace colours, their limits and the label of the colour bar where they differ."""
        if look != self.look:
            self.look = look
            self._paint()

    def _paint(self) -> None:
        if self._handles is None:
            return
        low, high = self.look.limits
        self._handles["color_mapper"].update(palette=self.look.colours, low=low, high=high)
        if not self._inset:
            ticks = dict(enumerate(self.look.ticks))
            self._handles["colorbar"].update(
                title=self.look.label or None, major_label_overrides=ticks
            )
            # One name at each class. A new ticker in its place the browser would not follow.
            least, most = (1, 1) if ticks else (0, None)
            self._ticker.update(min_interval=least, max_interval=most)
            self._hovered_value.args = {"names": list(self.look.names)}

    def _figure(self) -> hv.Overlay:
        base, ranges = self.basemap, self.ranges
        tools = ["pan", "wheel_zoom"]
        overlay = self._image() * graticule_path(base.graticule)
        return (overlay * outline_path(base.rings)).opts(
            responsive=True, hooks=[weakly(self._link)], xaxis=None, yaxis=None,
            xlim=(ranges.x.start, ranges.x.end), ylim=(ranges.y.start, ranges.y.end),
            active_tools=["pan"] if self._inset else tools,
            default_tools=tools if self._inset else [*tools, "reset"],
            toolbar=None if self._inset else "right",
        )  # fmt: skip

    def _image(self) -> hv.Image:
        part = window(self.basemap.grid, at_least=max(self.basemap.grid.shape))
        empty = np.zeros(part.shape, dtype=np.float32)  # replaced before anyone sees it
        names = {what: codes.names for what, codes in self.basemap.codes.items()}
        bar = {"height": 10, "padding": 4, "title": None}
        return hv.Image(empty, ["x", "y"], "value", bounds=part.bounds).opts(
            clim=self.look.limits, cmap=self.look.colours, clabel="", framewise=False,
            tools=[] if self._inset else [map_hover(names, self._hovered_value)],
            colorbar=not self._inset, colorbar_position="bottom", colorbar_opts=bar,
            alpha=0.8 if self._inset else 1.0, clipping_colors={"NaN": TRANSPARENT},
            xaxis=None, yaxis=None, hooks=[weakly(self._hold)],
        )  # fmt: skip

    def _link(self, plot, _element) -> None:
        """Let the figure show the shared ranges on the page's own background (a plot hook)."""
        plot.state.update(x_range=self.ranges.x, y_range=self.ranges.y, name=self.label)
        plot.state.update(outline_line_color=None, background_fill_alpha=0.0, border_fill_alpha=0.0)
        plot.state.toolbar.logo = None
        if self._inset:
            plot.state.toolbar.active_scroll = None
        keep_proportions(plot.state, self.basemap.stretch)

    def _hold(self, plot, _element) -> None:
        """Take the models that are updated later, once the figure is built (a plot hook)."""
        if self._handles is not None and self._handles["source"] is plot.handles["source"]:
            return
        parts = ["source", "color_mapper"] + ([] if self._inset else ["colorbar"])
        self._handles = {part: plot.handles[part] for part in parts}
        if not self._inset:
            self._handles["colorbar"].ticker = self._ticker
        self._handles["source"].data.update(self._pending)
        self._pending = {}
        self._paint()
        if self._zoomed is not None:
            # The browser sends the ranges so long after the last turn of the wheel. Half a second,
            # its default, is long enough to open another page, and then they are never sent.
            plot.state.update(lod_interval=RESTED, lod_timeout=RESTED)
            plot.state.on_event(
                RangesUpdate,
                guarded(lambda event: self._zoomed((event.x0, event.y0, event.x1, event.y1))),
            )
        for furnish in self.furnishings:
            furnish(plot.state)
