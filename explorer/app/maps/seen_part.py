"""The part of the plane that a map shows, in step with the state's window and so with all maps."""

from collections.abc import Callable

from explorer.app.state.state import ExplorerState
from explorer.picture.extent import Bounds

PAUSE = 60  # ms; a wheel sends many ranges, the last counts
DIGITS = 6  # significant ones kept: far less than a pixel of any screen


class SeenPart:
    """Left, bottom, right and top of what one map shows; None is everything.

    Parameters
    ----------
    state : ExplorerState
    move : callable
        Called with the bounds when another map, or a link, chose another part.
    draw : callable
        Called after the bounds have changed.
    """

    def __init__(
        self, state: ExplorerState, move: Callable[[Bounds], None], draw: Callable[[], None]
    ) -> None:
        self.state, self._move, self._draw = state, move, draw
        self.bounds: Bounds | None = state.window
        self._waiting = False
        state.param.watch(lambda event: self._follow(event.new), "window")

    @property
    def ranges(self) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
        """Ranges of x and y; None and None for everything."""
        return (None, None) if self.bounds is None else (self.bounds[::2], self.bounds[1::2])

    def zoomed(self, bounds: Bounds) -> None:
        """Note that a person has zoomed or panned; the state follows at most every ``PAUSE``."""
        self.bounds = None if self._is_everything(bounds) else tuple(map(_rounded, bounds))
        if not self._waiting:
            self._waiting = True
            self.state.soon(self._settle, PAUSE)

    def _settle(self) -> None:
        self._waiting = False
        self.state.window = self.bounds
        self._draw()

    def _follow(self, window: Bounds | None) -> None:
        if window != self.bounds:
            self.bounds = window
            self._move(window or self.state.shared.basemap.extent)
            self._draw()

    def _is_everything(self, bounds: Bounds) -> bool:
        left, bottom, right, top = self.state.shared.basemap.extent
        slack = (right - left) / 1000
        return (
            bounds[0] <= left + slack
            and bounds[1] <= bottom + slack
            and bounds[2] >= right - slack
            and bounds[3] >= top - slack
        )


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
