"""Products that users bring: a field of a file on the scene's grid, as a system without parameters.

A reference NPP, or another model's NEP, stands on Map and Compare beside ours: with its variable,
periods, unit and citation, and with nothing that a model has.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from pyproj import CRS, Transformer

from explorer.errors import SchemaError, SourceError
from explorer.scene.blocks import to_blocks
from explorer.scene.damage import in_a_line, reading
from explorer.scene.grid import Grid, crs_of
from explorer.scene.scene import Scene
from explorer.scene.store import NETCDF_SUFFIXES, open_dataset
from explorer.systems.contract import Brought, Preset, System
from explorer.systems.layers import Finished, Layers, Proceed, scene_warnings
from explorer.systems.scenario import Scenario, preset_of
from explorer.tables.periods import Kind, Period, Periods
from explorer.tables.unit import Unit, unit_of
from explorer.tables.variable import FIXED, Colours, Inputs, Limits, Variable

SAME_PLACE = 1e-3  # share of a cell by which two grids may differ and still be one
SAME_CORNER = 0.05  # the same, for corners in two coordinate systems
Y_NAMES = ("northing", "lat", "latitude", "y")
X_NAMES = ("easting", "lon", "longitude", "x")
KINDS: dict[int, Kind] = {1: "year", 12: "month", 46: "8 days"}
AS_IT_IS = "as_it_is"
SHOWN_PERCENTILES = (2, 98)
COLOUR = "#6b7773"


@dataclass(frozen=True)
class NoParameters:
    """A product has none."""


@dataclass(frozen=True, eq=False)
class Product:
    """A field of a file, packed for the land cells of a scene."""

    name: str
    title: str
    variable: str
    row: Variable
    values: np.ndarray  # in blocks: (blocks, steps of all years, BLOCK), float32
    periods: Periods
    citation: str
    digest: str
    file: str


class ProductLayers(Layers):
    """What a product gives: its one variable. Cells without a value count nowhere."""

    gaps = True

    def __init__(self, product: Product, scene: Scene, scenario: Scenario) -> None:
        self.product, self.scene, self.scenario = product, scene, scenario
        self.periods = product.periods
        self.outputs = {product.variable: product.row}

    def output(self, name: str, period: Period) -> np.ndarray:
        """Return one step, or a year, in blocks: (blocks, BLOCK)."""
        rows = self.product.values[:, self.periods.rows(period)]
        if period.step is not None:
            return rows[:, 0]
        weights = self.periods.weights(self.product.row.unit, period).astype(np.float32)
        return (rows * weights[:, np.newaxis]).sum(axis=1, dtype=np.float32)

    def steps(self, name: str, year: int | None = None) -> np.ndarray:
        """Return all steps of a year, in blocks: (blocks, steps, BLOCK)."""
        if name != self.product.variable:
            return super().steps(name, year)
        return np.ascontiguousarray(self.product.values[:, self.periods.rows(Period(None, year))])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of these numbers must know."""
        known = np.isfinite(self.product.values).all(axis=1)
        lacking = self.scene.cells - int(known.sum())
        own = [f"brought product: {self.product.file}; {self.product.citation or 'no citation'}"]
        if lacking:
            own.append(f"{lacking} land cells have no value in some step and count in no mean")
        return (*scene_warnings(self.scene), *own)

    @property
    def facts(self) -> dict[str, Any]:
        """Which file it is."""
        return {"product": {"file": self.product.file, "digest": self.product.digest}}


def product(path: str | os.PathLike, scene: Scene, **choices: str) -> Scenario:
    """Return the one scenario of a product; see ``bring``."""
    return preset_of(bring(Path(path), scene, **choices), AS_IT_IS)


def bring(
    path: Path,
    scene: Scene,
    *,
    variable: str = "",
    field: str = "",
    unit: str = "",
    title: str = "",
    citation: str = "",
) -> System:
    """Read a product on the grid of a scene.

    Parameters
    ----------
    path : path
        NetCDF, Zarr or GeoTIFF; one layer is a year, 12 are months, 46 are steps of 8 days; a
        dimension ``year`` may stand before them.
    scene : Scene
    variable : str, optional
        What it is called here; the name of one of our variables lets Compare match the two.
    field : str, optional
        The variable in the file, where it has several.
    unit : str, optional
        Default: what the file says.
    title, citation : str, optional
        Default: what the file says, or its name.

    Raises
    ------
    SourceError
        When the file cannot be read.
    SchemaError
        When it is not on the scene's grid, or has no unit; lists every fault.
    """
    array, attributes = _read(path, field)
    problems: list[str] = []
    ordered = _on_grid(array, scene.grid, problems)
    written = unit or str(array.attrs.get("units", ""))
    if not written:
        problems.append(f"{path.name}: no unit; give one, as g C m-2 yr-1")
    if problems or ordered is None:
        raise SchemaError(problems, path.name)
    values, years = _steps(ordered, path.name)
    kind = KINDS.get(values.shape[0] // len(years))
    if kind is None:
        raise SchemaError(
            [f"{values.shape[0]} layers; expected 1 (a year), 12 (months) or 46 (8 days)"],
            path.name,
        )
    packed = values.reshape(len(values), -1)[:, scene.index].astype(np.float32)
    if not np.isfinite(packed).any():
        raise SchemaError(["no value on any land cell of the scene"], path.name)
    own_unit = unit_of(written)
    periods = Periods(kind, years)
    name = variable or _slug(str(array.name or path.stem))
    label = title or str(attributes.get("title") or array.attrs.get("long_name") or path.stem)
    row = _row(label, own_unit, periods, packed, str(array.attrs.get("long_name", label)))
    digest = hashlib.blake2b(packed.tobytes(), digest_size=6).hexdigest()
    product = Product(
        name=f"product-{_slug(path.stem)}-{digest}",
        title=label[:80],
        variable=name,
        row=row,
        values=to_blocks(packed),
        periods=periods,
        citation=citation or str(attributes.get("references") or attributes.get("citation") or ""),
        digest=digest,
        file=path.name,
    )
    chosen = {
        "variable": variable, "field": field, "unit": unit, "title": title, "citation": citation,
    }  # fmt: skip
    choices = {option: text for option, text in chosen.items() if text}
    return _system(product, scene, Brought(path.name, choices))


def _system(product: Product, scene: Scene, brought: Brought) -> System:
    """Return a product as a system of one preset."""

    def start(_forcing: object, scenario: Scenario, _proceed: Proceed) -> Finished:
        return Finished(ProductLayers(product, scene, scenario))

    return System(
        name=product.name,
        title=product.title,
        citation=product.citation or f"brought by the user: {product.file}",
        short_citation=product.citation or product.file,
        product=product.row.long_name,
        method=f"product brought by the user: {product.file}",
        versions="a product, as it was brought",
        inputs=Inputs(),
        parameters=NoParameters,
        presets={AS_IT_IS: Preset(product.title, {}, COLOUR, product.variable)},
        default=AS_IT_IS,
        compared_with=AS_IT_IS,
        outputs={product.variable: product.row},
        headline=product.variable,
        summed=(product.variable,),
        shown=(product.variable,),
        written=(product.variable,),
        table_variable=product.variable,
        kind=product.periods.kind,
        opened=lambda _scene: None,
        start=start,
        brought=brought,
    )


def _read(path: Path, field: str) -> tuple[xr.DataArray, dict[str, Any]]:
    """Return one variable of a file, and the attributes of the file."""
    import rioxarray  # half a second, which the page need not wait

    if not path.exists():
        raise SourceError(f"{path}: no such file")
    if path.suffix in (*NETCDF_SUFFIXES, ".zarr"):
        dataset = open_dataset(path)
        flat = [str(name) for name, each in dataset.data_vars.items() if each.ndim >= 2]
        wanted = field or (flat[0] if len(flat) == 1 else "")
        if wanted not in dataset:
            raise SchemaError(
                [f"variable {wanted!r}: choose one of {', '.join(flat) or 'none there are'}"],
                path.name,
            )
        with reading(path, wanted):
            array = dataset[wanted].load()
        crs = crs_of(dataset)
        return (array if crs is None else array.rio.write_crs(crs)), dict(dataset.attrs)
    try:
        raster = rioxarray.open_rasterio(path, masked=True)
    except Exception as error:  # whatever the library for this kind of file raises
        raise SourceError(f"{path}: cannot be read as a raster: {in_a_line(error)}") from error
    if not isinstance(raster, xr.DataArray):
        raise SourceError(f"{path}: holds several rasters; expected one, or a NetCDF file (.nc)")
    with raster, reading(path):
        return raster.load().rename(field or path.stem), dict(raster.attrs)


def _on_grid(array: xr.DataArray, grid: Grid, problems: list[str]) -> xr.DataArray | None:
    """Return the array as (..., y, x) in the order of the scene's cells; notes what differs."""
    y = next((name for name in Y_NAMES if name in array.dims), None)
    x = next((name for name in X_NAMES if name in array.dims), None)
    if y is None or x is None:
        problems.append(f"dimensions {array.dims}; expected one of {Y_NAMES} and of {X_NAMES}")
        return None
    for name, axis in ((y, grid.y), (x, grid.x)):
        found = np.asarray(array[name].values, dtype=float)
        if found.size != axis.size:
            problems.append(f"{name}: {found.size} cells; the scene has {axis.size}")
            continue
        step = abs(axis[1] - axis[0])
        if np.abs(np.sort(found) - np.sort(axis)).max() > SAME_PLACE * step:
            problems.append(
                f"{name}: from {found.min():g} to {found.max():g}; the scene's cells lie from "
                f"{axis.min():g} to {axis.max():g}: bring it onto the scene's grid first"
            )
        elif (found[1] > found[0]) != (axis[1] > axis[0]):
            array = array.isel({name: slice(None, None, -1)})
    if array.rio.crs is not None and not problems:
        crs = CRS.from_user_input(array.rio.crs)
        if not _is_same_place(crs, grid):
            problems.append(f"coordinate system {crs.name}; the scene has {grid.crs.name}")
    return array.transpose(..., y, x)


def _is_same_place(crs: CRS, grid: Grid) -> bool:
    """Return whether the grid's coordinates mean the same places in another system.

    The corners are compared, for systems have many names; those of WGS 84 and CGCS2000 differ by
    less than a metre.
    """
    x, y = np.meshgrid(grid.x[[0, -1]], grid.y[[0, -1]])
    # ``inf`` where the place has no coordinates there.
    there = Transformer.from_crs(crs, grid.crs, always_xy=True).transform(x, y)
    dy, dx = (abs(step) for step in grid.steps)
    shares = [np.abs(there[0] - x) / dx, np.abs(there[1] - y) / dy]
    return bool((np.stack(shares) <= SAME_CORNER).all())


def _steps(array: xr.DataArray, where: str) -> tuple[np.ndarray, tuple[int | None, ...]]:
    """Return the layers, (steps of all years, y, x), and the years."""
    others = [str(dim) for dim in array.dims[:-2]]
    years: tuple[int | None, ...] = (None,)
    if "year" in others:
        years = tuple(int(year) for year in np.atleast_1d(array["year"].values))
        rest = [dim for dim in others if dim != "year"]
        array = array.transpose("year", *rest, ...)
    long = [dim for dim in others if dim != "year" and array.sizes[dim] > 1]
    if len(long) > 1:
        raise SchemaError([f"dimensions {', '.join(long)}: expected one of steps"], where)
    values = np.asarray(array.values)
    return values.reshape(-1, *values.shape[-2:]), years


def _row(label: str, unit: Unit, periods: Periods, packed: np.ndarray, long_name: str) -> Variable:
    """Return the row of a product; its colours span most of its values."""
    finite = packed[np.isfinite(packed)]
    step = _limits(finite)
    year = periods.weights(unit, Period())
    whole = (packed[: len(year)] * year[:, np.newaxis]).sum(axis=0)
    yearly = step if periods.annual else _limits(whole[np.isfinite(whole)])
    colours: Colours = "diverging" if step[0] < 0 else "sequential"
    valid = (float(finite.min()), float(finite.max()))
    return Variable(label[:24], long_name, unit, FIXED, valid, step, yearly, colours)


def _limits(values: np.ndarray) -> Limits:
    """Return the ends of a colour scale; round zero where values have both signs."""
    if not values.size:
        return (0.0, 1.0)
    low, high = (float(value) for value in np.percentile(values, SHOWN_PERCENTILES))
    if low < 0 < high:
        high = max(-low, high)
        low = -high
    return (min(low, 0.0), high) if high > low else (low, low + 1.0)


def _slug(text: str) -> str:
    """Return a text as a name: letters, digits and underscores."""
    return re.sub(r"[^0-9a-z]+", "_", text.lower()).strip("_")[:40] or "product"
