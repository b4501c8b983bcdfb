"""The table by class as HTML: our versions, the reference, the deviation, the published figures."""

import math
from collections.abc import Mapping
from html import escape

from explorer.analysis.by_class import ClassRow
from explorer.tables.classes import Classification

REFERENCE = "reference"


def table_by_class(
    rows: list[ClassRow],
    versions: Mapping[str, str],
    columns: Mapping[str, str],
    classes: Classification,
    name: str,
) -> str:
    """Return the table.

    Parameters
    ----------
    rows : list of ClassRow
    versions : mapping of version -> short label
    columns : mapping of published column -> label
    classes : Classification
    name : str
        Of the variable.
    """
    published = f'<th colspan="{len(columns)}">published</th>' if columns else ""
    head = (
        '<tr><th rowspan="2">class</th>'
        f'<th colspan="{len(versions)}">ours</th><th rowspan="2">reference</th>'
        f'<th colspan="{len(versions)}">ours − reference, %</th>{published}</tr><tr>'
        + "".join(f"<th>{label}</th>" for label in [*versions.values(), *versions.values()])
        + "".join(f"<th>{label}</th>" for label in columns.values())
        + "</tr>"
    )
    body = "".join(_row(row, list(versions), list(columns), classes, name) for row in rows)
    return f'<table class="nep-table">{head}{body}</table>'


def _row(
    row: ClassRow, versions: list[str], columns: list[str], classes: Classification, name: str
) -> str:
    long_name = classes.rows[row.vegetation].long_name
    area = f"{row.area / 1e6:.2f} million km²"
    cells = [f'<th title="{escape(long_name)}, {area}">{escape(row.vegetation)}</th>']
    of = {version: f"{row.vegetation} {version}" for version in [*versions, REFERENCE]}
    cells += [_cell(row.values[version], name, of[version]) for version in versions]
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
