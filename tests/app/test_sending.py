"""What is queued for a browser is sent, also what is queued while something is being sent."""

import asyncio

import pytest
from bokeh.document import Document
from bokeh.models import Div
from bokeh.protocol import Protocol
from panel.io import document as sender

from explorer.app.shell.sending import send_all


class Socket:
    """One that writes down what it is sent, and is slow."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.may_go_on = asyncio.Event()

    def write(self, _connection, _events=None, msg=None) -> list[asyncio.Future]:
        self.sent.append(msg.content["events"][0]["new"])
        return [asyncio.ensure_future(self.may_go_on.wait())]


class Connection:
    """A browser's."""

    def __init__(self, socket: Socket) -> None:
        self._socket, self.protocol = socket, Protocol()


def change(text: str, document: Document, div: Div) -> list:
    """Return the event of a change."""
    events: list = []
    document.on_change(events.append)
    div.text = text
    document.remove_on_change(events.append)
    return events[-1:]


@pytest.fixture
def as_it_was(monkeypatch):
    """Keep Panel's own function for the other tests."""
    monkeypatch.setattr(sender, "_dispatch_msgs", sender._dispatch_msgs)


async def sent_while_sending(turns: int) -> list[str]:
    """Return what arrives of two changes, the second made when the first has just been written.

    ``turns`` of the event loop lie between; the task that wrote the first is not told at once.
    """
    document, div, socket = Document(), Div(), Socket()
    document.add_root(div)
    connections = [Connection(socket)]
    sender.extra_socket_handlers[Socket] = lambda *args, **kwargs: socket.write(*args, **kwargs)
    try:
        sender.schedule_write_events(document, connections, change("first", document, div))
        await asyncio.sleep(0.01)
        socket.may_go_on.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        sender.schedule_write_events(document, connections, change("second", document, div))
        await asyncio.sleep(0.05)
    finally:
        del sender.extra_socket_handlers[Socket]
    return socket.sent


@pytest.mark.parametrize("turns", range(6))
def test_what_is_queued_while_something_is_sent_is_sent_as_well(as_it_was, turns):
    assert send_all()
    assert send_all()  # twice does no more
    assert asyncio.run(sent_while_sending(turns)) == ["first", "second"]


def test_nothing_is_touched_where_names_are_missing(as_it_was, monkeypatch):
    monkeypatch.delattr(sender, "_dispatch_write_task")
    former = sender._dispatch_msgs
    assert not send_all()
    assert sender._dispatch_msgs is former
