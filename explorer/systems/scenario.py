"""A scenario: a named set of parameters that can be compared, hashed and written down."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from explorer.errors import ParameterError
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.settings import with_values
from explorer.tables.classes import CLASSES
from explorer.tables.parameter import addressed

ORIGINAL_EPSILON_MAX = 0.389
"""g C MJ-1, the original CASA's value for all vegetation (Potter et al. 1993)."""

_ONE_EPSILON = {f"epsilon_max.{name}": ORIGINAL_EPSILON_MAX for name in CLASSES}

PRESETS: dict[str, tuple[str, dict[str, float | str]]] = {
    "original": ("Original CASA", {**_ONE_EPSILON, "ci_scheme": "none"}),
    "epsilon": ("ε by class", {"ci_scheme": "none"}),
    "ci1": ("+ CI scheme I", {"ci_scheme": "I"}),
    "ci2": ("+ CI scheme II", {"ci_scheme": "II"}),
}
"""The four model versions of Liang et al. (2023), Fig. 7: label, and what each sets."""

DEFAULT_PRESET = "ci2"
LONGEST_NAME = 60


@dataclass(frozen=True)
class Scenario:
    """What the model believes: parameters, the preset they started from, and a name if it has one.

    A name belongs to exactly these numbers: an edited copy has none.
    """

    preset: str = DEFAULT_PRESET
    parameters: NepParameters = field(default_factory=NepParameters)
    name: str = ""

    @property
    def label(self) -> str:
        """Name for titles: its own, else the preset's, marked when it was changed."""
        if self.name:
            return self.name
        changes = self.differences()
        label = PRESETS[self.preset][0]
        if not changes:
            return label
        if len(changes) == 1:
            ((name, (_, value)),) = changes.items()
            return f"{label}, {name} = {value}"
        return f"{label}, {len(changes)} changes"

    @property
    def identity(self) -> str:
        """Short hash of all parameter values; the same numbers give the same identity."""
        # 0, 0.0 and -0.0 are one number, and must be one identity.
        plain = {
            name: value if isinstance(value, str) else float(value) + 0.0
            for name, value in self.values().items()
        }
        text = json.dumps(plain, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def values(self) -> dict[str, float | str]:
        """Return every parameter by its dotted name."""
        return dict(addressed(self.parameters))

    def differences(self) -> dict[str, tuple[float | str, float | str]]:
        """Return {name: (preset's value, this value)} of what was changed."""
        reference = preset(self.preset).values()
        return {
            name: (reference[name], value)
            for name, value in self.values().items()
            if value != reference[name]
        }

    def with_values(self, changes: Mapping[str, float | str]) -> "Scenario":
        """Return a copy with some parameters set by dotted name; without a name of its own."""
        return Scenario(self.preset, with_values(self.parameters, changes))

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
            "preset": self.preset,
            "changes": {name: value for name, (_, value) in self.differences().items()},
            "parameters": self.values(),
        }


@cache
def preset(name: str) -> Scenario:
    """Return one of the four published model versions.

    Raises
    ------
    ParameterError
        When there is no preset of that name.
    """
    if name not in PRESETS:
        raise ParameterError(f"unknown preset {name!r}: expected one of {', '.join(PRESETS)}")
    return Scenario(name, with_values(NepParameters(), PRESETS[name][1]))


def step_between(old: Scenario, new: Scenario) -> str:
    """Say in a few words what leads from one scenario to another: for a history of steps."""
    if new.name and new.name != old.name:
        return new.name
    if new == preset(new.preset):
        return PRESETS[new.preset][0]
    before, after = old.values(), new.values()
    changed = [name for name in after if after[name] != before[name]]
    if len(changed) == 1:
        (name,) = changed
        return f"{name} {_short(before[name])} → {_short(after[name])}"
    stems = dict.fromkeys(name.partition(".")[0] for name in changed)
    return f"{', '.join(stems)} ({len(changed)} values)" if changed else new.label


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
