"""When the session of a page ends: soon after the page was closed, not while it is on its way.

Bokeh has one time for both. With a short one the pages of a class that opens them together end
before their browsers come back for them, and are made a second time; with a long one closed pages
keep their memory.
"""

from collections.abc import Iterable
from weakref import WeakSet

from bokeh.server.session import ServerSession


class Closing:
    """Lets sessions end once their page was closed.

    Parameters
    ----------
    patience : float
        Milliseconds after which a closed page is not coming back.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._opened: WeakSet[ServerSession] = WeakSet()

    def look(self, sessions: Iterable[ServerSession]) -> None:
        """Note which sessions have a page, and end those that had one; called every few seconds."""
        for session in sessions:
            if session.connection_count:
                self._opened.add(session)
            elif (
                session in self._opened
                and session.milliseconds_since_last_unsubscribe > self.patience
            ):
                session.request_expiration()
