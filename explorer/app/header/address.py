"""The browser's address follows what is shown, and its buttons walk the pages.

An edit costs nothing: the address is made a moment after the last one. It takes the place of the
one before, so that edits do not fill the browser's history (they have undo); a change of page is an
entry of its own.
"""

from collections.abc import Callable
from dataclasses import fields

from explorer.app.parts.browser import Browser
from explorer.app.state.at_rest import AtRest
from explorer.app.state.state import ExplorerState
from explorer.session.link import Link, to_token
from explorer.session.view import PAGES, View

REST = 700  # ms without a change before the address is made


class Address:
    """Keeps a browser's address in step with a session.

    Parameters
    ----------
    state : ExplorerState
    browser : Browser
    arrived : callable
        Called with the token of a link that a person typed or pasted into the open page.
    """

    def __init__(
        self, state: ExplorerState, browser: Browser, arrived: Callable[[str], None]
    ) -> None:
        self.state, self.browser = state, browser
        self._default = self._token()
        self._sent: dict = {}
        self._heard = 0
        self._resting = AtRest(state.session, REST, self._rested)
        self._arrived = arrived
        browser.hear("page", self._walked)
        browser.hear("token", self._typed)
        names = [row.name for row in fields(View) if row.name != "page"]
        state.watch(
            self._resting.changed, [*names, "draft"], a="scenario", b="scenario", any_system=True
        )
        state.watch(lambda *_events: self._send(), "page", any_system=True)

    def begin(self, address: str = "") -> None:
        """Follow from now on: the link that the page was opened with is followed or refused.

        Parameters
        ----------
        address : str
            That link. It stays, if it says what is shown, or if nothing came of it.
        """
        token = self._token()
        stays = token in (address, self._default)
        self._sent = self._entry(None if stays else token)
        self._start = token
        self.browser.entry = self._sent

    def _token(self) -> str:
        state = self.state
        return to_token(Link(state.a.scenario, state.b.scenario, state.view))

    def _entry(self, token: str | None) -> dict:
        return {
            "token": token, "page": self.state.page, "own": self.browser.own, "heard": self._heard,
        }  # fmt: skip

    def _typed(self, token: str) -> None:
        """Have a link followed; the address waits until that is shown."""
        self._heard += 1
        self._resting.changed()
        self._arrived(token)

    def _walked(self, page: str) -> None:
        """Show the page that the browser's buttons went to."""
        if page in PAGES:
            self._sent = self._sent | {"page": page}  # its entry is there
            self.state.page = page

    def _rested(self) -> None:
        if not self.state.draft:  # the end of a drag is a change of its own
            self._send()

    def _send(self) -> None:
        """Give the browser the address of what is shown, unless it has it."""
        if not self._sent:
            return  # not begun
        token = self._token()
        unchanged = self._sent["token"] is None and token == self._start
        wanted = self._entry(None if unchanged else token)
        if wanted != self._sent:
            self._sent = wanted
            self.browser.entry = wanted
