"""A scene being opened in the background, and what there is of it meanwhile.

Nothing heavy is imported at the top: the page is served while the model is still being imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from explorer.app.header.downloads import Downloads
from explorer.session.jobs import Jobs, Proceed

if TYPE_CHECKING:
    from explorer.session.opened import Opened


PATIENCE = 5.0  # s that the whole waits for a page to show the overview


class Opening:
    """Opens a scene: first its overview, if it has one, then the whole.

    ``shared`` is the best there is so far, ``share`` how much of the whole has been read; ``error``
    is what ended the opening, if anything did.
    """

    def __init__(self, path: str | os.PathLike | None) -> None:
        self.path = path
        self.shared: Opened | None = None
        self.is_whole = False
        self.share = 0.0  # of the whole that has been read
        self.error: BaseException | None = None
        self.jobs = Jobs()  # of this scene's sessions too
        self._slot = self.jobs.owner().slot("scenes", "opening the scene")
        self.downloads = Downloads()
        self._overview_shown = Event()
        self._lock = Lock()
        self._subscribers: list[Callable[[], None]] = []

    @property
    def name(self) -> str:
        """What the scene's file is called."""
        return "the demonstration scene" if self.path is None else Path(self.path).name

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self.is_whole or self.error is not None

    def start(self) -> None:
        """Begin, in the background."""
        self._slot.ask(
            self.name, self._open, done=self._opened, failed=self._failed, progress=self._read
        )

    def overview_is_shown(self) -> None:
        """Go on with the whole: both at once would keep the first page waiting."""
        self._overview_shown.set()

    def file_on_offer(self, secret: str) -> Path | None:
        """Return the file that was made for a download's address."""
        return self.downloads.find(secret)

    def subscribe(self, call: Callable[[], None]) -> Callable[[], None]:
        """Have a callback made in the opening's thread at every change.

        Returns
        -------
        callable
            Unsubscribes.
        """
        with self._lock:
            self._subscribers.append(call)

        def unsubscribe() -> None:
            with self._lock:
                if call in self._subscribers:
                    self._subscribers.remove(call)

        return unsubscribe

    def _open(self, proceed: Proceed) -> Opened:
        # Here and not above: these take seconds, in which the page is shown already.
        import explorer.app.shell.page  # noqa: F401 (whoever fills a page needs it)
        from explorer.compiled import keep_compiled_code
        from explorer.pipeline import open_overview, open_scene
        from explorer.scene.demo import demo_scene_path
        from explorer.session.opened import Opened

        keep_compiled_code()
        path = self.path or demo_scene_path()
        overview = open_overview(path)
        if overview is not None:
            shared = Opened(path, overview, self.jobs)
            shared.is_whole = False
            shared.warm_up()
            self.shared = shared
            self._publish()
            self._overview_shown.wait(PATIENCE)
        whole = Opened(path, open_scene(path, proceed), self.jobs)
        whole.warm_up()
        return whole

    def _read(self, share: float | None) -> None:
        if share is not None:
            self.share = share
            self._publish()

    def _opened(self, whole: Opened) -> None:
        self.shared, self.is_whole = whole, True
        self._publish()

    def _failed(self, error: BaseException) -> None:
        self.error = error
        self._publish()

    def _publish(self) -> None:
        with self._lock:
            subscribers = list(self._subscribers)
        for call in subscribers:
            call()
