"""Plots: pure functions from numbers to HoloViews elements; no state, no server."""

from collections.abc import Callable, Iterable

import holoviews as hv
import numpy as np
from bokeh.models import CustomJS, CustomJSHover, HoverTool
from bokeh.plotting import figure

from explorer.app.parts.style import palette
from explorer.picture.window import Window
from explorer.scene.grid import Grid
from explorer.tables.classes import CLASSES, VEGETATION
from explorer.tables.variables import VARIABLES

GRATICULE_STEP = 10  # deg
POINTS_OF_A_LINE = 200


def flux_image(picture: np.ndarray, part: Window, name: str, *, yearly: bool) -> hv.Image:
    """Return the map of one variable, coloured on its fixed scale.

    Parameters
    ----------
    picture : array, shape of ``part.shape``, rows from the top
    part : Window
    name : str
        A row of ``variables.VARIABLES``.
    yearly : bool
        Whether the values are of a year or a month, which have scales of their own.
    """
    row = VARIABLES[name]
    image = hv.Image(
        picture, ["x", "y"], hv.Dimension("value", label=row.symbol), bounds=part.bounds
    )
    return image.opts(
        clim=row.shown_range_year if yearly else row.shown_range, cmap=palette(row.colours)
    )


def map_options(region_names: tuple[str, ...]) -> dict:
    """Return the options that every map image shares: hover, axes, colour bar."""
    return {
        "tools": [map_hover(region_names)],
        "colorbar": True,
        "colorbar_position": "bottom",
        "colorbar_opts": {"height": 10, "padding": 4, "title": None},
        "xaxis": None,
        "yaxis": None,
        "clipping_colors": {"NaN": (0, 0, 0, 0)},
        "framewise": False,
    }


def map_hover(region_names: tuple[str, ...], named: list[str] | None = None) -> HoverTool:
    """Return the tool that tells place, value, class and region of the cell under the pointer.

    With ``named`` values are codes, and their names are told.
    """
    classes = [VEGETATION[name].long_name for name in CLASSES]
    pick = "return names[value - 1] ?? '–';"
    as_class = CustomJSHover(args={"names": classes}, code=pick)
    as_region = CustomJSHover(args={"names": list(region_names)}, code=pick)
    degrees = CustomJSHover(code="return value.toFixed(2) + '°';")
    told = "value.toFixed(3)" if named is None else "names[value]"
    code = f"return isNaN(value) ? 'not in the model' : {told};"
    number = CustomJSHover(args={"names": named or []}, code=code)
    return HoverTool(
        tooltips=[
            ("longitude", "@lon{custom}"),
            ("latitude", "@lat{custom}"),
            ("value", "@image{custom}"),
            ("class", "@vegetation{custom}"),
            ("region", "@region{custom}"),
        ],
        formatters={
            "@lon": degrees,
            "@lat": degrees,
            "@image": number,
            "@vegetation": as_class,
            "@region": as_region,
        },
    )


# The browser widens the range of one axis, round its centre, when the frame's size changes. What
# was looked at before is remembered, or every odd size on the way would widen it once more.
PROPORTIONS = """
    const [width, height] = [figure.inner_width, figure.inner_height];
    if (!(width > 0 && height > 0)) return;
    const [x, y] = [figure.x_range, figure.y_range];
    const now = [x.start, x.end, y.start, y.end];
    const ours = figure._widened;
    const seen = ours && ours.to.every((end, i) => end === now[i]) ? ours.from : now;
    const per_pixel = Math.max((seen[1] - seen[0]) / width, (seen[3] - seen[2]) / height * stretch);
    const to = [];
    const axes = [[seen[0], seen[1], width], [seen[2], seen[3], height / stretch]];
    for (const [low, high, size] of axes) {
        const centre = (low + high) / 2, half = per_pixel * size / 2;
        to.push(...(Math.abs(high - low - 2 * half) > per_pixel / 2
            ? [centre - half, centre + half] : [low, high]));
    }
    figure._widened = {from: seen, to};
    x.setv({start: to[0], end: to[1]});
    y.setv({start: to[2], end: to[3]});
"""


def keep_proportions(plot: figure, stretch: float) -> None:
    """Keep a figure's proportions whatever the shape of its frame.

    Parameters
    ----------
    plot : figure
    stretch : float
        How much longer a unit of y is than a unit of x: 1 in metres, 1/cos(latitude) in degrees.
    """
    if plot.tags:
        return
    plot.tags = ["proportions kept"]
    callback = CustomJS(args={"figure": plot, "stretch": stretch}, code=PROPORTIONS)
    plot.js_on_change("inner_width", callback)
    plot.js_on_change("inner_height", callback)


def keep_scale(stretch: float) -> Callable:
    """Return a HoloViews hook that calls ``keep_proportions``."""
    return lambda plot, _element: keep_proportions(plot.state, stretch)


def outlines(rings: Iterable[np.ndarray], *, width: float) -> hv.Path:
    """Return rings of (x, y) as one line with gaps: a line of its own for each costs the browser.

    Parameters
    ----------
    rings : arrays, each of shape (points, 2)
    width : float
        Of the line, in pixels of the screen.
    """
    return hv.Path([with_gaps(rings)], ["x", "y"]).opts(line_width=width, color="#44514d")


def graticule(grid: Grid) -> hv.Path:
    """Return lines of longitude and latitude, projected once onto the grid's coordinates."""
    left, bottom, right, top = grid.bounds
    lon, lat = grid.lonlat(*np.meshgrid(np.linspace(left, right, 50), np.linspace(bottom, top, 50)))
    on_earth = np.isfinite(lon) & np.isfinite(lat)
    if not on_earth.any():
        return hv.Path([], ["x", "y"])
    lon, lat = lon[on_earth], lat[on_earth]
    west, east, south, north = lon.min(), lon.max(), lat.min(), lat.max()
    fine = np.linspace(0, 1, POINTS_OF_A_LINE)
    degrees = [
        (np.full(fine.size, degree), south + fine * (north - south))
        for degree in _multiples(west, east)
    ] + [
        (west + fine * (east - west), np.full(fine.size, degree))
        for degree in _multiples(south, north)
    ]
    lines = [_inside(np.column_stack(grid.from_lonlat(*line)), grid.bounds) for line in degrees]
    return hv.Path([with_gaps(lines)], ["x", "y"]).opts(color="#8a9692", alpha=0.35, line_width=0.7)


def _inside(line: np.ndarray, bounds: tuple[float, float, float, float]) -> np.ndarray:
    """Return a line, (points, 2), with gaps where it leaves the bounds or leaps across the map."""
    left, bottom, right, top = bounds
    line = np.where(np.isfinite(line), line, np.nan)
    x, y = line.T
    outside = ~((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
    leaps = np.abs(np.diff(x, prepend=x[:1])) > (right - left) / 4
    return np.where((outside | leaps)[:, np.newaxis], np.nan, line)


def with_gaps(lines: Iterable[np.ndarray]) -> np.ndarray:
    """Join lines, each (points, 2), by a missing point after each."""
    gap = np.full((1, 2), np.nan)
    return np.concatenate([gap, *(part for line in lines for part in (line, gap))])


def _multiples(low: float, high: float) -> np.ndarray:
    return np.arange(np.ceil(low / GRATICULE_STEP) * GRATICULE_STEP, high, GRATICULE_STEP)
