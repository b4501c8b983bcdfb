"""The table of A and B by region and by class."""

from html import escape

import numpy as np
import panel as pn

from explorer.analysis.comparison import Row, compare, sink_share
from explorer.analysis.totals import ALL, SUMMED, Totals
from explorer.app.parts.words import heading, signed
from explorer.app.state.state import ExplorerState
from explorer.pipeline import Result
from explorer.scene.calendar import MONTHS
from explorer.tables.classes import VEGETATION
from explorer.tables.variables import OUTPUTS, pretty_unit, shown_unit

PAUSE = 60  # ms; the pictures come first
HEADS = ("A", "B", "B − A", "%", "A", "B", "B − A", "A → B")

TABLE_CSS = """
.nep-compare td, .nep-compare th { padding: 1px 6px; }
.nep-compare tr:nth-child(2) > * { opacity: 0.7; }
.nep-compare td[colspan] { text-align: center; opacity: 0.7; }
.nep-compare td:nth-child(4), .nep-compare td:nth-child(8) { font-weight: 600; }
.nep-compare .nep-rule { border-top: 2px solid rgba(128, 128, 128, 0.5); }
"""


class CompareTable(pn.viewable.Viewer):
    """Means, totals and sinks of both sides; follows the period and the region shown."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.words = pn.pane.HTML(
            margin=(8, 12), sizing_mode="stretch_width", stylesheets=[TABLE_CSS]
        )
        self._sinks: dict[str, tuple[tuple, Totals]] = {}
        watched = ["result", "variable", "month", "yearly", "region", "shapes", "page", "draft"]
        state.param.watch(self._follow, watched)
        state.other.param.watch(self._follow, "result")
        self._waiting = False
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the table."""
        return self.words

    def _follow(self, *_events) -> None:
        if not self._waiting:
            self._waiting = True
            self.state.soon(self._retell, PAUSE)

    def _retell(self) -> None:
        self._waiting = False
        state, other = self.state, self.state.other
        if state.page != "compare" or state.draft or other.result is None:
            return
        name = state.variable if state.variable in SUMMED else "nep"
        sides = {"a": state.result, "b": other.result}
        tables = compare(
            *(state.book.totals(result, state.shapes) for result in sides.values()),
            tuple(self._sink(side, result) for side, result in sides.items()),
            name,
            state.shown_month,
            region=state.region,
        )
        about = "≈ preview · " if state.is_preview or other.is_preview else ""
        self.words.object = table_html(state, name, tables, about)

    def _sink(self, side: str, result: Result) -> Totals:
        """Return where a side takes carbon up; the last is kept."""
        month = self.state.shown_month
        key = (id(result.scene), result.scenario.parameters, month)
        if self._sinks.get(side, (None,))[0] != key:
            nep = result.period_blocks("nep", month)
            self._sinks[side] = key, sink_share(result.scene, nep)
        return self._sinks[side][1]


def table_html(
    state: ExplorerState, name: str, tables: tuple[tuple[Row, ...], ...], about: str = ""
) -> str:
    """Return both tables; names of places are escaped, for users give them."""
    period = "year" if state.yearly else MONTHS[state.month - 1]
    unit = pretty_unit(shown_unit(name, yearly=state.yearly))
    total = f"Tg C {'yr⁻¹' if state.yearly else 'month⁻¹'}"
    where = "" if state.region == ALL else f" of {state.region}"
    head = heading(
        f"{OUTPUTS[name].symbol} by region, and by class{where}",
        f"{about}{period} · sink: share of the area with NEP > 0 · % of the size of A",
    )
    groups = f'<tr><th></th><td colspan="4">{unit}</td><td colspan="3">{total}</td><td>sink %</td>'
    heads = "".join(f"<td>{text}</td>" for text in HEADS)
    regions, classes = ("".join(map(_line, rows)) for rows in tables)
    return (
        f'{head}<table class="nep-table nep-compare">{groups}</tr><tr><th></th>{heads}</tr>'
        f'{regions}<tr class="nep-rule"><th>class</th><td colspan="8"></td></tr>{classes}</table>'
    )


def _line(row: Row) -> str:
    if row.vegetation is None:
        place, label = row.region, "All regions" if row.region == ALL else row.region
    else:
        place, label = row.vegetation, VEGETATION[row.vegetation].long_name
    change = "–" if row.percent is None else _plus(row.percent, 0)
    shares = (row.sink_a, row.sink_b)
    sinks = "–" if np.isnan(shares).any() else " → ".join(f"{100 * one:.0f}" for one in shares)
    cells = (
        signed(row.a), signed(row.b), _plus(row.difference), change, signed(row.total_a),
        signed(row.total_b), _plus(row.total_difference), sinks,
    )  # fmt: skip
    numbers = "".join(f"<td>{cell}</td>" for cell in cells)
    return (
        f'<tr data-place="{escape(place)}" data-a="{row.a:.6f}" data-b="{row.b:.6f}" '
        f'data-tg="{row.total_difference:.6f}"><th>{escape(label)}</th>{numbers}</tr>'
    )


def _plus(value: float, decimals: int = 1) -> str:
    return f"{value:+.{decimals}f}".replace("-", "−")
