"""Options that several commands have, and what they stand for."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from explorer.errors import ParameterError, SchemaError, SourceError
from explorer.scene.demo import scene_path
from explorer.scene.scene import Scene
from explorer.session.files import scenarios_from_json
from explorer.systems import DEFAULT, SYSTEMS, system_called
from explorer.systems.contract import System
from explorer.systems.scenario import Scenario, preset_of
from explorer.tables.parameter import addressed, parsed

PRODUCT_CHOICES = ("variable", "field", "unit", "title", "citation")
_FIRST = SYSTEMS[DEFAULT]

SystemName = Annotated[
    str, typer.Option("--system", help=f"System: {', '.join(SYSTEMS)}; see `nep-explorer systems`.")
]
PresetName = Annotated[
    str | None,
    typer.Option(
        "--preset",
        help=f"Preset of the system, of {DEFAULT}: {', '.join(_FIRST.presets)} (default "
        f"{_FIRST.default}); or FILE.json[:NAME], as the page exports.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a parameter: NAME=VALUE. May be repeated."),
]
ProductPath = Annotated[
    Path | None,
    typer.Option(
        "--product",
        help="In place of a preset: a NetCDF, Zarr or GeoTIFF on the scene's grid. --set gives "
        f"its {', '.join(PRODUCT_CHOICES)}, where the file does not.",
    ),
]
MapsPath = Annotated[Path | None, typer.Option("--out", help="Write the maps: .nc or .zarr.")]
JsonPath = Annotated[Path | None, typer.Option("--json", help="Write the summary.")]
ShapePaths = Annotated[
    list[Path] | None,
    typer.Option("--shape", help="Total the shapes of a GeoJSON file, too. May be repeated."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the output if it exists.")]


def scenario_maker(
    preset_name: str | None,
    settings: list[str] | None,
    system: str,
    product_path: Path | None,
) -> Callable[[Scene], Scenario]:
    """Check the options before anything is loaded; return what gives the scenario on a scene.

    Raises
    ------
    ParameterError
        As ``scenario_of``; or where a product is given beside a preset or a system.
    """
    if product_path is None:
        scenario = scenario_of(preset_name, settings, system)
        return lambda _scene: scenario
    if preset_name is not None or system != DEFAULT:
        raise ParameterError(
            f"--product {product_path}: a product has no preset and is of no system; leave out "
            "--preset and --system"
        )
    choices = {}
    for setting in settings or []:
        name, equals, text = setting.partition("=")
        if not equals or name.strip() not in PRODUCT_CHOICES:
            raise ParameterError(
                f"--set {setting}: expected NAME=TEXT, of a product one of "
                f"{', '.join(PRODUCT_CHOICES)}"
            )
        choices[name.strip()] = text.strip()

    def brought(scene: Scene) -> Scenario:
        from explorer.systems.brought import product  # half a second

        return product(product_path, scene, **choices)

    return brought


def scenario_of(
    preset_name: str | None, settings: list[str] | None = None, system: str = DEFAULT
) -> Scenario:
    """Build the scenario that --system, --preset and --set describe; all faults at once.

    Parameters
    ----------
    preset_name : str, optional
        A preset, or a file of scenarios; default: that of the system.
    settings : list of str, optional
        Each ``NAME=VALUE``.
    system : str

    Raises
    ------
    ParameterError
        When there is no such system, preset or parameter, or a value is out of bounds.
    SourceError
        When the file of scenarios cannot be read.
    """
    scenario = _start(preset_name, system_called(system))
    owner, changes, problems = scenario.system.parameters, {}, []
    for setting in settings or []:
        name, equals, text = setting.partition("=")
        if not equals:
            problems.append(f"--set {setting}: expected NAME=VALUE{_example(scenario)}")
            continue
        try:
            changes[name.strip()] = parsed(owner, name.strip(), text)
        except ParameterError as error:
            problems.append(str(error))
    if problems:
        raise ParameterError("; ".join(problems))
    return scenario.with_values(changes) if changes else scenario


def _example(scenario: Scenario) -> str:
    first = next(addressed(scenario.parameters), None)
    return "" if first is None else f", as {first[0]}={first[1]}"


def _start(name: str | None, system: System) -> Scenario:
    """Return a preset, or a named scenario of a file: FILE.json, or FILE.json:NAME."""
    if name is None:
        return preset_of(system, system.default)
    path, wanted = _scenario_file(name)
    if path is None:
        return preset_of(system, name)
    try:
        found = {scenario.name: scenario for scenario in scenarios_from_json(path.read_bytes())}
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error
    chosen = wanted or (next(iter(found)) if len(found) == 1 else "")
    if chosen not in found:
        raise ParameterError(
            f"{path} holds {', '.join(map(repr, found))}: name one, as --preset {path}:NAME"
        )
    scenario = found[chosen]
    # A file says which system its scenarios are of, so the option may be left out.
    if system.name not in (DEFAULT, scenario.system.name):
        raise ParameterError(
            f"--system {system.name}: {chosen!r} of {path} is of the system {scenario.system.name}"
        )
    return scenario


def files_read(
    scene: str | os.PathLike,
    *others: str | os.PathLike | None,
    preset_name: str | None = None,
) -> list[Path]:
    """Return the files that a command reads, which it must not write over."""
    named = _scenario_file(preset_name)[0] if preset_name else None
    return [scene_path(scene), *(Path(each) for each in (*others, named) if each is not None)]


def _scenario_file(name: str) -> tuple[Path | None, str]:
    """Return the file of FILE.json, or FILE.json:NAME, and the name; no file for a preset."""
    stem, is_file, wanted = name.partition(".json")
    if not is_file or (wanted and not wanted.startswith(":")):
        return None, name
    return Path(f"{stem}.json"), wanted.removeprefix(":")


def require_inputs(scene: Scene, system: System, where: object) -> None:
    """Refuse a scene on which a system cannot run.

    Raises
    ------
    SchemaError
        Names the inputs that the scene lacks.
    """
    lacking = system.lacks(scene)
    if lacking:
        raise SchemaError(
            [f"{name}: missing, and needed by the system {system.name}" for name in lacking],
            str(where),
        )


def require_part(system: System, part: str, what: str) -> None:
    """Refuse a system that lacks an optional part.

    Parameters
    ----------
    system : System
    part : str
        Attribute of the system.
    what : str
        What it cannot do, for the message.

    Raises
    ------
    ParameterError
        Names the systems that have it.
    """
    if getattr(system, part) is None:
        able = ", ".join(name for name, each in SYSTEMS.items() if getattr(each, part) is not None)
        raise ParameterError(
            f"the system {system.name} cannot {what}: expected --system {able or '(none can)'}"
        )


@contextmanager
def progress(steps: int) -> Iterator[Callable[[str], None]]:
    """Give a function that names the step begun, shown as a bar on the error stream."""
    with tqdm(total=steps, bar_format="{desc:<40} {bar:20} {n_fmt}/{total_fmt} {elapsed}") as bar:

        def step(name: str) -> None:
            if bar.desc:
                bar.update()
            bar.set_description_str(name)

        yield step
        bar.update()
