"""One family of errors: every fault that the package raises on purpose.

A message says what is wrong, where, what was found, what was expected and what to do.
Anything else that is raised is a defect of the package and keeps its traceback.
"""

from collections.abc import Sequence


class ExplorerError(Exception):
    """Base of every error this package raises on purpose."""


class SchemaError(ExplorerError, ValueError):
    """Data do not match the table of variables; lists every fault found, not only the first."""

    def __init__(self, problems: Sequence[str], where: str = "the scene") -> None:
        self.problems = tuple(problems)
        self.where = where
        count = len(self.problems)
        head = f"{where}: {count} fault{'s' if count != 1 else ''}"
        super().__init__("\n".join([head, *(f"  - {problem}" for problem in self.problems)]))

    def __reduce__(self) -> tuple:
        """Let the error pass from one process to another."""
        return type(self), (self.problems, self.where)


class PlaceError(SchemaError):
    """Nothing says where some towers stand, and all else is well; ``sites`` names them."""

    def __init__(self, problems: Sequence[str], where: str, sites: Sequence[str]) -> None:
        super().__init__(problems, where)
        self.sites = tuple(sites)


class RecipeError(SchemaError):
    """A recipe cannot be followed: unknown key, missing file, unit that cannot be converted."""


class SourceError(ExplorerError, OSError):
    """A file is missing, unreadable, or not what its name says."""


class ParameterError(ExplorerError, ValueError):
    """A parameter is unknown or its value is out of bounds."""


class ViewError(ExplorerError, ValueError):
    """A view names a page, variable, period or place that cannot be shown."""


class ShareError(ExplorerError, ValueError):
    """A link cannot be read, or asks for what cannot be."""


class TooMuchError(ExplorerError):
    """What was given takes more time or memory than one person may take from all others."""
