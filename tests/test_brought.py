"""Products that users bring: read on the scene's grid, with unit and citation, and compared."""

import json
import shlex

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from explorer import Shown, View, preset, run
from explorer.app.pages.compare.table import CompareTable
from explorer.app.state.state import ExplorerState
from explorer.errors import SchemaError, SourceError
from explorer.report.formats import command_for
from explorer.report.geotiff import write_geotiff
from explorer.report.notebook import code
from explorer.scene.demo import demo_scene_path
from explorer.session.opened import Opened
from explorer.systems.brought import bring, product
from explorer.systems.matched import conversion, matched
from explorer.systems.scenario import preset_of
from explorer.tables.periods import YEAR, Period, Periods
from explorer.tables.unit import unit_of
from tests.commands import command_here


@pytest.fixture(scope="module")
def opened() -> Opened:
    return Opened(demo_scene_path())


def array_on(scene, values: np.ndarray, **attributes: str) -> xr.DataArray:
    """Land cells as a map of the grid, NaN elsewhere; (..., cells)."""
    full = np.full((*values.shape[:-1], scene.grid.y.size * scene.grid.x.size), np.nan, "f4")
    full[..., scene.index] = values
    shape = (*values.shape[:-1], scene.grid.y.size, scene.grid.x.size)
    steps = ("month",) if values.ndim == 2 else ()
    names = scene.grid.dims if hasattr(scene.grid, "dims") else ("northing", "easting")
    coords = {names[0]: scene.grid.y, names[1]: scene.grid.x}
    return xr.DataArray(full.reshape(shape), coords, (*steps, *names), "npp", attributes)


def layers_of(system, scene):
    return run(scene, preset_of(system, system.default))


def test_netcdf_keeps_numbers_unit_and_citation(opened, tmp_path):
    scene = opened.scene
    npp = run(scene, preset("ci2")).cells("npp", YEAR)
    written = array_on(scene, npp / 1000, units="kg C m-2 yr-1", long_name="Reference NPP")
    written.to_dataset().assign_attrs(references="Nobody 2020").to_netcdf(tmp_path / "ref.nc")
    system = bring(tmp_path / "ref.nc", scene)
    assert (system.kind, system.citation, str(system.outputs["npp"].unit)) == (
        "year", "Nobody 2020", "kg C m-2 yr-1",
    )  # fmt: skip
    result = layers_of(system, scene)
    np.testing.assert_allclose(result.cells("npp", YEAR), npp / 1000, rtol=1e-6)
    own = run(scene, preset("ci2")).totals
    assert result.totals.yearly_total("npp") == pytest.approx(own.yearly_total("npp"), rel=1e-5)
    assert any("ref.nc" in line for line in result.warnings)


@pytest.mark.parametrize("flip", [False, True], ids=["as is", "south first"])
def test_exported_geotiff_comes_back(opened, tmp_path, flip):
    scene = opened.scene
    result = run(scene, preset("ci2"))
    write_geotiff(Shown(result, View(variable="npp", yearly=True)), tmp_path / "npp.tif")
    path = tmp_path / "npp.tif"
    if flip:
        with xr.open_dataarray(path, engine="rasterio") as raster:
            flipped = raster.isel(band=0, drop=True).rename("npp").load()[::-1]
        path = tmp_path / "npp.nc"
        flipped.to_netcdf(path)
    system = bring(path, scene, unit="g C m-2 yr-1", variable="npp")
    found = layers_of(system, scene).cells("npp", YEAR)
    np.testing.assert_allclose(found, result.cells("npp", YEAR), rtol=1e-6)


def test_months_are_months(opened, tmp_path):
    scene = opened.scene
    result = run(scene, preset("ci2"))
    months = np.stack([result.cells("nep", Period(month)) for month in range(1, 13)])
    array_on(scene, months, units="g C m-2 month-1").rename("nep").to_netcdf(tmp_path / "m.nc")
    product = layers_of(bring(tmp_path / "m.nc", scene), scene)
    np.testing.assert_allclose(
        product.totals.series("nep", "South"), result.totals.series("nep", "South"), rtol=1e-4
    )


def test_cells_without_a_value_count_nowhere(opened, tmp_path):
    scene = opened.scene
    known = np.arange(scene.cells) % 3 > 0
    values = np.where(known, np.linspace(10, 20, scene.cells), np.nan)
    array_on(scene, values, units="g C m-2 yr-1").to_netcdf(tmp_path / "gaps.nc")
    result = layers_of(bring(tmp_path / "gaps.nc", scene), scene)
    area = np.where(known, scene.area, 0)
    wanted = (np.where(known, values, 0) * area).sum() / area.sum()
    assert result.totals.yearly("npp") == pytest.approx(wanted, rel=1e-6)
    assert result.totals.area.sum() == pytest.approx(area.sum(), rel=1e-6)
    assert any(f"{(~known).sum()} land cells" in line for line in result.warnings)


def test_every_fault_is_told(opened, tmp_path):
    scene = opened.scene
    array = array_on(scene, np.ones(scene.cells))
    moved = array.assign_coords({array.dims[0]: array[array.dims[0]] + 5000})[:, :-4]
    moved.to_netcdf(tmp_path / "moved.nc")
    with pytest.raises(SchemaError) as told:
        bring(tmp_path / "moved.nc", scene)
    text = str(told.value)
    assert all(part in text for part in ("no unit", "cells; the scene has", "grid first"))


ALBERS = "+proj=aea +lat_0=0 +lon_0=105 +lat_1={} +lat_2=47 +datum=WGS84"


@pytest.mark.parametrize(
    ("crs", "fits"),
    [
        (ALBERS.format(25), True),
        # The same numbers mean places some hundred kilometres away.
        (ALBERS.format(30), False),
        ("EPSG:32648", False),
        ("EPSG:4326", False),
    ],
)
def test_coordinates_of_another_projection_are_another_place(opened, tmp_path, crs, fits):
    scene = opened.scene
    array = array_on(scene, np.ones(scene.cells), units="g C m-2 yr-1")
    y, x = array.dims
    raster = array.rename({y: "y", x: "x"}).rio.write_crs(crs)
    raster.rio.to_raster(tmp_path / "npp.tif")
    if fits:
        bring(tmp_path / "npp.tif", scene, unit="g C m-2 yr-1")
        return
    with pytest.raises(SchemaError, match="coordinate system"):
        bring(tmp_path / "npp.tif", scene, unit="g C m-2 yr-1")


@pytest.mark.parametrize("name", ["nothing.tif", "text.tif"])
def test_what_cannot_be_read_is_told(opened, tmp_path, name):
    (tmp_path / "text.tif").write_text("no raster")
    with pytest.raises(SourceError, match=name):
        bring(tmp_path / name, opened.scene)


def test_five_layers_are_no_steps_of_a_year(opened, tmp_path):
    array_on(opened.scene, np.ones((5, opened.scene.cells)), units="1").to_netcdf(
        tmp_path / "five.nc"
    )
    with pytest.raises(SchemaError, match="5 layers"):
        bring(tmp_path / "five.nc", opened.scene)


def test_compare_is_in_the_unit_of_a(opened, tmp_path):
    """A reference in kilograms that is NPP plus a tenth differs by ten per cent."""
    scene = opened.scene
    npp = run(scene, preset("ci2")).cells("npp", YEAR)
    array_on(scene, npp * 1.1 / 1000, units="kg C m-2 yr-1").to_netcdf(tmp_path / "ref.nc")
    system = bring(tmp_path / "ref.nc", scene)
    opened.products[system.name] = system
    state = ExplorerState(opened)
    state.b.scenario = preset_of(system, system.default)
    state.param.update(page="compare", variable="npp", yearly=True)
    table = CompareTable(state)
    table._refresh()  # what the page does a moment later
    row = table.words.object.split('data-place="South"')[1].split("</tr>")[0]
    a, b = (float(row.split(f'data-{side}="')[1].split('"')[0]) for side in "ab")
    assert b == pytest.approx(1.1 * a, rel=1e-5)
    assert "+10" in row


def test_what_is_no_carbon_is_not_compared(opened, tmp_path):
    scene = opened.scene
    array_on(scene, np.ones(scene.cells), units="mm yr-1").rename("rain").to_netcdf(
        tmp_path / "rain.nc"
    )
    rain = layers_of(bring(tmp_path / "rain.nc", scene), scene)
    pair = matched(rain, run(scene, preset("ci2")), "nep")
    assert not pair.is_comparable
    assert np.isnan(pair.cells("nep", YEAR)).all()


@pytest.mark.parametrize(
    ("own", "wanted", "factor"),
    [
        ("g C m-2 yr-1", "g C m-2 yr-1", 1),
        ("t C ha-1 yr-1", "g C m-2 yr-1", None),
        ("Mg C ha-1 yr-1", "g C m-2 yr-1", None),
        ("g C m-2 d-1", "g C m-2 month-1", 28),
        ("kg C m-2 month-1", "g C m-2 month-1", 1000),
        ("mm yr-1", "g C m-2 yr-1", None),
    ],
)
def test_conversion(own, wanted, factor):
    """February of an ordinary year has 28 days."""
    units = unit_of(own), unit_of(wanted)
    if "ha-1" in own:
        factor = 1e6 / 1e4 if units[0].is_carbon_flux else None
    found = conversion(*units, Periods("month"), Period(2))
    assert found == (None if factor is None else pytest.approx(factor))


def test_commands_take_a_product_and_the_page_repeats_them(opened, tmp_path, monkeypatch):
    """The table of a product is the same from the page's command and from its notebook."""
    scene = opened.scene
    yearly = run(scene, preset("ci2")).cells("npp", YEAR)
    array_on(scene, 2 * yearly).to_netcdf(tmp_path / "twice.nc")
    choices = {"variable": "npp", "unit": "g C m-2 yr-1", "citation": "Nobody 2010"}
    scenario = product(tmp_path / "twice.nc", scene, **choices)
    shown = Shown(run(scene, scenario), View(variable="npp"))
    words = shlex.split(command_for("cells", scenario, shown.view, "demo"))
    monkeypatch.chdir(tmp_path)
    assert command_here(*words[1:]).returncode == 0
    table = pd.read_csv(words[words.index("--out") + 1])
    np.testing.assert_array_equal(table.value.astype("f4"), 2 * yearly)

    found = command_here("run", "demo", "--product", "twice.nc", "--set", "unit=g C m-2 yr-1")
    written = json.loads(found.stdout)["regions"]["South"]["npp_total_tg"]
    assert written == pytest.approx(shown.result.totals.yearly_total("npp", "South"))

    names: dict[str, object] = {}
    for cell in code([shown], "demo")[:4]:
        exec(cell, names)
    (again,) = names["shown"]
    np.testing.assert_array_equal(again.values, 2 * yearly)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--preset", "ci2"], "leave out --preset"),
        (["--set", "w_min=0.2"], "one of variable, field, unit"),
        (["--set", "unit"], "expected NAME=TEXT"),
    ],
)
def test_options_that_a_product_has_not_are_refused(tmp_path, words, fault):
    done = command_here("run", "demo", "--product", str(tmp_path / "none.nc"), *words)
    assert done.returncode != 0
    assert fault in done.stderr
