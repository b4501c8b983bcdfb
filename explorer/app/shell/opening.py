"""A scene being opened in the background, and what there is of it meanwhile.

Nothing heavy is imported at the top: the page is served while the model is still being imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from explorer.app.shell.downloads import Downloads

if TYPE_CHECKING:
    from explorer.session.opened import Shared


PROGRESS_STEP = 0.1
PATIENCE = 5.0  # s that the whole waits for a page to show the overview


class Opening:
    """Opens a scene: first its overview, if it has one, then the whole.

    ``shared`` is the best there is so far, ``share`` how much of the whole has been read; ``error``
    is what ended the opening, if anything did.
    """

    def __init__(self, path: str | os.PathLike | None) -> None:
        self.path = path
        self.shared: Shared | None = None
        self.is_whole = False
        self.share = 0.0  # of the whole that has been read
        self.error: Exception | None = None
        self.downloads = Downloads()
        self._overview_shown = Event()
        self._lock = Lock()
        self._followers: list[Callable[[], None]] = []

    @property
    def name(self) -> str:
        """What the scene's file is called."""
        return "the demonstration scene" if self.path is None else Path(self.path).name

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self.is_whole or self.error is not None

    def start(self) -> None:
        """Begin, in a thread that ends with the process."""
        Thread(target=self._open, name="opening", daemon=True).start()

    def overview_is_shown(self) -> None:
        """Go on with the whole: both at once would keep the first page waiting."""
        self._overview_shown.set()

    def file_on_offer(self, secret: str) -> Path | None:
        """Return the file that was made for a download's address."""
        return self.downloads.find(secret)

    def follow(self, call: Callable[[], None]) -> Callable[[], None]:
        """Have a call made, in the opening's thread, whenever there is news; returns the way out.

        The caller looks at what there is already after this.
        """
        with self._lock:
            self._followers.append(call)

        def leave() -> None:
            with self._lock:
                if call in self._followers:
                    self._followers.remove(call)

        return leave

    def _open(self) -> None:
        try:
            # Here and not above: these take seconds, in which the page is shown already.
            from explorer.app.shell.page import load_drawing
            from explorer.compiled import keep_compiled_code
            from explorer.pipeline import open_scene
            from explorer.scene.demo import demo_scene_path
            from explorer.scene.overview import open_overview
            from explorer.session.opened import Shared

            keep_compiled_code()
            load_drawing()
            path = self.path or demo_scene_path()
            overview = open_overview(path)
            if overview is not None:
                self._found(Shared(path, overview))
                self._overview_shown.wait(PATIENCE)
            self._found(Shared(path, open_scene(path, self._read)), whole=True)
        except Exception as error:  # whatever it is, the page and the command line must tell it
            self.error = error
            self._tell()

    def _read(self, share: float) -> None:
        """Tell how much has been read, now and then."""
        if share - self.share >= PROGRESS_STEP:
            self.share = share
            self._tell()

    def _found(self, shared: Shared, *, whole: bool = False) -> None:
        shared.warm_up()
        shared.is_whole = whole
        self.shared, self.is_whole = shared, whole
        self._tell()

    def _tell(self) -> None:
        with self._lock:
            followers = list(self._followers)
        for call in followers:
            call()
