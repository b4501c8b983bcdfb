"""(a) The full model against eager NumPy on the same arrays, (g) its cost against cells."""

import time

import numpy as np
import pytest
from eager import eager_nep, inputs_of
from scenes import scene_of

from explorer.scene.blocks import from_blocks
from explorer.systems.nep import passes as nep
from explorer.systems.nep.constants import second_pass_tables
from explorer.systems.nep.parameters import NepParameters

PARAMETERS = NepParameters()


def full_model(scene, out: np.ndarray | None = None) -> np.ndarray:
    """NEP of all months, both passes fused, kept as the pipeline would write it."""
    out = np.empty(scene.forcing.ndvi.shape, dtype=np.float32) if out is None else out
    outputs = nep.run_blocks(
        scene.blocks_on_device(),
        PARAMETERS,
        second_pass_tables(scene, PARAMETERS),
        ("nep",),
    )
    previous = None
    for number, (field,) in enumerate(outputs):  # copy one block while the next is computed
        if previous is not None:
            out[number - 1] = previous
        previous = field
    out[-1] = previous
    return out


def medians_in_turn(runs: dict, rounds: int) -> dict[str, float]:
    """Median seconds of each, measured in turn: what else the machine does slows all alike."""
    seconds = {name: [] for name in runs}
    for number in range(rounds + 1):  # the first round only warms up
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if number:
                seconds[name].append(time.perf_counter() - start)
    return {name: float(np.median(taken)) for name, taken in seconds.items()}


def median_seconds(run, rounds: int) -> float:
    return medians_in_turn({"run": run}, rounds)["run"]


def test_full_model_against_eager_numpy(benchmark, real, rounds):
    scene = scene_of(1_000_000 if real else 20_000)
    inputs = inputs_of(scene)
    expected = eager_nep(scene, inputs, PARAMETERS)
    got = from_blocks(full_model(scene), scene.cells)
    # The two agree but where a threshold of the Zhu rule is met to the last bit.
    differing = float((np.abs(got - expected) > 0.01).mean())
    assert differing < 1e-4
    benchmark.pedantic(full_model, (scene,), rounds=rounds // 5 + 1, warmup_rounds=2)
    arrays = [value for value in inputs.values() if value.ndim == 2 and value.shape[1] > 1]
    taken = medians_in_turn(
        {
            "eager": lambda: eager_nep(scene, inputs, PARAMETERS),
            "ours": lambda: full_model(scene),
            "first pass": lambda: nep.run_first_pass(scene, PARAMETERS),
            "copy": lambda: [value.copy() for value in arrays],
        },
        9 if real else 1,
    )
    benchmark.extra_info.update(
        cells=scene.cells,
        model_vs_numpy=taken["eager"] / taken["ours"],
        first_pass_vs_numpy=taken["eager"] / taken["first pass"],
        model_vs_copy=taken["ours"] / taken["copy"],
        seconds_per_million_cells=taken["ours"] / scene.cells * 1e6,
        share_differing=differing,
    )


@pytest.mark.parametrize("millions", [0.3, 1, 3, 10, 25])
def test_cost_against_cells(benchmark, real, millions):
    scene = scene_of(int(millions * (1e6 if real else 2e4)))
    out = np.zeros(scene.forcing.ndvi.shape, dtype=np.float32)  # fresh memory costs by itself
    benchmark.pedantic(full_model, (scene, out), rounds=3 if real else 1, warmup_rounds=1)
    seconds = median_seconds(lambda: full_model(scene, out), 5 if real else 1)
    benchmark.extra_info.update(
        cells=scene.cells, nanoseconds_per_cell_month=seconds / scene.cells / 12 * 1e9
    )
