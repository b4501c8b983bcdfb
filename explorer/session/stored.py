"""What a browser stores of a session beside its address: named scenarios, shapes, tower files.

``s1.`` and base64url of zlib of JSON, as a link is written. What comes back is not trusted: its
size is limited before and after unpacking, every part passes the checks of its own kind, and a part
that cannot be read is told and left out without the others.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from explorer.errors import ExplorerError, ParameterError
from explorer.scene.shapes.shape import Shape, exact_text, shapes_from_exact
from explorer.session.files import as_differences, from_differences
from explorer.systems import SYSTEMS
from explorer.systems.contract import System
from explorer.systems.scenario import Scenario

VERSION = 1
LONGEST_TEXT = 2_000_000  # characters; a browser stores some five million for an address
LARGEST_UNPACKED = 30_000_000  # bytes of JSON
MOST_FILES = 20
LARGEST_FILES = 15_000_000  # bytes of tower files together; no table shrinks more than tenfold
MOST_SCENARIOS = 200
LONGEST_NAME = 200  # characters of a file's name


class Stored(NamedTuple):
    """What a person made or brought, and no address holds."""

    scenarios: tuple[Scenario, ...] = ()
    shapes: tuple[Shape, ...] = ()
    towers: Mapping[str, bytes] = {}  # name of a file -> its content

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return not (self.scenarios or self.shapes or self.towers)


def in_words(stored: Stored) -> str:
    """Return how much of what is stored: ``2 named scenarios, 1 shape``; nothing is no text."""
    counts = {
        "named scenario": len(stored.scenarios),
        "shape": len(stored.shapes),
        "tower file": len(stored.towers),
    }
    return ", ".join(f"{n} {what}{'s' * (n != 1)}" for what, n in counts.items() if n)


def to_text(
    stored: Stored,
    longest: int = LONGEST_TEXT,
    write_shapes: Callable[[tuple[Shape, ...]], str] = exact_text,
) -> tuple[str, Stored]:
    """Return what a browser stores, and what is too large for it.

    Tower files are left out first, then shapes, then named scenarios; none is cut. Nothing is no
    text.

    Parameters
    ----------
    stored : Stored
    longest : int
        Characters.
    write_shapes : callable
        Returns shapes as JSON: a page has that done in another process, for it is one call that
        lets no other thread go on.
    """
    most = stored._replace(scenarios=stored.scenarios[:MOST_SCENARIOS])
    is_vast = sum(map(len, stored.towers.values())) > LARGEST_FILES
    if is_vast or len(stored.towers) > MOST_FILES:
        most = most._replace(towers={})
    shapes = write_shapes(most.shapes) if most.shapes else "[]"
    for kept in (most, most._replace(towers={}), Stored(most.scenarios), Stored()):
        text = "" if kept.is_empty else _packed(kept, shapes if kept.shapes else "[]")
        if len(text) <= longest:
            break
    left_out = Stored(
        stored.scenarios[len(kept.scenarios) :],
        () if kept.shapes else stored.shapes,
        {} if kept.towers else stored.towers,
    )
    return text, left_out


def from_text(
    text: str,
    systems: Mapping[str, System] = SYSTEMS,
    read_shapes: Callable[[Any], tuple[Shape, ...]] = shapes_from_exact,
) -> tuple[Stored, list[str]]:
    """Return what a browser had stored, and what of it cannot be read, in words.

    Parameters
    ----------
    text : str
    systems : mapping of System
        Those that a scenario may be of.
    read_shapes : callable
        Returns the shapes of what was written of them, or raises what it refuses them with: a page
        has outlines mended in another process.

    Raises
    ------
    ParameterError
        When it is no such text, is newer than this version, or too large.
    """
    if not text:
        return Stored(), []
    written = _unpacked(text)
    problems: list[str] = []
    scenarios: list[Scenario] = []
    for row in _listed(written, "scenarios")[:MOST_SCENARIOS]:
        try:
            scenario = from_differences(row, systems)
            scenarios += [scenario] if scenario.name else []
        except ExplorerError as error:
            problems.append(f"a named scenario: {error}")
    shapes: tuple[Shape, ...] = ()
    if _listed(written, "shapes"):
        try:
            shapes = read_shapes(written["shapes"])
        except ExplorerError as error:
            problems.append(f"shapes: {error}")
    towers: dict[str, bytes] = {}
    try:
        towers = dict(_files(written.get("towers", {})))
    except ValueError as error:
        problems.append(f"tower files: {error}")
    return Stored(tuple(scenarios), shapes, towers), problems


def _packed(stored: Stored, shapes: str) -> str:
    written = {
        "scenarios": [as_differences(scenario) for scenario in stored.scenarios],
        "towers": {
            name: base64.b64encode(content).decode() for name, content in stored.towers.items()
        },
    }
    others = json.dumps(written, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = f'{{"shapes":{shapes},{others[1:]}'
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode()))
    return f"s{VERSION}.{packed.decode().rstrip('=')}"


def _unpacked(text: str) -> dict[str, Any]:
    head, dot, packed = text.partition(".")
    if not dot or len(head) > 4 or head[:1] != "s" or not head[1:].isascii():
        raise ParameterError("what this browser stored is nothing of nep-explorer's")
    if not head[1:].isdigit() or int(head[1:]) != VERSION:
        raise ParameterError(
            f"what this browser stored is of version {head[1:]!r}; this program reads {VERSION}"
        )
    if len(text) > LONGEST_TEXT:
        raise ParameterError(f"this browser stored more than {LONGEST_TEXT} characters")
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(data, LARGEST_UNPACKED)
        if unpacker.unconsumed_tail or not unpacker.eof or unpacker.unused_data:
            raise ValueError("it is not whole, or too large")
        written = json.loads(plain.decode())
    except (binascii.Error, ValueError, zlib.error, RecursionError) as error:
        raise ParameterError(f"what this browser stored cannot be read: {error}") from error
    if not isinstance(written, dict):
        raise ParameterError("what this browser stored cannot be read: it is no object")
    return written


def _listed(written: Mapping[str, Any], name: str) -> list[Any]:
    rows = written.get(name)
    return rows if isinstance(rows, list) else []


def _files(written: Any) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file; raises ValueError where there is no such thing."""
    if not isinstance(written, dict) or len(written) > MOST_FILES:
        raise ValueError(f"expected at most {MOST_FILES} files by name")
    for name, content in written.items():
        if not isinstance(content, str) or len(name) > LONGEST_NAME:
            raise ValueError("expected a name and a content")
        yield name, base64.b64decode(content, validate=True)
