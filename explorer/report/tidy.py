"""Tidy tables: one row a number, one column a fact about it; plain CSV that any tool reads.

The first line names the columns; there is nothing else in the file, so ``pandas.read_csv(path)``
needs no option. How the numbers were made stands in a file of its own (``lineage``), which the
scenario's id in every row leads to.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TextIO

import numpy as np

from explorer.report.cards.card import Layer
from explorer.report.shown import Place, Shown, cell_names
from explorer.scene.scene import Scene
from explorer.tables.periods import Period
from explorer.tables.unit import Unit

CHUNK = 10_000  # rows written at once; meanwhile no other thread runs
BYTES_PER_ROW = 125


class Row(NamedTuple):
    """One number. Regions have no longitude and latitude."""

    place: str
    lon: float | None  # [deg]
    lat: float | None
    date: str  # ISO 8601, see ``Periods.date``
    variable: str
    unit: str
    value: float | str  # the name of a code
    scenario: str
    label: str  # of the scenario
    note: str  # what must be known of every number: that data are invented


def series(shown: Shown) -> Iterator[Row]:
    """Yield the series and totals that a page shows.

    All steps of the year shown, of the chosen region and of the cell last tapped; the year of
    these, of every region and shape, and the yearly totals of regions and shapes. For the variable
    of the map, the headline, and all else that the system always sums; codes have none.
    """
    view = shown.view
    for name in dict.fromkeys((*shown.variables, *shown.result.summed)):
        cells, row = shown.cells(name), shown.result.variables[name]
        periods = shown.steps(name)
        for place in [shown.region(name, view.region), *cells] if periods else []:
            for period, value in zip(periods, place.steps, strict=True):
                yield _row(shown, name, place, period, row.unit, float(value))
        yearly, total = row.unit_over(yearly=True), shown.total_unit(name)
        for place in [*shown.regions(name), *cells]:
            yield _row(shown, name, place, shown.whole_year, yearly, place.year)
            if total is not None and place.total is not None:
                yield _row(shown, name, place, shown.whole_year, total, place.total)


def _row(
    shown: Shown, name: str, place: Place, period: Period, unit: Unit, value: float
) -> Row:  # fmt: skip
    made = shown.scenario
    return Row(
        place.name, place.lon, place.lat, shown.date(period), name, str(unit), value,
        made.identity, made.label, shown.note,
    )  # fmt: skip


def write_series(shown: Sequence[Shown], file: TextIO) -> None:
    """Write the series of one or more scenarios under the same view."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(Row._fields)
    for one in shown:
        writer.writerows(series(one))


def write_cells(
    shown: Sequence[Shown], file: TextIO, proceed: Callable[[float], None] = lambda share: None
) -> None:
    """Write the map of one or more scenarios, a row for each land cell; see ``write_layers``."""
    layers = [one.layer for one in shown]
    write_layers(shown[0].scene, layers, file, note=shown[0].note, proceed=proceed)


def write_layers(
    scene: Scene,
    layers: Sequence[Layer],
    file: TextIO,
    *,
    note: str = "",
    proceed: Callable[[float], None] = lambda share: None,
) -> None:
    """Write maps, a row for each land cell of each, in chunks.

    Values are the shortest decimals that give back the map's 32-bit numbers exactly; of codes they
    are names. Longitude and latitude of the cell's centre have six decimals.

    Parameters
    ----------
    scene : Scene
    layers : sequence of Layer
    file : text file
    note : str
        What must be known of every number.
    proceed : callable
        Called with the share done after every chunk; may raise to stop.
    """
    file.write(",".join(Row._fields) + "\n")
    for number, layer in enumerate(layers):
        for start in range(0, scene.cells, CHUNK):
            stop = min(start + CHUNK, scene.cells)
            file.write(_cell_rows(scene, layer, np.arange(start, stop), note))
            proceed((number + stop / scene.cells) / len(layers))


def layer_rows(scene: Scene, layers: Sequence[Layer], *, note: str = "") -> Iterator[Row]:
    """Yield what ``write_layers`` writes, as numbers."""
    cells = np.arange(scene.cells)
    lon, lat = scene.lonlat(cells)
    names = cell_names(scene, cells)
    for layer in layers:
        for place, x, y, value in zip(
            names, lon.tolist(), lat.tolist(), layer.values.tolist(), strict=True
        ):
            shown = layer.codes[int(value)] if layer.codes and value == value else value
            yield Row(
                place, x, y, layer.date, layer.name, layer.unit, shown, layer.scenario,
                layer.label, note,
            )  # fmt: skip


def _cell_rows(scene: Scene, layer: Layer, cells: np.ndarray, note: str) -> str:
    """Return the rows of some land cells; only what a person named may need quotes."""
    lon, lat = scene.lonlat(cells)
    facts = ",".join(map(_quoted, (layer.date, layer.name, layer.unit))).replace("%", "%%")
    told = ",".join(map(_quoted, (layer.scenario, layer.label, note))).replace("%", "%%")
    row = f"%s,%.6f,%.6f,{facts},%s,{told}\n"
    columns = cell_names(scene, cells), lon.tolist(), lat.tolist(), _written(layer, cells)
    return "".join(map(row.__mod__, zip(*columns, strict=True)))


def _written(layer: Layer, cells: np.ndarray) -> Iterator[str]:
    """Yield the values of some land cells as text."""
    names = [_quoted(name) for name in layer.codes]
    for value in layer.values[cells]:
        if names:
            yield names[int(value)] if value == value else ""
        else:
            yield str(value)


def _quoted(text: str) -> str:
    """Return a text as a field of CSV."""
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\r\n') else text


def cells_bytes(rows: int) -> int:
    """Return about how large a table of cells will be, [bytes]."""
    return BYTES_PER_ROW * rows
