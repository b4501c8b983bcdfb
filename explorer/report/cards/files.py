"""Every kind of file, made of any card: pictures, numbers, maps, animation, notebook."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from explorer.errors import SourceError
from explorer.outputs.made_here import MARK, PROGRAM
from explorer.report.cards.card import Card, Value
from explorer.report.cards.sight import Sight
from explorer.report.cards.table import CARDS
from explorer.report.cards.words import card_notebook
from explorer.report.geotiff import save_layers
from explorer.report.netcdf import layers_dataset
from explorer.report.tidy import layer_rows, write_layers
from explorer.scene.scene import Scene
from explorer.scene.store import save_dataset

FRAME_DOTS, FRAME_SECONDS = 100, 0.9  # dots an inch and seconds of one step of an animation
MOST_FRAMES = 60
MOST_COPIED = 20_000  # rows


def write_card(
    key: str, ending: str, sight: Sight, scene: str, path: Path,
    proceed: Callable[[float], bool] = lambda share: True,
) -> None:  # fmt: skip
    """Write a file of a card to a path that was claimed.

    Parameters
    ----------
    key, ending : str
        A row of ``CARDS``, and one of its endings.
    sight : Sight
    scene : str
        What the scene is called, see ``scene.demo.scene_name``.
    path : path
    proceed : callable
        Called with the share done of what takes long; False ends it.

    Raises
    ------
    ViewError
        When there is nothing of the kind to show.
    SourceError
        When the card has no such file.
    """
    require_ending(key, ending)
    if ending == ".gif":
        _animation(key, sight, path, proceed)
    elif ending == ".ipynb":
        path.write_text(card_notebook(key, sight, scene), encoding="utf-8")
    else:
        _WRITERS[ending](CARDS[key].make(sight), sight, path)


def require_ending(key: str, ending: str) -> None:
    """Refuse a kind of file that a card does not have.

    Raises
    ------
    SourceError
        Names those that it has.
    """
    endings = CARDS[key].endings
    if ending not in endings:
        raise SourceError(f"{key}: no {ending} is made of it; expected one of {', '.join(endings)}")


def card_rows(card: Card) -> tuple[tuple[str, ...], list[tuple[Value, ...]]]:
    """Return columns and rows of a card's table, with what must be known of it in each row."""
    told = "; ".join(card.remarks)
    rows = [(*row, told, PROGRAM) for row in card.table.rows]
    return (*card.table.columns, "note", MARK), rows


def card_frame(card: Card, scene: Scene) -> Any:
    """Return the numbers of a card as its CSV file has them, as a pandas table."""
    import pandas  # type: ignore[import-untyped]  # here and not above: the page does without

    if not card.table.columns:
        return pandas.DataFrame(layer_rows(scene, card.layers, note="; ".join(card.remarks)))
    columns, rows = card_rows(card)
    return pandas.DataFrame(rows, columns=list(columns))


def copied_text(card: Card) -> str | None:
    """Return the table of a card for the clipboard, as spreadsheets take it; None of a map.

    A map has a row for each cell, too many to be pasted.
    """
    if not card.table.columns or len(card.table.rows) > MOST_COPIED:
        return None
    columns, rows = card_rows(card)
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(columns[:-1])
    writer.writerows(row[:-1] for row in rows)
    return file.getvalue()


def _csv(card: Card, sight: Sight, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if not card.table.columns:
            write_layers(sight.scene, card.layers, file, note="; ".join(card.remarks))
            return
        columns, rows = card_rows(card)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _picture(card: Card, sight: Sight, path: Path) -> None:
    # Here and not above: Matplotlib takes half a second, which the page need not wait.
    from explorer.report.cards.drawing import card_figure
    from explorer.report.figure import save_figure

    save_figure(card_figure(card, foot=foot_of(card, sight), about=sight.scene.title), path)


def foot_of(card: Card, sight: Sight) -> str:
    """Return the line below a figure: who made it, of which scenarios, by what method."""
    identities = ", ".join(dict.fromkeys(card.identities))
    return f"{PROGRAM}, scenario {identities}; method: {sight.system.short_citation}"


def _netcdf(card: Card, sight: Sight, path: Path) -> None:
    save_dataset(layers_dataset(sight.a, card.layers, card.title, card.note), path)


def _geotiff(card: Card, sight: Sight, path: Path) -> None:
    save_layers(sight.a, card.layers, path, {"title": card.title, "card": card.note})


def _animation(key: str, sight: Sight, path: Path, proceed: Callable[[float], bool]) -> None:
    """Write the steps of the year one after the other as a GIF, on one colour scale."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    from explorer.report.cards.drawing import card_figure
    from explorer.report.figure import set_fonts

    steps = sight.a.periods.steps
    if sight.a.periods.annual or steps < 2:
        raise SourceError(f"{sight.system.title} has nothing finer than the year to animate")
    chosen = np.unique(np.linspace(1, steps, min(steps, MOST_FRAMES)).round().astype(int))
    frames = []
    for number, step in enumerate(chosen.tolist(), start=1):
        card = CARDS[key].make(sight.at_step(step))
        figure = card_figure(card, foot=foot_of(card, sight), about=sight.scene.title)
        set_fonts(figure)
        figure.set_dpi(FRAME_DOTS)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]
        frames.append(Image.fromarray(pixels).quantize(256, dither=Image.Dither.NONE))
        if not proceed(number / len(chosen)):
            return
    first, *rest = frames
    first.save(
        path, save_all=True, append_images=rest, duration=round(1000 * FRAME_SECONDS), loop=0,
        comment=PROGRAM.encode(), format="GIF",
    )  # fmt: skip


_WRITERS: dict[str, Callable[[Card, Sight, Path], None]] = {
    ".png": _picture, ".svg": _picture, ".csv": _csv, ".nc": _netcdf, ".tif": _geotiff,
}  # fmt: skip
