"""A scene: a place without a model. Its land cells, where they lie, and the inputs they have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from explorer.cache import CACHES, Recent, recent
from explorer.errors import SchemaError
from explorer.scene.blocks import from_blocks, to_blocks
from explorer.scene.fields import Field
from explorer.scene.grid import Grid, grid_of
from explorer.scene.kept import kept
from explorer.scene.loops import group_sums
from explorer.scene.packing import Packed, codes_of, field_names, pack, vegetation_of, whole_codes
from explorer.scene.survey import survey_faults
from explorer.scene.validate import region_names, validate
from explorer.tables.classes import IGBP, Classification
from explorer.tables.periods import Period, Periods
from explorer.tables.variable import Inputs, Variable

UNASSIGNED = "no region"
REGION_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's colours, which colour-blind people tell apart."""


@dataclass(frozen=True, eq=False, repr=False)
class Scene:
    """A place ready to be modelled.

    Inputs are packed in blocks (see ``blocks``): monthly ones (blocks, 12, BLOCK), fixed ones
    (blocks, BLOCK); as small as they were stored (see ``fields``).
    """

    title: str
    synthetic: bool
    notes: tuple[str, ...]
    attributes: dict[str, Any]
    grid: Grid
    index: np.ndarray  # (cells,) position in the flattened grid
    blocked_area: np.ndarray  # (blocks, BLOCK) [km2], float64; the padding has none
    region: np.ndarray  # (cells,) position in region_names
    region_names: tuple[str, ...]
    land_cover: np.ndarray  # (cells,) IGBP code
    blocked_vegetation: np.ndarray  # (blocks, BLOCK) int8, position in classes
    fields: Mapping[str, Field[np.ndarray]]
    rows: Mapping[str, Variable]  # of the inputs that it has
    classes: Classification = IGBP
    left_out: dict[str, int] = field(default_factory=dict)  # land cells without some input
    # What a part keeps of the whole, by system; see ``kept`` and ``systems.contract``.
    statistics: Mapping[str, Any] = field(default_factory=dict)
    # The forcing that systems made of this scene, by system.
    prepared: Recent = field(default_factory=lambda: recent(CACHES["prepared"]), init=False)

    def __repr__(self) -> str:
        return f"<Scene {self.title!r}: {self.cells} cells>"

    @property
    def cells(self) -> int:
        """Number of land cells with all inputs."""
        return self.index.size

    @property
    def area(self) -> np.ndarray:
        """Area of each cell, (cells,), [km2], float64."""
        return from_blocks(self.blocked_area, self.cells)

    @property
    def year(self) -> int | None:
        """The year that the inputs are of; None for a climatology."""
        year = self.attributes.get("year")
        return None if year is None else int(year)

    @property
    def periods(self) -> Periods:
        """The steps of the inputs."""
        return Periods("month", (self.year,))

    @property
    def inputs(self) -> Mapping[str, Variable]:
        """Rows of the inputs that it has."""
        return self.rows

    @property
    def vegetation(self) -> np.ndarray:
        """Class of each cell, as a position in ``classes``, shape (cells,)."""
        return from_blocks(self.blocked_vegetation, self.cells)

    def vegetation_of(self, cell: int) -> int:
        """Class of one cell, as a position in ``classes``."""
        return int(self.blocked_vegetation.reshape(-1)[cell])

    def field(self, name: str) -> np.ndarray:
        """Return an input as (12, cells) or (cells,), without the blocks, float32."""
        return from_blocks(self.fields[name].quantities(), self.cells)

    def input_field(self, name: str, period: Period, periods: Periods) -> np.ndarray:
        """Return an input in one period of a result, in blocks: (blocks, BLOCK), float32.

        Of a year it is the sum of a rate, else the mean; of a step of another length than a month,
        the month in which it begins; of the one step of an annual result, the mean month. Layers
        of codes are positions in their classes.
        """
        if name == "land_cover":
            return self._with_padding(self.blocked_vegetation)
        if name == "region":
            return self._with_padding(self._in_blocks(self.region.astype(np.int32)))
        field, row = self.fields[name], self.rows[name]
        if len(field.shape) == 2:
            return field.quantities()
        if period.step is not None and not periods.annual:
            return field[:, periods.month(period) - 1].quantities()
        whole = np.sum if period.step is None and row.over_year == "sum" else np.mean
        # Block by block: all months as quantities would be half a gigabyte at 1 km.
        blocks = (field[number].quantities() for number in range(field.shape[0]))
        return np.stack([whole(block, axis=0) for block in blocks])

    def codes(self, name: str) -> np.ndarray:
        """Return a layer of codes of the land cells as positions in their classes, (cells,)."""
        return {"land_cover": self.vegetation, "region": self.region}[name]

    def code_names(self, name: str) -> dict[str, tuple[str, str]]:
        """Return name -> (long name, colour) of the codes of a layer, in their order."""
        if name == "land_cover":
            return {key: (row.long_name, row.colour) for key, row in self.classes.rows.items()}
        colours = [REGION_COLOURS[n % len(REGION_COLOURS)] for n in range(len(self.region_names))]
        return {
            each: (each, colour) for each, colour in zip(self.region_names, colours, strict=True)
        }

    def _with_padding(self, codes: np.ndarray) -> np.ndarray:
        """Return codes as float32, the padding missing."""
        values = codes.astype(np.float32)
        values.reshape(-1)[self.cells :] = np.nan
        return values

    def _in_blocks(self, values: np.ndarray) -> np.ndarray:
        """Return values of the land cells in the blocks that the scene has."""
        return to_blocks(values, size=self.blocked_vegetation.shape[1])

    @cached_property
    def group(self) -> np.ndarray:
        """Region and class of each cell as one number, in blocks: region * classes + class."""
        return self._in_blocks(self.region.astype(np.int32) * len(self.classes) + self.vegetation)

    def group_by(self, classes: Classification) -> np.ndarray:
        """Return region and class of each cell as one number, for the classes of a system."""
        if classes is self.classes:
            return self.group
        member = classes.positions()[self.land_cover]
        if (member < 0).any():
            lacking = ", ".join(map(str, np.unique(self.land_cover[member < 0])))
            raise SchemaError([f"{classes.name}: no class holds the code {lacking}"], "land_cover")
        return self._in_blocks(self.region.astype(np.int32) * len(classes) + member)

    @cached_property
    def area_by_group(self) -> np.ndarray:
        """Area of each class within each region, (regions, classes), [km2], float64."""
        return self._summed_area(self.group, self.classes)

    def area_by(self, group: np.ndarray, classes: Classification) -> np.ndarray:
        """Return the area of each class within each region, (regions, classes), [km2]."""
        return self.area_by_group if group is self.group else self._summed_area(group, classes)

    def _summed_area(self, group: np.ndarray, classes: Classification) -> np.ndarray:
        shape = (len(self.region_names), len(classes))
        ones = np.ones((group.shape[0], 1, group.shape[1]), dtype=np.float32)
        return group_sums(ones, self.blocked_area, group, shape[0] * shape[1])[0].reshape(shape)

    def on_grid(self, values: np.ndarray) -> np.ndarray:
        """Lay values of the land cells out on the grid; elsewhere they are missing.

        Parameters
        ----------
        values : array, shape (..., cells)

        Returns
        -------
        array, shape (..., y, x), float32 (NaN outside)
        """
        rows, columns = self.grid.shape
        flat = np.full((*values.shape[:-1], rows * columns), np.nan, dtype=np.float32)
        flat[..., self.index] = values
        return flat.reshape(*values.shape[:-1], rows, columns)

    @cached_property
    def cell_of_grid(self) -> np.ndarray:
        """Position of the land cell at each grid cell, -1 elsewhere; shape (y, x)."""
        flat = np.full(self.grid.y.size * self.grid.x.size, -1, dtype=np.int32)
        flat[self.index] = np.arange(self.cells, dtype=np.int32)
        return flat.reshape(self.grid.shape)

    def lonlat(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return longitude and latitude of the centres of some land cells, [deg]."""
        rows, columns = np.divmod(self.index[cells], self.grid.x.size)
        return self.grid.lonlat(self.grid.x[columns], self.grid.y[rows])

    def xy(self, cell: int) -> tuple[float, float]:
        """Return the centre of a land cell in the grid's coordinates."""
        row, column = divmod(int(self.index[cell]), self.grid.x.size)
        return float(self.grid.x[column]), float(self.grid.y[row])


def prepare(dataset: xr.Dataset, inputs: Inputs, grid: Grid | None = None) -> Scene:
    """Pack the land cells that have every input; cells left out are counted by what they lack.

    Parameters
    ----------
    dataset : xarray.Dataset
        Validated (see ``validate``).
    inputs : Inputs
    grid : Grid, optional
        Where its cells are, when it is a window of a larger grid.

    Raises
    ------
    SchemaError
        When no land cell has every input.
    """
    grid = grid or grid_of(dataset)
    dataset = dataset.transpose("month", *grid.dims, ..., missing_dims="ignore")
    return _scene(dataset, grid, pack(dataset, inputs), inputs)


def read_scene(
    dataset: xr.Dataset,
    inputs: Inputs,
    where: str = "the scene",
    proceed: Callable[[float], None] = lambda share: None,
) -> Scene:
    """Validate and prepare a dataset that is still on disk, reading it only once.

    Parameters
    ----------
    dataset : xarray.Dataset
        Opened without decoding.
    inputs : Inputs
    where : str
        For the message.
    proceed : callable
        Called with the share read.

    Raises
    ------
    SchemaError
        Lists every fault, or says that no land cell has every input.
    """
    try:
        validate(dataset, inputs, where, surveyed=field_names(dataset, inputs))
    except SchemaError:
        validate(dataset, inputs, where)  # with the faults of all values besides
        raise
    grid = grid_of(dataset)
    dataset = dataset.transpose("month", *grid.dims, ..., missing_dims="ignore")
    packed = pack(dataset, inputs, proceed)
    problems = [
        fault
        for name, seen in packed.surveys.items()
        for fault in survey_faults(name, seen, inputs.rows[name])
    ]
    if problems:
        raise SchemaError(problems, where)
    return _scene(dataset, grid, packed, inputs)


def _scene(dataset: xr.Dataset, grid: Grid, packed: Packed, inputs: Inputs) -> Scene:
    """Make a scene of what was packed."""
    index = packed.index
    if not index.size:
        lacks = ", ".join(f"{count} without {name}" for name, count in packed.left_out.items())
        land = int((vegetation_of(dataset) >= 0).sum())
        raise SchemaError(
            [
                f"no land cell has every input in all months: {land} land cells"
                f"{', ' + lacks if lacks else ''}; check land_cover and the missing values"
            ]
        )
    region, names = _regions(dataset, index)
    fields = {
        name: field if "month" in inputs.rows[name].dims else field[:, 0]
        for name, field in packed.fields.items()
    }
    return Scene(
        title=str(dataset.attrs.get("title", "Untitled scene")),
        synthetic=bool(dataset.attrs.get("synthetic", 0)),
        notes=tuple(line for line in str(dataset.attrs.get("notes", "")).split("\n") if line),
        attributes=dict(dataset.attrs),
        grid=grid,
        index=index,
        blocked_area=to_blocks(grid.row_areas()[index // grid.shape[1]], padding=0.0),
        region=region,
        region_names=names,
        land_cover=codes_of(dataset["land_cover"]).reshape(-1)[index],
        blocked_vegetation=to_blocks(packed.vegetation),
        fields=fields,
        rows={name: row for name, row in inputs.rows.items() if name in fields or row.is_code},
        left_out=packed.left_out,
        statistics=kept(dataset.attrs),
    )


def _regions(dataset: xr.Dataset, index: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Region of each cell as a position in the returned names."""
    named = region_names(dataset)
    codes = whole_codes(dataset["region"]).reshape(-1)[index]
    order = {code: position for position, code in enumerate(named)}
    names = list(named.values())
    if (~np.isin(codes, list(named))).any():
        names.append(UNASSIGNED)
    highest = max(int(codes.max(initial=0)), *named, 0)
    table = np.full(highest + 1, len(named), dtype=np.int16)
    for code, position in order.items():
        table[code] = position
    return table[codes], tuple(names)
