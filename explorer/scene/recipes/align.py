"""Bring variables onto one grid: check that they share one, or resample them onto a given one."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.transform import from_origin
from rasterio.warp import transform_bounds
from rioxarray.exceptions import RioXarrayError

from explorer.errors import RecipeError
from explorer.memory import require_memory
from explorer.scene.damage import in_a_line
from explorer.scene.grid import GEOGRAPHIC, PROJECTED, axis_step, is_equal_area, is_of_earth
from explorer.tables.variable import CODED

RESAMPLINGS: dict[str, Resampling] = {
    name: Resampling[name] for name in ("nearest", "bilinear", "average", "mode", "cubic")
}
MOST_CELLS = 1_000_000  # along a side
BYTES = 4  # of a value on the grid
SAME_PLACE = 1e-3  # share of a cell by which two grids may differ and still be one


@dataclass(frozen=True)
class TargetGrid:
    """The grid a recipe asks for; bounds default to those of the land cover, snapped outwards."""

    crs: str
    resolution: float
    bounds: tuple[float, float, float, float] | None = None


def on_one_grid(
    arrays: dict[str, xr.DataArray],
    grid: TargetGrid | None,
    resamplings: dict[str, str | None],
) -> xr.Dataset:
    """Return one dataset of all variables on one grid, with ``spatial_ref``.

    Parameters
    ----------
    arrays : dict of DataArray
        As ``sources.read_source`` gives them.
    grid : TargetGrid or None
        Where to resample to; None means that they must share a grid already.
    resamplings : dict of str
        How to resample a variable; one not named, or None, gets what suits it.

    Raises
    ------
    RecipeError
        When grids differ and no target is given, or the target's CRS is unknown.
    """
    if grid is None:
        _require_same_grid(arrays)
        first = next(iter(arrays.values()))
        y, x = first.dims[-2:]
        here = {y: first[y], x: first[x]}
        merged = {name: array.assign_coords(here) for name, array in arrays.items()}
    else:
        merged = _resampled(arrays, grid, resamplings)
        first = next(iter(merged.values()))
    dataset = xr.Dataset(merged).rio.write_crs(first.rio.crs)
    for name in merged:
        dataset[name].attrs["grid_mapping"] = "spatial_ref"
        dataset[name].encoding = {}
    return dataset


def _require_same_grid(arrays: dict[str, xr.DataArray]) -> None:
    (reference, first), *others = arrays.items()
    problems = []
    for name, array in others:
        for axis, mine in zip(array.dims[-2:], first.dims[-2:], strict=True):
            fault = _axis_difference(array[axis], first[mine])
            if fault:
                problems.append(f"{name}: {axis} {fault} {reference}'s; add a [grid] to the recipe")
        if array.rio.crs != first.rio.crs:
            problems.append(f"{name}: another coordinate system than {reference}'s; add a [grid]")
    if problems:
        raise RecipeError(problems, "grids differ")


def _axis_difference(axis: xr.DataArray, reference: xr.DataArray) -> str | None:
    if axis.name != reference.name:
        return f"is not {reference.name}, as is"
    if axis.size != reference.size:
        return f"has {axis.size} cells, not {reference.size} like"
    shift = np.abs(axis.values - reference.values).max()
    if shift > SAME_PLACE * abs(axis_step(reference.values)):
        return f"is shifted by up to {shift:g} against"
    return None


def _resampled(
    arrays: dict[str, xr.DataArray], grid: TargetGrid, resamplings: dict[str, str | None]
) -> dict[str, xr.DataArray]:
    crs = _target_crs(grid.crs)
    y, x = GEOGRAPHIC if crs.is_geographic else PROJECTED
    bounds = grid.bounds or _outer_bounds(arrays, crs, grid.resolution)
    left, _, _, top = bounds
    shape = _shape(bounds, grid.resolution, arrays)
    transform = from_origin(left, top, grid.resolution, grid.resolution)
    centres = {
        y: top - (np.arange(shape[0]) + 0.5) * grid.resolution,
        x: left + (np.arange(shape[1]) + 0.5) * grid.resolution,
    }
    moved = {}
    for name, array in arrays.items():
        array = array.rio.set_spatial_dims(y_dim=array.dims[-2], x_dim=array.dims[-1])
        method = RESAMPLINGS[resamplings.get(name) or _method(name, array, grid, crs)]
        # Codes use 0 for "none"; measured values use NaN, so that sea never bleeds into land.
        empty = 0 if name in CODED else np.nan
        try:
            result = array.rio.reproject(
                crs.to_wkt(), transform=transform, shape=shape, resampling=method, nodata=empty
            )
        except (RasterioError, RioXarrayError, ValueError) as error:
            problem = f"{name}: cannot be brought onto the grid: {in_a_line(error)}; check `crs`"
            raise RecipeError([problem]) from error
        result = result.rename({result.rio.y_dim: y, result.rio.x_dim: x}).assign_coords(centres)
        result.attrs = {key: value for key, value in array.attrs.items() if key != "_FillValue"}
        moved[name] = result.rio.write_crs(crs.to_wkt())
    return moved


def _target_crs(text: str) -> CRS:
    try:
        crs = CRS.from_user_input(text)
    except CRSError as error:
        raise RecipeError([f"grid.crs: {text!r} is unknown: {error}"]) from error
    if not is_of_earth(crs) or not (crs.is_geographic or is_equal_area(crs)):
        raise RecipeError(
            [
                f"grid.crs: {text!r} is neither longitude and latitude on Earth nor a projection "
                "that keeps areas; expected one of them, for example Albers"
            ]
        )
    return crs


def _shape(
    bounds: tuple[float, float, float, float],
    resolution: float,
    arrays: dict[str, xr.DataArray],
) -> tuple[int, int]:
    """Return how many cells there are down and along, if they have room in memory."""
    left, bottom, right, top = bounds
    down, along = (top - bottom) / resolution, (right - left) / resolution
    if not (1.5 <= down <= MOST_CELLS and 1.5 <= along <= MOST_CELLS):
        raise RecipeError(
            [
                f"grid: {down:.6g} by {along:.6g} cells; expected 2 to {MOST_CELLS} each way: "
                "check resolution, bounds and crs"
            ]
        )
    shape = round(down), round(along)
    layers = sum(array.sizes.get("month", 1) for array in arrays.values())
    require_memory(
        float(shape[0]) * shape[1] * layers * BYTES,
        f"grid: {shape[0]} by {shape[1]} cells of {layers} layers",
        "choose a coarser resolution or narrower bounds",
    )
    return shape


def _method(name: str, array: xr.DataArray, grid: TargetGrid, crs: CRS) -> str:
    """Fine sources are averaged, coarse ones interpolated; codes keep to codes that are there."""
    left, bottom, right, top = transform_bounds(array.rio.crs, crs.to_wkt(), *array.rio.bounds())
    source_cell = max((right - left) / array.shape[-1], (top - bottom) / array.shape[-2])
    finer = source_cell < 0.75 * grid.resolution
    if name in CODED:
        return "mode" if finer else "nearest"
    return "average" if finer else "bilinear"


def _outer_bounds(
    arrays: dict[str, xr.DataArray], crs: CRS, resolution: float
) -> tuple[float, float, float, float]:
    array = arrays.get("land_cover", next(iter(arrays.values())))
    array = array.rio.set_spatial_dims(y_dim=array.dims[-2], x_dim=array.dims[-1])
    try:
        left, bottom, right, top = transform_bounds(
            array.rio.crs, crs.to_wkt(), *array.rio.bounds()
        )
    except (RasterioError, RioXarrayError) as error:
        problem = f"its place cannot be told in the grid's crs: {in_a_line(error)}; give `bounds`"
        raise RecipeError([f"{array.name}: {problem}"]) from error
    if not np.isfinite([left, bottom, right, top]).all():
        raise RecipeError([f"{array.name}: lies partly outside the grid's crs; give `bounds`"])
    return (
        float(np.floor(left / resolution) * resolution),
        float(np.floor(bottom / resolution) * resolution),
        float(np.ceil(right / resolution) * resolution),
        float(np.ceil(top / resolution) * resolution),
    )
