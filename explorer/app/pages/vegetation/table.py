"""Table I as HTML: our versions, the reference, the deviation, and what the paper printed."""

import math
from html import escape

from explorer.analysis.vegetation import ClassRow
from explorer.systems.scenario import PRESETS
from explorer.tables.classes import VEGETATION

REFERENCE = "reference"
SHORT = {"original": "original", "epsilon": "ε", "ci1": "CI I", "ci2": "CI II"}


def table_one(rows: list[ClassRow], scenario: str) -> str:
    """Return the table; ``scenario`` is the version that stands for the one at hand."""
    versions = [*PRESETS, scenario]
    head = (
        '<tr><th rowspan="2">class</th>'
        f'<th colspan="{len(versions)}">ours</th><th rowspan="2">reference</th>'
        f'<th colspan="{len(versions)}">ours − reference, %</th>'
        '<th colspan="4">published</th></tr><tr>'
        + "".join(f"<th>{_short(version)}</th>" for version in [*versions, *versions])
        + "<th>MOD17A3H</th><th>ε</th><th>CI I</th><th>CI II</th></tr>"
    )
    return f'<table class="nep-table">{head}{"".join(_row(row, versions) for row in rows)}</table>'


def _row(row: ClassRow, versions: list[str]) -> str:
    long_name = VEGETATION[row.vegetation].long_name
    area = f"{row.area / 1e6:.2f} million km²"
    cells = [f'<th title="{escape(long_name)}, {area}">{escape(row.vegetation)}</th>']
    cells += [_cell(row.npp[version], row.vegetation, version) for version in versions]
    cells.append(_cell(row.reference, row.vegetation, REFERENCE))
    cells += [_cell(row.deviation[version], row.vegetation, "", plus=True) for version in versions]
    printed = ("mod17a3h", "epsilon", "ci1", "ci2")
    cells += [
        _cell(row.published.get(version, math.nan), row.vegetation, "") for version in printed
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _cell(value: float, vegetation: str, version: str, *, plus: bool = False) -> str:
    told = f' data-npp="{value:.6f}" data-of="{vegetation} {version}"' if version else ""
    if not math.isfinite(value):
        return f"<td{told}>–</td>"
    text = f"{value:+.0f}" if plus else f"{value:.0f}"
    return f"<td{told}>{text.replace('-', '−')}</td>"


def _short(version: str) -> str:
    return SHORT.get(version, "this")
