"""Words and numbers as HTML: headings, legend, totals. Names are escaped, for users give them."""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from explorer.analysis.totals import ALL, Totals
from explorer.app.state.state import ExplorerState
from explorer.systems.layers import Layers
from explorer.tables.periods import YEAR, Period

SAME = 0.05  # Tg C a year; a smaller change would be written as 0.0


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
        f'<div class="nep-cell" data-cell="{cell}"><b>{abs(float(lon)):.3f}° '
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


def totals_strip(state: ExplorerState) -> str:
    """Return the year of the headline variable of every region as a row of cards."""
    totals, base = state.totals, state.preset_totals(state.a.scenario.preset)
    row, period = state.a.result.variables[state.a.result.headline], state.period
    unit = row.unit.over_year()
    strip = _Strip(
        name=state.a.result.headline,
        period=YEAR._replace(year=period.year),
        unit=unit.pretty,
        total_unit=unit.total().pretty if unit.is_carbon_flux else "",
        signs=row.colours == "diverging",
        about="≈ " if state.a.is_preview else "",
        chosen=state.region,
    )
    cards = (_card(strip, totals, base, region) for region in (ALL, *totals.region_names))
    return f'<div class="nep-strip">{"".join(cards)}</div>'


class _Strip(NamedTuple):
    """What all cards have in common."""

    name: str
    period: Period
    unit: str
    total_unit: str  # nothing, where the variable is no flux of carbon
    signs: bool  # whether the number is a sink or a source
    about: str
    chosen: str


def _card(strip: _Strip, totals: Totals, base: Totals, region: str) -> str:
    name, period, _, total_unit, *_ = strip
    mean = totals.mean(name, period, region)
    of = Totals.total if total_unit else Totals.mean
    shown, before = of(totals, name, period, region), of(base, name, period, region)
    change = shown - before
    plus = "+" if change > 0 else ""
    versus = f"{plus}{signed(change)} against preset" if abs(change) >= SAME else "as preset"
    sign = sign_name(mean) if strip.signs else ""
    colour = f' class="nep-{sign}"' if sign else ""
    word = f" · {sign}" if sign else ""
    also = f"<span>{signed(mean)} {strip.unit}</span>" if total_unit else ""
    chosen = " nep-chosen" if region == strip.chosen else ""
    label = "All regions" if region == ALL else escape(region)
    return (
        f'<div class="nep-card{chosen}" data-region="{escape(region)}">'
        f"<span>{label}</span>"
        f'<b{colour} data-tg="{shown:.6f}">{strip.about}{signed(shown)}</b>'
        f"<span>{total_unit or strip.unit}{word}</span>{also}"
        f"<span>{versus}</span></div>"
    )
