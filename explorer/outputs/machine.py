"""What the machine refuses while a file is written, told as what to do about it."""

import errno
import shutil
from pathlib import Path

from explorer.errors import ExplorerError, SourceError

SCARCE = 2**20  # bytes; libraries that say only "write error" met a full disk when less is free

_SAID = {
    errno.ENOSPC: "the disk is full; make room, or write elsewhere",
    errno.EDQUOT: "your quota of the disk is used up; make room, or write elsewhere",
    errno.EFBIG: "the file grew larger than this disk or account may hold; write elsewhere",
    errno.EROFS: "the disk can only be read; write elsewhere",
    errno.EACCES: "this folder may not be written to; write elsewhere, or have it allowed",
    errno.EPERM: "this folder may not be written to; write elsewhere, or have it allowed",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EMFILE: "too many files are open; end other programs, or raise the limit (ulimit -n)",
    errno.EIO: "the disk reports a fault; write elsewhere",
}


def told(error: BaseException, out: Path) -> ExplorerError | None:
    """Return what to say of an exception that ended the writing of a file.

    Returns
    -------
    ExplorerError or None
        None when it was none of the machine's faults, but a defect of the program.
    """
    known = next((said for cause in _causes(error) if (said := _SAID.get(cause))), None)
    if known is None and _is_full(out.parent):
        known = _SAID[errno.ENOSPC]
    if known is not None:
        return SourceError(f"{out}: cannot be written: {known}")
    # The NetCDF library says no more than that: its exceptions have no number.
    if isinstance(error, OSError) or str(error).startswith("NetCDF: "):
        return SourceError(f"{out}: cannot be written: {error}; is there room, and a right to it?")
    return None


def _causes(error: BaseException | None) -> list[int]:
    """Return the error numbers of an exception and of what led to it."""
    found: list[int] = []
    for _ in range(20):
        if error is None:
            break
        number = getattr(error, "errno", None)
        found += [number] if isinstance(number, int) else []
        error = error.__cause__ or error.__context__
    return found


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < SCARCE
    except OSError:
        return False
