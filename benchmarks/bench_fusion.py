"""Forests over many cells: the compiled loop beside scikit-learn, in one run.

``python benchmarks/bench_fusion.py`` prints times and ratios; see benchmarks/README.md.
"""

import sys
import time
import tracemalloc

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from explorer.systems.fusion.trees import WORTH_MARKING, trees_of

SAMPLES, PREDICTORS = 400, 7
SIZES = {"--quick": (50, 20_000), "": (1500, 30_000)}
"""Trees and cells; times grow with both in proportion."""


def main() -> None:
    trees, cells = SIZES["--quick" if "--quick" in sys.argv else ""]
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(SAMPLES, PREDICTORS)).astype(np.float32)
    target = np.exp(matrix[:, 0] + np.sin(matrix[:, 1]) + rng.normal(0, 0.3, SAMPLES))
    grown = RandomForestRegressor(
        trees, max_features=PREDICTORS - 1, min_samples_leaf=5, n_jobs=-1, random_state=1
    ).fit(matrix, target)
    ours, _ = trees_of(grown, matrix, target, 1)
    places = rng.normal(size=(cells, PREDICTORS)).astype(np.float32)
    begun = time.perf_counter()
    ours.mean(places[:WORTH_MARKING])  # compiles, and makes the masks
    print(f"{'first use':<16} {time.perf_counter() - begun:8.2f} s")
    ours.quantiles(places[:100], (0.05, 0.95))

    times, processor = {}, {}
    for name, predict in {"scikit-learn": grown.predict, "compiled loop": ours.mean}.items():
        begun, spent = time.perf_counter(), time.process_time()
        said = predict(places)
        times[name] = time.perf_counter() - begun
        processor[name] = time.process_time() - spent
        if name == "scikit-learn":
            reference = said
    np.testing.assert_allclose(said, reference, rtol=1e-9)
    tracemalloc.start()
    ours.mean(places)
    peak = tracemalloc.get_traced_memory()[1]
    begun = time.perf_counter()
    ours.quantiles(places[: cells // 10], (0.05, 0.95))
    quantiles = (time.perf_counter() - begun) * 10
    per_step = times["compiled loop"] / cells / trees * 1e9
    print(f"{trees} trees, {cells} cells, {len(ours.nodes) / trees:.0f} nodes a tree")
    for name, seconds in times.items():
        print(
            f"{name:<16} {seconds:8.2f} s  {times['scikit-learn'] / seconds:5.1f} x; of processors "
            f"{processor[name]:.2f} s  {processor['scikit-learn'] / processor[name]:.1f} x"
        )
    print(f"{'two quantiles':<16} {quantiles:8.2f} s  (from a tenth of the cells)")
    print(f"{per_step:.2f} ns a tree and cell; {peak / cells:.0f} bytes a cell beside the rows")


if __name__ == "__main__":
    main()
