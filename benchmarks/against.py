"""Compare what edits cost with another checkout: ``python benchmarks/against.py PATH [SCENE]``.

Both run in processes of their own, which edit in turns, so that what else the machine does slows
both alike. The ratio is this checkout's median over the other's; below 1 is faster. The other may
be as old as the benchmarks' ``Session``.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parents[1]
EDITS = (
    "edit_epsilon",
    "edit_clumping_scheme",
    "edit_clumping_reference",
    "edit_warming",
    "change_month",
    "totals",
)
TURNS, EDITS_A_TURN = 40, 10

# Runs in either checkout, with the modules of that one.
EDITING = """
import json, sys, time
from pathlib import Path
sys.path[:0] = ["benchmarks", "."]
from live import Session
from explorer.scene.demo import demo_scene_path
session = Session(Path(sys.argv[1]) if len(sys.argv) > 1 else demo_scene_path())
for line in sys.stdin:
    name, count = line.split()
    taken = []
    for _ in range(int(count)):
        start = time.perf_counter()
        getattr(session, name)()
        taken.append(1e3 * (time.perf_counter() - start))
    print(json.dumps(taken), flush=True)
"""


class Checkout:
    """A session of a checkout that makes edits when it is asked to."""

    def __init__(self, path: Path, scene: list[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", EDITING, *scene],
            cwd=path, env=os.environ | {"PYTHONPATH": str(path)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def edit(self, name: str, count: int = EDITS_A_TURN) -> list[float]:
        """Make some edits; return how long each took, [ms]."""
        self._process.stdin.write(f"{name} {count}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


def main(other: Path, scene: list[str]) -> None:
    """Measure and print."""
    checkouts = [Checkout(other.resolve(), scene), Checkout(HERE, scene)]
    for name in EDITS:
        taken = [checkout.edit(name, 3)[:0] for checkout in checkouts]  # compiled and cached
        for turn in range(TURNS):
            for each in (0, 1) if turn % 2 else (1, 0):
                taken[each] += checkouts[each].edit(name)
        for label, share in (("median", 50), ("10th percentile", 10)):
            theirs, ours = (float(np.percentile(one, share)) for one in taken)
            found = f"{theirs:8.3f} ms {ours:8.3f} ms  ratio {ours / theirs:.2f}"
            print(f"{name:24s} {label:16s} {found}", flush=True)
    for checkout in checkouts:
        checkout.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [str(Path(one).resolve()) for one in sys.argv[2:3]])
