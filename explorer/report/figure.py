"""Pictures for print: the map and the series of a page, as PNG or SVG.

Drawn from the same pixels, colours and limits as the page's own plots.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from warnings import catch_warnings, filterwarnings

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text

from explorer.analysis.totals import ALL
from explorer.outputs.claims import replacing
from explorer.outputs.made_here import PROGRAM
from explorer.picture.picture import Picture
from explorer.report.inline_svg import ticks_of_steps
from explorer.report.shown import Shown, with_same_series

DOTS_PER_INCH = 300
WIDTH = 7.0  # inches, a page's width
LEGEND_HEIGHT = 1.5  # inches above and below a map
INK, QUIET = "#26302d", "#6b7773"
CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
    "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "SimHei", "Noto Sans CJK JP",
)  # fmt: skip
LINE_COLOURS = ("#0b6e5f", "#a6611a")


def map_figure(shown: Shown, picture: Picture) -> Figure:
    """Draw the map with title, unit, scenario and colour bar."""
    height = min(max(WIDTH * picture.shape, 2.5), 9.0)
    whole = height + LEGEND_HEIGHT
    figure = Figure(figsize=(WIDTH, whole))
    axes = figure.add_axes((0.03, 0.85 / whole, 0.94, height / whole))
    left, bottom, right, top = picture.bounds
    image = axes.imshow(
        picture.values, extent=(left, right, bottom, top), interpolation="none",
        cmap=ListedColormap(picture.colours), vmin=picture.limits[0], vmax=picture.limits[1],
    )  # fmt: skip
    for name, rings in picture.outlines.items():
        width = 1.4 if name == shown.view.region else 0.5
        axes.add_collection(LineCollection(rings, colors="#44514d", linewidths=width))
    left, bottom, right, top = picture.extent
    axes.set(xlim=(left, right), ylim=(bottom, top), aspect=picture.stretch)
    axes.set_axis_off()
    _head(figure, shown.title, shown, whole)
    bar = figure.add_axes((0.25, 0.62 / whole, 0.5, 0.12 / whole))
    figure.colorbar(image, cax=bar, orientation="horizontal", extend=_extend(picture))
    bar.tick_params(labelsize=8, colors=INK)
    if shown.code_names:
        bar.set_xticks(range(len(shown.code_names)), list(shown.code_names), fontsize=6)
        bar.set_xlabel(shown.row.long_name, fontsize=8)
    else:
        bar.set_xlabel(f"{shown.row.symbol}, {shown.unit.pretty}", fontsize=8)
    _foot(figure, shown, whole)
    return figure


def series_figure(shown: Sequence[Shown]) -> Figure:
    """Draw the steps of the year of the headline in the chosen region, a line for each scenario.

    Results that lack the first one's headline, or have other steps, are left out. Where there is
    nothing finer than the year, each is one point.
    """
    height = 4.4
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.11, 0.2, 0.86, 0.6))
    first = shown[0]
    name, same = with_same_series(shown)
    row, region = first.result.variables[name], first.view.region
    for one, colour in zip(same, LINE_COLOURS, strict=False):
        values = one.region(name, region).steps
        axes.plot(
            range(1, values.size + 1), values, color=colour, marker="o", markersize=4,
            label=one.scenario.label,
        )  # fmt: skip
    if np.nanmin([line.get_ydata() for line in axes.lines]) < 0:
        axes.axhline(0, color=QUIET, linewidth=0.8)
    axes.set_xticks(*zip(*ticks_of_steps(first.periods), strict=True))
    unit = row.unit_over(yearly=first.periods.annual)
    axes.set_ylabel(f"{row.symbol}, {unit.pretty}", fontsize=9)
    axes.tick_params(labelsize=8, colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    if len(same) > 1:
        axes.legend(fontsize=8, frameon=False)
    where = "all regions" if region == ALL else region
    _head(figure, f"{first.periods.adverb} {row.symbol}, {where}", first, height)
    _foot(figure, first, height)
    return figure


def write_figure(figure: Figure, out: str | os.PathLike, *, overwrite: bool = False) -> Path:
    """Write a figure as PNG or SVG, by the ending of the name, whole or not at all."""
    with replacing(out, overwrite=overwrite) as fresh:
        save_figure(figure, fresh)
    return Path(out)


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG or SVG, by the ending of the name, to a path that was claimed."""
    families = _families()
    for text in figure.findobj(Text):
        text.set_fontfamily(families)
    with catch_warnings():
        # A sign that no font of this machine has is drawn as a box, which says enough.
        filterwarnings("ignore", "Glyph .* missing from font")
        if path.suffix == ".svg":
            # Text stays text, so that a publisher may set it in another face.
            with rc_context({"svg.fonttype": "none", "svg.hashsalt": "nep-explorer"}):
                metadata = {"Date": None, "Title": PROGRAM}
                FigureCanvasSVG(figure).print_svg(path, metadata=metadata)
        else:
            figure.set_dpi(DOTS_PER_INCH)
            FigureCanvasAgg(figure).print_png(path, metadata={"Software": PROGRAM})


def _families() -> list[str]:
    """Return Matplotlib's own font, and the first one installed that has Chinese signs."""
    installed = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *[name for name in CHINESE_FONTS if name in installed][:1]]


def _head(figure: Figure, title: str, shown: Shown, height: float) -> None:
    """Write what is shown above, and which scenario below it."""
    scene = shown.scene
    synthetic = "  ·  SYNTHETIC DATA" if scene.synthetic else ""
    subtitle = f"{shown.scenario.label}  ·  {scene.title}{synthetic}"
    # A dollar sign in a name is no formula.
    options: dict[str, Any] = {"ha": "left", "va": "top", "color": INK, "parse_math": False}
    figure.text(0.03, 1 - 0.14 / height, title, fontsize=12, weight="bold", **options)
    figure.text(0.03, 1 - 0.4 / height, subtitle, fontsize=8, **options)


def _foot(figure: Figure, shown: Shown, height: float) -> None:
    method = shown.system.short_citation
    text = f"nep-explorer, scenario {shown.scenario.identity}; method: {method}"
    figure.text(0.03, 0.08 / height, text, fontsize=6.5, color=QUIET, va="bottom")


def _extend(picture: Picture) -> str:
    """Say on which sides values lie beyond the colours."""
    if not np.isfinite(picture.values).any():
        return "neither"
    low, high = picture.limits
    beyond = np.nanmin(picture.values) < low, np.nanmax(picture.values) > high
    return {(True, True): "both", (True, False): "min", (False, True): "max"}.get(beyond, "neither")
