"""Every row of the table of variables is fit to be shown and checked."""

import pytest

from explorer import preset, run
from explorer.systems.nep.passes import SECOND_PASS_OUTPUTS
from explorer.systems.nep.processes import Stress
from explorer.systems.nep.variables import INPUTS, OUTPUTS
from explorer.tables.unit import pretty_unit, unit_of
from explorer.units import CONVERSIONS
from tests.shortcuts import monthly

VARIABLES = {**INPUTS.rows, **OUTPUTS}


@pytest.mark.parametrize("name", VARIABLES)
def test_row_is_sound(name):
    row = VARIABLES[name]
    assert row.symbol.strip() and row.long_name.strip() and str(row.unit).strip()
    assert row.dims in (("month", "y", "x"), ("y", "x"))
    low, high = row.valid_range
    assert low < high
    assert low <= row.shown_range[0] < row.shown_range[1] <= high


@pytest.mark.parametrize("name", VARIABLES)
def test_shown_range_of_year_goes_with_that_of_month(name):
    row = VARIABLES[name]
    assert row.shown_range_year[0] < row.shown_range_year[1]
    assert row.over_year == "sum" or row.shown_range_year[1] <= row.valid_range[1]


@pytest.mark.parametrize("name", OUTPUTS)
def test_output_is_what_the_model_gives(scene, name):
    assert monthly(run(scene, preset("ci2")), name).shape == (12, scene.cells)


def test_model_gives_no_output_without_row():
    assert {*SECOND_PASS_OUTPUTS, "apar", "epsilon", "rs", *Stress._fields} == set(OUTPUTS)


@pytest.mark.parametrize("name", [name for name in OUTPUTS if OUTPUTS[name].over_year == "sum"])
def test_summed_output_is_per_month(name):
    assert str(OUTPUTS[name].unit).endswith("month-1")


def test_diverging_colours_are_centred_on_zero():
    rows = [row for row in VARIABLES.values() if row.colours == "diverging"]
    assert all(sum(row.shown_range) == sum(row.shown_range_year) == 0 for row in rows)
    assert [row.symbol for row in rows] == ["NEP"]


def test_symbols_are_unique():
    assert len({row.symbol for row in VARIABLES.values()}) == len(VARIABLES)


@pytest.mark.parametrize("name", INPUTS.rows)
def test_input_unit_can_be_converted_to(name):
    assert str(INPUTS.rows[name].unit) in CONVERSIONS


def test_required_and_codes_are_inputs():
    assert set(INPUTS.required) | set(INPUTS.codes) <= set(INPUTS.rows)
    assert set(INPUTS.optional) | set(INPUTS.unused_beside) <= set(INPUTS.rows)
    assert set(INPUTS.unused_beside.values()) <= set(INPUTS.rows)
    assert INPUTS.codes == ("land_cover", "region")


@pytest.mark.parametrize(
    ("name", "month", "year"),
    [
        ("nep", "g C m-2 month-1", "g C m-2 yr-1"),
        ("precipitation", "mm month-1", "mm yr-1"),
        ("temperature", "degC", "degC"),
        ("epsilon", "g C MJ-1", "g C MJ-1"),
    ],
)
def test_shown_unit_follows_the_time_shown(name, month, year):
    row = VARIABLES[name]
    assert (str(row.unit_over(yearly=False)), str(row.unit_over(yearly=True))) == (month, year)


@pytest.mark.parametrize(
    ("plain", "pretty"),
    [("g C m-2 month-1", "g C m⁻² month⁻¹"), ("degC", "°C"), ("1", "1"), ("km2", "km²")],
)
def test_pretty_unit_raises_exponents(plain, pretty):
    assert pretty_unit(plain) == pretty
    assert unit_of(plain).pretty == pretty
