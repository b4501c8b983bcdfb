"""What the server answers, and what it tells browsers: names, headers, odd addresses.

Against a server of its own in this process, with one page that costs nothing.
"""

import asyncio
import contextlib
import http.client
import re
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from types import MappingProxyType
from typing import NamedTuple

import panel as pn
import pytest
from tornado.ioloop import IOLoop

from explorer.app.shell.guard import HEADERS, guard
from explorer.app.shell.server import MOST_BODY, MOST_MESSAGE

ALLOWED = "class.example"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
TOO_LARGE = b"\x03\xf1"  # 1009, which a websocket is closed with when a message is too large


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A guarded server; it ends with the tests of this file."""
    ready, served = threading.Event(), {}

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        server = pn.serve(
            {"/": lambda: pn.pane.HTML("<b>one page</b>")},
            port=0, address="127.0.0.1", show=False, start=False, verbose=False,
            websocket_origin=[f"{ALLOWED}:80"], websocket_max_message_size=MOST_MESSAGE,
            http_server_kwargs={"max_body_size": MOST_BODY},
        )  # fmt: skip
        guard(server._tornado, ["127.0.0.1", ALLOWED])
        served.update(server=server, loop=IOLoop.current())
        server.start()
        ready.set()
        IOLoop.current().start()
        server.stop()
        IOLoop.current().close(all_fds=True)

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(30)
    yield served["server"].port
    served["loop"].add_callback(served["loop"].stop)
    thread.join(30)


class Answer(NamedTuple):
    """What came back."""

    code: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    port: int,
    path: str = "/",
    *,
    headers: Mapping[str, str] = NO_HEADERS,
    body: bytes | None = None,
) -> Answer:
    """Ask the server for something."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.putrequest("GET" if body is None else "POST", path, skip_host=True)
        for name, value in ({"Host": f"127.0.0.1:{port}"} | dict(headers)).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def talk(port: int, host: str, origin: str | None, message: bytes = b"") -> tuple[int, bytes]:
    """Open the websocket of a new page; return the status, and what comes after a message."""
    token = re.search(rb'"token":"([^"]+)"', fetch(port).body)[1].decode()
    headers = {
        "Host": host, "Upgrade": "websocket", "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": f"bokeh, {token}",
    } | ({"Origin": origin} if origin else {})  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.putrequest("GET", "/ws", skip_host=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        with closing(connection.getresponse()) as answer:
            last = b""
            if message:
                # One whole text, "masked" with zeros, and its length in eight bytes.
                frame = b"\x81\xff" + struct.pack(">Q", len(message)) + bytes(4) + message
                with contextlib.suppress(ConnectionError):
                    connection.sock.sendall(frame)
                    while part := connection.sock.recv(65536):
                        last = part
            return answer.status, last


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{}", "localhost:{}", "LOCALHOST", "localhost.:{}", "[::1]:{}",
             "192.168.7.7:{}", ALLOWED, "class.example:9"],
)  # fmt: skip
def test_known_names_and_numbers_are_answered(port, host):
    host = host.format(port)
    assert fetch(port, headers={"Host": host}).code == 200
    assert talk(port, host, f"http://{host.lower()}")[0] == 101


@pytest.mark.parametrize(
    "host",
    ["evil.example:{}", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
     "class.example.evil.example", "evil", "1.2.3", "[::1"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/static/js/bokeh.min.js", "/download/a/b", "/nothing"])
def test_other_names_are_refused_everywhere(port, host, path):
    host = host.format(port)
    answer = fetch(port, path, headers={"Host": host})
    assert answer.code == 403
    assert b"--allow" in answer.body


@pytest.mark.parametrize(
    ("host", "origin", "told"),
    [
        ("evil.example:{}", "http://evil.example:{}", 403),
        ("evil.example:{}", None, 403),
        ("127.0.0.1:{}", "http://evil.example:{}", 403),
        ("127.0.0.1:{}", "http://evil.example", 403),
        ("127.0.0.1:{}", "null", 403),
        ("127.0.0.1:{}", "http://127.0.0.1:1", 403),
        ("127.0.0.1:{}", "http://127.0.0.1:{}", 101),
        ("127.0.0.1:{}", f"http://{ALLOWED}", 101),
    ],
)
def test_websocket_is_for_pages_of_ours(port, host, origin, told):
    origin = origin and origin.format(port)
    assert talk(port, host.format(port), origin)[0] == told


@pytest.mark.parametrize(
    "path", ["/", "/static/js/bokeh.min.js", "/nothing", "/components/a/b/c/d"]
)
def test_every_answer_has_the_headers(port, path):
    headers = fetch(port, path).headers
    for name, value in HEADERS.items():
        assert headers[name] == value
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "Server" not in headers


def test_scripts_of_a_page_carry_a_number_that_is_new_each_time(port):
    seen = set()
    for _ in range(2):
        answer = fetch(port)
        (nonce,) = re.findall(r"'nonce-([\w-]{20,})'", answer.headers["Content-Security-Policy"])
        scripts = re.findall(rb"<script[^>]*>", answer.body)
        assert len(scripts) > 3
        assert all(f'nonce="{nonce}"'.encode() in script for script in scripts)
        assert int(answer.headers["Content-Length"]) == len(answer.body)
        seen.add(nonce)
    assert len(seen) == 2


@pytest.mark.parametrize(
    "path",
    ["/components/../../x", "/components/os/path/x/y", "/components/antigravity/a/_css/b",
     "/components/", "/components/%00/a/b/c"],
)  # fmt: skip
def test_nothing_is_imported_because_an_address_names_it(port, path):
    assert fetch(port, path).code == 404


def test_large_requests_are_refused(port):
    assert fetch(port, body=b"x" * 1000).code == 405
    with contextlib.suppress(ConnectionError):  # it may be closed before all of it was sent
        assert fetch(port, body=b"x" * (MOST_BODY + 1)).code in (400, 413)


def test_large_messages_close_the_page(port):
    host = f"127.0.0.1:{port}"
    status, last = talk(port, host, None, b"x" * (MOST_MESSAGE + 1))
    assert status == 101
    assert TOO_LARGE in last or last == b""
