"""Where the cells of a dataset lie: what is wrong with its axes and its coordinate system."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from explorer.scene.encoded import encoded
from explorer.scene.grid import (
    GEOGRAPHIC,
    PROJECTED,
    axis_step,
    crs_of,
    grid_of,
    is_equal_area,
    is_of_earth,
)
from explorer.scene.metadata import packing_faults
from explorer.tables.classes import OUTSIDE_CODES

REGULAR = 1e-3  # share of a cell by which a spacing may differ
CELL_SIDES = {PROJECTED: (1.0, 2e6), GEOGRAPHIC: (1e-5, 60.0)}  # m, degrees
FARTHEST = 1e8  # m from the origin of a projected grid


def horizontal_faults(dataset: xr.Dataset, horizontal: tuple[str, str]) -> Iterator[str]:
    """Yield what is wrong with the two axes."""
    for name in horizontal:
        if name not in dataset.coords:
            if name in dataset.dims:
                yield f"{name}: a dimension without coordinate values; expected cell centres"
            continue
        if dataset[name].dtype.kind not in "iuf":
            yield f"{name}: values of type {dataset[name].dtype}; expected cell centres as numbers"
            continue
        axis = np.asarray(dataset[name].values, dtype=float)
        if axis.size < 2 or not np.isfinite(axis).all():
            got = np.array2string(axis, threshold=8)
            yield f"{name}: expected two or more finite cell centres; got {got}"
            continue
        if name == "lat" and np.abs(axis).max() > 90:
            yield f"lat: from {axis.min():g} to {axis.max():g}; expected degrees within -90 to 90"
        steps = np.diff(axis)
        if not ((steps > 0).all() or (steps < 0).all()):
            wrong = (np.sign(steps) != np.sign(steps[0])) | (steps == 0)
            turn = int(np.flatnonzero(wrong)[0]) + 1
            yield (
                f"{name}: not sorted, {axis[turn - 1]:g} is followed by {axis[turn]:g} at "
                f"position {turn}; expected cell centres that only rise or only fall, none twice"
            )
        elif np.abs(steps - axis_step(axis)).max() > REGULAR * abs(axis_step(axis)):
            yield (
                f"{name}: uneven spacing from {np.abs(steps).min():g} to {np.abs(steps).max():g}; "
                "expected a regular grid; give the recipe a [grid] to resample onto one"
            )
        elif not _is_on_earth(name, axis):
            low, high = CELL_SIDES[horizontal]
            unit = "degrees" if horizontal == GEOGRAPHIC else "m"
            yield (
                f"{name}: from {axis.min():g} to {axis.max():g} in steps of "
                f"{abs(axis_step(axis)):g}; expected cells of {low:g} to {high:g} {unit} that lie "
                "side by side on the Earth"
            )


def _is_on_earth(name: str, axis: np.ndarray) -> bool:
    """Tell whether cells are of a size, and at places, that cells can have."""
    low, high = CELL_SIDES[GEOGRAPHIC if name in GEOGRAPHIC else PROJECTED]
    side = abs(axis_step(axis))
    farthest, widest = (720.0, 360.0) if name in GEOGRAPHIC else (FARTHEST, 2 * FARTHEST)
    around = side * axis.size <= widest * (1 + REGULAR)
    return low <= side <= high and around and bool(np.abs(axis).max() <= farthest)


def projection_faults(dataset: xr.Dataset, horizontal: tuple[str, str]) -> Iterator[str]:
    """Yield what is wrong with the coordinate system, or with where it lays the land."""
    crs = crs_of(dataset)
    if crs is not None and not is_of_earth(crs):
        yield f"spatial_ref: {crs.name!r} is not of the Earth; expected a system that is"
    elif crs is None:
        yield "spatial_ref: no known coordinate system; expected crs_wkt; name `crs` in the recipe"
    elif crs.is_geographic != (horizontal == GEOGRAPHIC):
        yield f"spatial_ref: {crs.name!r} does not go with the axes {', '.join(horizontal)}"
    elif not crs.is_geographic and not is_equal_area(crs):
        yield (
            f"spatial_ref: {crs.name!r} does not keep areas, so totals would be wrong; expected an "
            "equal-area projection; give the recipe a [grid] with one, for example Albers"
        )
    elif "land_cover" in dataset and not _is_known_faulty(dataset, horizontal):
        off = _land_off_earth(dataset)
        if off:
            yield f"spatial_ref: {off} land cells lie off the Earth in {crs.name!r}; check both"


def _is_known_faulty(dataset: xr.Dataset, horizontal: tuple[str, str]) -> bool:
    """Tell whether axes or land cover have faults, so that cells cannot be placed."""
    layer = dataset["land_cover"]
    return (
        layer.dtype.kind not in "iuf"
        or set(layer.dims) != set(horizontal)
        or any(True for _ in packing_faults(layer, is_code=True))
        or any(True for _ in horizontal_faults(dataset, horizontal))
    )


def _land_off_earth(dataset: xr.Dataset) -> int:
    """Return how many cells of land have no latitude."""
    grid = grid_of(dataset)
    if grid.latitude_range is not None:  # no cell is off the Earth
        return 0
    stored = encoded(dataset["land_cover"].transpose(*grid.dims))
    land = stored.known() & ~np.isin(stored.values, OUTSIDE_CODES)
    return int((land & ~np.isfinite(grid.latitudes())).sum())
