"""Files of systems unlike the first: steps of eight days and several years, a year alone, codes."""

import csv
import io
import json
from dataclasses import dataclass, replace

import numpy as np
import pytest
import rasterio
import xarray as xr

from explorer import Shown, View, preset, run
from explorer.report import tidy
from explorer.report.cards.drawing import card_figure
from explorer.report.cards.sight import Sight
from explorer.report.cards.table import CARDS
from explorer.report.command import command
from explorer.report.geotiff import write_geotiff
from explorer.report.lineage import lineage
from explorer.report.netcdf import shown_dataset, to_dataset
from explorer.report.notebook import code
from explorer.report.page import html_report
from explorer.report.picture_of import picture_of
from explorer.report.shown import file_stem
from explorer.report.summary import summary
from explorer.scene.blocks import to_blocks
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened
from explorer.systems import SYSTEMS
from explorer.systems.contract import Preset, System
from explorer.systems.layers import Finished, Layers
from explorer.systems.scenario import preset_of
from explorer.tables.parameter import parameter
from explorer.tables.periods import Periods
from explorer.tables.unit import Unit
from explorer.tables.variable import FIXED, Inputs, Variable

DAILY, ANNUAL = Unit("g C", "m-2", "d"), Unit("g C", "m-2", "yr")
KINDS = {"dry": ("Dry steppe", "#d55e00"), "wet": ("Wet, cold meadow", "#0072b2")}


@dataclass(frozen=True)
class Own:
    """Parameters of the test's systems."""

    factor: float = parameter(2.0, "Factor", bounds=(0, 9), source="test", process="all")


class Made(Layers):
    """A field that follows from cell, step and year, and a layer of codes."""

    def __init__(self, scene, scenario) -> None:
        self.scene, self.scenario = scene, scenario
        self.outputs = scenario.system.outputs
        years = (None,) if scenario.system.kind == "year" else (2003, 2004)
        self.periods = Periods(scenario.system.kind, years)

    def output(self, name, period):
        cell = np.arange(self.scene.cells) / self.scene.cells
        if name == "kind":
            return to_blocks((cell > 0.5).astype(np.float32))
        if not period.yearly or self.periods.annual:
            step, year = period.step or 1, period.year or self.periods.years[0] or 2000
            values = self.scenario.parameters.factor * (cell + step + 100 * (year - 2000))
            return to_blocks(values.astype(np.float32))
        steps = [self.output(name, each) for each in self.periods.each(period.year)]
        weights = self.periods.weights(self.outputs[name].unit, period)
        return np.tensordot(weights, np.stack(steps), axes=1).astype(np.float32)

    def codes(self, name):
        return (np.arange(self.scene.cells) / self.scene.cells > 0.5).astype(int)

    def code_names(self, name):
        return KINDS if name == "kind" else super().code_names(name)


def system_of(kind: str, unit: Unit) -> System:
    dims = FIXED if kind == "year" else ("step", *FIXED)
    rows = {
        "re": Variable("RE", "Respiration", unit, dims, (0, 9), (0, 9), (0, 999), "sequential"),
        "kind": Variable("kind", "Kind", Unit("code"), FIXED, (0, 1), (0, 1), (0, 1), "classes"),
    }
    return System(
        name="other", title="Another system", citation="Somebody (2001)", short_citation="S. 2001",
        product="Ecosystem respiration", method="System X", versions="versions", inputs=Inputs(),
        parameters=Own,
        presets={"best": Preset("The best"), "old": Preset("The old", {"factor": 1})},
        default="best", compared_with="old", outputs=rows, headline="re", summed=("re",),
        shown=("re",), written=("re", "kind"), kind=kind, opened=lambda scene: scene,
        start=lambda scene, scenario, proceed: Finished(Made(scene, scenario)),
    )  # fmt: skip


EIGHT, YEARLY = system_of("8 days", DAILY), system_of("year", ANNUAL)


def result_of(opened, system: System, version: str = "best") -> Layers:
    return run(opened.scene, preset_of(system, version))


@pytest.fixture
def eight(opened) -> Shown:
    view = View(step=40, year=2004, region="South", tapped=5)
    return Shown(result_of(opened, EIGHT), view)


@pytest.fixture
def yearly(opened) -> Shown:
    return Shown(result_of(opened, YEARLY), View(region="South", tapped=5))


def rows_of(*shown: Shown, write=tidy.write_series) -> list[dict]:
    file = io.StringIO()
    write(shown, file)
    return list(csv.DictReader(io.StringIO(file.getvalue())))


def weighted(shown: Shown, values: np.ndarray, region: str) -> float:
    scene = shown.scene
    inside = scene.region == scene.region_names.index(region)
    return values[inside] @ scene.area[inside] / scene.area[inside].sum()


def test_series_has_the_steps_of_the_year_shown(eight):
    rows = rows_of(eight)
    south = [row for row in rows if row["place"] == "South" and row["unit"] == "g C m-2 d-1"]
    assert [row["date"] for row in south[:3]] == ["2004-01-01", "2004-01-09", "2004-01-17"]
    assert len(south) == 46
    cell = np.arange(eight.scene.cells) / eight.scene.cells
    expected = [weighted(eight, 2.0 * (cell + step + 400), "South") for step in range(1, 47)]
    np.testing.assert_allclose([float(row["value"]) for row in south], expected, rtol=1e-6)
    days = np.array([8] * 45 + [6])  # 2004 has 366
    year = float(np.array(expected) @ days)
    ends = {row["unit"]: row for row in rows if row["place"] == "South" and row["date"] == "2004"}
    assert float(ends["g C m-2 yr-1"]["value"]) == pytest.approx(year, rel=1e-6)
    area = eight.result.totals.area_of("South")
    assert float(ends["Tg C yr-1"]["value"]) == pytest.approx(year * area / 1e6, rel=1e-6)


def test_cell_has_the_numbers_of_the_map(eight):
    place = eight.cell("re", 5)
    assert place.steps[39] == eight.values[5]
    assert place.year == pytest.approx(float(place.steps @ ([8] * 45 + [6])), rel=1e-5)
    assert place.total is None


def test_words_are_those_of_the_period(eight):
    assert eight.title == "Respiration, 9 Nov 2004"
    assert eight.date(eight.period) == "2004-11-09"
    assert eight.stem == f"re_9-nov_2004_best_{eight.scenario.identity}"
    assert str(eight.unit) == "g C m-2 d-1"
    assert eight.system.title == "Another system"


def test_file_of_what_is_shown_has_the_steps_and_when_they_begin(eight, tmp_path):
    path = write_dataset(shown_dataset(eight), tmp_path / "shown.nc")
    with xr.open_dataset(path) as read:
        assert read["re"].dims == eight.scene.grid.dims
        assert read["re_steps"].dims == ("place", "step")
        assert read["re_steps"].sizes["step"] == 46
        assert (int(read["shown_step"]), int(read["year"])) == (40, 2004)
        assert str(read["time"].values[1])[:10] == "2004-01-09"
        assert read["re_total"].attrs["units"] == "Tg C yr-1"
        assert read.attrs["title"].startswith(eight.title)
        assert read.attrs["references"] == "Somebody (2001)"
        assert read.attrs["source"] == "nep-explorer, System X"
        assert "month" not in read.dims


def test_file_of_maps_has_every_step_of_every_year(eight, tmp_path):
    path = write_dataset(to_dataset(eight.result), tmp_path / "maps.nc")
    with xr.open_dataset(path) as read:
        assert read["re"].dims == ("year", "step", *eight.scene.grid.dims)
        assert read["time"].dims == ("year", "step")
        assert list(read["year"].values) == [2003, 2004]
        expected = eight.scene.on_grid(eight.values)
        np.testing.assert_array_equal(read["re"].sel(year=2004, step=40), expected)
        assert read["kind"].dims == eight.scene.grid.dims
        assert read["kind"].attrs["flag_meanings"] == "dry wet"
        assert read.attrs["title"].startswith("Ecosystem respiration: ")


def test_summary_has_a_table_for_each_year(eight):
    found = json.loads(json.dumps(summary(eight.result), allow_nan=False))
    assert set(found["years"]) == {"2003", "2004"}
    south = found["years"]["2004"]["regions"]["South"]
    assert south["re"] == eight.region("re", "South").year
    assert south["re_total_tg"] == eight.region("re", "South").total
    assert len(south["steps"]["re"]) == 46


def test_lineage_is_that_of_the_system(eight):
    made = lineage(eight.result)
    assert made["system"] == "Another system"
    assert made["citation"] == "Somebody (2001)"
    assert made["scenario"]["system"] == "other"
    assert "counts" not in made


def test_command_and_notebook_name_system_and_year(eight):
    text = command(eight.scenario, eight.view, "a.zarr", "x.nc")
    options = "--system other --preset best --step=40 --year=2004 --region=South --tapped=5"
    assert text == f"nep-explorer export a.zarr {options} --out x.nc"
    cells = code([eight], "a.zarr")
    assert "preset('best', 'other')" in cells[1]
    assert "View(step=40, year=2004, region='South', tapped=5)" in cells[1]


def test_figure_and_report_have_the_steps(eight, opened):
    other = Shown(result_of(opened, EIGHT, "old"), eight.view)
    view = replace(eight.view, tapped=None)
    axes = card_figure(CARDS["series"].make(Sight(opened, view, eight.result))).axes[0]
    assert [line.get_ydata().size for line in axes.lines[:3]] == [46, 46, 46]
    np.testing.assert_array_equal(axes.lines[2].get_ydata(), eight.region("re", "South").steps)
    labels = [tick.get_text() for tick in axes.get_xticklabels()]
    assert labels[:2] == ["1 Jan", "2 Feb"]
    assert axes.get_ylabel() == "g C m⁻² d⁻¹"
    pictures = [picture_of(opened, one) for one in (eight, other)]
    text = html_report([eight, other], pictures, "a.zarr")
    assert "8-day RE, South" in text
    assert "Method: Somebody (2001)" in text


def test_annual_result_has_the_year_alone(yearly, tmp_path):
    rows = rows_of(yearly)
    assert {row["date"] for row in rows} == {"--01/--12"}
    assert {row["unit"] for row in rows} == {"g C m-2 yr-1", "Tg C yr-1"}
    place = yearly.region("re", "South")
    assert list(place.steps) == [place.year]
    path = write_dataset(shown_dataset(yearly), tmp_path / "shown.nc")
    with xr.open_dataset(path) as read:
        assert read["re_mean"].dims == ("place",)
        assert not {"step", "month"} & set(read.dims)
    with xr.open_dataset(write_dataset(to_dataset(yearly.result), tmp_path / "maps.nc")) as read:
        assert read["re"].dims == yearly.scene.grid.dims
    found = summary(yearly.result)["regions"]["South"]
    assert set(found) == {"area_km2", "re", "re_total_tg"}


def test_annual_result_can_be_drawn(yearly, opened):
    view = replace(yearly.view, tapped=None)
    alone = Opened(opened.path)  # both systems of this file have one name
    axes = card_figure(CARDS["series"].make(Sight(alone, view, yearly.result))).axes[0]
    assert list(axes.lines[2].get_ydata()) == [yearly.region("re", "South").year]
    text = html_report([yearly], [picture_of(opened, yearly)], "a.zarr")
    assert "<polyline" not in text
    assert "Year by region" in text


def test_results_of_different_steps_stand_side_by_side(yearly, opened):
    month = Shown(run(opened.scene, preset("ci2")), View(region="South"))
    other = Shown(yearly.result, View(region="South"))
    assert "The best" in html_report(
        [month, other], [picture_of(opened, one) for one in (month, other)], "a.zarr"
    )


@pytest.mark.parametrize("name", ["kind", "land_cover", "region"])
def test_codes_are_named_in_every_file(opened, name, tmp_path):
    result = result_of(opened, YEARLY)
    shown = Shown(result, View(variable=name))
    names = list(result.code_names(name))
    rows = rows_of(shown, write=tidy.write_cells)
    codes = np.asarray(result.codes(name)).reshape(-1)
    assert [row["value"] for row in rows] == [names[each] for each in codes]
    assert {row["variable"] for row in rows_of(shown)} == {"re"}  # codes have no series
    with rasterio.open(write_geotiff(shown, tmp_path / "map.tif")) as file:
        assert list(json.loads(file.tags(1)["codes"]).values()) == names
    dataset = shown_dataset(shown)
    assert dataset[name].attrs["flag_meanings"].split() == [
        each.replace(" ", "_") for each in names
    ]
    assert "cell_methods" not in dataset[name].attrs
    picture = picture_of(opened, shown)
    assert len(picture.colours) == len(names)
    bar = card_figure(CARDS["map"].make(Sight(opened, shown.view, shown.result))).axes[1]
    assert [tick.get_text() for tick in bar.get_xticklabels()] == names
    text = html_report([shown], [picture], "a.zarr")
    assert result.code_names(name)[names[0]][0] in text


@pytest.mark.parametrize("name", ["ndvi", "temperature", "elevation", "ci"])
def test_inputs_can_be_exported_as_they_are(opened, name, tmp_path):
    result = run(opened.scene, preset("ci2"))
    shown = Shown(result, View(variable=name, step=4))
    rows = [row for row in rows_of(shown) if row["variable"] == name and row["place"] == "all"]
    values = opened.scene.field(name).astype(float)
    known = np.isfinite(values) if values.ndim == 1 else np.isfinite(values).all(axis=0)
    area = opened.scene.area[known]
    months = np.atleast_2d(values)[:, known] @ area / area.sum()
    dated = [row for row in rows if row["date"] != "--01/--12"]
    assert len(dated) == (0 if name == "elevation" else 12)
    np.testing.assert_allclose(
        [float(row["value"]) for row in dated], months[: len(dated)], rtol=1e-5
    )
    assert float(rows[-1]["value"]) == pytest.approx(months.mean(), rel=1e-5)
    assert shown_dataset(shown)[name].attrs["units"] == str(shown.row.unit)
    assert shown.title == shown.row.long_name + ("" if name == "elevation" else ", Apr")


def test_name_of_a_file_needs_no_result():
    scenario = preset_of(EIGHT, "best")
    tail = f"best_{scenario.identity}"
    assert file_stem(scenario, View(step=2)) == f"re_9-jan_{tail}"
    assert file_stem(scenario, View(yearly=True, year=2004)) == f"re_year_2004_{tail}"
    assert file_stem(scenario, View(step=366, variable="kind")).startswith("kind_27-dec_")
    assert file_stem(replace(scenario, system=YEARLY), View()).startswith("re_year_")


def test_first_system_is_what_it_was():
    assert file_stem(preset("ci2"), View()) == f"nep_jul_ci2_{preset('ci2').identity}"
    assert SYSTEMS["nep"].headline == "nep"
