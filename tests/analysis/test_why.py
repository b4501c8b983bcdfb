"""The steps from potential to NEP, and what limits NPP: exact, and the same as the result's."""

import numpy as np
import pytest

from explorer import preset, run
from explorer.analysis.waterfall import (
    POTENTIAL,
    STEPS,
    running_products,
    waterfall,
    waterfall_of_place,
)
from explorer.scene.blocks import from_blocks
from explorer.systems.nep import explain as reasons
from explorer.systems.nep import factors
from explorer.systems.nep.classes import CLASSES

PERIODS = (None, 1, 7)
SCENARIOS = {
    "ci2": {},
    "original": {},
    "ci1": {"delta_t": 2.0, "precip_factor": 0.5, "fpar_limits": "table", "rh_rule": "capped"},
}
from explorer.tables.periods import YEAR, Period
from tests.shortcuts import monthly


@pytest.fixture(scope="module", params=SCENARIOS)
def result(request, scene):
    return run(scene, preset(request.param).with_values(SCENARIOS[request.param]))


def test_steps_by_hand():
    # Two months: 10 and 30 of potential; the first factor halves both, the second only July.
    ones = np.ones(2)
    levels = running_products([10.0, 30.0], [ones / 2, [1.0, 0.2], ones, ones, ones])
    told = waterfall(levels, np.array([1.0, 2.0]))
    assert told.potential == 40
    assert [step.name for step in told.steps] == list(STEPS)
    assert [step.amount for step in told.steps] == pytest.approx([20, 8, 8, 8, 8])
    assert [step.factor for step in told.steps] == pytest.approx([0.5, 0.4, 1, 1, 1])
    assert (told.npp, told.rh, told.nep) == pytest.approx((8, 3, 5))
    second = waterfall(levels, np.array([1.0, 2.0]), month=2)
    assert [step.factor for step in second.steps] == pytest.approx([0.5, 0.2, 1, 1, 1])


def test_nothing_to_reduce_has_no_factor():
    zeros = running_products([0.0], [[1.0]] * len(STEPS))
    assert all(np.isnan(step.factor) for step in waterfall(zeros, np.zeros(1)).steps)


def product_of(told) -> float:
    """The potential times the factors; after a factor of 0 there is nothing to multiply."""
    product = told.potential
    for step in told.steps:
        if product != 0:
            product *= step.factor
    return product


@pytest.mark.parametrize("month", PERIODS)
def test_steps_of_every_cell_end_at_the_numbers_of_the_result(result, month):
    shown = {name: result.cells(name, Period(month)) for name in ("npp", "rh", "nep")}
    for cell in range(result.scene.cells):
        told = reasons.why_cell(result, cell, month)
        # float32 fields, two orders of multiplication.
        assert told.npp == pytest.approx(shown["npp"][cell], rel=2e-6, abs=1e-6)
        assert told.rh == pytest.approx(shown["rh"][cell], rel=2e-6, abs=1e-6)
        assert told.nep == pytest.approx(
            shown["nep"][cell], rel=2e-6, abs=2e-6 * (abs(told.npp) + abs(told.rh)) + 1e-6
        )
        assert product_of(told) == pytest.approx(told.npp, rel=1e-12)


def test_factors_of_a_cell_are_the_fields_of_the_result(result):
    cell = 17
    made = factors.cell_factors(result.scene, result.scenario.parameters, cell)
    for name in ("t_scalar_1", "t_scalar_2", "w_scalar", "rh"):
        np.testing.assert_allclose(
            getattr(made, name), monthly(result, name)[:, cell], rtol=2e-6, err_msg=name
        )
    np.testing.assert_allclose(
        made.fpar_0 * made.clumping, monthly(result, "fpar")[:, cell], rtol=2e-6
    )
    np.testing.assert_allclose(
        made.par * made.fpar_0 * made.clumping, monthly(result, "apar")[:, cell], rtol=2e-6
    )


@pytest.mark.parametrize("cell", [-1, 45])
def test_unknown_cell_is_refused(result, cell):
    with pytest.raises(IndexError, match="0 to 44"):
        reasons.why_cell(result, cell)


@pytest.mark.parametrize("month", PERIODS)
def test_steps_of_places_end_at_the_totals_of_the_result(result, month):
    totals = reasons.why_everywhere(result)
    for region in ("all", *result.scene.region_names):
        for kind in (None, *CLASSES):
            told = waterfall_of_place(totals, region, kind, month)
            for name in ("npp", "rh", "nep"):
                monthly = result.totals.series(name, region, kind)
                wanted = monthly.sum() if month is None else monthly[month - 1]
                got = getattr(told, name)
                assert got == pytest.approx(wanted, rel=1e-6, abs=1e-4, nan_ok=True)
            if result.totals.area_of(region, kind) > 0:
                assert product_of(told) == pytest.approx(told.npp, rel=1e-12)


def test_potential_of_a_place_is_the_mean_of_its_cells(result):
    totals = reasons.why_everywhere(result)
    told = [reasons.why_cell(result, cell) for cell in range(result.scene.cells)]
    area = result.scene.area
    mean = (np.array([one.potential for one in told]) * area).sum() / area.sum()
    assert totals.yearly(POTENTIAL) == pytest.approx(mean, rel=1e-6)
    for place, name in enumerate(STEPS):
        mean = (np.array([one.steps[place].amount for one in told]) * area).sum() / area.sum()
        assert totals.yearly(name) == pytest.approx(mean, rel=1e-6)


def test_limiting_factor_is_the_smallest(result):
    codes = reasons.limiting_factors(result)
    held = np.stack([monthly(result, name).astype(float) for name in factors.LIMITS])
    light = from_blocks(result.kept.base.light, result.scene.cells).astype(float)
    yearly = (held * light).sum(axis=1) / light.sum(axis=0)
    for place, values in enumerate((yearly, *np.moveaxis(held, 1, 0))):
        found = from_blocks(codes[:, place], result.scene.cells)
        assert found.min() >= 1
        chosen = values[found - 1, np.arange(found.size)]
        np.testing.assert_allclose(chosen, values.min(axis=0), rtol=3e-6, atol=1e-7)
    assert len(np.unique(codes[codes > 0])) >= 2  # the scene holds cold and dry places


def test_runs_can_be_given_up(result):
    assert reasons.limiting_factors(result, lambda share: False) is None
    assert reasons.why_everywhere(result, lambda share: False) is None


def test_steps_for_unit_efficiency_give_those_of_every_epsilon_max(scene):
    changes = {"epsilon_max.EBF": 0.31, "epsilon_max.cropland": 1.7}
    result = run(scene, preset("ci2").with_values(changes))
    totals = reasons.why_everywhere(result)
    npp, rh = (result.totals.sums[name] for name in ("npp", "rh"))
    np.testing.assert_allclose(totals.sums[STEPS[-1]], npp, rtol=1e-5, atol=1e-6 * npp.max())
    np.testing.assert_allclose(totals.sums["rh"], rh, rtol=1e-6)
