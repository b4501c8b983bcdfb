"""Scores and intervals: by hand, and on samples whose truth is known."""

import numpy as np
import pytest

from explorer.analysis.scores import mean_absolute_percentage_error, percent_bias
from explorer.observations.samples import Samples
from explorer.systems.fusion.columns import Predictor
from explorer.systems.fusion.folds import each_fold, fold_numbers
from explorer.systems.fusion.forest import Settings
from explorer.systems.fusion.intervals import (
    calibrated,
    coverage_by_zone,
    covered,
    misses,
    widening,
)
from explorer.systems.fusion.scoring import HeldOut, held_out, score, scored

PREDICTORS = (Predictor("warmth", "degC"), Predictor("plot", "1"))
FOREST = Settings(trees=40, tried=1.0, leaf=3)


def studies(count: int, of_each: int, seed: int = 0) -> tuple[Samples, dict[str, np.ndarray]]:
    """Samples whose study adds more than their predictors tell; ``plot`` tells the study apart."""
    rng = np.random.default_rng(seed)
    source = np.repeat(np.arange(count), of_each)
    place = rng.uniform([70, 26], [105, 40], (count, 2))[source]
    warmth = rng.uniform(-5, 20, count)[source] + rng.normal(0, 0.1, source.size)
    plot = rng.permutation(count)[source] + rng.normal(0, 0.01, source.size)
    own = rng.normal(0, 0.5, count)[source]
    value = np.exp(5.5 + 0.05 * warmth + own + rng.normal(0, 0.1, source.size))
    year = np.full(source.size, 2005.0)
    samples = Samples(
        place[:, 0], place[:, 1], value, year, year, source.astype(str), source.astype(str),
        "g C m-2 yr-1",
    )  # fmt: skip
    return samples, {"warmth": warmth, "plot": plot}


def test_scores_by_hand():
    o, p = np.array([100.0, 200, 400]), np.array([110.0, 180, 440])
    row = score(o, p)
    assert row.n == 3
    assert row.rmse == pytest.approx(np.sqrt((100 + 400 + 1600) / 3))
    assert row.pbias == pytest.approx(100 * 30 / 700)
    assert row.mape == pytest.approx(10.0)
    assert row.nse == pytest.approx(1 - 2100 / 46666.6667)
    assert row.ln_rmse == pytest.approx(
        np.sqrt(np.mean([np.log(1.1) ** 2, np.log(0.9) ** 2, np.log(1.1) ** 2]))
    )
    assert score(np.append(o, np.nan), np.append(p, 5.0)) == row


def test_scores_of_logarithms_are_undefined_where_something_is_not_positive():
    row = score(np.array([1.0, 2, 3]), np.array([-1.0, 2, 3]))
    assert np.isnan(row.ln_rmse)
    assert np.isfinite(row.rmse)


def test_percentages_are_undefined_beside_zero():
    assert np.isnan(mean_absolute_percentage_error(np.array([0.0, 1]), np.ones(2)))
    assert np.isnan(percent_bias(np.array([-1.0, 1]), np.ones(2)))


@pytest.mark.parametrize("kind", ["study", "block"])
def test_blocked_folds_share_no_group(kind):
    samples, _ = studies(40, 5)
    group = samples.source if kind == "study" else samples.blocks
    folds = fold_numbers(samples, kind, seed=1)
    assert set(folds) == set(range(10))
    for kept, out in each_fold(folds):
        assert not set(group[kept]) & set(group[out])
        assert (kept ^ out).all()


def test_few_groups_make_few_folds_and_none_is_empty():
    samples, _ = studies(4, 3)
    assert set(fold_numbers(samples, "study", seed=0)) == {0, 1, 2, 3}


def test_random_split_flatters_where_studies_differ():
    samples, frame = studies(50, 6)
    found = scored(frame, samples, PREDICTORS, FOREST, ("random", "study"))
    by = found.by
    assert by["in_sample"].r2 > by["random"].r2 > by["study"].r2 + 0.3
    assert by["out_of_bag"].r2 == pytest.approx(by["random"].r2, abs=0.1)
    # A forest that knows the law alone reaches at most the share of the variance that it explains.
    law = np.exp(5.5 + 0.05 * frame["warmth"])
    assert by["study"].r2 < score(samples.value, law).r2 + 0.05


def test_held_out_rows_are_predicted_by_forests_that_never_saw_them():
    samples, frame = studies(30, 3)
    first = held_out(frame, samples, PREDICTORS, FOREST, "study")
    mine = first.fold == 0
    changed = Samples(**{**samples.__dict__, "value": np.where(mine, 1e6, samples.value)})
    again = held_out(frame, changed, PREDICTORS, FOREST, "study")
    np.testing.assert_array_equal(again.mean[mine], first.mean[mine])
    assert (again.mean[~mine] != first.mean[~mine]).any()


def test_scoring_is_cancelled_between_folds():
    samples, frame = studies(12, 3)
    few = FOREST._replace(trees=5)
    assert scored(frame, samples, PREDICTORS, few, proceed=lambda share: share < 0.4) is None


def test_widening_covers_the_promised_share_of_new_observations():
    rng = np.random.default_rng(7)
    width = widening(rng.normal(0, 1, 4000), 0.9)
    assert np.mean(rng.normal(0, 1, 40_000) <= width) == pytest.approx(0.9, abs=0.015)
    assert widening(np.arange(8.0), 0.9) == np.inf  # eight cannot promise nine of ten


def test_miss_is_the_distance_to_the_interval_in_logarithms():
    missed = misses(np.array([10.0, 40, 20]), np.full(3, 20.0), np.full(3, 30.0))
    np.testing.assert_allclose(missed, [np.log(2), np.log(4 / 3), 0])


def test_intervals_cover_blocked_out_samples_and_new_studies():
    samples, frame = studies(120, 3, seed=2)
    out = held_out(frame, samples, PREDICTORS, FOREST, "study")
    raw = np.mean((out.low <= samples.value) & (samples.value <= out.high))
    inside = covered(samples.value, out)
    assert raw < 0.87  # trees have seen less variety than there is
    assert 0.86 < inside.mean() < 0.94
    calibration = calibrated(samples.value, out)
    assert calibration.ln_widening > 0
    assert sum(n for n, _ in coverage_by_zone(inside, samples.lat).values()) == len(samples)


def test_calibration_of_a_fold_does_not_see_the_fold():
    observed = np.array([1.0] * 30 + [9.0] * 10)
    fold = np.repeat([0, 1], [30, 10])
    out = HeldOut(observed, np.full(40, 0.9), np.full(40, 1.1), fold)
    # The second fold lies far outside; calibrated on the first alone, none of it is covered.
    assert covered(observed, out)[30:].sum() == 0
