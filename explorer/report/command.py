"""The command line that gives what a page shows."""

import shlex
from dataclasses import fields

from explorer.report.shown import Shown
from explorer.view import View


def command(shown: Shown, scene: str, out: str, *, table: str | None = None) -> str:
    """Return the command that writes a file of what a page shows, quoted for a POSIX shell.

    Parameters
    ----------
    shown : Shown
    scene : str
        What the scene is called, see ``scene.demo.scene_name``.
    out : str
        Name of the file; its ending says which kind.
    table : str, optional
        ``series`` or ``cells``, for a .csv; ``map`` or ``series``, for a picture.
    """
    scenario = shown.result.scenario
    # A name that begins with a dash would be an option.
    words = ["nep-explorer", "export", f"./{scene}" if scene.startswith("-") else scene]
    words += ["--preset", scenario.preset]
    for name, (_, value) in scenario.differences().items():
        words += ["--set", f"{name}={value}"]
    if scenario.name:
        words.append(f"--name={scenario.name}")
    words += [word for name, value in seen(shown.view) for word in _option(name, value)]
    if table:
        words += ["--of", table]
    return shlex.join([*words, "--out", out])


def seen(view: View) -> list[tuple[str, object]]:
    """Return the fields of a view that an export depends on, where they are not the defaults."""
    period = ("yearly",) if view.yearly else ("month",)
    wanted = ("variable", *period, "region", "tapped", "window")
    defaults = {row.name: row.default for row in fields(View)}
    return [(name, getattr(view, name)) for name in wanted if getattr(view, name) != defaults[name]]


def _option(name: str, value: object) -> list[str]:
    if name == "yearly":
        return ["--yearly"]
    if name == "window":
        return ["--window", *map(repr, value)]
    return [f"--{name}={value}"]
