"""What decided the layout: cells in a block, drawing, codecs, threads, precision."""

import json
import subprocess
import sys
from pathlib import Path

import datashader as ds
import numpy as np
import pytest
import xarray as xr
import zarr
from scenes import scene_of
from test_model import full_model, median_seconds
from zarr.codecs import BloscCodec, ZstdCodec

from explorer.picture.screen import screen
from explorer.picture.window import window
from explorer.pipeline import open_scene
from explorer.scene import blocks


@pytest.mark.parametrize("block", [2048, 4096, 8192, 16384, 32768, 65536, 262144])
def test_cells_in_a_block(benchmark, real, monkeypatch, block):
    monkeypatch.setattr(blocks, "BLOCK", block)
    scene = scene_of(1_000_000 if real else 20_000)
    out = np.zeros(scene.forcing.ndvi.shape, dtype=np.float32)
    seconds = median_seconds(lambda: full_model(scene, out), 7 if real else 1)
    benchmark.pedantic(lambda: None, rounds=1)
    benchmark.extra_info.update(
        block=block, nanoseconds_per_cell_month=seconds / scene.cells / 12 * 1e9
    )


def test_drawing_from_packed_cells_against_datashader(benchmark, scene_path, rounds):
    scene = open_scene(scene_path)
    part = window(scene.grid)
    placed = screen(scene, part)
    values = blocks.to_blocks(np.linspace(-90, 90, scene.cells, dtype=np.float32))
    grid = scene.grid
    coordinates = {"y": grid.y[::-1], "x": grid.x}
    canvas = ds.Canvas(part.shape[1], part.shape[0])

    def by_datashader() -> xr.DataArray:
        dense = scene.on_grid(blocks.from_blocks(values, scene.cells))[::-1]
        layer = xr.DataArray(np.ascontiguousarray(dense), coordinates, ("y", "x"))
        return canvas.raster(layer, downsample_method="mean", interpolate="nearest")

    few = max(2, rounds // 5)
    packed = median_seconds(lambda: placed.mean(values), few)
    other = median_seconds(by_datashader, few)
    benchmark.pedantic(lambda: placed.mean(values), rounds=few)
    benchmark.extra_info.update(
        cells=scene.cells,
        packed_ms=packed * 1e3,
        datashader_ms=other * 1e3,
        datashader_vs_packed=other / packed,
    )


@pytest.mark.parametrize("codec", ["zstd", "blosc zstd", "blosc lz4"])
def test_reading_by_codec(benchmark, scene_path, tmp_path, rounds, codec):
    """A year of NDVI read strip by strip, as scenes are, from each way to store it."""
    codecs = {
        "zstd": ZstdCodec(level=0),  # Zarr's own choice
        "blosc zstd": BloscCodec(cname="zstd", clevel=7, shuffle="shuffle"),
        "blosc lz4": BloscCodec(cname="lz4", clevel=5, shuffle="shuffle"),
    }
    source = zarr.open_array(scene_path / "ndvi", mode="r")
    options = {"chunks": source.chunks, "dtype": source.dtype, "compressors": [codecs[codec]]}
    stored = zarr.create_array(tmp_path / "ndvi.zarr", shape=source.shape, **options)
    height = source.chunks[1]
    strips = [slice(start, start + height) for start in range(0, source.shape[1], height)]
    for strip in strips:
        stored[:, strip] = source[:, strip]

    def read() -> None:
        for strip in strips:
            stored[:, strip]

    few = max(2, rounds // 10)
    seconds = median_seconds(read, few)
    benchmark.pedantic(read, rounds=few)
    benchmark.extra_info.update(
        codec=codec,
        share_of_size=stored.nbytes_stored() / source.nbytes,
        gb_per_s=source.nbytes / seconds / 1e9,
    )


VARIANTS = {
    "as it is": [],
    "one processor": ["--threads", "1"],
    "64-bit numbers": ["--precision", "64"],
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_threads_and_precision(benchmark, real, variant):
    size = ["--cells", "1000000"] if real else ["--cells", "20000", "--rounds", "1"]
    script = Path(__file__).with_name("variant.py")
    run = [sys.executable, script, *VARIANTS[variant], *size]
    told = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
    benchmark.pedantic(lambda: None, rounds=1)
    benchmark.extra_info.update(variant=variant, **told)
