"""Take the pictures of the running page that README and docs show.

``python docs/screenshot.py`` serves the demonstration scene and writes docs/images/map.png.
"""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
IMAGE = ROOT / "docs" / "images" / "map.png"
PORT = 5077


def main() -> None:
    """Serve, wait until the map is drawn, and photograph it."""
    find = [sys.executable, ROOT / "tests" / "ui" / "find_browser.py"]
    browser_path = subprocess.run(find, capture_output=True, text=True, check=True).stdout.strip()
    command = [sys.executable, "-m", "explorer", "serve", "--no-open", "--port", str(PORT)]
    server = subprocess.Popen(command)
    try:
        _wait(f"http://127.0.0.1:{PORT}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=browser_path, args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"http://127.0.0.1:{PORT}")
            page.wait_for_selector(".nep-card", timeout=60_000)
            page.wait_for_timeout(4000)
            IMAGE.parent.mkdir(exist_ok=True)
            page.screenshot(path=IMAGE)
            browser.close()
    finally:
        server.terminate()
        server.wait()
    print(IMAGE.relative_to(ROOT))


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
