"""Runs groups in processes of their own, that end with a case that hangs or kills; counts outcomes.

python -m tests.fuzz                  # every case of every group: minutes
python -m tests.fuzz --only links     # of one group
python -m tests.fuzz --case links:17  # one case, with what it came to
"""

import argparse
import json
import selectors
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.groups import GROUPS

LONGEST = 60.0  # s that one case may take
LONGEST_START = 600.0  # s until a process is ready: it compiles the model
OUTCOMES = (
    "result", "named", "traceback", "memory", "hang", "died", "long message", "left behind",
    "not made",
)  # fmt: skip
FAULTS = ("traceback", "memory", "hang", "died", "long message", "left behind")


def cases(name: str, start: int, stop: int) -> Iterator[dict]:
    """Run the cases of a group from one number up to another; yields what each came to."""
    while start < stop:
        command = [sys.executable, "-m", "tests.fuzz.worker", name, str(start), str(stop)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1
        ) as worker:
            begun = None
            for line in _lines(worker):
                if "end" in line:
                    yield line
                    start = line["end"] + 1
                begun = line.get("begin", begun if "end" not in line else None)
            hung = worker.poll() is None
            worker.kill()
        if start >= stop:
            return
        if begun is None:
            raise RuntimeError(
                f"{name}: its process ended or was silent before a case began, or between two"
            )
        yield {
            "end": begun,
            "case": "",
            "outcome": "hang" if hung else "died",
            "told": "",
            "at": "",
        }
        start = begun + 1


def _lines(worker: subprocess.Popen) -> Iterator[dict]:
    """Yield what a worker says, until it ends or is silent for too long."""
    assert worker.stdout is not None
    waiting = LONGEST_START
    with selectors.DefaultSelector() as selector:
        selector.register(worker.stdout, selectors.EVENT_READ)
        while selector.select(waiting):
            line = worker.stdout.readline()
            if not line:
                worker.wait()
                return
            waiting = LONGEST
            yield json.loads(line)


def counted(name: str, stop: int) -> tuple[Counter, list[dict]]:
    """Run the first cases of a group; returns how many came to what, and the faults."""
    counts: Counter = Counter()
    faults = []
    for found in cases(name, 0, stop):
        counts[found["outcome"]] += 1
        counts["left behind"] += "left" in found
        if found["outcome"] in FAULTS or "left" in found:
            faults.append(found | {"group": name})
    return counts, faults


def table(counts: dict[str, Counter]) -> str:
    """The counts as a table in Markdown."""
    rows = [("group", "inputs", *OUTCOMES)]
    for name, count in counts.items():
        inputs = sum(count[outcome] for outcome in OUTCOMES if outcome != "left behind")
        rows.append((name, str(inputs), *(str(count[outcome]) for outcome in OUTCOMES)))
    sums = [sum(int(row[column]) for row in rows[1:]) for column in range(1, len(rows[0]))]
    rows.append(("**sum**", *map(str, sums)))
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def main() -> None:
    """Run what the command line asks for; exit status 1 when there is a fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=list(GROUPS), help="groups to run")
    parser.add_argument("--case", help="GROUP:NUMBER")
    parser.add_argument("--share", type=float, default=1.0, help="share of each group's cases")
    parser.add_argument("--workers", type=int, default=2, help="processes side by side")
    parser.add_argument("--json", type=Path, help="write the faults there")
    options = parser.parse_args()
    if options.case:
        name, _, number = options.case.rpartition(":")
        for found in cases(name, int(number), int(number) + 1):
            print(json.dumps(found, indent=1, ensure_ascii=False))
        return
    names = options.only or list(GROUPS)
    stops = [max(1, round(GROUPS[name].count * options.share)) for name in names]
    with ThreadPoolExecutor(options.workers) as pool:
        found = dict(zip(names, pool.map(counted, names, stops), strict=True))
    print(table({name: counts for name, (counts, _) in found.items()}))
    faults = [fault for _, each in found.values() for fault in each]
    where = defaultdict(list)
    for fault in faults:
        where[fault["outcome"], fault["at"], fault["told"].partition("\n")[0][:100]].append(fault)
    for (outcome, at, told), alike in sorted(where.items(), key=lambda item: -len(item[1])):
        first = alike[0]
        left = f" (left {first['left']})" if "left" in first else ""
        case = f"{first['group']}:{first['end']} {first['case'][:120]}"
        print(f"{len(alike)} x {outcome} {at}: {told}{left}; {case}")
    if options.json:
        options.json.write_text(json.dumps(faults, indent=1))
    sys.exit(bool(faults))
