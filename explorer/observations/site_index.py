"""Vegetation index of towers: a series of NDVI, EVI or leaf area, read from a file.

Read are a table of our own, ``site,year,month`` and ``ndvi``, ``lai`` or ``evi``; MOD13 extracts as
AppEEARS and Earth Engine give them (site, date, NDVI and EVI times 10,000, SummaryQA); and the
monthly table of CARDAMOM-FluxVal (site, month as YYYY-MM, LAI_m2_m2).
"""

import gzip
import io
import re
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from explorer.errors import SchemaError, SourceError
from explorer.observations.csv_table import (
    MOST_BYTES,
    Line,
    Table,
    Values,
    read_bytes,
    shortened,
    taken_apart,
)

Kind = Literal["ndvi", "lai", "evi"]

LIMITS: dict[Kind, tuple[float, float]] = {
    "ndvi": (-1.0, 1.0), "lai": (0.0, 15.0), "evi": (-1.0, 1.0)
}  # fmt: skip
MOD13_SCALE = 1e-4
MOD13_CLEAR = ("0", "1")  # SummaryQA: good, marginal; the others are snow and cloud
EXPECTED = (
    "expected the columns site,year,month and ndvi, lai or evi; or site,date,SummaryQA and NDVI or "
    "EVI (MOD13); "
    "or site,month,LAI_m2_m2 (CARDAMOM-FluxVal)"
)


class Format(NamedTuple):
    """One way to write a series down."""

    columns: tuple[str, ...]
    column: str  # of the values
    kind: Kind
    scale: float = 1.0
    stamp: str | None = None  # column that holds the date, when year and month have none


FORMATS = (
    Format(("site", "year", "month", "ndvi"), "ndvi", "ndvi"),
    Format(("site", "year", "month", "lai"), "lai", "lai"),
    Format(("site", "date", "NDVI", "SummaryQA"), "NDVI", "ndvi", MOD13_SCALE, "date"),
    Format(("site", "month", "LAI_m2_m2"), "LAI_m2_m2", "lai", 1.0, "month"),
    Format(("site", "year", "month", "evi"), "evi", "evi"),
    Format(("site", "date", "EVI", "SummaryQA"), "EVI", "evi", MOD13_SCALE, "date"),
)


@dataclass(frozen=True, eq=False)
class SiteIndex:
    """Monthly values of one kind of vegetation index, by site."""

    kind: Kind
    values: Mapping[str, Mapping[tuple[int, int], float]]  # site -> (year, month) -> value
    name: str  # of the file

    def of(self, site: str, year: int) -> tuple[np.ndarray, int]:
        """Return the twelve months of a site and year, and how many were filled.

        A month without a value has the site's mean of that month in other years, or NaN without
        any. [1] for NDVI, [m2 m-2] for LAI.
        """
        known = self.values.get(site, {})
        months, filled = np.full(12, np.nan), 0
        for month in range(1, 13):
            if (year, month) in known:
                months[month - 1] = known[year, month]
                continue
            others = [value for (_, other), value in known.items() if other == month]
            if others:
                months[month - 1] = np.mean(others)
                filled += 1
        return months, filled


def load_index(path: str | Path, kind: Kind | None = None) -> SiteIndex:
    """Read a series from a file, plain or gzipped; see ``read_index``.

    Raises
    ------
    SourceError, SchemaError
        As ``read_index``.
    """
    path = Path(path)
    return read_index(path.name, read_bytes(path), kind)


def is_index(name: str, content: bytes) -> bool:
    """Tell whether a file holds a series of a vegetation index, by its columns."""
    if name.lower().endswith(".gz"):
        return True
    columns = content.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    return _format([column.strip() for column in columns.split(",")]) is not None


def read_index(name: str, content: bytes, kind: Kind | None = None) -> SiteIndex:
    """Read a series of NDVI, EVI or LAI; several values in a month are averaged.

    Parameters
    ----------
    name : str
        Of the file; ``.gz`` at its end says that it is compressed.
    content : bytes
    kind : str, optional
        Which is wanted of a file that holds several; default: the first that is there.

    Raises
    ------
    SourceError
        When the file is too large or cannot be unpacked.
    SchemaError
        Names the line of each fault.
    """
    faults: list[str] = []
    if name.lower().endswith(".gz"):
        content = _unpacked(name, content)
    wanted = {column for form in FORMATS for column in form.columns}
    table = taken_apart(name, content, faults, only=wanted)
    sums: dict[str, dict[tuple[int, int], list[float]]] = defaultdict(lambda: defaultdict(list))
    form = None if table is None else _format(table.columns, kind)
    if table is not None and form is None:
        faults.append(f"{name}, line 1: columns {', '.join(table.columns)[:120]}; {EXPECTED}")
    if table is not None and form is not None:
        found: list[str] = []
        _gather(table, form, sums, found)
        faults += shortened(found, name)
        if not sums and not faults:
            faults.append(f"{name}: no value of any site; {EXPECTED}")
    if faults or form is None:  # without a form there is a fault
        raise SchemaError(faults, "the vegetation index")
    values = {
        site: {when: float(np.mean(group)) for when, group in months.items()}
        for site, months in sums.items()
    }
    return SiteIndex(form.kind, values, name)


def kinds_in(name: str, head: bytes) -> tuple[Kind, ...]:
    """Return which series the file holds, by its columns.

    Parameters
    ----------
    name : str
        ``.gz`` at its end says that it is compressed.
    head : bytes
        The file, or its beginning.
    """
    if name.lower().endswith(".gz"):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, 10_000)
        except zlib.error:
            return ()
    columns = head.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    names = {column.strip() for column in columns.split(",")}
    return tuple(form.kind for form in FORMATS if set(form.columns) <= names)


def _format(columns: Sequence[str], kind: Kind | None = None) -> Format | None:
    return next(
        (
            form
            for form in FORMATS
            if set(form.columns) <= set(columns) and kind in (None, form.kind)
        ),
        None,
    )


def _gather(
    table: Table,
    form: Format,
    sums: dict[str, dict[tuple[int, int], list[float]]],
    faults: list[str],
) -> None:
    low, high = (limit / form.scale for limit in LIMITS[form.kind])
    for line in table.lines:
        if line.values.get("SummaryQA", "0") not in MOD13_CLEAR:
            continue
        values = Values(line, faults)
        site = values.name("site")
        when = _when(values, line, form)
        value = values.number(form.column, low, high, optional=True)
        if values.sound and np.isfinite(value):
            sums[site][when].append(value * form.scale)


def _when(values: Values, line: Line, form: Format) -> tuple[int, int]:
    if form.stamp is None:
        return values.whole("year", 1900, 2200), values.whole("month", 1, 12)
    stamp = line.values[form.stamp]
    found = re.fullmatch(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])(-\d\d)?", stamp)
    if found is None:
        values.refuse(f"{form.stamp} = {stamp!r}: expected YYYY-MM or YYYY-MM-DD")
        return 0, 0
    return int(found[1]), int(found[2])


def _unpacked(name: str, content: bytes) -> bytes:
    """Return what a gzipped file holds; one that swells beyond the limit is refused."""
    try:
        with gzip.open(io.BytesIO(content)) as file:
            plain = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{name}: cannot be unpacked: {error}") from error
    return plain  # one byte too many is refused where it is taken apart
