"""The command line ``nep-explorer``: the same pipeline as the page."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from explorer.commands import (
    calibrate,
    export,
    fuse,
    fuse_forest,
    listings,
    respire,
    run,
    scenes,
    towers,
)
from explorer.errors import ExplorerError

OUT_OF_MEMORY = (
    "this takes more memory than there is; choose a part of the scene, a coarser grid, or a "
    "machine with more"
)

MOST_AHEAD = 200  # pages; each takes 10 MB

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
scene_app = typer.Typer(no_args_is_help=True, help=scenes.__doc__)
app.add_typer(scene_app, name="scene")
fuse_app = typer.Typer(no_args_is_help=True, help=fuse.__doc__)
app.add_typer(fuse_app, name="fuse")
calibrate_app = typer.Typer(no_args_is_help=True, help=calibrate.__doc__)
app.add_typer(calibrate_app, name="calibrate")
respire_app = typer.Typer(no_args_is_help=True, help=respire.__doc__)
app.add_typer(respire_app, name="respire")
for command in (
    run.run, run.years, towers.towers, export.export, listings.systems, listings.parameters,
):  # fmt: skip
    app.command()(command)
for scene_command in (scenes.build, scenes.check, scenes.info, scenes.overview):
    scene_app.command()(scene_command)
for fuse_command in (fuse.demo, fuse.score, fuse_forest.train, fuse_forest.predict, fuse.tried):
    fuse_app.command()(fuse_command)

for calibration_command in (calibrate.site, calibrate.demo):
    calibrate_app.command()(calibration_command)
for respire_command in (respire.score, respire.table, respire.demo):
    respire_app.command()(respire_command)


@app.command()
def serve(
    scene: Annotated[Path | None, typer.Argument(help="Scene; default: the synthetic one.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the page.")] = 5006,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    allow: Annotated[
        list[str] | None,
        typer.Option(help="A further name under which the server is reached. May be repeated."),
    ] = None,
    ahead: Annotated[
        int,
        typer.Option(min=0, max=MOST_AHEAD, help="Pages to make ahead, for a class: one a person."),
    ] = 0,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser.")] = True,
) -> None:
    """Start the dashboard."""
    from explorer.app.shell.server import serve as start

    start(
        scene, port=port, address=address, allow=allow or (), ahead=ahead,
        open_browser=open_browser,
    )  # fmt: skip


@contextmanager
def told_to_end() -> Iterator[None]:
    """Take the signal to end as Ctrl-C is taken: what was begun is cleared away."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def main() -> None:
    """Run the command line; an error raised on purpose is one message and exit status 1."""
    # Compiled loops have a thread for each processor. Waiting for one another they keep the
    # processors from whoever needs them (other sessions, other programs) unless told to sleep.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        with told_to_end():
            app()
    except ExplorerError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
    except MemoryError as error:
        typer.echo(f"error: {OUT_OF_MEMORY} ({error or 'no more can be had'})", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
