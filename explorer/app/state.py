"""What a session has chosen, and the result that follows from it."""

from collections.abc import Callable

import panel as pn
import param

from explorer.analysis.totals import ALL
from explorer.app.shared import Shared
from explorer.models.nep import base_key
from explorer.parameters import NepParameters
from explorer.pipeline import Result
from explorer.scenario import DEFAULT_PRESET, Scenario, preset
from explorer.scene.calendar import MONTHS
from explorer.variables import OUTPUTS

SHOWN = ("nep", "npp", "rh", "rs", "fpar", "epsilon")
"""Outputs that a map offers, in their order on the page."""

PEAK_MONTH = 7
PROGRESS_STEP = 0.05


class ExplorerState(param.Parameterized):
    """Choices and the result; controls change choices, views read, nothing else is kept.

    A changed scenario is followed at once where its first pass is known or quick. Else a preview on
    a thinned scene is shown while the whole is computed in the background; a newer edit drops it.
    """

    scenario: Scenario = param.ClassSelector(class_=Scenario)
    result: Result = param.ClassSelector(class_=Result)
    progress: float = param.Number(default=None, allow_None=True, bounds=(0, 1))
    draft: bool = param.Boolean(default=False, doc="A control is being dragged.")
    variable: str = param.Selector(default="nep", objects=list(SHOWN))
    yearly: bool = param.Boolean(default=False)
    month: int = param.Integer(default=PEAK_MONTH, bounds=(1, 12))
    region: str = param.String(default=ALL)
    tapped: int = param.Integer(default=None, allow_None=True, doc="The land cell last tapped.")

    def __init__(self, shared: Shared) -> None:
        scenario = preset(DEFAULT_PRESET)
        super().__init__(scenario=scenario, result=shared.result(scenario))
        self.shared = shared
        self._document = pn.state.curdoc
        self._awaited: NepParameters | None = None  # key of the first pass in the background
        self.param.watch(self._follow, "scenario")

    @property
    def is_preview(self) -> bool:
        """Whether the result is a first look on a thinned scene."""
        return self.result.scene is not self.shared.scene

    def cancel(self) -> None:
        """Give up the run in the background and return to the last complete scenario."""
        if self._awaited is not None:
            self.scenario = self._complete

    def _follow(self, event: param.parameterized.Event) -> None:
        scenario: Scenario = event.new
        if scenario.parameters == event.old.parameters:
            return
        if not self.is_preview:
            self._complete = event.old
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
                self._later(lambda: self._tell(key, share))
            return self._awaited == key

        if self.shared.keep(scenario, proceed) is not None:
            self._later(lambda: self._arrive(key))

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
        self.param.update(result=result, progress=None)

    def soon(self, call: Callable[[], None], milliseconds: int) -> None:
        """Make a call a little later, in the session's own thread."""
        if self._document is None or self._document.session_context is None:
            call()
        else:
            self._document.add_timeout_callback(call, milliseconds)

    def _later(self, call: Callable[[], None]) -> None:
        """Make a call in the session's own thread."""
        if self._document is None or self._document.session_context is None:
            call()
        else:
            self._document.add_next_tick_callback(call)

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

    def title(self) -> str:
        """Say what the map shows: variable and period."""
        period = "year" if self.yearly else MONTHS[self.month - 1]
        return f"{OUTPUTS[self.variable].long_name}, {period}"
