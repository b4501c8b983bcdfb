"""Any card as a figure for print, with Matplotlib: each kind of plot is drawn here, once.

Maps have the pixels, colours and limits of the page.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure, SubFigure

from explorer.report.cards.card import (
    BarPlot,
    Card,
    LinePlot,
    MapPlot,
    Panel,
    Plot,
    ScatterPlot,
    TablePlot,
)
from explorer.tables.unit import pretty_unit

WIDTH = 7.0  # inches, a page's width
PANEL_WIDTHS = {1: WIDTH, 2: 5.0, 4: 3.0}  # inches, by how many stand beside each other
NARROW = 2.0  # inches, of more
INK, QUIET, OUTLINE = "#26302d", "#6b7773", "#44514d"
HEAD, FOOT, PANEL_HEAD, BAR = 0.72, 0.3, 0.42, 0.62  # inches
ROW, LETTER = 0.19, 0.062  # inches: the height of a line of a table, the width of a sign
MOST_TICKS = 12
LEGEND_COLUMNS = 4
MARKERS = {
    "circle": "o", "triangle": "^", "square": "s", "diamond": "D", "star": "*", "hex": "h",
}  # fmt: skip


def card_figure(card: Card, *, foot: str = "", about: str = "") -> Figure:
    """Draw a card: title and note above, its panels, and a line below.

    Parameters
    ----------
    card : Card
    foot : str
        Who made it, and by what method.
    about : str
        The scene; what must be known of the card stands behind it.
    """
    across, panels = max(1, card.across), list(card.panels)
    shared = _shared_bar(panels)
    width = _panel_width(across, panels)
    heights = [_height(panel, width, bar=not shared) for panel in panels]
    rows = [max(heights[start : start + across]) for start in range(0, len(panels), across)]
    whole = HEAD + sum(rows) + FOOT + (BAR if shared else 0.0)
    figure = Figure(figsize=(width * across, whole))
    _words(figure, card, about, foot, whole)
    tops = HEAD + np.concatenate([[0.0], np.cumsum(rows)])
    drawn = None
    for number, panel in enumerate(panels):
        row, column = divmod(number, across)
        box = (
            column / across, 1 - (tops[row] + rows[row]) / whole, 1 / across, rows[row] / whole,
        )  # fmt: skip
        drawn = _draw_panel(figure, panel, box, (width, rows[row]), bar=not shared)
    if shared and drawn is not None:
        axes = figure.add_axes((0.3, (FOOT + 0.34) / whole, 0.4, 0.1 / whole))
        _colour_bar(figure, axes, drawn, panels[0].plot)  # type: ignore[arg-type]
    return figure


def _shared_bar(panels: Sequence[Panel]) -> bool:
    """Tell whether all panels are maps in one scale, so that one colour bar stands for all."""
    plots = [panel.plot for panel in panels]
    maps = [plot for plot in plots if isinstance(plot, MapPlot)]
    return len(maps) == len(plots) > 1 and all(one.look == two.look for one, two in pairwise(maps))


def _panel_width(across: int, panels: Sequence[Panel]) -> float:
    width = PANEL_WIDTHS.get(across, NARROW)
    tables = [panel.plot for panel in panels if isinstance(panel.plot, TablePlot)]
    return max([width, *(LETTER * sum(_columns(table)) + 0.5 for table in tables)])


def _columns(table: TablePlot) -> list[int]:
    """Return how many signs each column of a table needs, with a space after it."""
    # Letters of the head are bold, and wider.
    rows = [[f"{head}{'  ' if len(head) > 6 else ''}" for head in table.heads], *table.rows]
    return [2 + max(len(str(text)) for text in column) for column in zip(*rows, strict=True)]


def _height(panel: Panel, width: float, *, bar: bool) -> float:
    """Return the height of a panel with its words, in inches."""
    head = PANEL_HEAD if panel.title or panel.note else 0.0
    plot = panel.plot
    if isinstance(plot, MapPlot):
        tall = min(max(0.94 * width * plot.picture.shape, 0.3 * width), 1.3 * width)
        return head + tall + (BAR if bar else 0.1)
    if isinstance(plot, TablePlot):
        return head + ROW * (len(plot.rows) + 2)
    if isinstance(plot, ScatterPlot):
        return head + width
    if isinstance(plot, BarPlot) and plot.horizontal:
        return head + 0.34 * len({bar.name for bar in plot.bars}) + 0.8
    return head + 0.5 * width + 0.3


def _words(figure: Figure, card: Card, about: str, foot: str, whole: float) -> None:
    told = "  ·  ".join(filter(None, (about, *(text.upper() for text in card.remarks))))
    # A dollar sign in a name is no formula.
    options: dict[str, Any] = {"ha": "left", "va": "top", "color": INK, "parse_math": False}
    size = min(12.0, 118 * figure.get_figwidth() / max(len(card.title), 1))
    figure.text(0.03, 1 - 0.12 / whole, card.title, fontsize=size, weight="bold", **options)
    for line, text in enumerate(filter(None, (card.note, told))):
        size = min(8.0, 130 * figure.get_figwidth() / max(len(text), 1))
        figure.text(0.03, 1 - (0.36 + 0.16 * line) / whole, text, fontsize=size, **options)
    size = min(6.5, 118 * figure.get_figwidth() / max(len(foot), 1))
    figure.text(0.03, 0.08 / whole, foot, fontsize=size, color=QUIET, va="bottom")


def _draw_panel(
    figure: Figure,
    panel: Panel,
    box: tuple[float, float, float, float],
    size: tuple[float, float],
    *,
    bar: bool,
) -> Any:
    """Draw a panel into its box (left, bottom, width, height of the figure); return a map's image.

    ``size`` is that of the box in inches.
    """
    left, bottom, width, height = box
    head = 0.0
    if panel.title or panel.note:
        head = PANEL_HEAD
        options: dict[str, Any] = {"ha": "left", "va": "top", "color": INK, "parse_math": False}
        top, x = bottom + height, left + 0.03 * width
        wide = 1.5 * size[0] / 0.1
        for text, down, most, weight in (
            (panel.title, 0.04, 9.0, "bold"), (panel.note, 0.21, 7.0, "normal"),
        ):  # fmt: skip
            fitted = min(most, most * wide * 1.2 / max(len(text), 1))
            figure.text(
                x, top - down / size[1] * height, text, fontsize=fitted, weight=weight, **options
            )
    inner = size[1] - head
    part = (left, bottom, width, height * inner / size[1])
    kind = type(panel.plot)
    if isinstance(panel.plot, MapPlot):
        return _map(figure, panel.plot, part, (size[0], inner), bar=bar)
    _DRAWN[kind](figure, panel.plot, part, (size[0], inner))
    return None


def _axes(
    figure: Figure,
    part: tuple[float, float, float, float],
    size: tuple[float, float],
    margins: tuple[float, float, float, float],
) -> Axes:
    """Return axes within a part of the figure; margins left, bottom, right, top in inches."""
    left, bottom, width, height = part
    west, south, east, north = margins
    axes = figure.add_axes(
        (
            left + width * west / size[0],
            bottom + height * south / size[1],
            width * (1 - (west + east) / size[0]),
            height * (1 - (south + north) / size[1]),
        )
    )
    axes.tick_params(labelsize=7.5, colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _map(figure: Figure, plot: MapPlot, part: Any, size: Any, *, bar: bool) -> Any:
    below = BAR if bar else 0.05
    axes = _axes(figure, part, size, (0.03 * size[0], below, 0.03 * size[0], 0.03))
    picture, look = plot.picture, plot.look
    left, bottom, right, top = picture.bounds
    image = axes.imshow(
        picture.values, extent=(left, right, bottom, top), interpolation="none",
        cmap=ListedColormap(look.colours), vmin=look.limits[0], vmax=look.limits[1],
    )  # fmt: skip
    for name, rings in picture.outlines.items():
        width = 1.4 if name == plot.chosen else 0.5
        axes.add_collection(LineCollection(rings, colors=OUTLINE, linewidths=width))
    if plot.shapes:
        axes.add_collection(LineCollection(list(plot.shapes), colors="#c2185b", linewidths=1.2))
    for mark in plot.marks:
        axes.plot(
            [mark.x], [mark.y], marker=MARKERS[mark.marker], color="none" if mark.open else
            mark.colour, markeredgecolor="#c2185b", markeredgewidth=1.2 if mark.open else 0.5,
            markersize=6 if mark.open else 5, linestyle="none",
        )  # fmt: skip
        if mark.label:
            axes.annotate(
                mark.label, (mark.x, mark.y), (3, 3), textcoords="offset points", fontsize=6,
                parse_math=False,
            )  # fmt: skip
    left, bottom, right, top = picture.extent
    axes.set(xlim=(left, right), ylim=(bottom, top), aspect=picture.stretch)
    axes.set_axis_off()
    if bar:
        west, south, width, height = part
        place = (
            west + 0.25 * width, south + 0.4 / size[1] * height, 0.5 * width,
            0.11 / size[1] * height,
        )  # fmt: skip
        _colour_bar(figure, figure.add_axes(place), image, plot)
    return image


def _colour_bar(figure: Figure | SubFigure, axes: Axes, image: Any, plot: MapPlot) -> None:
    figure.colorbar(image, cax=axes, orientation="horizontal", extend=_extend(plot))
    axes.tick_params(labelsize=7.5, colors=INK)
    if plot.look.ticks:
        axes.set_xticks(range(len(plot.look.ticks)), list(plot.look.ticks), fontsize=6)
    if plot.unit:
        axes.set_xlabel(pretty_unit(plot.unit), fontsize=8)


def _extend(plot: MapPlot) -> str:
    """Say on which sides values lie beyond the colours."""
    values, (low, high) = plot.picture.values, plot.look.limits
    if not np.isfinite(values).any():
        return "neither"
    beyond = bool(np.nanmin(values) < low), bool(np.nanmax(values) > high)
    return {(True, True): "both", (True, False): "min", (False, True): "max"}.get(beyond, "neither")


def _lines(figure: Figure, plot: LinePlot, part: Any, size: Any) -> None:
    named = len(plot.lines) + (plot.points is not None)
    above = 0.16 * -(-named // LEGEND_COLUMNS) + 0.05 if named > 1 else 0.1
    axes = _axes(figure, part, size, (0.62, 0.4, 0.15, above))
    steps = np.arange(1, len(plot.names) + 1)
    for line in plot.lines:
        axes.plot(
            steps, line.values, color=line.colour, linestyle="--" if line.dashed else "-",
            marker=None if line.dashed else "o", markersize=3.5, label=_plain(line.label),
            linewidth=1.1 if line.dashed else 1.8,
        )  # fmt: skip
    if plot.points is not None:
        axes.plot(
            steps, plot.points.values, linestyle="none", marker="D", markersize=4.5,
            color=plot.points.colour, label=_plain(plot.points.label),
        )  # fmt: skip
    _zero(axes, [line.values for line in plot.lines])
    if plot.step is not None:
        axes.axvline(plot.step, color="#c2185b", linestyle=":", linewidth=1)
    every = -(-len(plot.names) // MOST_TICKS)
    axes.set_xticks(steps[::every], [_plain(name) for name in plot.names[::every]])
    axes.set_ylabel(pretty_unit(plot.unit), fontsize=8)
    if named > 1:
        axes.legend(
            fontsize=6.5, frameon=False, ncols=LEGEND_COLUMNS, loc="lower left",
            bbox_to_anchor=(0, 1.0), borderaxespad=0.2, columnspacing=1.2,
        )  # fmt: skip


def _bars(figure: Figure, plot: BarPlot, part: Any, size: Any) -> None:
    names = list(dict.fromkeys(_plain(bar.name) for bar in plot.bars))
    starts = np.array([bar.start for bar in plot.bars])
    ends = np.array([bar.end for bar in plot.bars])
    colours = [bar.colour for bar in plot.bars]
    # Bars of one name share a line: a step up and a step down.
    places = np.array([names.index(_plain(bar.name)) for bar in plot.bars])
    ticks = np.arange(len(names))
    if plot.horizontal:
        wide = min(0.068 * max(map(len, names)) + 0.2, 0.5 * size[0])
        axes = _axes(figure, part, size, (wide, 0.45, 0.6, 0.1))
        axes.barh(places, ends - starts, left=starts, color=colours, height=0.7)
        axes.set_yticks(ticks, names)
        axes.invert_yaxis()
        axes.set_xlabel(pretty_unit(plot.unit), fontsize=8)
        axes.axvline(0, color=QUIET, linewidth=0.8)
    else:
        axes = _axes(figure, part, size, (0.62, 0.5, 0.15, 0.2))
        axes.bar(places, ends - starts, bottom=starts, color=colours, width=0.72)
        axes.set_xticks(ticks, names, fontsize=7 if len(names) < 12 else 5.5)
        axes.set_ylabel(pretty_unit(plot.unit), fontsize=8)
        axes.axhline(0, color=QUIET, linewidth=0.8)
    axes.margins(0.12 if plot.horizontal else 0.04, 0.04 if plot.horizontal else 0.12)
    words: dict[str, Any]
    for place, bar in zip(places, plot.bars, strict=True):
        if plot.horizontal:
            end, right = bar.end, bar.end >= bar.start
            where, words = (end, place), {"ha": "left" if right else "right", "va": "center"}
            away = (3 if right else -3, 0)
        else:
            where, words = (place, max(bar.start, bar.end)), {"ha": "center", "va": "bottom"}
            away = (0, 1)
        axes.annotate(
            bar.written, where, away, textcoords="offset points", fontsize=7, color=INK, **words
        )
    for name, value in (plot.points or {}).items():
        if name in names:
            axes.plot(
                [names.index(name)], [value], marker="D", markerfacecolor="none",
                markeredgecolor=QUIET, markersize=6, linestyle="none",
            )  # fmt: skip


def _scatter(figure: Figure, plot: ScatterPlot, part: Any, size: Any) -> None:
    axes = _axes(figure, part, size, (0.62, 0.5, 0.2, 0.1))
    low, high = plot.limits
    axes.plot([low, high], [low, high], color=QUIET, linestyle="--", linewidth=0.9)
    slope, intercept = plot.line
    if slope == slope:
        ends = np.array(plot.limits)
        axes.plot(ends, intercept + slope * ends, color=QUIET, linewidth=1.4)
    for cloud in plot.clouds:
        axes.plot(
            cloud.x, cloud.y, linestyle="none", marker=MARKERS[cloud.marker], markersize=4,
            color=cloud.colour, alpha=0.8, label=_plain(cloud.label),
        )  # fmt: skip
    axes.set(xlim=plot.limits, ylim=plot.limits, aspect="equal")
    axes.set_xlabel(f"observed, {pretty_unit(plot.unit)}", fontsize=8)
    axes.set_ylabel(f"estimated, {pretty_unit(plot.unit)}", fontsize=8)
    axes.legend(fontsize=5.5, frameon=False, ncols=2, loc="upper left", borderaxespad=0.1)


def _table(figure: Figure, plot: TablePlot, part: Any, size: Any) -> None:
    left, bottom, width, height = part
    signs = _columns(plot)
    unit = min(LETTER, (size[0] - 0.4) / sum(signs)) / size[0] * width
    font = 7.5 * min(1.0, (size[0] - 0.4) / (LETTER * sum(signs)))
    starts = left + 0.2 / size[0] * width + unit * np.concatenate([[0], np.cumsum(signs)])
    for number, texts in enumerate([plot.heads, *plot.rows]):
        y = bottom + height * (1 - ROW * (number + 0.8) / size[1])
        for column, text in enumerate(texts):
            first = column == 0
            x = starts[column] if first else starts[column + 1] - 2 * unit
            figure.text(
                x, y, str(text), fontsize=font, color=INK, ha="left" if first else "right",
                va="center", weight="bold" if number == 0 else "normal", parse_math=False,
            )  # fmt: skip


def _zero(axes: Axes, fields: Sequence[np.ndarray]) -> None:
    values = np.concatenate([np.asarray(field, dtype=float).reshape(-1) for field in fields])
    values = values[np.isfinite(values)]
    if values.size and values.min() < 0:
        axes.axhline(0, color=QUIET, linewidth=0.8)


def _plain(text: str) -> str:
    """Escape what Matplotlib would take for a formula, or would leave out of a legend."""
    text = str(text).replace("$", r"\$")
    return f" {text}" if text.startswith("_") else text


_DRAWN: dict[type[Plot], Callable[..., None]] = {
    LinePlot: _lines,
    BarPlot: _bars,
    ScatterPlot: _scatter,
    TablePlot: _table,
}
