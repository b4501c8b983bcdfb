"""Waiting for the page: what follows an action is read when it is there, however long it takes.

A machine that is busy draws and answers late. So a test never reads what an action changes once,
nor sleeps and hopes: it says what must come, with Playwright's ``expect``, ``until`` or
``act_until``, and all of them have the same patience.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import BrowserContext, Error, Page, expect

PATIENCE = 60_000  # ms; a test that passes on an idle machine needs a second or two of it
Told = TypeVar("Told")

expect.set_options(timeout=PATIENCE)


def patient(context: BrowserContext) -> BrowserContext:
    """Let all that waits in these pages wait as long."""
    context.set_default_timeout(PATIENCE)
    return context


def until(page: Page, told: Callable[[], Told], patience: float = PATIENCE) -> Told:
    """Ask again until what is told holds, and return it.

    ``told`` raises an AssertionError or returns False as long as it does not hold; what it raised
    last is the failure.
    """
    deadline = time.monotonic() + patience / 1000
    while True:
        late = time.monotonic() > deadline
        try:
            found = told()
        except (AssertionError, Error):  # Error: what it asks for is not on the page yet
            if late:
                raise
        else:
            if found is not False:
                return found
            assert not late, f"did not come within {patience / 1000:g} s"
        page.wait_for_timeout(100)


def act_until(page: Page, act: Callable[[], object], told: Callable[[], Told]) -> Told:
    """Act as a person does, who looks, and does it again where the page was still moving."""
    deadline = time.monotonic() + PATIENCE / 1000
    patience = 2_000
    while True:
        late = time.monotonic() > deadline
        act()
        try:
            return until(page, told, patience)
        except (AssertionError, Error):
            if late:
                raise
        patience *= 1.5  # each time is more work for a page that is late already


def steady(page: Page, ask: Callable[[], Told], for_ms: float = 500) -> Told:
    """Return an answer that has stayed the same for a while: nothing moves any more."""
    deadline = time.monotonic() + PATIENCE / 1000
    last, since = ask(), time.monotonic()
    while time.monotonic() - since < for_ms / 1000:
        page.wait_for_timeout(50)
        if (now := ask()) != last:
            assert time.monotonic() < deadline, f"still changes: {last} to {now}"
            last, since = now, time.monotonic()
    return last
