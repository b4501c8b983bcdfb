"""Shapes on the map: rectangle and polygon tools, and the outlines of the shapes there are."""

from collections.abc import Callable
from typing import Literal

import panel as pn
from bokeh.events import DoubleTap, SelectionGeometry
from bokeh.models import BoxSelectTool, ColumnDataSource, CustomJS, PolySelectTool
from bokeh.plotting import figure

from explorer.app.state.faults import guarded
from explorer.app.state.state import ExplorerState

SHAPE_COLOUR = "#c2185b"
Kind = Literal["rectangle", "polygon"]

# The browser alone knows which tool is active; a change of the tags tells it.
SWITCH = """
    const [wanted] = tool.tags;
    if (tool.active !== wanted) tool.active = wanted;
    for (const other of figure.toolbar.tools) {
        if (other.type === 'PanTool' && !wanted) other.active = true;
        if (other.type === 'HoverTool') other.active = !wanted;  // it would cover what is drawn
    }
"""

# The tool itself ends a polygon with Enter or a long press only.
CLOSE = """
    const {xs, ys} = tool.overlay;
    if (tool.active && xs.length > 2) closed.data = {x: [...xs], y: [...ys]};
"""


class ShapeDrawing:
    """What shapes need of a map's figure; tells the corners of each one drawn.

    Parameters
    ----------
    state : ExplorerState
    finished : callable
        Told the corners (x, y) of a shape in the grid's coordinates when it is closed.
    """

    def __init__(
        self,
        state: ExplorerState,
        finished: Callable[[list[float], list[float]], None],
    ) -> None:
        self.state = state
        self.finished = finished
        self.source = ColumnDataSource(self._columns())
        self.tools: dict[Kind, BoxSelectTool | PolySelectTool] = {
            "rectangle": BoxSelectTool(renderers=[], description="Draw a rectangle (drag)"),
            "polygon": PolySelectTool(
                renderers=[], description="Draw a polygon (click, double-click the last corner)"
            ),
        }
        for tool in self.tools.values():
            tool.overlay.update(
                line_color=SHAPE_COLOUR, fill_color=SHAPE_COLOUR, fill_alpha=0.12, line_width=2
            )
        self.closed = ColumnDataSource({"x": [], "y": []})
        self._switched = 0
        state.watch(lambda *_events: self._follow(), ["shapes", "region", "tapped"])

    def furnish(self, plot: figure) -> None:
        """Add tools and outlines to the map's figure, once it is made."""
        plot.multi_polygons(
            "xs", "ys", source=self.source, line_color=SHAPE_COLOUR, line_width="width",
            fill_color=SHAPE_COLOUR, fill_alpha=0.06, name="shapes",
        )  # fmt: skip
        for tool in self.tools.values():
            tool.js_on_change("tags", CustomJS(args={"tool": tool, "figure": plot}, code=SWITCH))
        plot.add_tools(*self.tools.values())
        closing = {"tool": self.tools["polygon"], "closed": self.closed}
        plot.js_on_event(DoubleTap, CustomJS(args=closing, code=CLOSE))
        self.closed.on_change("data", guarded(lambda _name, _old, new: self._close(new)))
        plot.on_event(SelectionGeometry, guarded(self._selected))

    def choose(self, kind: Kind | None) -> None:
        """Take up a tool; None puts it down, and the map can be dragged again."""
        self._switched += 1
        with pn.io.unlocked():
            for name, tool in self.tools.items():
                if name != kind:
                    tool.tags = [False, self._switched]
            if kind is not None:
                self.tools[kind].tags = [True, self._switched]

    def _selected(self, event: SelectionGeometry) -> None:
        if not event.final:
            return
        drawn = event.geometry
        if drawn["type"] == "rect":
            left, right, bottom, top = (float(drawn[side]) for side in ("x0", "x1", "y0", "y1"))
            self.finished([left, right, right, left], [bottom, bottom, top, top])
        elif drawn["type"] == "poly":
            self._close(drawn)

    def _close(self, corners: dict) -> None:
        x, y = ([float(value) for value in _listed(corners[axis])] for axis in ("x", "y"))
        self.finished(x, y)

    def _follow(self) -> None:
        columns = self._columns()
        with pn.io.unlocked():
            self.source.data = columns

    def _columns(self) -> dict[str, list]:
        outlines = [self.state.book.outline(shape) for shape in self.state.shapes]
        chosen = self.state.region if self.state.tapped is None else None
        return {
            "xs": [[[ring[:, 0] for ring in rings] for rings in polygons] for polygons in outlines],
            "ys": [[[ring[:, 1] for ring in rings] for rings in polygons] for polygons in outlines],
            "width": [2.8 if s.name == chosen else 1.4 for s in self.state.shapes],
        }


def _listed(values: object) -> list:
    """Return what the browser sent as a list: it may be a list, an array, or a map of numbers."""
    return list(values.values()) if isinstance(values, dict) else list(values)
