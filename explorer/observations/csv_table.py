"""Tables in CSV files that nobody vouches for: read line by line, each value checked.

A fault names file and line, what was found and what was expected; all are gathered.
"""

import csv
import io
import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explorer.errors import SourceError
from explorer.observations.strange_files import decoded, strange_content, strange_separator
from explorer.observations.towers import Site, class_called

MOST_BYTES = 20_000_000
MOST_FAULTS = 40  # listed of one file; then how many more there are
LONGEST_NAME = 40
MISSING = -9999.0


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Line(NamedTuple):
    """One line of a table, and where it stands."""

    where: str
    values: dict[str, str]


class Table(NamedTuple):
    """A file taken apart: its lines by column name."""

    name: str
    columns: tuple[str, ...]
    lines: list[Line]


def read_bytes(path: Path) -> bytes:
    """Return what a file holds; a missing or too large one is refused."""
    if not path.is_file():
        raise SourceError(f"{path}: no such file")
    require_small(path.name, path.stat().st_size)
    return path.read_bytes()


def require_small(name: str, size: int) -> None:
    """Refuse a file that is too large to be what is expected."""
    if size > MOST_BYTES:
        raise SourceError(
            f"{name}: {size / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read"
        )


def taken_apart(
    name: str, content: bytes, faults: list[str], only: Collection[str] | None = None
) -> Table | None:
    """Split a CSV file into lines by column; None, and a fault, when it is none.

    Parameters
    ----------
    name : str
        Of the file, for the faults.
    content : bytes
    faults : list
        What is wrong is added to it.
    only : collection of str, optional
        Columns whose values are taken; of a file of a hundred that is many times quicker.
    """
    require_small(name, len(content))
    text = decoded(content)
    problem = strange_content(content) if text is None else strange_separator(text)
    if text is None or problem:
        faults.append(f"{name}: {problem}")
        return None
    # Only line feeds end a line: ``splitlines`` also splits at U+0085, which notes may hold.
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        columns = tuple(column.strip() for column in next(reader, ()))
        taken = [
            (column, place)
            for place, column in enumerate(columns)
            if only is None or column in only
        ]
        lines = []
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            where = f"{name}, line {reader.line_num}"
            if len(values) != len(columns):
                faults.append(f"{where}: {len(values)} values for {len(columns)} columns")
                continue
            lines.append(Line(where, {column: values[place].strip() for column, place in taken}))
    except csv.Error as error:
        faults.append(f"{name}, line {reader.line_num}: no CSV ({error})")
        return None
    return Table(name, columns, lines)


def shortened(faults: list[str], name: str) -> list[str]:
    """Return the first faults of a file, and how many more it has."""
    rest = len(faults) - MOST_FAULTS
    return faults if rest <= 0 else [*faults[:MOST_FAULTS], f"{name}: {rest} more faults"]


class Values:
    """The values of one line; what is wrong with them is added to the faults."""

    def __init__(self, line: Line, faults: list[str]) -> None:
        self.line = line
        self.faults = faults
        self.sound = True

    def refuse(self, problem: str) -> None:
        """Add a fault of this line."""
        self.sound = False
        self.faults.append(f"{self.line.where}: {problem}")

    def number(
        self, name: str, low: float, high: float, unit: str = "", *, optional: bool = False
    ) -> float:
        """Return a number within limits; NaN when it may be missing, and is, or is refused."""
        text = self.line.values.get(name, "")
        if optional and text.lower() in ("", "na", "nan"):
            return np.nan
        # Python also reads 1_000 and digits of other scripts, which no table means.
        value = float(text) if _NUMBER.fullmatch(text) else np.nan
        if optional and value == MISSING:
            return np.nan
        if not low <= value <= high:  # refuses NaN as well
            self.refuse(
                f"{name} = {text!r}: expected a number from {low:g} to {high:g} {unit}".rstrip()
            )
            return np.nan
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        """Return a whole number within limits; 0 when it is refused."""
        text = self.line.values.get(name, "")
        is_whole = text.isascii() and text.isdigit() and len(text) <= len(str(high))
        if not is_whole or not low <= int(text) <= high:
            self.refuse(f"{name} = {text!r}: expected a whole number from {low} to {high}")
            return 0
        return int(text)

    def name(self, column: str) -> str:
        """Return the name of a site."""
        text = self.line.values.get(column, "")
        if not text or len(text) > LONGEST_NAME or not text.isprintable():
            self.refuse(
                f"{column} = {text[:LONGEST_NAME]!r}: expected 1 to {LONGEST_NAME} characters"
            )
        return text

    def site(self, name: str, lon: str, lat: str, vegetation: str) -> Site:
        """Return the site that a line describes, from the columns of these names."""
        try:
            known = class_called(self.line.values.get(vegetation, ""))
        except ValueError as error:
            self.refuse(str(error))
            known = ""
        return Site(
            self.name(name),
            self.number(lon, -180, 360, "degrees"),
            self.number(lat, -90, 90, "degrees"),
            known,
        )
