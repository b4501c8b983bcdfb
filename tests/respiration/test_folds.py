"""Folds: who is learnt from, and that purged folds share no step with what they test."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.systems.respiration.folds import left_out, overlap, purged_folds, random_folds
from explorer.systems.respiration.samples import (
    Column,
    is_growing,
    joined,
    samples_of_site,
    windows,
)

WINDOW = 5


def made(steps: int = 60, sites: int = 3, gaps: int = 7):
    rng = np.random.default_rng(1)
    parts = []
    for site in range(sites):
        target = rng.normal(size=steps)
        target[rng.integers(0, steps, gaps)] = np.nan
        parts.append(
            samples_of_site(
                f"S{site}", "k", 2009 * 46 + np.arange(steps), rng.normal(size=(steps, 2)),
                [Column("a", "a"), Column("b", "b")], np.zeros((steps, 1)), ("e",), target, WINDOW,
            )
        )  # fmt: skip
    return joined(parts)


def require_whole(samples, folds):
    tested = np.concatenate([fold.test for fold in folds])
    assert sorted(tested) == list(range(len(samples)))
    for fold in folds:
        parts = (set(fold.train), set(fold.validation), set(fold.test))
        assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]
        assert fold.train.size and fold.validation.size


@given(seed=st.integers(0, 1000))
def test_random_folds_are_8_1_1_and_test_every_sample_once(seed):
    samples = made()
    folds = random_folds(samples, seed=seed)
    require_whole(samples, folds)
    for fold in folds:
        assert fold.train.size == pytest.approx(0.8 * len(samples), abs=3)
        assert fold.test.size == pytest.approx(0.1 * len(samples), abs=1)
    validated = np.concatenate([fold.validation for fold in folds])
    assert sorted(validated) == list(range(len(samples)))


@given(seed=st.integers(0, 1000))
def test_purged_folds_have_no_window_that_touches_a_tested_one(seed):
    samples = made(steps=140)
    folds = purged_folds(samples, 4, seed=seed)
    require_whole(samples, folds)
    for fold in folds:
        for rows in (fold.train, fold.validation):
            for site in range(3):
                learnt = {
                    step for row in rows[samples.site[rows] == site]
                    for step in range(samples.number[row] - WINDOW + 1, samples.number[row] + 1)
                }  # fmt: skip
                tested = {
                    step for row in fold.test[samples.site[fold.test] == site]
                    for step in range(samples.number[row] - WINDOW + 1, samples.number[row] + 1)
                }  # fmt: skip
                assert not learnt & tested


def test_random_folds_do_leak_which_is_why_the_others_stand_beside_them():
    samples = made()
    fold = random_folds(samples)[0]
    assert overlap(samples, fold.train, fold.test).mean() > 0.3


def test_a_site_and_a_year_are_left_out_whole():
    samples = made()
    by_site = left_out(samples, samples.site)
    require_whole(samples, by_site)
    assert [set(samples.site[fold.test]) for fold in by_site] == [{0}, {1}, {2}]
    for place, fold in enumerate(by_site):
        assert place not in samples.site[fold.train]
        assert place not in samples.site[fold.validation]
    by_year = left_out(samples, samples.year)
    require_whole(samples, by_year)
    assert [set(samples.year[fold.test]) for fold in by_year] == [{2009}, {2010}]


def test_window_ends_at_the_step_that_is_estimated_and_gaps_give_no_sample():
    series = np.arange(10.0)[:, np.newaxis]
    assert windows(series, 3)[4].ravel().tolist() == [4, 5, 6]
    series[4] = np.nan
    target = np.arange(10.0)
    target[9] = np.nan
    found = samples_of_site(
        "A", "k", np.arange(10), series, [Column("a", "a")], np.zeros((10, 1)), ("e",), target, 3
    )
    assert found.number.tolist() == [2, 3, 7, 8]
    assert found.now()[:, 0].tolist() == found.target.tolist() == [2, 3, 7, 8]


def test_samples_hold_no_respiration_of_any_step():
    """Other targets give the same inputs: nothing that is estimated is among them."""
    one, other = made(), made()
    assert not np.shares_memory(one.x, one.target)
    rng = np.random.default_rng(2)
    series, target = rng.normal(size=(30, 2)), rng.normal(size=30)
    columns = [Column("a", "a"), Column("b", "b")]
    parts = [
        samples_of_site("A", "k", np.arange(30), series, columns, series, ("e", "f"), each, WINDOW)
        for each in (target, target * 3 + 1)
    ]
    np.testing.assert_array_equal(parts[0].x, parts[1].x)
    np.testing.assert_array_equal(parts[0].external, parts[1].external)
    np.testing.assert_array_equal(one.x, other.x)


def test_growing_season_is_may_to_september_and_half_a_year_later_in_the_south():
    # Step 16 begins on 1 May (day 120), step 35 on 30 September (day 272).
    assert np.flatnonzero(is_growing(np.arange(1, 47))).tolist() == list(range(15, 35))
    south = is_growing(np.arange(1, 47), southern=True)
    assert south[0] and south[45] and not south[23]


def test_samples_of_other_columns_are_not_joined():
    with pytest.raises(ValueError, match="different columns"):
        joined([made(), made().without("a")])
