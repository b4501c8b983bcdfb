"""One family of errors: every fault that the package raises on purpose.

A message says what is wrong, where, what was found, what was expected and what to do, and fits on
a screen: what is quoted from a file may be as long as the file.
Anything else that is raised is a defect of the package and keeps its traceback.
"""

from collections.abc import Sequence

MOST_LINES = 48
LONGEST_LINE = 1_000  # characters
MOST_CHARACTERS = 4_000  # 50 lines of 80


def on_a_screen(message: str) -> str:
    """Return a message no longer than a screen; what was left out is counted.

    A line is cut in its middle: it begins with what and where, and ends with what was expected.
    """
    lines = message.splitlines()
    kept: list[str] = []
    room = MOST_CHARACTERS
    for line in lines[:MOST_LINES]:
        short = _cut(line)
        room -= len(short) + 1
        if kept and room < 0:
            break
        kept.append(short)
    rest = len(lines) - len(kept)
    return "\n".join([*kept, f"  … and {rest} more lines"] if rest else kept)


def _cut(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    head, tail = LONGEST_LINE * 2 // 3, LONGEST_LINE // 4
    return f"{line[:head]} … {len(line) - head - tail} characters left out … {line[-tail:]}"


class ExplorerError(Exception):
    """Base of every error this package raises on purpose."""

    def __init__(self, message: str = "") -> None:
        super().__init__(on_a_screen(message))


class SchemaError(ExplorerError, ValueError):
    """Data do not match the table of variables; has every fault found, not only the first."""

    def __init__(self, problems: Sequence[str], where: str = "the scene") -> None:
        self.problems = tuple(problems)
        self.where = where
        count = len(self.problems)
        head = f"{where}: {count} fault{'s' if count != 1 else ''}"
        # One line each, so that what cannot be shown is counted in faults.
        lines = [f"  - {' '.join(str(each).split())}" for each in self.problems[:MOST_LINES]]
        rest = [""] * (count - len(lines))
        super().__init__("\n".join([head, *lines, *rest]))

    def __reduce__(self) -> tuple:
        """Let the error pass from one process to another."""
        return type(self), (self.problems, self.where)


class PlaceError(SchemaError):
    """Nothing says where some towers stand, and all else is well; ``sites`` names them."""

    def __init__(self, problems: Sequence[str], where: str, sites: Sequence[str]) -> None:
        super().__init__(problems, where)
        self.sites = tuple(sites)

    def __reduce__(self) -> tuple:
        """Let the error pass from one process to another."""
        return type(self), (self.problems, self.where, self.sites)


class RecipeError(SchemaError):
    """A recipe cannot be followed: unknown key, missing file, unit that cannot be converted."""


class SourceError(ExplorerError, OSError):
    """A file is missing, unreadable, not what its name says, or cannot be written."""


class MemoryShortageError(ExplorerError, MemoryError):
    """What was asked for does not fit in memory."""


class ServerError(ExplorerError, OSError):
    """The page cannot be served: the port is taken, or may not be listened on."""


class ParameterError(ExplorerError, ValueError):
    """A parameter is unknown or its value is out of bounds."""


class ViewError(ExplorerError, ValueError):
    """A view names a page, variable, period or place that cannot be shown."""


class ShareError(ExplorerError, ValueError):
    """A link cannot be read, or asks for what cannot be."""


class TooMuchError(ExplorerError):
    """What was given takes more time or memory than one person may take from all others."""
