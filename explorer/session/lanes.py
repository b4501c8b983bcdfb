"""Lanes: queues of work with threads of their own, in which owners take turns."""

import logging
import time
from collections import OrderedDict
from collections.abc import Hashable
from threading import Condition, Thread
from typing import NamedTuple, Protocol

IDLE = 10.0  # seconds without work after which a thread ends


class Lane(NamedTuple):
    """A row of ``LANES``; work in one lane never waits for work in another."""

    name: str
    workers: int
    purpose: str


LANES = (
    Lane("quick", 1, "first passes, and sums over every cell"),
    Lane("files", 1, "files to be downloaded"),
    Lane("outside", 1, "what links and uploaded files bring"),
    Lane("long", 1, "training, many years"),
    Lane("scenes", 1, "opening a scene"),
)


class Work(Protocol):
    """What a lane runs."""

    @property
    def owner(self) -> Hashable:
        """Who takes turns with other owners."""

    @property
    def start(self) -> float:
        """When it may start, as ``time.monotonic`` counts; until then it occupies no thread."""

    def run(self) -> None:
        """Do it."""


class Queue:
    """The pending work of a lane, and the threads that run it; they start with the first work."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._changed = Condition()
        self._pending: OrderedDict[Hashable, list[Work]] = OrderedDict()  # next owner first
        self._workers = self._running = 0

    def put(self, work: Work) -> None:
        """Add work, and start a thread if the lane may have one more."""
        with self._changed:
            self._pending.setdefault(work.owner, []).append(work)
            self._changed.notify_all()
            start = self._workers < self.lane.workers
            self._workers += start
        if start:
            Thread(target=self._work, name=f"{self.lane.name} jobs", daemon=True).start()

    def remove(self, work: Work) -> None:
        """Remove work that is pending; work that is running goes on."""
        with self._changed:
            if work in self._pending.get(work.owner, ()):
                self._take(work)
                self._changed.notify_all()

    def wait(self, timeout: float) -> bool:
        """Wait until nothing is pending or running; False when that takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._pending and not self._running, timeout)

    def _work(self) -> None:
        while self._run_one():
            pass

    def _run_one(self) -> bool:
        """Run what is next; False when there was nothing for long, and the thread ends."""
        work = self._next()  # a local of this call alone: it may refer to large arrays
        if work is None:
            return False
        try:
            work.run()
        except BaseException:  # a callback raised, or its document is gone; the thread goes on
            logging.getLogger(__name__).exception("a callback failed in lane %s", self.lane.name)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()
        return True

    def _next(self) -> Work | None:
        """Wait for work that may start; None when the lane stays empty."""
        with self._changed:
            end = time.monotonic() + IDLE
            while True:
                now = time.monotonic()
                pending = [work for works in self._pending.values() for work in works]
                ready = next((work for work in pending if work.start <= now), None)
                if ready is not None:
                    self._take(ready)
                    self._running += 1
                    return ready
                if not pending and now >= end:
                    self._workers -= 1
                    return None
                self._changed.wait(min((work.start for work in pending), default=end) - now)

    def _take(self, work: Work) -> None:
        """Remove pending work; its owner's next turn comes after everybody else's."""
        works = self._pending[work.owner]
        works.remove(work)
        if works:
            self._pending.move_to_end(work.owner)
        else:
            del self._pending[work.owner]
