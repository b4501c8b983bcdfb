"""Towers in a scene: the cell, the model's numbers, the site's own run, and what is told."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from explorer import SYSTEMS, preset, run
from explorer.app.pages.towers.words import sites_table
from explorer.errors import ParameterError
from explorer.observations.site_index import SiteIndex
from explorer.observations.towers import Site, Towers
from explorer.pipeline import check, prepare
from explorer.report.tower_tables import (
    inverse_note,
    tower_summary,
    tower_text,
    twins,
    versions_of,
)
from explorer.scene.scene import Scene
from explorer.systems.nep import tower_check
from explorer.systems.nep.at_site import SiteParameters
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.system import PRESETS
from explorer.systems.nep.tower_check import TowerCheck
from explorer.tables.classes import IGBP
from tests.reference_model import simulate
from tests.shortcuts import monthly

NO_YEAR = 2010


def check_towers(scene: Scene, towers: Towers, **options) -> TowerCheck:
    return tower_check.check_towers(SYSTEMS["nep"].forcing(scene), towers, **options)


def towers_of(sites: list[Site], year: int, **fields: np.ndarray) -> Towers:
    """Twelve months of each site; fields (sites, 12), NaN where none are given."""
    count = len(sites)
    given = {
        name: np.asarray(fields.get(name, np.full((count, 12), np.nan)), dtype=float).reshape(-1)
        for name in ("nep", "temperature", "precipitation", "radiation")
    }
    return Towers(
        tuple(sites), np.repeat(np.arange(count), 12), np.full(12 * count, year),
        np.tile(np.arange(1, 13), count), **given,
    )  # fmt: skip


def site_in(scene: Scene, cell: int, vegetation: str | None = None) -> Site:
    row, column = divmod(int(scene.index[cell]), scene.grid.x.size)
    lon, lat = scene.grid.lonlat(scene.grid.x[column], scene.grid.y[row])
    own = vegetation or CLASSES[scene.vegetation_of(cell)]
    return Site(f"cell {cell}", float(lon), float(lat), own)


@pytest.fixture(scope="module")
def lit(tiny_dataset) -> Scene:
    """The tiny scene with its own radiation, and a year."""
    dataset = tiny_dataset(light="radiation").assign_attrs(year=NO_YEAR)
    return prepare(check(dataset))


CELLS = [0, 9, 20, 33, 44]


@pytest.mark.parametrize("name", PRESETS)
def test_on_the_grid_a_tower_has_the_numbers_of_its_cell(lit, name):
    towers = towers_of([site_in(lit, cell) for cell in CELLS], NO_YEAR, nep=np.zeros((5, 12)))
    check = check_towers(lit, towers)
    expected = monthly(run(lit, preset(name)), "nep")[:, CELLS].T.reshape(-1)
    np.testing.assert_allclose(check.estimated(preset(name)), expected, rtol=1e-5, atol=1e-4)
    assert check.remarks == (
        "synthetic demonstration scene: invented data, no basis for conclusions",
        "made by conftest.py",
    )
    # Against nothing observed the bias is the mean estimate.
    assert check.scores(preset(name)).bias == pytest.approx(expected.mean(), rel=1e-5)


def test_at_the_site_with_the_cells_own_climate_the_cells_numbers_come_back(lit):
    climate = {
        name: lit.field(name)[:, CELLS].T for name in ("temperature", "precipitation", "radiation")
    }
    towers = towers_of([site_in(lit, c) for c in CELLS], NO_YEAR, nep=np.ones((5, 12)), **climate)
    grid, site = check_towers(lit, towers), check_towers(lit, towers, at_site=True)
    for name in PRESETS:
        np.testing.assert_allclose(
            site.estimated(preset(name)), grid.estimated(preset(name)), rtol=2e-5, atol=2e-3
        )


def test_at_the_site_the_numbers_are_those_of_a_second_writing_of_the_model(lit):
    rng = np.random.default_rng(4)
    lat, lon, kinds = [31.0, 33.0], [100.0, 102.0], ["DBF", "grassland", "EBF", "cropland"]
    season = -np.cos(2 * np.pi * (np.arange(12) - 0.5) / 12)
    fields = {
        "temperature": 9 + 14 * season + rng.normal(0, 2, (4, 12)),
        "precipitation": rng.uniform(0, 150, (4, 12)),
        "radiation": rng.uniform(200, 700, (4, 12)),
        "ndvi": np.clip(0.4 + 0.25 * season + rng.normal(0, 0.05, (4, 12)), 0.05, 0.8),
    }
    dataset = xr.Dataset(
        {
            name: (("month", "lat", "lon"), values.T.reshape(12, 2, 2))
            for name, values in fields.items()
        },
        {"lat": lat, "lon": lon, "month": np.arange(1, 13)},
        {"year": 2004},
    )
    codes = [IGBP.rows[kind].codes[0] for kind in kinds]
    dataset["land_cover"] = (("lat", "lon"), np.reshape(codes, (2, 2)))
    expected = simulate(dataset, ci_scheme="none", limits="table")
    sites = [
        Site(f"S{n}", lon[n % 2], lat[n // 2], kind) for n, kind in enumerate(kinds)
    ]  # outside the scene or on other classes: each has its own
    towers = towers_of(
        sites, 2004, nep=np.zeros((4, 12)), **{k: fields[k] for k in fields if k != "ndvi"}
    )
    index = SiteIndex("ndvi", {
        site.name: {(2004, month + 1): fields["ndvi"][n, month] for month in range(12)}
        for n, site in enumerate(sites)
    }, "made.csv")  # fmt: skip
    check = check_towers(lit, towers, at_site=True, own_class=True, index=index)
    for flux in ("npp", "rh", "nep"):
        wanted = expected[flux].reshape(12, 4).T.reshape(-1)
        np.testing.assert_allclose(
            check.estimated(preset("epsilon"), flux), wanted, rtol=2e-4, atol=0.02
        )


def test_leaf_area_becomes_fpar_without_class_limits(lit):
    cell = 20
    climate = {
        name: lit.field(name)[:, [cell]].T for name in ("temperature", "precipitation", "radiation")
    }
    towers = towers_of([site_in(lit, cell)], NO_YEAR, nep=np.zeros((1, 12)), **climate)

    def npp(lai: float, extinction: float) -> np.ndarray:
        series = {"cell 20": {(NO_YEAR, month): lai for month in range(1, 13)}}
        check = check_towers(
            lit, towers, at_site=True, index=SiteIndex("lai", series, "x"),
            site_parameters=SiteParameters(extinction=extinction),
        )  # fmt: skip
        assert any(f"1 - exp(-{extinction:g} LAI)" in remark for remark in check.remarks)
        return check.estimated(preset("epsilon"), "npp")

    thin, thick, full = npp(1.0, 0.5), npp(3.0, 0.5), npp(14.0, 0.9)
    lit_months = thin > 1
    assert lit_months.sum() > 3
    ratio = (1 - np.exp(-1.5)) / (1 - np.exp(-0.5))
    np.testing.assert_allclose(thick[lit_months] / thin[lit_months], ratio, rtol=1e-4)
    # Held at the scenario's highest FPAR.
    np.testing.assert_allclose(
        full[lit_months] / thin[lit_months], 0.95 / (1 - np.exp(-0.5)), rtol=1e-4
    )


def test_extinction_has_bounds():
    with pytest.raises(ParameterError, match="extinction"):
        SiteParameters(extinction=2.0)


def test_nothing_is_dropped_in_silence(lit):
    sea = divmod(int(np.flatnonzero(lit.cell_of_grid.reshape(-1) < 0)[0]), lit.grid.x.size)
    lon, lat = lit.grid.lonlat(lit.grid.x[sea[1]], lit.grid.y[sea[0]])
    other = "EBF" if CLASSES[lit.vegetation_of(9)] != "EBF" else "DBF"
    sites = [
        Site("Away", -60.0, -10.0, "EBF"),
        Site("Wet", float(lon), float(lat), "DBF"),
        replace(site_in(lit, 9, other), name="Other"),
    ]
    check = check_towers(lit, towers_of(sites, 2004, nep=np.zeros((3, 12))))
    told = "\n".join(check.remarks)
    assert "Away: outside the grid" in told
    assert "Wet: in the sea" in told
    assert f"Other: {IGBP.rows[other].long_name.lower()}, but" in told
    assert "the map's class is used" in told
    assert "the scene is of 2010; 36 of 36 months were observed in 2004" in told
    assert check.compared_sites == ("Other",)
    assert check.scores(preset("ci2")).n == 12


def test_many_towers_beside_the_scene_are_one_line(lit):
    sites = [Site(f"A{number:02d}", -60.0, -10.0, "EBF") for number in range(20)]
    check = check_towers(lit, towers_of(sites, NO_YEAR, nep=np.zeros((20, 12))))
    told = [remark for remark in check.remarks if "outside the grid" in remark]
    assert told == [
        "20 towers outside the grid; not compared: A00, A01, A02, A03, A04, A05, A06, A07 and "
        "12 more"
    ]


def test_what_the_scene_lacks_is_told_with_the_towers(tiny_dataset):
    notes = "EVI stands in for NDVI; land cover is derived by rule"
    dataset = tiny_dataset(ci=False, light=None).assign_attrs(notes=notes)
    scene = prepare(check(dataset))
    towers = towers_of([site_in(scene, 20)], NO_YEAR, nep=np.arange(12.0)[np.newaxis])
    found = check_towers(scene, towers)
    told = "\n".join(found.remarks)
    assert "EVI stands in for NDVI" in told
    assert "no clumping index in this scene" in told
    assert "radiation is estimated: clear sky" in told
    assert found.lacks == ("clumping index",)


def test_versions_without_their_data_are_said_to_be_the_same(tiny_dataset, lit):
    bare = prepare(check(tiny_dataset(ci=False)))
    for scene, twins_expected in (
        (bare, {"+ CI scheme I": "ε by class", "+ CI scheme II": "ε by class"}), (lit, {}),
    ):  # fmt: skip
        sites = [site_in(scene, cell) for cell in CELLS]
        towers = towers_of(sites, NO_YEAR, nep=np.arange(60.0).reshape(5, 12))
        found = check_towers(scene, towers)
        shown = versions_of(preset("ci2"))
        same = twins(found, shown)
        assert same == twins_expected
        text = tower_text(found, preset("ci2"))
        rows = {line.split("  ")[0]: line for line in text.splitlines()}
        assert tower_summary(found, preset("ci2"))["same_as"] == twins_expected
        for label in shown:
            assert rows[label].endswith("same as ε by class") == (label in twins_expected)
        assert ("for this scene has no clumping index" in text) == bool(twins_expected)


def test_a_tower_with_a_negative_r_is_named(lit):
    sites = [site_in(lit, cell) for cell in CELLS]
    blank = towers_of(sites, NO_YEAR)
    seen = check_towers(lit, blank).estimated(preset("ci2"))
    nep = np.where(blank.site == 2, 30 - seen, seen)
    found = check_towers(lit, replace(blank, nep=nep))
    assert found.scores(preset("ci2"), sites[2].name).r == pytest.approx(-1)
    assert found.scores(preset("ci2"), sites[2].name).r2 == pytest.approx(1)
    line = next(
        row for row in tower_text(found, preset("ci2")).splitlines() if row.startswith("cell 20")
    )
    assert line.endswith("inverse")
    assert inverse_note(found, preset("ci2")).endswith("cell 20")
    assert '<b class="nep-inverse">−1.00 inverse</b>' in sites_table(
        found, versions_of(preset("ci2"))
    )


def test_own_class_changes_epsilon_soil_and_limits(lit):
    cell = 9
    other = "EBF" if CLASSES[lit.vegetation_of(cell)] != "EBF" else "DBF"
    towers = towers_of([site_in(lit, cell, other)], NO_YEAR, nep=np.zeros((1, 12)))
    mapped, own = (check_towers(lit, towers, own_class=flag) for flag in (False, True))
    for flux in ("npp", "rh"):
        assert not np.allclose(
            mapped.estimated(preset("epsilon"), flux), own.estimated(preset("epsilon"), flux)
        )
    assert "the tower's class is used" in "\n".join(own.remarks)
    assert own.months(preset("epsilon")).vegetation.tolist() == [CLASSES.index(other)] * 12


def test_a_year_with_gaps_is_not_run_at_the_site(lit):
    climate = {
        name: lit.field(name)[:, [20]].T.copy()
        for name in ("temperature", "precipitation", "radiation")
    }
    climate["radiation"][0, 3] = np.nan
    towers = towers_of([site_in(lit, 20)], NO_YEAR, nep=np.zeros((1, 12)), **climate)
    check = check_towers(lit, towers, at_site=True)
    assert "cell 20 2010 left out: no radiation in 1 month" in check.remarks
    assert check.scores(preset("ci2")).n == 0
    assert check.compared_sites == ()
    assert check.fit(preset("ci2")).towers == {}


def test_fit_finds_the_table_that_made_the_observations(lit):
    made = preset("ci2").with_values({"epsilon_max.DBF": 0.3, "epsilon_max.EBF": 1.1})
    towers = towers_of([site_in(lit, cell) for cell in range(lit.cells)], NO_YEAR)
    seen = check_towers(lit, towers).estimated(made)
    observed = replace(towers, nep=seen)
    fit = check_towers(lit, observed).fit(preset("ci2"))
    present = {CLASSES[position] for position in np.unique(lit.vegetation)}
    assert set(fit.towers) == present
    assert fit.after["DBF"] == pytest.approx(0.3, abs=1e-4)
    assert fit.after["EBF"] == pytest.approx(1.1, abs=1e-4)
    again = preset("ci2").with_values(fit.changes)
    assert check_towers(lit, observed).scores(again).rmse < 0.02
