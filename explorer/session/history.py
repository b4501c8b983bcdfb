"""Undo and redo: snapshots of the scenarios, each with the step that led to it."""

from typing import NamedTuple

import param

from explorer.systems.scenario import Scenario, step_between

LONGEST = 100  # steps kept


class Snapshot(NamedTuple):
    """Both scenarios and the named ones, after a step."""

    step: str
    scenario: Scenario
    other: Scenario
    shelf: dict[str, Scenario]


class History(param.Parameterized):
    """A row of snapshots and where we are in it; a new step drops those undone."""

    snapshots = param.ClassSelector(default=(), class_=tuple)  # of Snapshot
    position = param.Integer(default=0)

    def __init__(self, first: Snapshot) -> None:
        super().__init__(snapshots=(first,))

    @property
    def here(self) -> Snapshot:
        """The snapshot that is shown."""
        return self.snapshots[self.position]

    def record(self, scenario: Scenario, other: Scenario, shelf: dict[str, Scenario]) -> None:
        """Add a snapshot, unless nothing changed."""
        step = self._step(scenario, other, shelf)
        if step is None:
            return
        kept = self.snapshots[: self.position + 1][1 - LONGEST :]
        added = (*kept, Snapshot(step, scenario, other, shelf))
        self.param.update(snapshots=added, position=len(added) - 1)

    def _step(self, scenario: Scenario, other: Scenario, shelf: dict[str, Scenario]) -> str | None:
        """Name what changed; None when nothing did."""
        here = self.here
        parts = []
        if shelf != here.shelf:
            parts += [f"save {name}" for name in shelf if shelf[name] != here.shelf.get(name)]
            parts += [f"remove {name}" for name in here.shelf if name not in shelf]
        if scenario != here.scenario and not (parts and scenario.name in shelf):
            parts.append(step_between(here.scenario, scenario))
        if other != here.other:
            parts.append(f"B: {step_between(here.other, other)}")
        changed = (scenario, other, shelf) != (here.scenario, here.other, here.shelf)
        return ", ".join(parts) or (scenario.label if changed else None)

    def go(self, position: int) -> Snapshot:
        """Move to a snapshot and return it."""
        self.position = min(max(position, 0), len(self.snapshots) - 1)
        return self.here
