"""The soil respiration database (SRDB) as it is published: its rows, and filters of them.

Jian et al. (2021), Earth Syst. Sci. Data 13:255, doi 10.5194/essd-13-255-2021: version 5 of the
database, ``srdb-data.csv``. Its columns are described in ``srdb-data_fields.txt`` beside it.
"""

import re
from pathlib import Path

import numpy as np

from explorer.errors import SchemaError
from explorer.observations.csv_table import Table, read_bytes, shortened, taken_apart
from explorer.observations.sample_files import number_or_gap
from explorer.observations.sample_filters import Filter, first_of_each, placed, plausible, value_of
from explorer.observations.samples import Samples

UNIT = "g C m-2 yr-1"
MOST_RS = 4000.0
"""Beyond this an annual soil respiration is taken for an error of units. [g C m-2 yr-1]"""

NUMBERS = (
    "Elevation", "Age_ecosystem", "Age_disturbance", "Soil_BD", "Soil_CN", "Soil_sand", "Soil_silt",
    "Soil_clay", "MAT", "MAP", "PET", "Study_temp", "Study_precip", "Study_midyear", "YearsOfData",
    "Collar_height", "Collar_depth", "Chamber_area", "Meas_interval", "Annual_coverage",
)  # fmt: skip
WORDS = (
    "Duplicate_record", "Quality_flag", "Country", "Manipulation", "Species", "Biome",
    "Ecosystem_type", "Ecosystem_state", "Leaf_habit", "Stage", "Soil_type", "Soil_drainage",
    "Meas_method",
)  # fmt: skip
"""What is told of a site and of how it was measured; no flux and no pool of carbon is among them.

Fluxes and pools (columns 47 to 84 of the database) were measured with the target, and a place that
nobody has measured has none: nothing may be predicted from them.
"""

FLUXES = ("Rs_annual", "Rh_annual", "NPP")
PLACE = ("Study_number", "Latitude", "Longitude", "Study_midyear", "YearsOfData")

PROBLEMS = ("Q11", "Q12", "Q13", "Q14", "Q15", "Q16")
"""Flags of rows that are suspected or known to be wrong, repeated or inconsistent.

Q10, "potential problem", and Q01 to Q04, which say how a value was read, are kept. Q15 and Q16 are
used in the file and not described.
"""

UNMANIPULATED = ("", "none")


def load_srdb(path: str | Path, target: str = "Rs_annual") -> Samples:
    """Read a file of the database's format; rows without the target are left out.

    Parameters
    ----------
    path : path
        ``srdb-data.csv``, or some of its rows with its header.
    target : str
        Column of the value: one of ``FLUXES``.

    Returns
    -------
    Samples
        Every row with a number under ``target``, also those that filters would drop. The source is
        the study, ``Study_number``. A value that is no number is a gap.

    Raises
    ------
    SourceError
        When there is no such file.
    SchemaError
        When it is no file of this format, or no row has the target.
    """
    path = Path(path)
    faults: list[str] = []
    table = taken_apart(path.name, read_bytes(path), faults)
    if table is None:
        raise SchemaError(faults, path.name)
    needed = (*PLACE, target, *NUMBERS, *WORDS)
    missing = [name for name in dict.fromkeys(needed) if name not in table.columns]
    faults += [f"{path.name}: no column {name!r} of the database's" for name in missing]
    if faults:
        raise SchemaError(shortened(faults, path.name), path.name)
    measured = [line for line in table.lines if line.values[target].strip().upper() not in GAPS]
    if not measured:
        raise SchemaError([f"no row has {target}"], path.name)
    return _samples(Table(table.name, table.columns, measured), target)


GAPS = ("", "NA", "NAN")


def _samples(table: Table, target: str) -> Samples:
    words = {name: _words(table, name) for name in WORDS}
    numbers = {name: _numbers(table, name) for name in NUMBERS}
    middle, years = numbers["Study_midyear"], numbers["YearsOfData"]
    half = (np.where(years >= 1, years, 1.0) - 1) / 2
    return Samples(
        lon=_numbers(table, "Longitude"),
        lat=_numbers(table, "Latitude"),
        value=_numbers(table, target),
        first_year=np.floor(middle - half),
        last_year=np.floor(middle + half),
        source=_words(table, "Study_number"),
        where=np.array([line.where for line in table.lines]),
        unit=UNIT,
        numbers=numbers,
        words=words,
    )


def _words(table: Table, column: str) -> np.ndarray:
    """Return a column of words; spaces around and differences in case do not count."""
    texts = [line.values[column].strip() for line in table.lines]
    return np.array(["" if text.upper() == "NA" else text for text in texts])


def _numbers(table: Table, column: str) -> np.ndarray:
    """Return a column of numbers; what is none, as a range written out, is a gap."""
    values = np.full(len(table.lines), np.nan)
    for row, line in enumerate(table.lines):
        try:
            values[row] = number_or_gap(line.values[column])
        except ValueError:
            continue
    return np.where(np.isfinite(values), values, np.nan)


def srdb_filters(highest: float = MOST_RS, least_coverage: float = 0.0) -> tuple[Filter, ...]:
    """Return the filters that a user of the database expects, in their order.

    Parameters
    ----------
    highest : float
        Values above it are dropped. [g C m-2 yr-1]
    least_coverage : float
        Rows of which less of the year was measured are dropped; 0 keeps all, and coverage is a
        predictor. [share of the year]
    """
    return (
        placed(),
        Filter(
            "manipulated",
            "the row is of an experiment: Manipulation is neither None nor empty",
            lambda samples: np.isin(np.char.lower(samples.words["Manipulation"]), UNMANIPULATED),
            lambda samples, row: f"Manipulation {str(samples.words['Manipulation'][row])!r}",
        ),
        plausible(0.0, highest, UNIT),
        Filter(
            "flagged",
            f"its Quality_flag has one of {', '.join(PROBLEMS)}: suspected or known to be wrong",
            lambda samples: ~_has_problem(samples.words["Quality_flag"]),
            lambda samples, row: f"Quality_flag {str(samples.words['Quality_flag'][row])!r}",
        ),
        Filter(
            "duplicate record",
            "Duplicate_record names the study that it repeats",
            lambda samples: samples.words["Duplicate_record"] == "",
            lambda samples, row: (
                f"Duplicate_record {str(samples.words['Duplicate_record'][row])!r}"
            ),
        ),
        first_of_each(),
        Filter(
            "too little of the year",
            f"Annual_coverage is below {least_coverage:g}: the rest of the year is extrapolated",
            lambda samples: ~(samples.numbers["Annual_coverage"] < least_coverage),
            lambda samples, row: (
                f"Annual_coverage {samples.numbers['Annual_coverage'][row]:g}, "
                f"{value_of(samples, row)}"
            ),
        ),
    )


_PROBLEM = re.compile("|".join(PROBLEMS))


def _has_problem(flags: np.ndarray) -> np.ndarray:
    return np.array([_PROBLEM.search(flag) is not None for flag in flags], dtype=bool)
