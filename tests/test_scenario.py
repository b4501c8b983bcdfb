"""Scenarios: identity, differences, and the paper's four versions."""

import json
from dataclasses import replace

import pytest

from explorer.errors import ParameterError
from explorer.systems import DEFAULT, SYSTEMS, preset
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.scenario import Scenario
from explorer.tables.parameter import names, row_of
from tests.reference_model import CLASSES, EPSILON_MAX

SYSTEM = SYSTEMS["nep"]
PRESETS = SYSTEM.presets
DEFAULT_SCENARIO = preset(SYSTEM.default)
WORDS = {
    "fpar_limits": "table",
    "ci_scheme": "I",
    "bare_cover": "own",
    "t_scalar_2_rule": "raw",
    "w_scalar_rule": "blended",
    "rs_basis": "month",
    "rh_rule": "capped",
}


@pytest.mark.parametrize(
    ("name", "epsilon_max", "scheme"),
    [
        ("original", [0.389] * 9, "none"),
        ("epsilon", list(EPSILON_MAX), "none"),
        ("ci1", list(EPSILON_MAX), "I"),
        ("ci2", list(EPSILON_MAX), "II"),
    ],
)
def test_preset_is_the_papers(name, epsilon_max, scheme):
    values = preset(name).values()
    assert [values[f"epsilon_max.{member}"] for member in CLASSES] == epsilon_max
    assert values["ci_scheme"] == scheme


def test_presets_differ_in_efficiency_and_clumping_only():
    stems = {stem.partition(".")[0] for row in PRESETS.values() for stem in row.changes}
    assert stems == {"epsilon_max", "ci_scheme"}


def test_default_is_the_papers_best():
    assert DEFAULT == "nep"
    assert DEFAULT_SCENARIO == preset("ci2") == preset("ci2", system="nep")
    assert DEFAULT_SCENARIO.parameters == NepParameters()


def test_unknown_preset_names_the_presets():
    with pytest.raises(ParameterError, match="original, epsilon, ci1, ci2"):
        preset("ci3")


def test_unknown_system_names_the_systems():
    with pytest.raises(ParameterError, match="unknown system 'soil': expected one of nep"):
        preset("ci2", system="soil")


def test_written_scenario_says_its_system():
    assert preset("ci1").to_dict()["system"] == "nep"


def test_identity_differs_between_systems():
    other = replace(SYSTEM, name="other", salt=None)
    same_numbers = Scenario(other, "ci2", NepParameters())
    assert same_numbers.identity != DEFAULT_SCENARIO.identity
    assert same_numbers.key != DEFAULT_SCENARIO.key


def test_identity_is_the_same_in_every_session():
    # Hashes of strings differ from session to session; this one is part of written files.
    assert preset("ci2").identity == Scenario(SYSTEM, "epsilon", NepParameters()).identity
    assert len({preset(name).identity for name in PRESETS}) == 4


@pytest.mark.parametrize("name", names(NepParameters))
def test_identity_changes_with_any_value(name):
    bounds = row_of(NepParameters, name).metadata["bounds"]
    value = DEFAULT_SCENARIO.values()[name]
    other = WORDS.get(name) or (bounds[0] if value != bounds[0] else bounds[1])
    changed = DEFAULT_SCENARIO.with_values({name: other})
    assert changed.identity != DEFAULT_SCENARIO.identity
    assert changed.differences() == {name: (value, other)}


@pytest.mark.parametrize("parameters", [NepParameters(delta_t=0), NepParameters(delta_t=-0.0)])
def test_identity_is_that_of_the_numbers_not_of_their_spelling(parameters):
    assert parameters == NepParameters()
    assert Scenario(SYSTEM, "ci2", parameters).identity == DEFAULT_SCENARIO.identity


def test_identity_returns_when_a_change_is_undone():
    changed = DEFAULT_SCENARIO.with_values({"w_min": 0.3})
    assert changed.with_values({"w_min": 0.5}).identity == DEFAULT_SCENARIO.identity


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({}, "+ CI scheme II"),
        ({"delta_t": 2.0}, "+ CI scheme II, delta_t = 2.0"),
        ({"delta_t": 2.0, "w_min": 0.3}, "+ CI scheme II, 2 changes"),
    ],
)
def test_label_says_what_was_changed(changes, label):
    assert DEFAULT_SCENARIO.with_values(changes).label == label


def test_written_scenario_can_be_made_again():
    scenario = preset("ci1").with_values({"epsilon_max.EBF": 1.25, "rh_rule": "capped"})
    written = json.loads(json.dumps(scenario.to_dict()))
    assert preset(written["preset"]).with_values(written["changes"]) == scenario
    assert written["id"] == scenario.identity
