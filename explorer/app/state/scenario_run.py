"""A scenario and the result that follows from it, at once or after a run in the background."""

from collections.abc import Callable

import panel as pn
import param

from explorer.pipeline import Result
from explorer.session.opened import Shared
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.passes import base_key
from explorer.systems.scenario import Scenario

PROGRESS_STEP = 0.05


class ScenarioRun(param.Parameterized):
    """Follows a scenario: controls change it, views read the result, nothing else is kept.

    A changed scenario is followed at once where its first pass is known or quick. Else a preview on
    a thinned scene is shown while the whole is computed in the background; a newer edit drops it.
    While it is not active nothing is computed, and the result is the one of when it last was.
    """

    scenario: Scenario = param.ClassSelector(class_=Scenario)
    result: Result = param.ClassSelector(class_=Result)
    progress: float = param.Number(default=None, allow_None=True, bounds=(0, 1))
    active: bool = param.Boolean(default=True)

    def __init__(self, shared: Shared, scenario: Scenario, **choices) -> None:
        super().__init__(scenario=scenario, **choices)
        self.shared = shared
        self._document = pn.state.curdoc
        self._awaited: NepParameters | None = None  # key of the first pass in the background
        self._complete = scenario
        if self.active:
            self._follow()
        self.param.watch(lambda *_events: self._follow(), ["scenario", "active"])

    @property
    def is_preview(self) -> bool:
        """Whether the result is a first look on a thinned scene."""
        return self.result is not None and self.result.scene is not self.shared.scene

    def cancel(self) -> None:
        """Give up the run in the background and return to the last complete scenario."""
        if self._awaited is not None:
            self.scenario = self._complete

    def _follow(self) -> None:
        scenario = self.scenario
        if not self.active:
            self._awaited = None
            return
        if self.result is not None and self.result.scenario == scenario and not self.is_preview:
            return
        kept = self.shared.kept(scenario)
        if kept is None and self.shared.instant:
            kept = self.shared.keep(scenario)
        if kept is not None:
            self._awaited = None
            self._show(Result(self.shared.scene, scenario, kept))
            return
        key = base_key(scenario.parameters)
        self.param.update(result=self.shared.preview(scenario))
        if key != self._awaited:
            self._awaited = key
            self.progress = 0.0
            self.shared.worker.submit(self._run, scenario, key)

    def _run(self, scenario: Scenario, key: NepParameters) -> None:
        """Run the first pass, in the worker's thread."""
        told = 0.0

        def proceed(share: float) -> bool:
            nonlocal told
            if share - told >= PROGRESS_STEP:
                told = share
                self.later(lambda: self._tell(key, share))
            return self._awaited == key

        if self.shared.keep(scenario, proceed) is not None:
            self.later(lambda: self._arrive(key))

    def _tell(self, key: NepParameters, share: float) -> None:
        if self._awaited == key:
            self.progress = share

    def _arrive(self, key: NepParameters) -> None:
        """Show the complete result, unless a newer edit asked for another."""
        kept = self.shared.kept(self.scenario)
        if self._awaited == key and kept is not None:
            self._awaited = None
            self._show(Result(self.shared.scene, self.scenario, kept))

    def _show(self, result: Result) -> None:
        self._complete = result.scenario
        self.param.update(result=result, progress=None)

    def soon(self, call: Callable[[], None], milliseconds: int) -> None:
        """Make a call a little later, in the session's own thread."""
        if self._document is None or self._document.session_context is None:
            call()
        else:
            self._document.add_timeout_callback(call, milliseconds)

    def later(self, call: Callable[[], None]) -> None:
        """Make a call in the session's own thread."""
        if self._document is None or self._document.session_context is None:
            call()
        else:
            self._document.add_next_tick_callback(call)
