"""What a session has chosen, and the result that follows from it."""

import param

from explorer.analysis.totals import ALL
from explorer.app.shared import Shared
from explorer.pipeline import Result
from explorer.scenario import DEFAULT_PRESET, Scenario, preset
from explorer.scene.calendar import MONTHS
from explorer.variables import OUTPUTS

SHOWN = ("nep", "npp", "rh", "rs", "fpar", "epsilon")
"""Outputs that a map offers, in their order on the page."""

PEAK_MONTH = 7


class ExplorerState(param.Parameterized):
    """Choices and the result; controls change choices, views read, nothing else is kept.

    A changed scenario runs the pipeline once; everything shown follows from ``result``.
    """

    scenario: Scenario = param.ClassSelector(class_=Scenario)
    result: Result = param.ClassSelector(class_=Result)
    variable: str = param.Selector(default="nep", objects=list(SHOWN))
    yearly: bool = param.Boolean(default=False)
    month: int = param.Integer(default=PEAK_MONTH, bounds=(1, 12))
    region: str = param.String(default=ALL)

    def __init__(self, shared: Shared) -> None:
        scenario = preset(DEFAULT_PRESET)
        super().__init__(scenario=scenario, result=shared.run(scenario))
        self.shared = shared
        self.param.watch(self._follow, "scenario")

    def _follow(self, event: param.parameterized.Event) -> None:
        if event.new.parameters == event.old.parameters:
            return
        self.result = self.shared.run(event.new)

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
