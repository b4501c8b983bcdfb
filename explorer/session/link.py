"""The whole state as a short text for a link: two scenarios and the view.

``v2.`` and base64url of zlib of JSON; links of version 1 are read too. Only what differs from the
defaults is written, so an old link means the same when a field or parameter is added. What comes
in a link is not trusted: its size is limited before and after unpacking, and every value passes
the checks of its own table.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, NamedTuple

from explorer.analysis.totals import ALL
from explorer.errors import ExplorerError, SchemaError, ShareError
from explorer.scene.shapes.shape import MOST_LINKED_CORNERS, Shape, shapes_from_compact
from explorer.session.files import as_differences, from_differences
from explorer.session.view import View
from explorer.systems import DEFAULT, SYSTEMS, system_called
from explorer.systems.contract import System
from explorer.systems.scenario import Scenario, preset_of
from explorer.tables.periods import Periods

VERSION = 2
OLDEST = 1
LONGEST_TOKEN = 100_000  # characters
LARGEST_TEXT = 1_000_000  # bytes of JSON; a few kilobytes can unpack to gigabytes

_RENAMED = {"month": "step"}  # fields of version 1 that have another name now
_AGAIN = "it was cut or changed on its way; ask for it again"


class Link(NamedTuple):
    """What a link restores."""

    scenario: Scenario
    other: Scenario
    view: View


def _defaults() -> dict[str, Scenario]:
    """Return what A and B are where a link does not say."""
    system = system_called(DEFAULT)
    return {
        "a": preset_of(system, system.default),
        "b": preset_of(system, system.compared_with),
    }


def to_token(link: Link) -> str:
    """Return a link's text, without the ``#``.

    Shapes beyond what an address holds are left out, see ``linkable``.
    """
    view, _ = linkable(link.view)
    pair = zip(_defaults().items(), (link.scenario, link.other), strict=True)
    written: dict[str, Any] = {
        key: as_differences(scenario) for (key, default), scenario in pair if scenario != default
    }
    changed = plain(view, (row.name for row in fields(View)), changed=True)
    written |= {"v": changed} if changed else {}
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9))
    return f"v{VERSION}.{packed.decode().rstrip('=')}"


def from_token(
    token: str,
    systems: Mapping[str, System] = SYSTEMS,
    read_shapes: Callable[[Any], tuple[Shape, ...]] = shapes_from_compact,
) -> Link:
    """Return what a link's text restores; a leading ``#`` is passed over.

    Parameters
    ----------
    token : str
    systems : mapping of System
        Those that a scenario may be of: brought products among them.
    read_shapes : callable
        Returns the shapes of what the link holds of them, or raises what it refuses them with.
        Mending outlines takes time, so a page has it done in another process.

    Raises
    ------
    ShareError
        When it is no such text, is newer than this version, too large, or any value in it is wrong.
    """
    written = _unpacked(token.removeprefix("#"))
    unknown = sorted(map(str, set(written) - {"a", "b", "v"}))
    if unknown:
        raise ShareError(f"this link holds unknown entries ({', '.join(unknown)[:80]}): {_AGAIN}")
    problems: list[str] = []
    pair = _defaults()
    for key in pair:
        try:
            if key in written:
                pair[key] = from_differences(written[key], systems)
        except ExplorerError as error:
            problems.append(f"scenario {key.upper()}: {error}")
    try:
        view = _view(written.get("v", {}), pair["a"].system, read_shapes)
    except ExplorerError as error:
        problems.append(str(error))
    if problems:
        raise ShareError("this link asks for what cannot be: " + "; ".join(problems))
    return Link(pair["a"], pair["b"], view)


def plain(view: View, names: Iterable[str] | None = None, *, changed: bool = False) -> dict:
    """Return fields of a view as JSON holds them.

    Parameters
    ----------
    view : View
    names : iterable of str, optional
        Default: all fields.
    changed : bool
        Leave out those that are at their defaults.
    """
    defaults = View()
    names = [row.name for row in fields(View)] if names is None else names
    return {
        name: _plain(getattr(view, name))
        for name in names
        if not changed or getattr(view, name) != getattr(defaults, name)
    }


def linkable(view: View) -> tuple[View, list[str]]:
    """Return the view as a link can hold it, and what was left out.

    A link holds shapes of ``MOST_LINKED_CORNERS`` corners together, rounded to some 10 m.
    """
    kept, left_out, corners = [], [], 0
    for shape in view.shapes:
        corners += shape.corners
        if corners <= MOST_LINKED_CORNERS and _comes_back(shape):
            kept.append(shape)
        else:
            corners -= shape.corners
            left_out.append(shape.name)
    if not left_out:
        return view, []
    region = ALL if view.region in left_out else view.region
    why = "too many corners, or too small, for a link"
    return replace(view, shapes=tuple(kept), region=region), [
        f"shape {name} is left out: {why}" for name in left_out
    ]


def _comes_back(shape: Shape) -> bool:
    try:
        return Shape.from_compact(shape.to_compact()).name == shape.name
    except SchemaError:
        return False


def _plain(value: Any) -> Any:
    if isinstance(value, Shape):
        return value.to_compact()
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _view(written: Any, system: System, read_shapes: Callable[[Any], tuple[Shape, ...]]) -> View:
    """Return the view of the fields that were written; the others are at their defaults."""
    if not isinstance(written, dict):
        raise ShareError("the view is no object")
    written = {_RENAMED.get(name, name): value for name, value in written.items()}
    known = {row.name for row in fields(View)}
    unknown = sorted(set(written) - known)
    if unknown:
        raise ShareError(
            f"fields of the view unknown here ({', '.join(unknown)[:80]}): "
            "the link may be of a newer version of nep-explorer"
        )
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in written.items()
    }
    if values.get("shapes"):
        values["shapes"] = read_shapes(values["shapes"])
    view, steps = View(**values), Periods(system.kind).steps
    if view.variable and view.variable not in system.rows():
        expected = ", ".join(system.rows())
        raise ShareError(f"variable = {view.variable!r}: expected one of {expected}")
    if "step" in values and view.step > max(steps, 12):
        raise ShareError(f"step = {view.step}: expected 1 to {steps}")
    return view


def _unpacked(token: str) -> dict[str, Any]:
    """Return the JSON object in a token."""
    head, dot, packed = token.partition(".")
    if not dot or not head.startswith("v") or not head[1:].isascii() or not head[1:].isdigit():
        raise ShareError(f"this is not a nep-explorer link (it begins with {token[:12]!r})")
    if int(head[1:6]) > VERSION or len(head) > 5:
        raise ShareError(
            f"this link is of a newer version of nep-explorer ({head[:6]}, this one reads "
            f"v{VERSION}); update nep-explorer, or ask for the settings as a file"
        )
    if int(head[1:]) < OLDEST:
        raise ShareError(f"there never was a link of version {head}: {_AGAIN}")
    if len(token) > LONGEST_TOKEN:
        raise ShareError(f"this link has {len(token)} characters; at most {LONGEST_TOKEN}")
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(data, LARGEST_TEXT)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise ShareError(f"this link cannot be read: {_AGAIN}") from error
    if unpacker.unconsumed_tail:
        raise ShareError(f"this link unpacks to more than {LARGEST_TEXT} bytes and was not read")
    if not unpacker.eof or unpacker.unused_data:
        raise ShareError(f"this link is not whole: {_AGAIN}")
    try:
        written = json.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise ShareError(f"this link holds no readable text: {_AGAIN}") from error
    if not isinstance(written, dict):
        raise ShareError(f"this link holds no object: {_AGAIN}")
    return written
