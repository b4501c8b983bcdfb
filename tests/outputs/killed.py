"""Writes under a claim and is killed at the n-th change of a name: run by ``test_claims``.

python killed.py N OVERWRITE OUT [OUT ...]
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from explorer.outputs.claims import claimed


def main() -> None:
    """Write a file or folder of new content to every name."""
    stop, overwrite, outs = int(sys.argv[1]), sys.argv[2] == "overwrite", sys.argv[3:]
    changes, rename = 0, Path.replace

    def counted(self: Path, target: Any) -> Path:
        nonlocal changes
        if changes == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        changes += 1
        return rename(self, target)

    with claimed(*outs, overwrite=overwrite, any_content=True) as claim:
        for out in outs:
            fresh = claim[out]
            if fresh.suffix == ".zarr":
                fresh.mkdir()
                fresh = fresh / "zarr.json"
            fresh.write_text("new")
        Path.replace = counted  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
