"""A result as a CF dataset that says how it was made."""

import json
from datetime import UTC, datetime

import numpy as np
import xarray as xr

from explorer.pipeline import Result
from explorer.report.lineage import CITATION, input_hashes, versions
from explorer.scene.grid import CRS_VARIABLE
from explorer.variables import OUTPUTS

WRITTEN = ("nep", "npp", "rh", "rs", "fpar", "epsilon")


def to_dataset(result: Result, names: tuple[str, ...] = WRITTEN) -> xr.Dataset:
    """Return the outputs on the scene's grid, with CF metadata and lineage.

    Parameters
    ----------
    result : Result
    names : tuple of str
        Rows of ``variables.OUTPUTS``.

    Returns
    -------
    xarray.Dataset
        Variables of shape (month, y, x), float32, missing outside the land cells.
    """
    scene = result.scene
    grid = scene.grid
    dims = ("month", *grid.dims)
    dataset = xr.Dataset(
        {name: (dims, scene.on_grid(result.monthly(name)), _attributes(name)) for name in names},
        coords={
            "month": ("month", np.arange(1, 13), {"long_name": "month of the year"}),
            grid.dims[0]: (grid.dims[0], grid.y, _axis_attributes(grid.dims[0])),
            grid.dims[1]: (grid.dims[1], grid.x, _axis_attributes(grid.dims[1])),
        },
        attrs=_global_attributes(result),
    )
    mapping = grid.crs.to_cf() | {"crs_wkt": grid.crs.to_wkt()}
    return dataset.assign_coords({CRS_VARIABLE: ((), 0, mapping)})


def _attributes(name: str) -> dict[str, str]:
    row = OUTPUTS[name]
    attributes = {
        "long_name": row.long_name,
        "units": row.unit,
        "grid_mapping": CRS_VARIABLE,
        "cell_methods": "area: mean",
    }
    return attributes | ({"standard_name": row.standard_name} if row.standard_name else {})


def _axis_attributes(name: str) -> dict[str, str]:
    return {
        "northing": {"standard_name": "projection_y_coordinate", "units": "m", "axis": "Y"},
        "easting": {"standard_name": "projection_x_coordinate", "units": "m", "axis": "X"},
        "lat": {"standard_name": "latitude", "units": "degrees_north", "axis": "Y"},
        "lon": {"standard_name": "longitude", "units": "degrees_east", "axis": "X"},
    }[name]


def _global_attributes(result: Result) -> dict[str, object]:
    scene = result.scene
    return {
        "Conventions": "CF-1.11",
        "title": f"Net ecosystem productivity: {scene.title}; {result.scenario.label}",
        "source": "nep-explorer, System 1: improved CASA with soil respiration",
        "references": CITATION,
        "history": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} nep-explorer run",
        "comment": "\n".join(result.warnings),
        "synthetic": int(scene.synthetic),
        "radiation_source": scene.radiation_source,
        "scenario": json.dumps(result.scenario.to_dict(), ensure_ascii=False),
        "scenario_id": result.scenario.identity,
        "input_hashes": json.dumps(input_hashes(scene)),
        "versions": json.dumps(versions()),
        "counts": json.dumps(result.counts),
    }
