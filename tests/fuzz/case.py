"""What a group of cases is, and how one ends."""

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from explorer.errors import ExplorerError

LONGEST_MESSAGE, MOST_LINES = 4_200, 60


class Group(NamedTuple):
    """Cases of one kind.

    Attributes
    ----------
    count, quick : int
        Cases of ``make fuzz``, and of those the first that ``make test`` runs.
    prepare : callable
        Makes in a folder what all cases share.
    case : callable
        Takes a random generator, what was prepared, and a folder of its own; returns what was done
        to the input, and what reads it. None where the input could not be made.
    """

    count: int
    quick: int
    prepare: Callable[[Path], Any]
    case: Callable[[np.random.Generator, Any, Path], tuple[str, Callable[[], object]] | None]


class Refused(ExplorerError):
    """A command ended with a message; it is raised anew to be counted."""


def command(*words: object) -> None:
    """Run a command in this process; one that ends with a message raises it."""
    from explorer.__main__ import main

    arguments, out, err = ["nep-explorer", *map(str, words)], io.StringIO(), io.StringIO()
    try:
        with mock.patch.object(sys, "argv", arguments), redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        if ended.code:
            told = err.getvalue()
            refused = Refused()
            # As it was written, for its length is judged.
            refused.args = (told[told.find("error:") :] if "error:" in told else told[-2000:],)
            raise refused from None


def is_long(message: str) -> bool:
    """Tell whether a message is longer than a screen."""
    return len(message) > LONGEST_MESSAGE or message.count("\n") > MOST_LINES
