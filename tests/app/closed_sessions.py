"""Serve the page, open sessions, close them; print how many states were and are alive, as JSON.

``python tests/app/closed_sessions.py``. In a process of its own, for a server and its clients leave
sockets behind that only the end of a process closes.
"""

import gc
import json
import os
import socket
import time
from weakref import WeakSet

import panel as pn
from bokeh.client import pull_session
from bokeh.client.session import ClientSession

from explorer.app.header.downloads import Downloads
from explorer.app.shell import page as main
from explorer.app.state.state import ExplorerState
from explorer.scene.demo import demo_scene_path
from explorer.session.opened import Opened

SESSIONS = 2
PATIENCE = 40  # s


def session_of(url: str) -> ClientSession:
    """Open a session, as soon as the page is served."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return pull_session(url=url)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def alive_after_closing(alive: WeakSet) -> int:
    """Wait until nothing is alive any more, or patience ends; return how many still are."""
    deadline = time.monotonic() + PATIENCE
    while len(alive) and time.monotonic() < deadline:
        time.sleep(0.1)
        gc.collect()
    return len(alive)


def report() -> dict[str, int]:
    """Return how many states were alive while the sessions were open, and after they closed."""
    alive: WeakSet[ExplorerState] = WeakSet()

    class Watched(ExplorerState):
        """A state that is counted while it lives."""

        def __init__(self, *arguments, **choices) -> None:
            super().__init__(*arguments, **choices)
            alive.add(self)

    main.ExplorerState = Watched
    pn.extension()
    shared, downloads = Opened(demo_scene_path()), Downloads()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pn.serve(
        {"/": lambda: main.build_page(shared, downloads)}, port=port, address="127.0.0.1",
        show=False, threaded=True, verbose=False, websocket_origin=[f"127.0.0.1:{port}"],
        unused_session_lifetime_milliseconds=200, check_unused_sessions_milliseconds=100,
    )  # fmt: skip
    sessions = [session_of(f"http://127.0.0.1:{port}/") for _ in range(SESSIONS)]
    while_open = len(alive)
    for session in sessions:
        session.close()
    return {"open": while_open, "closed": alive_after_closing(alive)}


if __name__ == "__main__":
    print(json.dumps(report()), flush=True)
    os._exit(0)  # the server's thread would keep the process
