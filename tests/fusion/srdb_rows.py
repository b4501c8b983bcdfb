"""Rows in the format of the soil respiration database, invented for tests."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from explorer.observations.srdb import FLUXES, NUMBERS, PLACE, WORDS

COLUMNS = ("Record_number", *dict.fromkeys((*PLACE, *FLUXES, *NUMBERS, *WORDS)), "Notes")
PLAIN = {
    "Study_number": 1, "Latitude": 30.25, "Longitude": 100.25, "Study_midyear": 2005.5,
    "YearsOfData": 1, "Rs_annual": 500, "Manipulation": "None", "Ecosystem_type": "Forest",
    "Biome": "Temperate", "Meas_method": "IRGA", "Annual_coverage": 1,
}  # fmt: skip


def srdb_text(rows: Iterable[Mapping[str, object]]) -> str:
    """The text of a file of the database's format; what a row does not name is plain, or empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for number, row in enumerate(rows, start=1):
        writer.writerow({"Record_number": number, **PLAIN, **row})
    return out.getvalue()


def write_srdb(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write such a file."""
    path.write_text(srdb_text(rows), encoding="utf-8", newline="")
    return path
