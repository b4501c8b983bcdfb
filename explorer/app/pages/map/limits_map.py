"""The limiting-factor map: what holds NPP back most in each cell."""

import numpy as np
import panel as pn

from explorer.app.maps.plate import MapPlate
from explorer.app.maps.ranges import SharedRanges
from explorer.app.maps.seen_part import SeenPart
from explorer.app.parts.words import heading
from explorer.app.state.background import Background
from explorer.app.state.state import ExplorerState
from explorer.picture.codes import code_picture
from explorer.picture.look import Look
from explorer.picture.window import window
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
        ranges = SharedRanges(state.window or state.shared.basemap.extent)
        self.seen = SeenPart(state, ranges.move_to, self._follow)
        self.plate = MapPlate(
            "limits", state.shared.basemap, ranges, Look(list(COLOURS), (-0.5, len(LIMITS) - 0.5)),
            zoomed=self.seen.zoomed,
            value_names=names,
            ticks={code: OUTPUTS[name].symbol for code, name in enumerate(LIMITS)},
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
        wanted = (self.codes.key, state.shown_month, self.seen.bounds)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        scene = state.shared.scene
        part = window(scene.grid, *self.seen.ranges)
        if codes is not None:
            codes = codes[:, state.shown_month or 0].astype(np.int16) - 1  # 0 = padding
        with pn.io.unlocked():
            self.plate.draw(code_picture(scene, codes, part), part)

    def _tell(self) -> None:
        state = self.state
        when = "year" if state.yearly else MONTHS[state.month - 1]
        note = f"the smallest of the four factors of NPP in each cell · {state.scenario.label}"
        if self.codes.value is None:
            note = "computing every cell …"
            if self.codes.progress is not None:
                note += f" {self.codes.progress:.0%}"
        self.heading.object = heading(f"What limits NPP most, {when}", note)
