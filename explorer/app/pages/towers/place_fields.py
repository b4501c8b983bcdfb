"""Fields for the places of towers that no file tells."""

from collections.abc import Callable, Sequence
from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.parts.style import LABEL_UNSEEN
from explorer.observations.csv_table import Line
from explorer.observations.site_places import placed_line
from explorer.tables.classes import IGBP

MOST_SITES = 12
"""More are better told in a table."""
NO_CLASS = ""


class PlaceFields(pn.viewable.Viewer):
    """A row of fields a site, and a button; nothing while every site has its place."""

    def __init__(self, placed: Callable[[list[Line]], None]) -> None:
        super().__init__()
        self.placed = placed
        self._fields: dict[str, tuple[pmui.TextInput, pmui.TextInput, pmui.Select]] = {}
        self._rows = pn.Column(margin=(0, 12), visible=False, css_classes=["towers-places"])

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the rows."""
        return self._rows

    def ask(self, sites: Sequence[str] = ()) -> None:
        """Show fields for these sites, in place of those that are there; for none, nothing."""
        asked = sites if len(sites) <= MOST_SITES else ()
        self._fields = {site: _fields(site) for site in asked}
        button = pmui.Button(
            label="Place them" if len(asked) > 1 else "Place it", size="small", variant="contained",
            margin=(4, 0), css_classes=["towers-place"],
        )  # fmt: skip
        button.on_click(lambda _event: self.placed(self._lines()))
        rows = [
            pn.FlexBox(
                pn.pane.HTML(f"<b>{escape(site)}</b>", width=80, margin=0), *self._fields[site],
                gap="8px", align_items="center", margin=(4, 0),
            )
            for site in asked
        ]  # fmt: skip
        self._rows.objects = [*rows, button] if asked else []
        self._rows.visible = bool(asked)

    def _lines(self) -> list[Line]:
        return [
            placed_line(f"the fields of {site}", site, *(field.value or "" for field in fields))
            for site, fields in self._fields.items()
        ]


def _fields(site: str) -> tuple[pmui.TextInput, pmui.TextInput, pmui.Select]:
    def degrees(name: str, placeholder: str) -> pmui.TextInput:
        return pmui.TextInput(
            label=f"{site}: {placeholder}", placeholder=placeholder, size="small", width=130,
            margin=0, css_classes=[f"place-{name}-{site}"], stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip

    # None is chosen beforehand: a class that nobody looked at would be run with.
    kinds = {"class …": NO_CLASS} | {row.long_name: name for name, row in IGBP.rows.items()}
    kind = pmui.Select(
        label=f"{site}: class", options=kinds, value=NO_CLASS, size="small", width=230, margin=0,
        css_classes=[f"place-class-{site}"], stylesheets=[LABEL_UNSEEN],
    )  # fmt: skip
    return degrees("lat", "latitude, ° N"), degrees("lon", "longitude, ° E"), kind
