"""THE table of systems, one folder a paper; the contract that everything else is written against.

A system is added by its folder and one row here; nothing else changes.
"""

from explorer.errors import ParameterError
from explorer.systems.contract import System
from explorer.systems.fusion.system import FUSION
from explorer.systems.nep.system import NEP
from explorer.systems.scenario import Scenario, preset_of
from explorer.tables.variable import Inputs

SYSTEMS: dict[str, System] = {system.name: system for system in (NEP, FUSION)}
DEFAULT = NEP.name


def system_called(name: str) -> System:
    """Return a system by its name.

    Raises
    ------
    ParameterError
        When there is none.
    """
    if name not in SYSTEMS:
        raise ParameterError(f"unknown system {name!r}: expected one of {', '.join(SYSTEMS)}")
    return SYSTEMS[name]


def preset(name: str, system: str = DEFAULT) -> Scenario:
    """Return one of the presets of a system, as a scenario.

    Raises
    ------
    ParameterError
        When there is no such system or preset.
    """
    return preset_of(system_called(system), name)


def all_inputs(names: tuple[str, ...] = ()) -> Inputs:
    """Return what scenes may hold for some systems, or for all; required is what each needs."""
    first, *others = (SYSTEMS[name].inputs for name in names or SYSTEMS)
    for other in others:
        first = first.joined(other)
    return first
