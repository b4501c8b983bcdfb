"""The map of the chosen variable, with the tapped cell and the chosen region marked."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
import panel as pn
import param
from bokeh.events import Tap
from bokeh.models import ColumnDataSource, Line, Scatter
from bokeh.plotting import figure

from explorer.app.maps.drawn import drawn_from, look_of
from explorer.app.maps.keys import LEAVE, MOVES, ZOOMS, MapKeys
from explorer.app.maps.lines import OUTLINE_COLOUR
from explorer.app.maps.plate import MapPlate
from explorer.app.maps.ranges import SharedRanges
from explorer.app.maps.seen_part import SeenPart
from explorer.app.maps.walk import beside, nearest, zoomed
from explorer.app.state.faults import guarded
from explorer.app.state.state import ExplorerState
from explorer.picture.extent import Bounds
from explorer.picture.graticule import with_gaps
from explorer.picture.look import Look
from explorer.picture.window import DRAFT_PIXELS, MOST_PIXELS, Window, window

MARK_COLOUR = "#c2185b"
FAR = 10  # steps of a key that is pressed with Shift


class VariableMap(pn.viewable.Viewer):
    """Shows what the state says: variable, period, scenario; true cells when zoomed in."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.basemap = state.shared.basemap
        self.mark = ColumnDataSource(self._tapped_centre())
        self.chosen = ColumnDataSource(self._chosen_outline())
        self.ranges = ranges = SharedRanges(state.window or self.basemap.extent)
        self.seen = SeenPart(state, ranges.move_to, self._draw_if_shown)
        self.plate = MapPlate(
            "map", self.basemap, ranges, self.look, zoomed=self.seen.zoomed,
            min_height=320, margin=(0, 6, 6, 6),
        )  # fmt: skip
        self.plate.furnishings += [self._mark, lambda _plot: self.draw()]
        self._drawn: tuple | None = None
        self.is_drawn_on: Callable[[], bool] = lambda: False  # then clicks are corners, not cells
        watched = ["variable", "step", "year", "yearly", "draft", "page", "limits"]
        state.watch(self._follow, watched, a="result")
        state.param.watch(lambda *_events: self._move_mark(), "tapped")
        state.param.watch(lambda *_events: self._outline_chosen(), ["region", "tapped"])

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.plate.pane

    @cached_property
    def keys(self) -> MapKeys:
        """What listens to the keys of the figure; stands beside it, and builds it."""
        return MapKeys(self._pressed, figure=self.plate.pane.object.id)

    @property
    def look(self) -> Look:
        """Colours and limits of the chosen variable."""
        state = self.state
        return look_of(state.a.result, state.shown, yearly=state.period.yearly, chosen=state)

    @property
    def _coarse(self) -> bool:
        """Whether fewer pixels are drawn, because a control is being moved on a large scene."""
        return self.state.draft and not self.state.shared.instant

    def picture(self) -> tuple[np.ndarray, Window]:
        """Return what is visible of the chosen variable, rows from the top, and its window."""
        state, result = self.state, self.state.a.result
        part = window(
            result.scene.grid, *self.seen.ranges,
            most=DRAFT_PIXELS if self._coarse else MOST_PIXELS,
            at_least=state.shared.thin_step if state.a.is_preview else 1,
        )  # fmt: skip
        return state.shared.pictures.of(result, state.shown, state.period, part), part

    def draw(self) -> None:
        """Replace the picture, and colours and hover where they changed."""
        state = self.state
        wanted = (
            *drawn_from(state.a.result), state.shown, state.period, self._coarse,
            self.seen.bounds, state.limits,
        )  # fmt: skip
        if not self.plate.is_built or wanted == self._drawn:
            return
        self._drawn = wanted
        picture, part = self.picture()
        with pn.io.unlocked():  # some events of a page come without Bokeh's lock on the document
            self.plate.draw(picture, part, hover=not self._coarse)
            self.plate.recolour(self.look)

    def _follow(self, *events: param.parameterized.Event) -> None:
        """Draw, but not the old result again when a control begins to move."""
        begins = all(event.name == "draft" and event.new for event in events)
        if not begins:
            self._draw_if_shown()

    def _draw_if_shown(self) -> None:
        if self.state.page == "map":
            self.draw()

    def _mark(self, plot: figure) -> None:
        """Add what is marked to the figure, and find the cell that is tapped."""
        outline = Line(x="x", y="y", line_color=OUTLINE_COLOUR, line_width=2.4)
        plot.add_glyph(self.chosen, outline)
        mark = Scatter(
            x="x", y="y", size=11, fill_alpha=0, line_color=MARK_COLOUR, line_width=2
        )  # fmt: skip
        plot.add_glyph(self.mark, mark)
        plot.on_event(Tap, guarded(self._tapped))

    def _tapped(self, event: Tap) -> None:
        """Find the true cell under the pointer, whatever the pixels are means of."""
        if self.is_drawn_on():
            return
        scene = self.basemap.scene
        position = scene.grid.cell_at(event.x, event.y)
        cell = -1 if position is None else int(scene.cell_of_grid[position])
        self.state.tapped = cell if cell >= 0 else None

    def _pressed(self, key: str, far: bool) -> None:
        """Move the mark, zoom or leave; the first key marks the cell in the middle."""
        state, scene = self.state, self.basemap.scene
        if self.is_drawn_on() or state.a.is_preview:
            return
        seen = self.seen.bounds or self.basemap.extent
        middle = (seen[0] + seen[2]) / 2, (seen[1] + seen[3]) / 2
        if key == LEAVE:
            state.tapped = None
        elif key in ZOOMS:
            centre = middle if state.tapped is None else scene.xy(state.tapped)
            self._show_part(zoomed(seen, centre, ZOOMS[key], self.basemap.extent))
        elif state.tapped is None:
            state.tapped = nearest(scene, *middle)
        elif key in MOVES:
            part = window(scene.grid, *self.seen.ranges, most=MOST_PIXELS)
            steps = part.cells_per_pixel * (FAR if far else 1)
            right, up = (steps * each for each in MOVES[key])
            state.tapped = beside(scene, state.tapped, right, up)
            x, y = scene.xy(state.tapped)
            if not (seen[0] <= x <= seen[2] and seen[1] <= y <= seen[3]):
                self._show_part(zoomed(seen, (x, y), 1.0, self.basemap.extent))

    def _show_part(self, bounds: Bounds) -> None:
        self.ranges.move_to(bounds)
        self.seen.zoomed(bounds)

    def _tapped_centre(self) -> dict[str, list[float]]:
        """Return the centre of the tapped cell, if there is one."""
        scene, cell = self.basemap.scene, self.state.tapped
        if cell is None:
            return {"x": [], "y": []}
        x, y = scene.xy(cell)
        return {"x": [x], "y": [y]}

    def _chosen_outline(self) -> dict[str, np.ndarray]:
        """Return the outline of the chosen region; drawn shapes have outlines of their own.

        One place is marked: the clicked cell, or else the region.
        """
        chosen = self.state.region if self.state.tapped is None else None
        x, y = with_gaps(self.basemap.outlines.get(chosen, [])).T
        return {"x": x, "y": y}

    def _move_mark(self) -> None:
        with pn.io.unlocked():
            self.mark.data = self._tapped_centre()

    def _outline_chosen(self) -> None:
        with pn.io.unlocked():
            self.chosen.data = self._chosen_outline()
