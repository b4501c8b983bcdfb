"""Files take their names whole: two writers, killed writers, and names that may not be given."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.errors import SourceError
from explorer.outputs import claims
from explorer.outputs.claims import claimed, finish_interrupted, replacing, write_text
from explorer.outputs.made_here import GENERATOR

ROOT = Path(__file__).parents[2]
OURS = f"<!doctype html>{GENERATOR}"


def child(script: str, *words: object, **options) -> subprocess.Popen:
    command = [sys.executable, "-m", f"tests.outputs.{script}", *map(str, words)]
    return subprocess.Popen(command, text=True, cwd=ROOT, **options)


def hidden(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith(".")]


def test_all_are_written_or_none(tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.json"
    with pytest.raises(ZeroDivisionError), claimed(one, other) as claim:
        claim[one].write_text("1")
        _ = 1 / 0
    assert os.listdir(tmp_path) == []
    with claimed(one, None, other) as claim:
        claim[one].write_text("1")
        claim[other].write_text("2")
        assert not one.exists()
    assert (one.read_text(), other.read_text()) == ("1", "2")
    assert hidden(tmp_path) == []


def test_what_is_claimed_and_not_written_stays_as_it_was(tmp_path):
    out = tmp_path / "out.html"
    out.write_text(OURS)
    with claimed(out, overwrite=True):
        pass
    assert out.read_text() == OURS


@pytest.mark.parametrize("inside", [False, True])
def test_two_outputs_of_one_name_are_refused(tmp_path, inside):
    (tmp_path / "link").symlink_to(tmp_path)
    out = tmp_path / "out.zarr"
    again = tmp_path / "link" / "out.zarr"
    with (
        pytest.raises(SourceError, match="two outputs"),
        claimed(out, again / "x.json" if inside else again, overwrite=True),
    ):
        pytest.fail("the work was begun")


def scene_itself(scene: Path) -> Path:
    return scene


def within_the_scene(scene: Path) -> Path:
    return scene / "out.json"


def what_holds_the_scene(scene: Path) -> Path:
    return scene.parent


@pytest.mark.parametrize("named", [scene_itself, within_the_scene, what_holds_the_scene])
def test_output_that_is_read_is_refused(tmp_path, named):
    scene = tmp_path / "folder" / "scene.zarr"
    scene.mkdir(parents=True)
    out = named(scene)
    with (
        pytest.raises(SourceError, match="what is read"),
        claimed(out, inputs=[scene], overwrite=True),
    ):
        pytest.fail("the work was begun")


def test_second_writer_is_refused_at_once_and_the_first_goes_on(tmp_path):
    out = tmp_path / "out.csv"
    first = child("holding", out, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert first.stdout.readline() == "held\n"
    with pytest.raises(SourceError, match=rf"another nep-explorer \(process {first.pid}\)"):
        write_text("mine", out)
    # What a living process holds is no leftover of another name's.
    write_text("mine", tmp_path / "beside.csv")
    first.communicate()
    assert first.returncode == 0
    assert out.read_text() == "theirs"
    assert sorted(os.listdir(tmp_path)) == ["beside.csv", "out.csv"]


def test_name_that_was_taken_meanwhile_is_not_given(tmp_path):
    out = tmp_path / "out.csv"
    with pytest.raises(SourceError, match="exists already"), replacing(out) as fresh:
        fresh.write_text("ours")
        out.write_text("another program's")
    assert out.read_text() == "another program's"
    assert hidden(tmp_path) == []


def content(path: Path) -> str | None:
    path = path / "zarr.json" if path.is_dir() else path
    return path.read_text() if path.exists() else None


@pytest.mark.parametrize("stop", range(5))
@pytest.mark.parametrize("name", ["out.zarr", "out.csv"])
def test_old_result_is_whole_or_replaced_wherever_the_writer_is_killed(tmp_path, name, stop):
    out = tmp_path / name
    if out.suffix == ".zarr":
        out.mkdir()
    (out / "zarr.json" if out.is_dir() else out).write_text("old")
    writer = child("killed", stop, "overwrite", out)
    assert writer.wait() in (0, -signal.SIGKILL)
    if content(out) is None:  # killed between two names: the new is whole, and found
        finish_interrupted(out)
        assert content(out) == "new"
    assert content(out) in ("old", "new")
    if writer.returncode == 0:
        assert content(out) == "new"
    before = content(out)
    write_text("x", tmp_path / "later.txt")  # a later run, of another name
    # Either as it was, or what was about to be: never less.
    assert content(out) in (before, "new")
    assert hidden(tmp_path) == []


def test_killing_was_tried_at_every_change_of_a_name(tmp_path):
    """The cases above reach past the last change: the writer is not killed any more."""
    for name in ("out.zarr", "out.csv"):
        writer = child("killed", 4, "overwrite", tmp_path / name)
        assert writer.wait() == 0


@pytest.mark.parametrize("stop", range(4))
def test_two_files_come_together_wherever_the_writer_is_killed(tmp_path, stop):
    table, lineage = tmp_path / "out.csv", tmp_path / "out.lineage.json"
    child("killed", stop, "new", table, lineage).wait()
    assert lineage.exists() or not table.exists()  # never a table without its lineage
    write_text("x", tmp_path / "later.txt")
    assert table.exists() == lineage.exists()
    assert table.exists() == (stop > 0)
    assert hidden(tmp_path) == []


def test_leftover_of_a_killed_writer_is_taken_over(tmp_path):
    left = tmp_path / f".out.csv{claims.WORKPLACE}"
    (left / claims.FRESH).mkdir(parents=True)
    (left / claims.FRESH / "out.csv").write_text("half")
    (left / claims.LOCK).write_text("1\n")
    write_text("whole", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "whole"
    assert hidden(tmp_path) == []


@pytest.mark.parametrize("name", ["../out.csv", "/etc/out.csv", "a/b"])
def test_moves_that_lead_elsewhere_are_not_followed(tmp_path, name):
    folder = tmp_path / "folder"
    left = folder / f".out.csv{claims.WORKPLACE}"
    (left / claims.FRESH).mkdir(parents=True)
    (left / claims.FRESH / "out.csv").write_text("new")
    (left / claims.LOCK).touch()
    (left / claims.MOVES).write_text(json.dumps([[left.name, "out.csv", name]]))
    write_text("x", folder / "later.txt")
    assert os.listdir(folder) == ["later.txt"]
    assert os.listdir(tmp_path) == ["folder"]


def test_link_stands_for_what_it_leads_to(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "latest.html").symlink_to("results/third.html")
    write_text(OURS, tmp_path / "results" / "third.html")
    write_text(OURS + "new", tmp_path / "latest.html", overwrite=True)
    assert (tmp_path / "latest.html").is_symlink()
    assert (tmp_path / "results" / "third.html").read_text().endswith("new")


@pytest.mark.parametrize("name", ["x" * 300, "x" * 5_000, "x" * 300 + "/out.csv"])
def test_name_that_is_too_long_is_told(tmp_path, name):
    with pytest.raises(SourceError, match=r"too long|no such folder"):
        write_text("1", tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_long_name_has_a_short_hidden_folder(tmp_path):
    name = "x" * 240 + ".csv"
    write_text("1", tmp_path / name)
    assert os.listdir(tmp_path) == [name]
