"""The table of two scenarios, on four cells that can be added in the head, and on a result."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import preset, run
from explorer.analysis.comparison import SHARE, compare, percent, positive_share
from explorer.analysis.totals import ALL, Totals
from explorer.scene.blocks import from_blocks
from explorer.systems.nep.classes import CLASSES
from explorer.tables.classes import IGBP
from explorer.tables.periods import YEAR, Period, Periods
from explorer.tables.quantities import FLUX
from explorer.tables.unit import unit_of

ENF, EBF = CLASSES.index("ENF"), CLASSES.index("EBF")


def totals_of(south_enf: float, south_ebf: float, north: float) -> Totals:
    """South: 1 km2 of ENF and 4 km2 of EBF; north: 5 km2 of ENF; the same in every month."""
    area = np.zeros((3, len(CLASSES)))
    area[0, ENF], area[0, EBF], area[1, ENF] = 1, 4, 5
    means = np.zeros_like(area)
    means[0, ENF], means[0, EBF], means[1, ENF] = south_enf, south_ebf, north
    names = ("South", "North", "Nowhere")
    sums = {"nep": np.repeat((means * area)[np.newaxis], 12, axis=0)}
    return Totals(names, IGBP, Periods("month"), area, sums, {"nep": FLUX})


def sinks_of(south_enf: float, south_ebf: float, north: float) -> Totals:
    made = totals_of(south_enf, south_ebf, north)
    return shares_of(made.region_names, made.area, made.sums["nep"][:1])


def shares_of(names: tuple[str, ...], area: np.ndarray, sums: np.ndarray) -> Totals:
    return Totals(names, IGBP, Periods("year"), area, {SHARE: sums}, {SHARE: unit_of("1")})


A, B = totals_of(10, -5, 2), totals_of(20, 5, 2)
SINKS = sinks_of(1, 0.25, 1), sinks_of(1, 1, 1)


def test_table_by_hand():
    regions, classes = compare(A, B, SINKS, "nep", Period(3))
    south, north, whole = regions
    assert [row.region for row in regions] == ["South", "North", ALL]
    # (10 - 20) / 5 = -2 becomes (20 + 20) / 5 = 8.
    assert (south.a, south.b, south.difference) == pytest.approx((-2, 8, 10))
    assert south.percent == pytest.approx(500)
    assert (south.positive_a, south.positive_b) == pytest.approx((0.4, 1.0))
    assert (north.difference, north.percent) == pytest.approx((0, 0))
    assert (whole.a, whole.b) == pytest.approx((0, 5))
    assert whole.percent is None  # of nothing
    # 5 g m-2 over 10 km2 are 5e7 g.
    assert whole.total_difference == pytest.approx(5e7 / 1e12)
    assert (whole.total_a, whole.total_b) == pytest.approx((0, 5e-5))
    assert [row.vegetation for row in classes] == ["ENF", "EBF"]
    assert classes[0].area == 6


def test_year_is_the_sum_of_the_months_and_classes_can_be_those_of_a_region():
    regions, classes = compare(A, B, SINKS, "nep", region="South")
    assert regions[0].difference == pytest.approx(120)
    assert [(row.vegetation, row.area) for row in classes] == [("ENF", 1), ("EBF", 4)]
    assert classes[1].difference == pytest.approx(120)
    assert (classes[1].positive_a, classes[1].positive_b) == pytest.approx((0.25, 1))


def test_region_without_known_sinks_has_no_share():
    known = tuple(
        shares_of(sink.region_names[:2], sink.area[:2], sink.sums[SHARE][:, :2]) for sink in SINKS
    )
    first, second = (
        each.with_places([replace(each.only("South"), region_names=("Lake",))]) for each in (A, B)
    )
    rows = {row.region: row for row in compare(first, second, known, "nep", Period(1))[0]}
    assert np.isnan(rows["Lake"].positive_a)
    assert rows["Lake"].difference == pytest.approx(10)
    assert rows[ALL].a == pytest.approx(0)  # the lake lies across the regions


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        (50, 75, 50), (-50, -25, 50), (-50, -75, -50), (-10, 10, 200), (10, 0, -100),
        (0, 0, np.nan), (0, 3, np.nan), (1e-9, 5, np.nan), (np.nan, 1, np.nan),
        (1, 11, 1000), (1, 11.1, np.nan),
    ],
)  # fmt: skip
def test_per_cent_is_of_the_size_of_a_and_never_infinite(a, b, wanted):
    np.testing.assert_allclose(percent(np.float64(a), np.float64(b)), wanted)


@pytest.mark.parametrize("month", [None, 7])
def test_sink_share_counts_the_cells_of_the_result(scene, month):
    result = run(scene, preset("ci2"))
    nep = result.field("nep", Period(month))
    share = positive_share(scene, nep, result.classes, result.group)
    takes_up = from_blocks(nep, scene.cells) > 0
    for number, region in enumerate(scene.region_names):
        inside = scene.region == number
        wanted = scene.area[inside & takes_up].sum() / scene.area[inside].sum()
        assert share.series(SHARE, region)[0] == pytest.approx(wanted, rel=1e-6)


def test_table_of_results_holds_their_totals(scene):
    a, b = run(scene, preset("original")), run(scene, preset("ci2"))
    sinks = tuple(
        positive_share(scene, result.field("nep", YEAR), result.classes, result.group)
        for result in (a, b)
    )
    for name in ("npp", "rh", "nep"):
        regions, _ = compare(a.totals, b.totals, sinks, name)
        for row in regions:
            assert row.a == a.totals.yearly(name, row.region)
            assert row.total_b == pytest.approx(b.totals.yearly_total(name, row.region), rel=1e-12)
