"""What a plot shows, in words: for those who hear the page, from the numbers that are drawn."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from bokeh.models import Plot

MOST_TOLD = 16  # numbers that are read one by one; of more the lowest and the highest are told


def describe(plot: Plot, text: str, *, role: str = "img", stop: bool = False) -> None:
    """Name a plot for a screen reader, where its name changed.

    Parameters
    ----------
    plot : Plot
    text : str
    role : str
        ``img``, ``group`` where there are buttons within the plot, ``application`` where it is
        worked by keys of its own.
    stop : bool
        Whether the Tab key stops at it.
    """
    attributes = {"role": role, "aria-label": text} | ({"tabindex": "0"} if stop else {})
    if plot.html_attributes != attributes:
        plot.html_attributes = attributes


def numbers_text(names: Iterable[str], values: Iterable[float]) -> str:
    """Return each name with its number; a missing one as "none".

    Examples
    --------
    >>> numbers_text(["South", "North"], [62.74, float("nan")])
    'South 62.7, North none'
    """
    return ", ".join(f"{name} {_number(value)}" for name, value in zip(names, values, strict=True))


def span_text(names: Sequence[str], values: np.ndarray) -> str:
    """Return the lowest and the highest number, and where they are.

    Examples
    --------
    >>> span_text(["Jan", "Jul", "Dec"], np.array([-7.04, 29.84, -6.0]))
    'from −7.0 in Jan to 29.8 in Jul'
    >>> span_text(["Jan"], np.array([np.nan]))
    'no numbers'
    """
    if not np.isfinite(values).any():
        return "no numbers"
    low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
    return (
        f"from {_number(values[low])} in {names[low]} to {_number(values[high])} in {names[high]}"
    )


def series_text(
    title: str, unit: str, names: Sequence[str], lines: Mapping[str, np.ndarray]
) -> str:
    """Return a line plot in words: every number of the first line, the span of the others.

    Parameters
    ----------
    title, unit : str
    names : sequence of str
        Of the steps.
    lines : mapping of str to array, shape (steps,)

    Examples
    --------
    >>> lines = {"now": np.array([-7.0, 29.8]), "before": np.array([-8.0, 8.5])}
    >>> series_text("NEP", "g C m⁻²", ["Jan", "Jul"], lines)
    'NEP, g C m⁻². now: Jan −7.0, Jul 29.8. before: from −8.0 in Jan to 8.5 in Jul.'
    """
    said = [f"{title}, {unit}." if unit else f"{title}."]
    for number, (label, values) in enumerate(lines.items()):
        values = np.asarray(values, dtype=float)
        if not np.isfinite(values).any():
            continue
        each = number == 0 and len(names) <= MOST_TOLD
        told = numbers_text(names, values) if each else span_text(names, values)
        said.append(f"{label}: {told}.")
    return " ".join(said)


def shares_text(names: Sequence[str], codes: np.ndarray) -> str:
    """Return how much of a picture of codes has each of them, the most frequent first.

    Parameters
    ----------
    names : sequence of str
        Of the codes 0, 1, …
    codes : array
        NaN where there is none.

    Examples
    --------
    >>> shares_text(["light", "water"], np.array([[1.0, 1.0], [0.0, np.nan]]))
    'water 67 %, light 33 %'
    """
    seen = codes[np.isfinite(codes)].astype(int)
    counts = np.bincount(seen[seen >= 0], minlength=len(names))[: len(names)]
    if not counts.sum():
        return ""
    order = [index for index in np.argsort(-counts, kind="stable") if counts[index]]
    return ", ".join(
        f"{names[index]} {100 * counts[index] / counts.sum():.0f} %" for index in order
    )


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "none"
    text = f"{value:.1f}" if abs(value) >= 1 or value == 0 else f"{value:.2g}"
    return text.replace("-", "−")
