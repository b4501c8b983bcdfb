"""Find a Chromium for the page tests; with --install, get one where that is possible.

Order: one named by NEP_EXPLORER_BROWSER; one on the PATH; Debian's package, as root; Playwright's
own. Page tests never skip: without a browser this ends with a sentence that says what to install.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")
ADVICE = (
    "no browser for the page tests: install Chromium (Debian: apt-get install chromium "
    "fonts-noto-cjk; elsewhere: python -m playwright install chromium) or name one in "
    "NEP_EXPLORER_BROWSER"
)


def find_browser() -> str | None:
    """Return the path of a Chromium that is there already, or None."""
    named = os.environ.get("NEP_EXPLORER_BROWSER")
    if named:
        return named if Path(named).exists() else None
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or playwright_browser()


def playwright_browser() -> str | None:
    """Return Playwright's own Chromium, if it was installed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_browser() -> None:
    """Try Debian's package as root, then Playwright's own download."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*quiet, "update"], env=environment, check=False)
        subprocess.run([*quiet, "install", "-y", *PACKAGES], env=environment, check=False)
    if find_browser() is None:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False, timeout=600)


def main() -> int:
    """Print the browser's path; exit 1 with advice when there is none."""
    if find_browser() is None and "--install" in sys.argv[1:]:
        install_browser()
    path = find_browser()
    print(path or ADVICE, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
