"""Which requests the server answers, and what browsers are told to allow its pages.

A page of another site can have a name of its own point at this machine (DNS rebinding), and would
then be let in as one of our own: so the name that a request asks for is checked. Headers say that
our pages run our scripts, ask nobody else, and are shown in no other page; what Bokeh needs stays
open, see ``docs/serving.md``.
"""

import secrets
from collections.abc import Iterable
from ipaddress import ip_address

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.routing import Matcher, PathMatches, Rule
from tornado.web import Application, OutputTransform, RequestHandler

LOCAL_NAMES = ("localhost",)
LONGEST_NAME = 60  # characters of a foreign name that are repeated

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob: {sockets}; worker-src blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SCRIPT = b"<script"


def guard(application: Application, names: Iterable[str]) -> None:
    """Let an application answer only to some names, with headers that protect its pages.

    Parameters
    ----------
    application : Application
    names : iterable of str
        What the server is called, besides ``localhost``. Numbers are names that nobody can take:
        it answers to every address.
    """
    router = application.default_router
    rules = (
        Rule(ForeignName({*LOCAL_NAMES, *(name.lower() for name in names)}), Refusal),
        # Panel would import any module that is named here, and stumble over odd paths.
        Rule(PathMatches(r"/components/.*"), Missing),
    )
    router.rules[:0] = [router.process_rule(rule) for rule in rules]
    application.add_transform(Headers)


class ForeignName(Matcher):
    """Matches a request for a host that is neither known by name nor a number."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def match(self, request: HTTPServerRequest) -> dict | None:
        """Return something for a foreign name."""
        name = request.host_name.rstrip(".")
        if name in self.names:
            return None
        number = name.removeprefix("[").removesuffix("]")
        try:
            address = ip_address(number)
        except ValueError:
            return {}
        if address.version == 6 and "Upgrade" not in request.headers:
            # Panel reads what stands behind the first colon as the port. (A websocket's host is
            # compared with where its page came from.)
            request.host = LOCAL_NAMES[0] + request.host.rpartition("]")[2]
        return None


class Refusal(RequestHandler):
    """Says that the server does not answer to a name."""

    def prepare(self) -> None:
        """Answer a request of any kind."""
        name = self.request.host_name[:LONGEST_NAME]
        self.set_status(403)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(
            f"This server does not answer to the name {name!r}.\n"
            "Open it under localhost or its address, or start it with --allow NAME.\n"
        )


class Missing(RequestHandler):
    """Says that there is nothing here."""

    def prepare(self) -> None:
        """Answer a request of any kind."""
        self.send_error(404)


class Headers(OutputTransform):
    """Adds the headers to an answer, and to the scripts of a page what proves that they are ours.

    The page's own scripts stand in its text. A number that is new for every page and stands in the
    header tells them from scripts that somebody brought in with a name or a title.
    """

    def __init__(self, request: HTTPServerRequest) -> None:
        super().__init__(request)
        self._sockets = f"ws://{request.host} wss://{request.host}"  # not all take 'self' for these

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Change headers, and the text of a page."""
        nonce = secrets.token_urlsafe(16)
        for name, value in HEADERS.items():
            headers[name] = value
        headers["Content-Security-Policy"] = POLICY.format(nonce=nonce, sockets=self._sockets)
        headers.pop("Server", None)
        if finishing and headers.get("Content-Type", "").startswith("text/html"):
            chunk = chunk.replace(_SCRIPT, _SCRIPT + f' nonce="{nonce}"'.encode())
            headers["Content-Length"] = str(len(chunk))
        return status_code, headers, chunk
