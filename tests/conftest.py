"""Fixtures: a tiny scene that holds every awkward case, and where the real data are.

``tiny_dataset`` is a factory, so that a test can ask for the scene it needs; all random numbers
come from one fixed seed.
"""

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import jax
import numpy as np
import pytest
import xarray as xr
from pyproj import CRS

from explorer.pipeline import check, prepare
from explorer.scene.loops import interpolate
from explorer.scene.scene import Scene
from explorer.scene.sun import sun_table

ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105"
REAL_DATA = "NEP_EXPLORER_REAL_DATA"
ONE_CODE_PER_CLASS = (1, 2, 3, 4, 5, 6, 10, 12, 16)
SHAPE = (6, 8)

hypothesis.settings.register_profile(
    "explorer",
    deadline=None,  # the first example compiles
    derandomize=True,
    database=None,
    max_examples=25,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink),
)
hypothesis.settings.load_profile("explorer")


def pytest_configure(config: pytest.Config) -> None:
    """Keep what JAX compiles for the next run, and share the processors with other workers."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does
    if not config.pluginmanager.hasplugin("cacheprovider"):
        return
    jax.config.update("jax_compilation_cache_dir", str(config.cache.mkdir("jax")))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def is_long(item: pytest.Item) -> bool:
    """Whether its file takes minutes: it drives a browser, or is a benchmark."""
    return bool(item.get_closest_marker("ui")) or "benchmarks" in item.path.parts


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The one place where a test is skipped: real data that are not there.

    Among several workers the longest files come first, or one waits for the other at the end.
    """
    if os.environ.get("PYTEST_XDIST_WORKER"):
        items.sort(key=is_long, reverse=True)
    if os.environ.get(REAL_DATA):
        return
    for item in items:
        if item.get_closest_marker("real"):
            item.add_marker(pytest.mark.skip(reason=f"{REAL_DATA} names no folder of real data"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    return Path(os.environ[REAL_DATA])


@pytest.fixture(scope="session")
def tiny_dataset() -> Callable[..., xr.Dataset]:
    return make_tiny_dataset


@pytest.fixture(scope="session")
def scene() -> Scene:
    return prepare(check(make_tiny_dataset()))


def monthly_sun(latitude: np.ndarray, year: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Light and daylight of each month at some latitudes, (12, cells): the table read off."""
    table = sun_table(latitude.min(), latitude.max(), year)
    fields = []
    for values in (table.ra, table.hours):
        out = np.empty((1, 12, latitude.size), dtype=np.float32)
        interpolate(values, table.start, table.step, latitude, out)
        fields.append(out[0])
    return fields[0], fields[1]


def make_tiny_dataset(
    *, geographic: bool = False, ci: bool = True, light: str | None = "sunshine"
) -> xr.Dataset:
    """A valid scene of 6 x 8 cells: all nine classes, three ocean cells, two regions.

    Among the cells: one frozen all year, one frozen all winter, one that is hot all year, and one
    without any rain. ``light`` is "sunshine", "radiation" or None.
    """
    rng = np.random.default_rng(20230101)
    y, x = ("lat", "lon") if geographic else ("northing", "easting")
    dims, cells = ("month", y, x), SHAPE[0] * SHAPE[1]
    month = np.arange(12)[:, np.newaxis]
    season = -np.cos(2 * np.pi * (month - 0.5) / 12)  # -1 in January, +1 in July

    temperature = rng.uniform(-4, 20, cells) + season * rng.uniform(4, 18, cells)
    temperature[:, 10] = -22 + 14 * season[:, 0]
    temperature[:, 11] = 1 + 16 * season[:, 0]
    temperature[:, 12] = 28 + 3 * season[:, 0]
    precipitation = rng.uniform(5, 120, cells) * (1.05 + season) * rng.uniform(0.5, 1.5, (12, 1))
    precipitation[:, 13] = 0
    green = rng.uniform(0.15, 0.45, cells) * (1 + 0.8 * season) + rng.uniform(0, 0.1, (12, cells))

    codes = np.resize(ONE_CODE_PER_CLASS, cells)
    codes[[0, 7, 47]] = 0, 17, 255
    region = np.repeat([2, 2, 2, 1, 1, 1], SHAPE[1])
    fields = {
        "ndvi": (green, "1"),
        "temperature": (temperature, "degC"),
        "precipitation": (precipitation, "mm month-1"),
        "ci": (rng.uniform(0.45, 0.95, (12, cells)), "1"),
        "sunshine": (rng.uniform(0.2, 0.8, (12, cells)), "1"),
        "radiation": (rng.uniform(150, 700, (12, cells)), "MJ m-2 month-1"),
    }
    for name, wanted in (("ci", ci), ("sunshine", light), ("radiation", light)):
        if wanted is None or wanted is False or (name != "ci" and name != light):
            del fields[name]
    dataset = xr.Dataset(
        {
            name: (dims, values.reshape(12, *SHAPE).astype(np.float32), {"units": unit})
            for name, (values, unit) in fields.items()
        }
    )
    if ci:
        dataset["ci"].values[3, 2, :4] = (np.nan, 0.0, 0.9, np.nan)
    elevation = rng.uniform(0, 4500, SHAPE).astype(np.float32)
    dataset["elevation"] = (dims[1:], elevation, {"units": "m"})
    dataset["land_cover"] = (dims[1:], codes.reshape(SHAPE).astype(np.int16), {"units": "code"})
    names = {"units": "code", "flag_values": [1, 2], "flag_meanings": "South Far_North"}
    dataset["region"] = (dims[1:], region.reshape(SHAPE).astype(np.int16), names)
    if geographic:
        axes = {y: 47.5 - 5.0 * np.arange(SHAPE[0]), x: 82.5 + 5.0 * np.arange(SHAPE[1])}
    else:
        axes = {y: 4.8e6 - 4e5 * np.arange(SHAPE[0]), x: -1.4e6 + 4e5 * np.arange(SHAPE[1])}
    crs = CRS.from_user_input("EPSG:4326" if geographic else ALBERS)
    dataset = dataset.assign_coords(month=np.arange(1, 13), **axes)
    dataset["spatial_ref"] = ((), 0, {"crs_wkt": crs.to_wkt()})
    return dataset.assign_attrs(title="Tiny scene", synthetic=1, notes="made by conftest.py")
