"""Packed numbers: read as they are stored, they say the same as decoded."""

import numpy as np
import pytest
import xarray as xr

from explorer.errors import SchemaError
from explorer.pipeline import check, open_scene, prepare
from explorer.scene.encoded import Encoded, encoded
from explorer.scene.store import open_dataset
from tests.data.same import assert_same_scene
from tests.data.test_validate import FAULTS, put, with_values

# How a product packs its variables: type, factor, offset, what means "none".
PACKED = {
    "ndvi": {"dtype": "int16", "scale_factor": 1e-4, "_FillValue": -32768},
    "ci": {"dtype": "uint8", "scale_factor": 0.01, "_FillValue": 255},
    "temperature": {"dtype": "int16", "scale_factor": 0.01, "_FillValue": -32768},
    "precipitation": {"dtype": "int16", "scale_factor": 0.1, "_FillValue": -9999},
    "sunshine": {"dtype": "int16", "scale_factor": 1e-4, "_FillValue": -1},
    "radiation": {
        "dtype": "uint16", "scale_factor": 0.02, "add_offset": 100.0, "_FillValue": 65535,
    },
    "elevation": {"dtype": "int16", "scale_factor": 0.5, "add_offset": 4000.0, "_FillValue": 32767},
    "reference_npp": {"dtype": "uint16", "scale_factor": 0.1, "_FillValue": 65535},
}  # fmt: skip


def packed_file(dataset: xr.Dataset, path):
    """Write a dataset with packed numbers; what whole numbers cannot hold stays as it is."""
    dataset = dataset.drop_encoding()
    encoding = {
        name: how
        for name, how in PACKED.items()
        if name in dataset
        and np.issubdtype(dataset[name].dtype, np.floating)
        and not np.isinf(dataset[name].values).any()
    }
    if path.suffix == ".zarr":
        dataset.to_zarr(path, encoding=encoding, consolidated=False)
    else:
        dataset.to_netcdf(path, encoding=encoding)
    return path


def both(path) -> tuple[xr.Dataset, xr.Dataset]:
    """A file as it is stored, and decoded."""
    with open_dataset(path, decoded=False) as stored, open_dataset(path) as decoded:
        return stored.load(), decoded.load()


def faults(dataset: xr.Dataset) -> list[str]:
    try:
        check(dataset)
    except SchemaError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize("dtype", ["int16", "uint16", "uint8", "int32"])
@pytest.mark.parametrize(("factor", "offset"), [(1.0, 0.0), (0.01, -50.0), (-0.5, 3.0)])
@pytest.mark.parametrize("missing", [None, 7])
def test_whole_numbers_are_known_and_decoded(dtype, factor, offset, missing):
    values = np.array([0, 7, 100, np.iinfo(dtype).max], dtype=dtype)
    stored = Encoded(values, factor, offset, missing)
    assert list(stored.known()) == [True, missing is None, True, True]
    got = stored.decoded(values)
    assert got.dtype == float
    np.testing.assert_array_equal(got, [factor * int(value) + offset for value in values])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("missing", [None, np.nan, -9999.0])
def test_floats_are_known_where_finite_and_not_the_missing_one(dtype, missing):
    values = np.array([1.5, np.nan, np.inf, -np.inf, -9999], dtype=dtype)
    expected = [True, False, False, False, missing != -9999.0]
    assert list(Encoded(values, 1.0, 0.0, missing).known()) == expected


def test_known_leaves_the_values_alone():
    values = np.array([1.0, np.nan], dtype=np.float32)
    Encoded(values, missing=1.0).known()
    np.testing.assert_array_equal(values, [1, np.nan])


@pytest.mark.parametrize(
    "attributes",
    [
        {"_FillValue": np.int16(-5), "scale_factor": np.float32(0.5), "add_offset": 2},
        {"_FillValue": np.array([-5]), "scale_factor": 0.5, "add_offset": np.array(2.0)},
        {"missing_value": -5, "scale_factor": 0.5, "add_offset": 2.0},
    ],
)
def test_attributes_say_how_numbers_are_packed(attributes):
    values = np.array([1, -5], dtype=np.int16)
    assert encoded(xr.DataArray(values, dims="x", attrs=attributes))[1:] == (0.5, 2.0, -5.0)


def test_decoded_variable_is_its_own_quantity():
    values = np.array([1.5, np.nan])
    assert encoded(xr.DataArray(values, dims="x", attrs={"units": "1"}))[1:] == (1.0, 0.0, None)


@pytest.mark.parametrize("suffix", [".zarr", ".nc"])
@pytest.mark.parametrize("light", ["sunshine", "radiation"])
def test_file_is_opened_as_it_is_stored(tiny_dataset, tmp_path, suffix, light):
    path = packed_file(tiny_dataset(light=light), tmp_path / f"scene{suffix}")
    stored, decoded = both(path)
    for name, how in PACKED.items():
        if name in stored:
            found = encoded(stored[name])
            assert found.values.dtype == how["dtype"]
            assert found.missing == how["_FillValue"]
            got = np.where(found.known(), found.decoded(found.values), np.nan)
            # xarray decodes to float32
            np.testing.assert_allclose(got, decoded[name], rtol=1e-6, atol=1e-4, err_msg=name)


# Whole numbers hold no infinity, and words are no numbers.
STORED = [name for name in FAULTS if name not in ("infinite value", "values that are words")]


@pytest.mark.parametrize("fault", STORED)
def test_fault_is_found_in_packed_numbers(tiny_dataset, tmp_path, fault):
    spoiled = FAULTS[fault][0](tiny_dataset())
    stored, decoded = both(packed_file(spoiled, tmp_path / "scene.zarr"))
    found = faults(stored)
    assert found
    assert found == faults(decoded)


@pytest.mark.parametrize(
    ("name", "value"),
    [("temperature", -80.0), ("precipitation", 3200.0), ("ndvi", 1.2), ("ndvi", -1.3), ("ci", 1.6)],
)
def test_range_is_checked_at_both_ends(tiny_dataset, tmp_path, name, value):
    spoiled = with_values(name, put((4, slice(2, 4), 1), value))(tiny_dataset())
    stored, decoded = both(packed_file(spoiled, tmp_path / "scene.zarr"))
    assert len(faults(stored)) == 1
    assert faults(stored)[0].startswith(f"{name}: 2 values outside")
    assert faults(stored) == faults(decoded)


@pytest.mark.parametrize("name", ["ndvi", "temperature", "precipitation", "sunshine", "elevation"])
def test_missing_number_is_no_value_out_of_range(tiny_dataset, tmp_path, name):
    dataset = tiny_dataset()
    dataset[name].values[..., 3, 3] = np.nan
    stored, _ = both(packed_file(dataset, tmp_path / "scene.zarr"))
    assert faults(stored) == []


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("land_cover", {"dtype": "int16", "_FillValue": -1}),
        ("land_cover", {"dtype": "uint8", "_FillValue": 254}),
        ("region", {"dtype": "int16", "_FillValue": -32768}),
        ("region", {"dtype": "uint8", "_FillValue": 255}),
    ],
)
def test_missing_code_is_no_unknown_code(tiny_dataset, tmp_path, name, how):
    dataset = tiny_dataset()
    dataset[name] = dataset[name].astype(float)
    dataset[name].values[0, 0] = np.nan  # ocean
    dataset[name].values[2, 2] = np.nan
    path = tmp_path / "scene.zarr"
    dataset.to_zarr(path, encoding={name: how}, consolidated=False)
    stored, decoded = both(path)
    assert stored[name].dtype == how["dtype"]
    assert faults(stored) == faults(decoded) == []
    assert_same_scene(prepare(stored), prepare(decoded))


@pytest.mark.parametrize("suffix", [".zarr", ".nc"])
@pytest.mark.parametrize(
    "kind",
    [{}, {"light": "radiation"}, {"light": None, "ci": False}, {"geographic": True}],
    ids=str,
)
def test_scene_of_packed_numbers_is_that_of_decoded_ones(tiny_dataset, tmp_path, suffix, kind):
    dataset = tiny_dataset(**kind)
    dataset["temperature"].values[7, 2, 3] = np.nan
    dataset["elevation"].values[3, 3] = np.nan
    dataset["ndvi"].values[:, 0, 0] = np.nan  # ocean
    packed = np.arange(48.0).reshape(6, 8)
    dataset["reference_npp"] = (dataset["region"].dims, packed, {"units": "g C m-2 yr-1"})
    path = packed_file(dataset, tmp_path / f"scene{suffix}")
    stored, decoded = both(path)
    one, other = prepare(check(stored)), prepare(check(decoded))
    assert one.left_out == {"temperature": 1, "elevation": 1}
    assert_same_scene(one, other)
    assert_same_scene(open_scene(path), other)
    reference = one.field("reference_npp")
    np.testing.assert_allclose(reference, other.field("reference_npp"), rtol=1e-6)
    land = np.flatnonzero(~np.isin(dataset["land_cover"].values, [0, 17, 255]))
    kept = np.setdiff1d(land, [2 * 8 + 3, 3 * 8 + 3])
    np.testing.assert_array_equal(one.index, kept)
    # Packing itself costs half a step.
    np.testing.assert_allclose(
        one.field("temperature"),
        dataset["temperature"].values.reshape(12, -1)[:, kept],
        atol=0.0051,
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_scene_of_numbers_in_either_byte_order(tiny_dataset, scene, order):
    """Arrays read from rasters may hold their numbers big end first."""
    dataset = tiny_dataset()
    turned = dataset.assign(
        {name: dataset[name].astype(dataset[name].dtype.newbyteorder(order)) for name in dataset}
    )
    assert_same_scene(prepare(check(turned)), scene)


def test_scene_of_classic_netcdf(tiny_dataset, scene, tmp_path):
    dataset = tiny_dataset()
    dataset.to_netcdf(tmp_path / "classic.nc", format="NETCDF3_CLASSIC")
    assert_same_scene(open_scene(tmp_path / "classic.nc"), scene)


def test_scene_of_unsigned_numbers_in_signed_ones(tiny_dataset, tmp_path):
    """NetCDF's own way to hold unsigned numbers in formats without them: ``_Unsigned``."""
    # 0.45 to 0.95 are stored as 112 to 237, of which int8 makes negative numbers.
    how = {"dtype": "int8", "scale_factor": 0.004, "_FillValue": np.int8(-1), "_Unsigned": "true"}
    path = tmp_path / "scene.nc"
    tiny_dataset().to_netcdf(path, format="NETCDF4_CLASSIC", encoding={"ci": how})
    stored, decoded = both(path)
    assert stored["ci"].dtype == "int8"
    assert faults(stored) == faults(decoded) == []
    assert_same_scene(prepare(stored), prepare(decoded))


def test_value_at_the_end_of_its_range_is_sound_with_a_factor_in_float32(tiny_dataset, tmp_path):
    """600 times float32(0.1) is 60.0000009 in float64, and 60 in the numbers of the model."""
    dataset = tiny_dataset()
    dataset["temperature"].values[0, 1, 1] = 60.0
    how = {"dtype": "int16", "scale_factor": np.float32(0.1), "_FillValue": -9999}
    dataset.to_netcdf(tmp_path / "scene.nc", encoding={"temperature": how})
    stored, decoded = both(tmp_path / "scene.nc")
    assert faults(stored) == faults(decoded) == []


def test_packed_axes_are_unfolded(tiny_dataset, tmp_path):
    dataset = tiny_dataset(geographic=True)
    how = {"dtype": "int16", "scale_factor": 0.01}
    dataset.to_netcdf(tmp_path / "scene.nc", encoding={"lat": how, "lon": how})
    grid = open_scene(tmp_path / "scene.nc").grid
    np.testing.assert_allclose(grid.y, dataset["lat"], rtol=1e-12)
    np.testing.assert_allclose(grid.x, dataset["lon"], rtol=1e-12)
