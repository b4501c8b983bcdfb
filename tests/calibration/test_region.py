"""The synthetic region: the chain recovers its fields; batches, expansion, two blocks of MASM."""

import json

import jax
import numpy as np
import pytest

from explorer.systems.calibration import demonstration as demo
from explorer.systems.calibration.bounded import Space, defaults
from explorer.systems.calibration.expand import blocked_split, expanded, random_split
from explorer.systems.calibration.gradient import calibrate, calibrate_in_batches
from explorer.systems.calibration.masm import Plan
from explorer.systems.calibration.region import (
    TRUE,
    problem_of,
    seen_by_satellite,
    synthetic_region,
    true_days,
)
from explorer.systems.calibration.screening import screened
from explorer.systems.calibration.stepwise import stepwise_cells
from tests.commands import command_here

FEW = Space(("vmax", "p12", "p13", "p18"))


@pytest.fixture(scope="module")
def region():
    return synthetic_region(2, 3, 1)


@pytest.fixture(scope="module")
def problem(region):
    return problem_of(region, seen_by_satellite(region, true_days(region, 1, 2), 1), 1)


def true_values(region) -> dict[str, float]:
    """Of the first cell, for all that is not calibrated."""
    return defaults() | {name: float(each[0]) for name, each in region.truth.items()}


def test_region_is_the_same_again_and_within_bounds(region):
    again = synthetic_region(2, 3, 1)
    np.testing.assert_array_equal(region.weather.t_mean, again.weather.t_mean)
    space = Space(TRUE)
    share = space.share(np.stack([region.truth[name] for name in TRUE], axis=-1))
    assert share.min() > 0.05
    assert share.max() < 0.98
    assert (region.weather.radiation > 0).all()
    assert (region.weather.precipitation >= 0).all()
    # Warmer in the south, colder on the ridge.
    assert region.weather.t_mean.mean(axis=0)[3:].mean() > region.weather.t_mean[:, :3].mean()


def test_batches_change_nothing(region, problem):
    options = {"starts": 1, "iterations": 3, "spin_up": 2}
    whole = calibrate(problem, FEW, defaults(), **options)
    parts = calibrate_in_batches(problem, FEW, defaults(), batch=4, **options)
    assert parts.values.shape == (6, 4)
    np.testing.assert_allclose(parts.values, whole.values, rtol=2e-3)
    assert parts.runs == whole.runs == 4 * 5


def test_search_ends_when_told_to(problem):
    asked = []

    def proceed(share):
        asked.append(share)
        return len(asked) < 2

    options = {"starts": 1, "iterations": 3, "spin_up": 2}
    assert calibrate(problem, FEW, defaults(), proceed=proceed, **options) is None
    assert len(asked) == 2
    assert asked == [0, 0.25]


def test_parameters_stay_within_bounds_and_come_back():
    space = Space(TRUE)
    low, high = space.bounds.T
    for free in (-50.0, 0.0, 50.0):
        values = np.asarray(space.from_free(np.full(len(TRUE), free)), float)
        assert (values >= low * (1 - 1e-5)).all()
        assert (values <= high * (1 + 1e-5)).all()
    given = np.array([defaults()[name] for name in TRUE])
    np.testing.assert_allclose(space.from_free(space.free(given)), given, rtol=1e-4)
    # p5 spans three decades: the middle is the geometric mean.
    middle = Space(("p5",)).values(np.array([0.5]))
    assert float(middle[0]) == pytest.approx(np.sqrt(1e-4 * 0.1), rel=1e-4)


def test_masm_of_cells_is_near_the_truth_whoever_works(region, problem):
    plan = Plan(points_a_parameter=7, rounds=6, steps=400, draws=2000)
    cells = jax.tree.map(lambda each: each, problem)._replace(
        first_year=type(problem.first_year)(*(each[:2] for each in problem.first_year)),
        course=type(problem.course)(*(each[:2] for each in problem.course)),
        seen={
            name: each._replace(counts=each.counts[:2], mean=each.mean[:2], weight=each.weight[:2])
            for name, each in problem.seen.items()
        },
    )
    values = true_values(region)
    two = stepwise_cells(cells, values, plan, spin_up=2, workers=2)
    one = stepwise_cells(cells, values, plan, spin_up=2, workers=1)
    for first, second in zip(one, two, strict=True):
        assert first.values == second.values
    assert two[0].runs == plan.runs(7) + plan.runs(6)
    assert set(two[0].blocks) == {"gpp", "lai"}
    low, high = two[0].interval("vmax")
    assert low < two[0].values["vmax"] < high
    assert two[0].values["p12"] == values["p12"]  # in no block
    assert abs(two[0].values["vmax"] / region.truth["vmax"][0] - 1) < 0.3


def test_morris_finds_what_matters():
    space = Space(("vmax", "p13", "p18"))

    def evaluate(share):
        return {"lai": 5 * share[:, 2] + share[:, 2] * share[:, 0], "gpp": 3 * share[:, 0]}

    found = screened(evaluate, space, 20)
    assert found["lai"].ranked[0] == "p18"
    np.testing.assert_allclose(found["gpp"].mean, [3, 0, 0], atol=1e-9)
    np.testing.assert_allclose(found["gpp"].spread, 0, atol=1e-9)
    assert found["lai"].spread[2] > 0.1  # it depends on vmax as well


def test_splits_are_70_per_cent_and_blocks_lie_apart():
    cells = np.arange(400)
    assert random_split(cells).sum() == 280
    chosen = blocked_split(cells, (20, 20)).reshape(20, 20)
    blocks = chosen.reshape(4, 5, 4, 5).transpose(0, 2, 1, 3).reshape(16, 25)
    assert set(blocks.sum(axis=1)) == {0, 25}
    assert chosen.sum() == 11 * 25


def test_expansion_learns_what_features_tell_and_no_more():
    draw = np.random.default_rng(0)
    features = {"a": draw.random(400), "b": draw.random(400)}
    targets = {"told": 10 + 5 * features["a"] ** 2, "noise": draw.random(400)}
    usable = np.ones(400, dtype=bool)
    usable[:100] = False
    targets["told"][:100] += 1000  # cells that were not calibrated are not learnt from
    found = expanded(features, targets, usable, (20, 20))
    assert found["told"].r_test > 0.97
    assert found["told"].values.max() < 16
    assert next(iter(found["told"].importance)) == "a"
    assert found["noise"].r_test < 0.3 < found["noise"].r_train


def test_demonstration_recovers_its_fields(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "ROWS", 4)
    small = {"rows": 4, "columns": 5, "iterations": 10}
    whole = demo.demonstration
    monkeypatch.setattr(demo, "demonstration", lambda step: whole(step, **small))
    monkeypatch.setattr(demo, "BATCH", 20)
    path = tmp_path / "scores.json"
    done = command_here("calibrate", "demo", "--json", path)
    assert done.returncode == 0, done.stderr
    told = json.loads(path.read_text())
    assert told["cells"] == 20
    assert "synthetic" in told["data"]
    for name in ("vmax", "p12", "p13", "p18"):
        assert told["recovered"][name]["r"] > 0.7, name
        assert told["recovered"][name]["rmse"] < told["recovered"][name]["rmse_of_default"]
    coverage = np.mean([row["coverage_of_90"] for row in told["recovered"].values()])
    assert 0.7 < coverage <= 1
    for name in ("lai", "gpp", "er", "nee"):
        before, after = (told["check"][kind][name]["rmse"] for kind in ("default", "calibrated"))
        assert after < 0.4 * before
    assert "in 90 %" in demo.demonstration_text(told)
