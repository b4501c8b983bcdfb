"""The layers of one side in the terms of another, so that a difference of the two has a meaning."""

import numpy as np

from explorer.systems.layers import Layers
from explorer.tables.periods import Period, Periods
from explorer.tables.unit import GRAMS, SQUARE_METRES, Unit


class Matched(Layers):
    """One variable of a result, in the unit, steps and classes of another result.

    Where the steps of the two differ only the year is left, of which both have a value.

    Parameters
    ----------
    result : Layers
        What is compared.
    like : Layers
        What it is compared with.
    name : str
        A variable of ``like``; where ``result`` has none such, its headline stands in.
    """

    gaps = True

    def __init__(self, result: Layers, like: Layers, name: str) -> None:
        self.result, self.called = result, name
        self.theirs = name if name in result.variables else result.headline
        self.scene, self.scenario = result.scene, result.scenario
        ours, theirs = like.variables[name], result.variables[self.theirs]
        same = result.periods.kind == like.periods.kind
        self.periods = result.periods if same else Periods("year", result.periods.years)
        self.unit = ours.unit if same else ours.unit.over_year()
        self.row = theirs
        self.outputs = {name: ours._replace(unit=self.unit)}
        self.classes = like.classes

    @property
    def headline(self) -> str:
        """The one variable."""
        return self.called

    @property
    def summed(self) -> tuple[str, ...]:
        """The one variable."""
        return (self.called,)

    @property
    def quick(self) -> None:
        """Nothing: what is quick belongs to the other result's own numbers."""
        return

    @property
    def is_comparable(self) -> bool:
        """Whether a number of one can be turned into the unit of the other."""
        return self.factor(Period(None, self.periods.years[0])) is not None

    def factor(self, period: Period) -> float | None:
        """Return what a value is multiplied by to be in ``unit``; None where there is no way."""
        yearly = period.yearly or self.periods.annual
        own, wanted = (unit.over_year() if yearly else unit for unit in (self.row.unit, self.unit))
        return conversion(own, wanted, self.result.periods, period)

    def output(self, name: str, period: Period) -> np.ndarray:
        """Return one step, or a year, in blocks: (blocks, BLOCK); missing where not comparable."""
        asked = Period(None, period.year) if self.periods.annual else period
        factor = self.factor(asked)
        values = self.result.field(self.theirs, asked)
        if factor is None:
            return np.full(values.shape, np.nan, dtype=np.float32)
        return values if factor == 1 else values * np.float32(factor)


def matched(result: Layers, like: Layers, name: str) -> Layers:
    """Return a result in the terms of another; itself where both are of one system."""
    return result if result.scenario.system is like.scenario.system else Matched(result, like, name)


def difference_note(result: Layers, like: Layers, name: str) -> str:
    """Say what of a result stands for a variable of another, and where that cannot be."""
    other = matched(result, like, name)
    if not isinstance(other, Matched):
        return ""
    notes = [] if other.theirs == name else [f"B: {other.row.symbol}"]
    if not other.is_comparable:
        notes.append(f"B is in {other.row.unit.pretty}, which is no {other.unit.pretty}")
    return "".join(f" · {note}" for note in notes)


def conversion(own: Unit, wanted: Unit, periods: Periods, period: Period) -> float | None:
    """Return what a value in one unit is multiplied by to be in another; None if there is no way.

    Parameters
    ----------
    own, wanted : Unit
    periods : Periods
        Whose step or year it is: a month has its days.
    period : Period

    Examples
    --------
    >>> conversion(Unit("kg C", "m-2", "yr"), Unit("g C", "m-2", "yr"), Periods("year"), Period())
    1000.0
    """
    if own == wanted:
        return 1.0
    if not (own.is_carbon_flux and wanted.is_carbon_flux):
        return None
    mass = GRAMS[own.amount] / GRAMS[wanted.amount]
    area = SQUARE_METRES[wanted.area] / SQUARE_METRES[own.area]
    if own.per == wanted.per:
        return mass * area
    if period.step is None:
        return None
    year = Period(None, period.year)
    lengths = (periods.weights(unit, year)[period.step - 1] for unit in (own, wanted))
    amount, amount_wanted = lengths
    return float(mass * area * amount / amount_wanted)
