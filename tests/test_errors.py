"""Messages fit on a screen, however long what they quote; and come back from another process."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import (
    LONGEST_LINE,
    MOST_CHARACTERS,
    MOST_LINES,
    ExplorerError,
    ParameterError,
    PlaceError,
    SchemaError,
    SourceError,
    on_a_screen,
)
from explorer.observations.tower_files import read_towers
from explorer.session.files import scenarios_from_json
from explorer.systems import preset
from explorer.tables.parameter import parsed


def is_on_a_screen(message: str) -> bool:
    lines = message.splitlines()
    whole = MOST_CHARACTERS + LONGEST_LINE
    return len(lines) <= MOST_LINES + 1 and len(message) <= whole


@given(st.lists(st.text(max_size=3_000), max_size=120))
def test_any_message_fits(lines):
    assert is_on_a_screen(on_a_screen("\n".join(lines)))


def test_short_message_stays_as_it_is():
    assert on_a_screen("one\n  - two") == "one\n  - two"


def test_long_line_keeps_where_and_what_was_expected():
    text = str(ParameterError(f"ndvi = '{'x' * 100_000}': expected a number"))
    assert text.startswith("ndvi = 'xxx")
    assert text.endswith("': expected a number")
    assert "characters left out" in text


def test_faults_beyond_a_screen_are_counted():
    error = SchemaError([f"fault {number}" for number in range(800_000)])
    assert str(error).startswith("the scene: 800000 faults\n  - fault 0\n")
    assert "more lines" in str(error)
    assert is_on_a_screen(str(error))
    assert len(error.problems) == 800_000


@pytest.mark.parametrize(
    "error",
    [SourceError("a"), SchemaError(["a", "b"], "here"), PlaceError(["a"], "here", ["XX-Abc"])],
)
def test_error_comes_back_from_another_process(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
    assert vars(again) == vars(error)


def test_repeated_lines_of_towers_are_counted():
    head = "site,lon,lat,class,year,month,nep\n"
    with pytest.raises(SchemaError) as caught:
        read_towers({"mine.csv": (head + "A,105,35,EBF,2010,7,12\n" * 5_000).encode()})
    assert is_on_a_screen(str(caught.value))
    assert len(caught.value.problems) < 50


@pytest.mark.parametrize("value", ["0000000019", "13", "9" * 5_000, "1_2", "٧", "7.0", "-7", ""])
def test_month_out_of_bounds_is_refused(value):
    head = "site,lon,lat,class,year,month,nep\n"
    with pytest.raises(SchemaError, match="month = "):
        read_towers({"mine.csv": f"{head}A,105,35,EBF,2010,{value},12\n".encode()})


@pytest.mark.parametrize("value", ["0000019001111", "9" * 5_000, "0002010", "2010.0"])
def test_year_out_of_bounds_is_refused(value):
    head = "site,lon,lat,class,year,month,nep\n"
    with pytest.raises(SchemaError, match="year = "):
        read_towers({"mine.csv": f"{head}A,105,35,EBF,{value},7,12\n".encode()})


@pytest.mark.parametrize("value", ["1_0", "٣", "infinity", "0x1p4", "1e", "."])
def test_number_that_only_python_reads_is_refused(value):
    head = "site,lon,lat,class,year,month,nep\n"
    with pytest.raises(SchemaError, match="nep = "):
        read_towers({"mine.csv": f"{head}A,105,35,EBF,2010,7,{value}\n".encode()})


@pytest.mark.parametrize(
    "changes",
    [
        {"w_min": 10**400},
        {"epsilon_max.EBF": -(10**400)},
        {"soil_constants": []},
        {"soil_constants": {}},
        {"ci_scheme": []},
        {"ci_scheme": 10**400},
        {"w_min": True},
        {"w_min": None},
        {"x" * 100_000: 1},
    ],
)
def test_odd_value_of_a_parameter_is_refused(changes):
    with pytest.raises(ParameterError) as caught:
        preset("ci2").with_values(changes)
    assert is_on_a_screen(str(caught.value))


@pytest.mark.parametrize("number", ["1" + "0" * 400, "9" * 5_000, "NaN", "Infinity"])
def test_odd_number_in_a_file_of_scenarios_is_refused(number):
    text = (
        '{"format": "nep-explorer scenarios", "version": 1, "scenarios": '
        f'[{{"preset": "ci2", "changes": {{"w_min": {number}}}}}]}}'
    )
    with pytest.raises(ParameterError) as caught:
        scenarios_from_json(text)
    assert is_on_a_screen(str(caught.value))


def test_typed_text_of_any_length_is_refused():
    with pytest.raises(ExplorerError) as caught:
        parsed(type(preset("ci2").parameters), "w_min", "9" * 100_000)
    assert is_on_a_screen(str(caught.value))
