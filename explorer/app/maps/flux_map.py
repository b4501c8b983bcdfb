"""The map of one variable: built once, then only its pixels, place and colours are replaced.

HoloViews lays the figure out; rebuilding its plots on every edit would cost more than the model
itself, so an edit writes the new picture straight into the image's data source.
"""

from collections.abc import Callable

import holoviews as hv
import numpy as np
import panel as pn
import param
from bokeh.events import RangesUpdate, Tap
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from explorer.app.maps import plots
from explorer.app.maps.hooks import weakly
from explorer.app.maps.plate import hover_columns, image_columns
from explorer.app.maps.seen_part import SeenPart
from explorer.app.parts.style import palette
from explorer.app.state.faults import guarded
from explorer.app.state.state import ExplorerState
from explorer.picture import window as raster
from explorer.tables.variables import VARIABLES

MARK_COLOUR = "#c2185b"


class FluxMap(pn.viewable.Viewer):
    """Shows what the state says: variable, period, scenario; true cells when zoomed in."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.mark = ColumnDataSource(self._tapped_place())
        self.seen = SeenPart(state, self._move, self._draw_if_looked_at)
        self._handles: dict | None = None
        self._hovered: raster.Window | None = None
        self._colours: tuple[str, bool] | None = None
        self._drawn: tuple | None = None
        self.furnishings: list[Callable[[figure], None]] = []  # called with the figure once made
        self.chosen = hv.DynamicMap(
            lambda region: plots.outlines(state.shared.outlines.get(region, []), width=2.4),
            streams=[hv.streams.Params(state, ["region"])],
        )
        self.pane = pn.pane.HoloViews(
            self._figure(), sizing_mode="stretch_both", min_height=320, margin=(0, 6, 6, 6),
            linked_axes=False,
        )  # fmt: skip
        watched = ["result", "variable", "month", "yearly", "draft", "page"]
        state.param.watch(self._follow, watched)
        state.param.watch(lambda *_events: self._mark_tapped(), "tapped")

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.pane

    @property
    def _coarse(self) -> bool:
        """Whether fewer pixels are drawn, because a control is being moved on a large scene."""
        return self.state.draft and not self.state.shared.instant

    def picture(self) -> tuple[np.ndarray, raster.Window]:
        """Return what is visible of the chosen variable, rows from the top, and where it lies."""
        state, result = self.state, self.state.result
        part = raster.window(
            result.scene.grid, *self.seen.ranges,
            most=raster.DRAFT_PIXELS if self._coarse else raster.MOST_PIXELS,
            at_least=state.shared.thin_step if state.is_preview else 1,
        )  # fmt: skip
        return state.shared.picture(result, state.variable, state.shown_month, part), part

    def _follow(self, *events: param.parameterized.Event) -> None:
        """Draw, but not the old result again when a control begins to move."""
        begins = all(event.name == "draft" and event.new for event in events)
        if self.state.page == "map" and not begins:
            self.draw()

    def draw(self) -> None:
        """Replace the picture, and colours and hover where they changed."""
        state = self.state
        wanted = (
            id(state.result), state.variable, state.shown_month, self._coarse, self.seen.bounds,
        )  # fmt: skip
        if self._handles is None or wanted == self._drawn:
            return
        self._drawn = wanted
        picture, part = self.picture()
        columns = image_columns(picture, part)
        # What the hover tells does not change while dragging, and costs more than the picture.
        if part != self._hovered and not self._coarse:
            self._hovered = part
            columns |= hover_columns(state.shared, part)
        with pn.io.unlocked():  # some events of a page come without Bokeh's lock on the document
            self._handles["source"].data.update(columns)
            self._recolour()

    def _figure(self) -> hv.Overlay:
        state = self.state
        picture, part = self.picture()
        left, bottom, right, top = state.window or state.shared.extent
        image = plots.flux_image(picture, part, state.variable, yearly=state.yearly).opts(
            hooks=[weakly(self._hold)], **plots.map_options(state.shared.scene.region_names)
        )
        rings = [ring for parts in state.shared.outlines.values() for ring in parts]
        borders = plots.outlines(rings, width=0.8)
        return (image * state.shared.graticule * borders * self.chosen).opts(
            responsive=True, hooks=[plots.keep_scale(state.shared.stretch)],
            xlim=(left, right), ylim=(bottom, top), xaxis=None, yaxis=None,
            active_tools=["pan", "wheel_zoom"],
            default_tools=["pan", "wheel_zoom", "reset"], toolbar="right",
        )  # fmt: skip

    def _hold(self, plot, _element) -> None:
        """Take hold of the figure's parts once it is made (a plot hook)."""
        if self._handles is not None and self._handles["source"] is plot.handles["source"]:
            return
        parts = ("source", "color_mapper", "colorbar", "x_range", "y_range")
        self._handles = {name: plot.handles[name] for name in parts}
        _, part = self.picture()
        self._hovered = part
        self._colours = (self.state.variable, self.state.yearly)
        plot.handles["source"].data.update(hover_columns(self.state.shared, part))
        plot.state.on_event(RangesUpdate, guarded(self._zoomed))
        plot.state.on_event(Tap, guarded(self._tapped))
        plot.state.toolbar.logo = None
        plot.state.scatter(
            "x", "y", source=self.mark, size=11, fill_alpha=0, line_color=MARK_COLOUR, line_width=2
        )
        for furnish in self.furnishings:
            furnish(plot.state)

    def _tapped_place(self) -> dict[str, list[float]]:
        """Return the centre of the tapped cell, if there is one."""
        scene, cell = self.state.shared.scene, self.state.tapped
        if cell is None:
            return {"x": [], "y": []}
        row, column = divmod(int(scene.index[cell]), scene.grid.x.size)
        return {"x": [float(scene.grid.x[column])], "y": [float(scene.grid.y[row])]}

    def _mark_tapped(self) -> None:
        with pn.io.unlocked():
            self.mark.data = self._tapped_place()

    def _tapped(self, event: Tap) -> None:
        """Find the true cell under the pointer, whatever the pixels are means of."""
        scene = self.state.shared.scene
        place = scene.grid.cell_at(event.x, event.y)
        cell = -1 if place is None else int(scene.cell_of_grid[place])
        self.state.tapped = cell if cell >= 0 else None

    def _zoomed(self, event: RangesUpdate) -> None:
        self.seen.zoomed((event.x0, event.y0, event.x1, event.y1))

    def _move(self, bounds: tuple[float, float, float, float]) -> None:
        """Show another part of the plane."""
        if self._handles is not None:
            left, bottom, right, top = bounds
            with pn.io.unlocked():
                self._handles["x_range"].update(start=left, end=right)
                self._handles["y_range"].update(start=bottom, end=top)

    def _draw_if_looked_at(self) -> None:
        if self.state.page == "map":
            self.draw()

    def _recolour(self) -> None:
        wanted = (self.state.variable, self.state.yearly)
        if wanted != self._colours:
            self._colours = wanted
            row = VARIABLES[self.state.variable]
            low, high = row.shown_range_year if self.state.yearly else row.shown_range
            colours = palette(row.colours)
            self._handles["color_mapper"].update(palette=colours, low=low, high=high)
            self._handles["colorbar"].title = row.symbol
