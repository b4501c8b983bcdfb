"""Read shapes from GeoJSON (RFC 7946) without trusting it: all faults at once, nothing fetched."""

import json
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Polygon

from explorer.errors import SchemaError, SourceError
from explorer.scene.shapes.shape import (
    LATITUDES,
    LONGITUDES,
    MOST_CORNERS,
    MOST_SHAPES,
    Shape,
    clean_name,
    shape_of,
    unlike,
)

MOST_BYTES = 10_000_000
HUGE = 1e300
DEEPEST = 20  # collections within collections
MOST_WRITTEN = 20  # faults written out; the rest is counted
NAME_KEYS = ("name", "NAME", "Name", "id", "ID")
# China's CGCS2000 (EPSG:4490) agrees with WGS 84 to within a metre.
WGS84 = ("CRS84", "EPSG:4326", "EPSG::4326", "EPSG:4490", "EPSG::4490", "WGS84", "WGS 84")
ADVICE = (
    "save the file in longitude and latitude (WGS 84), as with "
    "`ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson`"
)


@dataclass(frozen=True)
class Reading:
    """The shapes of a file, and what was mended or left out on the way."""

    shapes: tuple[Shape, ...]
    notes: tuple[str, ...]


def read_shapes(path: str | os.PathLike) -> Reading:
    """Read the shapes of a GeoJSON file.

    Raises
    ------
    SourceError
        When there is no such file, or it cannot be read.
    SchemaError
        When it holds no shapes, or faulty ones; lists every fault.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    return parse_shapes(content, path.name)


def read_all_shapes(paths: Sequence[str | os.PathLike]) -> Reading:
    """Read the shapes of several files; those of the same name get a number.

    Raises
    ------
    SourceError, SchemaError
        As ``read_shapes``.
    """
    shapes: list[Shape] = []
    notes: list[str] = []
    for path in paths:
        reading = read_shapes(path)
        for shape in reading.shapes:
            shapes.append(shape.renamed(shape.name, [other.name for other in shapes]))
        notes += reading.notes
    return Reading(tuple(shapes), tuple(notes))


def parse_shapes(content: bytes, where: str) -> Reading:
    """Read shapes from the content of a GeoJSON file.

    Parameters
    ----------
    content : bytes
    where : str
        How to call the file.

    Returns
    -------
    Reading
        Shapes named by their ``name`` (or ``NAME``, ``id``), else "shape 1", "shape 2", ...;
        all of ``origin`` "file".

    Raises
    ------
    SchemaError
        When it holds no shapes, or faulty ones; lists every fault.
    """
    if len(content) > MOST_BYTES:
        size = f"more than {MOST_BYTES // 1_000_000} MB; simplify the outlines or split the file"
        raise SchemaError([size], where)
    reader = _Reader(where)
    reader.read(_json(content, where))
    if not reader.problems and not reader.shapes:
        left_out = "; ".join(reader.notes)
        reader.problems.append(
            f"no polygon{f' ({left_out})' if left_out else ''}; expected Polygon or MultiPolygon"
        )
    if reader.problems:
        shown, more = reader.problems[:MOST_WRITTEN], len(reader.problems) - MOST_WRITTEN
        raise SchemaError(shown + ([f"and {more} more"] if more > 0 else []), where)
    return Reading(tuple(reader.shapes), tuple(reader.notes))


def _json(content: bytes, where: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problem = f"not text in UTF-8 (byte {error.start}); expected a GeoJSON file"
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} in line {error.lineno}; expected a GeoJSON file"
    except (RecursionError, ValueError) as error:
        problem = f"not JSON that can be read: {error}; expected a GeoJSON file"
    raise SchemaError([problem], where)


@dataclass
class _Reader:
    """Goes through a document once and gathers shapes, notes and problems."""

    where: str
    shapes: list[Shape] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    corners: int = 0

    def read(self, document: Any) -> None:
        if not isinstance(document, dict) or not isinstance(document.get("type"), str):
            self.problems.append('no GeoJSON: expected an object with a "type"')
            return
        self._check_crs(document)
        if document["type"] != "FeatureCollection":
            self._feature(document, "")
            return
        features = document.get("features")
        if not isinstance(features, list):
            self.problems.append('"features" is no list; expected the features')
            return
        if len(features) > MOST_SHAPES:
            self.problems.append(
                f"{len(features)} features; at most {MOST_SHAPES} shapes can be used at a time: "
                "pick some, or join those that belong together"
            )
            return
        for number, feature in enumerate(features, start=1):
            self._feature(feature, f"feature {number}: ")

    def _check_crs(self, document: dict) -> None:
        crs = document.get("crs")
        if crs is None:
            return
        properties = crs.get("properties") if isinstance(crs, dict) else None
        name = properties.get("name") if isinstance(properties, dict) else None
        if not isinstance(name, str) or not name.upper().endswith(WGS84):
            stated = name if isinstance(name, str) else crs
            self.problems.append(
                f"coordinate system {clean_name(str(stated))!r}; expected WGS 84: {ADVICE}"
            )

    def _feature(self, feature: Any, place: str) -> None:
        kind = feature.get("type") if isinstance(feature, dict) else None
        if not isinstance(kind, str):
            self.problems.append(f'{place}no object with a "type"')
            return
        geometry = feature.get("geometry") if kind == "Feature" else feature
        if geometry is None:
            self.notes.append(f"{place}without geometry, left out")
            return
        before = len(self.problems)
        polygons = list(self._polygons(geometry, place, DEEPEST))
        if len(self.problems) > before or not polygons:
            return
        self._shape(polygons, self._name(feature), place)

    def _shape(self, rings: list[list[list[tuple[float, float]]]], name: str, place: str) -> None:
        polygons = [Polygon(polygon[0], polygon[1:]) for polygon in rings]
        try:
            shape = shape_of(polygons, name, "file")
        except SchemaError as error:
            self.problems += [f"{place}{problem}" for problem in error.problems]
            return
        crossing = [polygon for polygon in polygons if not polygon.is_valid]
        if crossing:
            reason = shapely.is_valid_reason(crossing[0])
            self.notes.append(f"{place}{name!r} was mended: {reason}")
        elif not shapely.MultiPolygon(polygons).is_valid:
            self.notes.append(f"{place}{name!r}: parts that overlap were joined")
        self.shapes.append(shape)

    def _name(self, feature: dict) -> str:
        properties = feature.get("properties")
        rows = [properties if isinstance(properties, dict) else {}, feature]
        found = (
            clean_name(str(row[key]))
            for row in rows
            for key in NAME_KEYS
            if isinstance(row.get(key), str | int | float)
        )
        name = next(filter(None, found), f"shape {len(self.shapes) + 1}")
        return unlike(name, (shape.name for shape in self.shapes))

    def _polygons(self, geometry: Any, place: str, deepest: int) -> Iterator[list]:
        """Yield the rings of every polygon of a geometry."""
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind == "GeometryCollection":
            members = geometry.get("geometries")
            if not isinstance(members, list) or deepest == 0:
                self.problems.append(f'{place}"geometries" is no list, or nested too deeply')
                return
            for member in members:
                yield from self._polygons(member, place, deepest - 1)
        elif kind in ("Polygon", "MultiPolygon"):
            coordinates = geometry.get("coordinates")
            parts = [coordinates] if kind == "Polygon" else coordinates
            if not isinstance(parts, list) or not all(isinstance(part, list) for part in parts):
                self.problems.append(f'{place}"coordinates" of a {kind} are no list of rings')
                return
            for rings in filter(None, parts):
                read = [self._ring(ring, place) for ring in rings]
                if all(read):
                    yield read
        elif isinstance(kind, str):
            self.notes.append(f"{place}a {clean_name(kind)} has no area, left out")
        else:
            self.problems.append(f'{place}geometry without a "type"')

    def _ring(self, ring: Any, place: str) -> list[tuple[float, float]] | None:
        """Return the corners of a ring; None when it has faults, which are noted."""
        if not isinstance(ring, list) or not all(map(_is_position, ring)):
            self.problems.append(f"{place}a ring is no list of [longitude, latitude]")
            return None
        self.corners += len(ring)
        if self.corners > MOST_CORNERS:
            if self.corners - len(ring) <= MOST_CORNERS:  # say it once
                self.problems.append(
                    f"{place}more than {MOST_CORNERS} corners in all; simplify the outlines"
                )
            return None
        corners = [(_number(position[0]), _number(position[1])) for position in ring]
        off = next((corner for corner in corners if not _on_earth(*corner)), None)
        if off is not None:
            self.problems.append(f"{place}corner {off[0]:.10g}, {off[1]:.10g}: {_why_off(*off)}")
            return None
        if len(set(corners)) < 3:
            self.problems.append(
                f"{place}a ring of {len(set(corners))} corners; expected 3 or more"
            )
            return None
        return corners


def _is_position(position: Any) -> bool:
    return (
        isinstance(position, list)
        and len(position) >= 2
        and all(type(number) in (int, float) for number in position[:2])
    )


def _number(number: float) -> float:
    """Return a number as float; a whole one may be too large for that."""
    return float(min(max(number, -HUGE), HUGE))


def _on_earth(lon: float, lat: float) -> bool:
    return LONGITUDES[0] <= lon <= LONGITUDES[1] and LATITUDES[0] <= lat <= LATITUDES[1]


def _why_off(lon: float, lat: float) -> str:
    expected = "expected longitude −180 to 180 and latitude −90 to 90"
    if math.isfinite(lon) and math.isfinite(lat):
        if _on_earth(lat, lon):
            return f"{expected}; latitude seems to stand first: swap the two"
        if abs(lon) > 1000 or abs(lat) > 1000:
            return f"{expected}; these look like metres on a projected map: {ADVICE}"
    return expected
