"""Parameters by name: what is accepted, and what a refusal says."""

import math
from dataclasses import fields

import pytest

from explorer.errors import ParameterError
from explorer.systems.nep.parameters import NepParameters
from explorer.tables.parameter import bundles, names, parsed, row_of, with_values
from tests.reference_model import SOIL

DEFAULT = NepParameters()
NAMES = names(NepParameters)
NUMBERS = [name for name in NAMES if row_of(NepParameters, name).metadata["bounds"]]


@pytest.mark.parametrize("name", NUMBERS)
def test_bounds_are_accepted_and_beyond_is_refused(name):
    low, high = row_of(NepParameters, name).metadata["bounds"]
    step = 1e-6 * (high - low)
    assert parsed(NepParameters, name, repr(low)) == low
    assert parsed(NepParameters, name, repr(high)) == high
    for outside in (low - step, high + step, math.nan, math.inf, -math.inf):
        with pytest.raises(ParameterError, match="expected a number from"):
            with_values(DEFAULT, {name: outside})


@pytest.mark.parametrize("name", NAMES)
def test_row_is_documented(name):
    known = row_of(NepParameters, name).metadata
    assert known["label"] and known["source"] and known["unit"] and known["process"]


@pytest.mark.parametrize("value", [True, "0.5", None, [0.5], 1j])
def test_value_of_other_type_is_refused(value):
    with pytest.raises(ParameterError, match="w_min"):
        with_values(DEFAULT, {"w_min": value})


@pytest.mark.parametrize("text", ["", "half", "nan", "1e999", "0,5"])
def test_typed_text_that_is_no_number_is_refused(text):
    with pytest.raises(ParameterError, match="expected a number from 0 to 1"):
        parsed(NepParameters, "w_min", text)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("w_min", " 0.4 ", 0.4), ("ci_scheme", " I ", "I"), ("epsilon_max.EBF", "1", 1.0)],
)
def test_typed_text_is_read(name, text, value):
    assert parsed(NepParameters, name, text) == value


def test_unknown_choice_names_the_choices():
    with pytest.raises(ParameterError, match="expected none or I or II"):
        parsed(NepParameters, "ci_scheme", "III")


@pytest.mark.parametrize(
    ("wrong", "suggestion"),
    [
        ("w_mn", "w_min"),
        ("epsilon_max.EFB", "epsilon_max.EBF"),
        ("epsilon_max", "epsilon_max.E"),
        ("soil_constant", "soil_constants"),
    ],
)
def test_unknown_name_has_a_suggestion(wrong, suggestion):
    with pytest.raises(ParameterError, match=rf"did you mean .*{suggestion}"):
        with_values(DEFAULT, {wrong: 0.5})


@pytest.mark.parametrize("name", ["xyzzy", "BUNDLES", "PROCESSES.canopy"])
def test_unknown_name_without_neighbour_says_where_to_look(name):
    with pytest.raises(ParameterError, match="nep-explorer parameters"):
        with_values(DEFAULT, {name: 1})


def test_every_fault_is_reported_at_once():
    wrong = {"w_mn": 1, "w_min": 7, "epsilon_max.EBF": math.nan, "ci_scheme": "III"}
    with pytest.raises(ParameterError) as caught:
        with_values(DEFAULT, wrong)
    assert all(name in str(caught.value) for name in wrong)


def test_unknown_bundle_is_reported_beside_other_faults():
    with pytest.raises(ParameterError, match=r"(?s)(?=.*w_min)(?=.*soil_constants)"):
        with_values(DEFAULT, {"soil_constants": "yu2011", "w_min": 7})


def test_construction_is_checked_too():
    with pytest.raises(ParameterError, match=r"w_min = 7.*rs_k = 0"):
        NepParameters(w_min=7.0, rs_k=0.0)


@pytest.mark.parametrize("name", SOIL)
def test_bundle_sets_its_members(name):
    parameters = with_values(DEFAULT, {"soil_constants": name})
    assert {key: getattr(parameters, key) for key in SOIL[name]} == SOIL[name]


def test_value_beside_bundle_wins_in_any_order():
    changes = {"rs_k": 9.0, "soil_constants": "as_printed"}
    assert with_values(DEFAULT, changes).rs_k == 9.0


def test_bundles_name_known_parameters():
    members = {
        name
        for sets in bundles(NepParameters).values()
        for values in sets.values()
        for name in values
    }
    assert members <= set(NAMES)


def test_class_value_leaves_other_classes_alone():
    table = with_values(DEFAULT, {"epsilon_max.EBF": 1.5}).epsilon_max
    assert (table.EBF, table.ENF, DEFAULT.epsilon_max.EBF) == (1.5, 0.476, 0.980)


def test_names_are_unique_and_complete():
    assert len(NAMES) == len(set(NAMES))
    assert {name.partition(".")[0] for name in NAMES} == {row.name for row in fields(NepParameters)}
