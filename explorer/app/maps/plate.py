"""A map figure that is built once; then only its pixels, place, hover and colours are replaced.

Several plates can share their ranges, so that they zoom and pan as one.
"""

from collections.abc import Callable

import holoviews as hv
import numpy as np
import panel as pn
from bokeh.events import RangesUpdate
from bokeh.models import FixedTicker, HoverTool, Range1d

from explorer.app.maps import plots
from explorer.app.maps.hooks import weakly
from explorer.app.state.faults import guarded
from explorer.picture import window as raster
from explorer.session.opened import Shared


def image_columns(picture: np.ndarray, part: raster.Window) -> dict[str, list]:
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


def hover_columns(shared: Shared, part: raster.Window) -> dict[str, list[np.ndarray]]:
    """Return what the hover tells besides the value: place, class and region of each pixel."""
    grid = shared.scene.grid
    left, bottom, right, top = part.bounds
    height, width = part.shape
    y = bottom + (np.arange(height) + 0.5) * (top - bottom) / height
    x = left + (np.arange(width) + 0.5) * (right - left) / width
    lon, lat = grid.lonlat_between(x, y)
    columns = {"lon": np.asarray(lon, np.float32), "lat": np.asarray(lat, np.float32)}
    for name, codes in shared.codes.items():
        columns[name] = np.ascontiguousarray(raster.picked(codes, grid, part)[::-1])
    return {name: [values] for name, values in columns.items()}


class SharedRanges:
    """What several plates show of the plane: one pair of ranges for all."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        left, bottom, right, top = bounds
        self.x, self.y = Range1d(left, right), Range1d(bottom, top)

    def move_to(self, bounds: tuple[float, float, float, float]) -> None:
        """Show another part."""
        left, bottom, right, top = bounds
        with pn.io.unlocked():
            self.x.update(start=left, end=right)
            self.y.update(start=bottom, end=top)


class ImagePlate(pn.viewable.Viewer):
    """One map.

    Parameters
    ----------
    name : str
        Of the figure, so that it can be told from others.
    shared : Shared
    ranges : SharedRanges
        The same for all plates that move together.
    colours : list of str
    limits : tuple of float
    hover : HoverTool
        See ``plots.map_hover``.
    zoomed : callable
        Told the bounds when a person has zoomed or panned in this plate.
    ticks : dict, optional
        Names on the colour bar for codes; without it numbers.
    """

    def __init__(
        self,
        name: str,
        shared: Shared,
        ranges: SharedRanges,
        colours: list[str],
        limits: tuple[float, float],
        hover: HoverTool,
        zoomed: Callable[[tuple[float, float, float, float]], None],
        ticks: dict[int, str] | None = None,
    ) -> None:
        super().__init__()
        self.label, self.shared, self.ranges = name, shared, ranges
        self.colours, self.limits = colours, limits
        self._zoomed = zoomed
        self._handles: dict | None = None
        self._waiting: dict[str, list] = {}
        self._hovered: raster.Window | None = None
        self.pane = pn.pane.HoloViews(
            self._figure(hover, ticks), sizing_mode="stretch_both", min_height=240, margin=0,
            linked_axes=False,
        )  # fmt: skip

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.pane

    def draw(self, picture: np.ndarray, part: raster.Window, *, hover: bool = True) -> None:
        """Replace the pixels, and what the hover tells where the place changed."""
        columns = image_columns(picture, part)
        if hover and part != self._hovered:
            self._hovered = part
            columns |= hover_columns(self.shared, part)
        if self._handles is None:
            self._waiting |= columns
        else:
            self._handles["source"].data.update(columns)

    def recolour(self, colours: list[str], limits: tuple[float, float]) -> None:
        """Replace colours and their limits."""
        if (colours, limits) == (self.colours, self.limits):
            return
        self.colours, self.limits = colours, limits
        if self._handles is not None:
            self._paint()

    def _paint(self) -> None:
        low, high = self.limits
        self._handles["color_mapper"].update(palette=self.colours, low=low, high=high)

    def _figure(self, hover: HoverTool, ticks: dict[int, str] | None) -> hv.Overlay:
        shared = self.shared
        part = raster.window(shared.scene.grid, at_least=max(shared.scene.grid.shape))
        empty = np.zeros(part.shape, dtype=np.float32)  # replaced before anyone sees it
        options = plots.map_options(shared.scene.region_names) | {"tools": [hover]}
        if ticks is not None:
            options["colorbar_opts"] = options["colorbar_opts"] | {
                "ticker": FixedTicker(ticks=list(ticks)),
                "major_label_overrides": ticks,
            }
        image = hv.Image(empty, ["x", "y"], "value", bounds=part.bounds).opts(
            clim=self.limits, cmap=self.colours, clabel="", hooks=[weakly(self._hold)], **options
        )
        rings = [ring for parts in shared.outlines.values() for ring in parts]
        return (image * shared.graticule * plots.outlines(rings, width=0.8)).opts(
            responsive=True, hooks=[weakly(self._link)],
            xlim=(self.ranges.x.start, self.ranges.x.end),
            ylim=(self.ranges.y.start, self.ranges.y.end), xaxis=None, yaxis=None,
            active_tools=["pan", "wheel_zoom"],
            default_tools=["pan", "wheel_zoom", "reset"], toolbar="right",
        )  # fmt: skip

    def _link(self, plot, _element) -> None:
        """Let the figure show the shared ranges (a plot hook)."""
        plot.state.update(x_range=self.ranges.x, y_range=self.ranges.y)
        plot.state.name = self.label
        plot.state.toolbar.logo = None
        # As the paper below, in light and in dark.
        plot.state.update(outline_line_color=None, background_fill_alpha=0.0, border_fill_alpha=0.0)
        plots.keep_proportions(plot.state, self.shared.stretch)

    def _hold(self, plot, _element) -> None:
        """Take hold of the figure's parts once it is made (a plot hook)."""
        if self._handles is not None and self._handles["source"] is plot.handles["source"]:
            return
        self._handles = {name: plot.handles[name] for name in ("source", "color_mapper")}
        self._handles["source"].data.update(self._waiting)
        self._paint()
        plot.state.on_event(
            RangesUpdate,
            guarded(lambda event: self._zoomed((event.x0, event.y0, event.x1, event.y1))),
        )
