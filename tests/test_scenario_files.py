"""Scenario files: what is written can be read again; what is wrong is told, all of it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.commands.options import scenario_of
from explorer.errors import ParameterError, SourceError
from explorer.session.files import (
    MOST_SCENARIOS,
    as_differences,
    from_differences,
    scenarios_from_json,
    scenarios_to_json,
)
from explorer.systems import SYSTEMS, preset
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.scenario import Scenario, step_between
from explorer.tables.parameter import names, row_of, words

PRESETS = SYSTEMS["nep"].presets


def allowed(name: str) -> st.SearchStrategy:
    choices = words(NepParameters).get(name)
    return (
        st.sampled_from(choices)
        if choices
        else st.floats(*row_of(NepParameters, name).metadata["bounds"])
    )


changes = st.lists(st.sampled_from(names(NepParameters)), unique=True, max_size=6).flatmap(
    lambda chosen: st.fixed_dictionaries({name: allowed(name) for name in chosen})
)
printable = st.text(min_size=1, max_size=60).filter(
    lambda text: text.strip() and text.isprintable() and len(text.strip()) <= 60
)


@given(st.sampled_from(list(PRESETS)), changes, printable)
def test_scenario_survives_the_file(start, changed, name):
    scenario = preset(start).with_values(changed).named(name)
    assert scenarios_from_json(scenarios_to_json([scenario])) == [scenario]
    assert from_differences(as_differences(scenario)) == scenario


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no json", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("{}", '"format"'),
        (json.dumps({"format": "nep-explorer scenarios", "version": 2}), "version 2"),
        (json.dumps({"format": "nep-explorer scenarios", "version": 1}), "list of scenarios"),
        ("x" * 1_000_001, "at most 1000000"),
    ],
)
def test_wrong_file_is_refused(text, told):
    with pytest.raises(ParameterError, match=told):
        scenarios_from_json(text)


def test_every_fault_is_told_at_once():
    rows = [
        {"preset": "ci2", "changes": {"epsilon_max.EBF": 9}},
        {"preset": "ci3"},
        {"preset": "ci2", "colour": "red"},
        {"preset": "ci2", "changes": {"w_min": "high"}},
        {"preset": "ci2", "name": "x" * 61},
        7,
        {"preset": "ci2", "system": "moon"},
        {"preset": "ci2", "system": 3},
    ]
    text = json.dumps({"format": "nep-explorer scenarios", "version": 1, "scenarios": rows})
    with pytest.raises(ParameterError) as caught:
        scenarios_from_json(text)
    for number, told in enumerate(
        [
            "0.09 to 2.16",
            "unknown preset 'ci3'",
            "colour",
            "w_min",
            "1 to 60",
            "an object",
            "system 'moon' is not known here: expected one of nep",
            "system '3'",
        ],
        start=1,
    ):
        assert f"scenario {number}: " in str(caught.value)
        assert told in str(caught.value)


def test_an_edited_scenario_has_no_name():
    named = preset("ci2").named(" my own ")
    assert named.label == "my own"
    assert named.identity == preset("ci2").identity
    assert named.with_values({"w_min": 0.4}).name == ""


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "two\nlines"])
def test_name_must_be_a_name(name):
    with pytest.raises(ParameterError, match="printable"):
        preset("ci2").named(name)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"w_min": 0.4}, "w_min 0.5 → 0.4"),
        ({"ci_scheme": "I"}, "ci_scheme II → I"),
        ({"epsilon_max.EBF": 0.5, "epsilon_max.ENF": 0.5}, "epsilon_max (2 values)"),
    ],
)
def test_step_is_named(changed, told):
    start = preset("ci2").with_values({"delta_t": 1})
    assert step_between(start, start.with_values(changed)) == told


@pytest.fixture
def exported(tmp_path):
    """A file as the page exports it, with two scenarios."""
    path = tmp_path / "mine.json"
    two = [preset("ci1").with_values({"w_min": 0.4}).named("dry"), preset("original").named("old")]
    path.write_text(scenarios_to_json(two), encoding="utf-8")
    return path, two


def test_command_line_starts_from_a_scenario_of_a_file(exported):
    path, (dry, old) = exported
    assert scenario_of(f"{path}:dry", []) == dry
    assert scenario_of(f"{path}:old", ["delta_t=2"]) == old.with_values({"delta_t": 2})
    path.write_text(scenarios_to_json([old]), encoding="utf-8")
    assert scenario_of(str(path), []) == old


@pytest.mark.parametrize("asked", ["", ":wet"])
def test_command_line_asks_which_scenario_of_a_file(exported, asked):
    path, _ = exported
    with pytest.raises(ParameterError, match=r"holds 'dry', 'old': name one, as --preset .*:NAME"):
        scenario_of(f"{path}{asked}", [])


def test_command_line_names_a_missing_scenario_file(tmp_path):
    with pytest.raises(SourceError, match="No such file"):
        scenario_of(str(tmp_path / "none.json"), [])


def test_command_line_takes_the_preset_of_the_system():
    assert scenario_of(None) == preset(SYSTEMS["nep"].default)
    assert scenario_of("ci1", system="nep") == preset("ci1")
    with pytest.raises(ParameterError, match="unknown system 'moon'"):
        scenario_of(None, [], "moon")


def test_command_line_refuses_a_file_of_another_system(exported, monkeypatch):
    other = replace(SYSTEMS["nep"], name="other")
    monkeypatch.setitem(SYSTEMS, "other", other)
    path, _ = exported
    with pytest.raises(ParameterError, match=r"--system other: 'dry' of .* is of the system nep"):
        scenario_of(f"{path}:dry", [], "other")
    assert scenario_of("ci2", ["w_min=0.3"], "other").system is other


def test_example_of_a_setting_is_of_the_system():
    with pytest.raises(ParameterError, match=r"expected NAME=VALUE, as epsilon_max\.ENF="):
        scenario_of("ci2", ["w_min"])


def test_scenario_of_another_system_survives_the_file():
    other = replace(SYSTEMS["nep"], name="other")
    scenario = Scenario(other, "ci1", NepParameters(w_min=0.3)).named("elsewhere")
    written = json.loads(json.dumps(as_differences(scenario)))
    assert written["system"] == "other"
    assert from_differences(written, {"other": other}) == scenario
    with pytest.raises(ParameterError, match="load its file first"):
        from_differences(written)


def many(count: int) -> str:
    whole = json.loads(scenarios_to_json([preset("ci2").named("one")]))
    whole["scenarios"] *= count
    return json.dumps(whole)


def test_as_many_scenarios_as_a_person_may_have():
    assert len(scenarios_from_json(many(MOST_SCENARIOS))) == MOST_SCENARIOS


def test_one_more_is_refused_before_any_is_read():
    with pytest.raises(ParameterError, match=f"{MOST_SCENARIOS + 1} named scenarios: at most"):
        scenarios_from_json(many(MOST_SCENARIOS + 1))


def test_thousands_in_a_small_file_are_refused():
    """Each is a row of four controls: 20,000 of them would hold up every page for minutes."""
    text = many(20_000)
    assert len(text) < 1_000_000
    with pytest.raises(ParameterError, match="20000 named scenarios"):
        scenarios_from_json(text)
