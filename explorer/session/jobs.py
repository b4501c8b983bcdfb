"""The one way to work in the background: newest request first, progress, cancel, nothing lost.

An owner (a person's page) has slots, one for each purpose. A slot has at most one job at a time:
asking for another cancels the one before. Jobs run in lanes, see ``lanes``.
"""

import logging
import time
from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Any
from weakref import WeakSet

from explorer.errors import ExplorerError
from explorer.session.apart import Apart
from explorer.session.lanes import LANES, Lane, Queue

PROGRESS_STEP = 0.05  # share of a job between two reports of its progress

Proceed = Callable[[float], bool]
"""Called by a computation with the share done; False means that it was cancelled and should end."""

Later = Callable[[Callable[[], None]], None]
Soon = Callable[[Callable[[], None], float], None]


def at_once(call: Callable[[], None], _seconds: float = 0.0) -> None:
    """Make a call in the thread that asks for it, without waiting."""
    call()


class Jobs:
    """Runs the jobs of all owners.

    ``apart`` is a process of its own, for jobs that work on what comes from outside.
    """

    def __init__(self, lanes: Iterable[Lane] = LANES) -> None:
        self._queues = {lane.name: Queue(lane) for lane in lanes}
        self.apart = Apart()  # for jobs that work on what is not trusted

    def owner(self, later: Later = at_once, soon: Soon = at_once) -> "Owner":
        """Return a new owner, which takes turns with the others.

        Parameters
        ----------
        later : callable
            Makes a call in the owner's thread; every callback of a job goes through it.
        soon : callable
            Makes a call in the owner's thread after some seconds.
        """
        return Owner(self._queues, later, soon)

    def wait(self, timeout: float) -> bool:
        """Wait until no job is pending or running; False when that takes longer, in seconds."""
        deadline = time.monotonic() + timeout
        return all(queue.wait(deadline - time.monotonic()) for queue in self._queues.values())


class Owner:
    """Whose jobs these are; when it ends they are cancelled, and later requests are ignored."""

    def __init__(self, queues: dict[str, Queue], later: Later, soon: Soon) -> None:
        self.later, self.soon, self.ended = later, soon, False
        self._queues = queues
        self._slots: WeakSet[Slot] = WeakSet()

    def slot(self, lane: str, purpose: str) -> "Slot":
        """Return a new slot, whose jobs run in a lane; the log names them by their purpose."""
        slot = Slot(self, self._queues[lane], purpose)
        self._slots.add(slot)
        return slot

    def end(self) -> None:
        """Cancel every job, without a callback."""
        self.ended = True
        for slot in list(self._slots):
            slot.drop()


class Slot:
    """One purpose of one owner; its methods are called in the owner's thread."""

    def __init__(self, owner: Owner, queue: Queue, purpose: str) -> None:
        self.owner, self.purpose = owner, purpose
        self._queue = queue
        self._job: _Job | None = None

    @property
    def key(self) -> Hashable | None:
        """Key of the job that is pending or running; None without one."""
        return None if self._job is None else self._job.key

    def ask(
        self,
        key: Hashable,
        compute: Callable[[Proceed], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progress: Callable[[float | None], None] = lambda share: None,
        rest: float = 0.0,
        here: bool = False,
    ) -> None:
        """Start a job and cancel the one under way, unless that has the same key.

        Parameters
        ----------
        key : hashable
            What is computed.
        compute : callable
            Is given ``Proceed``, and returns the value.
        done : callable
            Callback with the value.
        failed : callable
            Callback with what ``compute`` raised; that is in the log already.
        progress : callable
            Callback with 0 at once, then the share done, then None when the job has ended: after
            ``done`` or ``failed``, even where these raise, or when it is cancelled.
        rest : float
            Seconds before the job may start; until then it occupies no thread.
        here : bool
            Run in the owner's thread: for what is quick.
        """
        if self.owner.ended or (self._job is not None and self._job.key == key):
            return
        self.drop()
        start = time.monotonic() + rest
        self._job = job = _Job(self, key, compute, done, failed, progress, start)
        progress(0.0)
        if here:
            self.owner.soon(job.run, rest)
        else:
            self._queue.put(job)

    def cancel(self) -> None:
        """Cancel the job under way, if there is one."""
        job = self.drop()
        if job is not None:
            job.progress(None)

    def drop(self) -> "_Job | None":
        """Cancel the job under way without a callback, and return it."""
        job, self._job = self._job, None
        if job is not None:
            job.compute = None  # frees what it refers to, even while it still waits for a timer
            self._queue.remove(job)
        return job

    def is_doing(self, job: "_Job") -> bool:
        """Tell whether a job is under way: neither cancelled nor ended."""
        return job is self._job

    def finish(self, job: "_Job", callback: Callable[[Any], None], outcome: Any) -> None:
        """Hand over the outcome of a job, unless it was cancelled."""
        if self.is_doing(job):
            self._job = None
            try:
                callback(outcome)
            finally:
                job.progress(None)


class _Job:
    """A computation, and the callbacks for its outcome."""

    def __init__(
        self,
        slot: Slot,
        key: Hashable,
        compute: Callable[[Proceed], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progress: Callable[[float | None], None],
        start: float,
    ) -> None:
        self.slot, self.owner, self.key, self.start = slot, slot.owner, key, start
        self.compute: Callable[[Proceed], Any] | None = compute
        self.done, self.failed, self.progress = done, failed, progress
        self._reported = 0.0

    def run(self) -> None:
        """Compute, and call back in the owner's thread."""
        compute = self.compute
        if compute is None:  # cancelled
            return
        try:
            value = compute(self._proceed)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # compiled libraries may raise what is no Exception
            level = logging.INFO if isinstance(error, ExplorerError) else logging.ERROR
            logger = logging.getLogger(__name__)
            logger.log(level, "a job failed: %s", self.slot.purpose, exc_info=True)
            self.owner.later(partial(self.slot.finish, self, self.failed, error))
        else:
            self.owner.later(partial(self.slot.finish, self, self.done, value))

    def _proceed(self, share: float) -> bool:
        under_way = self.slot.is_doing(self)
        if under_way and share - self._reported >= PROGRESS_STEP:
            self._reported = share
            self.owner.later(partial(self._report, share))
        return under_way

    def _report(self, share: float) -> None:
        if self.slot.is_doing(self):
            self.progress(share)
