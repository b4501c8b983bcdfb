"""What an edit costs on the server: a session without a browser, driven through its state."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from explorer.app.pages.map.page import MapPage
from explorer.app.state.state import ExplorerState
from explorer.session.opened import Opened


class Session:
    """A session on a scene; every edit runs until the new national image is there."""

    def __init__(self, path: Path) -> None:
        self.state = ExplorerState(Opened(path))
        self.page = MapPage(self.state)
        self._number = 0

    def draw(self) -> None:
        """Make the image that the browser would get."""
        self.page.map.picture()

    def edit_epsilon(self) -> None:
        self._set("epsilon_max.EBF", 0.9 + 0.0001 * self._next())

    def edit_clumping_scheme(self) -> None:
        self._set("ci_scheme", ("II", "none")[self._next() % 2])

    def edit_clumping_reference(self) -> None:
        self._set("ci_ref.EBF", 0.6 + 0.0001 * self._next())

    def edit_warming(self) -> None:
        """First look after a non-linear edit; the rest is dropped by the next."""
        self._set("delta_t", 0.001 * self._next())

    def change_month(self) -> None:
        self.state.step = self._next() % 12 + 1
        self.draw()

    def totals(self) -> None:
        """Totals of every region, and of the whole, from the class sums."""
        result = self.state.a.result
        totals = result.run.totals(result.parameters)
        for region in totals.region_names:
            totals.yearly_total("nep", region)

    def _set(self, name: str, value: float | str) -> None:
        self.state.set_parameter(name, value)
        self.draw()

    def _next(self) -> int:
        self._number += 1
        return self._number


def milliseconds(call: Callable[[], None], rounds: int) -> dict[str, float]:
    """Return median and 95th percentile of a call."""
    call()
    call()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1e3)
    return {"median_ms": float(np.median(taken)), "p95_ms": float(np.percentile(taken, 95))}
