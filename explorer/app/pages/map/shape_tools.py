"""The shapes of a session: draw one, load them from a file, name, choose and remove them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.totals import ALL, Totals
from explorer.app.controls.upload import Upload
from explorer.app.pages.map.shape_drawing import Kind, ShapeDrawing
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.parts.words import sign_name, signed
from explorer.app.state.state import ExplorerState
from explorer.errors import ExplorerError, SchemaError
from explorer.scene.shapes.geojson import MOST_BYTES, Reading, parse_shapes
from explorer.scene.shapes.shape import MOST_SHAPES, Shape, clean_name, drawn_shape, numbered
from explorer.session.jobs import Proceed
from explorer.systems.layers import Layers
from explorer.tables.periods import YEAR

HINTS: dict[Kind, str] = {
    "rectangle": "drag over the map",
    "polygon": "click the corners on the map, double-click the last",
}
ROWS_HEIGHT = 112  # px, three shapes; more of them scroll, so that the map keeps its height

CSS = """
.nep-shape { display: grid; font-size: 12px; line-height: 1.2; align-items: center; gap: 4px;
  grid-template-columns: 1.5fr 1fr 1fr 1fr 1.1fr; text-align: right;
  font-variant-numeric: tabular-nums; }
.nep-shape small { font-size: 10px; opacity: 0.7; display: block; white-space: nowrap; }
.nep-shape .nep-means { grid-column: 2 / 5; text-align: center; margin-left: 22px; }
.nep-shape .nep-means span { display: grid; grid-template-columns: 1fr 1fr 1fr;
  text-align: right; }
.nep-shape i { font-style: normal; }
"""


class ShapeTools(pn.viewable.Viewer):
    """Buttons to draw and to load, and a row for each shape with its exact numbers.

    ``drawing.furnish`` must be called with the figure of the map.
    """

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.drawing = ShapeDrawing(state, self._drawn)
        self.kind: Kind | None = None
        self.buttons = {kind: self._button(kind) for kind in HINTS}
        self.upload = Upload(
            label="GeoJSON", accept=".geojson,.json,application/geo+json", most_bytes=MOST_BYTES,
            variant="outlined", margin=(4, 2), css_classes=["shapes-in"],
        )  # fmt: skip
        self.upload.param.watch(self._loaded, "value")
        self.message = pn.pane.HTML("", margin=(0, 4), sizing_mode="stretch_width", visible=False)
        self.head = pn.pane.HTML(
            _head(state.a.result),
            stylesheets=[CSS],
            margin=(0, 64, 0, 120),
            sizing_mode="stretch_width",
        )
        self.rows = pn.Column(
            margin=0, sizing_mode="stretch_width", scroll="y-auto", max_height=ROWS_HEIGHT,
            css_classes=["shape-rows"],
        )  # fmt: skip
        self._numbers: dict[str, pn.pane.HTML] = {}
        self._stale = True
        state.watch(self._list, "shapes")
        state.watch(self._refresh, ["page", "year"], a="result")
        state.watch(self._mark_chosen, ["region", "shapes", "tapped"])
        self._list()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay out the buttons, messages and rows."""
        bar = pn.Row(*self.buttons.values(), self.upload, margin=0)
        return pn.Column(
            bar, self.message, self.head, self.rows, margin=(0, 4, 6, 4),
            sizing_mode="stretch_width",
        )  # fmt: skip

    def _button(self, kind: Kind) -> pmui.Button:
        button = pmui.Button(
            label=kind.capitalize(), size="small", variant="outlined", margin=(4, 2),
            icon={"rectangle": "crop_square", "polygon": "pentagon"}[kind],
            css_classes=[f"draw-{kind}"],
        )  # fmt: skip
        button.on_click(lambda _event: self._take_up(None if self.kind == kind else kind))
        return button

    def _take_up(self, kind: Kind | None) -> None:
        self.kind = kind
        for name, button in self.buttons.items():
            button.variant = "contained" if name == kind else "outlined"
        self.drawing.choose(kind)
        self._say(notes=[HINTS[kind]] if kind else [])

    def _drawn(self, x: list[float], y: list[float]) -> None:
        self._take_up(None)
        grid, name = self.state.shared.scene.grid, self._new_name()

        def read(call: Callable) -> Reading | None:
            shape = call(drawn_shape, x, y, grid, name)
            return None if shape is None else Reading((shape,), ())

        self._bring(name, read)

    def _new_name(self) -> str:
        return numbered("shape", (shape.name for shape in self.state.shapes))

    def _loaded(self, event) -> None:
        if not event.new:
            return
        self._take_up(None)
        where = clean_name(str(self.upload.filename or "")) or "the file"
        content = bytes(event.new)
        self.upload.clear()  # so that the same file can be loaded again
        self._bring(where, lambda call: call(parse_shapes, content, where))

    def _bring(self, what: str, read: Callable[[Callable], Reading | None]) -> None:
        """Read shapes in another process, find their cells and sum them, and then add them.

        Parameters
        ----------
        what : str
            What is brought, for messages.
        read : callable
            Is given what makes calls in the other process; returns None when it did not proceed.
        """
        state = self.state

        def brought(proceed: Proceed) -> tuple[Reading, dict[Shape, bool]] | None:
            reading = read(partial(state.shared.jobs.apart.call, proceed=proceed))
            if reading is None or not state.book.place(reading.shapes, proceed):
                return None
            land = {shape: state.book.cover(shape).cells > 0 for shape in reading.shapes}
            state.book.sum_up(state.a.scenario, self._with(reading.shapes, land), proceed)
            return reading, land

        def failed(error: BaseException) -> None:
            if isinstance(error, ExplorerError):
                self._say(faults=[str(error)])
            else:
                self._say()
                state.session.faults.add(f"{what} could not be added", error)

        self._say(notes=[f"{what} is being checked …"])
        # A slot for each: one that is still being checked is not given up for the next.
        state.session.slot("outside", "shapes").ask(
            object(), brought, done=lambda found: self._add(*found), failed=failed
        )

    def _with(self, shapes: Sequence[Shape], land: Mapping[Shape, bool]) -> tuple[Shape, ...]:
        """Return the shapes there are and those that come, under names of their own.

        Raises
        ------
        SchemaError
            When they are too many.
        """
        own = list(self.state.shapes)
        reserved = {ALL, *self.state.shared.scene.region_names}
        if len(own) + len(shapes) > MOST_SHAPES:
            raise SchemaError(
                [f"{len(own) + len(shapes)} shapes; at most {MOST_SHAPES}: remove some first"],
                "the list of shapes",
            )
        for shape in shapes:
            if land[shape]:
                taken = reserved | {other.name for other in own}
                own.append(shape.renamed(shape.name, taken))
        return tuple(own)

    def _add(self, reading: Reading, land: Mapping[Shape, bool]) -> None:
        """Add what has land under it, and say what has none."""
        beside = [shape.name for shape in reading.shapes if not land[shape]]
        faults = [f"{name!r} lies beside the land of this scene: not added" for name in beside]
        self._say(faults=faults, notes=list(reading.notes))
        try:
            shapes = self._with(reading.shapes, land)
            known = {shape.name for shape in self.state.shapes}
            fresh = [shape.name for shape in shapes if shape.name not in known]
            # Who brings a shape wants to see it, not the cell clicked before.
            follow = {"region": fresh[0], "tapped": None} if fresh else {}
            self.state.param.update(shapes=shapes, **follow)
        except SchemaError as error:  # others were added meanwhile
            self._say(faults=[str(error)])

    def _remove(self, shape: Shape) -> None:
        left = tuple(other for other in self.state.shapes if other is not shape)
        chosen = ALL if self.state.region == shape.name else self.state.region
        self.state.param.update(shapes=left, region=chosen)
        self.state.book.forget(left)

    def _rename(self, shape: Shape, name: str) -> None:
        taken = {other.name for other in self.state.shapes if other is not shape}
        fresh = shape.renamed(name, taken | {ALL, *self.state.shared.scene.region_names})
        shapes = tuple(fresh if other is shape else other for other in self.state.shapes)
        chosen = fresh.name if self.state.region == shape.name else self.state.region
        self.state.param.update(shapes=shapes, region=chosen)

    def _choose(self, shape: Shape) -> None:
        state = self.state
        follows = state.region == shape.name and state.tapped is None
        state.param.update(region=ALL if follows else shape.name, tapped=None)

    def _list(self, *_events) -> None:
        """Make a row for each shape."""
        self._numbers = {}
        self.rows.objects = [self._row(shape) for shape in self.state.shapes]
        self.head.visible = bool(self.state.shapes)
        self._stale = True
        self._refresh()

    def _row(self, shape: Shape) -> pn.Row:
        name = pmui.TextInput(
            label=f"Name of {shape.name}", value=shape.name, size="small", width=112,
            margin=(2, 4), css_classes=["shape-name"], stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        name.param.watch(lambda event: self._rename(shape, event.new), "value")
        numbers = pn.pane.HTML("", stylesheets=[CSS], margin=(8, 0), sizing_mode="stretch_width")
        self._numbers[shape.name] = numbers
        choose = pmui.IconButton(
            icon="show_chart", description=f"Follow {shape.name} in series and totals",
            size="small", icon_size="16px", margin=0, width=30, css_classes=["shape-choose"],
            color=self._colour(shape),
        )  # fmt: skip
        choose.on_click(lambda _event: self._choose(shape))
        remove = pmui.IconButton(
            icon="delete", description=f"Remove {shape.name}", size="small", icon_size="16px",
            margin=0, width=30, css_classes=["shape-remove"],
        )  # fmt: skip
        remove.on_click(lambda _event: self._remove(shape))
        return pn.Row(name, numbers, choose, remove, margin=0, sizing_mode="stretch_width")

    def _mark_chosen(self, *_events) -> None:
        if len(self.rows.objects) != len(self.state.shapes):
            return  # the rows are made when the watcher of the shapes is called
        for shape, row in zip(self.state.shapes, self.rows.objects, strict=True):
            row[2].color = self._colour(shape)

    def _colour(self, shape: Shape) -> str:
        """Return the colour of the button that follows a shape: one place is marked."""
        chosen = shape.name == self.state.region and self.state.tapped is None
        return "primary" if chosen else "default"

    def _refresh(self, *_events) -> None:
        """Write the numbers, unless nobody looks."""
        if self.state.page != "map" or not self.state.shapes:
            return
        totals = self.state.totals
        for shape in self.state.shapes:
            self._numbers[shape.name].object = _numbers_of(
                shape, totals, self.state.a.result, self.state.period.year
            )

    def _say(self, faults: list[str] = (), notes: list[str] = ()) -> None:
        html = "".join(
            f'<div role="alert" class="nep-refused" style="white-space: pre-line; '
            f'max-height: 110px; overflow-y: auto">'
            f"{escape(fault)}</div>"
            for fault in faults
        )
        html += "".join(f'<div class="nep-note">{escape(note)}</div>' for note in notes)
        self.message.param.update(object=html, visible=bool(html))


def _columns(layers: Layers) -> list[str]:
    """Return the variables that a row shows: the headline, and what is summed beside it."""
    return list(dict.fromkeys((layers.headline, *layers.summed)))[:3]


def _head(layers: Layers) -> str:
    """Return what the columns hold."""
    row = layers.variables[layers.headline]
    unit = row.unit.over_year()
    symbols = "".join(f"<i>{layers.variables[name].symbol}</i>" for name in _columns(layers))
    total = f"<span>{row.symbol}<small>{unit.total().pretty}</small></span>"
    return (
        '<div class="nep-shape"><span>Land<small>km²</small></span>'
        f'<div class="nep-means"><span>{symbols}</span><small>{unit.pretty}</small></div>'
        f"{total if unit.is_carbon_flux else ''}</div>"
    )


def _numbers_of(shape: Shape, totals: Totals, layers: Layers, year: int | None) -> str:
    """Return the numbers of a shape; a preview has none yet."""
    name, period = shape.name, YEAR._replace(year=year)
    area = totals.area_of(name)
    if area != area:
        return '<div class="nep-shape"><span>…</span></div>'
    amounts = {each: totals.mean(each, period, name) for each in _columns(layers)}
    means = "".join(
        f'<span data-{each}="{value:.6f}">{signed(value)}</span>' for each, value in amounts.items()
    )
    total = totals.total(layers.headline, period, name)
    last = ""
    if total is not None:
        written = f"{total:.2f}" if abs(total) < 10 else f"{total:.1f}"
        last = (
            f'<b class="nep-{sign_name(total)}" data-tg="{total:.9f}">'
            f"{written.replace('-', '−')}</b>"
        )
    return (
        f'<div class="nep-shape" data-shape="{escape(name)}">'
        f'<span data-area="{area:.6f}">{area:,.0f}</span>{means}{last}</div>'
    )
