"""Lineage: which data, which scenario and which versions a result was made of."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from typing import Any
from weakref import ref

import numpy as np

from explorer.cache import CACHES, Recent, recent
from explorer.scene.blocks import from_blocks
from explorer.scene.scene import Scene
from explorer.systems.contract import System
from explorer.systems.layers import Layers

_NAMED_PACKAGES = ("nep-explorer", "jax", "numpy", "xarray")
_TABLES = ("scenario", "scene_attributes", "input_hashes", "versions")
# By a weak reference, so that the cache keeps no scene in memory.
_HASHES: Recent[dict[str, str]] = recent(CACHES["input_hashes"])


def lineage(result: Layers) -> dict[str, Any]:
    """Return all that says how the numbers of a result were made, ready for JSON."""
    scene, system = result.scene, result.scenario.system
    return {
        "scene": scene.title,
        "synthetic": scene.synthetic,
        "scene_attributes": scene_attributes(scene),
        "system": system.title,
        "scenario": result.scenario.to_dict(),
        **result.facts,
        "warnings": list(result.warnings),
        "input_hashes": input_hashes(scene),
        "versions": versions(),
        "citation": system.citation,
    }


def file_attributes(result: Layers) -> dict[str, str | int | float]:
    """Return the lineage as attributes of a file: texts and numbers; tables are JSON."""
    made, system = lineage(result), result.scenario.system
    facts = result.facts
    single = {name: value for name, value in facts.items() if isinstance(value, str | int | float)}
    tables = (*_TABLES, *(name for name in facts if name not in single))
    return {
        "Conventions": "CF-1.11",
        "title": f"{system.product}: {result.scene.title}; {result.scenario.label}",
        "source": source_of(system),
        "references": made["citation"],
        "history": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} nep-explorer run",
        "comment": "\n".join(made["warnings"]),
        "synthetic": int(made["synthetic"]),
        "system": system.title,
        **single,
        "scenario_id": result.scenario.identity,
        **{name: json.dumps(made[name], ensure_ascii=False) for name in tables},
    }


def source_of(system: System) -> str:
    """Return what made a file, for its attribute ``source``."""
    return f"nep-explorer, {system.method}"


def scene_attributes(scene: Scene) -> dict[str, str | int | float]:
    """Return what the scene's file says of itself (source, citation, licence), as plain values."""
    plain = {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in scene.attributes.items()
    }
    return {
        str(name): value
        for name, value in plain.items()
        if isinstance(value, str | int) or (isinstance(value, float) and isfinite(value))
    }


def input_hashes(scene: Scene) -> dict[str, str]:
    """Return a short hash of the values of each input of a scene; computed once for each scene.

    Hashed are the packed cells, so the same land gives the same hash whatever file it came from.
    """
    return dict(_HASHES.get(ref(scene), lambda: _hashed(scene)))  # at 1 km it takes seconds


def _hashed(scene: Scene) -> dict[str, str]:
    hashes = {name: _field_digest(scene, name) for name in scene.rows if name in scene.fields}
    own = {
        "land_cover": scene.land_cover,
        "vegetation": scene.vegetation,
        "area": scene.area,
        "region": scene.region,
        "cell": scene.index,
    }
    return hashes | {name: _digest(values.shape, [values]) for name, values in own.items()}


def versions() -> dict[str, str]:
    """Return the versions of this package and of those that make its numbers."""
    found = {}
    for name in _NAMED_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _field_digest(scene: Scene, name: str) -> str:
    """Return the hash of an input as (12, cells) or (cells,), float32; taken month by month."""
    field = scene.fields[name]
    steps = [field] if field.values.ndim == 2 else [field[:, n] for n in range(field.shape[1])]
    shape = (scene.cells,) if field.values.ndim == 2 else (len(steps), scene.cells)
    return _digest(shape, (from_blocks(step.quantities(), scene.cells) for step in steps))


def _digest(shape: tuple[int, ...], parts: Iterable[np.ndarray]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for number, part in enumerate(map(np.ascontiguousarray, parts)):
        if not number:
            digest.update(f"{part.dtype.str}{shape}".encode())
        digest.update(part.data.cast("B"))
    return digest.hexdigest()
