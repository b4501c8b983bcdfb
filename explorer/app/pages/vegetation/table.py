"""The table by class as HTML: our versions, the reference, the deviation, the published figures."""

import math
from collections.abc import Collection, Mapping
from html import escape

from explorer.analysis.by_class import ClassRow
from explorer.tables.classes import Classification

REFERENCE = "reference"
WIDE = 'style="overflow-x: auto"'
"""A table wider than its card is scrolled inside it."""


def table_by_class(
    rows: list[ClassRow],
    versions: Mapping[str, str],
    columns: Mapping[str, str],
    classes: Classification,
    name: str,
) -> str:
    """Return the table; without a reference there is none to deviate from.

    Parameters
    ----------
    rows : list of ClassRow
    versions : mapping of version -> short label
    columns : mapping of published column -> label
    classes : Classification
    name : str
        Of the variable.
    """
    has_reference = any(math.isfinite(row.reference) for row in rows)
    groups = [_group(versions.values(), "computed here")]
    if has_reference:
        groups += [('<th rowspan="2">reference</th>', "")]
        groups += [_group(versions.values(), "computed here − reference, %")]
    if columns:
        groups += [_group(columns.values(), "published")]
    above, below = ("".join(parts) for parts in zip(*groups, strict=True))
    head = f'<tr><th rowspan="2">class</th>{above}</tr><tr>{below}</tr>'
    body = "".join(
        _row(row, list(versions), list(columns), classes, name, has_reference) for row in rows
    )
    return f'<div class="nep-wide" {WIDE}><table class="nep-table">{head}{body}</table></div>'


def _group(labels: Collection[str], title: str) -> tuple[str, str]:
    """Return the heads of some columns: their title, and their labels below it."""
    names = "".join(f"<th>{escape(label)}</th>" for label in labels)
    return f'<th colspan="{len(labels)}">{title}</th>', names


def _row(
    row: ClassRow,
    versions: list[str],
    columns: list[str],
    classes: Classification,
    name: str,
    has_reference: bool,
) -> str:
    long_name = classes.rows[row.vegetation].long_name
    area = f"{row.area / 1e6:.2f} million km²"
    cells = [f'<th title="{escape(long_name)}, {area}">{escape(row.vegetation)}</th>']
    of = {version: f"{row.vegetation} {version}" for version in [*versions, REFERENCE]}
    cells += [_cell(row.values[version], name, of[version]) for version in versions]
    if has_reference:
        cells.append(_cell(row.reference, name, of[REFERENCE]))
        cells += [_cell(row.deviation[version], name, "", plus=True) for version in versions]
    cells += [_cell(row.published.get(column, math.nan), name, "") for column in columns]
    return f"<tr>{''.join(cells)}</tr>"


def _cell(value: float, name: str, of: str, *, plus: bool = False) -> str:
    data = f' data-{name}="{value:.6f}" data-of="{of}"' if of else ""
    if not math.isfinite(value):
        return f"<td{data}>–</td>"
    text = f"{value:+.0f}" if plus else f"{value:.0f}"
    return f"<td{data}>{text.replace('-', '−')}</td>"
