"""The command line, run as users run it in a process of its own, or quicker in this one."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

import jax

from explorer.__main__ import main


def explorer_command(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "explorer", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=180,
        env=os.environ | environment,
    )


def command_here(*arguments: object) -> subprocess.CompletedProcess:
    """The same without the seconds that a new process takes to import and to compile."""
    words, out, err = ["nep-explorer", *map(str, arguments)], io.StringIO(), io.StringIO()
    status, cache = 0, jax.config.jax_compilation_cache_dir
    try:
        with mock.patch.object(sys, "argv", words), redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        status = ended.code or 0
    finally:
        jax.config.update("jax_compilation_cache_dir", cache)  # the command takes the user's
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())
