"""Lines of a map as HoloViews elements."""

from collections.abc import Iterable

import holoviews as hv
import numpy as np

from explorer.picture.graticule import with_gaps

OUTLINE_COLOUR = "#44514d"


def outline_path(rings: Iterable[np.ndarray]) -> hv.Path:
    """Return rings of (x, y) as one line with gaps: a line of its own for each costs the browser.

    Parameters
    ----------
    rings : arrays, each of shape (points, 2)
    """
    return hv.Path([with_gaps(rings)], ["x", "y"]).opts(line_width=0.8, color=OUTLINE_COLOUR)


def graticule_path(lines: Iterable[np.ndarray]) -> hv.Path:
    """Return lines of longitude and latitude, faint.

    Parameters
    ----------
    lines : arrays, each of shape (points, 2)
        See ``picture.graticule``.
    """
    return hv.Path([with_gaps(lines)], ["x", "y"]).opts(color="#8a9692", alpha=0.35, line_width=0.7)
