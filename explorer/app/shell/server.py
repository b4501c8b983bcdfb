"""Serve the page: at once, with a note while the scene is being opened."""

import os
import sys
import webbrowser
from collections.abc import Sequence
from html import escape
from pathlib import Path

import panel as pn
import panel_material_ui as pmui
from bokeh.server.server import Server
from tornado.ioloop import PeriodicCallback
from tornado.routing import Rule

from explorer.app.controls.progress import ProgressBar
from explorer.app.header.downloads import download_routes
from explorer.app.parts.style import CSS
from explorer.app.shell.ahead import Ahead
from explorer.app.shell.closing import Closing
from explorer.app.shell.guard import guard
from explorer.app.shell.listening import listening
from explorer.app.shell.opening import Opening
from explorer.app.shell.sending import send_all
from explorer.app.shell.shell import TITLE, Shell
from explorer.app.shell.sparing import spare
from explorer.app.state.faults import guarded, reason

LOCAL_NAMES = ("127.0.0.1", "localhost")
LAST_WORDS = 1.0  # s that open pages have to hear why the command ends
SETTLED = 1_500  # ms after which a browser has drawn what it was sent
CLOSED = 5_000  # ms after which a session whose page was closed is dropped
UNOPENED = 120_000  # ms in which a browser must have come back for the page that it asked for
CHECK = 2_000  # ms between two looks for such sessions
MOST_MESSAGE = 3_000_000  # bytes of a message of a page; reading it keeps all others waiting
MOST_BODY = 100_000  # bytes of a request


class Welcome:
    """Fills a session's page as the scene arrives: a note, the overview, the whole."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.page = Shell()
        self._state = None
        self._shown = None
        self._due = False
        self._document = pn.state.curdoc
        self.words = pn.pane.HTML(margin=(8, 10), sizing_mode="stretch_width")
        self.bar = ProgressBar("Opening the scene", margin=(0, 10), sizing_mode="stretch_width")
        self._refresh()
        self.page.main.objects = [self.words, self.bar]
        # Only now, when the browser has the shell and waits: building the page blocks the server.
        pn.state.onload(self._begin)

    def _begin(self) -> None:
        unsubscribe = self.opening.subscribe(self._news)
        pn.state.on_session_destroyed(lambda _session: unsubscribe())
        self._look()
        if self.opening.done:
            unsubscribe()

    def _news(self) -> None:
        """Look again soon, in the session's thread (called in the opening's)."""
        if not self._due:
            self._due = True
            self._document.add_next_tick_callback(guarded(self._look))

    def _look(self) -> None:
        self._due = False
        opening, shared = self.opening, self.opening.shared
        if opening.error is None and shared is not None and shared is not self._shown:
            from explorer.app.shell.page import fill  # known by now: the opening has imported it

            self._shown = shared
            self._state = fill(self.page, shared, opening.downloads, self._state)
            if not opening.is_whole:
                self.page.main.insert(0, self.words)
                self._document.add_timeout_callback(guarded(opening.overview_is_shown), SETTLED)
        self._refresh()

    def _refresh(self) -> None:
        opening = self.opening
        if opening.error is not None:
            self.words.object = fault_note(opening.name, opening.error)
            self.page.main.objects = [self.words]
        elif not opening.is_whole:
            what = "Overview" if self._shown is not None else "Opening"
            self.words.object = (
                f'<div class="nep-note" role="status">{what} · reading every cell of '
                f"{escape(opening.name)} … {opening.share:.0%}</div>"
            )


def fault_note(name: str, error: BaseException) -> str:
    """Return as HTML why a scene could not be opened: what was raised on purpose, word for word."""
    return (
        f'<div role="alert" class="nep-refused"><b>{escape(name)} could not be opened.</b>'
        f"<pre>{escape(reason(error))}</pre></div>"
    )


def page_for(opening: Opening) -> pmui.Page:
    """Return the page of a new session."""
    if not opening.is_whole:
        return Welcome(opening).page.page
    from explorer.app.shell.page import build_page

    return build_page(opening.shared, opening.downloads)


def serve(
    scene: Path | None = None,
    *,
    port: int = 5006,
    address: str = "127.0.0.1",
    allow: Sequence[str] = (),
    ahead: int = 0,
    open_browser: bool = True,
) -> None:
    """Open a scene and serve the page until interrupted.

    Parameters
    ----------
    scene : path, optional
        Default: the synthetic demonstration scene.
    port : int
    address : str
        Where to listen; other machines can only connect when it is not a loopback address.
    allow : sequence of str
        Further names under which the server is reached.
    ahead : int
        Pages to be made before they are asked for, as for a class.
    open_browser : bool
        Open a browser if there is one.

    Raises
    ------
    ServerError
        When the address cannot be listened on.
    ExplorerError
        When the scene cannot be opened; open pages show it first.
    """
    pn.extension(raw_css=[CSS])
    spare()
    send_all()
    opening = Opening(scene)
    # A page of the host that is asked is let in anyway, and which host may be asked is guarded. A
    # proxy asks under another name than that of the page, which then has the usual port.
    origins = [f"{name}:{port}" for name in LOCAL_NAMES] + [f"{name}:80" for name in allow]
    url = f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
    with listening(address, port):
        server = pn.serve(
            {"/": lambda: page_for(opening)},
            port=port,
            address=address,
            websocket_origin=origins,
            show=False,
            start=False,
            title=TITLE,
            location=False,  # Panel's would add to the history what ``parts.browser`` has put there
            verbose=False,
            unused_session_lifetime_milliseconds=UNOPENED,
            check_unused_sessions_milliseconds=CHECK,
            extra_patterns=download_routes(opening.file_on_offer),
            websocket_max_message_size=MOST_MESSAGE,
            http_server_kwargs={"max_body_size": MOST_BODY},
        )
    if ahead:
        _make_ahead(server, opening, ahead)
    # After that: a request that is refused takes no page.
    guard(server._tornado, {address, *allow})  # Bokeh has no public name for its application
    loop, closing = server.io_loop, Closing(CLOSED)
    looking = PeriodicCallback(lambda: closing.look(server.get_sessions()), CHECK)
    loop.add_callback(looking.start)

    def end_if_failed() -> None:
        if opening.error is not None:
            loop.add_callback(loop.call_later, LAST_WORDS, loop.stop)

    opening.subscribe(end_if_failed)
    loop.add_callback(opening.start)
    print(f"{TITLE}: {opening.name} at {url}  (Ctrl-C ends it)", flush=True)  # noqa: T201
    if open_browser and _has_screen():
        loop.call_later(0.1, webbrowser.open, url)
    server.run_until_shutdown()
    if opening.error is not None:
        raise opening.error


def _make_ahead(server: Server, opening: Opening, pages: int) -> None:
    """Have pages made as soon as the scene is open, and again when a class has left."""
    application, loop = server._tornado, server.io_loop
    ready = Ahead(application.applications["/"], pages, UNOPENED / 1000)
    application.default_router.rules.insert(0, Rule(ready, None))

    def told(number: int) -> None:
        print(f"{TITLE}: {number} pages are ready", flush=True)  # noqa: T201

    def begin() -> None:
        if opening.is_whole:
            loop.add_callback(ready.make, told)
            loop.add_callback(PeriodicCallback(ready.look, CHECK).start)

    opening.subscribe(begin)


def _has_screen() -> bool:
    """Tell whether a browser could show itself; without one, text browsers would block us."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
