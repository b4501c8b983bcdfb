"""Runs the cases of a group one after the other; what each came to is a line of JSON."""

import json
import logging
import resource
import shutil
import sys
import time
import traceback
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from explorer.errors import ExplorerError
from tests.fuzz.case import Group, is_long
from tests.fuzz.groups import GROUPS

SEED = 2010
MOST_ADDRESSES = 9 * 2**30  # bytes that a case may ask for


def main() -> None:
    """Run the cases of groups, each from one number up to another: NAME START STOP, again."""
    words = sys.argv[1:]
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    prepared: dict[Callable, object] = {}
    with TemporaryDirectory(prefix="nep-fuzz-") as shared:
        for name in words[::3]:
            prepare = GROUPS[name].prepare
            if prepare not in prepared:
                folder = Path(shared) / str(len(prepared))
                folder.mkdir()
                prepared[prepare] = prepare(folder)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, resource.RLIM_INFINITY))
        for name, start, stop in zip(words[::3], words[1::3], words[2::3], strict=True):
            for number in range(int(start), int(stop)):
                say({"begin": number, "group": name})
                say(outcome(name, GROUPS[name], number, prepared[GROUPS[name].prepare]))


def say(line: dict) -> None:
    """Tell the process that waits."""
    print(json.dumps(line), file=sys.__stdout__, flush=True)


def outcome(name: str, group: Group, number: int, prepared: object) -> dict:
    """Run one case. It is the same in every run: its number alone says what it holds."""
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode()), number])
    found = {"end": number, "group": name, "case": "", "outcome": "result", "told": "", "at": ""}
    with TemporaryDirectory(prefix="nep-fuzz-") as place:
        folder = Path(place)
        made = group.case(rng, prepared, folder)
        if made is None:
            return found | {"outcome": "not made"}
        found["case"], act = made
        inputs = set(folder.rglob("*"))
        start = time.monotonic()
        try:
            act()
        except ExplorerError as error:
            told = str(error)
            found |= {"outcome": "long message" if is_long(told) else "named", "told": told[:400]}
        except MemoryError as error:
            found |= {"outcome": "memory", "told": str(error)[:400], "at": lowest_line(error)}
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
            found |= {"outcome": "traceback", "told": told[:400], "at": lowest_line(error)}
        found["seconds"] = round(time.monotonic() - start, 2)
        left = [path for path in set(folder.rglob("*")) - inputs if path.name.startswith(".")]
        whole = found["outcome"] == "result"
        left += [path for path in folder.glob("out.*") if not whole and path not in inputs]
        if left:
            found |= {"left": str(min(left).relative_to(folder))}
        # What a case did to the rights or links in its folder must not stop the next.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
    return found


def lowest_line(error: BaseException) -> str:
    """Which line of the package was the last before the exception."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/explorer/" in frame.filename]
    frame = (ours or list(frames))[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


if __name__ == "__main__":
    main()
