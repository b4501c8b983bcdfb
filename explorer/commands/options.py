"""Options that several commands have, and what they stand for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from explorer.errors import ParameterError, SourceError
from explorer.session.files import scenarios_from_json
from explorer.systems.scenario import PRESETS, Scenario, preset
from explorer.systems.settings import parsed

PresetName = Annotated[
    str,
    typer.Option(
        "--preset",
        help=f"Model version: {', '.join(PRESETS)}; or FILE.json[:NAME], as the page exports.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a parameter: NAME=VALUE. May be repeated."),
]
MapsPath = Annotated[Path | None, typer.Option("--out", help="Write the maps: .nc or .zarr.")]
JsonPath = Annotated[Path | None, typer.Option("--json", help="Write the summary.")]
ShapePaths = Annotated[
    list[Path] | None,
    typer.Option("--shape", help="Total the shapes of a GeoJSON file, too. May be repeated."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the output if it exists.")]


def scenario_of(preset_name: str, settings: list[str]) -> Scenario:
    """Build the scenario that --preset and --set describe; all faults at once."""
    scenario, changes, problems = _start(preset_name), {}, []
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            problems.append(f"--set {setting}: expected NAME=VALUE, as epsilon_max.EBF=0.9")
            continue
        try:
            changes[name.strip()] = parsed(name.strip(), text)
        except ParameterError as error:
            problems.append(str(error))
    if problems:
        raise ParameterError("; ".join(problems))
    return scenario.with_values(changes) if changes else scenario


def _start(name: str) -> Scenario:
    """Return a preset, or a named scenario of a file: FILE.json, or FILE.json:NAME."""
    stem, is_file, wanted = name.partition(".json")
    if not is_file or (wanted and not wanted.startswith(":")):
        return preset(name)
    path = Path(f"{stem}.json")
    try:
        found = {scenario.name: scenario for scenario in scenarios_from_json(path.read_bytes())}
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error
    chosen = wanted.removeprefix(":") or (next(iter(found)) if len(found) == 1 else "")
    if chosen not in found:
        raise ParameterError(
            f"{path} holds {', '.join(map(repr, found))}: name one, as --preset {path}:NAME"
        )
    return found[chosen]


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
