"""A map as GeoTIFF: north up, with coordinate system, unit, missing value and lineage."""

import json
import os
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_bounds

from explorer.outputs.claims import replacing
from explorer.report.lineage import file_attributes
from explorer.report.shown import Shown
from explorer.session.link import plain

TILE = 256  # cells along a side


def write_geotiff(shown: Shown, out: str | os.PathLike, *, overwrite: bool = False) -> Path:
    """Write the map that a page shows, whole or not at all; see ``save_geotiff``."""
    with replacing(out, overwrite=overwrite) as fresh:
        save_geotiff(shown, fresh)
    return Path(out)


def save_geotiff(shown: Shown, path: Path) -> None:
    """Write the map that a page shows to a path that was claimed.

    One band of 32-bit numbers, NaN where there is no land cell. The first row is the northernmost,
    whatever the order of the scene's rows. Tags of the file hold the lineage: tables as JSON; tags
    of the band say what codes mean.
    """
    grid, row = shown.scene.grid, shown.row
    values = shown.scene.on_grid(shown.values)
    dy, dx = grid.steps
    values = values[:: 1 if dy < 0 else -1, :: 1 if dx > 0 else -1]
    rows, columns = values.shape
    profile = {
        "driver": "GTiff", "dtype": "float32", "count": 1, "height": rows, "width": columns,
        "crs": grid.crs.to_wkt(), "transform": from_bounds(*grid.bounds, columns, rows),
        "nodata": np.nan, "compress": "deflate", "predictor": 3, "bigtiff": "if_safer",
    }  # fmt: skip
    if rows >= TILE and columns >= TILE:
        profile |= {"tiled": True, "blockxsize": TILE, "blockysize": TILE}
    unit = str(shown.unit)
    band = {"variable": shown.variable, "long_name": row.long_name, "units": unit}
    if shown.code_names:
        band["codes"] = json.dumps(dict(enumerate(shown.code_names)), ensure_ascii=False)
    view = json.dumps(plain(shown.view), ensure_ascii=False)
    with rasterio.open(path, "w", **profile) as file:
        file.write(np.ascontiguousarray(values), 1)
        file.set_band_description(1, shown.title)
        file.units, file.scales, file.offsets = (unit,), (1.0,), (0.0,)
        file.update_tags(**file_attributes(shown.result), view=view, AREA_OR_POINT="Area")
        file.update_tags(1, **band)
