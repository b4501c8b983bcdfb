"""System 2 on a scene: its balance, its intervals, where it applies, how sure its totals are."""

import json
from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import SchemaError, SourceError
from explorer.observations.samples import Samples
from explorer.pipeline import open_scene, run, start
from explorer.report.netcdf import to_dataset
from explorer.report.summary import summary
from explorer.scene.demo import demo_scene_path
from explorer.scene.scene import Scene
from explorer.scene.thin import thinned
from explorer.systems import SYSTEMS, preset
from explorer.systems.fusion import published
from explorer.systems.fusion.applicability import applicability
from explorer.systems.fusion.columns import Predictor
from explorer.systems.fusion.demo import demonstration
from explorer.systems.fusion.forest import Settings, train
from explorer.systems.fusion.importance import BlockedImportance, partial_dependence
from explorer.systems.fusion.parameters import FusionParameters
from explorer.systems.fusion.result import FusionLayers
from explorer.systems.fusion.scene_predictors import offered_by, on_cells
from explorer.systems.fusion.scoring import held_out
from explorer.systems.fusion.total_error import (
    ErrorModel,
    error_model,
    great_circle,
    total_error,
)
from tests.fusion.test_scoring import FOREST, studies

FEW = {"trees": 20.0}


@pytest.fixture(scope="module")
def place() -> Scene:
    """The demonstration scene, every eighth cell along both axes."""
    return thinned(open_scene(demo_scene_path()), 8, {})


@pytest.fixture(scope="module")
def result(place) -> FusionLayers:
    return run(place, preset("trees300", "fusion").with_values(FEW))


def test_balance_holds_in_every_cell_and_in_the_totals(result):
    fields = {
        name: result.cells(name, result.periods.all()[0]) for name in SYSTEMS["fusion"].outputs
    }
    np.testing.assert_allclose(fields["rh"], 0.62 * fields["rs"] + 9.01, rtol=1e-5)
    np.testing.assert_allclose(fields["nep"], fields["npp"] - fields["rh"], atol=1e-3)
    assert all(np.isfinite(values).all() for values in fields.values())
    total = (fields["nep"].astype(float) * result.scene.area).sum() / 1e6  # g m-2 km2 -> Tg
    assert result.totals.yearly_total("nep") == pytest.approx(total, rel=1e-5)


def test_line_from_rs_to_rh_does_not_grow_the_forests_again(place, result):
    steeper = result.scenario.with_values({"rh_slope": 0.7, "rh_offset": 0.0})
    assert steeper.key == result.scenario.key
    again = result.started.layers(steeper)
    np.testing.assert_allclose(again.output("rh", None), 0.7 * result.output("rs", None), rtol=1e-6)
    assert preset("trees1500", "fusion").key != preset("trees300", "fusion").key


def test_reader_is_told_of_substitutes_scores_and_what_is_no_nep(result):
    told = "\n".join((*result.warnings, *result.notes))
    assert "synthetic samples of a known truth" in told
    assert "where studies were held out" in told
    assert "NDVI stands in for leaf area index" in told
    assert "no NBP" in told
    forests = result.facts["forests"]
    assert set(forests) == {"npp", "rs"}
    assert forests["rs"]["scores"]["in_sample"]["r2"] > forests["rs"]["scores"]["study"]["r2"]


def test_summary_and_file_of_maps_hold_it(result):
    found = json.loads(json.dumps(summary(result, []), allow_nan=False))
    assert found["forests"]["npp"]["digest"] == result.started.maps["npp"].forest.digest
    assert set(found["standard_errors_of_totals"]) == {"npp", "rs", "rh", "nep"}
    dataset = to_dataset(result)
    assert set(SYSTEMS["fusion"].written) <= set(dataset.data_vars)
    assert dataset["nep"].dims == result.scene.grid.dims
    assert dataset["rs"].attrs["units"] == "g C m-2 yr-1"


def test_run_is_cancelled(place):
    scenario = preset("trees300", "fusion").with_values(FEW)
    assert start(place, scenario, lambda share: share < 0.3) is None


def test_real_scene_without_real_data_says_what_to_set(place, monkeypatch):
    monkeypatch.delenv("NEP_EXPLORER_REAL_DATA", raising=False)
    with pytest.raises(SourceError, match="NEP_EXPLORER_REAL_DATA"):
        run(replace(place, synthetic=False), preset("trees300", "fusion"))


def test_sample_beside_the_land_takes_the_nearest_cell_and_one_far_off_is_lost(place):
    lon, lat = (np.asarray(each) for each in place.lonlat(np.array([5, 50])))
    lon, lat = np.append(lon, 0.0), np.append(lat, 0.0)
    lat[1] += 0.2  # two cells of the grid, of which every eighth is there
    year, words = np.full(3, 2005.0), np.array(["a", "b", "c"])
    samples = Samples(lon, lat, np.ones(3), year, year, words, words, "1")
    found = on_cells(samples, place)
    assert found.cell.tolist() == [5, 50]
    assert found.moved == 1
    assert [(row.outside, row.without_value) for row in found.lost] == [(1, 0)]


def test_scene_offers_the_papers_predictors_and_names_its_substitutes(place):
    offered = offered_by(place)
    assert [each.name for each in offered.predictors] == [
        "p_sum", "t_mean", "light", "land_cover", "elevation", "greenness", "product"
    ]  # fmt: skip
    assert FusionParameters().forest(len(offered.predictors)).tried == 6  # 6 of 7
    bare = {name: field for name, field in place.fields.items() if name != "reference_npp"}
    without = offered_by(replace(place, fields=bare))
    assert any("Miami model stands in" in note for note in without.notes)
    rain = place.field("precipitation").astype(float)
    np.testing.assert_allclose(offered.frame["p_sum"], rain.sum(axis=0), rtol=1e-6)


def test_demonstration_recovers_the_plateau(place):
    report = demonstration(place, FusionParameters(trees=40.0))
    for name in ("npp", "rs"):
        r2 = {kind: report["scores"][name][kind]["r2"] for kind in ("in_sample", "random", "study")}
        assert r2["in_sample"] > r2["random"] > r2["study"]
        assert 0.86 < report["scores"][name]["coverage_90_by_study"] < 0.94
        total = report["totals_tg"][name]
        assert total["estimate"] == pytest.approx(total["truth"], rel=0.08)
        low, high = total["interval_90"]
        assert high - low > 4 * total["half_width_were_errors_independent"]
    assert report["map_against_truth"]["npp"]["r2"] > 0.9


def test_area_of_applicability_by_hand():
    # On a line: scaled distances; the second predictor counts nothing.
    matrix = np.array([[0.0, 5], [1, -9], [2, 3], [3, 7]])
    fitted = applicability(matrix, np.array([2.0, 0.0]), np.array([0, 0, 1, 1]))
    spread = np.std([0, 1, 2, 3])
    mean = np.mean([1, 2, 3, 1, 2, 1]) / spread
    np.testing.assert_allclose(fitted.mean_distance, mean)
    # Nearest of the other fold: 2, 1, 1, 2.
    np.testing.assert_allclose(fitted.threshold, 2 / spread / mean)
    far = fitted.dissimilarity(np.array([[13.0, 0.0], [1.0, 99.0]]))
    np.testing.assert_allclose(far, [10 / spread / mean, 0], atol=1e-12)
    assert fitted.inside(np.array([[13.0, 0.0], [1.0, 99.0]])).tolist() == [False, True]


def test_blocked_importance_sees_the_law_and_not_the_plot():
    samples, frame = studies(50, 4, seed=3)
    predictors = (Predictor("warmth", "degC"), Predictor("plot", "1"))
    blocked = BlockedImportance(samples.value, predictors, seed=0)
    held_out(frame, samples, predictors, FOREST, "study", visit=blocked)
    rises = blocked.rises()
    assert rises["warmth"] > 5 * max(rises["plot"], 1.0)


def test_partial_dependence_follows_the_law():
    samples, frame = studies(240, 1, seed=4)
    forest = train(
        frame, samples.value, samples.source, [Predictor("warmth", "degC")],
        FOREST._replace(leaf=25),
    ).forest  # fmt: skip
    at, mean = partial_dependence(forest, frame, "warmth")
    assert np.corrcoef(np.log(mean), at)[0, 1] > 0.8
    kinds = {"kind": np.repeat(["a", "b"], 20)}
    target = np.repeat([10.0, 30.0], 20)
    grown = train(
        kinds, target, np.arange(40), [Predictor("kind", "word", "category")],
        Settings(trees=30, tried=1, leaf=2),
    ).forest  # fmt: skip
    at, mean = partial_dependence(grown, kinds, "kind")
    assert at.tolist() == ["a", "b"]
    np.testing.assert_allclose(mean, [10, 30], rtol=0.01)


def test_correlation_of_errors_is_found_again():
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(80, 100, 500), rng.uniform(28, 38, 500)
    distance = great_circle(lon[:, np.newaxis], lat[:, np.newaxis], lon, lat)
    common = np.linalg.cholesky(np.exp(-distance / 200) + 1e-9 * np.eye(500))
    residual = 0.3 * (
        np.sqrt(0.6) * common @ rng.normal(size=500) + np.sqrt(0.4) * rng.normal(size=500)
    )
    model = error_model(residual, lon, lat, np.arange(500))
    assert model.spread == pytest.approx(0.3, rel=0.25)
    assert 0.35 < model.share < 0.85
    assert model.length_km in (100.0, 200.0, 400.0)
    alone = error_model(0.3 * rng.normal(size=500), lon, lat, np.arange(500))
    assert alone.share < 0.15


def test_error_of_a_total_lies_between_independent_and_common():
    rng = np.random.default_rng(6)
    lon, lat = rng.uniform(80, 100, 4000), rng.uniform(28, 38, 4000)
    amount = rng.uniform(0.5, 1.5, 4000)
    nothing = np.full(10, amount.sum())

    def of(share: float, length: float) -> float:
        model = ErrorModel(0.2, share, length, np.array([]), np.array([]))
        return total_error(amount, lon, lat, model, nothing).standard_error

    independent = 0.2 * np.sqrt((amount**2).sum())
    assert of(0.0, 100.0) == pytest.approx(independent)
    assert of(1.0, 1e9) == pytest.approx(0.2 * amount.sum(), rel=1e-6)
    assert independent * 5 < of(0.5, 100.0) < of(0.5, 400.0) < 0.2 * amount.sum()
    model = ErrorModel(0.2, 0.0, 100.0, np.array([]), np.array([]))
    shaken = total_error(amount, lon, lat, model, np.array([90.0, 100, 110] * 3))
    # By hand: sqrt(8/9 * 600).
    assert shaken.of_the_studies == pytest.approx(np.sqrt(8 / 9 * 600))
    assert shaken.standard_error == pytest.approx(np.hypot(shaken.of_the_studies, independent))


def test_published_figures_contradict_each_other_as_is_told():
    told = " ".join(published.CONTRADICTIONS)
    area = published.AREA_KM2 * 1e6
    assert f"{published.SINK_INTENSITY * area / 1e12:.0f} Tg" in told
    assert f"{published.MEAN_NPP - published.MEAN_RH:.1f}" in told
    areas = {"random forest": published.SINK_TG / published.SINK_INTENSITY} | {
        name: published.NEP_TG[name] / published.NEP_INTENSITY[name] for name in published.NEP_TG
    }
    assert all(f"{each:.2f}" in told for each in areas.values())
    assert f"{published.NPP_SCORES['random forest'].r ** 2:.2f}".removeprefix("0") in told


def test_printed_improvements_follow_from_the_printed_scores():
    forest, mean = published.NPP_SCORES["random forest"], published.NPP_MEAN
    for name in ("rmse", "pbias", "mape"):
        before, ours = abs(getattr(mean, name)), abs(getattr(forest, name))
        printed = getattr(published.NPP_IMPROVEMENT, name)
        assert 100 * (before - ours) / before == pytest.approx(printed, abs=0.02)
    rs = published.RS_SCORES
    old, ours = rs["quantile forest of Stell et al."], rs["random forest"]
    assert 100 * (old.rmse - ours.rmse) / old.rmse == pytest.approx(18.92, abs=0.6)  # not 7.31


def test_too_few_samples_on_a_scene_are_told(place, tmp_path, monkeypatch):
    from tests.fusion.srdb_rows import write_srdb

    (tmp_path / "srdb").mkdir()
    write_srdb(
        tmp_path / "srdb" / "srdb-data.csv", [{"NPP": 300, "Study_number": n} for n in (1, 2)]
    )
    monkeypatch.setenv("NEP_EXPLORER_REAL_DATA", str(tmp_path))
    with pytest.raises(SchemaError, match="samples of NPP lie on its land cells"):
        run(replace(place, synthetic=False), preset("trees300", "fusion"))
