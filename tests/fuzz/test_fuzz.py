"""Inputs that nobody means end in a result or in a message; the first of each group's cases.

``make fuzz`` runs all of them.
"""

import pytest

from tests.fuzz.groups import GROUPS
from tests.fuzz.run import counted

LEAST = 4_000

pytestmark = pytest.mark.timeout(1_200)


@pytest.fixture(scope="module")
def found():
    """What the first cases of all groups come to, run in one process."""
    return counted({name: group.quick for name, group in GROUPS.items()})


def test_no_input_ends_in_a_fault(found):
    _, faults = found
    assert not faults


@pytest.mark.parametrize("name", GROUPS)
def test_every_case_of_a_group_ends_in_a_result_or_a_message(found, name):
    counts, _ = found
    count = counts[name]
    assert count["result"] + count["named"] + count["not made"] == GROUPS[name].quick
    assert count["named"]


def test_all_cases_are_enough():
    assert sum(group.count for group in GROUPS.values()) >= LEAST
