"""A served page and a real browser; requests to anywhere else lead nowhere and are counted."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from explorer import open_scene
from explorer.scene.demo import demo_scene_path
from explorer.scene.scene import Scene
from tests.ui.waiting import patient

ADVICE_SCRIPT = Path(__file__).parent / "find_browser.py"
START_SECONDS = 180  # of a busy machine; an idle one needs ten
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


@dataclass
class Watched:
    """A page and what must not happen on it."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def scene() -> Scene:
    """The scene that is served."""
    return open_scene(demo_scene_path())


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of the page, served by the command that users run, on the demonstration scene."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVE, "serve", str(demo_scene_path())]
    server = subprocess.Popen(
        [*command, "--no-open", "--port", str(port)],
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_served(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=60)
        server.stdin.close()


def _wait_until_served(url: str, server: subprocess.Popen) -> None:
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


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all pages: what a browser has loaded once it keeps, as a person's does."""
    shared = patient(browser.new_context(viewport={"width": 1440, "height": 900}))
    yield shared
    shared.close()


@pytest.fixture
def watched(context: BrowserContext, address: str) -> Iterator[Watched]:
    """The page, open and drawn; at the end it must have asked nobody else and logged no error."""
    page = context.new_page()
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
    page.goto(address)
    page.wait_for_selector(".nep-card")
    page.wait_for_function("() => window.Bokeh && Bokeh.documents.length > 0")
    page.wait_for_function(MAP_IS_DRAWN)
    yield seen
    page.close()
    assert seen.outside == []
    assert seen.errors == []


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
