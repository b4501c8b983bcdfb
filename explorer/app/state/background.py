"""A value that may take long: at once on a small scene, else in the background."""

from collections.abc import Callable, Hashable
from typing import Any

import param

from explorer.app.state.faults import reason
from explorer.app.state.state import ExplorerState
from explorer.session.jobs import Proceed as Proceed

PAUSE = 0.12  # s; on a small scene, so that the map is drawn first
REST = 0.5  # s without a newer request before a computation starts


class Background(param.Parameterized):
    """One value that is computed for a session: the value, and how far it is.

    Parameters
    ----------
    state : ExplorerState
    purpose : str
        What is computed, as "The split by cause"; for the log, and for the page when it fails.
    """

    value: Any = param.Parameter(doc="What was computed last; None until then.")
    progress = param.Number(default=None, allow_None=True, bounds=(0, 1))
    failure = param.String(
        default=None, allow_None=True, doc="Why the last computation failed, if it did."
    )

    def __init__(self, state: ExplorerState, purpose: str) -> None:
        super().__init__()
        self.state, self.purpose = state, purpose
        self.key: Hashable | None = None  # key of ``value``
        self._slot = state.session.slot("quick", purpose)
        self._failed_key: Hashable | None = None

    def ask(self, key: Hashable, compute: Callable[[Proceed], Any]) -> None:
        """Compute the value of a key, unless it is known, under way, or has failed."""
        if key == self.key:
            self._slot.cancel()
        elif key not in (self._slot.key, self._failed_key):
            here = self.state.shared.instant
            self._failed_key = None
            if not here:
                self.key = None
                self.param.update(value=None, failure=None)
            self._slot.ask(
                key, compute, rest=PAUSE if here else REST, here=here,
                done=lambda value: self._done(key, value),
                failed=lambda error: self._failed(key, error),
                progress=(lambda _share: None) if here else self._progressed,
            )  # fmt: skip

    def cancel(self) -> None:
        """Cancel the computation under way; a value that is known stays."""
        self._failed_key = None
        self._slot.cancel()

    def forget(self) -> None:
        """Cancel the computation under way, and drop the value: both are out of date."""
        self.cancel()
        self.key = None
        self.param.update(value=None, failure=None)

    def _progressed(self, share: float | None) -> None:
        self.progress = share

    def _done(self, key: Hashable, value: Any) -> None:
        self.key = key
        self.param.update(value=value, failure=None, progress=None)

    def _failed(self, key: Hashable, error: BaseException) -> None:
        self.key, self._failed_key = None, key
        self.state.session.faults.add(f"{self.purpose} could not be computed", error)
        self.param.update(value=None, failure=reason(error), progress=None)
