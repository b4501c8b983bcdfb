"""A result as a CF dataset that says how it was made."""

import json

import numpy as np
import xarray as xr

from explorer.pipeline import Result
from explorer.report.lineage import file_attributes
from explorer.report.shown import TOTAL_UNIT, Shown, is_carbon_flux
from explorer.scene.grid import CRS_VARIABLE, Grid
from explorer.session.link import plain
from explorer.tables.variables import OUTPUTS

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
    dims = ("month", *scene.grid.dims)
    return xr.Dataset(
        {name: (dims, scene.on_grid(result.monthly(name)), _attributes(name)) for name in names},
        coords={"month": _MONTH_AXIS, **_grid_coordinates(scene.grid)},
        attrs=file_attributes(result),
    )


def shown_dataset(shown: Shown) -> xr.Dataset:
    """Return what a page shows: the map of one period, and the series and totals of its places.

    Returns
    -------
    xarray.Dataset
        The map has shape (y, x), float32, missing outside the land cells, and scalar coordinates
        ``year`` and ``shown_month`` where it has them. ``<name>_monthly`` (place, month) are
        area-weighted means of every region (and the cell last tapped), ``<name>_total`` (place)
        their totals in Tg C a year, missing for the cell.
    """
    result, name = shown.result, shown.variable
    grid = result.scene.grid
    attributes = _attributes(name) | {"units": shown.unit}
    if shown.month is None:
        attributes["cell_methods"] = f"area: mean time: {OUTPUTS[name].yearly}"
        attributes["comment"] = f"{OUTPUTS[name].yearly} of the twelve months"
    variables = {name: (grid.dims, result.scene.on_grid(shown.values), attributes)}
    for each in shown.variables:
        variables |= _of_places(shown, each)
    coordinates = {"month": _MONTH_AXIS, **_grid_coordinates(grid)}
    if shown.month is not None:
        coordinates["shown_month"] = ((), shown.month, {"long_name": "month of the map"})
    if shown.year is not None:
        coordinates["year"] = ((), shown.year, {"long_name": "year of the scene"})
    places = [place.name for place in shown.places(name)]
    coordinates["place"] = (
        "place",
        np.array(places, dtype=object),
        {"long_name": "region or cell"},
    )
    view = json.dumps(plain(shown.view), ensure_ascii=False)
    title = f"{shown.title}: {result.scene.title}; {result.scenario.label}"
    return xr.Dataset(
        variables, coordinates, file_attributes(result) | {"title": title, "view": view}
    )


_MONTH_AXIS = ("month", np.arange(1, 13), {"long_name": "month of the year"})


def _of_places(shown: Shown, name: str) -> dict[str, tuple]:
    """Return series and totals of a variable as variables of a dataset."""
    row, places = OUTPUTS[name], shown.places(name)
    monthly = np.array([place.monthly for place in places])
    attributes = {"long_name": f"{row.long_name}, mean of a place", "units": row.unit}
    variables = {f"{name}_monthly": (("place", "month"), monthly, attributes)}
    if is_carbon_flux(name):
        totals = [np.nan if place.total is None else place.total for place in places]
        attributes = {"long_name": f"{row.long_name}, total of a place", "units": TOTAL_UNIT}
        variables[f"{name}_total"] = (("place",), np.array(totals), attributes)
    return variables


def _grid_coordinates(grid: Grid) -> dict[str, tuple]:
    mapping = grid.crs.to_cf() | {"crs_wkt": grid.crs.to_wkt()}
    axes = zip(grid.dims, (grid.y, grid.x), strict=True)
    return {
        **{name: (name, values, _axis_attributes(name)) for name, values in axes},
        CRS_VARIABLE: ((), 0, mapping),
    }


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
