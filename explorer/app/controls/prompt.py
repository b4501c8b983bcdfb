"""Widgets that answer at once."""

from panel.reactive import Syncable


def prompt(*widgets: Syncable) -> None:
    """Let widgets tell a change at once; by default Panel waits 50 ms for more changes to come."""
    for widget in widgets:
        widget._debounce = 0  # Panel has no public name for it; without it we are only slower
