"""Tables in which a row is a number, read back by pandas without any option."""

import io

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from explorer import Shown, View, pipeline
from explorer.errors import ViewError
from explorer.report import tidy
from explorer.scene.shapes.shape import drawn_shape
from tests.shortcuts import monthly

COLUMNS = [
    "place", "lon", "lat", "date", "variable", "unit", "value", "scenario", "label", "note",
]  # fmt: skip


def read(write, *shown) -> pd.DataFrame:
    file = io.StringIO()
    write(shown, file)
    file.seek(0)
    return pd.read_csv(file)


def weighted(shown, name: str, region: str | None) -> np.ndarray:
    """Monthly means of a region, summed here from the cells."""
    scene = shown.result.scene
    inside = np.ones(scene.cells, bool)
    if region is not None:
        inside = scene.region == scene.region_names.index(region)
    values = monthly(shown.result, name).astype(float)[:, inside]
    return values @ scene.area[inside] / scene.area[inside].sum()


@pytest.mark.parametrize("name", ["npp", "nep"])
def test_series_has_the_months_of_the_region(shown, name):
    table = read(tidy.write_series, shown)
    assert list(table) == COLUMNS
    rows = table.query(
        "place == 'Far North' and variable == @name and unit.str.endswith('month-1')"
    )
    assert list(rows.date) == [f"--{month:02d}" for month in range(1, 13)]
    np.testing.assert_allclose(rows.value, weighted(shown, name, "Far North"), rtol=1e-6)
    assert rows.lon.isna().all()
    assert set(table.scenario) == {shown.result.scenario.identity}


def test_series_has_the_year_and_total_of_every_region(shown):
    table = read(tidy.write_series, shown).query("variable == 'npp' and date == '--01/--12'")
    for region in ("all", *shown.result.scene.region_names):
        rows = table[table.place == region].set_index("unit").value
        year = weighted(shown, "npp", None if region == "all" else region).sum()
        assert rows["g C m-2 yr-1"] == pytest.approx(year, rel=1e-6)
        area = shown.result.totals.area_of(region)
        assert rows["Tg C yr-1"] == pytest.approx(year * area * 1e6 / 1e12, rel=1e-6)


def test_series_has_the_tapped_cell_and_where_it_is(shown):
    table = read(tidy.write_series, shown).query("lon.notna() and variable == 'npp'")
    scene, cell = shown.result.scene, 17
    row, column = divmod(int(scene.index[cell]), 8)
    to_degrees = Transformer.from_crs(scene.grid.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(scene.grid.x[column], scene.grid.y[row])
    assert set(table.place) == {f"r{row}c{column}"}
    np.testing.assert_allclose(table[["lon", "lat"]], [[lon, lat]] * 13, rtol=1e-12)
    months = table[table.unit == "g C m-2 month-1"].value
    np.testing.assert_array_equal(months, monthly(shown.result, "npp")[:, cell].astype(float))


def test_mean_variable_has_the_mean_of_its_months_and_no_total(show):
    shown = show(variable="fpar")
    table = read(tidy.write_series, shown).query("variable == 'fpar' and place == 'all'")
    months, year = table.value[:12], table.value[12:]
    np.testing.assert_allclose(months, weighted(shown, "fpar", None), rtol=1e-6)
    assert list(year) == [pytest.approx(months.mean())]


@pytest.mark.parametrize("name", ["rs", "epsilon", "w_scalar"])
def test_any_variable_has_a_series(show, name):
    shown = show(variable=name, region="South")
    rows = read(tidy.write_series, shown).query("place == 'South' and variable == @name")
    np.testing.assert_allclose(rows.value[:12], weighted(shown, name, "South"), rtol=1e-6)


def test_series_of_two_scenarios_are_told_apart(shown, show):
    other = show("original", variable="npp", step=5, region="Far North", tapped=17)
    table = read(tidy.write_series, shown, other)
    first, second = (part for _, part in table.groupby("scenario", sort=False))
    assert list(first.drop(columns=["value", "scenario"]).itertuples(index=False)) != []
    pd.testing.assert_frame_equal(
        first[COLUMNS[:6]].reset_index(drop=True), second[COLUMNS[:6]].reset_index(drop=True)
    )
    assert (first.value.values != second.value.values).any()


def test_dates_have_the_year_of_the_scene(tiny_dataset, show):
    on = pipeline.prepare(pipeline.check(tiny_dataset().assign_attrs(year=2015)))
    table = read(tidy.write_series, show(on=on))
    assert {"2015-02", "2015"} <= set(table.date)
    assert not table.date.str.startswith("-").any()


@pytest.mark.parametrize("name", ["nep", "rs", "fpar"])
def test_shape_has_series_and_totals_by_the_share_of_its_cells(show, name):
    scene = show().result.scene
    row, column = divmod(int(scene.index[20]), 8)
    x, y, (dy, dx) = scene.grid.x[column], scene.grid.y[row], scene.grid.steps
    # One whole cell, and half of its neighbour to the east (if that is land).
    corners = [x - dx / 2, x + dx, x + dx, x - dx / 2], [y + dy / 2] * 2 + [y - dy / 2] * 2
    shape = drawn_shape(*corners, scene.grid, "mine")
    shown = show(variable=name, shapes=(shape,), region="mine")
    share = np.zeros(scene.cells)
    for place, part in ((column, 1.0), (column + 1, 0.5)):
        cell = scene.cell_of_grid[row, place]
        share[cell] = part if cell >= 0 else 0
    weight = share * scene.area
    table = read(tidy.write_series, shown).query("place == 'mine' and variable == @name")
    expected = monthly(shown.result, name).astype(float) @ weight / weight.sum()
    # A link's corners are on a mesh of 1e-4 degrees: ten metres of a cell of 400 km.
    np.testing.assert_allclose(table.value[:12], expected, rtol=2e-3)
    totals = table[table.unit == "Tg C yr-1"].value
    if name != "fpar":
        assert list(totals) == [pytest.approx(expected.sum() * weight.sum() / 1e6, rel=2e-3)]
    assert len(totals) == (name != "fpar")


@pytest.mark.parametrize("yearly", [False, True])
@pytest.mark.parametrize("chunk", [7, 1000])
def test_cells_are_all_there_whatever_the_chunks(show, monkeypatch, yearly, chunk):
    monkeypatch.setattr(tidy, "CHUNK", chunk)
    shown = show(variable="nep", step=9, yearly=yearly, changes={"epsilon_max.ENF": 0.7})
    table = read(tidy.write_cells, shown)
    scene = shown.result.scene
    assert list(table) == COLUMNS
    assert len(table) == scene.cells
    months = monthly(shown.result, "nep")
    if yearly:
        np.testing.assert_allclose(table.value, months.sum(axis=0), rtol=1e-4)
        assert set(table.unit) == {"g C m-2 yr-1"}
    else:
        assert (table.value.astype(np.float32) == months[8]).all()  # not one bit lost
    to_degrees = Transformer.from_crs(scene.grid.crs, "EPSG:4326", always_xy=True)
    rows, columns = np.divmod(scene.index, 8)
    lon, lat = to_degrees.transform(scene.grid.x[columns], scene.grid.y[rows])
    np.testing.assert_allclose(table[["lon", "lat"]].T, [lon, lat], atol=6e-7)
    assert table.place[3] == f"r{rows[3]}c{columns[3]}"


def test_size_of_the_cells_is_foretold(show):
    shown = show()
    file = io.StringIO()
    tidy.write_cells([shown], file)
    assert len(file.getvalue()) == pytest.approx(tidy.cells_bytes(45), rel=0.35)


def test_what_the_scene_lacks_is_refused_all_at_once(show):
    result = show().result
    with pytest.raises(ViewError, match=r"(?s)'Atlantis'.*cell 9999"):
        Shown(result, View(region="Atlantis", tapped=9999))
