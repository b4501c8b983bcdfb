"""What a session has chosen: two scenarios, the view, and the steps that led here."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

import param

from explorer.analysis.totals import Totals
from explorer.app.state.faults import Faults
from explorer.app.state.session import Session
from explorer.app.state.side import Side
from explorer.report.cards.sight import AtTowers, Sight
from explorer.scene.shapes.shape import Shape
from explorer.session.history import History, Snapshot
from explorer.session.opened import Opened
from explorer.session.shape_book import ShapeBook
from explorer.session.view import (
    COMPARE_MODES,
    PAGES,
    VIEW_MODES,
    WHY_SCALES,
    View,
    period_of,
    variable_of,
)
from explorer.systems.contract import System
from explorer.systems.scenario import Scenario, preset_of
from explorer.tables.periods import Period
from explorer.tables.variable import Variable

Names = str | Sequence[str]


class ExplorerState(param.Parameterized):
    """Choices and results; controls change choices, views read, nothing else is stored.

    ``a`` is the session's own side, ``b`` the one that it is compared with. Every field of ``View``
    is a param of the same name.
    """

    draft: bool = param.Boolean(default=False, doc="A control is being dragged.")
    dark: bool = param.Boolean(
        default=False, doc="Whether the page is dark: text within plots asks."
    )
    shelf: dict[str, Scenario] = param.Dict(default={}, doc="The named scenarios.")
    tower_files: dict[str, bytes] = param.Dict(default={}, doc="The person's own, by name.")
    page: str = param.Selector(default=View.page, objects=list(PAGES))
    view_mode: str = param.Selector(default=View.view_mode, objects=list(VIEW_MODES))
    compare_mode: str = param.Selector(default=View.compare_mode, objects=list(COMPARE_MODES))
    why_scale: str = param.Selector(default=View.why_scale, objects=list(WHY_SCALES))
    limits: tuple = param.ClassSelector(class_=tuple, default=View.limits, allow_None=True)
    variable: str = param.String(default=View.variable)
    yearly: bool = param.Boolean(default=View.yearly)
    step: int = param.Integer(default=View.step, bounds=(1, 366))
    year: int = param.Integer(default=View.year, allow_None=True)
    region: str = param.String(default=View.region)
    shapes: tuple[Shape, ...] = param.ClassSelector(class_=tuple, default=View.shapes)
    tapped: int = param.Integer(default=View.tapped, allow_None=True)
    tower: str = param.String(default=View.tower)
    window: tuple = param.Tuple(default=View.window, length=4, allow_None=True)
    at_towers: AtTowers = param.ClassSelector(class_=AtTowers, allow_None=True)
    asked: str = param.String(default="", doc="The card whose files are asked for; then nothing.")
    sought: str = param.String(default="", doc="The parameter whose control is sought.")

    def __init__(self, shared: Opened, faults: Faults | None = None) -> None:
        super().__init__()
        self.shared = shared
        self.session = Session(shared.jobs, faults)
        self.a = Side(shared, shared.first, self.session)
        self.b = Side(shared, shared.compared_with, self.session, active=False)
        self.book = ShapeBook(shared)
        self.history = History(Snapshot("start", self.a.scenario, self.b.scenario, self.shelf))
        self._restoring = False
        changes = ["shelf", "draft"]
        self.watch(self._record, changes, a="scenario", b="scenario", any_system=True)
        self.param.watch(self._wake_b, "page")

    @property
    def sides(self) -> dict[str, Side]:
        """Both sides by their letters."""
        return {"A": self.a, "B": self.b}

    def watch(
        self,
        call: Callable[..., None],
        own: Names = (),
        *,
        a: Names = (),
        b: Names = (),
        any_system: bool = False,
    ) -> None:
        """Subscribe to params of the state and of its sides.

        Controls and views are made from the tables of A's system. So a callback is not called any
        more when A is of another one, and the page is filled again; ``any_system`` calls it all
        the same.
        """
        follow = call if any_system else self._of_this_system(call)
        for owner, names in ((self, own), (self.a, a), (self.b, b)):
            listed = [names] if isinstance(names, str) else list(names)
            if listed:
                owner.param.watch(follow, listed)

    def _of_this_system(self, call: Callable[..., None]) -> Callable[..., None]:
        """Return the callback, silent while A is of another system than now."""
        made_for = self.system

        def follow(*events: param.parameterized.Event) -> None:
            if self.system is made_for:
                call(*events)

        return follow

    @property
    def view(self) -> View:
        """What is looked at, as one value."""
        return View(**{row.name: getattr(self, row.name) for row in fields(View)})

    @property
    def system(self) -> System:
        """The system of A."""
        return self.a.scenario.system

    @property
    def shown(self) -> str:
        """The variable of the maps: the one chosen, or the headline where A has none such."""
        return variable_of(self.a.result, self.variable)

    @property
    def row(self) -> Variable:
        """The row of the variable of the maps."""
        return self.a.result.variables[self.shown]

    @property
    def period(self) -> Period:
        """The period of A that is looked at."""
        return period_of(self, self.a.result)

    @property
    def pair_period(self) -> Period:
        """The period that is looked at on both sides: the year where their steps differ."""
        both = [side.result for side in self.sides.values() if side.result is not None]
        return period_of(self, *both)

    @property
    def totals(self) -> Totals:
        """Totals of the regions, and of the shapes beside them."""
        return self.book.totals(self.a.result, self.shapes)

    def preset_totals(self, name: str) -> Totals:
        """Return the same of a preset of A's system."""
        return self.book.preset_totals(preset_of(self.system, name), self.shapes)

    def edit(self, scenario: Scenario, *, draft: bool) -> None:
        """Set the scenario of A while a control is dragged, or at its end."""
        if draft:
            self.draft = True
        self.a.scenario = scenario
        self.draft = draft

    def set_parameter(self, name: str, value: float | str) -> None:
        """Set one parameter of A by its dotted name; raises ParameterError when it may not be."""
        self.a.scenario = self.a.scenario.with_values({name: value})

    def choose_preset(self, name: str) -> None:
        """Start again from a preset of A's system."""
        self.a.scenario = preset_of(self.system, name)

    def choose_system(self, name: str) -> None:
        """Show another system, or a brought product, as A; one with several presets as B too."""
        system = self.shared.systems[name]
        if system is self.system:
            return
        several = system.compared_with != system.default
        other = preset_of(system, system.compared_with) if several else self.b.scenario
        self.restore(preset_of(system, system.default), other)

    def save(self, scenario: Scenario) -> None:
        """Put a named scenario on the shelf and make it A, as one step."""
        self._restoring = True
        self.shelf = self.shelf | {scenario.name: scenario}
        self.a.scenario = scenario
        self._restoring = False
        self._record()

    def restore(
        self,
        scenario: Scenario,
        other: Scenario,
        shelf: dict[str, Scenario] | None = None,
        view: View | None = None,
    ) -> None:
        """Set both scenarios, and the shelf and the view where given, as one step."""
        changes = {} if shelf is None else {"shelf": shelf}
        if view is not None:
            changes |= {row.name: getattr(view, row.name) for row in fields(view)}
        self._restoring = True
        try:
            self.b.scenario = other
            self.a.scenario = scenario
            self.param.update(draft=False, **changes)
        finally:
            self._restoring = False
        self._record()

    def ask_for(self, card: str) -> None:
        """Ask for the files of a card: its menu opens."""
        self.asked = card
        self.asked = ""

    def seek(self, parameter: str) -> None:
        """Seek the control of a parameter: the drawer opens it."""
        self.sought = parameter
        self.sought = ""

    @property
    def sight(self) -> Sight:
        """What is looked at, for the files of what is shown; results must be there."""
        b = self.b.result if self.page == "compare" else None
        return Sight(self.shared, self.view, self.a.result, b, self.at_towers, self.book)

    def take_over(self, former: "ExplorerState") -> None:
        """Go on where another session's state is, on another scene: cells are other ones there."""
        view = replace(former.view, tapped=None)
        past = former.history
        self.history.param.update(snapshots=past.snapshots, position=past.position)
        self.tower_files = former.tower_files
        self.restore(former.a.scenario, former.b.scenario, former.shelf, view)

    def bring_back(self, *, shelf: dict[str, Scenario] | None = None, **choices: Any) -> None:
        """Take what was stored as if it had been there from the start: undo does not remove it."""
        if shelf is not None:
            past = [each._replace(shelf=shelf | each.shelf) for each in self.history.snapshots]
            self.history.snapshots = tuple(past)
            choices["shelf"] = shelf
        self._restoring = True
        try:
            self.param.update(**choices)
        finally:
            self._restoring = False

    def undo(self) -> None:
        """Return to where we were before the last step."""
        self.go_to_step(self.history.position - 1)

    def redo(self) -> None:
        """Take the step again that was undone."""
        self.go_to_step(self.history.position + 1)

    def go_to_step(self, position: int) -> None:
        """Return to a step of the history."""
        _, scenario, other, shelf = self.history.go(position)
        self.restore(scenario, other, shelf)

    def _record(self, *_events: param.parameterized.Event) -> None:
        if not self.draft and not self._restoring:
            self.history.record(self.a.scenario, self.b.scenario, self.shelf)

    def _wake_b(self, event: param.parameterized.Event) -> None:
        self.b.active = event.new == "compare"

    def soon(self, call: Callable[[], None], milliseconds: int) -> None:
        """Make a call a little later, in the session's own thread, if A's system is the same."""
        self.session.soon(self._of_this_system(call), milliseconds)

    def later(self, call: Callable[[], None]) -> None:
        """Make a call in the session's own thread."""
        self.session.later(call)

    def title(self) -> str:
        """Return what the map shows: variable, and period where it changes with time."""
        return self.a.result.title(self.shown, self.period)
