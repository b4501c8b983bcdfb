"""Work in the background: newest request, fairness, lanes, rest, cancel; no failure is lost."""

import gc
import logging
import threading
import time
import weakref

import pytest

from explorer.errors import SourceError
from explorer.session import lanes
from explorer.session.jobs import Jobs, Slot
from explorer.session.lanes import LANES, Lane

LONG = 20  # s; far more than any of this takes


class Desk:
    """A slot, and everything its callbacks were given."""

    def __init__(self, slot: Slot) -> None:
        self.slot = slot
        self.values, self.errors, self.shares = [], [], []

    def ask(self, key, compute, **choices) -> None:
        self.slot.ask(
            key, compute, done=self.values.append, failed=self.errors.append,
            progress=self.shares.append, **choices,
        )  # fmt: skip


class Gate:
    """A computation that begins, waits to be let through, and returns its name."""

    def __init__(self, name: str = "gate") -> None:
        self.name, self.began, self.go = name, threading.Event(), threading.Event()
        self.proceeds = []

    def __call__(self, proceed) -> str:
        self.began.set()
        assert self.go.wait(LONG)
        self.proceeds.append(proceed(0.5))
        return self.name


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def desk(jobs) -> Desk:
    return Desk(jobs.owner().slot("quick", "a test"))


def test_value_and_progress_arrive(jobs, desk):
    def compute(proceed):
        assert all(proceed(number / 1000) for number in range(1001))
        return 7

    desk.ask("a", compute)
    assert jobs.wait(LONG)
    assert (desk.values, desk.errors) == ([7], [])
    assert desk.shares[0] == 0.0
    assert desk.shares[-1] is None
    reported = desk.shares[1:-1]
    assert reported == sorted(reported)
    assert 15 <= len(reported) <= 20  # not a thousand


@pytest.mark.parametrize("here", [False, True])
def test_failure_is_delivered_and_logged_and_ends_the_progress(jobs, desk, caplog, here):
    def fail(_proceed):
        raise KeyError("nobody expected this")

    desk.ask("a", fail, here=here)
    assert jobs.wait(LONG)
    assert [type(error) for error in desk.errors] == [KeyError]
    assert desk.shares == [0.0, None]
    record = caplog.records[-1]
    assert record.levelno == logging.ERROR
    assert "a test" in record.message
    assert "nobody expected this" in caplog.text
    assert "in fail" in caplog.text  # the trace
    desk.ask("a", lambda _proceed: "again")
    assert jobs.wait(LONG)
    assert desk.values == ["again"]


def test_what_is_raised_on_purpose_is_no_error_in_the_log(jobs, desk, caplog):
    def refuse(_proceed):
        raise SourceError("no such file")

    with caplog.at_level(logging.INFO):
        desk.ask("a", refuse)
        assert jobs.wait(LONG)
    assert str(desk.errors[0]) == "no such file"
    assert caplog.records[-1].levelno == logging.INFO


def test_callback_that_raises_is_logged_ends_the_progress_and_stops_nobody(jobs, desk, caplog):
    def refuse(_value):
        raise ZeroDivisionError("in the callback")

    shares = []
    desk.slot.ask(
        1, lambda _proceed: 1, done=refuse, failed=desk.errors.append, progress=shares.append
    )
    assert jobs.wait(LONG)
    assert "in the callback" in caplog.text
    assert shares == [0.0, None]
    desk.ask(2, lambda _proceed: 2)
    assert jobs.wait(LONG)
    assert desk.values == [2]


def test_newest_request_wins(jobs, desk):
    first, second = Gate("first"), Gate("second")
    desk.ask("first", first)
    assert first.began.wait(LONG)
    desk.ask("second", second)
    desk.ask("third", lambda _proceed: "third")
    first.go.set()
    assert jobs.wait(LONG)
    assert first.proceeds == [False]
    assert not second.began.is_set()
    assert desk.values == ["third"]
    assert desk.shares[-1] is None


def test_same_key_is_computed_once(jobs, desk):
    gate = Gate()
    desk.ask("a", gate)
    desk.ask("a", lambda _proceed: "another")
    gate.go.set()
    assert jobs.wait(LONG)
    assert desk.values == ["gate"]
    assert gate.proceeds == [True]


def test_cancelled_job_never_arrives_and_is_freed(jobs, desk):
    class Large:
        pass

    blocking, large = Gate(), Large()
    freed = weakref.ref(large)
    other = Desk(jobs.owner().slot("quick", "another"))
    other.ask("blocks", blocking)
    assert blocking.began.wait(LONG)
    desk.ask("a", lambda _proceed, large=large: large)
    desk.slot.cancel()
    del large
    gc.collect()
    assert freed() is None  # though the lane is busy still
    blocking.go.set()
    assert jobs.wait(LONG)
    assert desk.values == []
    assert desk.shares == [0.0, None]


def test_value_is_freed_while_its_thread_waits_for_more(jobs, desk):
    class Large:
        pass

    freed = []

    def compute(_proceed):
        large = Large()
        freed.append(weakref.ref(large))
        return large

    desk.ask("a", compute)
    assert jobs.wait(LONG)
    desk.values.clear()
    gc.collect()
    assert freed[0]() is None


def test_owners_take_turns(jobs):
    gate, order = Gate(), []
    busy = jobs.owner()
    Desk(busy.slot("quick", "blocks")).ask(0, gate)
    assert gate.began.wait(LONG)
    for number in range(3):
        Desk(busy.slot("quick", "one of many")).ask(number, lambda _p, n=number: order.append(n))
    Desk(jobs.owner().slot("quick", "the only one")).ask(0, lambda _p: order.append("other"))
    gate.go.set()
    assert jobs.wait(LONG)
    assert order == [0, "other", 1, 2]


def test_long_job_does_not_delay_the_quick_lane(jobs, desk):
    training, done = Gate(), threading.Event()
    trainer = Desk(desk.slot.owner.slot("long", "training"))
    trainer.ask("training", training)
    assert training.began.wait(LONG)
    desk.ask("quick", lambda _proceed: done.set())
    assert done.wait(LONG)
    assert trainer.values == []
    training.go.set()
    assert jobs.wait(LONG)
    assert trainer.values == ["gate"]


def test_a_lane_may_have_several_workers():
    jobs = Jobs([Lane("two", 2, "a test")])
    gates = [Gate(), Gate(), Gate()]
    for gate in gates:
        Desk(jobs.owner().slot("two", "a test")).ask(0, gate)
    assert gates[0].began.wait(LONG)
    assert gates[1].began.wait(LONG)
    assert not gates[2].began.wait(0.2)
    for gate in gates:
        gate.go.set()
    assert jobs.wait(LONG)
    assert gates[2].proceeds == [True]


def test_resting_job_occupies_no_worker(jobs, desk):
    done = threading.Event()
    desk.ask("rests", lambda _proceed: "rested", rest=3 * LONG)
    Desk(jobs.owner().slot("quick", "no rest")).ask(0, lambda _proceed: done.set())
    assert done.wait(LONG)
    assert not jobs.wait(0.05)
    desk.slot.cancel()
    assert jobs.wait(LONG)
    assert desk.values == []


def test_job_starts_when_its_rest_is_over(jobs, desk):
    asked = time.monotonic()
    desk.ask("rests", lambda _proceed: time.monotonic(), rest=0.2)
    assert jobs.wait(LONG)
    assert desk.values[0] - asked >= 0.2


def test_end_of_an_owner_cancels_its_jobs_alone(jobs):
    owner = jobs.owner()
    running, pending = Gate(), Gate()
    one, two = Desk(owner.slot("quick", "one")), Desk(owner.slot("quick", "two"))
    other = Desk(jobs.owner().slot("quick", "other"))
    one.ask(1, running)
    assert running.began.wait(LONG)
    two.ask(2, pending)
    other.ask(3, lambda _proceed: "other")
    owner.end()
    one.ask(4, lambda _proceed: "too late")
    running.go.set()
    assert jobs.wait(LONG)
    assert running.proceeds == [False]
    assert not pending.began.is_set()
    assert one.values == two.values == []
    assert other.values == ["other"]


def test_callbacks_go_through_the_owners_thread(jobs):
    calls = []
    desk = Desk(jobs.owner(later=calls.append).slot("quick", "a test"))
    desk.ask("a", lambda proceed: proceed(0.5))
    assert jobs.wait(LONG)
    assert (desk.values, desk.shares) == ([], [0.0])
    for call in calls:
        call()
    assert (desk.values, desk.shares) == ([True], [0.0, 0.5, None])
    desk.ask("b", lambda _proceed: "cancelled on its way")
    assert jobs.wait(LONG)
    desk.slot.cancel()
    calls[-1]()
    assert desk.values == [True]


def test_job_here_runs_in_the_owners_thread_after_its_rest(jobs):
    timers = []
    owner = jobs.owner(soon=lambda call, seconds: timers.append((call, seconds)))
    desk = Desk(owner.slot("quick", "a test"))
    desk.ask("a", lambda _proceed: threading.get_ident(), here=True, rest=0.25)
    desk.ask("b", lambda _proceed: threading.get_ident(), here=True, rest=0.25)
    assert [seconds for _, seconds in timers] == [0.25, 0.25]
    for call, _ in timers:
        call()
    assert desk.values == [threading.get_ident()]  # of b alone


def test_thread_ends_when_it_has_nothing_to_do(jobs, desk, monkeypatch):
    monkeypatch.setattr(lanes, "IDLE", 0.05)
    threads = []
    for key in range(2):
        desk.ask(key, lambda _proceed: threads.append(threading.current_thread()))
        assert jobs.wait(LONG)
        threads[-1].join(LONG)
        assert not threads[-1].is_alive()
    assert threads[0] is not threads[1]
    assert threads[0].daemon


def test_every_lane_has_a_name_of_its_own_and_a_thread():
    assert len({lane.name for lane in LANES}) == len(LANES)
    assert all(lane.workers >= 1 for lane in LANES)
