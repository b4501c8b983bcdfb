"""The two passes of the model, in blocks: no result shows how it was computed."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import SYSTEMS, preset, run
from explorer.pipeline import check, prepare, start
from explorer.scene import blocks
from explorer.scene.scene import Scene
from explorer.systems.nep import passes as nep
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.forcing import NepScene
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.result import FLUXES as SUMMED
from explorer.systems.nep.result import Result
from explorer.systems.nep.system import PRESETS
from explorer.systems.nep.variables import OUTPUTS
from explorer.tables.parameter import names, row_of
from explorer.tables.periods import YEAR, Period
from tests.shortcuts import monthly

BEST = preset("ci2")
CELLS = 45  # conftest: 48 cells, three of them outside
SMALL = 7  # cells in a block; 45 make seven blocks, the last of them with four of padding
EDITS = {
    "as published": {},
    "one class": {"epsilon_max.EBF": 1.7},
    "all classes": {f"epsilon_max.{name}": 0.2 + 0.1 * k for k, name in enumerate(CLASSES)},
    "references within reach": {"ci_ref.ENF": 0.56, "ci_ref.grassland": 1.2},
    "reference out of reach": {"ci_ref.ENF": 0.3, "ci_ref.grassland": 1.2, "par_share": 0.4},
    "share of PAR": {"par_share": 0.37},
    "first pass": {"delta_t": 2.0, "rh_rule": "capped", "fpar_max": 0.8},
    "everything": {"epsilon_max.DBF": 0.9, "ci_ref.DBF": 0.4, "par_share": 0.55, "w_min": 0.2},
}
WORDS = {
    "fpar_limits": "table",
    "ci_scheme": "I",
    "bare_cover": "own",
    "t_scalar_2_rule": "raw",
    "w_scalar_rule": "blended",
    "rs_basis": "month",
    "rh_rule": "capped",
}


@pytest.fixture(scope="module")
def clipped(tiny_dataset) -> Scene:
    """Half the cells stay green, with less clumping than their class: FPAR is at its limit."""
    dataset = tiny_dataset()
    ndvi, ci = dataset["ndvi"].values, dataset["ci"].values
    ndvi[:, :, ::2], ci[:, :, ::2] = 0.9, 1.2
    ci[:, :, 1::2] = 0.4
    return prepare(check(dataset))


def other_value(name: str):
    low, high = row_of(NepParameters, name).metadata["bounds"] or (None, None)
    value = BEST.values()[name]
    return WORDS.get(name) or (low if value != low else high)


@pytest.fixture(params=[1, SMALL, 16, CELLS - 1, CELLS])
def block(request, scene, monkeypatch) -> int:
    SYSTEMS["nep"].forcing(scene)  # made and cached with the blocks that the scene has
    monkeypatch.setattr(blocks, "BLOCK", request.param)
    return request.param


@pytest.mark.parametrize("name", PRESETS)
def test_result_does_not_depend_on_the_blocks(tiny_dataset, scene, block, name):
    expected = run(scene, preset(name))
    assert scene.fields["ndvi"].shape == (1, 12, CELLS)
    got = run(prepare(check(tiny_dataset())), preset(name))
    assert got.scene.fields["ndvi"].shape == (-(-CELLS // block), 12, block)
    assert got.run.forcing.forcing.t_opt.shape == (-(-CELLS // block), block)
    for output in OUTPUTS:
        # The same float32 steps, of which some processors fuse a multiplication and an addition.
        size = np.abs(monthly(expected, output)).max()
        for month in (None, *range(1, 13)):
            np.testing.assert_allclose(
                got.cells(output, Period(month)),
                expected.cells(output, Period(month)),
                rtol=2e-6,
                atol=2e-6 * size,
                err_msg=f"{output} {month}",
            )
    assert got.counts == expected.counts
    np.testing.assert_array_equal(got.totals.area, expected.totals.area)
    for summed in SUMMED:
        sums, right = got.totals.sums[summed], expected.totals.sums[summed]
        np.testing.assert_allclose(sums, right, rtol=1e-6, atol=1e-6 * np.abs(right).max())
    assert got.warnings == expected.warnings


@pytest.mark.parametrize("edit", EDITS)
def test_edited_result_does_not_depend_on_the_blocks(tiny_dataset, scene, monkeypatch, edit):
    scenario = BEST.with_values(EDITS[edit])
    expected = run(scene, scenario)
    monkeypatch.setattr(blocks, "BLOCK", SMALL)
    got = run(prepare(check(tiny_dataset())), scenario)
    assert got.counts == expected.counts
    np.testing.assert_allclose(monthly(got, "nep"), monthly(expected, "nep"), rtol=2e-6, atol=1e-4)


@pytest.mark.parametrize("block", [SMALL], indirect=True)
def test_padding_stays_empty(tiny_dataset, block):
    result = run(prepare(check(tiny_dataset())), BEST)
    for name in OUTPUTS:
        values = result.steps(name)
        assert values.shape == (7, 12, SMALL)
        assert np.isfinite(values[:-1]).all()
        assert np.isfinite(values[-1, :, :3]).all()
        if name in SUMMED:
            assert np.isnan(values[-1, :, 3:]).all()


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("scheme", ["none", "I", "II"])
def test_month_is_that_of_all_months(scene, clipped, name, scheme):
    for where in (scene, clipped):
        result = run(where, BEST.with_values({"ci_scheme": scheme}))
        months = monthly(result, name)
        assert months.shape == (12, where.cells)
        for month in range(1, 13):
            np.testing.assert_allclose(
                result.cells(name, Period(month)),
                months[month - 1],
                rtol=2e-6,
                atol=2e-6 * np.abs(months).max(),
            )


@pytest.mark.parametrize("name", OUTPUTS)
def test_year_is_that_of_the_months(scene, clipped, name):
    for where in (scene, clipped):
        for edit in EDITS.values():
            result = run(where, BEST.with_values(edit))
            months = monthly(result, name).astype(float)
            sums = OUTPUTS[name].over_year == "sum"
            year = months.sum(axis=0) if sums else months.mean(axis=0)
            # float32 sums of twelve numbers
            size = np.abs(months).max()
            np.testing.assert_allclose(
                result.cells(name, YEAR), year, rtol=1e-5, atol=2e-6 * size * 12
            )


def assert_totals_are_sums(result: Result) -> None:
    """Every total of a result against the sum over all cells of its maps, times their area."""
    where = result.scene
    totals = result.totals
    largest = max(np.abs(monthly(result, output)).max() for output in SUMMED)
    for output in SUMMED:
        weighted = monthly(result, output).astype(float) * where.area
        # NPP and Rh may cancel: NEP then rounds like the larger fluxes.
        atol = 1e-6 * (largest * where.area.sum()) if output == "nep" else 0
        assert totals.yearly_total(output) == pytest.approx(
            weighted.sum() * 1e-6, rel=1e-6, abs=atol * 1e-6
        )
        for region, place in enumerate(where.region_names):
            for position in range(len(CLASSES)):
                mine = (where.region == region) & (where.vegetation == position)
                np.testing.assert_allclose(
                    totals.sums[output][:, region, position],
                    weighted[:, mine].sum(axis=1),
                    rtol=1e-6,
                    atol=atol,
                    err_msg=f"{output} {place} {CLASSES[position]}",
                )


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("held", [False, True], ids=["scene", "clipped"])
def test_totals_are_sums_of_the_map(scene, clipped, held, name, edit):
    where = clipped if held else scene
    result = run(where, preset(name).with_values(EDITS[edit]))
    parameters = result.scenario.parameters
    if held and parameters.ci_scheme != "none":
        assert result.counts["fpar_clipped"] > 0
    assert_totals_are_sums(result)


def gappy(dataset):
    """No clumping known in one class, in one month of another, and in no month of some cells."""
    ci, cover = dataset["ci"].values, dataset["land_cover"].values
    ci[:, cover == 6] = np.nan
    ci[4, cover == 10] = 0
    ci[:, 3, :] = np.nan
    return dataset


def without_values(dataset):
    return dataset.drop_vars("ci")


@pytest.mark.parametrize("change", [gappy, without_values])
@pytest.mark.parametrize("scheme", ["none", "I", "II"])
def test_totals_are_sums_of_the_map_where_clumping_is_unknown(tiny_dataset, change, scheme):
    where = prepare(check(change(tiny_dataset())))
    assert_totals_are_sums(run(where, BEST.with_values({"ci_scheme": scheme})))


def test_totals_are_sums_of_the_map_whatever_was_run_before(clipped):
    """One base for all: nothing that was kept for one scenario may be taken for another."""
    kept = start(clipped, BEST)
    shared = [
        {"ci_scheme": scheme, "ci_ref.EBF": reference, "par_share": share, "epsilon_max.EBF": most}
        for scheme in ("II", "I", "none")
        for reference in (0.56, 0.4, 1.1)
        for share, most in ((0.5, 1.0), (0.33, 0.4))
    ]
    for changes in [*shared, *shared[::-3]]:
        result = kept.layers(BEST.with_values(changes))
        assert_totals_are_sums(result)
        months = monthly(result, "npp").astype(float).sum(axis=0)
        np.testing.assert_allclose(result.cells("npp", YEAR), months, rtol=1e-5)


@pytest.mark.parametrize("reference", [0.54, 0.549999, 0.55, 0.550001, 0.56])
def test_totals_at_the_edge_of_what_is_listed(clipped, reference):
    changes = {f"ci_ref.{name}": reference for name in CLASSES} | {"ci_scheme": "I"}
    assert_totals_are_sums(run(clipped, BEST.with_values(changes)))


def test_clipped_scene_is_held_at_the_limit(clipped):
    result = run(clipped, BEST)
    held = (monthly(result, "fpar") == np.float32(0.95)).sum()
    # A cell on the very limit may be counted either way: the count is made in float64.
    assert result.counts["fpar_clipped"] == pytest.approx(held, abs=1)
    assert held > 0
    assert run(clipped, preset("epsilon")).counts["fpar_clipped"] == 0


@pytest.mark.parametrize("weight", [0.0, 0.1, 0.3, 0.5, 0.7, 1.0])
def test_nothing_is_held_without_clumping(clipped, weight):
    scenario = preset("epsilon").with_values({"sr_weight": weight})
    assert run(clipped, scenario).counts["fpar_clipped"] == 0


@pytest.mark.parametrize("name", names(NepParameters))
def test_first_pass_key_is_that_of_the_first_pass(name):
    changed = BEST.with_values({name: other_value(name)}).parameters
    assert changed != BEST.parameters
    same = nep.first_pass_key(changed) == nep.first_pass_key(BEST.parameters)
    assert same == (name.partition(".")[0] in ("epsilon_max", "ci_scheme", "ci_ref", "par_share"))


def test_first_pass_key_leaves_the_first_pass_alone():
    parameters = BEST.with_values({"w_min": 0.3, "par_share": 0.4}).parameters
    assert nep.first_pass_key(parameters) == replace(parameters, par_share=0.5)


@pytest.mark.parametrize(
    "edit", ["epsilon_max.EBF", "epsilon_max.other", "ci_scheme", "ci_ref.ENF", "par_share"]
)
@pytest.mark.parametrize("before", ["ci1", "ci2"])
def test_base_can_be_shared_by_all_with_its_key(scene, before, edit):
    first = preset(before)
    kept = start(scene, first)
    kept.layers(first).totals  # noqa: B018 (what was summed before must not be taken)
    values = {"ci_scheme": "II" if before == "ci1" else "I"}
    edited = first.with_values({edit: values.get(edit, other_value(edit))})
    assert kept.key == nep.first_pass_key(edited.parameters)
    assert first.key == edited.key
    shared, alone = kept.layers(edited), run(scene, edited)
    for name in OUTPUTS:
        np.testing.assert_array_equal(monthly(shared, name), monthly(alone, name), err_msg=name)
        np.testing.assert_array_equal(shared.cells(name, YEAR), alone.cells(name, YEAR))
    assert shared.counts == alone.counts
    for name in SUMMED:
        # Sums of the map itself are kept for one share of PAR, and scaled to any other.
        sums, right = shared.totals.sums[name], alone.totals.sums[name]
        np.testing.assert_allclose(sums, right, rtol=1e-7, atol=1e-7 * np.abs(right).max())


@pytest.fixture
def in_blocks(tiny_dataset, monkeypatch) -> Scene:
    monkeypatch.setattr(blocks, "BLOCK", SMALL)
    return prepare(check(tiny_dataset()))


def nep_scene(scene: Scene) -> NepScene:
    return SYSTEMS["nep"].forcing(scene)


def test_proceed_is_told_rising_shares(in_blocks):
    told: list[float] = []

    def proceed(share: float) -> bool:
        told.append(share)
        return True

    assert nep.run_first_pass(nep_scene(in_blocks), BEST.parameters, proceed) is not None
    assert len(told) == 7
    assert told[0] > 0
    assert (np.diff(told) > 0).all()
    assert told[-1] == 1


@pytest.mark.parametrize("last", [1, 2, 4, 7])
@pytest.mark.parametrize("through", ["run_first_pass", "start"])
def test_run_ends_when_told_so(in_blocks, through, last):
    told: list[float] = []

    def proceed(share: float) -> bool:
        told.append(share)
        return len(told) < last

    if through == "start":
        assert start(in_blocks, BEST, proceed) is None
    else:
        assert nep.run_first_pass(nep_scene(in_blocks), BEST.parameters, proceed) is None
    assert len(told) == last


def test_run_after_one_that_ended_is_whole(in_blocks, scene):
    assert start(in_blocks, BEST, lambda share: False) is None
    got, expected = run(in_blocks, BEST), run(scene, BEST)
    np.testing.assert_allclose(monthly(got, "nep"), monthly(expected, "nep"), rtol=2e-6, atol=1e-4)
