"""THE table of what can be exported, and as what file; page and command line read it."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from explorer.errors import SourceError
from explorer.outputs.claims import replacing
from explorer.picture.picture import Picture
from explorer.report.command import command
from explorer.report.geotiff import save_geotiff
from explorer.report.lineage import lineage
from explorer.report.netcdf import shown_dataset
from explorer.report.notebook import notebook
from explorer.report.page import html_report
from explorer.report.shown import Shown, file_stem
from explorer.report.tidy import write_cells, write_series
from explorer.scene.store import save_dataset
from explorer.session.link import plain
from explorer.session.view import View
from explorer.systems.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Subject:
    """What is exported: one or two scenarios under the same view; how the scene is called."""

    shown: Sequence[Shown]
    scene: str
    picture: Callable[[Shown], Picture]

    @property
    def stem(self) -> str:
        """Name of a file, without its ending."""
        first, *others = self.shown
        return "_".join([first.stem, *(one.result.scenario.identity for one in others)])


class Format(NamedTuple):
    """One row. ``of`` distinguishes formats with the same ending: the command's ``--of``."""

    group: str
    label: str
    ending: str
    of: str
    single: bool  # holds one scenario only
    write: Callable[[Subject, Path], object]  # to a path that was claimed


def _series_csv(subject: Subject, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        write_series(subject.shown, file)


def _cells_csv(subject: Subject, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        write_cells(subject.shown, file)


def _text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def _map(subject: Subject, path: Path) -> None:
    # Here and not above: Matplotlib takes half a second, which the page need not wait.
    from explorer.report.figure import map_figure, save_figure

    (shown,) = subject.shown
    save_figure(map_figure(shown, subject.picture(shown)), path)


def _series(subject: Subject, path: Path) -> None:
    from explorer.report.figure import save_figure, series_figure

    save_figure(series_figure(subject.shown), path)


def _html(subject: Subject, path: Path) -> None:
    pictures = [subject.picture(one) for one in subject.shown]
    _text(html_report(subject.shown, pictures, subject.scene), path)


def _notebook(subject: Subject, path: Path) -> None:
    _text(notebook(subject.shown, subject.scene), path)


def _lineage(subject: Subject, path: Path) -> None:
    made = [lineage(one.result) | {"view": plain(one.view)} for one in subject.shown]
    _text(json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n", path)


def _netcdf(subject: Subject, path: Path) -> None:
    (shown,) = subject.shown
    save_dataset(shown_dataset(shown), path)


def _geotiff(subject: Subject, path: Path) -> None:
    (shown,) = subject.shown
    save_geotiff(shown, path)


# The first row of an ending is what the command writes when nothing else is asked for.
FORMATS: dict[str, Format] = {
    "series": Format("Numbers", "Series and totals, CSV", ".csv", "series", False, _series_csv),
    "cells": Format("Numbers", "Every cell, CSV", ".csv", "cells", False, _cells_csv),
    "netcdf": Format("Numbers", "NetCDF", ".nc", "map", True, _netcdf),
    "geotiff": Format("Map", "GeoTIFF", ".tif", "map", True, _geotiff),
    "map_png": Format("Map", "PNG", ".png", "map", True, _map),
    "map_svg": Format("Map", "SVG", ".svg", "map", True, _map),
    "series_png": Format("Series", "PNG", ".png", "series", False, _series),
    "series_svg": Format("Series", "SVG", ".svg", "series", False, _series),
    "html": Format("To repeat", "Report, HTML", ".html", "map", False, _html),
    "notebook": Format("To repeat", "Notebook", ".ipynb", "map", False, _notebook),
    "lineage": Format("To repeat", "Lineage, JSON", ".json", "map", False, _lineage),
}


def command_for(key: str, scenario: Scenario, view: View, scene: str) -> str:
    """Return the command that writes a format of what a page shows of one scenario."""
    row = FORMATS[key]
    name = f"{file_stem(scenario, view)}{row.ending}"
    table = None if format_of(name) == key else row.of
    return command(scenario, view, scene, name, table=table)


def format_of(out: str | os.PathLike, of: str | None = None) -> str:
    """Return the key of the format that a file's name asks for.

    Raises
    ------
    SourceError
        When there is none.
    """
    suffix = Path(out).suffix
    for key, row in FORMATS.items():
        if row.ending == suffix and of in (None, row.of):
            return key
    endings = ", ".join(dict.fromkeys(row.ending for row in FORMATS.values()))
    choices = ", ".join(row.of for row in FORMATS.values() if row.ending == suffix)
    expected = f"--of {choices}" if choices else f"one of {endings}"
    raise SourceError(f"{out}: nothing of that kind ({of or suffix!r}); expected {expected}")


def write_export(
    key: str, subject: Subject, out: str | os.PathLike, *, overwrite: bool = False
) -> Path:
    """Write a file of what a page shows, whole or not at all.

    Raises
    ------
    SourceError
        When ``out`` exists and may not be overwritten, or its folder does not exist.
    """
    with replacing(out, overwrite=overwrite) as fresh:
        FORMATS[key].write(subject, fresh)
    return Path(out)
