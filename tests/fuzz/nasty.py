"""Values that nobody means, and ways to spoil a text, a JSON object or a file."""

import json
from pathlib import Path
from typing import Any

import numpy as np

DEEP = 20_000  # brackets: more than Python follows
DIGITS = 5_000  # more than Python reads as a whole number

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 13, 255, 256, 40_000, 10**9, -(10**9), 10**18, 10**400,
    0.0, -0.0, 0.5, 5e-324, 1e-300, 1e300, 1.8e308, -1e308, float("nan"), float("inf"),
    float("-inf"), "", " ", "abc", "1", "NaN", "inf", "²", "١", "1_0", "EPSG:4326", "°C", "kg",
    "../../x", "/etc/passwd", "a/b", "\0", "\x1b[2J", "é" * 300, "x" * 100_000, "{", "{month}",
    "{month:999999999d}", "{0}", "$HOME", "~nobody-here", [], {}, [1], [1, 2], [[1, 2], [3, 4]],
    [0] * 1000, ["a"], [None], [float("nan")], {"a": 1}, {"a": {"b": [1]}}, "2010-02-30",
)  # fmt: skip


def pick(rng: np.random.Generator, options: Any) -> Any:
    """One of several; as it is, not as NumPy would have it."""
    return options[int(rng.integers(len(options)))]


def label(value: Any) -> str:
    """A value in a few characters, for the name of a case."""
    text = ascii(value) if not isinstance(value, int) or abs(value) < 10**30 else "10**400"
    return text if len(text) <= 40 else f"{text[:40]}…"


def paths(written: Any, above: tuple = ()) -> list[tuple]:
    """Where something stands in a JSON object."""
    found = [above] if above else []
    if isinstance(written, dict):
        found += [path for key, each in written.items() for path in paths(each, (*above, key))]
    elif isinstance(written, list):
        found += [path for key, each in enumerate(written) for path in paths(each, (*above, key))]
    return found


def spoiled(rng: np.random.Generator, written: Any, value: Any = ...) -> tuple[str, Any]:
    """A copy of a JSON object with one place changed; which, and how."""
    whole = json.loads(json.dumps(written))
    path = pick(rng, paths(whole))
    inside = whole
    for key in path[:-1]:
        inside = inside[key]
    where = ".".join(map(str, path))[-60:]
    if rng.random() < 0.12 and value is ...:
        del inside[path[-1]]
        return f"without {where}", whole
    if rng.random() < 0.08 and value is ... and isinstance(inside, dict):
        inside[pick(rng, ("x" * 300, "", "a.b", "\0", str(path[-1]).upper()))] = inside[path[-1]]
        return f"{where} twice", whole
    chosen = pick(rng, VALUES) if value is ... else value
    inside[path[-1]] = chosen
    return f"{where} = {label(chosen)}", whole


def as_json(written: Any) -> str:
    """JSON as a hostile hand writes it: NaN and whole numbers of any length."""
    return json.dumps(written, ensure_ascii=False)


def spoiled_text(rng: np.random.Generator, text: str) -> tuple[str, str]:
    """A text with some characters lost, doubled, changed or added."""
    at, length = int(rng.integers(len(text) + 1)), int(rng.integers(1, 20))
    way = pick(rng, ("cut", "lost", "doubled", "changed", "added", "deep", "digits"))
    inserted = {
        "changed": "".join(chr(int(c)) for c in rng.integers(32, 1000, length)),
        "added": str(pick(rng, VALUES)) if rng.random() < 0.5 else "\n,;\"'[]{}=\0"[length % 11],
        "deep": pick(rng, "[{(") * DEEP,
        "digits": "9" * DIGITS,
        "doubled": text[at : at + length] * 2,
    }.get(way, "")
    end = len(text) if way == "cut" else at if way == "added" else at + length
    return f"{way} at {at}", text[:at] + inserted + text[end:]


def spoiled_bytes(rng: np.random.Generator, content: bytes) -> tuple[str, bytes]:
    """The content of a file with bytes lost, changed, added, or all of it replaced."""
    way = pick(rng, ("cut", "flipped", "zeroed", "doubled", "empty", "noise", "head", "tail"))
    at = int(rng.integers(len(content) + 1))
    if way == "cut":
        return f"cut at {at}", content[:at]
    if way == "empty":
        return way, b""
    if way == "noise":
        return way, rng.bytes(max(1, len(content)))
    if way == "doubled":
        return way, content + content
    if way == "tail":
        return f"tail from {at}", content[at:]
    changed = bytearray(content)
    length = int(rng.integers(1, 64))
    if way == "zeroed":
        changed[at : at + length] = bytes(len(changed[at : at + length]))
        return f"zeroed at {at}", bytes(changed)
    reach = min(len(changed), 512) if way == "head" else len(changed)
    for place in rng.integers(0, max(1, reach), int(rng.integers(1, 9))):
        if len(changed):
            changed[int(place)] ^= int(rng.integers(1, 256))
    return f"{way} bytes", bytes(changed)


def spoil_file(rng: np.random.Generator, path: Path) -> str:
    """Spoil a file where it lies: bytes, or lost, a folder, a link to nowhere in its place."""
    way = pick(rng, ("bytes",) * 6 + ("lost", "folder", "link", "loop"))
    if way == "bytes":
        how, content = spoiled_bytes(rng, path.read_bytes())
        path.write_bytes(content)
        return how
    path.unlink()
    if way == "folder":
        path.mkdir()
    elif way != "lost":
        path.symlink_to(path.name if way == "loop" else "nowhere")
    return way
