"""Writes files that may not grow beyond some bytes, as on a full disk: run by ``test_machine``.

    python -m tests.outputs.limited BYTES FOLDER

Prints what is told of each.
"""

import resource
import sys
from pathlib import Path

import numpy as np
import xarray as xr

from explorer.errors import SourceError
from explorer.outputs.claims import write_text
from explorer.scene.store import write_dataset


def main() -> None:
    """Write a text and a dataset in both forms."""
    most, folder = int(sys.argv[1]), Path(sys.argv[2])
    noise = np.random.default_rng(1).random((20, 300))
    dataset = xr.Dataset({"a": (("y", "x"), noise)})
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    attempts = {
        "text.csv": lambda out: write_text("x" * 100_000, out),
        "data.zarr": lambda out: write_dataset(dataset, out),
        "data.nc": lambda out: write_dataset(dataset, out),
    }
    for name, attempt in attempts.items():
        try:
            attempt(folder / name)
        except SourceError as error:
            sys.stdout.write(f"{error}\n")


if __name__ == "__main__":
    main()
