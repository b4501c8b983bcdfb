"""Make the synthetic demonstration scene at any resolution.

    python data_samples/make_demo_scene.py --resolution 10 --out data_samples/demo_scene.zarr

It can be stopped and started again: finished blocks of rows are kept in `<out>.partial`.
"""

import argparse
from functools import partial
from pathlib import Path

from landscape.scene import make_rows, prepare_recipe, scene_grid
from landscape.store import write_scene
from tqdm import tqdm

YEAR = 2010
FINEST_KM, COARSEST_KM = 1.0, 50.0


def main(arguments=None):
    """Read the command line and make the scene."""
    options = parse_arguments(arguments)
    refuse_to_harm(options.out, options.overwrite)
    recipe = prepare_recipe(options.seed)
    grid = scene_grid(recipe, options.resolution)
    try:
        write_scene(
            grid,
            partial(make_rows, recipe),
            options.out,
            scene_attributes(options.resolution, options.seed),
            show=partial(tqdm, desc=f"{options.resolution:g} km scene", unit="block"),
        )
    except KeyboardInterrupt:
        raise SystemExit("Stopped. The same command goes on from here.") from None


def parse_arguments(arguments):
    """Read and check the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--resolution", type=_kilometres, default=10.0, help="cell side in km")
    parser.add_argument("--out", type=Path, required=True, help="Zarr folder to make")
    parser.add_argument("--seed", type=int, default=2010, help="seed of all noise")
    parser.add_argument("--overwrite", action="store_true", help="replace an existing scene")
    return parser.parse_args(arguments)


def refuse_to_harm(out, overwrite):
    """Stop before something is lost: only a Zarr store may be replaced, and only if asked."""
    if not out.exists():
        return
    if not overwrite:
        raise SystemExit(f"{out} exists: give another --out, or --overwrite.")
    if not (out / "zarr.json").is_file():
        raise SystemExit(f"{out} exists and is no Zarr store: not replaced. Give another --out.")


def scene_attributes(resolution_km, seed):
    """Attributes of the Dataset.

    Parameters
    ----------
    resolution_km : float
        Side of a cell. [km]
    seed : int
        Seed of all noise.

    Returns
    -------
    dict
    """
    return {
        "title": f"Synthetic demonstration scene (China-like, {resolution_km:g} km)",
        "synthetic": 1,
        "source": (
            "data_samples/make_demo_scene.py: climate from smooth functions fitted to the BIOME4 "
            "climatology, terrain from pvlib's bundled elevation, everything else made up. "
            "Stylised study area, not a boundary of any country. No basis for conclusions."
        ),
        "seed": seed,
        "resolution_km": resolution_km,
        "year": YEAR,
        "Conventions": "CF-1.11",
    }


def _kilometres(text):
    """Read a cell side within the range that the scene makes sense for."""
    value = float(text)
    if not FINEST_KM <= value <= COARSEST_KM:
        raise argparse.ArgumentTypeError(f"{text}: expected {FINEST_KM:g} to {COARSEST_KM:g} km")
    return value


if __name__ == "__main__":
    main()
