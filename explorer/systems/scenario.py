"""A scenario: a named set of parameters of a system, that can be compared, hashed, written down."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from explorer.errors import ParameterError
from explorer.systems.contract import System
from explorer.tables.parameter import addressed, with_values

LONGEST_NAME = 60


@dataclass(frozen=True)
class Scenario:
    """What a model believes: parameters, the preset they started from, and a name if it has one.

    A name belongs to exactly these numbers: an edited copy has none.
    """

    system: System
    preset: str
    parameters: Any
    name: str = ""

    @property
    def label(self) -> str:
        """Name for titles: its own, else the preset's, marked when it was changed."""
        if self.name:
            return self.name
        changes = self.differences()
        label = self.system.presets[self.preset].label
        if not changes:
            return label
        if len(changes) == 1:
            ((name, (_, value)),) = changes.items()
            return f"{label}, {name} = {value}"
        return f"{label}, {len(changes)} changes"

    @property
    def identity(self) -> str:
        """Short hash of system and parameter values; the same numbers give the same identity."""
        # 0, 0.0 and -0.0 are one number, and must be one identity.
        plain = {
            name: value if isinstance(value, str) else float(value) + 0.0
            for name, value in self.values().items()
        }
        salt = self.system.name if self.system.salt is None else self.system.salt
        text = salt + json.dumps(plain, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def key(self) -> object:
        """What the slow part of its run depends on: scenarios with the same key share it."""
        return self.system.name, self.system.key(self.parameters)

    def values(self) -> dict[str, float | str]:
        """Return every parameter by its dotted name."""
        return dict(addressed(self.parameters))

    def differences(self) -> dict[str, tuple[float | str, float | str]]:
        """Return {name: (preset's value, this value)} of what was changed."""
        reference = preset_of(self.system, self.preset).values()
        return {
            name: (reference[name], value)
            for name, value in self.values().items()
            if value != reference[name]
        }

    def with_values(self, changes: Mapping[str, float | str]) -> "Scenario":
        """Return a copy with some parameters set by dotted name; without a name of its own."""
        return Scenario(self.system, self.preset, with_values(self.parameters, changes))

    def named(self, name: str) -> "Scenario":
        """Return the same numbers under a name.

        Raises
        ------
        ParameterError
            When the name is empty, too long, or holds what is no printable character.
        """
        name = name.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise ParameterError(
                f"scenario name {name[: LONGEST_NAME + 1]!r}: expected 1 to {LONGEST_NAME} "
                "printable characters"
            )
        return replace(self, name=name)

    def to_dict(self) -> dict[str, Any]:
        """Return what a file needs to make this scenario again."""
        return {
            "label": self.label,
            "id": self.identity,
            "system": self.system.name,
            "preset": self.preset,
            "changes": {name: value for name, (_, value) in self.differences().items()},
            "parameters": self.values(),
        }


@lru_cache(maxsize=64)
def preset_of(system: System, name: str) -> Scenario:
    """Return one of the presets of a system.

    Raises
    ------
    ParameterError
        When there is no preset of that name.
    """
    if name not in system.presets:
        raise ParameterError(
            f"unknown preset {name!r}: expected one of {', '.join(system.presets)}"
        )
    parameters = with_values(system.parameters(), system.presets[name].changes)
    return Scenario(system, name, parameters)


def presets_of(system: System) -> dict[str, Scenario]:
    """Return the presets of a system by name."""
    return {name: preset_of(system, name) for name in system.presets}


def step_between(old: Scenario, new: Scenario) -> str:
    """Say in a few words what leads from one scenario to another: for a history of steps."""
    if new.name and new.name != old.name:
        return new.name
    if new == preset_of(new.system, new.preset):
        return new.system.presets[new.preset].label
    if new.system is not old.system:
        return new.label
    before, after = old.values(), new.values()
    changed = [name for name in after if after[name] != before[name]]
    if len(changed) == 1:
        (name,) = changed
        return f"{name} {_short(before[name])} → {_short(after[name])}"
    stems = dict.fromkeys(name.partition(".")[0] for name in changed)
    return f"{', '.join(stems)} ({len(changed)} values)" if changed else new.label


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
