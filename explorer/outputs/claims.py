"""Names of files, claimed before the work and given when all is written.

What is to have the name NAME is written in the hidden folder ``.NAME.nep-explorer`` beside it,
whose file ``lock`` the process holds as long as it lives:

- A second process that wants the name finds the lock held, and is refused at once.
- When everything is written, the file ``moves`` says what goes where. From then on the new files
  will have their names, even if this process is killed in between: whoever comes next follows it.
- What stood under a name is moved into the folder, whole, before the new takes its place, and is
  deleted after.
- A folder whose lock nobody holds was left by a process that was killed. The next that writes
  beside it follows its moves, if there are any, and deletes it.
"""

import errno
import hashlib
import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from explorer.errors import ExplorerError, SourceError
from explorer.outputs.machine import told
from explorer.outputs.made_here import WORKPLACE, require_replaceable

try:
    import fcntl
except ImportError:  # a system without it: two processes are not kept apart there
    fcntl = None  # type: ignore[assignment]

LONGEST = 180  # bytes of a name that still fits into that of its folder
LOCK, MOVES, FRESH, OLD, WITH = "lock", "moves", "fresh", "old", "with"


class _Held(NamedTuple):
    """A claimed name: as it was asked for, what is to have it, where it is written, the lock."""

    asked: Path
    out: Path
    folder: Path
    lock: int

    @property
    def fresh(self) -> Path:
        return self.folder / FRESH / self.asked.name


class Claim:
    """Names claimed by one command; ``claim[out]`` is where to write what is to be called so."""

    def __init__(self, held: dict[Path, _Held]) -> None:
        self._held = held

    def __getitem__(self, out: str | os.PathLike) -> Path:
        return self._held[Path(out)].fresh


@contextmanager
def claimed(
    *outs: str | os.PathLike | None,
    inputs: Sequence[str | os.PathLike] = (),
    overwrite: bool = False,
    any_content: bool = False,
) -> Iterator[Claim]:
    """Claim the names that will be written, and give them in the end, all or none.

    Whatever could be refused in the end is refused now, before any work is done.

    Parameters
    ----------
    *outs : path
        None is passed over.
    inputs : sequence of path
        What is read meanwhile, which must not be written over.
    overwrite : bool
        Replace what has the name, if this program made it.
    any_content : bool
        Replace it whoever made it: for what lies inside a store of ours.

    Raises
    ------
    SourceError
        When a name is taken, claimed by another process, asked for twice or that of an input, when
        its folder does not exist or cannot be written to, or the disk is full.
    """
    paths = [Path(out) for out in outs if out is not None]
    _require_apart(paths, [Path(each) for each in inputs])
    held: dict[Path, _Held] = {}
    try:
        for path in paths:
            with _undisturbed():
                held[path] = _held(path, overwrite=overwrite, any_content=any_content)
        try:
            yield Claim(held)
            with _undisturbed():
                _give_names(list(held.values()), overwrite=overwrite)
        except ExplorerError:
            raise
        except Exception as error:
            said = told(error, paths[0]) if paths else None
            if said is None:
                raise
            raise said from error
    finally:
        with _undisturbed():
            for one in held.values():
                _release(one.folder, one.lock)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off the signals to end: no hidden folder is left, no name given by half."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    came: list[int] = []
    ends = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, lambda number, _: came.append(number)) for each in ends}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, signal.SIG_DFL if handler is None else handler)
        for number in came:
            signal.raise_signal(number)


@contextmanager
def replacing(
    out: str | os.PathLike, *, overwrite: bool = False, any_content: bool = False
) -> Iterator[Path]:
    """Claim one name; gives the path to write to. See ``claimed``."""
    with claimed(out, overwrite=overwrite, any_content=any_content) as claim:
        yield claim[out]


def write_text(text: str, out: str | os.PathLike, *, overwrite: bool = False) -> Path:
    """Write a text file, whole or not at all."""
    with replacing(out, overwrite=overwrite) as fresh:
        fresh.write_text(text, encoding="utf-8")
    return Path(out)


def finish_interrupted(out: str | os.PathLike) -> None:
    """Give a name that a killed process was about to give; for who looks for it in vain."""
    with suppress(OSError):
        _clear(_workplace(Path(out)))


def _require_apart(outs: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Refuse two outputs of one name, and an output that is an input or lies within one."""
    real = [Path(os.path.realpath(out)) for out in outs]
    for number, one in enumerate(real):
        for other, path in zip(real[:number], outs, strict=False):
            if _overlap(one, other):
                raise SourceError(
                    f"{outs[number]}: two outputs would have this name (the other is {path}); give "
                    "each its own"
                )
    for out, one in zip(outs, real, strict=True):
        for source in inputs:
            if _overlap(one, Path(os.path.realpath(source))):
                raise SourceError(
                    f"{out}: is what is read ({source}), or within it; choose another name"
                )


def _overlap(one: Path, other: Path) -> bool:
    return one == other or one in other.parents or other in one.parents


def _held(out: Path, *, overwrite: bool, any_content: bool) -> _Held:
    """Claim a name; a link stands for what it leads to."""
    target = _meant(out)
    if not _is_folder(target.parent):
        raise SourceError(f"{target.parent}: no such folder; make it first")
    folder = _workplace(target)
    try:
        _clear_leftovers(target.parent)
        lock = _locked(folder, target)
    except ExplorerError:
        raise
    except OSError as error:
        raise told(error, out) or error from error
    try:
        _require_free(target, overwrite=overwrite, any_content=any_content)
        (folder / FRESH).mkdir()
    except BaseException as error:
        _release(folder, lock)
        if isinstance(error, OSError) and not isinstance(error, ExplorerError):
            raise told(error, out) or error from error
        raise
    return _Held(out, target, folder, lock)


def _meant(out: Path) -> Path:
    """Return what a name stands for: itself, or what it leads to."""
    try:
        return Path(os.path.realpath(out)) if out.is_symlink() else out
    except OSError as error:  # as of a name that is too long
        raise told(error, out) or error from error


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long
        return False


def _require_free(out: Path, *, overwrite: bool, any_content: bool = False) -> None:
    """Refuse a name that is taken and may not be given anew."""
    if not os.path.lexists(out):
        return
    if not overwrite:
        raise SourceError(f"{out}: exists already; choose another name or add --overwrite")
    if not any_content:
        require_replaceable(out)


def _workplace(out: Path) -> Path:
    """Return the hidden folder in which what is to have a name is written."""
    name = out.name
    if len(os.fsencode(name)) > LONGEST:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
    return out.parent / f".{name}{WORKPLACE}"


def _locked(folder: Path, out: Path) -> int:
    """Make the hidden folder, or take over what a killed process left; return its lock."""
    while True:
        _clear(folder)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        try:
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            continue  # another process has just deleted it
        if not _take(lock):
            who = os.read(lock, 20).decode(errors="replace").strip()
            os.close(lock)
            raise SourceError(
                f"{out}: is being written by another nep-explorer"
                f"{f' (process {who})' if who else ''}; wait until it has ended, or choose another "
                "name"
            )
        if _is_still(lock, folder / LOCK):
            os.ftruncate(lock, 0)
            os.write(lock, f"{os.getpid()}\n".encode())
            return lock
        os.close(lock)


def _take(lock: int) -> bool:
    """Lock a file without waiting; the lock goes with the process that holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A disk without locks: who made the folder has it.
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN)
    return True


def _is_still(lock: int, path: Path) -> bool:
    """Tell whether an open file is still the one that has the name."""
    try:
        return os.fstat(lock).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


def _clear_leftovers(beside: Path) -> None:
    """Finish or delete what killed processes left in a folder."""
    for folder in beside.glob(f".*{WORKPLACE}"):
        with suppress(OSError):
            _clear(folder)


def _clear(folder: Path) -> None:
    """Finish or delete what a killed process left; what a living one holds stays."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR)
    except FileNotFoundError:
        with suppress(OSError):
            folder.rmdir()  # only where it is empty
        return
    if not _take(lock) or not _is_still(lock, folder / LOCK):
        os.close(lock)
        return
    first = folder / WITH
    if first.exists():
        _clear(folder.parent / Path(first.read_text(encoding="utf-8")).name)
    _release(folder, lock)


def _give_names(held: Sequence[_Held], *, overwrite: bool) -> None:
    """Give what was written its names: the last first, so that the first is there only if all are.

    Files of one folder are given their names together.
    """
    written = [one for one in held if os.path.lexists(one.fresh)]
    for one in written:
        _require_free(one.out, overwrite=overwrite, any_content=True)
    for parent in dict.fromkeys(one.out.parent for one in written):
        group = [one for one in written if one.out.parent == parent]
        first, *others = group
        for other in others:
            (other.folder / WITH).write_text(first.folder.name, encoding="utf-8")
        moves = [[one.folder.name, one.asked.name, one.out.name] for one in reversed(group)]
        draft = first.folder / f"{MOVES}.draft"
        draft.write_text(json.dumps(moves), encoding="utf-8")
        draft.replace(first.folder / MOVES)
        _follow_moves(first.folder)


def _follow_moves(folder: Path) -> None:
    """Give the names that ``moves`` lists; what has its name already is passed over."""
    try:
        moves = json.loads((folder / MOVES).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    for place, written, name in moves:
        if any(Path(each).name != each for each in (place, written, name)):
            return  # not of our writing
        fresh, out, old = (
            folder.parent / place / FRESH / written,
            folder.parent / name,
            folder / OLD,
        )
        if not os.path.lexists(fresh):
            continue
        aside = out.is_dir() or (fresh.is_dir() and os.path.lexists(out))
        if aside:
            old.mkdir(exist_ok=True)
            out.replace(old / name)
        try:
            fresh.replace(out)
        except OSError:
            if aside:
                (old / name).replace(out)
            raise


def _release(folder: Path, lock: int) -> None:
    """Delete a hidden folder, the lock last: what another process makes there then stays.

    Where names were about to be given they are given: an interruption came too late.
    """
    with suppress(OSError, ValueError):
        _follow_moves(folder)
    with suppress(OSError):
        for inside in folder.iterdir():
            if inside.name == LOCK:
                continue
            if inside.is_dir() and not inside.is_symlink():
                shutil.rmtree(inside, ignore_errors=True)
            else:
                inside.unlink(missing_ok=True)
    with suppress(OSError):
        (folder / LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
    os.close(lock)
