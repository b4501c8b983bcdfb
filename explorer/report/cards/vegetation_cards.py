"""The cards of the Vegetation page: the table by class, the table by region, and four panels."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from explorer.analysis.by_class import class_table
from explorer.analysis.totals import ALL, Totals
from explorer.errors import ViewError
from explorer.report.cards.card import (
    Bar,
    BarPlot,
    Card,
    Line,
    LinePlot,
    Panel,
    Table,
    TablePlot,
    Value,
)
from explorer.report.cards.map_cards import OWN_COLOUR
from explorer.report.cards.sight import Sight, colours_of, joined, number, written
from explorer.scene.scene import REGION_COLOURS
from explorer.systems.scenario import presets_of
from explorer.tables.periods import Period

OWN = "own"


def _versions(sight: Sight) -> dict[str, Totals]:
    return {name: sight.preset_totals(name) for name in sight.system.presets} | {OWN: sight.totals}


def _identities(sight: Sight) -> dict[str, str]:
    presets = {name: one.identity for name, one in presets_of(sight.system).items()}
    return presets | {OWN: sight.scenario.identity}


def _labels(sight: Sight) -> dict[str, str]:
    presets = {name: preset.label for name, preset in sight.system.presets.items()}
    return presets | {OWN: sight.scenario.label}


def classes_card(sight: Sight) -> Card:
    """Return the year by class for every version, the reference, and the published figures."""
    system, a, shape = sight.system, sight.a, sight.shape
    name = system.table_variable or system.headline
    row, versions = a.variables[name], _versions(sight)
    reference = sight.book.reference_sums(system.reference_input, shape)
    if shape is not None:
        versions = {key: totals.only(shape.name) for key, totals in versions.items()}
    published = system.published
    found = class_table(
        name, versions, reference, published.by_class, published.reference_column,
        sight.view.region,
    )  # fmt: skip
    labels, identities = _labels(sight), _identities(sight)
    unit, date = str(row.unit.over_year()), sight.shown.date(sight.shown.whole_year)
    rows: list[tuple[Value, ...]] = []
    for each in found:
        start = (sight.view.region, each.vegetation, date, name)
        rows += [
            (*start, labels[key], number(value), unit, number(each.deviation[key]),
             identities[key])
            for key, value in each.values.items()
        ]  # fmt: skip
        rows.append((*start, "reference", number(each.reference), unit, None, ""))
        rows += [
            (*start, f"published: {published.columns[column]}", number(value), unit, None, "")
            for column, value in each.published.items()
        ]
    columns = (
        "place", "class", "date", "variable", "label", "value", "unit",
        "percent_from_reference", "scenario",
    )  # fmt: skip
    short = {key: preset.short or preset.label for key, preset in system.presets.items()}
    short |= {OWN: "this"}
    heads = (
        "class", *short.values(), "reference", *(f"{text} %" for text in short.values()),
        *(f"published {text}" for text in published.columns.values()),
    )  # fmt: skip
    lines = [
        (each.vegetation, *(written(value, 0) for value in each.values.values()),
         written(each.reference, 0),
         *(written(value, 0, plus=True) for value in each.deviation.values()),
         *(written(each.published.get(column, math.nan), 0) for column in published.columns))
        for each in found
    ]  # fmt: skip
    told = f"reference: {_reference_name(sight, reference)}"
    return Card(
        title=f"Annual {row.symbol} by class, {sight.where}",
        note=joined(row.unit.over_year().pretty, f"my scenario = {sight.scenario.label}", told),
        table=Table(columns, rows), panels=[Panel("", "", TablePlot(heads, lines))],
        remarks=sight.synthetic, identities=[sight.scenario.identity],
    )  # fmt: skip


def _reference_name(sight: Sight, reference: np.ndarray | None) -> str:
    published = sight.system.published
    if reference is not None:
        given = sight.scene.attributes.get(sight.system.reference_input, "product of the scene")
        return str(given)
    if not published.reference_column:
        return "none"
    return f"the published means of {published.columns[published.reference_column]}"


def by_region_card(sight: Sight) -> Card:
    """Return the year by region, the whole and totals beside the published figures."""
    published, a = sight.system.published, sight.a
    if not published.by_region:
        raise ViewError(f"{sight.system.title}: nothing is published by region")
    names = list(dict.fromkeys(name for row in published.by_region.values() for name in row))
    period, totals = Period(None, sight.period.year), a.totals
    complete = set(published.by_region) <= set(totals.region_names)
    rows: list[tuple[Value, ...]] = []
    lines = []
    for region in (*totals.region_names, ALL):
        words = ["All regions" if region == ALL else region]
        cells = [
            (name, totals.mean(name, period, region),
             published.by_region.get(region, {}).get(name, math.nan),
             a.variables[name].unit.over_year())
            for name in names
        ]  # fmt: skip
        if published.totals:
            printed = published.totals.get(a.headline, math.nan)
            cells.append(
                (a.headline, totals.total(a.headline, period, region) or math.nan,
                 printed if region == ALL and complete else math.nan,
                 a.variables[a.headline].unit.over_year().total())
            )  # fmt: skip
        for name, ours, theirs, unit in cells:
            rows.append(
                (region, sight.shown.date(period), name, number(ours), number(theirs), str(unit),
                 sight.scenario.identity, sight.scenario.label)
            )  # fmt: skip
            words += [written(ours), written(theirs)]
        lines.append(words)
    symbols = [a.variables[name].symbol for name in names]
    symbols += [f"{a.variables[a.headline].symbol} total"] if published.totals else []
    heads = ["", *(text for symbol in symbols for text in (symbol, "published"))]
    columns = (
        "place", "date", "variable", "value", "published", "unit", "scenario", "label",
    )  # fmt: skip
    return Card(
        title="Year by region and of the whole",
        note=joined(f"my scenario = {sight.scenario.label}", f"published: {published.source}"),
        table=Table(columns, rows), panels=[Panel("", "", TablePlot(heads, lines))],
        remarks=sight.synthetic, identities=[sight.scenario.identity],
    )  # fmt: skip


def _steps_card(
    sight: Sight,
    title: str,
    lines: Mapping[str, tuple[str, np.ndarray, str, bool]],
    place: Callable[[str], tuple[str, str, str, str]],
    points: Mapping[int, float] | None = None,
) -> Card:
    """Return lines over the steps of the year.

    Parameters
    ----------
    lines : mapping of key -> (label, values, colour, dashed)
    place : callable
        Returns region, class, label and identity of a key.
    points : mapping of step -> value, optional
        What is published.
    """
    a = sight.a
    if a.periods.annual:
        raise ViewError(f"{sight.system.title} has nothing finer than the year")
    row, periods = a.variables[a.headline], a.periods.each(sight.period.year)
    unit = str(row.unit)
    rows = []
    for key, (_, values, _, _) in lines.items():
        region, vegetation, label, identity = place(key)
        rows += [
            (region, vegetation, sight.shown.date(period), a.headline, label, number(value), unit,
             identity)
            for period, value in zip(periods, values, strict=True)
        ]  # fmt: skip
    printed = None
    if points:
        printed = Line("published", np.full(len(periods), np.nan), "#8a9692")
        for step, value in points.items():
            printed.values[step - 1] = value
            rows.append(
                (sight.view.region, "", sight.shown.date(periods[step - 1]), a.headline,
                 "published", value, unit, "")
            )  # fmt: skip
    columns = ("place", "class", "date", "variable", "label", "value", "unit", "scenario")
    plot = LinePlot(a.periods.names, [Line(*line) for line in lines.values()], unit, printed)
    return Card(
        title=title, note=joined(row.unit.pretty, sight.scenario.label),
        table=Table(columns, rows), panels=[Panel("", "", plot)], remarks=sight.synthetic,
        identities=[sight.scenario.identity],
    )  # fmt: skip


def whole_steps_card(sight: Sight) -> Card:
    """Return the steps of the region chosen: presets, scenario and published figures."""
    a, region, year = sight.a, sight.view.region, sight.period.year
    labels, identities, presets = _labels(sight), _identities(sight), sight.system.presets
    lines = {
        key: (
            labels[key], totals.series(a.headline, region, year=year),
            OWN_COLOUR if key == OWN else presets[key].colour, key != OWN,
        )
        for key, totals in _versions(sight).items()
    }  # fmt: skip
    points = sight.system.published.by_step.get(a.headline) if region == ALL else None
    symbol = a.variables[a.headline].symbol
    return _steps_card(
        sight, f"{a.periods.adverb} {symbol}, {sight.where}", lines,
        lambda key: (region, "", labels[key], identities[key]), points,
    )  # fmt: skip


def region_steps_card(sight: Sight) -> Card:
    """Return the steps of every region of the scene."""
    a, year, own = sight.a, sight.period.year, sight.totals
    colours = colours_of(sight.scene.region_names, REGION_COLOURS)
    lines = {
        region: (region, own.series(a.headline, region, year=year), colour, False)
        for region, colour in colours.items()
    }
    symbol = a.variables[a.headline].symbol
    return _steps_card(
        sight, f"{a.periods.adverb} {symbol} by region", lines,
        lambda region: (region, "", sight.scenario.label, sight.scenario.identity),
    )  # fmt: skip


def class_steps_card(sight: Sight) -> Card:
    """Return the steps of every class in the region chosen."""
    a, region, year, own = sight.a, sight.view.region, sight.period.year, sight.totals
    lines = {
        each: (row.long_name, own.series(a.headline, region, each, year), row.colour, False)
        for each, row in own.classes.rows.items()
    }
    symbol = a.variables[a.headline].symbol
    return _steps_card(
        sight, f"{a.periods.adverb} {symbol} by class, {sight.where}", lines,
        lambda each: (region, each, sight.scenario.label, sight.scenario.identity),
    )  # fmt: skip


def class_year_card(sight: Sight) -> Card:
    """Return the year of each class in the region chosen, beside the published figures."""
    a, region, own = sight.a, sight.view.region, sight.totals
    row, period = a.variables[a.headline], sight.shown.whole_year
    unit = row.unit.over_year()
    published = sight.system.published.headline_by_class if region == ALL else {}
    date, bars, rows = sight.shown.date(period), [], []
    for each, kind in own.classes.rows.items():
        value = own.mean(a.headline, period, region, each)
        rows.append(
            (region, each, date, a.headline, sight.scenario.label, number(value), str(unit),
             sight.scenario.identity)
        )  # fmt: skip
        if each in published:
            rows.append(
                (region, each, date, a.headline, "published", published[each], str(unit), "")
            )
        shown = 0.0 if math.isnan(value) else value
        bars.append(Bar(each, 0.0, shown, kind.colour, written(value)))
    columns = ("place", "class", "date", "variable", "label", "value", "unit", "scenario")
    return Card(
        title=f"Annual {row.symbol} by class, {sight.where}",
        note=joined(unit.pretty, sight.scenario.label), table=Table(columns, rows),
        panels=[Panel("", "", BarPlot(bars, unit.pretty, points=dict(published) or None))],
        remarks=sight.synthetic, identities=[sight.scenario.identity],
    )  # fmt: skip
