"""Lineage: which data, which scenario and which versions a result was made of."""

import hashlib
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from explorer.scene.prepare import Scene

CITATION = (
    "Liang, L., Wang, Q., Qiu, S., Geng, D., Wang, S. (2023): NEP Estimation of Terrestrial "
    "Ecosystems in China Using an Improved CASA Model and Soil Respiration Model. IEEE JSTARS, "
    "doi 10.1109/JSTARS.2023.3325774"
)
_NAMED_PACKAGES = ("nep-explorer", "jax", "numpy", "xarray")


def input_hashes(scene: Scene) -> dict[str, str]:
    """Return a short hash of the values of each input that the model used.

    Hashed are the packed cells, so the same land gives the same hash whatever file it came from.
    """
    arrays = {
        name: values if name == "days" else scene.field(name)
        for name, values in scene.forcing._asdict().items()
        if values is not None
    }
    arrays |= {"area": scene.area, "region": scene.region, "cell": scene.index}
    return {name: _digest(values) for name, values in arrays.items()}


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
