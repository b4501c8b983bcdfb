"""Lines of a map: outlines of regions, and the graticule."""

from collections.abc import Iterable

import numpy as np
from bokeh.models import ColumnDataSource, Line
from bokeh.plotting import figure

from explorer.picture.graticule import with_gaps

OUTLINE_COLOUR = "#6b7773"  # seen on white and on black


def add_outlines(plot: figure, rings: Iterable[np.ndarray]) -> None:
    """Draw rings of (x, y) as one line with gaps: a line of its own for each costs the browser.

    Parameters
    ----------
    plot : figure
    rings : arrays, each of shape (points, 2)
    """
    _add(plot, rings, line_width=0.8, line_color=OUTLINE_COLOUR)


def add_graticule(plot: figure, lines: Iterable[np.ndarray]) -> None:
    """Draw lines of longitude and latitude, faint.

    Parameters
    ----------
    plot : figure
    lines : arrays, each of shape (points, 2)
        See ``picture.graticule``.
    """
    _add(plot, lines, line_width=0.7, line_color="#8a9692", line_alpha=0.35)


def _add(plot: figure, lines: Iterable[np.ndarray], **look: float | str) -> None:
    x, y = with_gaps(lines).T
    plot.add_glyph(ColumnDataSource({"x": x, "y": y}), Line(x="x", y="y", **look))
