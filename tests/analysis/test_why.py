"""The steps from potential to NEP, and what limits NPP: exact, and the same as the result's."""

import numpy as np
import pytest

from explorer import preset, run
from explorer.analysis.totals import ALL, Totals
from explorer.analysis.waterfall import (
    POTENTIAL,
    Waterfall,
    running_products,
    waterfall,
    waterfall_of,
)
from explorer.scene.blocks import from_blocks
from explorer.systems.nep import factors, passes
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.explain import NepExplains
from explorer.systems.nep.result import Result
from explorer.tables.periods import Period
from tests.shortcuts import monthly

EXPLAINS = NepExplains()
STEPS, TERMS = tuple(EXPLAINS.steps), tuple(EXPLAINS.terms)
PERIODS = (None, 1, 7)
SCENARIOS = {
    "ci2": {},
    "original": {},
    "ci1": {"delta_t": 2.0, "precip_factor": 0.5, "fpar_limits": "table", "rh_rule": "capped"},
}


def why_cell(result: Result, cell: int, month: int | None = None) -> Waterfall:
    return EXPLAINS.cell(result, cell, Period(month))


def why_everywhere(result: Result) -> Totals:
    return EXPLAINS.scaled(EXPLAINS.levels(result), result.scenario)


def waterfall_of_place(
    totals: Totals, region: str = ALL, kind: str | None = None, month: int | None = None
) -> Waterfall:
    return waterfall_of(totals, STEPS, TERMS, region, kind, Period(month))


def fluxes(told: Waterfall) -> dict[str, float]:
    """Rh is what is taken off the product."""
    return {"npp": told.product, "rh": -told.terms["rh"], "nep": told.result}


@pytest.fixture(scope="module", params=SCENARIOS)
def result(request, scene):
    return run(scene, preset(request.param).with_values(SCENARIOS[request.param]))


def test_steps_by_hand():
    # Two months: 10 and 30 of potential; the first factor halves both, the second only July.
    ones = np.ones(2)
    levels = running_products([10.0, 30.0], [ones / 2, [1.0, 0.2], ones, ones, ones])
    month = {"rh": -np.array([1.0, 2.0])}
    told = waterfall(levels, month, STEPS, ones)
    assert told.potential == 40
    assert [step.name for step in told.steps] == list(STEPS)
    assert [step.amount for step in told.steps] == pytest.approx([20, 8, 8, 8, 8])
    assert [step.factor for step in told.steps] == pytest.approx([0.5, 0.4, 1, 1, 1])
    assert fluxes(told) == pytest.approx({"npp": 8, "rh": 3, "nep": 5})
    assert told.terms == {"rh": -3}
    second = waterfall(levels, month, STEPS, ones, Period(2))
    assert [step.factor for step in second.steps] == pytest.approx([0.5, 0.2, 1, 1, 1])


def test_nothing_to_reduce_has_no_factor():
    zeros = running_products([0.0], [[1.0]] * len(STEPS))
    assert all(np.isnan(step.factor) for step in waterfall(zeros, {}, STEPS, np.ones(1)).steps)


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
        told = why_cell(result, cell, month)
        npp, rh, nep = fluxes(told).values()
        # float32 fields, two orders of multiplication.
        assert npp == pytest.approx(shown["npp"][cell], rel=2e-6, abs=1e-6)
        assert rh == pytest.approx(shown["rh"][cell], rel=2e-6, abs=1e-6)
        assert nep == pytest.approx(
            shown["nep"][cell], rel=2e-6, abs=2e-6 * (abs(npp) + abs(rh)) + 1e-6
        )
        assert product_of(told) == pytest.approx(told.product, rel=1e-12)


def test_factors_of_a_cell_are_the_fields_of_the_result(result):
    cell = 17
    made = factors.cell_factors(result.run.forcing, result.parameters, cell)
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
        why_cell(result, cell)


@pytest.mark.parametrize("month", PERIODS)
def test_steps_of_places_end_at_the_totals_of_the_result(result, month):
    totals = why_everywhere(result)
    for region in ("all", *result.scene.region_names):
        for kind in (None, *CLASSES):
            told = waterfall_of_place(totals, region, kind, month)
            for name in ("npp", "rh", "nep"):
                series = result.totals.series(name, region, kind)
                wanted = series.sum() if month is None else series[month - 1]
                assert fluxes(told)[name] == pytest.approx(wanted, rel=1e-6, abs=1e-4, nan_ok=True)
            if result.totals.area_of(region, kind) > 0:
                assert product_of(told) == pytest.approx(told.product, rel=1e-12)


def test_potential_of_a_place_is_the_mean_of_its_cells(result):
    totals = why_everywhere(result)
    told = [why_cell(result, cell) for cell in range(result.scene.cells)]
    area = result.scene.area
    mean = (np.array([one.potential for one in told]) * area).sum() / area.sum()
    assert totals.yearly(POTENTIAL) == pytest.approx(mean, rel=1e-6)
    for place, name in enumerate(STEPS):
        mean = (np.array([one.steps[place].amount for one in told]) * area).sum() / area.sum()
        assert totals.yearly(name) == pytest.approx(mean, rel=1e-6)


def test_limiting_factor_is_the_smallest(result):
    codes = EXPLAINS.limiting(result)
    held = np.stack([monthly(result, name).astype(float) for name in factors.LIMITS])
    light = passes.light(result.run.forcing, result.parameters)
    light = from_blocks(light, result.scene.cells).astype(float)
    yearly = (held * light).sum(axis=1) / light.sum(axis=0)
    for place, values in enumerate((yearly, *np.moveaxis(held, 1, 0))):
        found = from_blocks(codes[:, place], result.scene.cells)
        assert found.min() >= 1
        chosen = values[found - 1, np.arange(found.size)]
        np.testing.assert_allclose(chosen, values.min(axis=0), rtol=3e-6, atol=1e-7)
    assert len(np.unique(codes[codes > 0])) >= 2  # the scene holds cold and dry places


def test_runs_can_be_given_up(result):
    assert EXPLAINS.limiting(result, lambda share: False) is None
    assert EXPLAINS.levels(result, lambda share: False) is None


def test_steps_for_unit_efficiency_give_those_of_every_epsilon_max(scene):
    # The sums of another epsilon_max serve, so long as the key is the same.
    levels = EXPLAINS.levels(run(scene, preset("ci2")))
    changes = {"epsilon_max.EBF": 0.31, "epsilon_max.cropland": 1.7}
    result = run(scene, preset("ci2").with_values(changes))
    assert EXPLAINS.levels_key(result) == EXPLAINS.levels_key(run(scene, preset("ci2")))
    totals = EXPLAINS.scaled(levels, result.scenario)
    npp, rh = (result.totals.sums[name] for name in ("npp", "rh"))
    np.testing.assert_allclose(totals.sums[STEPS[-1]], npp, rtol=1e-5, atol=1e-6 * npp.max())
    np.testing.assert_allclose(totals.sums["rh"], -rh, rtol=1e-6)
