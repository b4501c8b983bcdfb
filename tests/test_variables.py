"""Every row of the table of variables is fit to be shown and checked."""

import pytest
from explorer.tables.variables import (
    FLAGS,
    INPUTS,
    OUTPUTS,
    REQUIRED,
    VARIABLES,
    pretty_unit,
    shown_unit,
)

from explorer import preset, run
from explorer.systems.nep.passes import FINISHED, Stress
from explorer.units import CONVERSIONS
from tests.shortcuts import monthly


@pytest.mark.parametrize("name", VARIABLES)
def test_row_is_sound(name):
    row = VARIABLES[name]
    assert row.symbol.strip() and row.long_name.strip() and row.unit.strip()
    assert row.dims in (("month", "y", "x"), ("y", "x"))
    low, high = row.valid_range
    assert low < high
    assert low <= row.shown_range[0] < row.shown_range[1] <= high


@pytest.mark.parametrize("name", VARIABLES)
def test_shown_range_of_year_goes_with_that_of_month(name):
    row = VARIABLES[name]
    assert row.shown_range_year[0] < row.shown_range_year[1]
    assert row.yearly == "sum" or row.shown_range_year[1] <= row.valid_range[1]


@pytest.mark.parametrize("name", OUTPUTS)
def test_output_is_what_the_model_gives(scene, name):
    assert monthly(run(scene, preset("ci2")), name).shape == (12, scene.cells)


def test_model_gives_no_output_without_row():
    assert {*FINISHED, "rs", *Stress._fields} == set(OUTPUTS)


@pytest.mark.parametrize("name", [name for name in OUTPUTS if OUTPUTS[name].yearly == "sum"])
def test_summed_output_is_per_month(name):
    assert OUTPUTS[name].unit.endswith("month-1")


def test_diverging_colours_are_centred_on_zero():
    rows = [row for row in VARIABLES.values() if row.colours == "diverging"]
    assert all(sum(row.shown_range) == sum(row.shown_range_year) == 0 for row in rows)
    assert [row.symbol for row in rows] == ["NEP"]


def test_symbols_are_unique():
    assert len({row.symbol for row in VARIABLES.values()}) == len(VARIABLES)


@pytest.mark.parametrize("name", INPUTS)
def test_input_unit_can_be_converted_to(name):
    assert INPUTS[name].unit in CONVERSIONS


def test_required_and_flags_are_inputs():
    assert set(REQUIRED) | set(FLAGS) <= set(INPUTS)


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
    assert (shown_unit(name, yearly=False), shown_unit(name, yearly=True)) == (month, year)


@pytest.mark.parametrize(
    ("plain", "pretty"),
    [("g C m-2 month-1", "g C m⁻² month⁻¹"), ("degC", "°C"), ("1", "1"), ("km2", "km²")],
)
def test_pretty_unit_raises_exponents(plain, pretty):
    assert pretty_unit(plain) == pretty
