"""Conversions against a physicist's hand."""

import pytest

from explorer.systems.nep.variables import INPUTS
from explorer.units import CONVERSIONS, accepted_units, conversion, spelled_out

# unit, canonical unit, value, the same in the canonical unit (per day where the unit is per time)
BY_HAND = [
    ("%", "1", 45.0, 0.45),
    ("percent of possible sunshine", "1", 45.0, 0.45),
    ("0.0001", "1", 7500.0, 0.75),
    ("K", "degC", 273.15, 0.0),
    ("kelvin", "degC", 300.0, 26.85),
    ("0.1 degC", "degC", 215.0, 21.5),
    ("°C", "degC", -3.5, -3.5),
    ("0.1 mm month-1", "mm month-1", 1234.0, 123.4),
    ("cm month-1", "mm month-1", 12.0, 120.0),
    ("m month-1", "mm month-1", 0.12, 120.0),
    ("mm/day", "mm month-1", 3.0, 3.0),
    ("kg m-2 s-1", "mm month-1", 1 / 86400, 1.0),
    ("W m-2", "MJ m-2 month-1", 100.0, 8.64),
    ("J m-2 d-1", "MJ m-2 month-1", 2e7, 20.0),
    ("MJ m-2 day-1", "MJ m-2 month-1", 20.0, 20.0),
    ("km", "m", 1.5, 1500.0),
    ("kg C m-2 yr-1", "g C m-2 yr-1", 0.5, 500.0),
    ("0.1 g C m-2 yr-1", "g C m-2 yr-1", 5000.0, 500.0),
]
PER_TIME = ("mm/day", "kg m-2 s-1", "W m-2", "J m-2 d-1", "MJ m-2 day-1")


@pytest.mark.parametrize(("unit", "canonical", "value", "expected"), BY_HAND)
def test_conversion_by_hand(unit, canonical, value, expected):
    step = conversion(unit, canonical)
    assert step.factor * value + step.offset == pytest.approx(expected, rel=1e-12, abs=1e-10)
    assert step.per_day == (unit in PER_TIME)


@pytest.mark.parametrize("name", INPUTS.rows)
def test_every_input_accepts_its_own_unit(name):
    unit = str(INPUTS.rows[name].unit)
    assert conversion(unit, unit) == (1.0, 0.0, False)


@pytest.mark.parametrize(("unit", "canonical"), [("F", "degC"), ("mm month-1", "degC"), ("", "m")])
def test_conversion_is_none_between_other_quantities(unit, canonical):
    assert conversion(unit, canonical) is None


@pytest.mark.parametrize("spelling", ["  mm   month-1 ", "MM", "mm/month"])
def test_unit_is_known_in_other_spellings(spelling):
    assert spelled_out(spelling) == "mm month-1"


def test_accepted_units_are_those_that_convert():
    assert all(
        conversion(unit, canonical) is not None
        for canonical in CONVERSIONS
        for unit in accepted_units(canonical)
    )
