"""A part cut out of a scene keeps the limits of the whole: its cells keep their numbers."""

import json

import numpy as np
import pytest
import xarray as xr

from explorer import preset, run
from explorer.errors import SchemaError
from explorer.pipeline import (
    add_overview,
    check,
    open_scene,
    prepare,
    statistics_of,
)
from explorer.scene.demo import demo_scene_path
from explorer.scene.kept import ATTRIBUTE, kept, written
from explorer.scene.store import open_dataset, write_dataset
from tests.shortcuts import monthly


@pytest.fixture
def marked(tiny_dataset) -> xr.Dataset:
    dataset = tiny_dataset()
    return dataset.assign_attrs(written(statistics_of(prepare(check(dataset)))))


def npp(dataset: xr.Dataset, name: str = "ci2", **changes: str) -> xr.DataArray:
    """Annual NPP on the grid, by its coordinates."""
    result = run(prepare(check(dataset)), preset(name).with_values(changes))
    values = result.scene.on_grid(monthly(result, "npp").sum(axis=0))
    return xr.DataArray(values, dataset["region"].coords, dataset["region"].dims)


@pytest.mark.parametrize("changes", [{}, {"fpar_limits": "data"}, {"bare_cover": "own"}], ids=str)
def test_cells_of_a_part_keep_their_numbers(marked, changes):
    part = {"northing": slice(2, None), "easting": slice(None, 5)}
    whole, cut = npp(marked, **changes), npp(marked.isel(part), **changes)
    xr.testing.assert_allclose(cut, whole.isel(part), rtol=1e-6)


def test_without_what_is_kept_they_do_not(tiny_dataset):
    dataset, part = tiny_dataset(), {"northing": slice(2, None), "easting": slice(None, 5)}
    with pytest.raises(AssertionError):
        xr.testing.assert_allclose(npp(dataset.isel(part)), npp(dataset).isel(part), rtol=1e-3)


def test_file_of_a_part_keeps_them(marked, tmp_path):
    part = marked.isel(easting=slice(None, 5))
    for suffix in (".nc", ".zarr"):
        path = write_dataset(part, tmp_path / f"part{suffix}")
        assert kept(open_scene(path).attributes) == kept(marked.attrs)


def test_part_made_a_scene_of_its_own_keeps_those_of_the_whole(marked, tmp_path):
    path = write_dataset(marked.isel(easting=slice(None, 5)), tmp_path / "part.zarr")
    assert add_overview(path) == 1
    with open_dataset(path) as again:
        assert kept(again.attrs) == kept(marked.attrs)


def test_notes_tell_of_how_many_cells_the_limits_are(marked):
    cut = prepare(check(marked.isel(easting=slice(None, 5))))
    whole = prepare(check(marked)).cells
    assert cut.cells < whole
    text = "\n".join(run(cut, preset("ci2")).notes)
    assert f"NDVI of bare ground and full cover: found in {whole} cells" in text


def test_demonstration_scene_keeps_its_own():
    scene = open_scene(demo_scene_path())
    found = kept(scene.attributes)["nep"]
    assert found["cells"] == scene.cells
    ndvi = scene.field("ndvi")[:, scene.vegetation == 0]
    assert found["ndvi_high"][0] == pytest.approx(np.percentile(ndvi.max(axis=0), 95), rel=1e-5)


@pytest.mark.parametrize("text", ["{", "[1]", "null", 7, "[" * 5000])
def test_attribute_that_is_no_json_object_is_refused_by_name(tiny_dataset, text):
    dataset = tiny_dataset().assign_attrs({ATTRIBUTE: text})
    with pytest.raises(SchemaError, match="class_statistics: expected a JSON object"):
        check(dataset)


def test_what_is_kept_is_strict_json(marked):
    json.loads(marked.attrs[ATTRIBUTE], parse_constant=pytest.fail)
