"""The published grids of the world that predictors are made of, read as they are handed out.

BIOME4's climatology (Kaplan et al. 2003, doi 10.1029/2002JD002559) and twelve months of MOD13C2
(Didan 2015, doi 10.5067/MODIS/MOD13C2.006), both at 0.5 degrees, under the folder that
``NEP_EXPLORER_REAL_DATA`` names.
"""

import os
import zipfile
from pathlib import Path

import numpy as np

from explorer.errors import SchemaError, SourceError
from explorer.observations.rasters import Raster
from explorer.scene.damage import reading
from explorer.scene.store import open_dataset
from explorer.systems.fusion.climate import climate_predictors, index_predictors

REAL_DATA = "NEP_EXPLORER_REAL_DATA"
SRDB = Path("srdb", "srdb-data.csv")
CLIMATE = Path("biome4_climatology", "BIOME4_inputdata.nc")
INDEX = Path("mod13c2_evi_2006_0p5deg")
INDEX_FILE = "MODIS_0.5rs-Raster_2006-{month:02d}-01.txt.zip"
TENTHS = 0.1  # temperature and sunshine are stored times ten
EVI_SCALE = 1e-4

UNITS = {
    "t_mean": "degC", "t_warmest": "degC", "t_coldest": "degC", "growing_degrees": "degC d",
    "p_sum": "mm yr-1", "p_driest": "mm month-1", "p_wettest": "mm month-1", "p_seasonality": "1",
    "p_warm": "mm yr-1", "sun_mean": "percent", "miami": "g m-2 yr-1", "respiration_climate": "1",
    "t_lowest": "degC", "water_capacity": "mm m-1", "percolation": "mm h-1",
    "evi_mean": "1", "evi_max": "1", "evi_min": "1", "evi_warm": "1",
}  # fmt: skip


def real_data_folder() -> Path:
    """Return the folder of real data.

    Raises
    ------
    SourceError
        When ``NEP_EXPLORER_REAL_DATA`` names none.
    """
    named = os.environ.get(REAL_DATA, "")
    if not named or not Path(named).is_dir():
        raise SourceError(
            f"{REAL_DATA} = {named!r}: expected a folder with {SRDB}, {CLIMATE} and {INDEX}; set "
            "it, or see `nep-explorer fuse demo`, which needs none"
        )
    return Path(named)


def world_rasters(folder: Path) -> dict[str, Raster]:
    """Return every predictor that has a value at any place of the land, by name.

    Parameters
    ----------
    folder : path
        The folder of real data.

    Raises
    ------
    SourceError
        When a file is missing or unreadable.
    SchemaError
        When a file is not what it is expected to be.
    """
    lon, lat, climate = _climatology(folder / CLIMATE)
    index_lon, index_lat, index = _index(folder / INDEX)
    ours, theirs = ((x[0], y[0], x.size, y.size) for x, y in ((lon, lat), (index_lon, index_lat)))
    if not np.allclose(ours, theirs):
        raise SchemaError(
            [f"first cell and shape of {CLIMATE}: {ours}; of {INDEX}: {theirs}"], str(folder)
        )
    fields = climate_predictors(climate["temp"], climate["prec"], climate["sun"])
    fields["t_lowest"] = climate["tmin"]
    fields["water_capacity"] = _told(climate["whc"][0])
    fields["percolation"] = _told(climate["perc"][0])
    climatology = "BIOME4 climatology, 0.5 degrees (Kaplan et al. 2003)"
    modis = "MOD13C2 EVI of 2006, 0.5 degrees (Didan 2015)"
    index_fields = index_predictors(index, climate["temp"])
    return {
        name: Raster(
            lon, lat, values.astype(np.float32), UNITS[name],
            modis if name in index_fields else climatology,
        )
        for name, values in {**fields, **index_fields}.items()
    }  # fmt: skip


def _climatology(path: Path) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Return centres of cells and fields in degC, mm and percent; NaN at sea."""
    if not path.is_file():
        raise SourceError(f"{path}: no such file")
    dataset = open_dataset(path, decoded=False)
    missing = {"temp", "prec", "sun", "whc", "perc", "tmin"} - {*map(str, dataset.data_vars)}
    if missing:
        raise SchemaError([f"no variable {name!r}" for name in sorted(missing)], path.name)
    fields = {}
    with reading(path):
        for name in ("temp", "prec", "sun", "whc", "perc", "tmin"):
            raw = dataset[name]
            values = np.asarray(raw.values, dtype=np.float32)
            gaps = [raw.attrs[key] for key in ("missing_value", "_FillValue") if key in raw.attrs]
            for gap in gaps:
                values[values == np.float32(gap)] = np.nan
            fields[name] = values * np.float32(TENTHS if name in ("temp", "tmin", "sun") else 1)
    # The labels are the south-western corners of the cells.
    lon = np.asarray(dataset["lon"].values, float) + 0.25
    lat = np.asarray(dataset["lat"].values, float) + 0.25
    return lon, lat, fields


def _told(soil: np.ndarray) -> np.ndarray:
    """Return a soil layer without its marks of ice and of no soil, below 0 and at 999."""
    return np.where((soil >= 0) & (soil < 999), soil, np.nan)


def _index(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return centres of cells and the index of twelve months, (12, y, x), NaN without a value."""
    months: list[np.ndarray] = []
    head: dict[str, float] = {}
    for month in range(1, 13):
        head, values = _ascii_grid(folder / INDEX_FILE.format(month=month))
        months.append(values * EVI_SCALE)
    lon = head["xllcorner"] + head["cellsize"] * (np.arange(int(head["ncols"])) + 0.5)
    rows = int(head["nrows"])
    lat = head["yllcorner"] + head["cellsize"] * (rows - np.arange(rows) - 0.5)
    return lon, lat, np.stack(months)


def _ascii_grid(path: Path) -> tuple[dict[str, float], np.ndarray]:
    """Read the one ESRI ASCII grid of an archive; NaN where it has no data."""
    try:
        with zipfile.ZipFile(path) as archive:
            (name,) = archive.namelist()
            words = archive.read(name).decode("ascii").split()
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file") from error
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise SourceError(
            f"{path}: expected an archive of one ESRI ASCII grid ({error})"
        ) from error
    head = {words[at].lower(): float(words[at + 1]) for at in range(0, 12, 2)}
    shape = int(head["nrows"]), int(head["ncols"])
    values = np.array(words[12:], dtype=np.float32)
    if values.size != shape[0] * shape[1]:
        raise SchemaError([f"{values.size} values; expected {shape[0]} x {shape[1]}"], path.name)
    values = values.reshape(shape)
    values[values == head["nodata_value"]] = np.nan
    return head, values
