"""The table by region as HTML: the scenario's year beside the published figures of the whole."""

import math
from collections.abc import Iterator
from html import escape

from explorer.analysis.totals import ALL
from explorer.app.pages.vegetation.table import WIDE
from explorer.app.parts.words import region_name, signed
from explorer.systems.contract import Published
from explorer.systems.layers import Layers
from explorer.tables.periods import Period


def table_by_region(layers: Layers, published: Published, year: int | None) -> str:
    """Return means of the year by region and of the whole, and totals, ours beside the published.

    What is published is of whole regions and a whole year; so is what stands beside it, whatever
    else the page shows.

    Parameters
    ----------
    layers : Layers
    published : Published
    year : int, optional
        Of a result of several years.
    """
    names = list(dict.fromkeys(name for row in published.by_region.values() for name in row))
    heads = [
        f"{layers.variables[name].symbol}, {layers.variables[name].unit.over_year().pretty}"
        for name in names
    ]
    if published.totals:
        headline = layers.variables[layers.headline]
        heads.append(f"{headline.symbol}, {headline.unit.over_year().total().pretty}")
    above = "".join(f'<th colspan="2">{head}</th>' for head in heads)
    below = "<th>my scenario</th><th>published</th>" * len(heads)
    body = "".join(
        f"<tr><th>{escape(region_name(region))}</th>"
        f"{''.join(_cells(layers, published, names, region, Period(None, year)))}</tr>"
        for region in (*layers.totals.region_names, ALL)
    )
    return (
        f'<div class="nep-wide" {WIDE}><table class="nep-table nep-regions">'
        f'<tr><th rowspan="2">region</th>{above}</tr>'
        f"<tr>{below}</tr>{body}</table></div>"
    )


def _cells(
    layers: Layers, published: Published, names: list[str], region: str, whole: Period
) -> Iterator[str]:
    """Yield the cells of one region, ours and the published in turn."""
    totals, headline = layers.totals, layers.headline
    for name in names:
        yield _cell(totals.mean(name, whole, region), f"{region} {name}")
        yield _cell(published.by_region.get(region, {}).get(name, math.nan))
    if published.totals:
        yield _cell(totals.total(headline, whole, region), f"{region} total")
        # A total is published of the whole, which the scene must hold.
        complete = region == ALL and set(published.by_region) <= set(totals.region_names)
        yield _cell(published.totals.get(headline, math.nan) if complete else math.nan)


def _cell(value: float, of: str = "") -> str:
    data = f' data-region-value="{escape(of)}" data-number="{value:.6f}"' if of else ""
    return f"<td{data}>{signed(value) if math.isfinite(value) else '–'}</td>"


def step_notes(layers: Layers, published: Published, year: int | None) -> Iterator[str]:
    """Yield what is published of single steps of the whole, beside ours."""
    for name, printed in published.by_step.items():
        row, ours = layers.variables[name], layers.totals.series(name, ALL, year=year)
        for step, value in printed.items():
            mean, when = signed(float(ours[step - 1])), layers.periods.names[step - 1]
            yield f"{row.symbol} of {when} {mean}, published {signed(value)} {row.unit.pretty}"


def contradictions(published: Published) -> str:
    """Return where the published figures contradict each other, folded."""
    if not published.contradictions:
        return ""
    lines = "".join(f"<li>{escape(line)}</li>" for line in published.contradictions)
    count = len(published.contradictions)
    return (
        f'<details class="nep-note nep-contradictions"><summary>{count} places where the published '
        f"figures contradict each other</summary><ul>{lines}</ul></details>"
    )
