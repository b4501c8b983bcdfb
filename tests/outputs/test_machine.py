"""What the machine refuses is one message: what, where, what to do; nothing is left behind."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.errors import SourceError
from explorer.outputs import machine
from explorer.outputs.claims import claimed, replacing

ROOT = Path(__file__).parents[2]


def test_file_that_may_not_grow_is_told_and_leaves_nothing(tmp_path):
    command = [sys.executable, "-m", "tests.outputs.limited", "20000", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    for name, line in zip(
        ("text.csv", "data.zarr", "data.nc"), done.stdout.splitlines(), strict=True
    ):
        assert line.startswith(f"{tmp_path / name}: cannot be written: ")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "only be read"),
        (errno.EACCES, "may not be written to"),
        (errno.EIO, "reports a fault"),
    ],
)
def test_fault_of_the_disk_is_told(tmp_path, number, words):
    with pytest.raises(SourceError, match=words), replacing(tmp_path / "out.csv"):
        raise RuntimeError("a library") from OSError(number, os.strerror(number))
    assert os.listdir(tmp_path) == []


def test_folder_that_cannot_be_written_to_is_told_before_the_work(tmp_path, monkeypatch):
    def refuse(self, *arguments, **options):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(SourceError, match="only be read"), claimed(tmp_path / "out.csv"):
        pytest.fail("the work was begun")


def test_library_that_only_says_error_met_a_full_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "SCARCE", float("inf"))
    with pytest.raises(SourceError, match="disk is full"), replacing(tmp_path / "out.nc"):
        raise RuntimeError("write error")


def test_defect_keeps_its_traceback(tmp_path):
    with pytest.raises(KeyError), replacing(tmp_path / "out.csv"):
        raise KeyError("ours")
    assert os.listdir(tmp_path) == []
