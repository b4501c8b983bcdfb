"""The command line that gives what a page shows."""

import json
import shlex
from dataclasses import fields
from typing import Any, get_args

import shapely

from explorer.errors import SchemaError
from explorer.scene.shapes.shape import Origin, Shape, clean_name, shape_of
from explorer.session.view import View
from explorer.systems import DEFAULT
from explorer.systems.scenario import Scenario


def command(
    scenario: Scenario, view: View, scene: str, out: str, *, table: str | None = None
) -> str:
    """Return the command that writes a file of what a page shows, quoted for a POSIX shell.

    Parameters
    ----------
    scenario : Scenario
    view : View
    scene : str
        What the scene is called, see ``scene.demo.scene_name``.
    out : str
        Name of the file; its ending says which kind.
    table : str, optional
        ``series`` or ``cells``, for a .csv; ``map`` or ``series``, for a picture.
    """
    # A name that begins with a dash would be an option.
    words = ["nep-explorer", "export", f"./{scene}" if scene.startswith("-") else scene]
    words += scenario_words(scenario)
    for field, shown in needed(view):
        words += option(field, shown)
    if table:
        words += ["--of", table]
    return shlex.join([*words, "--out", out])


def scenario_words(scenario: Scenario, prefix: str = "") -> list[str]:
    """Return the options that make a scenario; those of B begin with a prefix."""
    system = scenario.system
    if system.brought is None:
        words = [] if system.name == DEFAULT else [f"--{prefix}system", system.name]
        words += [f"--{prefix}preset", scenario.preset]
        settings = {name: value for name, (_, value) in scenario.differences().items()}
    else:
        words, settings = [f"--{prefix}product", system.brought.file], dict(system.brought.choices)
    words += [
        word for name, value in settings.items() for word in (f"--{prefix}set", f"{name}={value}")
    ]
    return words + ([f"--{prefix}name={scenario.name}"] if scenario.name else [])


def needed(view: View) -> list[tuple[str, Any]]:
    """Return the fields of a view that an export depends on, where they are not the defaults."""
    period = "yearly" if view.yearly else "step"
    wanted = ("variable", period, "year", "region", "shapes", "tapped", "window")
    defaults = {row.name: row.default for row in fields(View)}
    return [(name, getattr(view, name)) for name in wanted if getattr(view, name) != defaults[name]]


def option(name: str, value: Any) -> list[str]:
    """Return a field of a view as an option."""
    if name == "yearly":
        return ["--yearly"]
    if name == "compare_mode":
        return ["--mode", value]
    if name == "window":
        return ["--window", *map(repr, value)]
    if name == "shapes":
        return [f"--shape={shape_text(shape)}" for shape in value]
    return [f"--{name}={value}"]


def shape_text(shape: Shape) -> str:
    """Return a shape as one word of a command, with every digit of its corners."""
    corners = shapely.to_wkt(shape.polygons, rounding_precision=-1)
    return json.dumps([shape.name, shape.origin, corners], ensure_ascii=False)


def shape_from_text(text: str) -> Shape:
    """Return the shape that ``shape_text`` wrote.

    Raises
    ------
    SchemaError
        When it is nothing that ``shape_text`` writes.
    """
    try:
        name, origin, corners = json.loads(text)
        polygons = shapely.from_wkt(corners)
        if origin not in get_args(Origin) or not isinstance(polygons, shapely.MultiPolygon):
            raise ValueError("expected [name, drawn or file, MULTIPOLYGON of degrees]")
    except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise SchemaError([f"cannot be read: {error}"], f"--shape {text[:60]}") from error
    return shape_of(list(polygons.geoms), clean_name(str(name)) or "shape", origin)
