"""A served page and a real browser; requests to anywhere else lead nowhere and are counted."""

import base64
import os
import socket
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from explorer import View, open_scene, preset
from explorer.scene.demo import demo_scene_path
from explorer.scene.scene import Scene
from explorer.session.link import Link, to_token
from tests.ui.waiting import patient

ADVICE_SCRIPT = Path(__file__).parent / "find_browser.py"
START_SECONDS = 180  # of a busy machine, and the first page; an idle one needs ten
# ``python -m explorer``, which ends with the process that started it, however that ends.
SERVE = """
import os, runpy, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(1)), daemon=True).start()
runpy.run_module("explorer", run_name="__main__", alter_sys=True)
"""
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Names of other machines lead nowhere. (Playwright's routes would switch off the cache, and
    # every page would load and compile 10 MB of scripts again.)
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


def packed_otherwise(token: str) -> str:
    """The same link with other characters: zlib has many ways to pack a text."""
    version, _, packed = token.partition(".")
    text = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    again = base64.urlsafe_b64encode(zlib.compress(text, 1)).decode().rstrip("=")
    assert again != packed
    return f"{version}.{again}"


TOTAL = '.nep-card[data-region="all"] b'
# What a page opens with, as a link written in two ways: one of them is not its address already.
START = Link(preset("ci2"), preset("original"), View())
STARTS = [to_token(START), packed_otherwise(to_token(START))]
# Follows the one that is not; returns how many typed links the server had heard of.
FOLLOW_START = """starts => {
    const wire = [...Bokeh.documents[0]._all_models.values()].find(model => 'entry' in model);
    const {heard} = wire.entry;
    location.hash = starts.find(token => `#${token}` !== location.hash);
    return heard;
}"""
# The server has followed it and sent the address of what it shows now, or left that of the start.
FOLLOWED = """([start, heard]) => {
    const wire = [...Bokeh.documents[0]._all_models.values()].find(model => 'entry' in model);
    const {heard: now, token} = wire.entry;
    return now > heard && (token === null || token === start);
}"""


@dataclass
class Watched:
    """A page and what must not happen on it."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def check(self) -> None:
        """It must have asked nobody else, and logged no error."""
        assert self.outside == []
        assert self.errors == []


@pytest.fixture(scope="package")
def scene() -> Scene:
    """The scene that is served."""
    return open_scene(demo_scene_path())


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = subprocess.run([sys.executable, ADVICE_SCRIPT], capture_output=True, text=True)
    if found.returncode:
        pytest.fail(found.stderr.strip(), pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found.stdout.strip(), args=BROWSER_FLAGS
        )
        yield chromium
        chromium.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def serving(command: Callable[[str], list[str]]) -> Iterator[str]:
    """Run the command for a port, and give the address of what it serves."""
    port = free_port()
    server = subprocess.Popen(
        command(str(port)),
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_served(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=60)
        server.stdin.close()


@pytest.fixture(scope="package")
def served() -> Callable:
    """What serves a page by a command."""
    return serving


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    """Address of the page, served by the command that users run, on the demonstration scene."""
    command = [sys.executable, "-c", SERVE, "serve", str(demo_scene_path()), "--no-open"]
    with serving(lambda port: [*command, "--port", port]) as url:
        yield url


def wait_until_served(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended with status {server.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=START_SECONDS):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"no page at {url} within {START_SECONDS} s")


@pytest.fixture(scope="package")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all pages: what a browser has loaded once it keeps, as a person's does."""
    shared = patient(browser.new_context(viewport={"width": 1440, "height": 900}))
    yield shared
    shared.close()


def open_page(context: BrowserContext, address: str) -> Watched:
    """Open the page and wait until it is drawn."""
    page = context.new_page()
    page.add_init_script(FORGET)
    seen = Watched(page)

    def look(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            seen.outside.append(request.url)

    page.on("request", look)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on(
        "console",
        lambda message: seen.errors.append(message.text) if message.type == "error" else None,
    )
    page.goto(address, timeout=1000 * START_SECONDS)
    page.wait_for_selector(".nep-card", timeout=1000 * START_SECONDS)
    page.wait_for_selector(".export button")
    page.wait_for_function("() => window.Bokeh && Bokeh.documents.length > 0")
    page.wait_for_function(MAP_IS_DRAWN)
    # React subscribes after it has drawn, when nothing else is to be done.
    page.evaluate("() => new Promise(done => requestIdleCallback(done))")
    return seen


def back_to_start(page: Page) -> None:
    """Follow a link until scenarios and view are those of a page just opened."""
    page.keyboard.press("Escape")
    heard = page.evaluate(FOLLOW_START, STARTS)
    page.wait_for_function(FOLLOWED, arg=[STARTS[0], heard])
    expect(page.locator(".nep-title", has_text=", Jul").first).to_be_visible()
    expect(page.locator(".nep-cell[data-cell]")).to_have_count(0)
    page.wait_for_function(MAP_IS_DRAWN)


class Tab:
    """A tab of the browser in which several tests look at one page, one after the other."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self._open = lambda: open_page(context, address)
        self._watched: Watched | None = None
        self._total = ""

    def at_start(self) -> Watched:
        """Return the page as one that was just opened shows it."""
        if self._watched is None:
            self._watched = self._open()
            self._total = self._watched.page.locator(TOTAL).get_attribute("data-tg")
        else:
            back_to_start(self._watched.page)
            expect(self._watched.page.locator(TOTAL)).to_have_attribute("data-tg", self._total)
        return self._watched

    def close(self) -> None:
        """Close it; the next test gets a page of its own."""
        if self._watched is not None:
            self._watched.page.close()
            self._watched = None


@pytest.fixture(scope="module")
def tab(context: BrowserContext, address: str) -> Iterator[Tab]:
    """The tab that the tests of a file share."""
    shared = Tab(context, address)
    yield shared
    shared.close()


@pytest.fixture
def watched(tab: Tab, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """The page with the scenarios and the view that it opens with.

    Opening one takes ten seconds of both cores, so the tests of a file share it; what no link
    holds (the history, named scenarios, own towers) stays. ``fresh`` is a page of one's own.
    """
    failed_before = request.session.testsfailed
    try:
        seen = tab.at_start()
        yield seen
        seen.check()
    except BaseException:
        tab.close()
        raise
    if request.session.testsfailed > failed_before:
        tab.close()


@pytest.fixture
def opened(context: BrowserContext) -> Iterator[Callable[[str], Watched]]:
    """What opens a page of some address, and closes and checks it at the end of the test."""
    pages: list[Watched] = []

    def open_another(address: str) -> Watched:
        pages.append(open_page(context, address))
        return pages[-1]

    yield open_another
    for seen in pages:
        seen.page.close()
    for seen in pages:
        seen.check()


@pytest.fixture
def fresh(opened: Callable[[str], Watched], address: str) -> Watched:
    """A page of the test's own."""
    return opened(address)


# Clears what other pages of this browser stored; what this one stores it finds when loaded again.
# (Before it is loaded, and not on another page of this address: that takes a second or two.)
FORGET = """if (!sessionStorage.forgotten) {
    localStorage.clear();
    sessionStorage.forgotten = "yes";
}"""
MAP_IS_DRAWN = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const image = models.find(model => model.type === 'GlyphRenderer'
        && model.glyph.type === 'Image');
    const figure = models.find(model => model.type === 'Figure'
        && model.renderers.some(r => r.glyph?.type === 'Image'));
    // A property that was never set raises when it is read.
    try {
        return figure.inner_width > 100 && image.data_source.data.image.length === 1;
    } catch { return false; }
}"""
