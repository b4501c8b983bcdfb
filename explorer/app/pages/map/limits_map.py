"""The limiting-factor map: what holds the product of a system back most in each cell."""

import numpy as np
import panel as pn

from explorer.app.maps.plate import MapPlate
from explorer.app.maps.ranges import SharedRanges
from explorer.app.maps.seen_part import SeenPart
from explorer.app.parts.spoken import shares_text
from explorer.app.parts.words import heading
from explorer.app.state.background import Background
from explorer.app.state.state import ExplorerState
from explorer.picture.codes import code_picture
from explorer.picture.look import code_look
from explorer.picture.window import window


class LimitsMap(pn.viewable.Viewer):
    """A map of codes; does nothing while it is not shown."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state, self.explains = state, state.system.explains
        self.codes = Background(state, f"What limits {self.explains.product}")
        self.heading = pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
        ranges = SharedRanges(state.window or state.shared.basemap.extent)
        self.seen = SeenPart(state, ranges.move_to, self._follow)
        limits = self.explains.limits
        look = code_look(
            {name: (cause.label, cause.colour) for name, cause in limits.items()},
            tuple(cause.symbol for cause in limits.values()),
        )
        self.plate = MapPlate("limits", state.shared.basemap, ranges, look, zoomed=self.seen.zoomed)
        self._drawn: tuple | None = None
        self.column = pn.Column(
            self.heading, self.plate, sizing_mode="stretch_both", margin=0, visible=False
        )
        watched = ["step", "year", "yearly", "view_mode", "page", "draft"]
        state.watch(lambda *_events: self._follow(), watched, a="result")
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
        if state.a.is_preview:
            self.codes.forget()  # the whole comes soon
        else:
            result = state.a.result
            self.codes.ask(
                result.scenario.parameters,
                lambda proceed: self.explains.limiting(result, proceed),
            )
        self._retitle()
        self._draw()

    def _draw(self) -> None:
        state, codes = self.state, self.codes.value
        wanted = (self.codes.key, state.period, self.seen.bounds)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        scene = state.shared.scene
        part = window(scene.grid, *self.seen.ranges)
        if codes is not None:
            codes = codes[:, state.period.step or 0].astype(np.int16) - 1  # 0 = padding
        picture = code_picture(scene, codes, part)
        when = state.a.result.periods.label(state.period)
        shares = shares_text([cause.label for cause in self.explains.limits.values()], picture)
        with pn.io.unlocked():
            self.plate.draw(picture, part)
            self.plate.describe(
                f"Map of what limits {self.explains.product} most, {when}; of what is in view: "
                f"{shares or 'not known yet'}"
            )

    def _retitle(self) -> None:
        state, product = self.state, self.explains.product
        when = state.a.result.periods.label(state.period)
        count = len(self.explains.limits)
        note = f"the smallest of the {count} factors of {product} in each cell"
        note += f" · {state.a.scenario.label}"
        if self.codes.failure is not None:
            note = "could not be computed"
        elif self.codes.value is None:
            note = "computing every cell …"
            if self.codes.progress is not None:
                note += f" {self.codes.progress:.0%}"
        self.heading.object = heading(f"What limits {product} most, {when}", note)
