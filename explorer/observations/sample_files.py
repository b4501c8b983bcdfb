"""Samples of a person's own: a CSV file with lon, lat, value, source and, perhaps, years."""

from pathlib import Path

import numpy as np

from explorer.errors import SchemaError
from explorer.observations.csv_table import Line, Values, read_bytes, shortened, taken_apart
from explorer.observations.samples import Samples

REQUIRED = ("lon", "lat", "value", "source")
YEARS = (1800, 2200)
LARGEST = 1e9


def load_samples(path: str | Path, unit: str) -> Samples:
    """Read a CSV file of samples.

    Parameters
    ----------
    path : path
        Columns ``lon``, ``lat``, ``value``, ``source``; ``year``, or ``first_year`` and
        ``last_year``, may be there and may be empty. Any other column becomes one of ``numbers``
        where all its values are numbers, else one of ``words``.
    unit : str
        Of the values; a file of this kind does not tell it.

    Raises
    ------
    SourceError
        When there is no such file.
    SchemaError
        Lists every fault, with its line.
    """
    path = Path(path)
    faults: list[str] = []
    table = taken_apart(path.name, read_bytes(path), faults)
    missing = [name for name in REQUIRED if table is not None and name not in table.columns]
    faults += [
        f"{path.name}: no column {name!r}; expected {', '.join(REQUIRED)}" for name in missing
    ]
    if table is None or missing:
        raise SchemaError(shortened(faults, path.name), path.name)
    rows = [_row(line, faults) for line in table.lines]
    if not table.lines:
        faults.append(f"{path.name}: no line of values")
    if faults:
        raise SchemaError(shortened(faults, path.name), path.name)
    numbers, words = _others(table.columns, table.lines)
    lon, lat, value, first, last = np.array(rows, dtype=float).reshape(-1, 5).T
    return Samples(
        lon, lat, value, first, last,
        np.array([line.values["source"] for line in table.lines]),
        np.array([line.where for line in table.lines]), unit, numbers, words,
    )  # fmt: skip


def _row(line: Line, faults: list[str]) -> tuple[float, float, float, float, float]:
    values = Values(line, faults)
    values.name("source")
    only = values.number("year", *YEARS, optional=True)
    first = values.number("first_year", *YEARS, optional=True)
    last = values.number("last_year", *YEARS, optional=True)
    first, last = (only if np.isnan(each) else each for each in (first, last))
    if last < first:
        values.refuse(f"last_year {last:g} is before first_year {first:g}")
    return (
        values.number("lon", -180, 360, "degrees"),
        values.number("lat", -90, 90, "degrees"),
        values.number("value", -LARGEST, LARGEST),
        first,
        last,
    )


def _others(
    columns: tuple[str, ...], lines: list[Line]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the columns that have no meaning here, as numbers or as words."""
    known = {*REQUIRED, "year", "first_year", "last_year"}
    numbers, words = {}, {}
    for name in columns:
        if name in known:
            continue
        texts = [line.values[name] for line in lines]
        try:
            numbers[name] = np.array([number_or_gap(text) for text in texts])
        except ValueError:
            words[name] = np.array(texts)
    return numbers, words


def number_or_gap(text: str) -> float:
    """Read a number; NaN where there is none told.

    Raises
    ------
    ValueError
        When the text is neither a number nor one of the marks of a gap.
    """
    return np.nan if text.strip().lower() in ("", "na", "nan") else float(text)
