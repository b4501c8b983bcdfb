"""THE table of what can be exported, and as what file; page and command line read it."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from explorer.errors import SourceError
from explorer.outputs.claims import replacing
from explorer.picture.picture import Picture
from explorer.report.cards.table import CARD_ENDINGS, CARDS
from explorer.report.command import command, needed
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

DIGEST = 8  # signs


@dataclass(frozen=True, eq=False)
class Subject:
    """What is exported: one or two scenarios under the same view; how the scene is called."""

    shown: Sequence[Shown]
    scene: str
    picture: Callable[[Shown], Picture]

    def name(self, key: str) -> str:
        """Return the name of a file of a format, see ``export_name``."""
        return export_name(key, [one.scenario for one in self.shown], self.shown[0].view)


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
    "totals": Format("Numbers", "Series and totals, CSV", ".csv", "totals", False, _series_csv),
    "cells": Format("Numbers", "All cells, CSV", ".csv", "cells", False, _cells_csv),
    "netcdf": Format("Numbers", "Map and totals, NetCDF", ".nc", "totals", True, _netcdf),
    "geotiff": Format("Numbers", "GeoTIFF", ".tif", "geotiff", True, _geotiff),
    "html": Format("Reproduce", "Report, HTML", ".html", "report", False, _html),
    "notebook": Format("Reproduce", "Notebook", ".ipynb", "notebook", False, _notebook),
    "lineage": Format("Reproduce", "Provenance, JSON", ".json", "lineage", False, _lineage),
}


def export_name(key: str, scenarios: Sequence[Scenario], view: View) -> str:
    """Return the name of a file: what it is, variable, period, scenarios.

    Where it depends on more of the view (place, shapes, what is zoomed to) or on the scenarios'
    names, a digest of that follows, so that no two different files share a name.
    """
    row, (first, *others) = FORMATS[key], scenarios
    stem = "_".join([row.of, file_stem(first, view), *(one.identity for one in others)])
    said = [name for name, _ in needed(view) if name not in ("variable", "step", "yearly", "year")]
    more = plain(view, said) | {"names": [one.name for one in scenarios if one.name]}
    if said or more["names"]:
        text = json.dumps(more, ensure_ascii=False, sort_keys=True)
        stem += f"_{hashlib.sha256(text.encode()).hexdigest()[:DIGEST]}"
    return stem + row.ending


def command_for(key: str, scenario: Scenario, view: View, scene: str) -> str:
    """Return the command that writes a format of what a page shows of one scenario."""
    row = FORMATS[key]
    name = export_name(key, [scenario], view)
    table = None if format_of(name) == key else row.of
    return command(scenario, view, scene, name, table=table)


def format_of(out: str | os.PathLike, of: str | None = None) -> str:
    """Return the key of the format that a file's name asks for, of ``FORMATS`` or of ``CARDS``.

    Raises
    ------
    SourceError
        When there is none.
    """
    suffix = Path(out).suffix
    for key, row in FORMATS.items():
        if row.ending == suffix and of in (None, row.of):
            return key
    for key, kind in CARDS.items():
        if suffix in kind.endings and of in (None, key):
            return key
    known = [*(row.ending for row in FORMATS.values()), *CARD_ENDINGS]
    endings = ", ".join(dict.fromkeys(known))
    formats = [row.of for row in FORMATS.values() if row.ending == suffix]
    cards = [key for key, kind in CARDS.items() if suffix in kind.endings]
    choices = ", ".join(dict.fromkeys([*formats, *cards]))
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
