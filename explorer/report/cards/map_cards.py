"""The cards of the Map page: map, steps of the year, what limits, series, totals, why."""

import numpy as np

from explorer.analysis.totals import ALL, Totals
from explorer.analysis.waterfall import POTENTIAL, Waterfall, waterfall_of
from explorer.errors import ViewError
from explorer.picture.look import code_look
from explorer.report.cards.card import (
    Bar,
    BarPlot,
    Card,
    Layer,
    Line,
    LinePlot,
    Panel,
    Table,
    TablePlot,
)
from explorer.report.cards.sight import Sight, joined, number, written
from explorer.scene.blocks import from_blocks
from explorer.systems.contract import Explains, arithmetic
from explorer.systems.layers import always
from explorer.systems.scenario import presets_of
from explorer.tables.periods import Period

OWN_COLOUR, LEVEL_COLOUR = "#0b6e5f", "#9fb3ad"
GAIN_COLOUR, LOSS_COLOUR = "#01665e", "#a6611a"
POSTER_PIXELS = (300, 400)  # rows, columns of one map among many


def map_card(sight: Sight) -> Card:
    """Return the map of the chosen variable, with shapes and the clicked cell."""
    shown, part = sight.shown, sight.part()
    unit = "" if shown.row.is_code else f"{shown.row.symbol}, {shown.unit.pretty}"
    look = sight.look(sight.a, shown.variable, yearly=shown.period.yearly)
    pixels = sight.pixels(sight.a, shown.variable, shown.period, part)
    layer = sight.layer(sight.a, shown.variable, shown.period)
    return Card(
        title=shown.title, note=joined(shown.unit.pretty, sight.scenario.label),
        table=Table((), ()), panels=[Panel("", "", sight.map_plot(pixels, look, part, unit))],
        layers=[layer], remarks=sight.synthetic, identities=[sight.scenario.identity],
    )  # fmt: skip


def months_card(sight: Sight) -> Card:
    """Return the steps of the year as maps on one colour scale, with the mean of each."""
    shown, a, name = sight.shown, sight.a, sight.variable
    if a.periods.annual:
        raise ViewError(f"{sight.system.title} has nothing finer than the year")
    row, part = shown.row, sight.part(POSTER_PIXELS)
    look = sight.look(a, name, yearly=False)
    periods = a.periods.each(shown.period.year)
    means = _step_means(sight, name)
    unit = "" if row.is_code else f"{row.symbol}, {row.unit.pretty}"
    panels, layers = [], []
    for period, step_name, mean in zip(periods, a.periods.names, means, strict=True):
        plot = sight.map_plot(sight.pixels(a, name, period, part), look, part, unit)
        panels.append(Panel(step_name, "" if mean != mean else written(mean, 2), plot))
        layers.append(sight.layer(a, name, period))
    rows = [
        (sight.view.region, shown.date(period), name, str(row.unit), number(mean),
         sight.scenario.identity, sight.scenario.label)
        for period, mean in zip(periods, means, strict=True)
    ]  # fmt: skip
    columns = ("place", "date", "variable", "unit", "mean", "scenario", "label")
    kind = a.periods.kind
    return Card(
        title=f"{row.long_name}, {kind} by {kind}",
        note=joined(row.unit.pretty, f"mean of {sight.where}", sight.scenario.label),
        table=Table(columns, rows), panels=panels, across=4 if len(panels) <= 12 else 8,
        layers=layers, remarks=sight.synthetic, identities=[sight.scenario.identity],
    )  # fmt: skip


def _step_means(sight: Sight, name: str) -> list[float]:
    """Return the mean of each step over the region chosen; codes have none."""
    if sight.row.is_code:
        return [np.nan] * sight.a.periods.steps
    totals = sight.book.totals(sight.a, sight.view.shapes, name)
    return totals.series(name, sight.view.region, year=sight.period.year).tolist()


def limits_card(sight: Sight) -> Card:
    """Return the map of what holds the product of a system back most."""
    explains = explains_of(sight)
    codes = explains.limiting(sight.a, always)
    assert codes is not None  # nothing told it to stop
    chosen = codes[:, sight.period.step or 0].astype(np.int16) - 1  # 0 = padding
    causes = explains.limits
    look = code_look(
        {name: (cause.label, cause.colour) for name, cause in causes.items()},
        tuple(cause.symbol for cause in causes.values()),
    )
    part, when = sight.part(), sight.a.periods.label(sight.period)
    plot = sight.map_plot(sight.code_pixels(chosen, part), look, part, "")
    title = f"What limits {explains.product} most, {when}"
    note = f"the smallest of the {len(causes)} factors of {explains.product} in each cell"
    layer = code_layer(sight, chosen, "limiting_factor", title, sight.period, tuple(causes))
    return Card(
        title=title, note=joined(note, sight.scenario.label), table=Table((), ()),
        panels=[Panel("", "", plot)], layers=[layer], remarks=sight.synthetic,
        identities=[sight.scenario.identity],
    )  # fmt: skip


def code_layer(
    sight: Sight,
    codes: np.ndarray,
    name: str,
    title: str,
    period: Period,
    names: tuple[str, ...],
    label: str = "",
    scenario: str = "",
) -> Layer:
    """Return codes in blocks, from 0, -1 = none, as a layer of the land cells."""
    flat = from_blocks(codes, sight.scene.cells)
    values = np.where(flat >= 0, flat, np.nan).astype(np.float32)
    return Layer(
        name, title, "code", values, period, sight.a.periods.date(period),
        label or sight.scenario.label,
        scenario or sight.scenario.identity, names,
    )  # fmt: skip


def series_card(sight: Sight) -> Card:
    """Return the steps of the year of the region, or of the clicked cell, beside the presets."""
    a, system, name = sight.a, sight.system, sight.followed
    row, year = a.variables[name], sight.period.year
    own, presets = _series(sight)
    lines = [
        Line(system.presets[each].label, values, system.presets[each].colour, dashed=True)
        for each, values in presets.items()
    ]
    lines.append(Line(sight.scenario.label, own, OWN_COLOUR))
    periods = a.periods.each(year) if not a.periods.annual else [Period(None, year)]
    identities = [one.identity for one in presets_of(system).values()]
    rows = [
        (_place_of(sight), *_position(sight), a.periods.date(period), name, str(row.unit),
         number(value), identity, line.label, role)
        for line, identity, role in zip(
            lines, [*identities, sight.scenario.identity],
            [*["preset"] * len(presets), "shown"], strict=True,
        )
        for period, value in zip(periods, line.values, strict=True)
    ]  # fmt: skip
    columns = (
        "place", "lon", "lat", "date", "variable", "unit", "value", "scenario", "label", "line",
    )  # fmt: skip
    plot = LinePlot(a.periods.names, lines, row.unit.pretty, step=sight.period.step)
    return Card(
        title=f"{a.periods.adverb} {row.symbol}, {sight.place}",
        note=joined(row.unit.pretty, sight.scenario.label), table=Table(columns, rows),
        panels=[Panel("", "", plot)], remarks=sight.synthetic,
        identities=[sight.scenario.identity],
    )  # fmt: skip


def _series(sight: Sight) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return what is followed at its place: of the scenario, and of each preset."""
    a, name, year, cell = sight.a, sight.followed, sight.period.year, sight.view.tapped
    region = sight.view.region
    if cell is None:
        presets = {
            each: sight.followed_preset(each).series(name, region, year=year)
            for each in sight.system.presets
        }
        return sight.followed_totals.series(name, region, year=year), presets
    found = {}
    for each, scenario in presets_of(sight.system).items():
        series = None
        if name == a.headline:
            series = sight.system.cell_series(sight.scene, scenario, cell)
        if series is None:
            series = sight.opened.result(scenario).cell_series(name, cell, year)
        found[each] = series
    return a.cell_series(name, cell, year), found


def _place_of(sight: Sight) -> str:
    """Return the place of a series as tables call it."""
    tapped = sight.view.tapped
    return sight.view.region if tapped is None else sight.place.removeprefix("cell ")


def _position(sight: Sight) -> tuple[float | None, float | None]:
    """Return longitude and latitude of the clicked cell; a region has none."""
    if sight.view.tapped is None:
        return None, None
    lon, lat = sight.scene.lonlat(np.array([sight.view.tapped]))
    return float(lon[0]), float(lat[0])


def totals_card(sight: Sight) -> Card:
    """Return what is followed, of every region and shape: total, mean, change against preset."""
    a, name = sight.a, sight.followed
    totals, base = sight.followed_totals, sight.followed_preset(sight.scenario.preset)
    row, period = a.variables[name], sight.period
    unit = row.unit_over(yearly=period.yearly)
    of = Totals.total if unit.is_carbon_flux else Totals.mean
    total_unit = str(unit.total()) if unit.is_carbon_flux else str(unit)
    rows, lines = [], []
    for region in (ALL, *totals.region_names):
        shown, before = (_or_missing(of(each, name, period, region)) for each in (totals, base))
        mean = totals.mean(name, period, region)
        rows.append(
            (region, sight.shown.date(period), name, number(shown), total_unit, number(mean),
             str(unit), number(shown - before), total_unit, totals.area_of(region), "km2",
             sight.scenario.identity, sight.scenario.label)
        )  # fmt: skip
        lines.append(
            ("All regions" if region == ALL else region, written(shown), written(mean),
             written(shown - before, plus=True))
        )  # fmt: skip
    columns = (
        "place", "date", "variable", "value", "unit", "mean", "mean_unit", "against_preset",
        "against_preset_unit", "area", "area_unit", "scenario", "label",
    )  # fmt: skip
    heads = ("place", total_unit, unit.pretty, f"compared with published, {total_unit}")
    return Card(
        title=f"{a.title(name, period)}, by region",
        note=joined(unit.pretty, sight.scenario.label), table=Table(columns, rows),
        panels=[Panel("", "", TablePlot(heads, lines))], remarks=sight.synthetic,
        identities=[sight.scenario.identity],
    )  # fmt: skip


def _or_missing(value: float | None) -> float:
    """Return a number, NaN where there is none."""
    return np.nan if value is None else value


def explains_of(sight: Sight) -> Explains:
    """Return what says why.

    Raises
    ------
    ViewError
        When the system cannot.
    """
    if sight.system.explains is None:
        raise ViewError(f"{sight.system.title}: it cannot say why")
    return sight.system.explains


def why_card(sight: Sight) -> Card:
    """Return the waterfall of the clicked cell, region or shape."""
    explains, a = explains_of(sight), sight.a
    steps = _waterfall(sight, explains)
    row = a.variables[a.headline]
    unit = row.unit_over(yearly=sight.period.yearly)
    bars, rows = _bars(explains, steps), []
    factors = {step.name: step.factor for step in steps.steps}
    keys = (POTENTIAL, *explains.steps, "product", *explains.terms, "result")
    levels = [
        steps.potential, *(step.amount for step in steps.steps), steps.product,
        *steps.terms.values(), steps.result,
    ]  # fmt: skip
    date = sight.shown.date(sight.period)
    symbols = [
        POTENTIAL, *(cause.symbol for cause in explains.steps.values()), explains.product,
        *(cause.symbol for cause in explains.terms.values()), explains.title,
    ]  # fmt: skip
    for key, symbol, amount in zip(keys, symbols, levels, strict=True):
        rows.append(
            (_place_of(sight), *_position(sight), date, key, symbol, number(factors.get(key)),
             number(amount), str(unit), sight.scenario.identity, sight.scenario.label)
        )  # fmt: skip
    columns = (
        "place", "lon", "lat", "date", "step", "symbol", "factor", "value", "unit", "scenario",
        "label",
    )  # fmt: skip
    title = f"Why is {explains.title} {written(steps.result)} {unit.pretty}?"
    note = joined(
        f"{sight.place}, {a.periods.label(sight.period)}",
        arithmetic(explains), sight.scenario.label,
    )  # fmt: skip
    return Card(
        title=title, note=note, table=Table(columns, rows),
        panels=[Panel("", "", BarPlot(bars, unit.pretty))], remarks=sight.synthetic,
        identities=[sight.scenario.identity],
    )  # fmt: skip


def _waterfall(sight: Sight, explains: Explains) -> Waterfall:
    a, cell, shape = sight.a, sight.view.tapped, sight.shape
    if cell is not None:
        return explains.cell(a, cell, sight.period)
    key = explains.levels_key(a), shape
    covered = None if shape is None else sight.book.cover(shape)
    levels = sight.opened.levels(key, lambda: explains.levels(a, always, covered))
    assert levels is not None  # nothing told it to stop
    return waterfall_of(
        explains.scaled(levels, sight.scenario), tuple(explains.steps), tuple(explains.terms),
        region=sight.view.region if shape is None else ALL, period=sight.period,
    )  # fmt: skip


def _bars(explains: Explains, steps: Waterfall) -> list[Bar]:
    """Return the bars of a waterfall: potential, factors, product, terms, result."""
    levels = [steps.potential, *(step.amount for step in steps.steps)]
    after = steps.product + np.cumsum(list(steps.terms.values()))
    before = [steps.product, *after[:-1]]
    bars = [Bar(POTENTIAL, 0.0, levels[0], LEVEL_COLOUR, written(levels[0]))]
    for cause, step, above in zip(explains.steps.values(), steps.steps, levels, strict=False):
        times = f"{cause.symbol}\n× {written(step.factor, 2)}"
        bars.append(Bar(times, above, step.amount, cause.colour, written(step.amount)))
    bars.append(Bar(explains.product, 0.0, steps.product, LEVEL_COLOUR, written(steps.product)))
    for cause, low, high, term in zip(
        explains.terms.values(), before, after, steps.terms.values(), strict=True
    ):
        bars.append(Bar(cause.symbol, low, high, cause.colour, written(term)))
    colour = GAIN_COLOUR if steps.result >= 0 else LOSS_COLOUR
    bars.append(Bar(explains.title, 0.0, steps.result, colour, written(steps.result)))
    return bars
