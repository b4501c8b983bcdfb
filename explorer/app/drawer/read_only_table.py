"""Numbers of a scene that a reader of the parameters wants to see: a table to read."""

import numpy as np
import panel as pn

from explorer.systems.contract import ReadOnlyTable


def table_pane(table: ReadOnlyTable) -> pn.pane.HTML:
    """Return a table: names down, columns across."""
    return pn.pane.HTML(table_html(table), sizing_mode="stretch_width", margin=0)


def table_html(table: ReadOnlyTable) -> str:
    """Return the HTML of a table; missing numbers as a dash."""
    if not np.isfinite(list(table.rows.values())).any():
        return f'<div class="nep-note">{table.empty}</div>'
    head = "".join(f"<th>{column[0]}</th>" for column in table.columns)
    body = "".join(
        f"<tr><th>{name}</th>{''.join(map(_cell, values))}</tr>"
        for name, values in table.rows.items()
    )
    return f'<table class="nep-months"><tr><th></th>{head}</tr>{body}</table>'


def _cell(value: float) -> str:
    return f"<td>{value:.2f}</td>".replace("0.", ".") if np.isfinite(value) else "<td>–</td>"
