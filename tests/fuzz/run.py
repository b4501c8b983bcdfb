"""Runs groups in processes of their own, that end with a case that hangs or kills; counts outcomes.

python -m tests.fuzz                  # every case of every group: minutes
python -m tests.fuzz --only links     # of one group
python -m tests.fuzz --case links:17  # one case, with what it came to
"""

import argparse
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple

from tests.fuzz.groups import GROUPS

ROOT = Path(__file__).parents[2]
LONGEST = 60.0  # s that one case may take
LONGEST_START = 600.0  # s until a process is ready: it compiles the model
OUTCOMES = (
    "result", "named", "traceback", "memory", "hang", "died", "long message", "left behind",
    "not made",
)  # fmt: skip
FAULTS = ("traceback", "memory", "hang", "died", "long message", "left behind")


class Job(NamedTuple):
    """Cases of a group, from one number up to another."""

    name: str
    start: int
    stop: int


def cases(jobs: Sequence[Job]) -> Iterator[dict]:
    """Run cases one after the other; yields what each came to."""
    left = list(jobs)
    while left:
        words = [str(word) for job in left for word in job]
        with subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker", *words],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1, cwd=ROOT,
        ) as worker:  # fmt: skip
            begun = None
            for line in _lines(worker):
                begun = line if "begin" in line else None
                if begun is None:
                    yield line
                    left = _after(left, line["group"], line["end"])
            hung = worker.poll() is None
            worker.kill()
        if not left:
            return
        if begun is None:
            raise RuntimeError(
                f"{left[0].name}: the process ended or was silent before a case, or between two"
            )
        ended = "hang" if hung else "died"
        number, name = begun["begin"], begun["group"]
        yield {"end": number, "group": name, "case": "", "outcome": ended, "told": "", "at": ""}
        left = _after(left, name, number)


def _after(jobs: Sequence[Job], name: str, number: int) -> list[Job]:
    """Return what is left of jobs once a case is done."""
    first, *others = jobs
    assert first.name == name
    return [first._replace(start=number + 1), *others] if number + 1 < first.stop else others


def _lines(worker: subprocess.Popen) -> Iterator[dict]:
    """Yield what a worker says, until it ends or is silent for too long."""
    said: SimpleQueue[str] = SimpleQueue()

    def listen() -> None:
        assert worker.stdout is not None
        for line in worker.stdout:
            said.put(line)
        said.put("")

    # In a thread of its own: what is read is buffered, so the pipe cannot say when there is more.
    Thread(target=listen, daemon=True).start()
    waiting = LONGEST_START
    try:
        while line := said.get(timeout=waiting):
            waiting = LONGEST
            yield json.loads(line)
    except Empty:
        return
    worker.wait()


def counted(stops: Mapping[str, int]) -> tuple[dict[str, Counter], list[dict]]:
    """Run the first cases of groups; returns how many came to what, and the faults."""
    counts: dict[str, Counter] = {name: Counter() for name in stops}
    faults = []
    for found in cases([Job(name, 0, stop) for name, stop in stops.items()]):
        count = counts[found["group"]]
        count[found["outcome"]] += 1
        count["left behind"] += "left" in found
        if found["outcome"] in FAULTS or "left" in found:
            faults.append(found)
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
        for found in cases([Job(name, int(number), int(number) + 1)]):
            print(json.dumps(found, indent=1, ensure_ascii=False))
        return
    names = options.only or list(GROUPS)
    stops = [max(1, round(GROUPS[name].count * options.share)) for name in names]
    with ThreadPoolExecutor(options.workers) as pool:
        jobs = ({name: stop} for name, stop in zip(names, stops, strict=True))
        found = list(pool.map(counted, jobs))
    print(table({name: count for counts, _ in found for name, count in counts.items()}))
    faults = [fault for _, each in found for fault in each]
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
