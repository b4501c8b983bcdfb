"""Scores, intervals and importance on cases worked out by hand, without a network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.analysis.scores import mean_absolute_error
from explorer.systems.respiration.drivers import exchanged, permutation_importance
from explorer.systems.respiration.folds import random_folds
from explorer.systems.respiration.harness import Held, estimate_held_out, held_out, table
from explorer.systems.respiration.intervals import conformal_half_width, site_out_coverage
from explorer.systems.respiration.models import MODELS
from explorer.systems.respiration.published import (
    ANNUAL_RE,
    ANNUAL_RE_OF,
    CELLS,
    FEATURES,
    TABLE_3,
    TABLE_4,
    TABLE_5,
    TABLE_6,
)
from explorer.systems.respiration.synthetic import SITES, Law, synthetic_samples
from explorer.systems.respiration.types import ALPINE, GRASSLANDS, TEMPERATE


@pytest.fixture(scope="module")
def samples():
    return synthetic_samples(years=1, noise=0.0)


def test_mean_absolute_error_leaves_gaps_out():
    assert mean_absolute_error(np.array([1.0, 2, np.nan]), np.array([2.0, 0, 1])) == 1.5
    assert np.isnan(mean_absolute_error(np.array([np.nan]), np.array([1.0])))


def test_table_pools_and_groups(samples):
    estimate = samples.target.copy()
    growing = samples.growing
    estimate[growing] += 1.0
    found = table(samples, {"m": Held(estimate, np.zeros(len(samples), int))})
    assert found["by season"]["growing"]["m"]["bias"] == pytest.approx(1.0)
    assert found["by season"]["not growing"]["m"]["rmse"] == 0.0
    assert found["pooled"]["m"]["rmse"] == pytest.approx(np.sqrt(growing.mean()), abs=1e-4)
    assert found["pooled"]["m"]["n"] == len(samples)
    assert set(found["by type"]) == set(GRASSLANDS.names)
    assert len(found["by site"]) == 18


def test_each_sample_is_estimated_by_the_fold_that_did_not_see_it(samples):
    folds = random_folds(samples, 5)
    seen = [set(fold.train) | set(fold.validation) for fold in folds]
    held = held_out(samples, folds, [lambda held, n=n: np.full(len(held), n) for n in range(5)])
    for sample in range(0, len(samples), 50):
        assert sample not in seen[held.fold[sample]]
        assert held.estimate[sample] == held.fold[sample]


@pytest.mark.parametrize("name", ["tp", "reco", "satellite"])
def test_laws_with_a_few_parameters_are_fitted(samples, name):
    folds = random_folds(samples, 3)
    found = table(samples, estimate_held_out(samples, folds, [name]))["pooled"][name]
    assert found["nse"] > (0.9 if name == "satellite" else 0.4)  # it has all drivers of the law


@pytest.mark.parametrize("name", ["ann", "svr", "forest", "sae", "window_forest", "boosting"])
def test_machines_learn_the_law_better_than_a_mean(samples, name):
    folds = random_folds(samples, 3)[:1]
    held = estimate_held_out(samples, folds, [name])[name]
    tested = folds[0].test
    error = held.estimate[tested] - samples.target[tested]
    assert np.mean(error**2) < 0.3 * samples.target[tested].var()
    assert np.isnan(np.delete(held.estimate, tested)).all()


def test_interval_is_the_ordered_error_that_leaves_a_tenth_out():
    errors = np.arange(1.0, 20.0) * np.array([1, -1] * 9 + [1])  # 1 to 19
    assert conformal_half_width(errors, 0.9) == 18.0  # the ceil(20 x 0.9)-th smallest
    assert conformal_half_width(errors[:5], 0.9) == np.inf


@given(seed=st.integers(0, 500))
def test_intervals_hold_as_often_as_they_say_where_sites_are_alike(seed):
    rng = np.random.default_rng(seed)
    site = np.repeat(np.arange(6), 300)
    found = site_out_coverage(np.zeros(1800), rng.normal(size=1800), site)
    assert found.together == pytest.approx(0.9, abs=0.04)


def test_intervals_do_not_hold_at_a_site_unlike_all_others():
    rng = np.random.default_rng(0)
    site = np.repeat(np.arange(4), 200)
    errors = rng.normal(size=800) * np.where(site == 3, 5.0, 1.0)
    found = site_out_coverage(np.zeros(800), errors, site)
    assert found.by_site[3] < 0.4
    assert found.by_site[0] > 0.9


def test_importance_of_what_a_model_does_not_read_is_nothing(samples):
    folds = random_folds(samples, 3)

    def reads_warmth(held):
        return held.named("Ta")[:, -1].astype(float)

    found = permutation_importance([reads_warmth] * 3, samples, folds)
    by_name = dict(zip(found.features, found.mean, strict=True))
    assert by_name["Ta"] > 0
    assert all(value == 0 for name, value in by_name.items() if name != "Ta")
    assert found.ranked()[0] == "Ta"


def test_exchange_takes_the_whole_window_and_the_external_factor_with_it(samples):
    order = np.roll(np.arange(len(samples)), 1)
    changed = exchanged(samples, "Ta", order)
    np.testing.assert_array_equal(changed.named("Ta"), samples.named("Ta")[order])
    place = samples.external_names.index("Ta")
    np.testing.assert_array_equal(changed.external[:, place], samples.external[order, place])
    np.testing.assert_array_equal(changed.named("PRE"), samples.named("PRE"))


def test_synthetic_sites_are_18_of_seven_types_and_follow_the_law(samples):
    assert len(samples.sites) == len(SITES) == 18
    assert set(samples.kinds) == {*ALPINE, *TEMPERATE}
    assert (samples.target > 0).all()
    assert np.isfinite(samples.x).all()
    again = synthetic_samples(years=1, noise=0.0)
    np.testing.assert_array_equal(again.x, samples.x)
    row = samples.only(np.array([100]))
    drivers = {name: row.named(name)[:, -1] for name in ("Ta", "index", "SOCD", "sand")}
    drivers["memory"] = row.named("PRE")[:, -4:].sum(axis=1)
    assert row.target == pytest.approx(Law().respiration(drivers), rel=1e-5)


def test_published_tables_agree_with_what_the_text_says_of_them():
    for shares in TABLE_3.values():
        assert len(shares) == len(FEATURES)
        assert sum(shares) == pytest.approx(1.0, abs=0.0025)  # three decimals
        assert FEATURES[int(np.argmax(shares))] == "VT"
        assert np.argsort(shares)[-2] == FEATURES.index("SoilTex")
        assert 1.3 < shares[FEATURES.index("VT")] / shares[FEATURES.index("SoilTex")] < 1.57
    assert sum(CELLS.values()) == 1_476_448
    for group, names in (("all", GRASSLANDS.names), ("TP", ALPINE), ("IM", TEMPERATE)):
        mean = sum(CELLS[name] * ANNUAL_RE[name] for name in names) / sum(CELLS[n] for n in names)
        assert mean == pytest.approx(ANNUAL_RE_OF[group], rel=1e-3)
    shares = {name: CELLS[name] * ANNUAL_RE[name] for name in CELLS}
    assert (shares["KO"] + shares["TS"]) / sum(shares.values()) > 0.6
    best = [max(row, key=row.get) for row in TABLE_4.values()]
    assert best.count("Ta") == 5  # in five of seven types
    assert all(TABLE_5[name].r2_t_air >= 0.73 for name in ALPINE)
    assert [name for name in TABLE_5 if TABLE_5[name].pre > 400] == [*ALPINE, "MS"]
    assert list(TABLE_6) == [name for name, row in MODELS.items() if row.group == "table 6"]
