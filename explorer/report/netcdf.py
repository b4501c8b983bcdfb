"""A result as a CF dataset that says how it was made."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from explorer.report.cards.card import Layer
from explorer.report.lineage import file_attributes
from explorer.report.shown import Shown
from explorer.scene.blocks import from_blocks
from explorer.scene.grid import CRS_VARIABLE, Grid
from explorer.session.link import plain
from explorer.systems.layers import Layers
from explorer.tables.periods import Period, Periods
from explorer.tables.variable import Variable

MONTH = "month"
"""Both the kind of periods and the dimension of months in a file."""


def to_dataset(result: Layers, names: Sequence[str] | None = None) -> xr.Dataset:
    """Return variables on the scene's grid, with CF metadata and lineage.

    Parameters
    ----------
    result : Layers
    names : sequence of str, optional
        Default: what its system says a file of maps holds.

    Returns
    -------
    xarray.Dataset
        Float32, missing outside the land cells. Variables of months have the shape (month, y, x),
        of other steps (step, y, x) with a coordinate that says when a step begins, of nothing but
        a year (y, x); of several years a first dimension ``year``.
    """
    names = result.scenario.system.written if names is None else names
    periods, scene = result.periods, result.scene
    variables: dict[str, tuple] = {}
    for name in names:
        row = result.variables[name]
        is_constant = result.is_constant(name)
        years = (None,) if is_constant else periods.years
        fields = [_on_grid(result, name, year, is_constant) for year in years]
        values = fields[0]
        dims: tuple[str, ...] = scene.grid.dims
        if not is_constant and not periods.annual:
            dims = (step_dimension(periods), *dims)
        if len(years) > 1:
            values, dims = np.stack(fields), ("year", *dims)
        variables[name] = (dims, values, _attributes(row) | _codes(result, name))
    return xr.Dataset(
        variables,
        coords={**_time_axes(periods), **grid_coordinates(scene.grid)},
        attrs=file_attributes(result),
    )


def _on_grid(result: Layers, name: str, year: int | None, is_constant: bool) -> np.ndarray:
    """Return the steps of a year on the grid, (steps, y, x); (y, x) of what has no steps."""
    scene = result.scene
    if is_constant or result.periods.annual:
        return scene.on_grid(result.cells(name, Period(None, year)))
    return scene.on_grid(from_blocks(result.steps(name, year), scene.cells))


def shown_dataset(shown: Shown) -> xr.Dataset:
    """Return what a page shows: the map of one period, and the series and totals of its places.

    Returns
    -------
    xarray.Dataset
        The map has shape (y, x), float32, missing outside the land cells, and scalar coordinates
        ``year`` and ``shown_month`` (``shown_step``) where it has them. ``<name>_monthly`` (place,
        month), or ``<name>_steps`` (place, step), are area-weighted means of every region (and the
        cell last tapped); ``<name>_mean`` (place) those of what has nothing but the year;
        ``<name>_total`` (place) their totals in Tg C a year, missing for the cell.
    """
    result, name, periods = shown.result, shown.variable, shown.periods
    grid = result.scene.grid
    attributes = _attributes(shown.row) | {"units": str(shown.unit)} | _codes(result, name)
    if shown.period.yearly and shown.steps(name):
        over = shown.row.over_year
        count = "twelve months" if periods.kind == MONTH else f"{periods.steps} steps"
        attributes["cell_methods"] = f"area: mean time: {over}"
        attributes["comment"] = f"{over} of the {count}"
    variables = {name: (grid.dims, result.scene.on_grid(shown.values), attributes)}
    for each in shown.variables:
        variables |= _of_places(shown, each)
    coordinates: dict[str, Any] = {**_time_axes(periods, shown.year), **grid_coordinates(grid)}
    if shown.period.step is not None:
        word = step_dimension(periods)
        step = (), shown.period.step, {"long_name": f"{word} of the map"}
        coordinates[f"shown_{word}"] = step
    if shown.year is not None:
        coordinates["year"] = ((), shown.year, {"long_name": "year of the scene"})
    places = [place.name for place in shown.places(name)] if shown.variables else []
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


def layers_dataset(result: Layers, layers: Sequence[Layer], title: str, comment: str) -> xr.Dataset:
    """Return maps of a result's scene: (y, x), or with the steps before that where one has several.

    Parameters
    ----------
    result : Layers
        Whose lineage it is.
    layers : sequence of Layer
        Those of one name are the steps of a year, in their order.
    title, comment : str
    """
    grid, periods = result.scene.grid, result.periods
    by_name: dict[str, list[Layer]] = {}
    for layer in layers:
        by_name.setdefault(layer.name, []).append(layer)
    variables: dict[str, tuple] = {}
    coordinates: dict[str, Any] = grid_coordinates(grid)
    for name, parts in by_name.items():
        first = parts[0]
        dims: tuple[str, ...] = grid.dims
        fields = [result.scene.on_grid(layer.values) for layer in parts]
        values = fields[0]
        if len(parts) > 1:
            dims = (step_dimension(periods), *dims)
            values = np.stack(fields)
            coordinates |= _time_axes(periods, first.period.year or periods.years[0])
        attributes = {
            "long_name": first.long_name, "units": first.unit, "grid_mapping": CRS_VARIABLE,
            "scenario_id": first.scenario, "label": first.label,
        } | _flags(first.codes)  # fmt: skip
        if len(parts) == 1:
            attributes["date"] = first.date
        variables[name] = (dims, values, attributes)
    made = file_attributes(result) | {"title": f"{title}: {result.scene.title}", "card": comment}
    return xr.Dataset(variables, coordinates, made)


def step_dimension(periods: Periods) -> str:
    """Return what the dimension of the steps of a year is called in a file."""
    return MONTH if periods.kind == MONTH else "step"


def _time_axes(periods: Periods, year: int | None = None) -> dict[str, tuple]:
    """Return the coordinates of the steps, and of the years where there are several.

    Parameters
    ----------
    periods : Periods
    year : int, optional
        The only one in the file.
    """
    years = periods.years if year is None else (year,)
    several = len(years) > 1
    axes: dict[str, tuple] = {}
    if several:
        axes["year"] = ("year", np.array(years), {"long_name": "year"})
    if periods.annual:
        return axes
    dimension, steps = step_dimension(periods), np.arange(1, periods.steps + 1)
    axes[dimension] = (dimension, steps, {"long_name": f"{dimension} of the year"})
    if periods.kind != MONTH:
        dates = [[periods.date(period) for period in periods.each(each)] for each in years]
        # A climatology has no year, so its dates can only be text.
        kind = "datetime64[ns]" if years[0] is not None else object
        starts = np.array(dates if several else dates[0], dtype=kind)
        dims = ("year", dimension) if several else (dimension,)
        axes["time"] = (dims, starts, {"long_name": "first day of the step"})
    return axes


def _of_places(shown: Shown, name: str) -> dict[str, tuple]:
    """Return series and totals of a variable as variables of a dataset."""
    row, places = shown.result.variables[name], shown.places(name)
    described = f"{row.long_name}, mean of a place"
    dims: tuple[str, ...] = ("place",)
    if shown.steps(name):
        ending = "monthly" if shown.periods.kind == MONTH else "steps"
        values = np.array([place.steps for place in places])
        attributes = {"long_name": described, "units": str(row.unit)}
        dims += (step_dimension(shown.periods),)
    else:
        ending = "mean"
        values = np.array([place.year for place in places])
        attributes = {"long_name": described, "units": str(row.unit_over(yearly=True))}
    variables: dict[str, tuple] = {f"{name}_{ending}": (dims, values, attributes)}
    unit = shown.total_unit(name)
    if unit is not None:
        totals = [np.nan if place.total is None else place.total for place in places]
        attributes = {"long_name": f"{row.long_name}, total of a place", "units": str(unit)}
        variables[f"{name}_total"] = (("place",), np.array(totals), attributes)
    return variables


def grid_coordinates(grid: Grid) -> dict[str, tuple]:
    """Return the axes of a grid and its coordinate system, as coordinates of a dataset."""
    mapping = grid.crs.to_cf() | {"crs_wkt": grid.crs.to_wkt()}
    axes = zip(grid.dims, (grid.y, grid.x), strict=True)
    return {
        **{name: (name, values, _axis_attributes(name)) for name, values in axes},
        CRS_VARIABLE: ((), 0, mapping),
    }


def _attributes(row: Variable) -> dict[str, Any]:
    attributes = {
        "long_name": row.long_name,
        "units": str(row.unit),
        "grid_mapping": CRS_VARIABLE,
    }
    if not row.is_code:
        attributes["cell_methods"] = "area: mean"
    return attributes | ({"standard_name": row.standard_name} if row.standard_name else {})


def _codes(result: Layers, name: str) -> dict[str, Any]:
    """Return what the codes of a layer mean, as CF says it."""
    if not result.variables[name].is_code:
        return {}
    return _flags(tuple(result.code_names(name)))


def _flags(codes: Sequence[str]) -> dict[str, Any]:
    """Return codes as CF says what they mean; nothing where there are none."""
    if not codes:
        return {}
    names = [each.replace(" ", "_") for each in codes]
    return {
        "flag_values": np.arange(len(names), dtype=np.float32),
        "flag_meanings": " ".join(names),
    }


def _axis_attributes(name: str) -> dict[str, str]:
    return {
        "northing": {"standard_name": "projection_y_coordinate", "units": "m", "axis": "Y"},
        "easting": {"standard_name": "projection_x_coordinate", "units": "m", "axis": "X"},
        "lat": {"standard_name": "latitude", "units": "degrees_north", "axis": "Y"},
        "lon": {"standard_name": "longitude", "units": "degrees_east", "axis": "X"},
    }[name]
