"""Tidy tables: one row a number, one column a fact about it; plain CSV that any tool reads.

The first line names the columns; there is nothing else in the file, so ``pandas.read_csv(path)``
needs no option. How the numbers were made stands in a file of its own (``lineage``), which the
scenario's id in every row leads to.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TextIO

import numpy as np

from explorer.report.shown import TOTAL_UNIT, Place, Shown, cell_lonlat, cell_names
from explorer.tables.variables import shown_unit

CHUNK = 10_000  # rows written at once; meanwhile no other thread runs
BYTES_PER_ROW = 90


class Row(NamedTuple):
    """One number. Regions have no longitude and latitude."""

    place: str
    lon: float | None  # [deg]
    lat: float | None
    date: str  # ISO 8601, see ``Shown.date``
    variable: str
    unit: str
    value: float
    scenario: str


def series(shown: Shown) -> Iterator[Row]:
    """Yield the monthly series and totals that a page shows.

    Twelve months of the chosen region and of the cell last tapped; the year of these, of every
    region and shape, and the yearly totals of regions and shapes. For the variable of the map,
    and for NEP.
    """
    view = shown.view
    for name in shown.variables:
        cells = shown.cells(name)
        for place in [shown.region(name, view.region), *cells]:
            for month in range(1, 13):
                unit, value = shown_unit(name, yearly=False), place.monthly[month - 1]
                yield _row(shown, name, place, month, unit, float(value))
        for place in [*shown.regions(name), *cells]:
            yield _row(shown, name, place, None, shown_unit(name, yearly=True), place.year)
            if place.total is not None:
                yield _row(shown, name, place, None, TOTAL_UNIT, place.total)


def _row(shown: Shown, name: str, place: Place, month: int | None, unit: str, value: float) -> Row:
    where = place.name, place.lon, place.lat
    return Row(*where, shown.date(month), name, unit, value, shown.result.scenario.identity)


def write_series(shown: Sequence[Shown], file: TextIO) -> None:
    """Write the series of one or more scenarios under the same view."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(Row._fields)
    for one in shown:
        writer.writerows(series(one))


def write_cells(
    shown: Sequence[Shown], file: TextIO, proceed: Callable[[float], None] = lambda share: None
) -> None:
    """Write the map of one or more scenarios, a row for each land cell, in chunks.

    Values are the shortest decimals that give back the map's 32-bit numbers exactly; longitude and
    latitude of the cell's centre have six decimals.

    Parameters
    ----------
    shown : sequence of Shown
    file : text file
    proceed : callable
        Told the share done after every chunk; may raise to stop.
    """
    file.write(",".join(Row._fields) + "\n")
    for number, one in enumerate(shown):
        cells = one.result.scene.cells
        for start in range(0, cells, CHUNK):
            stop = min(start + CHUNK, cells)
            file.write(_cell_rows(one, np.arange(start, stop)))
            proceed((number + stop / cells) / len(shown))


def _cell_rows(shown: Shown, cells: np.ndarray) -> str:
    """Return the rows of some land cells; none of their fields needs quotes."""
    scene, scenario = shown.result.scene, shown.result.scenario
    lon, lat = cell_lonlat(scene, cells)
    facts = f"{shown.date(shown.month)},{shown.variable},{shown.unit}"
    row = f"%s,%.6f,%.6f,{facts},%s,{scenario.identity}\n"
    columns = cell_names(scene, cells), lon.tolist(), lat.tolist(), map(str, shown.values[cells])
    return "".join(map(row.__mod__, zip(*columns, strict=True)))


def cells_bytes(rows: int) -> int:
    """Return about how large a table of cells will be, [bytes]."""
    return BYTES_PER_ROW * rows
