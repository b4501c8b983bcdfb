"""Folds: parts of a page that are made when they are first opened."""

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from explorer.app.parts.style import FOLDS


class Folds(pn.viewable.Viewer):
    """Titles that open; what is inside costs nothing until then."""

    def __init__(self, makers: dict[str, Callable[[], pn.viewable.Viewable]]) -> None:
        super().__init__()
        self.titles = list(makers)
        self._makers = list(makers.values())
        self._places = [pn.Column(margin=0, sizing_mode="stretch_width") for _ in makers]
        self.accordion = pmui.Accordion(
            *zip(self.titles, self._places, strict=True), active=[], margin=(2, 0),
            sizing_mode="stretch_width", disable_gutters=True, elevation=0, square=True,
            title_variant="body2", sx=FOLDS,
        )  # fmt: skip
        self.accordion.param.watch(self._open, "active")

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the folds one above the other."""
        return self.accordion

    def _open(self, event) -> None:
        for number in event.new:
            if not self._places[number].objects:
                self._places[number].append(self._makers[number]())

    def open(self, number: int) -> None:
        """Open a fold, beside those that are open."""
        if number not in self.accordion.active:
            self.accordion.active = [*self.accordion.active, number]

    def retitle(self, number: int, title: str) -> None:
        """Give a fold another title, as when something in it changed."""
        if self.titles[number] != title:
            self.titles[number] = title
            self.accordion[number] = (title, self._places[number])
