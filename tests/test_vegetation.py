"""Table I: class means against sums by hand, the reference, and the deviations."""

import re
from dataclasses import replace

import numpy as np
import pytest

from explorer import open_scene, preset, run
from explorer.analysis.by_class import ClassRow, class_table, deviation, reference_sums
from explorer.analysis.totals import ALL, Totals
from explorer.app.pages.vegetation.regions import step_notes, table_by_region
from explorer.app.parts.words import signed
from explorer.scene.blocks import to_blocks
from explorer.scene.demo import demo_scene_path
from explorer.scene.fields import Field
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.published import (
    BY_REGION,
    NEP_BY_CLASS,
    NEP_TOTAL,
    NPP_BY_CLASS,
    PUBLISHED,
)
from explorer.tables.periods import YEAR


def npp_table(
    versions: dict[str, Totals], reference: np.ndarray | None, region: str = ALL
) -> list[ClassRow]:
    return class_table(
        "npp", versions, reference, PUBLISHED.by_class, PUBLISHED.reference_column, region
    )


@pytest.fixture(scope="module")
def result():
    return run(open_scene(demo_scene_path()), preset("ci2"))


def test_means_are_those_of_the_cells(result):
    scene = result.scene
    classes = scene.blocked_vegetation.reshape(-1)[: scene.cells]
    npp = result.cells("npp", YEAR).astype(float)
    rows = npp_table({"own": result.totals}, reference_sums(scene, "reference_npp"))
    assert [row.vegetation for row in rows] == list(CLASSES)
    product = scene.field("reference_npp")
    for position, row in enumerate(rows):
        mine = classes == position
        mean = np.average(npp[mine], weights=scene.area[mine])
        assert row.values["own"] == pytest.approx(mean, rel=1e-6)
        known = mine & np.isfinite(product)
        reference = np.average(product[known], weights=scene.area[known])
        assert row.reference == pytest.approx(reference, rel=1e-6)
        assert row.deviation["own"] == pytest.approx(100 * (mean / reference - 1), rel=1e-4)


def test_region_has_its_own_means(result):
    scene = result.scene
    south = scene.region == scene.region_names.index("South")
    classes = scene.blocked_vegetation.reshape(-1)[: scene.cells]
    mine = south & (classes == CLASSES.index("EBF"))
    (row,) = (
        row
        for row in npp_table(
            {"own": result.totals}, reference_sums(scene, "reference_npp"), "South"
        )
        if row.vegetation == "EBF"
    )
    npp = result.cells("npp", YEAR).astype(float)
    assert row.values["own"] == pytest.approx(np.average(npp[mine], weights=scene.area[mine]))
    assert row.area == pytest.approx(scene.area[mine].sum())


def test_without_a_reference_the_published_means_stand_in(result):
    rows = {row.vegetation: row for row in npp_table({"own": result.totals}, None)}
    assert rows["ENF"].reference == 705.367  # Table I, MOD17A3H
    assert np.isnan(rows["other"].reference)
    assert np.isnan(rows["other"].deviation["own"])


def test_missing_reference_cells_are_left_out(result):
    values = result.scene.field("reference_npp").copy()
    values[::2] = np.nan
    fields = {**result.scene.fields, "reference_npp": Field(to_blocks(values))}
    holed = replace(result.scene, fields=fields)
    amount, area = reference_sums(holed, "reference_npp")
    known = np.isfinite(values)
    assert not known[::2].any()
    assert area.sum() == pytest.approx(holed.area[known].sum())
    assert amount.sum() == pytest.approx((holed.area * values)[known].sum(dtype=float))


def test_published_table_has_the_papers_pattern():
    """Sec. IV: scheme II lies nearer to the reference than scheme I in evergreen forests."""
    for name in ("ENF", "EBF"):
        row = NPP_BY_CLASS[name]
        near, far = (abs(deviation(value, row.mod17a3h)) for value in (row.ci2, row.ci1))
        assert near < far


def test_deviation_needs_a_positive_reference():
    assert deviation(110, 100) == pytest.approx(10)
    assert np.isnan(deviation(1, 0))
    assert np.isnan(deviation(1, np.nan))


def test_contradictions_are_those_of_the_figures(result):
    text = "\n".join(PUBLISHED.contradictions)
    areas = {name: result.totals.area_of(name) for name in BY_REGION}  # km2
    total = sum(row.nep * areas[name] for name, row in BY_REGION.items()) / 1e9  # Pg
    assert f"areas of the regions is {total:.2f} Pg C a year" in text
    assert f"{NEP_TOTAL / 1000} is printed" in text
    for name, row in BY_REGION.items():
        rest = row.npp - row.rh
        told = f"{name} " + f"{rest:.3f} against {row.nep:.3f}".replace("-", "−")
        assert (told in text) == (abs(rest - row.nep) > 0.01), name
    west, plateau = BY_REGION["Northwest"], BY_REGION["Qinghai-Tibet"]
    # As it is printed, NEP of both would be more than 80 off.
    assert min(abs(a.npp - b.rh - b.nep) for a, b in ((west, plateau), (plateau, west))) > 80
    assert f"Qinghai-Tibet ({west.npp}) and the Northwest ({plateau.npp:.3f})" in text
    for value in NEP_BY_CLASS.values():
        assert f"{value}".replace("-", "−") in text


def test_region_table_holds_ours_and_the_published(result):
    text = table_by_region(result, PUBLISHED, None)
    rows = {
        row.split("</th>")[0][4:]: re.findall(r"<td[^>]*>([^<]*)</td>", row)
        for row in re.findall(r"<tr>(<th>[^<]*</th><td.*?)</tr>", text)
    }
    assert set(rows) == {*result.totals.region_names, "all regions"}
    for name, row in BY_REGION.items():
        ours = [result.totals.yearly(each, name) for each in ("npp", "rh", "nep")]
        wanted = [signed(value) for pair in zip(ours, row, strict=True) for value in pair]
        assert rows[name] == [*wanted, signed(result.totals.yearly_total("nep", name)), "–"]
    assert rows["all regions"][-2:] == [signed(result.totals.yearly_total("nep")), "235.0"]
    (note,) = [each for each in step_notes(result, PUBLISHED, None) if each.startswith("Rh of Aug")]
    assert f"{signed(result.totals.series('rh')[7])}, published 38.2" in note


def test_a_total_is_published_of_the_whole_alone(scene):
    """The tiny scene has two regions, of which the paper knows one."""
    text = table_by_region(run(scene, preset("ci2")), PUBLISHED, None)
    assert "630.1" in text
    assert "235.0" not in text
