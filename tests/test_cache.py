"""The cache: limits, one computation for many threads, failures, and what may be dropped."""

import threading
import time

import pytest

from explorer.cache import CACHES, Recent, recent
from explorer.systems.nep.caches import CACHES as NEP_CACHES

LONG = 20  # s


def test_value_is_made_once():
    cache, calls = Recent(2), []
    assert cache.get("a", lambda: calls.append(1) or "made") == "made"
    assert cache.get("a", lambda: calls.append(1) or "again") == "made"
    assert len(calls) == 1
    assert cache.peek("a") == "made"
    assert cache.peek("b") is None


def test_longest_unused_goes():
    cache = Recent(2)
    for key in "ab":
        cache.get(key, lambda key=key: key)
    cache.peek("a")
    cache.get("c", lambda: "c")
    assert [cache.peek(key) for key in "abc"] == ["a", None, "c"]


def test_limit_in_bytes_leaves_the_newest():
    cache = Recent(most_bytes=10, size=len)
    for text in ("aaaa", "bbbb", "cc"):
        cache.get(text[0], lambda text=text: text)
    assert len(cache) == 3
    cache.get("d", lambda: "d")
    assert cache.peek("a") is None
    cache.get("large", lambda: "x" * 50)
    assert len(cache) == 1
    assert cache.peek("large") == "x" * 50


def test_limit_in_bytes_needs_a_size():
    with pytest.raises(TypeError, match="size"):
        Recent(most_bytes=10)


@pytest.mark.parametrize("room_first", [False, True])
def test_room_is_made_before_or_after(room_first):
    cache, there = Recent(2, room_first=room_first), []
    for key in "abc":
        cache.get(key, lambda key=key: there.append(len(cache)) or key)
    assert there == ([0, 1, 1] if room_first else [0, 1, 2])
    assert len(cache) == 2


def test_two_threads_that_ask_for_the_same_compute_once():
    cache, calls, answers = Recent(2), [], []
    began, go = threading.Event(), threading.Event()

    def make() -> object:
        calls.append(1)
        began.set()
        assert go.wait(LONG)
        return object()

    threads = [
        threading.Thread(target=lambda: answers.append(cache.get("a", make))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    assert began.wait(LONG)
    assert cache.get("other", lambda: "not blocked") == "not blocked"
    time.sleep(0.05)  # so that the others are waiting
    go.set()
    for thread in threads:
        thread.join(LONG)
    assert len(calls) == 1
    assert len(answers) == 4
    assert len(set(map(id, answers))) == 1


@pytest.mark.parametrize("failing", ["raises", "is cancelled"])
def test_value_that_was_not_made_is_not_kept_and_the_next_tries(failing):
    cache, outcomes = Recent(2), []
    began, go = threading.Event(), threading.Event()

    def fail() -> None:
        began.set()
        assert go.wait(LONG)
        if failing == "raises":
            raise MemoryError("too large")

    def first() -> None:
        try:
            outcomes.append(cache.get("a", fail))
        except MemoryError as error:
            outcomes.append(str(error))

    second = threading.Thread(target=lambda: outcomes.append(cache.get("a", lambda: "second")))
    one = threading.Thread(target=first)
    one.start()
    assert began.wait(LONG)
    second.start()
    time.sleep(0.05)
    assert outcomes == []
    go.set()
    one.join(LONG)
    second.join(LONG)
    assert sorted(outcomes, key=str) == sorted(
        ["too large" if failing == "raises" else None, "second"], key=str
    )
    assert cache.peek("a") == "second"


def test_value_that_needs_itself_is_refused():
    cache = Recent(2)
    with pytest.raises(RuntimeError, match="needs itself"):
        cache.get("a", lambda: cache.get("a", lambda: 1))
    assert cache.get("a", lambda: 2) == 2


def test_chosen_values_are_dropped_even_while_they_are_made():
    cache = Recent()
    for key in (1, 2, 3):
        cache.get(key, lambda key=key: key)
    cache.drop(lambda key: key > 1)
    assert [cache.peek(key) for key in (1, 2, 3)] == [1, None, None]

    def make() -> str:
        cache.drop(lambda key: key == 9)
        return "out of date"

    assert cache.get(9, make) == "out of date"
    assert cache.peek(9) is None
    cache.drop()
    assert len(cache) == 0


@pytest.mark.parametrize("row", [*CACHES.values(), *NEP_CACHES.values()])
def test_row_of_the_table_makes_a_cache(row):
    cache = recent(row, size=len)
    for key in range(3 * (row.most or 1)):
        cache.get(key, lambda: "value")
    assert len(cache) == (row.most or 3)
