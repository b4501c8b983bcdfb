"""Pages that are made before anybody asks for them, so that a class is in at once.

Making a page takes most of what opening one costs, and one thread makes them all: thirty people
who open it together wait for one another. Here pages are made while nobody waits. A request for a
page is given one of them, by the session that it is to have; when none is left it is made then.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from bokeh.server.contexts import ApplicationContext
from bokeh.server.session import ServerSession
from bokeh.util.token import generate_session_id
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.routing import Matcher

NAMED_BY = "Bokeh-Session-Id"  # header of a request that names the session it is for
PAGE = "/"
BREATH = 0.05  # s between two pages, in which others are answered
QUIET = 10.0  # s without an open page before more are made


class Ahead(Matcher):
    """Makes pages ahead, and gives them to requests; as a rule of a router it matches none.

    Parameters
    ----------
    context : ApplicationContext
        Of the page.
    pages : int
        How many to have.
    patience : float
        Seconds in which a browser must have come back for the page that it was given.
    """

    def __init__(self, context: ApplicationContext, pages: int, patience: float) -> None:
        self.context, self.pages, self.patience = context, pages, patience
        self._ready: deque[ServerSession] = deque()
        self._given: dict[ServerSession, float] = {}
        self._making = False
        self._last_open = 0.0  # none so far

    def match(self, request: HTTPServerRequest) -> None:
        """Give a request for a new page the session of one that is ready."""
        new = request.method == "GET" and request.path == PAGE and not request.arguments
        if new and NAMED_BY not in request.headers and self._ready:
            session = self._ready.popleft()
            self._given[session] = time.monotonic()
            request.headers[NAMED_BY] = session.id

    async def make(self, told: Callable[[int], None] = lambda _pages: None) -> None:
        """Make as many as are lacking, one after the other.

        Parameters
        ----------
        told : callable
            Called with the number of pages that are ready, when all are.
        """
        if self._making:
            return
        self._making = True
        try:
            while len(self._ready) < self.pages:
                session = await self.context.create_session_if_needed(
                    generate_session_id(), _some_request()
                )
                session.block_expiration()  # or it ends because nobody opens it
                self._ready.append(session)
                await asyncio.sleep(BREATH)
            told(len(self._ready))
        finally:
            self._making = False

    async def look(self) -> None:
        """Let pages go that were given away, and make more while none is open.

        To be called every few seconds.
        """
        now = time.monotonic()
        for session, since in list(self._given.items()):
            if session.connection_count or now - since > self.patience:
                del self._given[session]
                session.unblock_expiration()
        if self._given or any(session.connection_count for session in self.context.sessions):
            self._last_open = now
        elif self._last_open and now - self._last_open > QUIET:
            await self.make()


def _some_request() -> HTTPServerRequest:
    """Return a request as browsers make it: Panel reads its arguments, of which there are none."""
    line = RequestStartLine("GET", PAGE, "HTTP/1.1")
    return HTTPServerRequest(headers=HTTPHeaders({"Host": "localhost"}), start_line=line)
