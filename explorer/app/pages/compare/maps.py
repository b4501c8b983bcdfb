"""The maps of the Compare page: A, B, their difference, and what it comes from."""

import numpy as np
import panel as pn

from explorer.analysis.comparison import percent
from explorer.app.maps.drawn import drawn_from, look_of
from explorer.app.maps.plate import MapPlate
from explorer.app.maps.ranges import SharedRanges
from explorer.app.maps.seen_part import SeenPart
from explorer.app.pages.compare.causes import NO_CHANGE, CausesRun, shared_explains
from explorer.app.pages.compare.layout import MapLayout
from explorer.app.state.side import Side
from explorer.app.state.state import ExplorerState
from explorer.cache import CACHES, Recent, recent
from explorer.picture.codes import code_picture
from explorer.picture.look import Look, code_look, difference_limit, difference_look
from explorer.picture.window import DRAFT_PIXELS, Window, window
from explorer.systems.matched import difference_note, matched

PLATE_PIXELS = (540, 720)  # rows, columns: two plates share the screen


class CompareMaps(pn.viewable.Viewer):
    """Draws what the mode asks for, and nothing while another page is looked at."""

    def __init__(self, state: ExplorerState, causes: CausesRun) -> None:
        super().__init__()
        self.state, self.causes = state, causes
        self._pictures: Recent[np.ndarray] = recent(CACHES["compare_pictures"])
        self._drawn: dict[str, tuple] = {}
        self._limits: tuple[tuple, float] | None = None
        basemap = state.shared.basemap
        self.ranges = SharedRanges(state.window or basemap.extent)
        self.seen = SeenPart(state, self.ranges.move_to, self.draw)

        def plate(name: str, look: Look, **choices) -> MapPlate:
            zoomed = self.seen.zoomed
            return MapPlate(f"compare-{name}", basemap, self.ranges, look, zoomed=zoomed, **choices)

        self.plates = {
            "a": plate("a", self.look),
            "b": plate("b", self.look),
            "difference": plate("difference", difference_look(1.0)),
            "causes": plate("causes", self._causes_look()),
        }
        self.layout = MapLayout(
            mode=state.compare_mode,
            **{name: plate.pane for name, plate in self.plates.items()},
            sizing_mode="stretch_both",
            min_height=300,
            margin=0,
            css_classes=["compare-maps"],
        )
        watched = ["variable", "step", "year", "yearly", "draft", "page", "compare_mode"]
        watched.append("limits")
        state.watch(lambda *_events: self.draw(), watched, a="result", b="result")
        self.causes.param.watch(lambda *_events: self.draw(), "value")
        self.draw()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the maps."""
        return self.layout

    def draw(self) -> None:
        """Replace the pictures that the mode shows, where they changed."""
        state = self.state
        if state.page != "compare" or state.b.result is None:
            return
        mode = state.compare_mode
        with pn.io.unlocked():  # some events of a page come without Bokeh's lock on the document
            if mode in ("swipe", "side"):
                self._draw_side("a", state.a)
                self._draw_side("b", state.b)
            if mode != "side":
                self._draw_difference(in_percent=mode == "percent")
            if mode in ("difference", "percent"):
                self._draw_causes()
            titles = self._titles()
            self.layout.param.update(mode=mode, titles=titles)
            self._describe(mode, titles)

    def _describe(self, mode: str, titles: list[str]) -> None:
        """Say what each map shows; the numbers are in the table below."""
        left, right = (f"Map of {titles[at]}, {titles[at + 1]}" for at in (0, 2))
        if mode in ("swipe", "side"):
            self.plates["a"].describe(left)
            self.plates["b"].describe(left if mode == "swipe" else right)
        if mode != "side":
            self.plates["difference"].describe(right if mode == "swipe" else left)
        if mode in ("difference", "percent"):
            self.plates["causes"].describe(right)

    @property
    def look(self) -> Look:
        """Colours and limits of the chosen variable; A and B share one colour bar's scale."""
        state = self.state
        yearly = state.pair_period.yearly
        look = look_of(state.a.result, state.shown, yearly=yearly, chosen=state)
        return look._replace(label="")

    def _causes_look(self) -> Look:
        """Return the colours of the causes, of which the first is none."""
        explains = shared_explains(self.state)
        causes = {"": NO_CHANGE} | (dict(explains.causes) if explains else {})
        rows = {key: (cause.label, cause.colour) for key, cause in causes.items()}
        return code_look(rows, tuple(cause.symbol for cause in causes.values()))

    def _draw_side(self, name: str, side: Side) -> None:
        if self._same(name, self.state.system, drawn_from(side.result)):
            return
        self.plates[name].recolour(self.look)
        self.plates[name].draw(*self._picture(side), hover=not self._quick)

    def _draw_difference(self, *, in_percent: bool) -> None:
        a, b = self.state.a, self.state.b
        if self._same("difference", drawn_from(a.result), drawn_from(b.result), in_percent):
            return
        (first, part), (second, _) = self._picture(a), self._picture(b)
        change = percent(first, second) if in_percent else second - first
        limit = self._limit(change, in_percent)
        self.plates["difference"].recolour(difference_look(limit))
        picture = change.astype(np.float32)
        self.plates["difference"].draw(picture, part, hover=not self._quick)

    def _draw_causes(self) -> None:
        """Pick each pixel's leading cause; codes are never averaged."""
        state, split = self.state, self.causes.split
        if state.draft or self._same("causes", self.causes.key):
            return
        part = self._part()
        codes = None if split is None else split.leading_cause(state.pair_period.step)
        self.plates["causes"].recolour(self._causes_look())
        self.plates["causes"].draw(code_picture(state.shared.scene, codes, part), part)

    def _same(self, name: str, *made: object) -> bool:
        """Tell whether a plate shows this already, and remember that it does."""
        state = self.state
        wanted = (
            *made, state.shown, state.pair_period, self._quick,
            self.seen.bounds, self._coarse, state.limits,
        )  # fmt: skip
        if self._drawn.get(name) == wanted:
            return True
        self._drawn[name] = wanted
        return False

    @property
    def _coarse(self) -> bool:
        """Whether a side is a first look on a thinned scene."""
        return self.state.a.is_preview or self.state.b.is_preview

    @property
    def _quick(self) -> bool:
        """Whether fewer pixels are drawn, because a control is being moved on a large scene."""
        return self.state.draft and not self.state.shared.instant

    def _part(self) -> Window:
        state = self.state
        return window(
            state.shared.scene.grid, *self.seen.ranges,
            most=DRAFT_PIXELS if self._quick else PLATE_PIXELS,
            at_least=state.shared.thin_step if self._coarse else 1,
        )  # fmt: skip

    def _picture(self, side: Side) -> tuple[np.ndarray, Window]:
        """Return what is visible of a side, in A's unit; the last few pictures are cached."""
        state, part = self.state, self._part()
        a, name, period = state.a.result, state.shown, state.pair_period
        picture = self._pictures.get(
            (a.scenario.system, *drawn_from(side.result), name, period, part),
            lambda: state.shared.pictures.of(matched(side.result, a, name), name, period, part),
        )
        return picture, part

    def _limit(self, change: np.ndarray, in_percent: bool) -> float:
        """Return the limit of the colours: while the months of one pair play it only grows."""
        state = self.state
        pair = (
            state.a.scenario, state.b.scenario, state.shown, state.pair_period.yearly,
            in_percent,
        )  # fmt: skip
        known = self._limits is not None and self._limits[0] == pair
        if not known or not state.draft:
            limit = difference_limit(change, in_percent=in_percent)
            self._limits = pair, max(limit, self._limits[1]) if known else limit
        return self._limits[1]

    def _titles(self) -> list[str]:
        state = self.state
        row, period = state.row, state.a.result.periods.label(state.pair_period)
        unit = row.unit_over(yearly=state.pair_period.yearly).pretty
        a, b = f"A · {state.a.scenario.label}", f"B · {state.b.scenario.label}"
        about = " · preview" if self._coarse else ""
        about += difference_note(state.b.result, state.a.result, state.shown)
        note = f"{row.symbol}, {period} · {unit}{about}"
        change = [f"B − A, {row.symbol}", f"{period} · {unit} · orange: more in B{about}"]
        if state.compare_mode == "swipe":
            return [f"{a}  |  {b}", f"{note} · drag the bar", *change]
        if state.compare_mode == "side":
            return [a, f"{note} · same colours", b, f"{note} · same colours"]
        if state.compare_mode == "percent":
            note = "change in % of |A| · blank where A is near zero"
            change = [f"B − A in % of A, {row.symbol}", f"{period} · {note}{about}"]
        headline = state.a.result.variables[state.a.result.headline].symbol
        note = f"{headline}, {period} · largest contribution in each cell"
        leading = ["Leading cause of B − A", note]
        return [*change, *leading]
