"""Lineage: which data, which scenario and which versions a result was made of."""

import hashlib
import json
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from typing import Any

import numpy as np

from explorer.pipeline import Result
from explorer.scene.scene import Scene

CITATION = (
    "Liang, L., Wang, Q., Qiu, S., Geng, D., Wang, S. (2023): NEP Estimation of Terrestrial "
    "Ecosystems in China Using an Improved CASA Model and Soil Respiration Model. IEEE JSTARS, "
    "doi 10.1109/JSTARS.2023.3325774"
)
SHORT_CITATION = "Liang et al. (2023), doi 10.1109/JSTARS.2023.3325774"
_NAMED_PACKAGES = ("nep-explorer", "jax", "numpy", "xarray")


def lineage(result: Result) -> dict[str, Any]:
    """Return all that says how the numbers of a result were made, ready for JSON."""
    scene = result.scene
    return {
        "scene": scene.title,
        "synthetic": scene.synthetic,
        "scene_attributes": scene_attributes(scene),
        "scenario": result.scenario.to_dict(),
        "radiation_source": scene.radiation_source,
        "counts": result.counts,
        "warnings": list(result.warnings),
        "input_hashes": input_hashes(scene),
        "versions": versions(),
        "citation": CITATION,
    }


def file_attributes(result: Result) -> dict[str, str | int]:
    """Return the lineage as attributes of a file: texts and whole numbers; tables are JSON."""
    scene, made = result.scene, lineage(result)
    tables = ("scenario", "scene_attributes", "input_hashes", "versions", "counts")
    return {
        "Conventions": "CF-1.11",
        "title": f"Net ecosystem productivity: {scene.title}; {result.scenario.label}",
        "source": "nep-explorer, System 1: improved CASA with soil respiration",
        "references": made["citation"],
        "history": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} nep-explorer run",
        "comment": "\n".join(made["warnings"]),
        "synthetic": int(made["synthetic"]),
        "radiation_source": made["radiation_source"],
        "scenario_id": result.scenario.identity,
        **{name: json.dumps(made[name], ensure_ascii=False) for name in tables},
    }


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
    """Return a short hash of the values of each input that the model used; a scene keeps them.

    Hashed are the packed cells, so the same land gives the same hash whatever file it came from.
    """
    if "_input_hashes" not in scene.__dict__:  # at 1 km it takes seconds
        used = [name for name, values in scene.forcing._asdict().items() if values is not None]
        hashes = {
            name: _digest(scene.forcing.days if name == "days" else scene.field(name))
            for name in used
        }
        own = {"area": scene.area, "region": scene.region, "cell": scene.index}
        hashes |= {name: _digest(values) for name, values in own.items()}
        scene.__dict__["_input_hashes"] = hashes
    return dict(scene.__dict__["_input_hashes"])


def versions() -> dict[str, str]:
    """Return the versions of this package and of those that make its numbers."""
    found = {}
    for name in _NAMED_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _digest(values: np.ndarray) -> str:
    array = np.ascontiguousarray(values)
    digest = hashlib.blake2b(digest_size=8)
    digest.update(f"{array.dtype.str}{array.shape}".encode())
    digest.update(array.data.cast("B"))
    return digest.hexdigest()
