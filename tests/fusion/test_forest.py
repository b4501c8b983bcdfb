"""Forests: the arrays against scikit-learn and quantile-forest, categories, files."""

import numpy as np
import pytest
import xarray as xr
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

from explorer.errors import ParameterError, SchemaError, SourceError
from explorer.outputs.claims import replacing
from explorer.systems.fusion import forest as forests
from explorer.systems.fusion.columns import Predictor, fitted_encoding
from explorer.systems.fusion.forest import Forest, Settings, source_weights, train, widened
from explorer.systems.fusion.forest_file import (
    load_forest,
    require_same_predictors,
    save_forest,
)
from explorer.systems.fusion.trees import WORTH_MARKING, trees_of

PREDICTORS = (Predictor("a", "1"), Predictor("b", "mm"), Predictor("kind", "code", "category"))
SMALL = Settings(trees=25, tried=2, leaf=2)


def rows(count: int, seed: int = 1) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Predictors, and a target that depends on all of them."""
    rng = np.random.default_rng(seed)
    frame = {
        "a": rng.uniform(-1, 1, count), "b": rng.gamma(2, 50, count),
        "kind": rng.choice([1, 5, 10], count),
    }  # fmt: skip
    effect = np.select([frame["kind"] == 1, frame["kind"] == 5], [300.0, 0.0], 120.0)
    noise = rng.lognormal(0, 0.1, count)
    return frame, (200 + 100 * np.sin(3 * frame["a"]) + frame["b"] + effect) * noise


@pytest.fixture(scope="module")
def forest() -> Forest:
    frame, target = rows(160)
    source = np.arange(160).astype(str)
    return train(
        frame, target, source, PREDICTORS, SMALL, name="Rs", unit="g C m-2 yr-1", digest="d"
    ).forest


@pytest.mark.parametrize("kind", [RandomForestRegressor, ExtraTreesRegressor])
def test_arrays_predict_what_scikit_learn_predicts(kind):
    rng = np.random.default_rng(2)
    matrix = rng.normal(size=(150, 4)).astype(np.float32)
    target = matrix[:, 0] ** 2 + rng.normal(0, 0.1, 150)
    weight = rng.uniform(0.2, 2, 150)
    grown = kind(30, min_samples_leaf=2, bootstrap=True, random_state=3, oob_score=True).fit(
        matrix, target, sample_weight=weight
    )
    trees, out_of_bag = trees_of(grown, matrix, target, 0)
    others = rng.normal(size=(1003, 4)).astype(np.float32)  # no whole number of blocks
    # Leaves hold the same means; only the order of adding differs.
    np.testing.assert_allclose(trees.mean(others), grown.predict(others), rtol=1e-9)
    np.testing.assert_allclose(out_of_bag, grown.oob_prediction_, rtol=1e-9)


@pytest.mark.parametrize(("leaf", "small"), [(3, True), (1, False)])
def test_masks_of_small_trees_give_what_the_walk_gives(leaf, small):
    rng = np.random.default_rng(8)
    matrix = rng.integers(0, 9, size=(150, 3)).astype(np.float32)  # many rows on thresholds' sides
    target = rng.normal(size=150)
    grown = RandomForestRegressor(12, min_samples_leaf=leaf, random_state=1).fit(matrix, target)
    trees, _ = trees_of(grown, matrix, target, 0)
    assert (trees._marks is not None) == small  # more than 64 leaves do not fit into a word
    others = rng.integers(-1, 10, size=(WORTH_MARKING + 77, 3)).astype(np.float32)
    np.testing.assert_allclose(trees.mean(others), grown.predict(others), rtol=1e-9, atol=1e-12)
    few = others[: WORTH_MARKING - 1]
    np.testing.assert_allclose(trees.mean(few), grown.predict(few), rtol=1e-9, atol=1e-12)


def test_tree_of_one_leaf_gives_its_mean():
    matrix, target = np.zeros((20, 2), dtype=np.float32), np.arange(20.0)
    grown = RandomForestRegressor(3, random_state=0).fit(matrix, target)
    trees, _ = trees_of(grown, matrix, target, 0)
    many = np.zeros((WORTH_MARKING, 2), dtype=np.float32)
    np.testing.assert_allclose(trees.mean(many), grown.predict(many))


def test_row_on_a_threshold_goes_where_scikit_learn_sends_it():
    # Thresholds of whole numbers are halves; those of close floats cannot be told in 32 bits.
    matrix = np.nextafter(np.float32(1), np.float32(2), dtype=np.float32) ** np.arange(
        40, dtype=np.float32
    )
    matrix = matrix[:, np.newaxis]
    target = np.arange(40.0)
    grown = RandomForestRegressor(10, random_state=0).fit(matrix, target)
    trees, _ = trees_of(grown, matrix, target, 0)
    np.testing.assert_allclose(trees.mean(matrix), grown.predict(matrix), rtol=1e-12)


def test_quantiles_agree_with_an_independent_quantile_forest():
    from quantile_forest import RandomForestQuantileRegressor

    rng = np.random.default_rng(4)
    matrix = rng.uniform(size=(400, 2)).astype(np.float32)
    target = 100 + 50 * matrix[:, 0] + (5 + 40 * matrix[:, 1]) * rng.normal(size=400)
    options = dict(n_estimators=300, min_samples_leaf=10, random_state=5, n_jobs=1)
    ours, _ = trees_of(RandomForestRegressor(**options).fit(matrix, target), matrix, target, 6)
    theirs = RandomForestQuantileRegressor(**options).fit(matrix, target)
    points = rng.uniform(0.1, 0.9, size=(60, 2)).astype(np.float32)
    mine = ours.quantiles(points, (0.1, 0.5, 0.9))
    other = theirs.predict(points, quantiles=[0.1, 0.5, 0.9])
    # Both draw one row a leaf and tree, each its own: 300 draws tell a quantile to a few units.
    assert np.abs(mine - other).mean() < 4
    assert np.abs((mine - other).mean(axis=0)).max() < 2
    assert (np.diff(mine, axis=1) >= 0).all()


def test_splits_may_be_chosen_for_a_logarithm_and_leaves_still_hold_the_target():
    frame, target = rows(120)
    trained = train(
        frame,
        target,
        np.arange(120),
        PREDICTORS,
        SMALL._replace(splits_on="ln", leaf=30, trees=200),
    )
    # Means of the target itself: there is no bias of a mean of logarithms, which would be -5 %.
    assert trained.in_sample.mean() == pytest.approx(target.mean(), rel=0.02)
    assert np.exp(np.log(target).mean()) < 0.96 * target.mean()


def test_sources_weigh_alike_when_pooled_whole():
    source = np.array(["x", "x", "x", "x", "y"])
    np.testing.assert_allclose(source_weights(source, 0), 1)
    np.testing.assert_allclose(source_weights(source, 0.5), [0.5] * 4 + [1])
    np.testing.assert_allclose(source_weights(source, 1), [0.25] * 4 + [1])


def test_category_is_one_column_in_the_order_of_its_means():
    frame = {"kind": np.array(["w", "w", "q", "q", "m", "m"])}
    target = np.array([10.0, 12, 1, 3, 5, 7])
    encoding = fitted_encoding([PREDICTORS[2]], frame, target, np.ones(6))
    # By hand: mean 38/6, shrunk (22 + 5 * 38/6) / 7.
    assert encoding.ranks["kind"]["w"] == pytest.approx((22 + 5 * 38 / 6) / 7)
    matrix, told = encoding.matrix({"kind": np.array(["q", "m", "w"])})
    assert matrix.shape == (3, 1)
    assert (np.diff(matrix[:, 0]) > 0).all()
    assert told.lines() == ()


def test_category_that_training_never_saw_is_told_and_stands_at_the_average(forest):
    frame, _ = rows(9, seed=3)
    frame["kind"] = np.where(np.arange(9) < 4, 16, frame["kind"])
    said = forest.predict(frame)
    assert said.told.unseen == {"kind": {"16": 4}}
    assert "kind '16', in 4 rows, was not among the training samples" in said.told.lines()[0]
    assert np.isfinite(said.mean).all()


def test_gap_is_filled_by_the_median_and_told(forest):
    frame, _ = rows(5, seed=3)
    holed = {**frame, "b": np.where(np.arange(5) == 2, np.nan, frame["b"])}
    said = forest.predict(holed)
    assert said.told.filled == {"b": 1}
    filled = {**frame, "b": np.where(np.arange(5) == 2, forest.encoding.middle["b"], frame["b"])}
    np.testing.assert_array_equal(said.mean, forest.predict(filled).mean)


def test_rows_in_parts_give_the_same_and_a_cancel_is_followed(forest, monkeypatch):
    frame, _ = rows(100, seed=5)
    whole = forest.predict(frame, interval=True)
    monkeypatch.setattr(forests, "ROWS_AT_ONCE", 17)
    shares = []
    parts = forest.predict(frame, interval=True, proceed=lambda share: shares.append(share) is None)
    np.testing.assert_array_equal(parts.mean, whole.mean)
    np.testing.assert_array_equal(parts.low, whole.low)
    assert shares == [pytest.approx(n * 0.17) for n in range(6)]
    assert forest.predict(frame, proceed=lambda share: share < 0.5) is None


def test_interval_moves_by_a_factor_and_never_crosses():
    low, high = widened(np.array([10.0, 90.0]), np.array([40.0, 110.0]), np.log(2))
    np.testing.assert_allclose([low, high], [[5, 45], [80, 220]])
    low, high = widened(np.array([90.0]), np.array([110.0]), -1.0)
    assert low[0] == high[0] == pytest.approx(np.sqrt(90 * 110))


def test_too_few_samples_or_too_many_tried_are_refused():
    frame, target = rows(9)
    with pytest.raises(ParameterError, match="9 samples of Rs: expected at least 10"):
        train(frame, target, np.arange(9), PREDICTORS, Settings(leaf=5, tried=2), name="Rs")
    with pytest.raises(ParameterError, match="7 predictors tried at a split: there are 3"):
        train(frame, target, np.arange(9), PREDICTORS, Settings(leaf=2, tried=7))


def test_forest_comes_back_from_its_file_as_it_was(forest, tmp_path):
    path = tmp_path / "rs.nc"
    with replacing(path) as fresh:
        save_forest(forest.calibrated(forests.Calibration(0.9, 0.25)), fresh)
    again = load_forest(path)
    frame, _ = rows(50, seed=9)
    np.testing.assert_array_equal(again.predict(frame).mean, forest.predict(frame).mean)
    assert again.calibration.ln_widening == 0.25
    assert (again.target, again.unit, again.samples, again.digest) == (
        "Rs", "g C m-2 yr-1", 160, "d"
    )  # fmt: skip
    assert again.settings == forest.settings
    with replacing(path, overwrite=True) as fresh:  # known as ours
        save_forest(forest, fresh)


def test_forest_on_other_predictors_is_a_clear_error(forest):
    frame, _ = rows(5)
    with pytest.raises(SchemaError, match=r"b \[mm\]: missing; the forest was trained on it"):
        forest.predict({"a": frame["a"], "kind": frame["kind"]})
    with pytest.raises(SchemaError) as caught:
        require_same_predictors(forest, {"a": frame["a"], "b": frame["b"]}, {"b": "cm"})
    assert caught.value.problems == (
        "b is in cm; the forest was trained on mm", "kind [code]: missing; there is a, b"
    )  # fmt: skip


def spoiled(forest: Forest, path, change) -> None:
    with replacing(path) as fresh:
        save_forest(forest, fresh)
    with xr.open_dataset(path) as opened:
        dataset = opened.load()
    change(dataset)
    path.unlink()
    dataset.to_netcdf(path)


def out_of_its_tree(dataset):
    dataset["child"][0] = dataset.sizes["node"] + 7


def back(dataset):
    inner = np.flatnonzero(np.isfinite(dataset["threshold"].values))
    dataset["child"][inner[-1]] = 0


def no_such_predictor(dataset):
    dataset["feature"][0] = 99


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (out_of_its_tree, "leads out of its tree"),
        (back, "leads out of its tree, or back"),
        (no_such_predictor, "asks for a predictor that there is not"),
        (lambda dataset: dataset.attrs.update(forest="[]"), "no forest"),
        (lambda dataset: dataset.attrs.update(forest='{"format": 9}'), "this version reads 1"),
        (lambda dataset: dataset.attrs.update(forest='{"format": 1}'), "head cannot be read"),
    ],
)
def test_spoiled_file_is_refused_before_it_is_walked(forest, tmp_path, change, said):
    path = tmp_path / "rs.nc"
    spoiled(forest, path, change)
    with pytest.raises(SchemaError, match=said):
        load_forest(path)


def test_missing_file_is_told(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        load_forest(tmp_path / "none.nc")
