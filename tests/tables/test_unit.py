"""Units as data: what is read, written, totalled; by hand, and there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import SYSTEMS
from explorer.systems import all_inputs
from explorer.tables.unit import GRAMS, SQUARE_METRES, TIMES, Unit, pretty_unit, unit_of

AMOUNTS = (*GRAMS, "mm", "MJ", "degC", "g C MJ-1", "umol CO2", "1", "%", "code", "kg")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("g C m-2 month-1", Unit("g C", "m-2", "month")),
        ("gC m-2 month-1", Unit("g C", "m-2", "month")),
        ("kgC m-2 yr-1", Unit("kg C", "m-2", "yr")),
        ("Mg C ha-1 year-1", Unit("Mg C", "ha-1", "yr")),
        ("MgC km-2 d-1", Unit("Mg C", "km-2", "d")),
        ("tC ha-1 yr-1", Unit("t C", "ha-1", "yr")),
        ("g C d-1 m-2", Unit("g C", "m-2", "d")),
        ("m-2 g C day-1", Unit("g C", "m-2", "d")),
        ("kg C m-2 s-1", Unit("kg C", "m-2", "s")),
        ("kg C m-2", Unit("kg C", "m-2", "")),
        ("g C MJ-1", Unit("g C MJ-1")),
        ("mm month-1", Unit("mm", "", "month")),
        ("degC", Unit("degC")),
        ("1", Unit("1")),
        ("", Unit("1")),
        ("  g  C   m-2  ", Unit("g C", "m-2")),
        # The second of a kind belongs to the amount.
        ("g C m-2 d-1 s-1", Unit("g C s-1", "m-2", "d")),
        ("km2", Unit("km2")),
    ],
)
def test_unit_is_read_from_text(text, unit):
    assert unit_of(text) == unit


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (Unit("g C", "m-2", "month"), "g C m-2 month-1"),
        (Unit("Mg C", "ha-1", "yr"), "Mg C ha-1 yr-1"),
        (Unit("mm", "", "d"), "mm d-1"),
        (Unit("kg C", "m-2"), "kg C m-2"),
        (Unit("1"), "1"),
    ],
)
def test_unit_is_written_in_one_order(unit, text):
    assert str(unit) == text


@given(
    st.sampled_from(AMOUNTS),
    st.sampled_from(["", *SQUARE_METRES]),
    st.sampled_from(["", *TIMES]),
)
def test_unit_comes_back_from_its_text(amount, area, per):
    unit = Unit(amount, area, per)
    assert unit_of(str(unit)) == unit


@given(
    st.sampled_from(AMOUNTS),
    st.sampled_from(["", *SQUARE_METRES]),
    st.sampled_from(["", *TIMES]),
    st.booleans(),
)
def test_unit_is_read_whatever_the_order_of_its_parts(amount, area, per, first):
    time = f"{per}-1" if per else ""
    parts = (time, area, amount) if first else (area, amount, time)
    assert unit_of(" ".join(parts)) == Unit(amount, area, per)


@pytest.mark.parametrize("name", list({**all_inputs().rows, **SYSTEMS["nep"].outputs}))
def test_unit_of_every_variable_comes_back_from_its_text(name):
    unit = SYSTEMS["nep"].rows()[name].unit
    assert unit_of(str(unit)) == unit


@pytest.mark.parametrize("amount", GRAMS)
@pytest.mark.parametrize("area", SQUARE_METRES)
@pytest.mark.parametrize("per", TIMES)
def test_mass_of_carbon_per_area_and_time_is_a_flux(amount, area, per):
    assert Unit(amount, area, per).is_carbon_flux


@pytest.mark.parametrize(
    "text", ["kg C m-2", "g C month-1", "g m-2 month-1", "g C MJ-1", "mm month-1", "1", "degC"]
)
def test_what_lacks_a_part_is_no_flux_of_carbon(text):
    assert not unit_of(text).is_carbon_flux


@pytest.mark.parametrize(
    ("text", "is_rate", "year"),
    [
        ("g C m-2 month-1", True, "g C m-2 yr-1"),
        ("kg C m-2 d-1", True, "kg C m-2 yr-1"),
        ("Mg C ha-1 yr-1", True, "Mg C ha-1 yr-1"),
        ("kg C m-2 s-1", True, "kg C m-2 yr-1"),
        ("mm month-1", True, "mm yr-1"),
        ("kg C m-2", False, "kg C m-2"),
        ("degC", False, "degC"),
        ("g C MJ-1", False, "g C MJ-1"),
    ],
)
def test_year_of_a_rate_is_per_year(text, is_rate, year):
    unit = unit_of(text)
    assert unit.is_rate == is_rate
    assert str(unit.over_year()) == year


# 1 km2 is 1e6 m2 or 100 ha; 1 Tg is 1e12 g. So 1 g m-2 over 1 km2 is 1e6 g, 1e-6 Tg.
@pytest.mark.parametrize(
    ("amount", "area", "teragrams"),
    [
        ("g C", "m-2", 1e-6),
        ("kg C", "m-2", 1e-3),
        ("Mg C", "m-2", 1.0),
        ("t C", "m-2", 1.0),
        ("Tg C", "m-2", 1e6),
        ("g C", "ha-1", 1e-10),
        ("kg C", "ha-1", 1e-7),
        ("Mg C", "ha-1", 1e-4),
        ("t C", "ha-1", 1e-4),
        ("g C", "km-2", 1e-12),
        ("kg C", "km-2", 1e-9),
        ("Mg C", "km-2", 1e-6),
    ],
)
@pytest.mark.parametrize("per", ["d", "month", "yr"])
def test_one_over_a_square_kilometre_in_teragrams_by_hand(amount, area, teragrams, per):
    unit = Unit(amount, area, per)
    assert unit.to_teragrams(1.0) == pytest.approx(teragrams, rel=1e-14)
    assert unit.to_teragrams(-250.0) == pytest.approx(-250 * teragrams, rel=1e-14)
    assert unit.total() == Unit("Tg C", "", per)


def test_teragrams_of_what_is_no_mass_are_refused():
    with pytest.raises(KeyError):
        unit_of("mm month-1").to_teragrams(1.0)


@pytest.mark.parametrize(
    ("text", "pretty"),
    [("kg C m-2", "kg C m⁻²"), ("Mg C ha-1 yr-1", "Mg C ha⁻¹ yr⁻¹"), ("degC", "°C"), ("1", "1")],
)
def test_unit_for_people_has_raised_exponents(text, pretty):
    assert unit_of(text).pretty == pretty_unit(unit_of(text)) == pretty


def test_equal_units_are_one_key():
    assert len({unit_of("gC m-2 d-1"), unit_of("g C m-2 day-1"), Unit("g C", "m-2", "d")}) == 1
