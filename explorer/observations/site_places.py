"""Where sites stand, as tables and people tell it.

Read are a table with a line a site (``SITE_COLUMNS``, or our own ``site,lon,lat,class``), the BADM
table that FLUXNET2015 comes with (a line a variable, see ``badm_lines``), and what is typed. All
become lines with the columns of ``SITE_COLUMNS``, so that one check holds for each.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from explorer.errors import ParameterError
from explorer.observations.csv_table import Line, Table, Values, require_small
from explorer.observations.towers import Site

SITE_COLUMNS = ("SITE_ID", "LOCATION_LAT", "LOCATION_LONG", "IGBP")
OUR_COLUMNS = ("site", "lat", "lon", "class")
BADM_COLUMNS = ("SITE_ID", "GROUP_ID", "VARIABLE_GROUP", "VARIABLE", "DATAVALUE")
LOCATION = ("LOCATION_LAT", "LOCATION_LONG")
TYPED = re.compile(r"\s*([^=]+?)\s*=\s*([^,]+?)\s*,\s*([^,]+?)\s*,\s*([^,]+?)\s*")
TYPED_FORM = "NAME=LAT,LON,CLASS, as CN-Cha=42.4025,128.0958,MF"
FAR = 0.02
"""Places of one site that differ by more are told, [deg]: some two kilometres."""


def typed_places(texts: Iterable[str], where: str = "--site") -> list[Line]:
    """Return the lines of places that are typed, each as ``NAME=LAT,LON,CLASS``.

    Raises
    ------
    ParameterError
        Names every text of another form, and every site that is placed twice.
    """
    faults, lines = [], {}
    for text in texts:
        found = TYPED.fullmatch(text)
        if found is None:
            faults.append(f"{where} {text[:80]!r}: expected {TYPED_FORM}")
        elif found[1] in lines:
            faults.append(f"{where} {found[1]}: given twice; keep one")
        else:
            lines[found[1]] = placed_line(f"{where} {found[1]}", *found.groups())
    if faults:
        raise ParameterError("; ".join(faults))
    return list(lines.values())


def placed_line(where: str, name: str, lat: str, lon: str, vegetation: str) -> Line:
    """Return the line of one place."""
    told = (name, lat, lon, vegetation)
    return Line(where, dict(zip(SITE_COLUMNS, map(str.strip, told), strict=True)))


def site_of(line: Line, faults: list[str]) -> Site | None:
    """Return the site that a line places; None, and faults, where it is wrong."""
    values = Values(line, faults)
    site = values.site("SITE_ID", "LOCATION_LONG", "LOCATION_LAT", "IGBP")
    return site if values.sound else None


def is_site_table(columns: Iterable[str]) -> bool:
    """Tell whether a table places one site a line."""
    columns = set(columns)
    of_months = columns & {"year", "month", "nep"}
    return set(SITE_COLUMNS) <= columns or (set(OUR_COLUMNS) <= columns and not of_months)


def table_lines(table: Table) -> list[Line]:
    """Return the places that a table with a line a site tells."""
    names = SITE_COLUMNS if set(SITE_COLUMNS) <= set(table.columns) else OUR_COLUMNS
    return [placed_line(line.where, *(line.values[name] for name in names)) for line in table.lines]


def is_badm(content: bytes) -> bool:
    """Tell whether a file is a BADM table, by its columns."""
    columns = _columns(_text(content[:1000]).split("\n", 1)[0])
    return set(BADM_COLUMNS) <= set(columns)


class Entry(NamedTuple):
    """One group of a BADM table: what was told of a site at one time."""

    date: str  # since when it holds, as digits; nothing where it is not said
    line: int
    values: dict[str, str]


def badm_lines(name: str, content: bytes) -> tuple[list[Line], dict[str, str]]:
    """Return the places that a BADM table tells, and what is to know of them by site.

    The Biological, Ancillary, Disturbance and Metadata of FLUXNET2015 (Pastorello et al. 2020) come
    in one table with a line a variable: ``SITE_ID, GROUP_ID, VARIABLE_GROUP, VARIABLE, DATAVALUE``.
    Lines of one ``GROUP_ID`` belong together. The group GRP_LOCATION holds LOCATION_LAT and
    LOCATION_LONG, GRP_IGBP holds IGBP. A site may have several, each with the date since when it
    holds: the last counts, and the others are told where they differ. All other groups, most of
    them free text, are passed over, whatever they hold.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    content : bytes
        UTF-8, or Windows-1252 as spreadsheets save it.

    Raises
    ------
    SourceError
        When the file is too large.
    """
    require_small(name, len(content))
    first, *rest = _text(content).splitlines()
    columns = _columns(first)
    place = {each: columns.index(each) for each in BADM_COLUMNS}
    groups: dict[tuple[str, str], Entry] = {}
    for number, text in enumerate(rest, start=2):
        values = _columns(text)
        if len(values) < len(columns):
            continue  # a line of free text that goes on
        site, group, variable = (
            values[place[each]] for each in ("SITE_ID", "GROUP_ID", "VARIABLE")
        )
        entry = groups.setdefault((site, group), Entry("", number, {}))
        value = values[place["DATAVALUE"]]
        entry.values[variable] = value
        if variable.endswith(("_DATE_START", "_DATE")):
            groups[site, group] = entry._replace(date=re.sub(r"\D", "", value))
    return _placed(name, groups)


def _placed(
    name: str, groups: Mapping[tuple[str, str], Entry]
) -> tuple[list[Line], dict[str, str]]:
    """Return a line for each site that has a location, and which have had several."""
    locations: dict[str, list[Entry]] = defaultdict(list)
    classes: dict[str, list[Entry]] = defaultdict(list)
    for (site, _group), entry in groups.items():
        if set(LOCATION) <= set(entry.values):
            locations[site].append(entry)
        if "IGBP" in entry.values:
            classes[site].append(entry)
    lines, notes = [], {}
    for site, found in locations.items():
        last = max(found, key=lambda entry: (entry.date, entry.line))
        kinds = sorted(classes[site], key=lambda entry: (entry.date, entry.line))
        kind = kinds[-1].values["IGBP"] if kinds else ""
        lat, lon = (last.values[each] for each in LOCATION)
        lines.append(placed_line(f"{name}, line {last.line}", site, lat, lon, kind))
        places = {tuple(entry.values[each] for each in LOCATION) for entry in found}
        names = {entry.values["IGBP"] for entry in kinds}
        several = [f"{len(places)} places"] * (len(places) > 1)
        several += [f"the classes {', '.join(sorted(names))}"] * (len(names) > 1)
        if several:
            notes[site] = f"{site}: {name} tells {' and '.join(several)}; the last is used"
    return lines, notes


def known_places(sources: Iterable[Iterable[Line]]) -> tuple[dict[str, Line], dict[str, str]]:
    """Return the place of each site, of the first source that tells it; and who disagrees.

    Parameters
    ----------
    sources : iterable of lines
        What is to be believed before all stands first.

    Returns
    -------
    mapping of site -> line, and of site -> what is to know of it
    """
    known: dict[str, Line] = {}
    notes: dict[str, str] = {}
    for line in (line for source in sources for line in source):
        first = known.setdefault(line.values["SITE_ID"], line)
        if first is line:
            continue
        site, other = site_of(first, []), site_of(line, [])
        if site is not None and other is not None and _apart(site, other):
            notes[site.name] = (
                f"{site.name}: placed at {place_text(site)} by {first.where}, though {line.where} "
                f"says {place_text(other)}"
            )
    return known, notes


def place_text(site: Site) -> str:
    """Return where a site stands, and its class, in a few words."""
    return f"{site.lon:g} E {site.lat:g} N, {site.vegetation}"


def _apart(one: Site, two: Site) -> bool:
    away = max(abs(one.lon - two.lon), abs(one.lat - two.lat))
    return away > FAR or one.vegetation != two.vegetation


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _columns(text: str) -> list[str]:
    """Return the values of one line; nothing where it is no CSV."""
    try:
        return [value.strip() for value in next(csv.reader([text]), [])]
    except csv.Error:
        return []
