"""Work that may take long: at once where it is quick, else in the worker's thread; newest wins."""

import time
from collections.abc import Callable, Hashable
from typing import Any

import param

from explorer.app.state.state import ExplorerState

PAUSE = 120  # ms; what the hand waits for comes first
REST = 0.5  # s without another wish before the processors are kept busy with one
PROGRESS_STEP = 0.05

Proceed = Callable[[float], bool]


class Background(param.Parameterized):
    """One thing to compute for a session: its value, and how far it is.

    ``ask`` names what is wanted by a key; the same key again does nothing, another drops what is
    under way.
    """

    value: Any = param.Parameter(doc="What was computed last; None until then.")
    progress: float = param.Number(default=None, allow_None=True, bounds=(0, 1))

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.key: Hashable | None = None  # what ``value`` is of
        self._wanted: Hashable | None = None

    def ask(self, key: Hashable, compute: Callable[[Proceed], Any]) -> None:
        """Compute something; ``compute`` is told how to say its progress, and when to end."""
        if key == self._wanted:
            return
        self._wanted = key
        if self.state.shared.instant:
            self.state.soon(lambda: self._here(key, compute), PAUSE)
        else:
            self.key = None
            self.param.update(value=None, progress=0.0)
            self.state.shared.worker.submit(self._there, key, compute)

    def cancel(self) -> None:
        """Give up what is under way; what is known already stays."""
        self._wanted = self.key
        self.progress = None

    def forget(self) -> None:
        """Give up what is under way and what is known: both are of something older."""
        self._wanted = self.key = None
        self.param.update(value=None, progress=None)

    def _here(self, key: Hashable, compute: Callable[[Proceed], Any]) -> None:
        if self._wanted == key:
            self._tell(key, value=compute(lambda _share: True))

    def _there(self, key: Hashable, compute: Callable[[Proceed], Any]) -> None:
        """Run in the worker's thread, once the hand has rested."""
        told = 0.0
        resting = time.monotonic()
        while self._wanted == key and time.monotonic() - resting < REST:
            time.sleep(0.02)

        def proceed(share: float) -> bool:
            nonlocal told
            if share - told >= PROGRESS_STEP:
                told = share
                self.state.later(lambda: self._tell(key, progress=share))
            return self._wanted == key

        value = compute(proceed) if self._wanted == key else None
        if value is not None:
            self.state.later(lambda: self._tell(key, value=value, progress=None))

    def _tell(self, key: Hashable, **changes: Any) -> None:
        if self._wanted == key:
            if "value" in changes:
                self.key = key
            self.param.update(**changes)
