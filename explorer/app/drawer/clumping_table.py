"""Scheme II's references: the mean clumping index of each class and month of the scene."""

import numpy as np
import panel as pn

from explorer.app.state.state import ExplorerState
from explorer.scene.calendar import MONTHS
from explorer.tables.classes import CLASSES


class ClumpingTable(pn.viewable.Viewer):
    """A table to read: classes down, months across."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.table = pn.pane.HTML(
            table_of(state.shared.scene.mean_clumping), sizing_mode="stretch_width", margin=0
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the table."""
        return self.table


def table_of(means: np.ndarray) -> str:
    """Return the HTML of a table of means, shape (12, classes); missing ones as a dash."""
    if not np.isfinite(means).any():
        return '<div class="nep-note">this scene has no clumping index</div>'
    head = "".join(f"<th>{month[0]}</th>" for month in MONTHS)
    body = "".join(
        f"<tr><th>{name}</th>{''.join(_cell(value) for value in means[:, position])}</tr>"
        for position, name in enumerate(CLASSES)
    )
    return f'<table class="nep-months"><tr><th></th>{head}</tr>{body}</table>'


def _cell(value: float) -> str:
    return f"<td>{value:.2f}</td>".replace("0.", ".") if np.isfinite(value) else "<td>–</td>"
