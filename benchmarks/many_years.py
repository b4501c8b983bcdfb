"""Many years out of core against the same years one by one in memory: one JSON line.

    python benchmarks/many_years.py --years 30 --resolution 1

Makes a dataset of many years in .bench/ (the demonstration scene, a little warmer, wetter and
greener every year; 0.5 GB a year at 1 km) and removes it again. Both sides begin at the file and
end at the totals of every year, each in a process of its own, compiled beforehand. In memory at
most MOST years are measured. ``model_ratio`` is against the model alone, the scene already in
memory: what reading and packing cost on top.

Measured on 2 processors that others used too, 1 km, 30 years: 464 s, 131 s of them for the first
pass; 7.4 million cell-months a second against 9.8 in memory (ratio 0.75; 0.23 of the model alone),
1.4 GB against 8.0. With 2 years 1.1 GB. At 4 km 3, 6 and 12 years took 0.85, 0.87 and 0.87 GB, with
maps 0.91, 0.90 and 0.93 GB.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import dask
import numpy as np
import xarray as xr

from explorer import open_scene, preset, run
from explorer.scene.demo import demo_scene_path
from explorer.scene.scene import read_scene
from explorer.scene.store import open_dataset, write_dataset
from explorer.scene.years import TILE, one_year, open_years, tiled
from explorer.systems import SYSTEMS
from explorer.systems.nep.many_years import run_years, workers

ROOT = Path(__file__).parents[1]
BENCH = ROOT / ".bench"
SCENARIO, SYSTEM = preset("ci2"), SYSTEMS["nep"]
FIRST, MOST = 1991, 3
WARMER, WETTER, GREENER = 0.03, 0.002, 0.001  # a year: degC, share, share


def main() -> None:
    """Build, measure both sides, print, clean up."""
    options = parsed_arguments()
    if options.part:
        print(json.dumps(PARTS[options.part](options)))
        return
    BENCH.mkdir(exist_ok=True)
    if not options.data.exists():
        part(options, "build")
    try:
        memory, lazy = part(options, "in_memory"), part(options, "out_of_core")
    finally:
        if not options.keep:
            subprocess.run(["rm", "-r", str(options.data)], check=True)
    differ = np.abs(np.array(memory["nep"]) / np.array(lazy["nep"][: len(memory["nep"])]) - 1).max()
    assert differ < 1e-5, f"totals differ by {differ}"
    months = 12 * lazy["cells"]
    speed = months * options.years / lazy["seconds"]
    in_memory, model = months / memory["seconds_a_year"], months / memory["model_seconds_a_year"]
    figures = {
        "cells": lazy["cells"],
        "years": options.years,
        "seconds": lazy["seconds"],
        "statistics_seconds": lazy["statistics_seconds"],
        "cell_months_per_s": round(speed),
        "in_memory_cell_months_per_s": round(in_memory),
        "ratio": round(speed / in_memory, 2),
        "model_ratio": round(speed / model, 2),
        "peak_rss_gb": lazy["peak_rss_gb"],
        "in_memory_peak_rss_gb": memory["peak_rss_gb"],
    }
    print(json.dumps(figures))


def parsed_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=4)
    parser.add_argument("--resolution", type=float, default=5.0, help="cell side in km")
    parser.add_argument("--tile", type=int, default=TILE, help="cells along an axis of a tile")
    parser.add_argument("--threads", type=int, help="of Dask; default: as the command line")
    parser.add_argument("--maps", action="store_true", help="write the maps too")
    parser.add_argument("--keep", action="store_true", help="keep the dataset for another run")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.data = BENCH / f"years_{options.resolution:g}km_{options.years}.zarr"
    return options


def part(options: argparse.Namespace, name: str) -> dict:
    """Do one part in a process of its own, so that memory is measured apart."""
    command = [sys.executable, __file__, *sys.argv[1:], "--part", name]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def build(options: argparse.Namespace) -> dict:
    """Make the dataset, unless it is there."""
    source = BENCH / f"demo_{options.resolution:g}km.zarr"
    if not source.exists():
        script = ROOT / "data_samples" / "make_demo_scene.py"
        size = ["--resolution", str(options.resolution)]
        subprocess.run([sys.executable, script, *size, "--out", source], check=True, stdout=2)
    base = open_dataset(source, decoded=False).drop_vars("reference_npp")
    base = base.chunk({"month": 12, "northing": 512, "easting": 512})
    years = [changed(base, step) for step in range(options.years)]
    joined = xr.concat(years, xr.Variable("year", FIRST + np.arange(options.years)))
    fixed = base.drop_vars(list(joined.data_vars))
    with workers():
        write_dataset(fixed.merge(joined), options.data)
    return {}


def changed(base: xr.Dataset, step: int) -> xr.Dataset:
    """Return the monthly variables of a later year, as they are stored."""
    monthly = base[[name for name, array in base.data_vars.items() if "month" in array.dims]]
    temperature, rain, ndvi = (monthly[name] for name in ("temperature", "precipitation", "ndvi"))
    shift = round(WARMER * step / temperature.attrs["scale_factor"])
    return monthly.assign(
        temperature=known(temperature, lambda stored: stored + shift),
        precipitation=known(rain, lambda stored: stored * (1 + WETTER * step)),
        ndvi=known(ndvi, lambda stored: stored * (1 + GREENER * step)),
    )


def known(array: xr.DataArray, change) -> xr.DataArray:
    """Change stored values where they are not missing."""
    missing = array.attrs["_FillValue"]
    made = xr.where(array == missing, missing, change(array)).astype(array.dtype)
    return made.assign_attrs(array.attrs)


def in_memory(options: argparse.Namespace) -> dict:
    """Measure the years one by one, as ``nep-explorer run`` does it."""
    small = open_scene(demo_scene_path())
    _ = run(small, SCENARIO).totals  # compiles
    years = list(open_dataset(options.data, decoded=False)["year"].values[:MOST])
    totals, model, start = [], 0.0, time.perf_counter()
    for year in years:
        with open_dataset(options.data, decoded=False) as dataset:
            scene = read_scene(one_year(dataset, year), SYSTEM.inputs)
        _ = SYSTEM.forcing(scene).statistics
        ready = time.perf_counter()
        totals.append(run(scene, SCENARIO).totals.yearly_total("nep"))
        model += time.perf_counter() - ready
    seconds = time.perf_counter() - start
    return {
        "nep": totals,
        "seconds_a_year": seconds / len(years),
        "model_seconds_a_year": model / len(years),
        "peak_rss_gb": peak_gigabytes(),
    }


def out_of_core(options: argparse.Namespace) -> dict:
    """Measure all years through Dask."""
    small = open_dataset(demo_scene_path(), decoded=False).drop_vars("reference_npp")
    monthly = [name for name, array in small.data_vars.items() if "month" in array.dims]
    small = small.assign({name: small[name].expand_dims(year=[2010]) for name in monthly})
    chosen = {} if options.threads is None else {"num_workers": options.threads}
    with dask.config.set(chosen), workers():
        run_years(tiled(small, SYSTEM.inputs), SCENARIO.parameters)[
            ["sums", "area"]
        ].compute()  # compiles
        start = time.perf_counter()
        result = run_years(
            open_years(options.data, SYSTEM.inputs, options.tile), SCENARIO.parameters
        )
        looked = time.perf_counter() - start
        if options.maps:
            maps = options.data.with_suffix(".maps.zarr")
            write_dataset(result, maps, overwrite=True)
            done = open_dataset(maps)[["sums", "area"]].load()
        else:
            done = result[["sums", "area"]].compute()
        totals = SYSTEM.years.totals(done)
        seconds = time.perf_counter() - start
    if options.maps:
        subprocess.run(["rm", "-r", str(maps)], check=True)
    with open_dataset(options.data, decoded=False) as dataset:
        area = abs(
            np.prod([np.diff(dataset[dim].values[:2])[0] for dim in ("northing", "easting")])
        )
    return {
        "nep": [of_year.yearly_total("nep") for of_year in totals.values()],
        "cells": round(totals[FIRST].area_of() * 1e6 / area),
        "seconds": round(seconds, 2),
        "statistics_seconds": round(looked, 2),
        "peak_rss_gb": peak_gigabytes(),
    }


def peak_gigabytes() -> float:
    """Return the most memory this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9, 2)


PARTS = {"build": build, "in_memory": in_memory, "out_of_core": out_of_core}

if __name__ == "__main__":
    main()
