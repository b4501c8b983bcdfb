"""The full model under another choice of threads or precision: one JSON line.

    python benchmarks/variant.py --threads 1 --cells 1000000
    python benchmarks/variant.py --precision 64

In a process of its own, for JAX settles both when it starts.
"""

import argparse
import json
import os


def main() -> None:
    """Settle, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, help="processors to run on; default: all")
    parser.add_argument("--precision", type=int, choices=[32, 64], default=32)
    parser.add_argument("--cells", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    if options.threads is not None:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    os.environ["JAX_ENABLE_X64"] = str(int(options.precision == 64))
    print(json.dumps(measured(options)))


def measured(options: argparse.Namespace) -> dict:
    """Return seconds per million cells, and the mean of NEP over all cells and months."""
    from dataclasses import replace

    import numpy as np
    from scenes import scene_of
    from test_model import full_model, median_seconds

    from explorer.scene.blocks import aligned_empty, from_blocks

    scene = scene_of(options.cells)
    if options.precision == 64:
        for name, values in scene.whole_forcing()._asdict().items():
            if values is not None and values.dtype == np.float32:
                wide = aligned_empty(values.shape, np.float64)
                wide[...] = values
                scene = replace(scene, forcing=scene.forcing._replace(**{name: wide}))
    seconds = median_seconds(lambda: full_model(scene), options.rounds)
    nep = from_blocks(full_model(scene), scene.cells)
    return {
        "seconds_per_million_cells": seconds / scene.cells * 1e6,
        "mean_nep": float(nep.mean(dtype=float)),
    }


if __name__ == "__main__":
    main()
