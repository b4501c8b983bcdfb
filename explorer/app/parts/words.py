"""Words and numbers as HTML: headings, legend, totals. Names are escaped, for users give them."""

import math
from collections.abc import Callable, Mapping
from html import escape
from typing import NamedTuple

from explorer.analysis.totals import ALL, Totals
from explorer.app.state.state import ExplorerState
from explorer.systems.layers import Layers
from explorer.tables.periods import Period
from explorer.tables.variable import Variable

SAME, SAME_FINE = 0.05, 0.0005  # a smaller change would be written as 0.0, as 0.000


def heading(title: str, note: str) -> str:
    """Return the title of a plot and the line that says unit and scenario."""
    return f'<div class="nep-title">{escape(title)}</div><div class="nep-note">{escape(note)}</div>'


def legend(lines: Mapping[str, str], own: str | None = None, *, solid: bool = False) -> str:
    """Return the legend of a series plot: label -> colour of the lines, and the scenario's own."""

    def entry(label: str, colour: str, line: str) -> str:
        style = f"border-color:{colour}"
        return f'<span><i class="{line}" style="{style}"></i>{escape(label)}</span>'

    first = entry("this scenario", own, "nep-own") if own else ""
    others = (
        entry(label, colour, "nep-solid" if solid else "nep-dashed")
        for label, colour in lines.items()
    )
    return f'<div class="nep-legend">{first}{"".join(others)}</div>'


def preset_lines(state: ExplorerState) -> dict[str, str]:
    """Return label -> colour of the presets of A's system, as plots draw them."""
    return {preset.label: preset.colour for preset in state.system.presets.values()}


def region_name(region: str) -> str:
    """Return a region as text: all of them have no name of their own."""
    return "all regions" if region == ALL else region


def place_name(state: ExplorerState) -> str:
    """Return the place that series and explanation are of: the clicked cell, else the region."""
    cell = state.tapped
    if cell is None:
        return region_name(state.region)
    lon, lat = (float(value) for value in state.shared.scene.lonlat(cell))
    return f"{abs(lat):.2f}° {'N' if lat >= 0 else 'S'}, {abs(lon):.2f}° {'E' if lon >= 0 else 'W'}"


def sign_name(value: float) -> str:
    """Return the name of a style for a gain or a loss of carbon."""
    return "sink" if value >= 0 else "source"


def cell_note(state: ExplorerState) -> str:
    """Return what the tapped cell gives: the true cell, not a mean of those in a pixel."""
    cell, result = state.tapped, state.a.result
    if cell is None or state.a.is_preview:
        return ""
    scene, period = result.scene, state.period
    lon, lat = scene.lonlat(cell)
    names = list(dict.fromkeys((result.headline, *result.summed, state.shown)))
    values = " · ".join(_cell_value(result, name, cell, state) for name in names)
    kind = scene.classes.long_names[scene.vegetation_of(cell)]
    region = escape(scene.region_names[scene.region[cell]])
    unit = result.variables[result.headline].unit_over(yearly=period.yearly).pretty
    return (
        f'<div class="nep-cell" role="status" data-cell="{cell}"><b>{abs(float(lon)):.3f}° '
        f"{'E' if lon >= 0 else 'W'}, {abs(float(lat)):.3f}° {'N' if lat >= 0 else 'S'}</b> · "
        f"{kind} · {region}<br>{values} {unit}</div>"
    )


def _cell_value(result: Layers, name: str, cell: int, state: ExplorerState) -> str:
    row, value = result.variables[name], result.cell(name, cell, state.period)
    if row.is_code:
        return f"{row.symbol} {list(result.code_names(name))[int(value)]}"
    same = row.unit == result.variables[result.headline].unit
    unit = "" if same else f" {row.unit_over(yearly=state.period.yearly).pretty}"
    return f"{row.symbol} {signed(value) if same else f'{value:.3g}'}{unit}"


def signed(value: float) -> str:
    """Write a number with one decimal and a real minus sign."""
    return f"{value:.1f}".replace("-", "−")


def written(row: Variable, value: float) -> str:
    """Write a value of a variable with as many decimals as its range asks for."""
    if value != value:
        return "…"
    low, high = row.shown_range
    return signed(value) if high - low > 10 else f"{value:.3f}".replace("-", "−")


def totals_strip(
    state: ExplorerState, name: str, own: Totals | None, base: Totals | None, note: str = ""
) -> str:
    """Return a variable in the period shown, of every region and shape, as a row of cards.

    Parameters
    ----------
    state : ExplorerState
    name : str
        The variable.
    own, base : Totals or None
        Of the scenario and of its preset; None where they are not known (yet).
    note : str
        What is said above the cards.
    """
    row, period = state.a.result.variables[name], state.period
    unit = row.unit_over(yearly=period.yearly)
    strip = _Strip(
        name=name,
        row=row,
        period=period,
        unit="" if unit.pretty == "1" else unit.pretty,
        total_unit=unit.total().pretty if unit.is_carbon_flux else "",
        signs=row.colours == "diverging",
        about="≈ " if state.a.is_preview else "",
        chosen="" if state.tapped is not None else state.region,
    )
    when = state.a.result.periods.label(period)
    lines = f'<div class="nep-note">{escape(f"{row.symbol}, {when}")}' + (
        f" · {escape(note)}</div>" if note else "</div>"
    )
    names = state.totals.region_names
    cards = (_card(strip, own, base, region) for region in (ALL, *names))
    return f'<div class="nep-strip-note">{lines}</div><div class="nep-strip">{"".join(cards)}</div>'


class _Strip(NamedTuple):
    """What all cards have in common."""

    name: str
    row: Variable
    period: Period
    unit: str
    total_unit: str  # nothing, where the variable is no flux of carbon
    signs: bool  # whether the number is a sink or a source
    about: str
    chosen: str


def _card(strip: _Strip, own: Totals | None, base: Totals | None, region: str) -> str:
    name, period, total_unit = strip.name, strip.period, strip.total_unit
    of = Totals.total if total_unit else Totals.mean

    def number(totals: Totals | None, read: Callable[..., float | None]) -> float:
        if totals is None:
            return math.nan
        value = read(totals, name, period, region)
        return math.nan if value is None else value

    mean, shown, before = number(own, Totals.mean), number(own, of), number(base, of)
    text = signed(shown) if total_unit and shown == shown else written(strip.row, shown)
    sign = sign_name(mean) if strip.signs and mean == mean else ""
    colour = f' class="nep-{sign}"' if sign else ""
    word = f" · {sign}" if sign else ""
    also = f"<span>{written(strip.row, mean)} {strip.unit}</span>" if total_unit else ""
    chosen = " nep-chosen" if region == strip.chosen else ""
    label = "All regions" if region == ALL else escape(region)
    return (
        f'<div class="nep-card{chosen}" data-region="{escape(region)}">'
        f"<span>{label}</span>"
        f'<b{colour} data-tg="{shown:.6f}">{strip.about}{text}</b>'
        f"<span>{total_unit or strip.unit}{word}</span>{also}"
        f"<span>{_versus(strip, shown, before)}</span></div>"
    )


def _versus(strip: _Strip, shown: float, before: float) -> str:
    """Return how far a number is from that of the preset."""
    change = shown - before
    if change != change:
        return ""
    low, high = strip.row.shown_range
    least = SAME if strip.total_unit or high - low > 10 else SAME_FINE
    if abs(change) < least:
        return "as published"
    text = signed(change) if least == SAME else f"{change:.3f}".replace("-", "−")
    return f"{'+' if change > 0 else ''}{text} compared with published"
