"""The cards of the Compare page: maps, causes, and the table by region and class."""

import numpy as np

from explorer.analysis.comparison import Row, compare, percent, positive_share
from explorer.analysis.split import Attribution
from explorer.analysis.totals import ALL, Totals
from explorer.errors import ViewError
from explorer.picture.look import code_look, difference_limit, difference_look
from explorer.picture.window import Window
from explorer.report.cards.card import Bar, BarPlot, Card, Layer, Panel, Table, TablePlot
from explorer.report.cards.map_cards import code_layer
from explorer.report.cards.sight import Sight, joined, number, written
from explorer.systems.contract import Cause, Explains
from explorer.systems.layers import Layers, always
from explorer.systems.matched import difference_note, matched
from explorer.tables.periods import Period

NO_CHANGE = Cause("no change", "none", "#d9d9d9")
SUM_COLOUR = "#5f6b67"


def compare_card(sight: Sight) -> Card:
    """Return the maps that the mode shows: A, B, their difference, what it comes from."""
    pair, mode = _Pair(sight), sight.view.compare_mode
    panels, layers = [], []
    if mode in ("swipe", "side"):
        panels += [pair.side("A", sight.a), pair.side("B", pair.b)]
        layers += [pair.layer("A", sight.a), pair.layer("B", pair.b)]
    if mode != "side":
        panels.append(pair.difference(in_percent=mode == "percent"))
        layers.append(pair.change_layer(in_percent=mode == "percent"))
    if mode in ("difference", "percent") and shared_explains(sight) is not None:
        panel, layer = pair.leading()
        panels.append(panel)
        layers.append(layer)
    row = sight.row
    return Card(
        title=f"A and B: {row.long_name}, {pair.when}", note=pair.labels,
        table=Table((), ()), panels=panels, across=min(len(panels), 2), layers=layers,
        remarks=(*sight.synthetic, *pair.remark), identities=pair.identities,
    )  # fmt: skip


class _Pair:
    """A and B of a sight, in the terms of A."""

    def __init__(self, sight: Sight) -> None:
        self.sight, self.name, self.period = sight, sight.variable, sight.pair_period
        self.b = matched(sight.other, sight.a, self.name)
        self.when = sight.a.periods.label(self.period)
        a, b = sight.scenario, sight.other.scenario
        self.labels = f"A: {a.label} · B: {b.label}"
        self.identities = [a.identity, b.identity]
        note = difference_note(sight.other, sight.a, self.name).removeprefix(" · ")
        self.remark = (note,) if note else ()

    @property
    def unit(self) -> str:
        """Of the maps of A, of B and of B − A."""
        return str(self.sight.row.unit_over(yearly=self.period.yearly))

    def pixels(self, layers: Layers, part: Window) -> np.ndarray:
        """Return the pixels of a side."""
        return self.sight.pixels(layers, self.name, self.period, part)

    def side(self, letter: str, layers: Layers) -> Panel:
        """Return the map of a side; both have one scale."""
        sight, part = self.sight, self.sight.part()
        look = sight.look(sight.a, self.name, yearly=self.period.yearly)
        unit = "" if sight.row.is_code else f"{sight.row.symbol}, {self.unit}"
        plot = sight.map_plot(self.pixels(layers, part), look, part, unit, bare=True)
        return Panel(
            f"{letter} · {layers.scenario.label}", f"{sight.row.symbol}, {self.when}", plot
        )

    def difference(self, *, in_percent: bool) -> Panel:
        """Return the map of B − A, or of that in per cent of A."""
        part, symbol = self.sight.part(), self.sight.row.symbol
        a, b = self.pixels(self.sight.a, part), self.pixels(self.b, part)
        change = percent(a, b) if in_percent else b - a
        look = difference_look(difference_limit(change, in_percent=in_percent))
        unit = "change in % of |A|" if in_percent else self.unit
        pixels = np.asarray(change, dtype=np.float32)
        plot = self.sight.map_plot(pixels, look, part, unit, bare=True)
        title = f"B − A in % of A, {symbol}" if in_percent else f"B − A, {symbol}"
        return Panel(title, joined(self.when, "orange: more in B"), plot)

    def layer(self, letter: str, layers: Layers) -> Layer:
        """Return the cells of a side."""
        return self.sight.layer(
            layers, self.name, self.period, called=f"{self.name}_{letter.lower()}"
        )

    def change_layer(self, *, in_percent: bool) -> Layer:
        """Return B − A, or that in per cent of A, cell by cell."""
        a, b = (each.cells(self.name, self.period) for each in (self.sight.a, self.b))
        symbol = self.sight.row.symbol
        if in_percent:
            values, name, unit = percent(a, b), f"{self.name}_percent", "%"
            long_name = f"B - A of {symbol} in per cent of the size of A"
        else:
            values, name, unit = b - a, f"{self.name}_b_minus_a", self.unit
            long_name = f"B - A of {symbol}"
        return Layer(
            name, long_name, unit, np.asarray(values, dtype=np.float32), self.period,
            self.sight.a.periods.date(self.period),
            self.labels, " ".join(self.identities),
        )  # fmt: skip

    def leading(self) -> tuple[Panel, Layer]:
        """Return the leading cause of the difference of the headline, as map and as cells."""
        sight, explains = self.sight, shared_explains(self.sight)
        assert explains is not None
        codes = split_of(sight).leading_cause(self.period.step).astype(np.int16)  # 0 = no change
        causes = {"none": NO_CHANGE} | dict(explains.causes)
        look = code_look(
            {key: (cause.label, cause.colour) for key, cause in causes.items()},
            tuple(cause.symbol for cause in causes.values()),
        )
        part, symbol = sight.part(), sight.a.variables[sight.a.headline].symbol
        plot = sight.map_plot(sight.code_pixels(codes, part), look, part, "", bare=True)
        title = f"Leading cause of B − A of {symbol}"
        panel = Panel(title, joined(self.when, "largest contribution in each cell"), plot)
        layer = code_layer(
            sight, codes, "leading_cause", title, self.period, tuple(causes), self.labels,
            " ".join(self.identities),
        )  # fmt: skip
        return panel, layer


def shared_explains(sight: Sight) -> Explains | None:
    """Return what splits the difference: both sides must be of one system that can."""
    a, b = sight.system, sight.other.scenario.system
    return a.explains if a is b else None


def split_of(sight: Sight) -> Attribution:
    """Return the difference by cause.

    Raises
    ------
    ViewError
        When A and B are of different systems, or of one that cannot say why.
    """
    explains = shared_explains(sight)
    if explains is None:
        raise ViewError("A and B are of different systems, or of one that cannot say why")
    found = explains.split(sight.a, sight.other, always)
    assert found is not None  # nothing told it to stop
    return found


def causes_card(sight: Sight) -> Card:
    """Return what the difference comes from in the region and period shown."""
    split, explains, pair = split_of(sight), shared_explains(sight), _Pair(sight)
    assert explains is not None
    region, period = sight.view.region, pair.period
    if region not in (ALL, *split.totals.region_names):
        raise ViewError(f"{region}: the difference is split by region, not by drawn shape")
    name = sight.variable if sight.variable in explains.terms_of else sight.a.headline
    row = sight.a.variables[name]
    unit = row.unit_over(yearly=period.yearly).total()
    amounts = {
        cause: split.totals.total(cause, period, region) or 0.0 for cause in explains.terms_of[name]
    }
    whole = sum(amounts.values())
    colours = {key: explains.causes[key].colour for key in amounts} | {"sum": SUM_COLOUR}
    labels = {key: explains.causes[key].label for key in amounts} | {"sum": "B − A"}
    rows, bars = [], []
    for key, amount in {**amounts, "sum": whole}.items():
        rows.append(
            (region, sight.a.periods.date(period), name, key, labels[key], amount, str(unit),
             *pair.identities, *_labels(sight))
        )  # fmt: skip
        bars.append(Bar(labels[key], 0.0, amount, colours[key], written(amount, plus=True)))
    columns = (
        "place", "date", "variable", "cause", "name", "value", "unit", "scenario_a", "scenario_b",
        "label_a", "label_b",
    )  # fmt: skip
    return Card(
        title=f"What caused the difference in {row.symbol}",
        note=joined(f"{sight.where}, {pair.when}", unit.pretty, pair.labels),
        table=Table(columns, rows), panels=[Panel("", "", BarPlot(bars, unit.pretty, True))],
        remarks=sight.synthetic, identities=pair.identities,
    )  # fmt: skip


def _labels(sight: Sight) -> tuple[str, str]:
    return sight.scenario.label, sight.other.scenario.label


def table_card(sight: Sight) -> Card:
    """Return means, totals and shares of both sides by region, and by class in the region."""
    a = sight.a
    name = sight.variable if sight.variable in a.summed else a.headline
    pair, period = _Pair(sight), sight.pair_period
    b = matched(sight.other, a, name)
    same = b is sight.other
    shapes = sight.view.shapes
    of_b = sight.book.totals(b, shapes) if same else sight.book.summed(b, shapes, b.summed)
    shares = (_share(sight, a, period), _share(sight, b, period))
    region = sight.view.region
    by_region, by_class = compare(sight.totals, of_b, shares, name, period, region=region)
    row = a.variables[name]
    unit = row.unit_over(yearly=period.yearly)
    total = str(unit.total()) if unit.is_carbon_flux else ""
    date = a.periods.date(period)
    rows = [
        (each.region, each.vegetation or "", date, name, number(each.a), number(each.b),
         number(each.difference), str(unit), each.percent, number(each.total_a),
         number(each.total_b), number(each.total_difference), total,
         _per_cent(each.positive_a), _per_cent(each.positive_b), *pair.identities,
         *_labels(sight))
        for each in (*by_region, *by_class)
    ]  # fmt: skip
    columns = (
        "place", "class", "date", "variable", "a", "b", "b_minus_a", "unit", "percent_of_a",
        "total_a", "total_b", "total_b_minus_a", "total_unit", "sink_percent_a",
        "sink_percent_b", "scenario_a", "scenario_b", "label_a", "label_b",
    )  # fmt: skip
    heads = (
        "",
        "A",
        "B",
        "B − A",
        "%",
        f"A, {total}",
        "B",
        "B − A",
        "Area that is a sink, % (A → B)",
    )
    lines = [_line(each, sight) for each in (*by_region, *by_class)]
    headline = a.variables[a.headline].symbol
    note = joined(
        pair.when, unit.pretty, f"a sink is where {headline} > 0",
        f"classes of {sight.where}", pair.labels,
    )  # fmt: skip
    return Card(
        title=f"{row.symbol} by region, and by class", note=note, table=Table(columns, rows),
        panels=[Panel("", "", TablePlot(heads, lines))],
        remarks=(*sight.synthetic, *pair.remark), identities=pair.identities,
    )  # fmt: skip


def _share(sight: Sight, layers: Layers, period: Period) -> Totals:
    """Return where the headline of a side is positive."""
    values = layers.field(layers.headline, period)
    return positive_share(sight.scene, values, layers.classes, layers.group)


def _per_cent(share: float) -> float | None:
    return None if np.isnan(share) else 100 * share


def _line(row: Row, sight: Sight) -> list[str]:
    if row.vegetation is None:
        label = "All regions" if row.region == ALL else row.region
    else:
        label = sight.a.classes.rows[row.vegetation].long_name
    sinks = [_per_cent(row.positive_a), _per_cent(row.positive_b)]
    sink = "–" if None in sinks else " → ".join(f"{share:.0f}" for share in sinks)
    return [
        label, written(row.a), written(row.b), written(row.difference, plus=True),
        "–" if row.percent is None else written(row.percent, 0, plus=True),
        written(row.total_a), written(row.total_b), written(row.total_difference, plus=True), sink,
    ]  # fmt: skip
