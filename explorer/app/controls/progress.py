"""A bar that says how far something is, and of what, also to those who hear the page."""

from html import escape
from typing import Any

import panel as pn


class ProgressBar(pn.pane.HTML):
    """The browser's own bar: the library's cannot be given a name.

    Parameters
    ----------
    what : str
        What is under way.
    **params
        As of the pane.
    """

    def __init__(self, what: str, **params: Any) -> None:
        self._what = escape(what)
        super().__init__(self._html(None), **params)

    def show(self, share: float | None) -> None:
        """Show how much is done, 0 to 1; None while that is not known."""
        self.object = self._html(share)

    def _html(self, share: float | None) -> str:
        value = "" if share is None else f' value="{share:.2f}"'
        return f'<progress class="nep-progress" aria-label="{self._what}"{value}></progress>'
