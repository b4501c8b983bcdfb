"""The limiting-factor map: what holds NPP back most in each cell."""

import numpy as np
import panel as pn

from explorer.app.maps import plots
from explorer.app.maps.plate import ImagePlate, SharedRanges
from explorer.app.maps.seen_part import SeenPart
from explorer.app.parts.words import heading
from explorer.app.state.background import Background
from explorer.app.state.state import ExplorerState
from explorer.picture import window as raster
from explorer.scene.calendar import MONTHS
from explorer.systems.nep.explain import limiting_factors
from explorer.systems.nep.factors import LIMITS
from explorer.tables.variables import OUTPUTS

COLOURS = ("#009e73", "#e69f00", "#d55e00", "#0072b2")
"""Okabe and Ito's, in the order of ``LIMITS``."""


class LimitsMap(pn.viewable.Viewer):
    """A map of codes; does nothing while it is not shown."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.codes = Background(state, "What limits NPP")
        self.heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        names = [OUTPUTS[name].long_name for name in LIMITS]
        ranges = SharedRanges(state.window or state.shared.extent)
        self.seen = SeenPart(state, ranges.move_to, self._follow)
        self.plate = ImagePlate(
            "limits", state.shared, ranges,
            list(COLOURS), (-0.5, len(LIMITS) - 0.5),
            plots.map_hover(state.shared.scene.region_names, names), self.seen.zoomed,
            {position: OUTPUTS[name].symbol for position, name in enumerate(LIMITS)},
        )  # fmt: skip
        self._drawn: tuple | None = None
        self.column = pn.Column(
            self.heading, self.plate, sizing_mode="stretch_both", margin=0, visible=False
        )
        watched = ["result", "month", "yearly", "view_mode", "page", "draft"]
        state.param.watch(lambda *_events: self._follow(), watched)
        self.codes.param.watch(lambda *_events: self._follow(), ["value", "progress"])
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the map below its title."""
        return self.column

    def _follow(self) -> None:
        state = self.state
        shown = state.view_mode == "limits"
        self.column.visible = shown
        if not shown or state.page != "map":
            if self.codes.progress is not None:
                self.codes.cancel()  # others wait for the worker
            return
        if state.draft:
            return
        if state.is_preview:
            self.codes.forget()  # the whole comes soon
        else:
            result = state.result
            self.codes.ask(
                result.scenario.parameters, lambda proceed: limiting_factors(result, proceed)
            )
        self._tell()
        self._draw()

    def _draw(self) -> None:
        state, codes = self.state, self.codes.value
        wanted = (id(codes), state.shown_month, self.seen.bounds)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        scene = state.shared.scene
        part = raster.window(scene.grid, *self.seen.ranges)
        picture = np.full(part.shape, np.nan, dtype=np.float32)
        if codes is not None:
            layer = np.zeros(scene.grid.y.size * scene.grid.x.size, dtype=np.uint8)
            layer[scene.index] = codes[:, state.shown_month or 0].reshape(-1)[: scene.cells]
            seen = raster.picked(layer.reshape(scene.grid.shape), scene.grid, part)
            picture = np.where(seen > 0, seen.astype(np.float32) - 1, np.float32(np.nan))
        with pn.io.unlocked():
            self.plate.draw(picture, part)

    def _tell(self) -> None:
        state = self.state
        when = "year" if state.yearly else MONTHS[state.month - 1]
        note = f"the smallest of the four factors of NPP in each cell · {state.scenario.label}"
        if self.codes.failure is not None:
            note = "could not be computed"
        elif self.codes.value is None:
            note = "computing every cell …"
            if self.codes.progress is not None:
                note += f" {self.codes.progress:.0%}"
        self.heading.object = heading(f"What limits NPP most, {when}", note)
