"""Join ground samples and rasters by random forests: score, train, predict, demonstrate."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from tqdm import tqdm

from explorer.commands.options import JsonPath, Overwrite
from explorer.outputs.claims import claimed

TestFile = Annotated[
    Path | None,
    typer.Option("--test", help="Rows in SRDB's format that the forest has not seen, to score."),
]
CITATION = (
    "Zeng et al. (2023), Carbon Balance and Management 18, doi 10.1186/s13021-023-00239-9; samples "
    "of SRDB: Jian et al. (2021), doi 10.5194/essd-13-255-2021"
)
Trees = Annotated[int | None, typer.Option(min=10, max=20_000, help="Trees of the forest.")]


def score(
    test: TestFile = None,
    trees: Trees = None,
    json_path: JsonPath = None,
    overwrite: Overwrite = False,
) -> None:
    """Score soil respiration of the world in four ways, and on rows of another file.

    Trains on the SRDB under NEP_EXPLORER_REAL_DATA; studies of the test file are left out of it.
    """
    from explorer.systems.fusion.world import SRDB, real_data_folder
    from explorer.systems.fusion.world_rs import SETTINGS, score_world

    folder = real_data_folder()
    settings = SETTINGS if trees is None else SETTINGS._replace(trees=trees)
    read = [path for path in (folder / SRDB, test) if path is not None]
    with claimed(json_path, inputs=read, overwrite=overwrite) as claim:
        with bar("training and scoring") as proceed:
            report = score_world(folder, test, settings, proceed=proceed)
        if json_path:
            write_json(report, claim[json_path])
    if not json_path:
        typer.echo(as_text(report))


def demo(trees: Trees = None, json_path: JsonPath = None, overwrite: Overwrite = False) -> None:
    """Recover a synthetic plateau whose truth is known; needs no data."""
    from explorer.pipeline import open_scene
    from explorer.scene.demo import demo_scene_path
    from explorer.systems.fusion.demo import demonstration
    from explorer.systems.fusion.parameters import FusionParameters

    parameters = FusionParameters() if trees is None else FusionParameters(trees=float(trees))
    path = demo_scene_path()
    with claimed(json_path, inputs=[path], overwrite=overwrite) as claim:
        with bar("growing and scoring") as proceed:
            report = demonstration(open_scene(path), parameters, proceed)
        if json_path:
            write_json(report, claim[json_path])
    if not json_path:
        typer.echo(as_text(report))


def tried(trees: Trees = None) -> None:
    """Print what was tried for soil respiration of the world, with its blocked scores; minutes."""
    from explorer.systems.fusion.tried import TREES, as_table
    from explorer.systems.fusion.tried import tried as each_try
    from explorer.systems.fusion.world import real_data_folder

    folder = real_data_folder()
    with bar("trying") as proceed:
        found = {row.what: scores for row, scores in each_try(folder, trees or TREES, proceed)}
    typer.echo(as_table(found))


@contextmanager
def bar(name: str) -> Iterator[Callable[[float], bool]]:
    """Give a function that shows the share done as a bar on the error stream."""
    form = "{desc:<28} {bar:20} {percentage:3.0f}% {elapsed}"
    with tqdm(total=1.0, desc=name, bar_format=form) as shown:

        def proceed(share: float) -> bool:
            shown.n = share
            shown.refresh()
            return True

        yield proceed
        proceed(1.0)


def as_text(report: Any) -> str:
    """Return a report as JSON text, with the versions that made it."""
    from explorer.report.lineage import versions

    made = {**report, "citation": CITATION, "versions": versions()}
    return json.dumps(made, indent=2, ensure_ascii=False, allow_nan=False)


def write_json(report: Any, path: Path) -> None:
    """Write a report."""
    path.write_text(as_text(report) + "\n", encoding="utf-8")
