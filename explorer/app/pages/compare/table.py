"""The table of A and B by region and by class."""

from html import escape

import numpy as np
import panel as pn

from explorer.analysis.comparison import Row, compare, positive_share
from explorer.analysis.totals import ALL, Totals
from explorer.app.maps.drawn import drawn_from
from explorer.app.parts.words import heading, signed
from explorer.app.state.state import ExplorerState
from explorer.cache import CACHES, Recent, recent
from explorer.systems.layers import Layers
from explorer.systems.matched import difference_note, matched

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
    """Means, totals and shares of both sides; follows the period and the region shown."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.words = pn.pane.HTML(
            margin=(8, 12), sizing_mode="stretch_width", stylesheets=[TABLE_CSS]
        )
        self._matched: Recent[Layers] = recent(CACHES["matched"])
        self._shares: Recent[Totals] = recent(CACHES["positive_shares"])
        own = ["variable", "step", "year", "yearly", "region", "shapes", "page", "draft"]
        state.watch(self._follow, own, a="result", b="result")
        self._waiting = False
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the table."""
        return self.words

    def _follow(self, *_events) -> None:
        if not self._waiting:
            self._waiting = True
            self.state.soon(self._refresh, PAUSE)

    def _refresh(self) -> None:
        self._waiting = False
        state = self.state
        if state.page != "compare" or state.draft or state.b.result is None:
            return
        # What is not always summed would be summed over all cells with every edit.
        shown = state.shown if state.shown in state.a.result.summed else state.a.result.headline
        a, b = state.a.result, self._b(shown)
        totals = [
            state.book.totals(a, state.shapes),
            state.book.totals(b, state.shapes)
            if b is state.b.result
            else state.book.summed(b, state.shapes, b.summed),
        ]
        shares = (self._share(a), self._share(b))
        tables = compare(*totals, shares, shown, state.pair_period, region=state.region)
        about = "≈ preview · " if state.a.is_preview or state.b.is_preview else ""
        self.words.object = table_html(state, shown, tables, about)

    def _b(self, shown: str) -> Layers:
        """Return B, in the terms of A where they are of two systems."""
        a, b = self.state.a.result, self.state.b.result
        return self._matched.get(
            (*drawn_from(a), *drawn_from(b), shown), lambda: matched(b, a, shown)
        )

    def _share(self, result: Layers) -> Totals:
        """Return where the headline of a side is positive."""
        period = self.state.pair_period

        def summed() -> Totals:
            values = result.field(result.headline, period)
            return positive_share(result.scene, values, result.classes, result.group)

        return self._shares.get((*drawn_from(result), result.headline, period), summed)


def table_html(
    state: ExplorerState, name: str, tables: tuple[tuple[Row, ...], ...], about: str = ""
) -> str:
    """Return both tables; names of places are escaped, for users give them."""
    result, period = state.a.result, state.pair_period
    row, headline = result.variables[name], result.variables[result.headline].symbol
    unit = row.unit_over(yearly=period.yearly)
    where = "" if state.region == ALL else f" of {state.region}"
    sink = f"a sink is where {headline} > 0"
    head = heading(
        f"{row.symbol} by region, and by class{where}",
        f"{about}{result.periods.label(period)} · {sink} · change in % of |A|"
        f"{difference_note(state.b.result, result, name)}",
    )
    total = unit.total().pretty if unit.is_carbon_flux else "–"
    groups = (
        f'<tr><th></th><td colspan="4">{unit.pretty}</td><td colspan="3">{total}</td>'
        "<td>area that is a sink, %</td>"
    )
    heads = "".join(f"<td>{text}</td>" for text in HEADS)
    regions, classes = ("".join(_line(each, result) for each in rows) for rows in tables)
    return (
        f'{head}<table class="nep-table nep-compare">{groups}</tr><tr><th></th>{heads}</tr>'
        f'{regions}<tr class="nep-rule"><th>class</th><td colspan="8"></td></tr>{classes}</table>'
    )


def _line(row: Row, result: Layers) -> str:
    if row.vegetation is None:
        key, label = row.region, "All regions" if row.region == ALL else row.region
    else:
        key, label = row.vegetation, result.classes.rows[row.vegetation].long_name
    change = "–" if row.percent is None else _plus(row.percent, 0)
    shares = (row.positive_a, row.positive_b)
    sinks = "–" if np.isnan(shares).any() else " → ".join(f"{100 * one:.0f}" for one in shares)
    cells = (
        _signed(row.a), _signed(row.b), _plus(row.difference), change, _signed(row.total_a),
        _signed(row.total_b), _plus(row.total_difference), sinks,
    )  # fmt: skip
    numbers = "".join(f"<td>{cell}</td>" for cell in cells)
    return (
        f'<tr data-place="{escape(key)}" data-a="{row.a:.6f}" data-b="{row.b:.6f}" '
        f'data-tg="{row.total_difference:.6f}"><th>{escape(label)}</th>{numbers}</tr>'
    )


def _signed(value: float) -> str:
    return "–" if np.isnan(value) else signed(value)


def _plus(value: float, decimals: int = 1) -> str:
    return "–" if np.isnan(value) else f"{value:+.{decimals}f}".replace("-", "−")
