"""What a session has chosen: scenarios, the view, and the steps that led here."""

from dataclasses import fields, replace

import param

from explorer.analysis.totals import Totals
from explorer.app.state.faults import Faults
from explorer.app.state.scenario_run import ScenarioRun
from explorer.app.state.session import Session
from explorer.scene.calendar import MONTHS
from explorer.scene.shapes.shape import Shape
from explorer.session.history import History, Snapshot
from explorer.session.link import COMPARED_WITH
from explorer.session.opened import Shared
from explorer.session.shape_book import ShapeBook
from explorer.session.view import COMPARE_MODES, PAGES, VIEW_MODES, View
from explorer.systems.scenario import DEFAULT_PRESET, Scenario, preset
from explorer.tables.variables import OUTPUTS

SHOWN = ("nep", "npp", "rh", "rs", "fpar", "epsilon")
"""Outputs that a map offers, in their order on the page."""


class ExplorerState(ScenarioRun):
    """Choices and results; controls change choices, views read, nothing else is kept.

    The session's own scenario is A; ``other`` is B, which A is compared with. Every field of
    ``View`` is a param of the same name.
    """

    draft: bool = param.Boolean(default=False, doc="A control is being dragged.")
    shelf: dict[str, Scenario] = param.Dict(default={}, doc="The named scenarios.")
    page: str = param.Selector(default=View.page, objects=list(PAGES))
    view_mode: str = param.Selector(default=View.view_mode, objects=list(VIEW_MODES))
    compare_mode: str = param.Selector(default=View.compare_mode, objects=list(COMPARE_MODES))
    variable: str = param.Selector(default=View.variable, objects=list(OUTPUTS))
    yearly: bool = param.Boolean(default=View.yearly)
    month: int = param.Integer(default=View.month, bounds=(1, 12))
    region: str = param.String(default=View.region)
    shapes: tuple[Shape, ...] = param.ClassSelector(class_=tuple, default=View.shapes)
    tapped: int = param.Integer(default=View.tapped, allow_None=True)
    tower: str = param.String(default=View.tower)
    window: tuple = param.Tuple(default=View.window, length=4, allow_None=True)

    def __init__(self, shared: Shared, faults: Faults | None = None) -> None:
        super().__init__(shared, preset(DEFAULT_PRESET), Session(shared.jobs, faults))
        self.book = ShapeBook(shared)
        self.other = ScenarioRun(shared, preset(COMPARED_WITH), self.session, active=False)
        self.history = History(Snapshot("start", self.scenario, self.other.scenario, self.shelf))
        self._restoring = False
        self.param.watch(self._record, ["scenario", "shelf", "draft"])
        self.other.param.watch(self._record, "scenario")
        self.param.watch(self._wake_other, "page")

    @property
    def view(self) -> View:
        """What is looked at, as one value."""
        return View(**{row.name: getattr(self, row.name) for row in fields(View)})

    @property
    def totals(self) -> Totals:
        """Totals of the regions, and of the shapes beside them."""
        return self.book.totals(self.result, self.shapes)

    def preset_totals(self, name: str) -> Totals:
        """Return the same of a published model version."""
        return self.book.preset_totals(name, self.shapes)

    @property
    def shown_month(self) -> int | None:
        """The month shown, 1 to 12; None for the year."""
        return None if self.yearly else self.month

    def set_parameter(self, name: str, value: float | str) -> None:
        """Set one parameter by its dotted name; raises ParameterError when it may not be."""
        self.scenario = self.scenario.with_values({name: value})

    def choose_preset(self, name: str) -> None:
        """Start again from a published model version."""
        self.scenario = preset(name)

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
        self.other.scenario = other
        self._restoring = False
        self.param.update(scenario=scenario, draft=False, **changes)

    def take_over(self, former: "ExplorerState") -> None:
        """Go on where another session's state is, on another scene: cells are other ones there."""
        view = replace(former.view, tapped=None)
        past = former.history
        self.history.param.update(snapshots=past.snapshots, position=past.position)
        self.restore(former.scenario, former.other.scenario, former.shelf, view)

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
            self.history.record(self.scenario, self.other.scenario, self.shelf)

    def _wake_other(self, event: param.parameterized.Event) -> None:
        self.other.active = event.new == "compare"

    def title(self) -> str:
        """Say what the map shows: variable and period."""
        period = "year" if self.yearly else MONTHS[self.month - 1]
        return f"{OUTPUTS[self.variable].long_name}, {period}"
