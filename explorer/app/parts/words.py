"""Words and numbers as HTML: headings, legend, totals. Names are escaped, for users give them."""

from html import escape

from explorer.analysis.totals import ALL
from explorer.app.state.state import ExplorerState
from explorer.tables.classes import CLASSES, VEGETATION
from explorer.tables.variables import OUTPUTS, pretty_unit, shown_unit

SAME = 0.05  # Tg C a year; a smaller change would be written as 0.0


def heading(title: str, note: str) -> str:
    """Return the title of a plot and the line that says unit and scenario."""
    return f'<div class="nep-title">{escape(title)}</div><div class="nep-note">{escape(note)}</div>'


def legend(lines: dict[str, str], own: str | None = None, *, solid: bool = False) -> str:
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


def cell_note(state: ExplorerState) -> str:
    """Return what the tapped cell gives: the true cell, not a mean of those in a pixel."""
    cell, result = state.tapped, state.result
    if cell is None or state.is_preview:
        return ""
    scene = result.scene
    row, column = divmod(int(scene.index[cell]), scene.grid.x.size)
    lon, lat = scene.grid.lonlat(scene.grid.x[column], scene.grid.y[row])
    month = state.shown_month
    values = " · ".join(
        f"{OUTPUTS[name].symbol} {signed(result.cell(name, cell, month))}"
        for name in ("nep", "npp", "rh")
    )
    unit = pretty_unit(shown_unit("nep", yearly=state.yearly))
    kind = VEGETATION[CLASSES[scene.vegetation_of(cell)]].long_name
    region = escape(scene.region_names[scene.region[cell]])
    return (
        f'<div class="nep-cell" data-cell="{cell}"><b>{abs(float(lon)):.3f}° '
        f"{'E' if lon >= 0 else 'W'}, {abs(float(lat)):.3f}° {'N' if lat >= 0 else 'S'}</b> · "
        f"{kind} · {region}<br>{values} {unit}</div>"
    )


def signed(value: float) -> str:
    """Write a number with one decimal and a real minus sign."""
    return f"{value:.1f}".replace("-", "−")


def totals_strip(state: ExplorerState) -> str:
    """Return the yearly NEP of every region as a row of cards."""
    regions = (ALL, *state.totals.region_names)
    return f'<div class="nep-strip">{"".join(_card(state, region) for region in regions)}</div>'


def _card(state: ExplorerState, region: str) -> str:
    totals = state.totals
    mean, total = totals.yearly("nep", region), totals.yearly_total("nep", region)
    base = state.preset_totals(state.scenario.preset)
    about = "≈ " if state.is_preview else ""
    change = total - base.yearly_total("nep", region)
    plus = "+" if change > 0 else ""
    versus = f"{plus}{signed(change)} against preset" if abs(change) >= SAME else "as preset"
    sign = "sink" if mean >= 0 else "source"
    chosen = " nep-chosen" if region == state.region else ""
    name = "All regions" if region == ALL else escape(region)
    return (
        f'<div class="nep-card{chosen}" data-region="{escape(region)}">'
        f"<span>{name}</span>"
        f'<b class="nep-{sign}" data-tg="{total:.6f}">{about}{signed(total)}</b>'
        f"<span>Tg C yr⁻¹ · {sign}</span>"
        f"<span>{signed(mean)} g C m⁻² yr⁻¹</span>"
        f"<span>{versus}</span></div>"
    )
