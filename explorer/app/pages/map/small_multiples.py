"""The twelve months side by side on one colour scale (Liang et al. 2023, Figs 3-5)."""

import numpy as np
import panel as pn
import shapely
from bokeh.events import DoubleTap, PointEvent, Tap
from bokeh.models import ColorBar, ColumnDataSource, LinearColorMapper, Range1d
from bokeh.plotting import figure

from explorer.analysis.totals import ALL
from explorer.app.maps import plots
from explorer.app.parts.style import palette
from explorer.app.parts.words import heading, signed
from explorer.app.state.faults import guarded
from explorer.app.state.state import ExplorerState
from explorer.picture import window as raster
from explorer.scene.calendar import MONTHS
from explorer.scene.loops import group_sums
from explorer.systems.nep.quick_pictures import LINEAR, ClassPictures
from explorer.tables.classes import CLASSES
from explorer.tables.variables import OUTPUTS, pretty_unit, shown_unit

ACROSS, DOWN = 4, 3
MOST_PIXELS = (210, 250)  # rows, columns of one small map
GAP, HEADROOM = 0.04, 0.13  # of a map's width and height: between maps, and for its words
WORDS_COLOUR = "#75847f"  # to be read on white and on black
MARK_COLOUR = "#c2185b"


class SmallMultiples(pn.viewable.Viewer):
    """A figure of twelve maps; a click chooses the month. Does nothing while it is not shown."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        left, bottom, right, top = state.shared.extent
        self._origin = left, bottom
        self._tile = (right - left) * (1 + GAP), (top - bottom) * (1 + HEADROOM)
        self._drawn: tuple | None = None
        self.maps = ColumnDataSource({"image": [], "x": [], "y": [], "dw": [], "dh": []})
        corners = [self._corner(month) for month in range(1, 13)]
        self.words = ColumnDataSource(
            {
                "x": [x + 0.02 * self._tile[0] for x, _ in corners],
                "y": [y + self._tile[1] * 0.985 for _, y in corners],
                "text": list(MONTHS),
                "mean": [np.nan] * 12,
            }
        )
        self.mark = ColumnDataSource({"left": [], "right": [], "bottom": [], "top": []})
        self.colours = LinearColorMapper(nan_color=(0, 0, 0, 0))
        self._recolour()
        self.pictures = ClassPictures(state.shared, 2 * len(MONTHS), at_once=True)  # NPP, Rh
        self.heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.pane = pn.pane.Bokeh(
            self._figure(), sizing_mode="stretch_both", min_height=380, margin=(0, 6, 6, 6)
        )
        self.column = pn.Column(
            self.heading, self.pane, sizing_mode="stretch_both", margin=0, visible=False
        )
        watched = ["result", "variable", "region", "shapes", "view_mode", "page", "draft"]
        state.param.watch(lambda *_events: self.draw(), watched)
        state.param.watch(lambda *_events: self._mark_month(), ["month", "yearly"])
        self._mark_month()
        self.draw()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay out what it shows, in words, above the maps."""
        return self.column

    @property
    def shown(self) -> bool:
        """Whether a person looks at it."""
        return self.state.page == "map" and self.state.view_mode == "months"

    @pn.io.unlocked()
    def draw(self) -> None:
        """Replace the pictures and their means where they changed."""
        state = self.state
        self.column.visible = state.view_mode == "months"
        wanted = (id(state.result), state.variable, state.region, state.shapes, state.draft)
        if not self.shown or wanted == self._drawn:
            return
        if state.draft and state.variable not in LINEAR and not state.shared.instant:
            return  # too slow to follow a hand
        self._drawn = wanted
        pictures, part, means = self._made()
        left, bottom, right, top = part.bounds
        x, y = zip(*(self._corner(month) for month in range(1, 13)), strict=True)
        self._recolour()
        self.maps.data = {
            # Bokeh's images have their rows from the bottom.
            "image": [np.ascontiguousarray(picture[::-1]) for picture in pictures],
            "x": [corner + left - self._origin[0] for corner in x],
            "y": [corner + bottom - self._origin[1] for corner in y],
            "dw": [right - left] * 12,
            "dh": [top - bottom] * 12,
        }
        about = "≈ " if state.is_preview else ""
        captions = [
            f"{month}  {about}{_written(state.variable, mean)}"
            for month, mean in zip(MONTHS, means, strict=True)
        ]
        self.words.patch({"text": [(slice(12), captions)], "mean": [(slice(12), means)]})
        where = "all regions" if state.region == ALL else state.region
        unit = pretty_unit(shown_unit(state.variable, yearly=False))
        told = [f"mean of {where} beside each name", state.scenario.label]
        self.heading.object = heading(
            f"{OUTPUTS[state.variable].long_name}, month by month",
            " · ".join(told if unit == "1" else [unit, *told]),
        )

    def _made(self) -> tuple[np.ndarray, raster.Window, list[float]]:
        """Return the twelve pictures, rows from the top, where they lie, and the monthly means."""
        state, result = self.state, self.state.result
        left, bottom, right, top = state.shared.extent
        part = raster.window(
            result.scene.grid, (left, right), (bottom, top),
            most=MOST_PIXELS,
            at_least=state.shared.thin_step if state.is_preview else 1,
        )  # fmt: skip
        name = state.variable
        if name in LINEAR:
            pictures = np.stack(
                [self.pictures.of(result, name, month, part) for month in range(1, 13)]
            )
            means = state.totals.monthly(name, state.region).tolist()
        else:
            screen, weights = state.shared.screen(result.scene, part), self._weights()
            fields = (result.blocks(name, month) for month in range(1, 13))
            pairs = [(screen.mean(values), _mean(values, weights)) for values in fields]
            pictures, means = np.stack([p for p, _ in pairs]), [mean for _, mean in pairs]
        # Half of the pixels along each side are enough while a hand moves.
        return pictures[:, ::2, ::2] if state.draft else pictures, part, means

    def _weights(self) -> np.ndarray:
        """Return the area of each cell that counts for the mean of the chosen place, in blocks."""
        state, scene = self.state, self.state.result.scene
        area = scene.blocked_area
        if state.region == ALL:
            return area
        if state.region in scene.region_names:
            region = scene.region_names.index(state.region)
            return np.where(scene.group // len(CLASSES) == region, area, 0)
        if state.is_preview:
            return np.zeros_like(area)  # a preview knows nothing of shapes
        shape = next(shape for shape in state.shapes if shape.name == state.region)
        return area * state.book.cover(shape).fractions(0, area.size).reshape(area.shape)

    def _corner(self, month: int) -> tuple[float, float]:
        """Return the left bottom corner of a month's map; January is at the top left."""
        row, column = divmod(month - 1, ACROSS)
        return column * self._tile[0], (DOWN - 1 - row) * self._tile[1]

    def _figure(self) -> figure:
        width, height = ACROSS * self._tile[0], DOWN * self._tile[1]
        plot = figure(
            x_range=Range1d(0, width), y_range=Range1d(0, height), tools="", toolbar_location=None,
            sizing_mode="stretch_both", x_axis_location=None, y_axis_location=None,
        )  # fmt: skip
        plot.grid.visible = False
        plot.outline_line_color = None
        plot.quad(
            "left", "right", "bottom", "top", source=self.mark, fill_color=MARK_COLOUR,
            fill_alpha=0.05, line_color=MARK_COLOUR, line_width=1.2,
        )  # fmt: skip
        plot.image(
            "image", "x", "y", "dw", "dh", source=self.maps, color_mapper=self.colours
        )  # fmt: skip
        lines = self._outlines()
        plot.line(lines[:, 0], lines[:, 1], line_color="#6b7773", line_width=0.6)
        plot.text(
            "x", "y", "text", source=self.words, text_baseline="top", text_font_size="12px",
            text_font_style="bold", text_color=WORDS_COLOUR,
        )  # fmt: skip
        bar = ColorBar(
            color_mapper=self.colours, height=10, padding=4, background_fill_alpha=0,
            bar_line_color=None,
        )  # fmt: skip
        plot.add_layout(bar, "below")
        plots.keep_proportions(plot, self.state.shared.stretch)
        for event in (Tap, DoubleTap):  # two clicks in a row are one double click to Bokeh
            plot.on_event(event, guarded(self._tapped))
        return plot

    def _outlines(self) -> np.ndarray:
        """Return the regions' outlines on all twelve maps, no finer than these are."""
        rings = [ring for rings in self.state.shared.outlines.values() for ring in rings]
        coarse = shapely.simplify(
            [shapely.LinearRing(ring) for ring in rings], self._tile[0] / MOST_PIXELS[1]
        )
        coarse = [shapely.get_coordinates(ring) for ring in coarse]
        moved = [
            ring + np.subtract(self._corner(month), self._origin)
            for month in range(1, 13)
            for ring in coarse
            if len(ring) > 3
        ]
        return plots.with_gaps(moved)

    def _recolour(self) -> None:
        row = OUTPUTS[self.state.variable]
        low, high = row.shown_range
        self.colours.update(palette=palette(row.colours), low=low, high=high)

    @pn.io.unlocked()
    def _mark_month(self) -> None:
        corners = [] if self.state.yearly else [self._corner(self.state.month)]
        self.mark.data = {
            "left": [x for x, _ in corners],
            "right": [x + self._tile[0] for x, _ in corners],
            "bottom": [y for _, y in corners],
            "top": [y + self._tile[1] for _, y in corners],
        }

    def _tapped(self, event: PointEvent) -> None:
        if event.x is None or event.y is None:
            return
        column, row = int(event.x // self._tile[0]), int(event.y // self._tile[1])
        if 0 <= column < ACROSS and 0 <= row < DOWN:
            month = (DOWN - 1 - row) * ACROSS + column + 1
            self.state.param.update(month=month, yearly=False)


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the weighted mean of one month of an output in blocks; NaN without weight."""
    group = np.zeros(weights.shape, dtype=np.int32)
    sums = group_sums(np.ascontiguousarray(values)[:, np.newaxis], weights, group, 1)
    total = weights.sum()
    return float(sums[0, 0] / total) if total > 0 else float("nan")


def _written(name: str, value: float) -> str:
    """Write a mean with as many decimals as its size asks for."""
    if value != value:
        return "…"
    low, high = OUTPUTS[name].shown_range
    return signed(value) if high - low > 10 else f"{value:.3f}"
