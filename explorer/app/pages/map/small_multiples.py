"""The twelve months side by side on one colour scale (Liang et al. 2023, Figs 3-5)."""

import numpy as np
import panel as pn

from explorer.analysis.region_means import region_weights, weighted_mean
from explorer.analysis.totals import ALL
from explorer.app.maps.drawn import drawn_from
from explorer.app.maps.map_grid import MOST_PIXELS, MapGrid
from explorer.app.parts.words import heading, signed
from explorer.app.state.faults import guarded
from explorer.app.state.state import ExplorerState
from explorer.picture.look import Look, variable_look
from explorer.picture.window import Window, window
from explorer.scene.calendar import MONTHS
from explorer.tables.variables import OUTPUTS, pretty_unit, shown_unit

ACROSS = 4
PERIODS = tuple(range(1, len(MONTHS) + 1))


class SmallMultiples(pn.viewable.Viewer):
    """Twelve maps and their means; a click chooses the month. Does nothing while not shown."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        # Two for each month: what NPP and what Rh are drawn from.
        self.pictures = state.shared.new_pictures(2 * len(PERIODS), at_once=True)
        self.grid = MapGrid(
            state.shared.basemap, len(PERIODS), ACROSS, self.look, picked=self._choose
        )
        self._drawn: tuple | None = None
        self.heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        self.column = pn.Column(
            self.heading, self.grid, sizing_mode="stretch_both", margin=0, visible=False
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

    @property
    def look(self) -> Look:
        """Colours and limits of the chosen variable."""
        return variable_look(OUTPUTS[self.state.variable], yearly=False)

    @pn.io.unlocked()
    def draw(self) -> None:
        """Replace the pictures and their means where they changed."""
        state = self.state
        self.column.visible = state.view_mode == "months"
        wanted = (
            *drawn_from(state.result), state.variable, state.region, state.shapes, state.draft,
        )  # fmt: skip
        if not self.shown or wanted == self._drawn:
            return
        if state.draft and not self.pictures.is_quick(state.variable) and not state.shared.instant:
            return  # too slow to follow a control that is being dragged
        self._drawn = wanted
        pictures, part, means = self._pictures_and_means()
        about = "≈ " if state.is_preview else ""
        captions = [
            f"{month}  {about}{_written(state.variable, mean)}"
            for month, mean in zip(MONTHS, means, strict=True)
        ]
        self.grid.recolour(self.look)
        self.grid.draw(pictures, part, captions, means)
        self._retitle()

    def _retitle(self) -> None:
        state = self.state
        where = "all regions" if state.region == ALL else state.region
        unit = pretty_unit(shown_unit(state.variable, yearly=False))
        notes = [f"mean of {where} beside each name", state.scenario.label]
        self.heading.object = heading(
            f"{OUTPUTS[state.variable].long_name}, month by month",
            " · ".join(notes if unit == "1" else [unit, *notes]),
        )

    def _pictures_and_means(self) -> tuple[np.ndarray, Window, list[float]]:
        """Return the twelve pictures, rows from the top, their window, and the monthly means."""
        state, result, name = self.state, self.state.result, self.state.variable
        left, bottom, right, top = state.shared.basemap.extent
        part = window(
            result.scene.grid, (left, right), (bottom, top), most=MOST_PIXELS,
            at_least=state.shared.thin_step if state.is_preview else 1,
        )  # fmt: skip
        if self.pictures.is_quick(name):
            pictures = np.stack([self.pictures.of(result, name, month, part) for month in PERIODS])
            means = state.totals.monthly(name, state.region).tolist()
        else:
            screen, weights = self.pictures.screens.of(result.scene, part), self._weights()
            fields = (result.period_blocks(name, month) for month in PERIODS)
            pairs = [(screen.mean(field), weighted_mean(field, weights)) for field in fields]
            pictures, means = np.stack([p for p, _ in pairs]), [mean for _, mean in pairs]
        # Half of the pixels along each side are enough while a control is dragged.
        return pictures[:, ::2, ::2] if state.draft else pictures, part, means

    def _weights(self) -> np.ndarray:
        """Return the area of each cell that counts for the mean of the chosen region."""
        state, scene = self.state, self.state.result.scene
        if state.region == ALL or state.region in scene.region_names:
            return region_weights(scene, state.region)
        if state.is_preview:
            return np.zeros_like(scene.blocked_area)  # shapes are not known on thinned cells
        shape = next(shape for shape in state.shapes if shape.name == state.region)
        return region_weights(scene, state.region, state.book.cover(shape))

    @pn.io.unlocked()
    def _mark_month(self) -> None:
        self.grid.mark_map(None if self.state.yearly else self.state.month - 1)

    def _choose(self, index: int) -> None:
        self.state.param.update(month=PERIODS[index], yearly=False)


def _written(name: str, value: float) -> str:
    """Write a mean with as many decimals as its size asks for."""
    if value != value:
        return "…"
    low, high = OUTPUTS[name].shown_range
    return signed(value) if high - low > 10 else f"{value:.3f}"
