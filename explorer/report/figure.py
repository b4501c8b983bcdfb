"""Figures for print as PNG or SVG files; ``cards.drawing`` draws them."""

import os
from pathlib import Path
from warnings import catch_warnings, filterwarnings

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text

from explorer.outputs.claims import replacing
from explorer.outputs.made_here import PROGRAM

DOTS_PER_INCH = 300
CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
    "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "SimHei", "Noto Sans CJK JP",
)  # fmt: skip


def write_figure(figure: Figure, out: str | os.PathLike, *, overwrite: bool = False) -> Path:
    """Write a figure as PNG or SVG, by the ending of the name, whole or not at all."""
    with replacing(out, overwrite=overwrite) as fresh:
        save_figure(figure, fresh)
    return Path(out)


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG or SVG, by the ending of the name, to a path that was claimed."""
    set_fonts(figure)
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


def set_fonts(figure: Figure) -> None:
    """Let every text have a font that has its signs."""
    families = _families()
    for text in figure.findobj(Text):
        text.set_fontfamily(families)


def _families() -> list[str]:
    """Return Matplotlib's own font, and the first one installed that has Chinese signs."""
    installed = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *[name for name in CHINESE_FONTS if name in installed][:1]]
