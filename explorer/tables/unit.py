"""A unit as data: an amount, per area, per time. Totals and year units are computed from it."""

from dataclasses import dataclass, replace
from functools import cached_property

from explorer.units import GRAMS_PER_TERAGRAM, SECONDS_PER_DAY, SQUARE_METRES_PER_SQUARE_KILOMETRE

GRAMS: dict[str, float] = {"g C": 1.0, "kg C": 1e3, "Mg C": 1e6, "t C": 1e6, "Tg C": 1e12}
"""Masses of carbon in grams."""

SQUARE_METRES: dict[str, float] = {"m-2": 1.0, "ha-1": 1e4, "km-2": 1e6}
"""Areas that an amount is given per, in square metres."""

DAYS: dict[str, float] = {"s": 1 / SECONDS_PER_DAY, "d": 1.0}
"""Times that do not depend on the calendar, in days."""

TIMES = (*DAYS, "month", "yr")
_SPELLED = {"s-1": "s", "d-1": "d", "day-1": "d", "month-1": "month", "yr-1": "yr", "year-1": "yr"}
_AMOUNTS = {"gC": "g C", "kgC": "kg C", "MgC": "Mg C", "tC": "t C"}


@dataclass(frozen=True)
class Unit:
    """An amount per area and time; what is no rate has no ``per``, what is not spread no ``area``.

    Examples
    --------
    >>> str(Unit("g C", "m-2", "month"))
    'g C m-2 month-1'
    """

    amount: str
    area: str = ""  # one of SQUARE_METRES, or nothing
    per: str = ""  # one of TIMES, or nothing

    def __str__(self) -> str:
        per = f"{self.per}-1" if self.per else ""
        return " ".join(part for part in (self.amount, self.area, per) if part)

    @cached_property
    def is_rate(self) -> bool:
        """Whether amounts of several periods add up; what is no rate is averaged."""
        return bool(self.per)

    @cached_property
    def is_carbon_flux(self) -> bool:
        """Whether it is a mass of carbon per area and time, which can be totalled."""
        return self.amount in GRAMS and self.area in SQUARE_METRES and self.is_rate

    def over_year(self) -> "Unit":
        """Return the unit of the year: a rate per year; what is no rate stays as it is."""
        return replace(self, per="yr") if self.is_rate else self

    def total(self) -> "Unit":
        """Return the unit of the total of a carbon flux over an area."""
        return Unit("Tg C", "", self.per)

    def to_teragrams(self, amount: float) -> float:
        """Convert an amount summed over square kilometres to teragrams.

        Parameters
        ----------
        amount : float
            Sum of values in this unit times areas in km2.

        Examples
        --------
        >>> Unit("g C", "m-2", "yr").to_teragrams(100.0 * 1e6)
        100.0
        """
        grams = amount * GRAMS[self.amount] / SQUARE_METRES[self.area]
        return grams * SQUARE_METRES_PER_SQUARE_KILOMETRE / GRAMS_PER_TERAGRAM

    @property
    def pretty(self) -> str:
        """The unit with real superscripts, for people: ``g C m-2`` becomes ``g C m⁻²``."""
        return pretty_unit(str(self))


def unit_of(text: str) -> Unit:
    """Read a unit from text; the order of its parts does not matter.

    Examples
    --------
    >>> unit_of("gC m-2 day-1")
    Unit(amount='g C', area='m-2', per='d')
    >>> unit_of("g C MJ-1")
    Unit(amount='g C MJ-1', area='', per='')
    """
    per, area, amount = "", "", []
    for word in text.split():
        if word in _SPELLED and not per:
            per = _SPELLED[word]
        elif word in SQUARE_METRES and not area:
            area = word
        else:
            amount.append(_AMOUNTS.get(word, word))
    return Unit(" ".join(amount) or "1", area, per)


def pretty_unit(unit: Unit | str) -> str:
    """Return a unit with real superscripts, for people: ``g C m-2`` becomes ``g C m⁻²``."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    words = []
    for word in str(unit).split():
        stem = word.rstrip("-0123456789")
        words.append(word if not stem else stem + word[len(stem) :].translate(raised))
    return " ".join(words).replace("degC", "°C")
