"""One source of one variable: read the file, name its axes, bring its numbers to our unit."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import rioxarray
import xarray as xr

from explorer.errors import RecipeError, SourceError
from explorer.memory import require_memory
from explorer.scene.damage import in_a_line, reading
from explorer.scene.grid import GEOGRAPHIC, PROJECTED, crs_of
from explorer.scene.store import NETCDF_SUFFIXES, open_dataset
from explorer.tables.periods import days_in_months
from explorer.tables.variable import Variable
from explorer.units import accepted_units, conversion

BYTES_A_VALUE = 20
"""Taken by a value while its unit is changed: once in 32 bits and twice in 64."""

_Y_NAMES = ("northing", "lat", "latitude", "y", "rlat")
_X_NAMES = ("easting", "lon", "longitude", "x", "rlon")
_MONTH_NAMES = ("month", "time", "band", "t")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where one variable comes from; see ``recipes`` for each key."""

    file: str
    folder: Path = Path()
    name: str | None = None
    unit: str | None = None
    scale: float = 1.0
    offset: float = 0.0
    missing: float | None = None
    shift: tuple[float, float] = (0.0, 0.0)
    resampling: str | None = None
    month_dim: str | None = None
    select: dict[str, object] = field(default_factory=dict)

    def paths(self) -> list[Path]:
        """Return the file, or the twelve files of a pattern with ``{month}``."""
        if "{month" not in self.file:
            return [self.folder / self.file]
        return [self.folder / self.file.format(month=month) for month in range(1, 13)]


def read_source(
    name: str, row: Variable, source: Source, crs: str | None = None, year: int | None = None
) -> xr.DataArray:
    """Read one variable as (month,) y, x in the package's names and unit, with its CRS.

    Parameters
    ----------
    name : str
    row : Variable
    source : Source
    crs : str, optional
        For files that do not say.
    year : int, optional
        For the length of February where a unit is per day.

    Raises
    ------
    SourceError
        When a file cannot be read.
    RecipeError
        When what it holds does not fit the recipe.
    """
    parts = [_read_file(name, path, source) for path in source.paths()]
    raw = parts[0] if len(parts) == 1 else _twelve_months(name, parts)
    array = _named_axes(name, row, raw, source)
    if array.rio.crs is None:
        if crs is None:
            raise RecipeError([f"{name}: {source.file} has no coordinate system; name `crs`"])
        array = array.rio.write_crs(crs)
    array = _geographic_names(array)
    return _converted(name, row, _cleaned(array, source, is_code=row.is_code), source, year)


def _twelve_months(name: str, parts: list[xr.DataArray]) -> xr.DataArray:
    try:
        return xr.concat(parts, "month", join="exact")
    except ValueError as error:
        raise RecipeError([f"{name}: the twelve files do not share one grid: {error}"]) from error


def _read_file(name: str, path: Path, source: Source) -> xr.DataArray:
    """Read what the recipe wants of a file into memory, if it has room there."""
    is_raster = path.suffix not in NETCDF_SUFFIXES and path.suffix != ".zarr"
    array = _open_raster(path) if is_raster else _open_variable(name, path, source)
    array = _selected(name, array, source)
    if array.dtype.kind not in "iufb":
        raise RecipeError([f"{name}: {path.name} holds {array.dtype}; expected numbers"])
    sizes = " by ".join(map(str, array.shape))
    require_memory(
        float(np.prod(array.shape, dtype=float)) * BYTES_A_VALUE,
        f"{name}: {path} declares {sizes} values",
        "cut it to the region first, or give the recipe a smaller file",
    )
    with reading(path, name):
        return array.load()


def _open_variable(name: str, path: Path, source: Source) -> xr.DataArray:
    dataset = open_dataset(path)
    wanted = source.name or name
    if wanted not in dataset:
        held = ", ".join(map(str, dataset.data_vars))
        raise RecipeError([f"{name}: {path.name} has no variable {wanted!r}; it has {held}"])
    array = dataset[wanted]
    declared = crs_of(dataset.rename(_renames(dataset)))
    return array if declared is None else array.rio.write_crs(declared)


def _open_raster(path: Path) -> xr.DataArray:
    try:
        raster = rioxarray.open_rasterio(path, masked=True)
    except Exception as error:  # whatever the library for this kind of file raises
        raise SourceError(f"{path}: cannot be read as a raster: {in_a_line(error)}") from error
    if not isinstance(raster, xr.DataArray):
        raise SourceError(f"{path}: holds several rasters; expected one, or a NetCDF file (.nc)")
    return raster.squeeze("band", drop=True) if raster.sizes["band"] == 1 else raster


def _renames(data: xr.DataArray | xr.Dataset) -> dict[str, str]:
    """Return what latitude and longitude are called here -> lat, lon."""
    pairs = (("latitude", "lat"), ("longitude", "lon"))
    return {old: new for old, new in pairs if old in data.dims}


def _named_axes(name: str, row: Variable, array: xr.DataArray, source: Source) -> xr.DataArray:
    """Return the array with dimensions (month,) y, x and nothing else."""
    array = array.squeeze(
        [d for d, n in array.sizes.items() if n == 1 and d not in (*_Y_NAMES, *_X_NAMES)], drop=True
    )
    y = next((dim for dim in _Y_NAMES if dim in array.dims), None)
    x = next((dim for dim in _X_NAMES if dim in array.dims), None)
    if y is None or x is None:
        raise RecipeError(
            [f"{name}: dimensions {array.dims}; expected one of {_Y_NAMES} and one of {_X_NAMES}"]
        )
    renames = {y: "y", x: "x"}
    if "month" in row.dims:
        renames[_month_dim(name, array, source)] = "month"
    array = array.rename({old: new for old, new in renames.items() if old != new})
    expected = tuple(dim for dim in ("month", "y", "x") if dim in renames.values())
    if set(array.dims) != set(expected):
        raise RecipeError(
            [f"{name}: dimensions {array.dims} in the file; expected {expected}; use `select`"]
        )
    return _calendar_order(name, array.transpose(*expected))


def _selected(name: str, array: xr.DataArray, source: Source) -> xr.DataArray:
    """Return the part of a variable that the recipe selects."""
    for dim, value in source.select.items():
        if dim not in array.dims:
            raise RecipeError([f"{name}: select.{dim}: no such dimension; got {array.dims}"])
        try:
            array = array.sel({dim: value})
        except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
            raise RecipeError([f"{name}: select.{dim} = {value!r}: not in the file"]) from error
    return array


def _month_dim(name: str, array: xr.DataArray, source: Source) -> str:
    if source.month_dim is not None:
        if source.month_dim not in array.dims:
            raise RecipeError([f"{name}: month_dim {source.month_dim!r} is not in {array.dims}"])
        return source.month_dim
    found = [dim for dim in _MONTH_NAMES if array.sizes.get(dim) == 12]
    if not found:
        sizes = ", ".join(f"{dim} {size}" for dim, size in array.sizes.items())
        raise RecipeError(
            [f"{name}: no dimension with twelve months (got {sizes}); use `month_dim` or `select`"]
        )
    return found[0]


def _calendar_order(name: str, array: xr.DataArray) -> xr.DataArray:
    """Return the months in order 1 to 12, by their dates where the file gives dates."""
    if "month" not in array.dims:
        return array.drop_vars([c for c in array.coords if c not in ("y", "x", "spatial_ref")])
    if array["month"].ndim != 1:
        raise RecipeError([f"{name}: its months have {array['month'].ndim} dimensions; expected 1"])
    dated = np.issubdtype(array["month"].dtype, np.datetime64) or array["month"].dtype == object
    try:
        labels = array["month"].dt.month if dated else array["month"]
    except (AttributeError, TypeError, ValueError) as error:
        raise RecipeError([f"{name}: its months are neither numbers nor dates"]) from error
    numbers = np.asarray(labels.values)
    whole_year = np.issubdtype(numbers.dtype, np.number) and set(numbers) == set(range(1, 13))
    if dated and not whole_year:
        held = sorted({int(number) for number in numbers if np.isfinite(number)})
        raise RecipeError(
            [f"{name}: the dates hold months {held or 'none'}; expected each month once"]
        )
    array = array.assign_coords(month=numbers if whole_year else np.arange(1, 13))
    array = array.drop_vars(
        [c for c in array.coords if c not in ("month", "y", "x", "spatial_ref")]
    )
    return array.sortby("month")


def _geographic_names(array: xr.DataArray) -> xr.DataArray:
    """Name the axes after what they are: degrees or metres."""
    y, x = GEOGRAPHIC if array.rio.crs.is_geographic else PROJECTED
    crs = array.rio.crs
    renamed = array.rename(y=y, x=x).rio.set_spatial_dims(x_dim=x, y_dim=y)
    return renamed.rio.write_crs(crs)


def _cleaned(array: xr.DataArray, source: Source, *, is_code: bool) -> xr.DataArray:
    """Mark the missing values and move the labels to the cells' centres."""
    if source.missing is not None:
        array = array.where(array != source.missing)
    if is_code:
        array = array.fillna(0).astype(np.int16)
    dy, dx = source.shift
    y, x = array.dims[-2:]
    for axis in (y, x):
        if array[axis].dtype.kind not in "iuf":
            held = array[axis].dtype
            raise RecipeError([f"{array.name}: {axis} holds {held}; expected cell centres"])
    return array.assign_coords({y: array[y].astype(float) + dy, x: array[x].astype(float) + dx})


def _converted(
    name: str, row: Variable, array: xr.DataArray, source: Source, year: int | None
) -> xr.DataArray:
    """Return the numbers in the package's unit, float32 (codes stay whole)."""
    canonical = str(row.unit)
    if row.is_code:
        array.attrs = {"long_name": row.long_name, "units": canonical}
        return array.rename(name)
    unit = source.unit if source.unit is not None else str(array.attrs.get("units", ""))
    step = conversion(unit, canonical)
    if step is None:
        raise RecipeError(
            [
                f"{name}: unit {unit!r} cannot be brought to {canonical!r}; expected one of "
                f"{', '.join(accepted_units(canonical))}; give `unit` (and `scale`) in the recipe"
            ]
        )
    values = (array.astype(float) * source.scale + source.offset) * step.factor + step.offset
    if step.per_day:
        values = values * xr.DataArray(days_in_months(year), dims="month")
    values = values.transpose(*array.dims).astype(np.float32).rio.write_crs(array.rio.crs)
    values.attrs = {
        "long_name": row.long_name,
        "units": canonical,
        "source_file": _file_name(source),
    }
    return values.rename(name)


def _file_name(source: Source) -> str:
    return Path(source.file).name + (f" ({source.name})" if source.name else "")
