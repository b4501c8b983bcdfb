"""What the parts of one person's page share: its thread, its jobs, its messages."""

from collections.abc import Callable

import panel as pn

from explorer.app.state.faults import Faults, guarded
from explorer.session.jobs import Jobs, Slot


class Session:
    """Calls in the session's own thread, and jobs that end with it.

    Without a document of a server, as in tests, calls are made at once.

    Parameters
    ----------
    jobs : Jobs
    faults : Faults, optional
        Where failures are shown; default: a list that no page shows.
    """

    def __init__(self, jobs: Jobs, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self._document = pn.state.curdoc
        self._owner = jobs.owner(
            self.later, lambda call, seconds: self.soon(call, round(1000 * seconds))
        )
        if self._document is not None:
            pn.state.on_session_destroyed(lambda _session: self.end())

    def slot(self, lane: str, purpose: str) -> Slot:
        """Return a slot for jobs of one purpose."""
        return self._owner.slot(lane, purpose)

    def soon(self, call: Callable[[], None], milliseconds: int) -> None:
        """Make a call a little later, in the session's own thread."""
        if self._document is None or self._document.session_context is None:
            call()
        else:
            self._document.add_timeout_callback(guarded(call), milliseconds)

    def later(self, call: Callable[[], None]) -> None:
        """Make a call in the session's own thread."""
        if self._document is None or self._document.session_context is None:
            call()
        else:
            self._document.add_next_tick_callback(guarded(call))

    def end(self) -> None:
        """Cancel every job."""
        self._owner.end()
