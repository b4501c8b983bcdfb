"""The "⋯" of a card: asks for the files of what the card shows.

It is one model, for a page has many and thirty people open pages at once. What the menu offers is
made when it is opened, and there is one dialog for all (``header.export_menu``).
"""

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from explorer.app.state.state import ExplorerState

CORNER = {"position": "absolute", "top": "2px", "right": "4px", "z-index": "3"}
POSITIONED = {"position": "relative"}
"""What a card needs for its menu to stand in its corner."""

_CSS = """
:host { width: 30px; height: 28px; }
.bk-btn, .bk-btn:hover, .bk-btn:focus { width: 30px; height: 28px; padding: 0; border: none;
  background: transparent; color: inherit; box-shadow: none; font-size: 0; border-radius: 6px;
  text-shadow: none; }
.bk-btn::before { content: "⋯" / ""; font-size: 20px; line-height: 26px; }
.bk-btn:hover { background: rgba(128, 128, 128, 0.2); }
.bk-btn:focus-visible { outline: 2px solid #e69f00; outline-offset: -2px; }
"""
# The words are there for who cannot see the sign: they have no size, but are the button's name.


def card_menu(state: ExplorerState, key: str | Callable[[], str], label: str) -> pn.widgets.Button:
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
    button = pn.widgets.Button(
        label=f"Export {label}", width=30, height=28, margin=0, styles=CORNER, stylesheets=[_CSS],
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
