"""A process apart, for what comes from outside and may take any time and memory.

Compiled libraries can neither be interrupted nor be told how much they may use, and hold up every
thread while they hold Python's lock. What they are given by a link or a file is worked on in
another process, which can be ended.
"""

import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from explorer.errors import ExplorerError, TooMuchError

LONGEST = 20.0  # s that one call may take
MOST_MEMORY = 1_500_000_000  # bytes that the process may take besides its own code
LOOK = 0.1  # s between two looks whether the call is still wanted
NICE = 5  # how far it stands back behind who serves the pages

Value = TypeVar("Value")


class _Worker(NamedTuple):
    process: BaseProcess
    connection: Connection


class Apart:
    """Makes calls in one process of its own, one after the other; safe to share between threads.

    The process is started with the first call, and again after it had to be ended.

    Parameters
    ----------
    longest : float
        Seconds that a call may take.
    most_memory : int
        Bytes that the process may take, where the system can limit it.
    """

    def __init__(self, longest: float = LONGEST, most_memory: int = MOST_MEMORY) -> None:
        self.longest, self.most_memory = longest, most_memory
        self._lock = Lock()
        self._worker: _Worker | None = None

    def start(self) -> None:
        """Start the process, so that the first call need not wait for it."""
        with self._lock:
            self._running()

    def call(
        self,
        function: Callable[..., Value],
        *arguments: Any,
        proceed: Callable[[float], bool] | None = None,
    ) -> Value | None:
        """Return what a function returns; None when it did not proceed.

        Parameters
        ----------
        function : callable
            Of a module, so that the other process finds it by its name.
        *arguments : object
            What can be pickled.
        proceed : callable, optional
            Asked from time to time; False ends the call.

        Raises
        ------
        TooMuchError
            When it takes too long or too much memory.
        Exception
            What the function raises.
        """
        with self._lock:
            worker = self._running()
            try:
                worker.connection.send((function, arguments))
                deadline = time.monotonic() + self.longest
                while not worker.connection.poll(LOOK):
                    if proceed is not None and not proceed(0.0):
                        self._end()
                        return None
                    if time.monotonic() > deadline:
                        self._end()
                        raise TooMuchError(
                            f"this took more than {self.longest:g} s and was given up; expected "
                            "what can be checked sooner: simplify it"
                        )
                done, outcome = worker.connection.recv()
            except (EOFError, OSError) as error:
                self._end()
                raise _too_large() from error
        if not done:
            raise outcome
        return outcome

    def end(self) -> None:
        """End the process; the next call starts another."""
        with self._lock:
            self._end()

    def _running(self) -> _Worker:
        """Return the process, started if there is none."""
        if self._worker is not None and not self._worker.process.is_alive():
            self._end()
        if self._worker is None:
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_serve, args=(theirs, self.most_memory), name="apart", daemon=True
            )
            process.start()
            theirs.close()
            self._worker = _Worker(process, ours)
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.process.kill()
            worker.process.join()
            worker.process.close()
            worker.connection.close()


def _too_large() -> TooMuchError:
    return TooMuchError(
        "this takes more memory than one person may take, and was given up; expected what is "
        "smaller: simplify it"
    )


def _serve(connection: Connection, most_memory: int) -> None:
    """Answer calls until whoever asks is gone (runs in the process apart)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends this
    if hasattr(os, "nice"):
        os.nice(NICE)
    _limit_memory(most_memory)
    while True:
        try:
            function, arguments = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(_outcome(function, arguments))


def _outcome(function: Callable[..., Any], arguments: tuple) -> tuple[bool, Any]:
    try:
        return True, function(*arguments)
    except ExplorerError as error:
        return False, error
    except Exception as error:
        if isinstance(error, MemoryError) or "bad_alloc" in str(error):
            return False, _too_large()
        # Not every exception of a library can be pickled.
        return False, RuntimeError(f"{error!r} in another process\n{traceback.format_exc()}")


def _limit_memory(more: int) -> None:
    """Let the process take so many bytes more than it has, where the system can limit that."""
    status = Path("/proc/self/statm")
    if sys.platform == "linux" and status.exists():
        import resource

        pages = int(status.read_text().split()[0])
        limit = pages * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
