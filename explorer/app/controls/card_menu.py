"""The "⋯" of a card: asks for the files of what the card shows.

It is no more than a button, for a page has many and thirty people open pages at once. What the menu
offers is made when it is opened, and there is one dialog for all (``header.export_menu``).
"""

from collections.abc import Callable

import panel_material_ui as pmui

from explorer.app.state.state import ExplorerState

CORNER = {"position": "absolute", "top": "2px", "right": "4px", "z-index": "3"}
POSITIONED = {"position": "relative"}
"""What a card needs for its menu to stand in its corner."""


def card_menu(state: ExplorerState, key: str | Callable[[], str], label: str) -> pmui.IconButton:
    """Return the button of a card.

    Parameters
    ----------
    state : ExplorerState
    key : str, or callable that returns it
        Of ``report.cards.table.CARDS``; a callable where a card shows now one thing, now another.
    label : str
        What the card is, for the button's name: "the series".
    """
    name = key if isinstance(key, str) else label.split()[-1]
    button = pmui.IconButton(
        icon="more_horiz", description=f"Export {label}", size="small", margin=0, styles=CORNER,
        css_classes=["card-menu", f"card-{name}"],
    )  # fmt: skip
    button.on_click(lambda _event: state.ask_for(key if isinstance(key, str) else key()))
    return button


def card(
    state: ExplorerState, key: str | Callable[[], str], label: str, *parts, **looks
) -> pmui.Paper:
    """Return a card with its menu in the corner."""
    styles = POSITIONED | looks.pop("styles", {})
    options = {"margin": 6, "elevation": 1, "sizing_mode": "stretch_both"} | looks
    return pmui.Paper(*parts, card_menu(state, key, label), styles=styles, **options)
