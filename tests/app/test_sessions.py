"""A session ends with its page: nothing in the process keeps it."""

import gc
import socket
import time
from weakref import WeakSet

import panel as pn
import pytest
from bokeh.client import pull_session

from explorer.app import main
from explorer.app.shared import Shared
from explorer.scene.demo import demo_scene_path

PATIENCE = 40  # s


@pytest.fixture
def served(monkeypatch):
    """Address of a page served in this process, and the states of the sessions alive."""
    alive = WeakSet()

    class Watched(main.ExplorerState):
        def __init__(self, *arguments, **choices) -> None:
            super().__init__(*arguments, **choices)
            alive.add(self)

    monkeypatch.setattr(main, "ExplorerState", Watched)
    main.load_drawing()
    pn.extension()
    shared = Shared(demo_scene_path())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = pn.serve(
        {"/": lambda: main.build_page(shared)}, port=port, address="127.0.0.1", show=False,
        threaded=True, verbose=False, websocket_origin=[f"127.0.0.1:{port}"],
        unused_session_lifetime_milliseconds=200, check_unused_sessions_milliseconds=100,
    )  # fmt: skip
    yield f"http://127.0.0.1:{port}/", alive
    server.stop()


def wait_for(condition) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
        gc.collect()
    return condition()


def opened(url):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return pull_session(url=url)
        except OSError:
            assert time.monotonic() < deadline, "not served"
            time.sleep(0.1)


def test_closed_sessions_are_freed(served):
    url, alive = served
    sessions = [opened(url) for _ in range(3)]
    assert len(alive) == 3
    for session in sessions:
        session.close()
    assert wait_for(lambda: not alive), f"{len(alive)} states are kept"
