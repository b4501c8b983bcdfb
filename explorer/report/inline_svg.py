"""Plots as SVG inside a page: they take the page's ink, so that they suit light and dark."""

import base64
import io
from collections.abc import Sequence
from html import escape

import numpy as np

from explorer.picture.picture import Picture
from explorer.tables.periods import Periods

WIDTH = 900  # units of the drawing
SERIES_HEIGHT = 300
LEFT, BOTTOM, TOP = 52, 26, 10  # room for the axes
STOPS = 33  # colours of the bar
MOST_TICKS = 12  # of the steps of a year


def map_svg(picture: Picture, region: str, title: str) -> str:
    """Return the map: its pixels as an image, and the outlines of the regions."""
    left, _, right, top = picture.extent
    scale = WIDTH / (right - left)
    height = WIDTH * picture.shape

    def across(x: np.ndarray | float) -> np.ndarray | float:
        return (x - left) * scale

    def down(y: np.ndarray | float) -> np.ndarray | float:
        return (top - y) * scale * picture.stretch

    west, south, east, north = picture.bounds
    paths = []
    for name, rings in picture.outlines.items():
        shape = "".join(
            "M" + "L".join(f"{across(x):.1f},{down(y):.1f}" for x, y in ring) for ring in rings
        )
        paths.append(f'<path d="{shape}" stroke-width="{2.4 if name == region else 0.8}"/>')
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.1f}" role="img" aria-label="{escape(title)}">'
        f'<image x="{across(west):.2f}" y="{down(north):.2f}" '
        f'width="{across(east) - across(west):.2f}" height="{down(south) - down(north):.2f}" '
        f'preserveAspectRatio="none" href="{_pixels(picture)}"/>'
        f'<g fill="none" stroke="currentColor" opacity="0.75">{"".join(paths)}</g></svg>'
    )


def _pixels(picture: Picture) -> str:
    """Return the coloured pixels as a PNG in a data URI."""
    table = np.array(
        [[int(colour[place : place + 2], 16) for place in (1, 3, 5)] for colour in picture.colours],
        dtype=np.uint8,
    )
    low, high = picture.limits
    land = np.isfinite(picture.values)
    share = (np.where(land, picture.values, low) - low) / (high - low)
    number = np.clip((share * len(table)).astype(int), 0, len(table) - 1)
    pixels = np.dstack([table[number], np.where(land, 255, 0).astype(np.uint8)])
    # Here and not above: it takes half a second, which the page need not wait.
    from matplotlib.image import imsave

    file = io.BytesIO()
    imsave(file, pixels, format="png")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def colour_bar(picture: Picture, label: str) -> str:
    """Return the colours with the values of both ends and the middle."""
    places = np.linspace(0, len(picture.colours) - 1, STOPS).round().astype(int)
    stops = ",".join(picture.colours[place] for place in places)
    low, high = picture.limits
    ticks = "".join(f"<span>{number(value)}</span>" for value in (low, (low + high) / 2, high))
    return (
        f'<div class="bar"><div style="background:linear-gradient(to right,{stops})"></div>'
        f"<p>{ticks}</p><p class=unit>{escape(label)}</p></div>"
    )


def code_legend(picture: Picture, names: Sequence[str]) -> str:
    """Return the colours of codes with their names."""
    rows = "".join(
        f'<span><b style="background:{colour}"></b>{escape(name)}</span>'
        for colour, name in zip(picture.colours, names, strict=True)
    )
    return f'<p class="codes">{rows}</p>'


def ticks_of_steps(periods: Periods) -> list[tuple[int, str]]:
    """Return as many steps of a year, counted from 1, as an axis has room for, with their names."""
    every = -(-periods.steps // MOST_TICKS)
    return list(enumerate(periods.names, start=1))[::every]


def series_svg(lines: Sequence[np.ndarray], title: str, periods: Periods) -> str:
    """Return the steps of a year of one or two scenarios, drawn as ``line-1`` and ``line-2``."""
    values = np.concatenate([*lines, [0.0]])
    values = values[np.isfinite(values)]
    ticks = _ticks(values.min(), values.max())
    low, high = min(values.min(), ticks[0]), max(values.max(), ticks[-1])
    height = SERIES_HEIGHT - BOTTOM - TOP

    def across(step: int) -> float:
        return LEFT + (step - 0.5) / periods.steps * (WIDTH - LEFT)

    def down(value: float) -> float:
        return TOP + (high - value) / (high - low) * height

    grid = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH}" y1="{down(tick):.1f}" y2="{down(tick):.1f}" '
        f'class="{"zero" if tick == 0 else "grid"}"/>'
        f'<text x="{LEFT - 6}" y="{down(tick) + 4:.1f}" text-anchor="end">{number(tick)}</text>'
        for tick in ticks
    )
    steps = "".join(
        f'<text x="{across(step):.1f}" y="{SERIES_HEIGHT - 6}" text-anchor="middle">{name}</text>'
        for step, name in ticks_of_steps(periods)
    )
    drawn = "".join(
        f'<polyline class="line-{place}" points="'
        + " ".join(
            f"{across(step):.1f},{down(value):.1f}"
            for step, value in enumerate(line, start=1)
            if np.isfinite(value)
        )
        + '"/>'
        for place, line in enumerate(lines, start=1)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {SERIES_HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{grid}{steps}{drawn}</svg>"
    )


def number(value: float, decimals: int | None = None) -> str:
    """Write a number for people, with a real minus sign; none is a dash."""
    if value != value:
        return "–"
    text = f"{value:,.{decimals}f}" if decimals is not None else f"{value:.6g}"
    return text.replace("-", "−")


def _ticks(low: float, high: float) -> np.ndarray:
    """Return four to eight round numbers from one end to beyond the other."""
    raw = max(high - low, 1e-6) / 5
    size = 10.0 ** np.floor(np.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw)
    return np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step
