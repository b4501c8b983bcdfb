"""The steps of a year side by side on one colour scale (as Liang et al. 2023, Figs 3-5)."""

import numpy as np
import panel as pn

from explorer.app.maps.drawn import drawn_from, look_of
from explorer.app.maps.map_grid import MOST_PIXELS, MapGrid
from explorer.app.parts.words import heading, region_name, written
from explorer.app.state.state import ExplorerState
from explorer.picture.look import Look
from explorer.picture.window import Window, window
from explorer.tables.periods import Period
from explorer.tables.variable import Variable

ACROSS = {12: 4, 46: 8}
"""Maps in a row, by their number; else about as many as in a column."""


class SmallMultiples(pn.viewable.Viewer):
    """A map of each step and its mean; a click chooses the step. Does nothing while not shown."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        steps = state.a.result.periods.steps
        # Two for each step: a system may draw a variable from two others.
        self.pictures = state.shared.new_pictures(2 * steps, at_once=True)
        across = ACROSS.get(steps, round(steps**0.5))
        self.grid = MapGrid(state.shared.basemap, steps, across, self.look, picked=self._choose)
        self._drawn: tuple | None = None
        self.heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.column = pn.Column(
            self.heading, self.grid, sizing_mode="stretch_both", margin=0, visible=False
        )
        watched = ["variable", "region", "shapes", "year", "view_mode", "page", "draft"]
        watched.append("limits")
        state.watch(lambda *_events: self.draw(), watched, a="result")
        state.watch(lambda *_events: self._mark_step(), ["step", "yearly"])
        self._mark_step()
        self.draw()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay out what it shows, in words, above the maps."""
        return self.column

    @property
    def shown(self) -> bool:
        """Whether a person looks at it."""
        return self.state.page == "map" and self.state.view_mode == "months"

    @property
    def look(self) -> Look:
        """Colours and limits of the chosen variable."""
        state = self.state
        return look_of(state.a.result, state.shown, yearly=False, chosen=state)

    @property
    def periods(self) -> list[Period]:
        """The steps of the year shown."""
        return self.state.a.result.periods.each(self.state.period.year)

    @pn.io.unlocked()
    def draw(self) -> None:
        """Replace the pictures and their means where they changed."""
        state, result = self.state, self.state.a.result
        self.column.visible = state.view_mode == "months"
        wanted = (
            *drawn_from(result), state.shown, state.region, state.shapes, state.period.year,
            state.draft, state.limits,
        )  # fmt: skip
        if not self.shown or wanted == self._drawn:
            return
        quick = state.shared.instant or self.pictures.is_quick(result, state.shown)
        if state.draft and not quick:
            return  # too slow to follow a control that is being dragged
        self._drawn = wanted
        pictures, part = self._pictures()
        means = self._means()
        about = "≈ " if state.a.is_preview else ""
        captions = [
            f"{name}  {about}{_written(state.row, mean)}"
            for name, mean in zip(result.periods.names, means, strict=True)
        ]
        self.grid.recolour(self.look)
        self.grid.draw(pictures, part, captions, means)
        self._retitle()

    def _retitle(self) -> None:
        state = self.state
        unit = state.row.unit.pretty
        notes = [f"mean of {region_name(state.region)} beside each name", state.a.scenario.label]
        kind = state.a.result.periods.kind
        self.heading.object = heading(
            f"{state.row.long_name}, {kind} by {kind}",
            " · ".join(notes if unit == "1" else [unit, *notes]),
        )

    def _pictures(self) -> tuple[np.ndarray, Window]:
        """Return the pictures, rows from the top, and their window."""
        state, result = self.state, self.state.a.result
        left, bottom, right, top = state.shared.basemap.extent
        part = window(
            result.scene.grid, (left, right), (bottom, top), most=MOST_PIXELS,
            at_least=state.shared.thin_step if state.a.is_preview else 1,
        )  # fmt: skip
        pictures = np.stack(
            [self.pictures.of(result, state.shown, period, part) for period in self.periods]
        )
        # Half of the pixels along each side are enough while a control is dragged.
        return pictures[:, ::2, ::2] if state.draft else pictures, part

    def _means(self) -> list[float]:
        """Return the mean of each step over the region chosen; codes have none."""
        state = self.state
        if state.row.is_code:
            return [np.nan] * len(self.periods)
        totals = state.book.totals(state.a.result, state.shapes, state.shown)
        return totals.series(state.shown, state.region, year=state.period.year).tolist()

    @pn.io.unlocked()
    def _mark_step(self) -> None:
        period = self.state.period
        self.grid.mark_map(None if period.step is None else period.step - 1)

    def _choose(self, index: int) -> None:
        self.state.param.update(step=index + 1, yearly=False)


def _written(row: Variable, value: float) -> str:
    """Write the mean of a map; codes have none."""
    return "" if row.is_code else written(row, value)
