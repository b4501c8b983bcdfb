"""Take the pictures of the running page that README and docs show.

``python docs/screenshot.py`` serves the demonstration scene and writes docs/images/*.png, one for
each page. Options ``--dark`` and ``--size 1024x768`` look at them in another way, ``--out`` puts
them elsewhere.
"""

import argparse
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
PORT = 5077
SETTLED = 4000  # ms; pictures and figures have arrived by then


def map_page(page: Page) -> None:
    """Click a place in the south, so that its series and why are told."""
    frame = page.locator(".bk-Figure, .bk-Canvas").first.bounding_box()
    page.mouse.click(frame["x"] + 0.55 * frame["width"], frame["y"] + 0.68 * frame["height"])


def months(page: Page) -> None:
    """Show the twelve months side by side."""
    page.get_by_role("button", name="12 months").click()


def limits(page: Page) -> None:
    """Show what limits NPP most."""
    page.get_by_role("button", name="What limits").click()


def tab(name: str) -> Callable[[Page], None]:
    """Return how to open another page."""
    return lambda page: page.get_by_role("tab", name=name).click()


LOOKS: dict[str, Callable[[Page], None]] = {
    "map": map_page,
    "months": months,
    "limits": limits,
    "compare": tab("Compare"),
    "towers": tab("Towers"),
    "vegetation": tab("Vegetation"),
}


def main() -> None:
    """Serve, and photograph every look on a fresh page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    options.add_argument("--size", default="1440x900")
    options.add_argument("--dark", action="store_true")
    options.add_argument("looks", nargs="*", default=list(LOOKS))
    chosen = options.parse_args()
    width, height = map(int, chosen.size.split("x"))
    find = [sys.executable, ROOT / "tests" / "ui" / "find_browser.py"]
    browser_path = subprocess.run(find, capture_output=True, text=True, check=True).stdout.strip()
    command = [sys.executable, "-m", "explorer", "serve", "--no-open", "--port", str(PORT)]
    server = subprocess.Popen(command)
    chosen.out.mkdir(parents=True, exist_ok=True)
    try:
        _wait(f"http://127.0.0.1:{PORT}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=browser_path, args=["--no-sandbox"]
            )
            for name in chosen.looks:
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(f"http://127.0.0.1:{PORT}")
                page.wait_for_selector(".nep-card", timeout=60_000)
                if chosen.dark:
                    page.get_by_role("button", name="Dark mode").click()
                page.wait_for_timeout(SETTLED)
                LOOKS[name](page)
                page.wait_for_timeout(SETTLED)
                page.screenshot(path=chosen.out / f"{name}.png")
                print(chosen.out / f"{name}.png")
                page.close()
            browser.close()
    finally:
        server.terminate()
        server.wait()


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=60).close()
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"no page at {url}")


if __name__ == "__main__":
    main()
