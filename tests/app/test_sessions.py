"""A session ends with its page: nothing in the process keeps it."""

import json
import subprocess
import sys
from pathlib import Path


def test_closed_sessions_are_freed():
    script = Path(__file__).parent / "closed_sessions.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=200)
    told = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert told, done.stderr
    assert json.loads(told[-1]) == {"open": 2, "closed": 0}
