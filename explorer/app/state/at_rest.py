"""What is done a moment after the last of several changes, and once."""

from collections.abc import Callable

from explorer.app.state.session import Session


class AtRest:
    """Makes a call when nothing has changed for a while.

    Parameters
    ----------
    session : Session
    milliseconds : int
        Without a change.
    call : callable
        Returns nothing; made in the session's own thread.
    """

    def __init__(self, session: Session, milliseconds: int, call: Callable[[], None]) -> None:
        self._session, self._milliseconds, self._call = session, milliseconds, call
        self._changes, self._waiting = 0, False

    def changed(self, *_events: object) -> None:
        """Note a change; to be used as a callback of params."""
        self._changes += 1
        if not self._waiting:
            self._wait()

    def _wait(self) -> None:
        self._waiting, seen = True, self._changes

        def look() -> None:
            self._waiting = False
            if seen == self._changes:
                self._call()
            else:
                self._wait()

        self._session.soon(look, self._milliseconds)
