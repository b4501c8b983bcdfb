"""The process apart: answers come back, and what takes too long or too much is ended."""

import os
import time

import numpy as np
import pytest

from explorer.errors import SchemaError, TooMuchError
from explorer.scene.shapes.geojson import parse_shapes
from explorer.session.apart import Apart


@pytest.fixture(scope="module")
def apart():
    made = Apart(longest=20.0, most_memory=400_000_000)
    yield made
    made.end()


def test_call_is_made_in_another_process(apart):
    assert apart.call(os.getpid) != os.getpid()
    assert apart.call(os.getpid) == apart.call(os.getpid)


def test_what_is_raised_on_purpose_comes_back_whole(apart):
    with pytest.raises(SchemaError) as caught:
        apart.call(parse_shapes, b"{", "my.geojson")
    assert caught.value.where == "my.geojson"
    assert len(caught.value.problems) == 1
    assert "not JSON" in caught.value.problems[0]


def test_defect_comes_back_with_its_trace(apart):
    with pytest.raises(RuntimeError, match="ZeroDivisionError") as caught:
        apart.call(divmod, 1, 0)
    assert "Traceback" in str(caught.value)


def test_call_that_takes_too_long_is_ended_and_the_next_is_answered():
    apart = Apart(longest=0.5)
    start = time.monotonic()
    with pytest.raises(TooMuchError, match=r"more than 0\.5 s"):
        apart.call(time.sleep, 60)
    assert time.monotonic() - start < 30
    apart.longest = 20.0
    assert apart.call(abs, -1) == 1
    apart.end()


def test_call_that_takes_too_much_memory_is_told(apart):
    with pytest.raises(TooMuchError, match="more memory"):
        apart.call(np.ones, 1_000_000_000)
    assert apart.call(abs, -1) == 1


def test_process_that_dies_is_told_and_replaced(apart):
    with pytest.raises(TooMuchError):
        apart.call(os._exit, 1)
    assert apart.call(abs, -1) == 1


def test_call_that_nobody_wants_any_more_is_ended(apart):
    before = apart.call(os.getpid)
    assert apart.call(time.sleep, 60, proceed=lambda _share: False) is None
    assert apart.call(os.getpid) != before
