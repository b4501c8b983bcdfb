"""One bad dataset per fault, each made from a good one; and several at once."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from pyproj import CRS

from explorer.errors import SchemaError
from explorer.pipeline import check
from explorer.scene.validate import class_mapping, region_names


def without(name: str) -> Callable:
    return lambda data: data.drop_vars(name)


def with_axis(name: str, change: Callable) -> Callable:
    def broken(data: xr.Dataset) -> xr.Dataset:
        values = data[name].values.astype(float)
        change(values)
        return data.assign_coords({name: values})

    return broken


def with_values(name: str, change: Callable) -> Callable:
    def broken(data: xr.Dataset) -> xr.Dataset:
        data = data.copy(deep=True)
        change(data[name].values)
        return data

    return broken


def with_attributes(name: str, **attributes) -> Callable:
    return lambda data: data.assign({name: data[name].assign_attrs(attributes)})


def projected_as(crs: str) -> Callable:
    return with_attributes("spatial_ref", crs_wkt=CRS.from_user_input(crs).to_wkt())


def put(where, value) -> Callable:
    def change(values: np.ndarray) -> None:
        values[where] = value

    return change


SWAPPED = put(slice(1, 3), [4.0e6, 4.4e6])

# What is wrong -> how to make it so, and what the message must say.
FAULTS: dict[str, tuple[Callable, str]] = {
    "missing variable": (without("temperature"), r"temperature: missing; got .*ndvi"),
    "missing variable with another name": (
        lambda data: data.rename(temperature="temperatur"),
        r"temperature: missing \(is it 'temperatur'\?\)",
    ),
    "wrong unit": (with_attributes("temperature", units="K"), r"'K'; expected 'degC'"),
    "no unit": (with_attributes("ndvi", units="furlong"), "unit 'furlong'; expected '1'"),
    "unit not given": (
        with_attributes("elevation", units=""),
        "elevation: unit 'not given'; expected 'm'",
    ),
    "unsorted coordinate": (with_axis("northing", SWAPPED), "northing: not sorted"),
    "duplicated coordinate": (
        with_axis("easting", put(3, -6e5)),
        r"easting: not sorted, -600000 is followed by -600000",
    ),
    "uneven coordinate": (
        with_axis("easting", put(3, -1.5e5)),
        r"easting: uneven spacing from 350000 to 450000",
    ),
    "missing coordinate value": (with_axis("easting", put(3, np.nan)), "easting: .*finite"),
    "dimension without coordinate": (without("northing"), "northing: a dimension without"),
    "month without values": (
        with_values("ndvi", put(4, np.nan)),
        "ndvi: month 5 has no values",
    ),
    "variable without values": (
        with_values("precipitation", put(slice(None), np.nan)),
        "precipitation: no values at all",
    ),
    "infinite value": (
        with_values("temperature", put((0, 1, 1), np.inf)),
        "temperature: 1 infinite value",
    ),
    "value too high": (
        with_values("temperature", put((0, 1, slice(0, 3)), 290.0)),
        r"temperature: 3 values outside -70 to 60 degC \(got .* to 290\)",
    ),
    "value too low": (
        with_values("precipitation", put((0, 1, 1), -99.0)),
        "precipitation: 1 values outside 0 to 3000",
    ),
    "unknown class code": (
        with_values("land_cover", put((1, slice(0, 2)), 42)),
        r"land_cover: code 42 in 2 cells belongs to no class",
    ),
    "code that is no whole number": (
        lambda data: data.assign(land_cover=data["land_cover"] + 0.5),
        "land_cover: 48 values are no whole numbers",
    ),
    "unnamed region": (
        with_values("region", put((0, 0), 7)),
        "region: code 7 in 1 cells has no name",
    ),
    "projection that keeps no area": (projected_as("EPSG:3857"), "does not keep areas"),
    "geographic system on projected axes": (projected_as("EPSG:4326"), "does not go with"),
    "no projection": (without("spatial_ref"), "no known coordinate system"),
    "unreadable projection": (
        with_attributes("spatial_ref", crs_wkt="PROJCS[nonsense"),
        "spatial_ref: ",
    ),
    "months from nought": (
        lambda data: data.assign_coords(month=np.arange(12)),
        r"month: got \[ 0 .* expected 1 to 12",
    ),
    "eleven months": (lambda data: data.isel(month=slice(11)), "month: got .* expected 1 to 12"),
    "no months": (without("month"), "month: no coordinate"),
    "wrong dimensions": (
        lambda data: data.assign(elevation=data["ndvi"].assign_attrs(units="m")),
        "elevation: dimensions month, northing, easting; expected northing, easting",
    ),
    "unknown axes": (
        lambda data: data.rename(northing="v", easting="u"),
        "dimensions: got .*expected month with northing and easting",
    ),
    "values that are words": (
        lambda data: data.assign(ndvi=data["ndvi"].astype(str)),
        "ndvi: values of type .*expected numbers",
    ),
    "unreadable class mapping": (
        with_attributes("land_cover", class_mapping="{not json"),
        "land_cover: .*class",
    ),
    "two regions of one name": (
        with_attributes("region", flag_meanings="South South"),
        "region: .*South",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_validate_says_what_is_wrong(tiny_dataset, fault):
    spoil, message = FAULTS[fault]
    with pytest.raises(SchemaError, match=message):
        check(spoil(tiny_dataset()))


def test_validate_refuses_latitude_beyond_the_pole(tiny_dataset):
    dataset = tiny_dataset(geographic=True)
    with pytest.raises(SchemaError, match="lat: "):
        check(dataset.assign_coords(lat=dataset["lat"] + 60))


def test_validate_reports_every_fault(tiny_dataset):
    chosen = ("wrong unit", "month without values", "unknown class code", "unnamed region")
    dataset = tiny_dataset()
    for fault in chosen:
        dataset = FAULTS[fault][0](dataset)
    with pytest.raises(SchemaError, match="China: 4 faults") as caught:
        check(dataset, "China")
    found = "\n".join(caught.value.problems)
    assert all(re.search(FAULTS[name][1], found) for name in chosen)


@pytest.mark.parametrize("kind", [{}, {"geographic": True}, {"ci": False, "light": None}], ids=str)
def test_validate_gives_sound_dataset_back(tiny_dataset, kind):
    dataset = tiny_dataset(**kind)
    xr.testing.assert_identical(check(dataset.copy(deep=True)), dataset)


def test_ocean_may_be_missing(tiny_dataset):
    dataset = tiny_dataset()
    dataset["temperature"].values[:, 0, 0] = np.nan
    assert check(dataset) is dataset


def test_region_names_are_read_without_underscores(tiny_dataset):
    assert region_names(tiny_dataset()) == {1: "South", 2: "Far North"}


def test_class_mapping_is_that_of_the_scene(tiny_dataset):
    dataset = with_attributes("land_cover", class_mapping='{"ENF": [42]}')(tiny_dataset())
    assert class_mapping(dataset) == {"ENF": [42]}
