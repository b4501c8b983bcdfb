"""A scenario and the result that follows from it, at once or after a run in the background."""

from collections.abc import Callable

import param

from explorer.app.state.session import Session
from explorer.session.opened import Opened
from explorer.systems.layers import Layers, Started
from explorer.systems.scenario import Scenario


class Side(param.Parameterized):
    """One side of a session, A or B: controls change its scenario, views read its result.

    A changed scenario is followed at once where the slow part of its run is known or quick. Else
    a preview on a thinned scene is shown while the whole is computed in the background; a newer
    edit drops it.
    While it is not active nothing is computed, and the result is the last one from before.
    """

    scenario: Scenario = param.ClassSelector(class_=Scenario)
    result: Layers = param.ClassSelector(class_=Layers)
    progress: float = param.Number(default=None, allow_None=True, bounds=(0, 1))
    active: bool = param.Boolean(default=True)

    def __init__(
        self, shared: Opened, scenario: Scenario, session: Session | None = None, **choices
    ) -> None:
        super().__init__(scenario=scenario, **choices)
        self.shared = shared
        self.session = session or Session(shared.jobs)
        self._first_pass = self.session.slot("quick", "the first pass of a scenario")
        self._complete = scenario
        if self.active:
            self._follow()
        self.param.watch(lambda *_events: self._follow(), ["scenario", "active"])

    @property
    def is_preview(self) -> bool:
        """Whether the result is a first look on a thinned scene."""
        return self.result is not None and self.result.scene is not self.shared.scene

    @property
    def is_running(self) -> bool:
        """Whether every cell is being computed in the background."""
        return self._first_pass.key is not None

    def cancel(self) -> None:
        """Cancel the run in the background and return to the last complete scenario."""
        if self.is_running:
            self.scenario = self._complete

    def _follow(self) -> None:
        scenario = self.scenario
        if not self.active:
            self._first_pass.cancel()
            return
        if self.result is not None and self.result.scenario == scenario and not self.is_preview:
            return
        started = self.shared.started(scenario)
        if started is None and self.shared.instant:
            started = self.shared.start(scenario)
        if started is not None:
            self._first_pass.cancel()
            self._show(started)
            return
        self.result = self.shared.preview(scenario)
        self._first_pass.ask(
            scenario.key,
            lambda proceed: self.shared.start(scenario, proceed),
            done=self._show,
            failed=self._failed,
            progress=self._progressed,
        )

    def _show(self, started: Started) -> None:
        """Show the complete result; newer edits with the same key are in it."""
        self._complete = self.scenario
        self.result = started.layers(self.scenario)

    def _failed(self, error: BaseException) -> None:
        """Tell that there is only the preview; the next edit tries again."""
        what = f"{self.scenario.label}: only a preview is shown, for not every cell was computed"
        self.session.faults.add(what, error)

    def _progressed(self, share: float | None) -> None:
        self.progress = share

    def soon(self, call: Callable[[], None], milliseconds: int) -> None:
        """Make a call a little later, in the session's own thread."""
        self.session.soon(call, milliseconds)

    def later(self, call: Callable[[], None]) -> None:
        """Make a call in the session's own thread."""
        self.session.later(call)
