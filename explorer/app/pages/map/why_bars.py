"""The bars of a waterfall: amounts, or per cent of the potential on a logarithmic scale.

On the logarithmic scale a factor takes the same length off wherever it stands, so that what is left
of a winter can be seen; what follows after the factors is there by its size alone.
"""

import numpy as np

from explorer.analysis.answer import amount_text, factor_text
from explorer.analysis.waterfall import POTENTIAL, Waterfall
from explorer.app.parts.style import SINK_COLOUR, SOURCE_COLOUR
from explorer.systems.contract import Explains

LEVEL_COLOUR = "#9fb3ad"
LEAST = 1e-4  # of the potential; what is less is drawn as that
TICKS = {power / 4: f"{10 ** (power / 4):.2g} %" for power in range(-12, 8)} | {2.0: "100 %"}
"""Labels of the logarithmic scale, at powers of ten of a per cent of the potential."""
ABOVE = {power / 4: "" for power in range(9, 20)}
"""There is nothing above the potential but the room for its number."""


class Bars:
    """The bars of a system's waterfall: potential, factors, product, terms, result."""

    def __init__(self, explains: Explains) -> None:
        self.explains = explains
        steps = [cause.symbol for cause in explains.steps.values()]
        terms = [cause.symbol for cause in explains.terms.values()]
        self.names = [POTENTIAL, *steps, explains.product, *terms, explains.title]

    def columns(
        self, steps: Waterfall | None, *, log: bool = False
    ) -> dict[str, np.ndarray | list[str]]:
        """Return where each bar begins and ends, its colour, and the amount beside it."""
        explains, count = self.explains, len(self.names)
        colours = [
            LEVEL_COLOUR,
            *(cause.colour for cause in explains.steps.values()),
            LEVEL_COLOUR,
            *(cause.colour for cause in explains.terms.values()),
        ]
        factors, amounts = np.full(count, np.nan), np.full(count, np.nan)
        top, bottom = np.full(count, np.nan), np.full(count, np.nan)
        gain = True
        if steps is not None:
            amounts = np.array(
                [*_levels(steps), steps.product, *steps.terms.values(), steps.result]
            )
            factors[1 : 1 + len(steps.steps)] = [step.factor for step in steps.steps]
            top, bottom = _by_size(steps) if log else _by_amount(steps)
            gain = steps.result >= 0
        return {
            "place": np.arange(count),
            "name": self.names,
            "top": top,
            "bottom": bottom,
            "higher": np.maximum(top, bottom),
            "colour": [*colours, SINK_COLOUR if gain else SOURCE_COLOUR],
            "written": [amount_text(value) if np.isfinite(value) else "" for value in amounts],
            "factor": [
                f"× {factor_text(value)}" if np.isfinite(value) else "–" for value in factors
            ],
        }

    def labels(self, steps: Waterfall | None) -> dict[int, str]:
        """Return what stands below each bar: its symbol, and the factor."""
        labels = dict(enumerate(self.names)) | {0: "poten-\ntial"}
        for number, step in enumerate(steps.steps if steps else (), start=1):
            labels[number] = f"{self.names[number]}\n{_times(step.factor)}"
        return labels

    def ticks(self, *, log: bool) -> dict[float, str]:
        """Return the labels of the axis of amounts, where they are not the numbers themselves.

        Never none: the browser would keep those that were there.
        """
        return TICKS | ABOVE if log else {0.0: "0"}


def room(steps: Waterfall | None, *, log: bool = False) -> dict[str, float]:
    """Return the range of the bars, with room for the number above the highest."""
    if steps is None:
        return {"start": 0.0, "end": 1.0}
    if log:
        top, bottom = _by_size(steps)
        low, high = float(np.nanmin(bottom, initial=1.0)), float(np.nanmax(top, initial=2.0))
        return {"start": low, "end": high + 0.18 * (high - low)}
    low = min(0.0, steps.product, steps.result)
    high = max(steps.potential, *(step.amount for step in steps.steps), 0.0)
    span = (high - low) or 1.0
    return {"start": low - (0.05 * span if low else 0.0), "end": high + 0.18 * span}


def _times(factor: float) -> str:
    return f"× {factor_text(factor)}" if np.isfinite(factor) else "–"


def _levels(steps: Waterfall) -> list[float]:
    return [steps.potential, *(step.amount for step in steps.steps)]


def _by_amount(steps: Waterfall) -> tuple[np.ndarray, np.ndarray]:
    """Return top and bottom of each bar, in the unit of the result."""
    levels = _levels(steps)
    after = steps.product + np.cumsum(list(steps.terms.values()))
    before = [steps.product, *after[:-1]]
    top = np.array([levels[0], *levels[:-1], steps.product, *before, steps.result])
    return top, np.array([0.0, *levels[1:], 0.0, *after, 0.0])


def _by_size(steps: Waterfall) -> tuple[np.ndarray, np.ndarray]:
    """Return the same as powers of ten of a per cent of the potential, by size without a sign."""
    count = len(steps.steps) + len(steps.terms) + 3
    if not steps.potential > 0:
        return np.full(count, np.nan), np.full(count, np.nan)

    def height(amounts: list[float]) -> np.ndarray:
        shares = np.abs(np.array(amounts, dtype=float)) / steps.potential
        return 2 + np.log10(np.maximum(shares, LEAST))

    levels = height(_levels(steps))
    rest = height([steps.product, *steps.terms.values(), steps.result])
    floor = np.floor(min(levels.min(), rest.min()) - 0.1)
    top = np.array([levels[0], *levels[:-1], *rest])
    bottom = np.array([floor, *levels[1:], *np.full(rest.size, floor)])
    return top, bottom
