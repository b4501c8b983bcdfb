"""A map as GeoTIFF: north up, with coordinate system, unit, missing value and lineage."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_bounds

from explorer.outputs.claims import replacing
from explorer.report.cards.card import Layer
from explorer.report.lineage import file_attributes
from explorer.report.shown import Shown
from explorer.session.link import plain
from explorer.systems.layers import Layers

TILE = 256  # cells along a side


def write_geotiff(shown: Shown, out: str | os.PathLike, *, overwrite: bool = False) -> Path:
    """Write the map that a page shows, whole or not at all; see ``save_geotiff``."""
    with replacing(out, overwrite=overwrite) as fresh:
        save_geotiff(shown, fresh)
    return Path(out)


def save_geotiff(shown: Shown, path: Path) -> None:
    """Write the map that a page shows to a path that was claimed; see ``save_layers``."""
    view = json.dumps(plain(shown.view), ensure_ascii=False)
    save_layers(shown.result, [shown.layer], path, {"view": view}, descriptions=[shown.title])


def save_layers(
    result: Layers,
    layers: Sequence[Layer],
    path: Path,
    tags: Mapping[str, str],
    *,
    descriptions: Sequence[str] = (),
) -> None:
    """Write maps of a result's scene to a path that was claimed, a band for each.

    Bands are 32-bit numbers, NaN where there is no land cell. The first row is the northernmost,
    whatever the order of the scene's rows. Tags of the file hold the lineage: tables as JSON; tags
    of a band say what it is, of which scenario, and what its codes mean.

    Parameters
    ----------
    result : Layers
        Whose lineage it is.
    layers : sequence of Layer
    path : path
    tags : mapping
        Of the file, beside the lineage.
    descriptions : sequence of str, optional
        Of the bands; default: long name, date and scenario.
    """
    scene, grid = result.scene, result.scene.grid
    dy, dx = grid.steps
    rows, columns = grid.shape
    profile = {
        "driver": "GTiff", "dtype": "float32", "count": len(layers), "height": rows,
        "width": columns, "crs": grid.crs.to_wkt(),
        "transform": from_bounds(*grid.bounds, columns, rows),
        "nodata": np.nan, "compress": "deflate", "predictor": 3, "bigtiff": "if_safer",
    }  # fmt: skip
    if rows >= TILE and columns >= TILE:
        profile |= {"tiled": True, "blockxsize": TILE, "blockysize": TILE}
    with rasterio.open(path, "w", **profile) as file:
        for number, layer in enumerate(layers, start=1):
            values = scene.on_grid(layer.values)
            values = values[:: 1 if dy < 0 else -1, :: 1 if dx > 0 else -1]
            file.write(np.ascontiguousarray(values), number)
            told = f"{layer.long_name}, {layer.date}, {layer.label}"
            file.set_band_description(number, descriptions[number - 1] if descriptions else told)
            file.update_tags(number, **_band_tags(layer))
        file.units = tuple(layer.unit for layer in layers)
        file.scales, file.offsets = (1.0,) * len(layers), (0.0,) * len(layers)
        file.update_tags(**file_attributes(result) | dict(tags), AREA_OR_POINT="Area")


def _band_tags(layer: Layer) -> dict[str, str]:
    tags = {
        "variable": layer.name, "long_name": layer.long_name, "units": layer.unit,
        "date": layer.date, "scenario_id": layer.scenario, "label": layer.label,
    }  # fmt: skip
    if layer.codes:
        tags["codes"] = json.dumps(dict(enumerate(layer.codes)), ensure_ascii=False)
    return tags
