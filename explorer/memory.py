"""Memory, reckoned before it is taken: a file can declare more than any machine holds."""

import os
from pathlib import Path

from explorer.errors import MemoryShortageError

_STATUS, _MEASURES = Path("/proc/meminfo"), Path("/proc/self/statm")
_CGROUP = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)


def require_memory(needed: float, what: str, advice: str) -> None:
    """Refuse what certainly does not fit in memory.

    Parameters
    ----------
    needed : float
        At least so much will be taken at once, [bytes].
    what : str
        What takes it: where, how much of what.
    advice : str
        What to do.

    Raises
    ------
    MemoryShortageError
        When there is less.
    """
    free = free_memory()
    if free is not None and needed > free:
        raise MemoryShortageError(
            f"{what}: takes at least {_size(needed)} of memory, {_size(free)} can be had; {advice}"
        )


def free_memory() -> float | None:
    """Return how much memory this process can still take, [bytes]; None where nobody says."""
    limits = [limit for limit in (_of_machine(), _of_group(), _of_process()) if limit is not None]
    return min(limits) if limits else None


def _size(amount: float) -> str:
    return f"{amount / 2**30:,.1f} GiB" if amount >= 2**30 else f"{amount / 2**20:,.0f} MiB"


def _of_machine() -> float | None:
    try:
        for line in _STATUS.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:  # all there is, where nobody says what is free
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return None


def _of_group() -> float | None:
    """Return what the container that we run in may still take."""
    for limit, usage in _CGROUP:
        try:
            return float(limit.read_text()) - float(usage.read_text())
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return None


def _of_process() -> float | None:
    """Return what is left of this process's own limit of addresses (ulimit -v)."""
    try:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit == resource.RLIM_INFINITY:
            return None
        return limit - float(_MEASURES.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (ImportError, OSError, ValueError, IndexError):
        return None
