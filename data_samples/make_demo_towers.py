"""Make the synthetic tower series: the model's own result at each tower, plus noise.

    python data_samples/make_demo_towers.py

They show how the tower page works. They say nothing about how good the model is, because
they come from it.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from landscape.scene import TOWER_SITES

from explorer.pipeline import open_scene, run
from explorer.scene.blocks import from_blocks
from explorer.systems import preset

HERE = Path(__file__).parent
SCENARIO = "ci2"
NOISE_SD = 8.0  # g C m-2 month-1
SEED = 2010
COLUMNS = ("site", "lon", "lat", "class", "year", "month", "nep")


def main(arguments=None):
    """Read the command line, run the model, write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scene", type=Path, default=HERE / "demo_scene.zarr")
    parser.add_argument("--out", type=Path, default=HERE / "demo_towers.csv")
    options = parser.parse_args(arguments)
    scene = open_scene(options.scene)
    nep = from_blocks(run(scene, preset(SCENARIO)).steps("nep"), scene.cells)
    fresh = options.out.with_name(options.out.name + ".new")
    with fresh.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(tower_rows(scene, nep, load_sites()))
    fresh.replace(options.out)


def load_sites():
    """Read names, places and classes of the towers.

    Returns
    -------
    list of dict
        Columns of `tower_sites.csv`, as text.
    """
    with TOWER_SITES.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tower_rows(scene, nep, sites):
    """Yield one row a tower and month.

    Parameters
    ----------
    scene : explorer.scene.scene.Scene
        The demonstration scene.
    nep : array (month, cell)
        Modelled net ecosystem productivity. [g C m-2 month-1]
    sites : list of dict
        As `load_sites` gives them.

    Yields
    ------
    tuple
        In the order of `COLUMNS`.
    """
    chance = np.random.default_rng(SEED)
    year = scene.attributes["year"]
    for site in sites:
        cell = cell_holding(scene, site)
        series = nep[:, cell] + chance.normal(0.0, NOISE_SD, 12)
        for month, value in enumerate(series, start=1):
            yield *(site[name] for name in COLUMNS[:4]), year, month, f"{value:.3f}"


def cell_holding(scene, site):
    """Return the position, among the land cells, of the one that holds a tower."""
    x, y = scene.grid.from_lonlat(float(site["lon"]), float(site["lat"]))
    place = scene.grid.cell_at(x, y)
    cell = -1 if place is None else scene.cell_of_grid[place]
    if cell < 0:
        raise SystemExit(
            f"{site['site']}: no land cell of the scene at {site['lon']} E {site['lat']} N; "
            "use a scene made by make_demo_scene.py"
        )
    return cell


if __name__ == "__main__":
    main()
