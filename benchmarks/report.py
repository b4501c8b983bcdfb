"""Write benchmarks/README.md from what `make bench` measured.

Each row says when it was taken. With ``--part`` the rows of a part of the benchmarks take the place
of former ones, and the others stay: ``pytest benchmarks/test_browser.py -k memory --real
--benchmark-json out.json``, then ``python benchmarks/report.py out.json --part``.
"""

import json
import platform
import subprocess
import sys
from pathlib import Path

from explorer.report.lineage import versions

FOLDER = Path(__file__).parent
GOALS = {
    "test_full_model_against_eager_numpy": "≥ 15 × NumPy",
    "test_edit_on_the_server[edit_epsilon]": "≤ 50 ms median",
    "test_edit_on_the_server[edit_clumping_scheme]": "≤ 50 ms median",
    "test_edit_on_the_server[edit_clumping_reference]": "≤ 50 ms median",
    "test_totals_of_35_regions": "≤ 1 ms",
    "test_key_press_to_new_pixels[slider]": "≤ 250 ms sharp",
    "test_key_press_to_new_pixels[entry]": "≤ 250 ms sharp",
    "test_drag_to_new_pixels": "≤ 100 ms",
    "test_command_to_first_map": "≤ 4 s",
    "test_cost_against_cells[25]": "as with fewer cells",
    "test_memory_of_further_sessions": "≤ 3.5 GB, ≤ 30 MB a session, none left",
}
TEXT = """<!-- Made by benchmarks/report.py; do not edit. -->

# Benchmarks

`make bench` measures everything at 1 km (makes the scene on the first run) and writes this page;
`make bench-quick` prints one JSON line in less than a minute. `make test` runs each benchmark once
with tiny sizes. Each row, and so each ratio, is of one run on one machine. `python
benchmarks/against.py PATH` has this checkout and another edit in turns; run it against a copy of
this one first, to see what a ratio of 1 looks like.

Machine: {machine}. Versions: {versions}.

| what | measured | goal | taken |
|---|---|---|---|
{rows}

{notes}
"""


def main() -> None:
    """Read the results and write the page."""
    told = json.loads(Path(sys.argv[1]).read_text())
    day = told["datetime"][:10]
    rows = _rows(FOLDER / "README.md") if "--part" in sys.argv[2:] else {}
    for result in told["benchmarks"]:
        name = result["name"]
        measured, goal = _told(result["extra_info"]), GOALS.get(name, "")
        rows[name] = f"| `{name}` | {measured} | {goal} | {day} |"
    used = ", ".join(f"{name} {number}" for name, number in versions().items())
    notes = (FOLDER / "notes.md").read_text()
    page = TEXT.format(
        machine=_machine(), versions=used, rows="\n".join(rows.values()), notes=notes
    )
    (FOLDER / "README.md").write_text(page.rstrip() + "\n")


def _rows(page: Path) -> dict[str, str]:
    """Return the rows of the page that there is, by name."""
    lines = page.read_text().splitlines() if page.exists() else []
    return {line.split("`")[1]: line for line in lines if line.startswith("| `test_")}


def _told(figures: dict) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {value:.3g}"
        if isinstance(value, float)
        else f"{name.replace('_', ' ')} {value:,}"
        if isinstance(value, int)
        else str(value)
        for name, value in figures.items()
    )


def _machine() -> str:
    cores = subprocess.run(["nproc"], capture_output=True, text=True).stdout.strip()
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    return f"{model}, {cores} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
