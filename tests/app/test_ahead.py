"""Pages that are made ahead: given to requests, kept until then, let go and made again."""

import asyncio
from types import SimpleNamespace

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from explorer.app.shell import ahead as ahead_module
from explorer.app.shell.ahead import NAMED_BY, Ahead


class Session(SimpleNamespace):
    """What is asked of a session."""

    __hash__ = object.__hash__

    def block_expiration(self) -> None:
        self.blocked += 1

    def unblock_expiration(self) -> None:
        self.blocked -= 1


class Context:
    """Makes sessions, and writes down for which request."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []
        self.requests: list[HTTPServerRequest] = []

    async def create_session_if_needed(self, name: str, request: HTTPServerRequest) -> Session:
        self.requests.append(request)
        self.sessions.append(Session(id=name, connection_count=0, blocked=0))
        return self.sessions[-1]


class Clock:
    """One that tests move on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(ahead_module, "time", clock)
    monkeypatch.setattr(ahead_module, "BREATH", 0)
    return clock


@pytest.fixture
def ahead(clock) -> Ahead:
    """Two pages that are ready."""
    ahead = Ahead(Context(), 2, patience=120)
    told: list[int] = []
    asyncio.run(ahead.make(told.append))
    assert told == [2]
    return ahead


def asked(ahead: Ahead, method: str = "GET", path: str = "/", **headers: str) -> str | None:
    """Return the session that a request is for, as far as it says so."""
    line = RequestStartLine(method, path, "HTTP/1.1")
    request = HTTPServerRequest(
        headers=HTTPHeaders({"Host": "localhost"} | headers), start_line=line
    )
    assert ahead.match(request) is None  # some other rule answers it
    return request.headers.get(NAMED_BY)


def test_each_request_for_a_page_gets_one_of_its_own(ahead):
    first, second = ahead.context.sessions
    assert [asked(ahead), asked(ahead), asked(ahead)] == [first.id, second.id, None]


def test_no_other_request_takes_one(ahead):
    assert asked(ahead, "HEAD") is None
    assert asked(ahead, path="/static/js/bokeh.min.js") is None
    assert asked(ahead, path="/?theme=dark") is None  # such a page is made for what it asks
    assert asked(ahead, **{NAMED_BY: "another"}) == "another"
    assert asked(ahead) == ahead.context.sessions[0].id


def test_pages_wait_until_they_are_opened_or_given_up(ahead, clock):
    opened, lost = ahead.context.sessions
    assert (opened.blocked, lost.blocked) == (1, 1)
    asked(ahead), asked(ahead)
    opened.connection_count = 1
    clock.now += 60
    asyncio.run(ahead.look())
    assert (opened.blocked, lost.blocked) == (0, 1)  # its browser is slow
    clock.now += 61
    asyncio.run(ahead.look())
    assert (opened.blocked, lost.blocked) == (0, 0)


def test_more_are_made_when_everybody_has_left(ahead, clock):
    asked(ahead)
    person = ahead.context.sessions[0]
    person.connection_count = 1
    for _ in range(20):
        clock.now += 2
        asyncio.run(ahead.look())
    assert len(ahead.context.sessions) == 2  # an edit would wait for a page that is being made
    person.connection_count = 0
    for _ in range(6):
        clock.now += 2
        asyncio.run(ahead.look())
    assert len(ahead.context.sessions) == 3
    assert [asked(ahead), asked(ahead)] == [one.id for one in ahead.context.sessions[1:]]
