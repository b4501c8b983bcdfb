"""The one quantity that cards and series show: the variable of the map, or why it is another.

What a result always sums is there at once. Any other variable is summed over every cell when it is
chosen, in the background on a large scene; codes and what does not change with time have no series.
"""

import param

from explorer.analysis.totals import Totals
from explorer.app.maps.drawn import drawn_from
from explorer.app.state.background import Background, Proceed
from explorer.app.state.state import ExplorerState
from explorer.session.view import followed_of
from explorer.systems.layers import Layers
from explorer.systems.scenario import preset_of


class Quantity(param.Parameterized):
    """The variable of cards and series, and its totals for A and for the presets beside it."""

    arrived = param.Integer(default=0, doc="Counts the totals that came after they were asked for.")

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self._sums = Background(state, "The totals of the variable shown")
        self._sums.param.watch(self._told, ["value", "failure"])
        self._presets: dict[tuple, Totals] = {}

    @property
    def variable(self) -> str:
        """The variable: that of the map, or the headline in its place."""
        return followed_of(self.state.a.result, self.state.shown)

    @property
    def note(self) -> str:
        """Why it is not the variable of the map; nothing where it is."""
        state, result = self.state, self.state.a.result
        if state.shown == result.headline:
            return ""
        other = result.variables[result.headline].symbol
        if state.row.is_code:
            return f"{state.row.symbol} is a code, which has no mean: here is {other}"
        if result.is_constant(state.shown):
            return f"{state.row.symbol} does not change with time: here is {other}"
        return ""

    @property
    def coming(self) -> str:
        """What is waited for, in words; nothing where all is there."""
        if self.own is not None:
            return ""
        if self._sums.failure is not None:
            return "could not be summed"
        share = self._sums.progress
        return "summing every cell …" if share is None else f"summing every cell, {share:.0%}"

    @property
    def own(self) -> Totals | None:
        """Totals of A by region and shape; None while they are summed."""
        state, result = self.state, self.state.a.result
        if self.variable in result.summed:
            return state.totals
        return self._sums.value if self._sums.key == self._key(result) else None

    def preset(self, name: str) -> Totals | None:
        """Return the same of a preset; None where it would take long."""
        state, shared = self.state, self.state.shared
        if self.variable in state.a.result.summed:
            return state.preset_totals(name)
        scenario = preset_of(state.system, name)
        key = (scenario.system, name, self.variable, state.shapes)
        if key not in self._presets:
            started = shared.start(scenario) if shared.instant else shared.started(scenario)
            if started is None:
                return None
            if len(self._presets) >= 2 * len(state.system.presets):
                self._presets.clear()
            self._presets[key] = state.book.totals(
                started.layers(scenario), state.shapes, self.variable
            )
        return self._presets[key]

    def ask(self) -> None:
        """Have the totals summed if they are not known; a dragged control asks for nothing."""
        state, result, name = self.state, self.state.a.result, self.variable
        waits = state.draft or state.a.is_preview or state.page != "map"
        if name in result.summed or waits:
            self._sums.cancel()
            return
        shapes = state.shapes

        def summed(proceed: Proceed) -> Totals | None:
            return state.book.totals(result, shapes, name) if proceed(0.0) else None

        self._sums.ask(self._key(result), summed)

    def _key(self, result: Layers) -> tuple:
        return (*drawn_from(result), self.state.shapes, self.variable)

    def _told(self, *_events) -> None:
        self.arrived += 1
