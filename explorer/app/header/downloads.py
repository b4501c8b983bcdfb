"""Files made for a download: kept for a while under a secret name, sent in pieces, then deleted.

A widget would send a file through the page's own socket as one text, and stop everything else
meanwhile; a national map at 1 km is a hundred megabytes.
"""

import secrets
import shutil
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import NamedTuple

from tornado.web import HTTPError, RequestHandler

KEPT_SECONDS = 900
MOST_BYTES = 4_000_000_000  # kept on disk together
PIECE = 1 << 20  # bytes sent at once
ROUTE = "download"


class _Offer(NamedTuple):
    path: Path
    until: float


class Downloads:
    """The files on offer in this process."""

    def __init__(self) -> None:
        self._offers: OrderedDict[str, _Offer] = OrderedDict()
        self._lock = Lock()
        self._folder = Path(mkdtemp(prefix="nep-explorer-"))
        weakref.finalize(self, _delete, self._folder)  # at the latest when the process ends

    def make(self, name: str, write: Callable[[Path], object]) -> str:
        """Have a file written and return its address, relative to the page's.

        Parameters
        ----------
        name : str
            What the file is called; of our own making.
        write : callable
            Writes to the path it is given.
        """
        secret = secrets.token_urlsafe(24)
        path = self._folder / secret / name
        path.parent.mkdir()
        try:
            write(path)
        except BaseException:
            _delete(path.parent)
            raise
        with self._lock:
            self._offers[secret] = _Offer(path, time.monotonic() + KEPT_SECONDS)
        self._clear()
        return f"{ROUTE}/{secret}/{name}"

    def find(self, secret: str) -> Path | None:
        """Return the file of an address, if it is still on offer."""
        self._clear()
        with self._lock:
            offer = self._offers.get(secret)
        return None if offer is None else offer.path

    def _clear(self) -> None:
        """Delete what is too old, and the oldest of what is too much; never the newest."""
        with self._lock:
            sizes = {secret: o.path.stat().st_size for secret, o in self._offers.items()}
            for secret, offer in list(self._offers.items()):
                too_much = sum(sizes.values()) > MOST_BYTES and len(self._offers) > 1
                if offer.until < time.monotonic() or too_much:
                    del self._offers[secret], sizes[secret]
                    _delete(offer.path.parent)


def _delete(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


class DownloadHandler(RequestHandler):
    """Sends a file on offer, piece by piece, always as a file: it is never shown as a page."""

    def initialize(self, find: Callable[[str], Path | None]) -> None:
        """Take what finds the files."""
        self.find = find

    async def get(self, secret: str, _name: str) -> None:
        """Send the file."""
        path = self.find(secret)
        if path is None:
            raise HTTPError(404, reason="this file is no longer on offer; export it again")
        with path.open("rb") as file:
            self.set_header("Content-Type", "application/octet-stream")
            self.set_header("Content-Disposition", f'attachment; filename="{path.name}"')
            self.set_header("Content-Length", str(path.stat().st_size))
            self.set_header("Cache-Control", "no-store")
            self.set_header("X-Content-Type-Options", "nosniff")
            while piece := file.read(PIECE):
                self.write(piece)
                await self.flush()


def download_routes(find: Callable[[str], Path | None]) -> list[tuple]:
    """Return the routes that a server needs for downloads."""
    return [(rf"/{ROUTE}/([\w-]+)/([\w.-]+)", DownloadHandler, {"find": find})]
