"""An overview kept inside a large scene: what is shown while the whole is being opened.

It is a scene of its own, of every k-th cell along both axes, with the statistics of the whole. It
is never trusted for more than a first look: the whole is read, checked and summed all the same.
"""

import hashlib
import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer.errors import ExplorerError, SourceError
from explorer.outputs.claims import replacing
from explorer.scene.blocks import to_blocks
from explorer.scene.damage import reading
from explorer.scene.grid import grid_of
from explorer.scene.kept import written
from explorer.scene.scene import Scene, prepare
from explorer.scene.store import open_dataset, save_dataset
from explorer.scene.validate import validate
from explorer.tables.variable import Inputs

GROUP = "overview"
OVERVIEW_CELLS = 120_000
ALMOST_WHOLE = 400_000  # a scene of fewer cells opens as quickly as its overview would


def add_overview(
    path: str | os.PathLike, inputs: Inputs, statistics: Callable[[Scene], Mapping[str, Any]]
) -> int:
    """Write into a Zarr scene what parts of it keep of it, and, unless it is small, its overview.

    An older overview is replaced; a scene that is itself a part keeps what it has of its whole.

    Parameters
    ----------
    path : path
    inputs : Inputs
    statistics : callable
        Returns what parts of a scene keep of the whole, by system, ready for JSON.

    Returns
    -------
    int
        Every how many-th row and column the overview has; 1 = none was needed.

    Raises
    ------
    SourceError
        When there is no such Zarr store.
    SchemaError
        When it holds no valid scene; lists every fault.
    """
    path = Path(path)
    if not path.is_dir():
        raise SourceError(f"{path}: an overview is kept in a .zarr folder only; this is none")
    with open_dataset(path, decoded=False) as dataset:
        with reading(path):
            dataset.load()
        dataset = validate(dataset, inputs, path.name)
        scene = prepare(dataset, inputs)
        step = math.ceil(math.sqrt(scene.cells / OVERVIEW_CELLS))
        attributes = written(statistics(scene))
        _attach(path, attributes)
        if scene.cells <= ALMOST_WHOLE:
            return 1
        about = {
            "fingerprint": fingerprint(path),
            "cells": scene.cells,
            "area": float(scene.area.sum()),
        }
        thin = dataset.isel({dim: slice(None, None, step) for dim in grid_of(dataset).dims})
        thin = thin.assign_attrs(attributes, overview=json.dumps(about))
    with replacing(path / GROUP, overwrite=True, any_content=True) as fresh:
        save_dataset(thin, fresh)
    return step


def _attach(path: Path, attributes: Mapping[str, str]) -> None:
    """Add to the attributes of a Zarr store."""
    import zarr  # here and not above: who only reads need not wait for it

    zarr.open_group(path, mode="r+").attrs.update(attributes)


def open_overview(path: str | os.PathLike, inputs: Inputs) -> Scene | None:
    """Return the overview of a scene; None when it has none that fits it."""
    path = Path(path)
    if not (path / GROUP).is_dir():
        return None
    try:
        with open_dataset(path / GROUP, decoded=False) as dataset, reading(path / GROUP):
            about = json.loads(dataset.attrs["overview"])
            if about["fingerprint"] != fingerprint(path):
                return None
            scene = prepare(validate(dataset.load(), inputs), inputs)
            # Each cell stands for the area of those left out.
            area = scene.area * (float(about["area"]) / scene.area.sum())
            return replace(scene, blocked_area=to_blocks(area, padding=0.0))
    except (ExplorerError, KeyError, TypeError, ValueError, RecursionError):
        # Whatever is wrong with the scene is reported when the whole has been read.
        return None


def fingerprint(path: Path) -> str:
    """Return what a store looks like from outside: its metadata, and the size of every file.

    A change of values that leaves every compressed size as it was goes unseen.
    """
    digest = hashlib.blake2b(digest_size=16)
    for folder, folders, files in os.walk(path):
        folders.sort()
        inside = Path(folder).relative_to(path)
        if not inside.parts:
            folders[:] = [name for name in folders if name != GROUP and not name.startswith(".")]
        for name in sorted(files):
            file = Path(folder) / name
            digest.update(f"{(inside / name).as_posix()} {file.stat().st_size}\n".encode())
            if name in ("zarr.json", ".zarray", ".zattrs", ".zgroup", ".zmetadata"):
                digest.update(file.read_bytes())
    return digest.hexdigest()
