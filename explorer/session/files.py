"""Scenarios as JSON: each as a preset, what differs from it, and a name."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from explorer.errors import ParameterError
from explorer.systems import DEFAULT, SYSTEMS
from explorer.systems.contract import System
from explorer.systems.scenario import Scenario, preset_of

FORMAT = "nep-explorer scenarios"
VERSION = 1
LARGEST_FILE = 1_000_000  # bytes
MOST_SCENARIOS = 50  # named ones of a person; each is a row of four controls on the page


def as_differences(scenario: Scenario) -> dict[str, Any]:
    """Return the least that makes a scenario again; ``from_differences`` is its inverse."""
    changes = {name: value for name, (_, value) in scenario.differences().items()}
    named = {"name": scenario.name} if scenario.name else {}
    system = {} if scenario.system.name == DEFAULT else {"system": scenario.system.name}
    own = {"preset": scenario.preset} | ({"changes": changes} if changes else {})
    return named | system | own


def from_differences(written: Any, systems: Mapping[str, System] = SYSTEMS) -> Scenario:
    """Return the scenario that was written as differences from a preset.

    What names no system is of the first one, as in files of before there were others.

    Raises
    ------
    ParameterError
        When it is no such thing, or any name or value in it is wrong; names every one.
    """
    if not isinstance(written, dict) or not isinstance(written.get("preset"), str):
        raise ParameterError("expected an object with preset, changes and perhaps name")
    changes, name = written.get("changes", {}), written.get("name", "")
    system = written.get("system", DEFAULT)
    unknown = sorted(set(written) - {"preset", "changes", "name", "system"})
    if unknown or not isinstance(changes, dict) or not isinstance(name, str):
        what = f"unknown entries {', '.join(unknown)}" if unknown else "changes or name"
        raise ParameterError(f"{what}: expected preset, changes (an object) and name (text)")
    if not isinstance(system, str) or system not in systems:
        raise ParameterError(
            f"system {str(system)[:60]!r} is not known here: expected one of {', '.join(systems)}; "
            "if it is a product of yours, load its file first"
        )
    scenario = preset_of(systems[system], written["preset"]).with_values(changes)
    return scenario.named(name) if name else scenario


def require_few(count: int) -> None:
    """Refuse more named scenarios than a person may have.

    Raises
    ------
    ParameterError
        Says how many they are and may be.
    """
    if count > MOST_SCENARIOS:
        raise ParameterError(
            f"{count} named scenarios: at most {MOST_SCENARIOS}; remove some, or split the file"
        )


def scenarios_to_json(scenarios: Iterable[Scenario]) -> str:
    """Write named scenarios as a JSON text."""
    rows = [as_differences(scenario) for scenario in scenarios]
    whole = {"format": FORMAT, "version": VERSION, "scenarios": rows}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def scenarios_from_json(text: str | bytes) -> list[Scenario]:
    """Read named scenarios from a JSON text.

    Raises
    ------
    ParameterError
        When the text is no such file, is too large or newer than this version, or any scenario in
        it is wrong; lists every fault.
    """
    if len(text) > LARGEST_FILE:
        raise ParameterError(f"scenario file of {len(text)} bytes: at most {LARGEST_FILE}")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"scenario file is no JSON: {error}") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise ParameterError(f'scenario file: expected "format": "{FORMAT}"')
    if whole.get("version") != VERSION:
        raise ParameterError(
            f"scenario file of version {whole.get('version')!r}: this program reads {VERSION}"
        )
    rows = whole.get("scenarios")
    if not isinstance(rows, list) or not rows:
        raise ParameterError("scenario file: expected a list of scenarios")
    require_few(len(rows))
    found, problems = [], []
    for number, row in enumerate(rows, start=1):
        try:
            scenario = from_differences(row)
            found.append(scenario if scenario.name else scenario.named(f"imported {number}"))
        except ParameterError as error:
            problems.append(f"scenario {number}: {error}")
    if problems:
        raise ParameterError("; ".join(problems))
    return found
