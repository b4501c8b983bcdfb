"""What the pointer reads on a map: where it is, the value, and the classes of the pixel there."""

from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.models import CustomJSHover, HoverTool

from explorer.picture.basemap import Basemap
from explorer.picture.codes import picked
from explorer.picture.window import Window

DEGREES = "return value.toFixed(2) + '°';"
NAME_OF_CODE = "return names[value - 1] ?? '–';"
VALUE = """
    if (isNaN(value)) return 'not in the model';
    return names.length ? names[value] : value.toFixed(3);
"""


def hover_value(names: Sequence[str]) -> CustomJSHover:
    """Return how the value of a pixel is written; where values are codes, ``names`` are theirs."""
    return CustomJSHover(args={"names": list(names)}, code=VALUE)


def map_hover(names: Mapping[str, Sequence[str]], value: CustomJSHover) -> HoverTool:
    """Return the tool that tells longitude, latitude, value and classes under the pointer.

    Parameters
    ----------
    names : mapping of str to sequence of str
        What a classification is called -> names of its codes.
    value : CustomJSHover
        See ``hover_value``.
    """
    formatters = {
        "@lon": CustomJSHover(code=DEGREES),
        "@lat": CustomJSHover(code=DEGREES),
        "@image": value,
    } | {
        f"@{what}": CustomJSHover(args={"names": list(each)}, code=NAME_OF_CODE)
        for what, each in names.items()
    }
    tooltips = [("longitude", "@lon{custom}"), ("latitude", "@lat{custom}")]
    tooltips += [("value", "@image{custom}")] + [(what, f"@{what}{{custom}}") for what in names]
    return HoverTool(tooltips=tooltips, formatters=formatters)


def hover_columns(basemap: Basemap, part: Window) -> dict[str, list[np.ndarray]]:
    """Return the columns of an image's data source that ``map_hover`` reads, besides the image.

    Parameters
    ----------
    basemap : Basemap
    part : Window
    """
    return dict(basemap.hovered.get(part, lambda: _columns(basemap, part)))


def _columns(basemap: Basemap, part: Window) -> dict[str, list[np.ndarray]]:
    left, bottom, right, top = part.bounds
    height, width = part.shape
    y = bottom + (np.arange(height) + 0.5) * (top - bottom) / height
    x = left + (np.arange(width) + 0.5) * (right - left) / width
    lon, lat = basemap.grid.lonlat_between(x, y)
    columns = {"lon": np.asarray(lon, np.float32), "lat": np.asarray(lat, np.float32)}
    for what, codes in basemap.codes.items():
        # Bokeh's images have their rows from the bottom.
        columns[what] = np.ascontiguousarray(picked(codes.grid, basemap.grid, part)[::-1])
    return {name: [values] for name, values in columns.items()}
