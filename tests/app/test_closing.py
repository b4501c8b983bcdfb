"""Sessions end soon after their page was closed, and wait for a browser that is slow to come."""

from types import SimpleNamespace

from explorer.app.shell.closing import Closing


class Session(SimpleNamespace):
    """What is asked of a session."""

    __hash__ = object.__hash__

    def request_expiration(self) -> None:
        self.ended = True


def session(connections: int, since: float) -> Session:
    return Session(
        connection_count=connections, milliseconds_since_last_unsubscribe=since, ended=False
    )


def test_page_that_is_on_its_way_is_waited_for():
    late = session(0, since=60_000)
    Closing(5_000).look([late])
    assert not late.ended


def test_closed_page_ends_when_it_does_not_come_back():
    closing, one, other = Closing(5_000), session(1, since=60_000), session(1, since=60_000)
    closing.look([one, other])
    assert not one.ended
    one.connection_count = other.connection_count = 0
    one.milliseconds_since_last_unsubscribe = 6_000
    other.milliseconds_since_last_unsubscribe = 4_000  # a reload, perhaps
    closing.look([one, other])
    assert (one.ended, other.ended) == (True, False)
    other.connection_count = 1
    closing.look([other])
    assert not other.ended
