"""A map as GeoTIFF, read back by rasterio (GDAL)."""

import json

import numpy as np
import pytest
import rasterio
from pyproj import CRS, Transformer

from explorer import pipeline
from explorer.errors import SourceError
from explorer.report.geotiff import write_geotiff
from tests.shortcuts import monthly


def flipped(dataset, axis: int):
    """The same land with the rows (-2) or columns (-1) in the other order."""
    name = dataset["elevation"].dims[axis]
    return dataset.isel({name: slice(None, None, -1)})


@pytest.fixture(
    scope="module",
    params=[(geographic, axis) for geographic in (False, True) for axis in (None, -2)],
    ids=str,
)
def written(request, show, tiny_dataset, tmp_path_factory):
    geographic, axis = request.param
    dataset = tiny_dataset(geographic=geographic)
    scene = pipeline.prepare(pipeline.check(dataset if axis is None else flipped(dataset, axis)))
    shown = show(on=scene, variable="rh", step=2)
    return shown, write_geotiff(shown, tmp_path_factory.mktemp("tif") / "map.tif")


def test_every_cell_is_where_it_is_on_earth(written):
    shown, path = written
    scene = shown.result.scene
    rows, columns = np.divmod(scene.index, scene.grid.x.size)
    to_degrees = Transformer.from_crs(scene.grid.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(scene.grid.x[columns], scene.grid.y[rows])
    with rasterio.open(path) as file:
        back = Transformer.from_crs("EPSG:4326", CRS.from_wkt(file.crs.to_wkt()), always_xy=True)
        found = [value for (value,) in file.sample(zip(*back.transform(lon, lat), strict=True))]
        assert file.transform.e < 0 < file.transform.a  # north up
    np.testing.assert_array_equal(found, monthly(shown.result, "rh")[1])


def test_there_is_nothing_outside_the_land(written):
    shown, path = written
    with rasterio.open(path) as file:
        band = file.read(1, masked=True)
        assert np.isnan(file.nodata)
        assert file.count == 1
    assert band.count() == shown.result.scene.cells


def test_file_tells_unit_scale_and_title(written):
    with rasterio.open(written[1]) as file:
        assert file.units == ("g C m-2 month-1",)
        assert (file.scales, file.offsets) == ((1.0,), (0.0,))
        assert file.descriptions == ("Heterotrophic respiration, Feb",)
        assert file.tags(1)["variable"] == "rh"


def test_file_tells_its_lineage(written):
    shown, path = written
    with rasterio.open(path) as file:
        told = file.tags()
    assert json.loads(told["scenario"]) == shown.result.scenario.to_dict()
    assert told["scenario_id"] == shown.result.scenario.identity
    assert told["synthetic"] == "1"
    assert "Liang" in told["references"]
    assert json.loads(told["view"])["step"] == 2
    assert json.loads(told["scene_attributes"])["title"] == "Tiny scene"
    assert set(json.loads(told["versions"])) >= {"nep-explorer", "jax"}
    assert len(json.loads(told["input_hashes"])) > 10


def test_a_file_that_is_there_is_kept(shown, tmp_path):
    path = tmp_path / "map.tif"
    path.write_text("precious")
    with pytest.raises(SourceError, match="exists already"):
        write_geotiff(shown, path)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]
