"""The part of the plane that figures show."""

import panel as pn
from bokeh.models import Range1d

from explorer.picture.extent import Bounds


class SharedRanges:
    """One pair of Bokeh ranges, for one map or for several that zoom and pan together.

    Parameters
    ----------
    bounds : tuple of float
        Left, bottom, right, top.
    """

    def __init__(self, bounds: Bounds) -> None:
        left, bottom, right, top = bounds
        self.x, self.y = Range1d(left, right), Range1d(bottom, top)

    def move_to(self, bounds: Bounds) -> None:
        """Show another part."""
        left, bottom, right, top = bounds
        with pn.io.unlocked():
            self.x.update(start=left, end=right)
            self.y.update(start=bottom, end=top)
