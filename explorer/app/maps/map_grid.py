"""Several maps of one scene side by side in one figure, on one colour scale."""

from collections.abc import Callable, Sequence

import numpy as np
import panel as pn
import shapely
from bokeh.events import DoubleTap, PointEvent, Tap
from bokeh.models import ColorBar, ColumnDataSource, LinearColorMapper, Range1d
from bokeh.plotting import figure

from explorer.app.maps.proportions import keep_proportions
from explorer.app.parts.spoken import describe
from explorer.app.parts.style import CLEAR
from explorer.app.state.faults import guarded
from explorer.picture.basemap import Basemap
from explorer.picture.graticule import with_gaps
from explorer.picture.look import Look
from explorer.picture.window import Window

MOST_PIXELS = (210, 250)  # rows, columns of one map
GAP, HEADROOM = 0.04, 0.13  # of a map's width and height: between maps, and for its caption
CAPTION_COLOUR = "#75847f"  # legible on white and on black
OUTLINE_COLOUR = "#6b7773"
MARK_COLOUR = "#c2185b"


class MapGrid(pn.viewable.Viewer):
    """A figure that is built once; afterwards only its data sources are replaced.

    Parameters
    ----------
    basemap : Basemap
    count : int
        How many maps; the first is at the top left.
    across : int
        How many of them in a row.
    look : Look
    picked : callable
        Called with the index of the map that a person clicks.
    """

    def __init__(
        self,
        basemap: Basemap,
        count: int,
        across: int,
        look: Look,
        picked: Callable[[int], None],
    ) -> None:
        super().__init__()
        self.basemap, self.count, self.across, self.picked = basemap, count, across, picked
        left, bottom, right, top = basemap.extent
        self._origin = left, bottom
        self._tile = (right - left) * (1 + GAP), (top - bottom) * (1 + HEADROOM)
        corners = [self._corner(index) for index in range(count)]
        self.maps = ColumnDataSource({name: [] for name in ("image", "x", "y", "dw", "dh")})
        self.captions = ColumnDataSource(
            {
                "x": [x + 0.02 * self._tile[0] for x, _ in corners],
                "y": [y + self._tile[1] * 0.985 for _, y in corners],
                "text": [""] * count,
                "mean": [np.nan] * count,
            }
        )
        self.mark = ColumnDataSource({name: [] for name in ("left", "right", "bottom", "top")})
        self.mapper = LinearColorMapper(nan_color=(0, 0, 0, 0))
        self.look: Look | None = None
        self.recolour(look)
        self.pane = pn.pane.Bokeh(
            self._figure(), sizing_mode="stretch_both", min_height=380, margin=(0, 6, 6, 6)
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.pane

    def draw(
        self,
        pictures: Sequence[np.ndarray],
        part: Window,
        captions: Sequence[str],
        means: Sequence[float],
    ) -> None:
        """Replace all pictures, what is written beside them, and the means that they stand for.

        Parameters
        ----------
        pictures : arrays, rows from the top
        part : Window
            Of each of them.
        captions : sequence of str
        means : sequence of float
        """
        left, bottom, right, top = part.bounds
        x, y = zip(*(self._corner(index) for index in range(self.count)), strict=True)
        self.maps.data = {
            # Bokeh's images have their rows from the bottom.
            "image": [np.ascontiguousarray(picture[::-1]) for picture in pictures],
            "x": [corner + left - self._origin[0] for corner in x],
            "y": [corner + bottom - self._origin[1] for corner in y],
            "dw": [right - left] * self.count,
            "dh": [top - bottom] * self.count,
        }
        describe(self.pane.object, f"{self.count} maps: {', '.join(captions)}")
        whole = slice(self.count)
        self.captions.patch({"text": [(whole, list(captions))], "mean": [(whole, list(means))]})

    def recolour(self, look: Look) -> None:
        """Replace colours and limits where they differ."""
        if look != self.look:
            self.look = look
            low, high = look.limits
            self.mapper.update(palette=look.colours, low=low, high=high)

    def mark_map(self, index: int | None) -> None:
        """Draw a frame round one of the maps, or round none."""
        corners = [] if index is None else [self._corner(index)]
        self.mark.data = {
            "left": [x for x, _ in corners],
            "right": [x + self._tile[0] for x, _ in corners],
            "bottom": [y for _, y in corners],
            "top": [y + self._tile[1] for _, y in corners],
        }

    @property
    def _down(self) -> int:
        return -(-self.count // self.across)

    def _corner(self, index: int) -> tuple[float, float]:
        """Return the left bottom corner of a map."""
        row, column = divmod(index, self.across)
        return column * self._tile[0], (self._down - 1 - row) * self._tile[1]

    def _figure(self) -> figure:
        width, height = self.across * self._tile[0], self._down * self._tile[1]
        plot = figure(
            x_range=Range1d(0, width), y_range=Range1d(0, height), tools="", toolbar_location=None,
            sizing_mode="stretch_both", x_axis_location=None, y_axis_location=None, **CLEAR,
        )  # fmt: skip
        plot.grid.visible = False
        plot.quad(
            "left", "right", "bottom", "top", source=self.mark, fill_color=MARK_COLOUR,
            fill_alpha=0.05, line_color=MARK_COLOUR, line_width=1.2,
        )  # fmt: skip
        plot.image("image", "x", "y", "dw", "dh", source=self.maps, color_mapper=self.mapper)
        lines = self._outlines()
        plot.line(lines[:, 0], lines[:, 1], line_color=OUTLINE_COLOUR, line_width=0.6)
        plot.text(
            "x", "y", "text", source=self.captions, text_baseline="top", text_font_size="12px",
            text_font_style="bold", text_color=CAPTION_COLOUR,
        )  # fmt: skip
        bar = ColorBar(
            color_mapper=self.mapper, height=10, padding=4, background_fill_alpha=0,
            bar_line_color=None,
        )  # fmt: skip
        plot.add_layout(bar, "below")
        keep_proportions(plot, self.basemap.stretch)
        for event in (Tap, DoubleTap):  # two clicks in a row are one double click to Bokeh
            plot.on_event(event, guarded(self._tapped))
        return plot

    def _outlines(self) -> np.ndarray:
        """Return the regions' outlines on all maps, no finer than these are."""
        coarse = shapely.simplify(
            [shapely.LinearRing(ring) for ring in self.basemap.rings],
            self._tile[0] / MOST_PIXELS[1],
        )
        coarse = [shapely.get_coordinates(ring) for ring in coarse]
        return with_gaps(
            ring + np.subtract(self._corner(index), self._origin)
            for index in range(self.count)
            for ring in coarse
            if len(ring) > 3
        )

    def _tapped(self, event: PointEvent) -> None:
        if event.x is None or event.y is None:
            return
        column, row = int(event.x // self._tile[0]), int(event.y // self._tile[1])
        if 0 <= column < self.across and 0 <= row < self._down:
            index = (self._down - 1 - row) * self.across + column
            if index < self.count:
                self.picked(index)
