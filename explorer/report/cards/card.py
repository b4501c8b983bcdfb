"""The contract between a card of a page and its files: a plain description of what it shows.

A card gives numbers, words and plots as values. The files (``card_files``) and the drawing
(``drawing``) read nothing else, so each kind of file is written once for all cards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from explorer.picture.look import Look
from explorer.picture.picture import Picture
from explorer.tables.periods import Period

Value = str | float | int | None


class Table(NamedTuple):
    """The numbers of a card: a name for each column, and the rows; None where there is none.

    A column of numbers has its unit in a column beside it, or in the name of its own where all
    its numbers share one.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]


@dataclass(frozen=True, eq=False)
class Layer:
    """One map, cell by cell."""

    name: str  # of the variable in a file
    long_name: str
    unit: str
    values: np.ndarray  # float32, (cells,); NaN where none is; codes are positions in ``codes``
    period: Period
    date: str  # the period as ISO 8601, see ``Periods.date``
    label: str  # of the scenarios
    scenario: str  # their identities
    codes: tuple[str, ...] = ()


class Mark(NamedTuple):
    """A place on a map."""

    x: float  # in the grid's coordinates
    y: float
    label: str = ""
    colour: str = "#c2185b"
    marker: str = "circle"  # as Bokeh calls it
    open: bool = True  # an outline, not a filled shape


@dataclass(frozen=True, eq=False)
class MapPlot:
    """A picture of the land with its colours, outlines, shapes and marks."""

    picture: Picture
    look: Look
    unit: str  # beside the colour bar
    chosen: str = ""  # the region whose outline is heavier
    shapes: Sequence[np.ndarray] = ()  # rings, (points, 2)
    marks: Sequence[Mark] = ()


class Line(NamedTuple):
    """One line over the steps of a year, or over dates."""

    label: str
    values: np.ndarray
    colour: str
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class LinePlot:
    """Lines over steps that have names."""

    names: Sequence[str]  # of the steps
    lines: Sequence[Line]
    unit: str
    points: Line | None = None  # drawn as points alone: what was observed or published
    step: int | None = None  # the one that is looked at, counted from 1


class Bar(NamedTuple):
    """One bar from ``start`` to ``end``, with what is written beside it."""

    name: str
    start: float
    end: float
    colour: str
    written: str


@dataclass(frozen=True, eq=False)
class BarPlot:
    """Bars beside each other, or one above the other."""

    bars: Sequence[Bar]
    unit: str
    horizontal: bool = False
    points: dict[str, float] | None = None  # by the name of the bar: what was published


class Cloud(NamedTuple):
    """The points of one site."""

    label: str
    x: np.ndarray
    y: np.ndarray
    colour: str
    marker: str


@dataclass(frozen=True, eq=False)
class ScatterPlot:
    """Estimated against observed on equal axes, with 1:1 line and fitted line."""

    clouds: Sequence[Cloud]
    limits: tuple[float, float]
    line: tuple[float, float]  # slope and intercept; NaN draws none
    unit: str


@dataclass(frozen=True, eq=False)
class TablePlot:
    """A table as a page writes it: text, a head of one or more columns."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


Plot = MapPlot | LinePlot | BarPlot | ScatterPlot | TablePlot


class Panel(NamedTuple):
    """A plot with the words above it."""

    title: str
    note: str
    plot: Plot


@dataclass(frozen=True, eq=False)
class Card:
    """What one card shows at one moment."""

    title: str
    note: str  # place, period, unit, scenario
    table: Table
    panels: Sequence[Panel]
    across: int = 1  # panels beside each other
    layers: Sequence[Layer] = ()  # of maps: what NetCDF, GeoTIFF and the table of cells hold
    remarks: Sequence[str] = ()  # what must be known of exactly this card
    identities: Sequence[str] = ()  # of the scenarios that it shows
