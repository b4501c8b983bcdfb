"""The split of a difference by cause: nothing left over, nothing made up."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from explorer import preset, run
from explorer.analysis.split import attribute, log_mean, split_product
from explorer.pipeline import check, prepare
from explorer.scene.blocks import from_blocks
from explorer.systems.nep import passes
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.explain import NepExplains
from explorer.systems.nep.factors import DRIVERS
from explorer.tables.quantities import FLUX
from tests.shortcuts import monthly

RESPIRATION = "respiration"
EXPLAINS = NepExplains()
FACTORS, CELLS = 6, 5
factor = st.one_of(
    st.just(0.0),
    st.floats(1e-6, 1e3, allow_subnormal=False),
    st.sampled_from([1.0, 0.5, 0.5000001]),  # equal and nearly equal ones too
)
table = hnp.arrays(np.float64, (FACTORS, CELLS), elements=factor)


@given(table, table)
def test_causes_sum_to_the_difference(before, after):
    change = after.prod(axis=0) - before.prod(axis=0)
    size = np.maximum(after.prod(axis=0), before.prod(axis=0))
    got = split_product(before, after).sum(axis=0)
    assert (np.abs(got - change) <= 1e-12 * size).all()


@given(table, table)
def test_swapping_the_sides_turns_every_sign(before, after):
    there, back = split_product(before, after), split_product(after, before)
    np.testing.assert_allclose(back, -there, rtol=1e-12)


@given(table, table, st.permutations(range(FACTORS)))
def test_order_of_factors_is_irrelevant(before, after, order):
    plain = split_product(before, after)
    turned = split_product(before[order], after[order])
    size = np.maximum(after.prod(axis=0), before.prod(axis=0)) * (1 + np.abs(plain).sum(axis=0))
    assert (np.abs(turned - plain[order]) <= 1e-9 * size + 1e-300).all()


@given(table, table)
def test_a_factor_that_does_not_change_causes_nothing(before, after):
    after = after.copy()
    after[2] = before[2]
    assert (split_product(before, after)[2] == 0).all()


def test_split_by_hand():
    # 2 x 3 = 6 becomes 4 x 9 = 36: L = 30 / ln 6; ln 2 and ln 3 share it.
    parts = split_product([[2.0], [3.0]], [[4.0], [9.0]])[:, 0]
    wanted = [30 * math.log(2) / math.log(6), 30 * math.log(3) / math.log(6)]
    np.testing.assert_allclose(parts, wanted, rtol=1e-14)


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        # One factor leaves 0 and takes all, though the other doubles.
        ([0, 3], [4, 6], [24, 0]),
        # It goes to 0: the whole loss.
        ([4, 6], [0, 3], [-24, 0]),
        # Two leave 0 together: half each.
        ([0, 0, 5], [2, 3, 1], [3, 3, 0]),
        # 0 on both sides: nothing happens.
        ([0, 2], [0, 9], [0, 0]),
        ([0, 2], [3, 0], [0, 0]),
        # What cancels out has causes and no sum.
        ([2, 3], [3, 2], [6 * math.log(1.5), -6 * math.log(1.5)]),
    ],
)
def test_limits_and_special_cases(before, after, wanted):
    got = split_product(np.array([before], float).T, np.array([after], float).T)[:, 0]
    np.testing.assert_allclose(got, wanted, rtol=1e-14)


@given(st.floats(1e-6, 1e6), st.floats(-1e-3, 1e-3))
def test_log_mean_lies_between_geometric_and_arithmetic_mean(a, change):
    b = a * (1 + change)
    assert math.sqrt(a * b) * (1 - 1e-11) <= log_mean(a, b) <= (a + b) / 2 * (1 + 1e-11)
    assert log_mean(a, b) == pytest.approx(log_mean(b, a), rel=1e-11)


def test_missing_factors_have_no_causes():
    assert np.isnan(split_product([[np.nan], [2.0]], [[1.0], [2.0]])).any()


PAIRS = {
    "one base": ("original", {}, "ci2", {}),
    "another share of light": ("ci2", {}, "ci2", {"par_share": 0.45, "ci_scheme": "I"}),
    "warmer and drier": ("ci2", {}, "ci2", {"delta_t": 3.0, "precip_factor": 0.7}),
    "everything": (
        "original",
        {"fpar_limits": "table", "fpar_min": 0.0},
        "ci1",
        {"delta_t": -4.0, "angstrom_b": 0.4, "rh_rule": "capped", "sr_weight": 0.2},
    ),
}


@pytest.fixture(scope="module", params=PAIRS.values(), ids=PAIRS.keys())
def pair(request, scene):
    first, changes_a, second, changes_b = request.param
    return (
        run(scene, preset(first).with_values(changes_a)),
        run(scene, preset(second).with_values(changes_b)),
    )


@pytest.mark.parametrize("region", ["all", "South", "Far North"])
def test_causes_sum_to_the_difference_of_totals(pair, region):
    a, b = pair
    split = EXPLAINS.split(a, b)
    size = abs(a.totals.series("npp", region)) + abs(b.totals.series("npp", region))
    for kind in (None, *CLASSES):
        if not a.totals.area_of(region, kind) > 0:
            continue
        causes = sum(split.totals.series(name, region, kind) for name in split.causes)
        change = b.totals.series("nep", region, kind) - a.totals.series("nep", region, kind)
        # Fields are float32: 1e-6 of what is subtracted.
        assert (np.abs(causes - change) <= 1e-6 * (size + np.abs(change)) + 1e-6).all()


def test_split_of_a_cell_is_that_of_its_factors(pair):
    """The leading cause and the sums follow from ``split_product`` of each cell's factors."""
    a, b = pair
    split = EXPLAINS.split(a, b)
    parts = cell_parts(a, b)
    weights = a.scene.area
    for number, name in enumerate(split.causes):
        wanted = (parts[number] * weights).sum(axis=-1)
        got = split.totals.sums[name].sum(axis=(1, 2))
        scale = np.abs(parts).sum(axis=0).max() * weights.sum()
        np.testing.assert_allclose(got, wanted, atol=1e-5 * scale, rtol=1e-5)
    for month in (None, 1, 7):
        amounts = parts.sum(axis=1) if month is None else parts[:, month - 1]
        codes = from_blocks(split.leading_cause(month), a.scene.cells)
        best = np.abs(amounts).max(axis=0)
        chosen = np.abs(amounts[np.maximum(codes, 1) - 1, np.arange(codes.size)])
        assert (chosen[codes > 0] >= best[codes > 0] * (1 - 1e-4) - 1e-5).all()
        assert (best[codes == 0] < 1e-5).all()


def cell_parts(a, b) -> np.ndarray:
    """Causes of every cell and month from the outputs of the results: (causes, 12, cells)."""
    sides = []
    for result in (a, b):
        p = result.scenario.parameters
        fpar, apar = monthly(result, "fpar"), monthly(result, "apar")
        fpar_0 = from_blocks(
            passes.fpar_before_clumping(result.run.forcing, p, slice(None)), result.scene.cells
        )
        vegetation = result.scene.vegetation
        epsilon = np.array([getattr(p.epsilon_max, name) for name in CLASSES])[vegetation]
        shape = fpar.shape
        bare = fpar_0 == 0
        clumping = np.where(bare, 1.0, fpar / np.where(bare, 1.0, fpar_0))
        light = p.par_share * from_blocks(passes.light(result.run.forcing, p), result.scene.cells)
        np.testing.assert_allclose(light * fpar, apar, rtol=1e-5)
        warmth = monthly(result, "t_scalar_1") * monthly(result, "t_scalar_2")
        factors = {
            "epsilon_max": np.broadcast_to(epsilon, shape),
            "clumping": clumping,
            "light": light,
            "fpar": fpar_0,
            "temperature": warmth,
            "water": monthly(result, "w_scalar"),
        }
        sides.append((np.stack([factors[name] for name in DRIVERS]), monthly(result, "rh")))
    (before, rh_a), (after, rh_b) = sides
    # Factors computed in two ways differ in the last digit: those are one number.
    same = np.isclose(before, after, rtol=3e-6)
    after = np.where(same, before, after)
    flat = split_product(before.reshape(len(DRIVERS), -1), after.reshape(len(DRIVERS), -1))
    rest = (rh_a.astype(float) - rh_b)[np.newaxis]
    return np.concatenate([flat.reshape(len(DRIVERS), *rh_a.shape), rest])


def test_same_scenario_has_no_causes(scene):
    result = run(scene, preset("ci2"))
    split = EXPLAINS.split(result, result)
    assert split.causes == (*DRIVERS, RESPIRATION)
    assert all((sums == 0).all() for sums in split.totals.sums.values())
    assert (split.leading == 0).all()


def test_only_what_differs_is_a_cause(scene):
    edited = preset("ci2").with_values({"epsilon_max.EBF": 0.8})
    split = EXPLAINS.split(run(scene, preset("ci2")), run(scene, edited))
    changed = {name for name in split.causes if split.totals.yearly(name) != 0}
    assert changed == {"epsilon_max"}
    assert split.totals.yearly("epsilon_max", vegetation="EBF") < 0
    assert split.totals.yearly("epsilon_max", vegetation="ENF") == 0


def test_run_can_be_given_up_and_tells_how_far_it_is(scene):
    result = run(scene, preset("ci2"))
    assert EXPLAINS.split(result, result, lambda share: False) is None
    told = []
    EXPLAINS.split(result, result, lambda share: told.append(share) or True)
    assert told[-1] == 1


def test_results_of_two_scenes_are_refused(scene, tiny_dataset):

    other = prepare(check(tiny_dataset(ci=False)))
    with pytest.raises(ValueError, match="expected one scene"):
        EXPLAINS.split(run(scene, preset("ci2")), run(other, preset("ci2")))


def test_sums_of_many_blocks_are_those_of_their_cells(scene):
    """Three blocks made by hand, the last one padded."""
    rng = np.random.default_rng(3)
    size, groups = 4, len(scene.region_names) * len(CLASSES)
    fake = replace(scene)
    fake.__dict__["group"] = rng.integers(0, groups, (3, size)).astype(np.int32)
    fake.__dict__["blocked_area"] = rng.uniform(1, 2, (3, size))
    vegetation = np.zeros((3, size), np.int8)
    fake.__dict__["blocked_vegetation"] = vegetation
    fake.__dict__["area_by_group"] = np.ones((len(scene.region_names), len(CLASSES)))
    sides = [
        [(rng.uniform(0.1, 1, (2, 12, size)), rng.uniform(0, 9, (12, size))) for _ in range(3)]
        for _ in range(2)
    ]
    for side in sides:
        side[2][0][..., 3] = side[2][1][..., 3] = np.nan
    # What is added after the product is - Rh.
    added = [[(factors, -rh) for factors, rh in side] for side in sides]
    split = attribute(fake, scene.periods, FLUX, ("x", "y", RESPIRATION), *added)
    wanted = np.zeros((3, 12, groups))
    for block in range(3):
        for cell in range(size):
            if block == 2 and cell == 3:
                continue
            (before, rh_a), (after, rh_b) = sides[0][block], sides[1][block]
            parts = split_product(before[..., cell], after[..., cell])
            rest = (rh_a - rh_b)[np.newaxis, :, cell]
            weight = fake.blocked_area[block, cell]
            group = fake.group[block, cell]
            wanted[..., group] += weight * np.concatenate([parts, rest])
    for number, name in enumerate(("x", "y", RESPIRATION)):
        got = split.totals.sums[name].reshape(12, groups)
        np.testing.assert_allclose(got, wanted[number], rtol=1e-10, atol=1e-12)
