"""Files of named scenarios are bounded in what they put on the page, not only in bytes."""

import json

import pytest

from explorer import preset
from explorer.errors import ParameterError
from explorer.session.files import MOST_SCENARIOS, scenarios_from_json, scenarios_to_json


def written(count: int) -> str:
    whole = json.loads(scenarios_to_json([preset("ci2").named("one")]))
    whole["scenarios"] *= count
    return json.dumps(whole)


def test_as_many_scenarios_as_a_person_may_have():
    assert len(scenarios_from_json(written(MOST_SCENARIOS))) == MOST_SCENARIOS


def test_one_more_is_refused_before_any_is_read():
    with pytest.raises(ParameterError, match=f"{MOST_SCENARIOS + 1} named scenarios: at most"):
        scenarios_from_json(written(MOST_SCENARIOS + 1))


def test_thousands_in_a_small_file_are_refused():
    """Each is a row of four controls: 20,000 of them would hold up every page for minutes."""
    text = written(20_000)
    assert len(text) < 1_000_000
    with pytest.raises(ParameterError, match="20000 named scenarios"):
        scenarios_from_json(text)
