"""Damaged files are told: which, where in it, what to do; by every command that reads them."""

from pathlib import Path

import pytest

from explorer.errors import MemoryShortageError, SourceError
from explorer.scene.damage import reading
from explorer.scene.store import open_dataset, write_dataset
from tests.commands import command_here


@pytest.fixture
def store(tiny_dataset, tmp_path) -> Path:
    return write_dataset(tiny_dataset(), tmp_path / "scene.zarr")


def chunk_of(store: Path, name: str) -> Path:
    return next(path for path in sorted((store / name / "c").rglob("*")) if path.is_file())


@pytest.mark.parametrize("content", [b"", b"noise" * 20, None])
@pytest.mark.parametrize("name", ["temperature", "land_cover", "easting"])
def test_damaged_chunk_is_told_by_every_command(store, name, content):
    chunk = chunk_of(store, name)
    chunk.write_bytes(chunk.read_bytes()[:40] if content is None else content)
    for words in (["scene", "check"], ["run"], ["scene", "overview"]):
        done = command_here(*words, store)
        assert done.returncode == 1
        assert str(store) in done.stderr
        assert "Traceback" not in done.stderr
        assert name == "easting" or f"({name}, chunk 0" in done.stderr


@pytest.mark.parametrize("name", ["ndvi", "land_cover", "elevation"])
def test_one_changed_byte_is_never_read_as_a_number(store, name):
    chunk = chunk_of(store, name)
    content = chunk.read_bytes()
    for place in range(0, len(content), max(1, len(content) // 40)):
        changed = bytearray(content)
        changed[place] ^= 1
        chunk.write_bytes(changed)
        with open_dataset(store, decoded=False) as dataset:
            with pytest.raises(SourceError, match=f"{name}, chunk 0"), reading(store):
                dataset[name].load()


def test_damaged_netcdf_is_told(tiny_dataset, tmp_path):
    path = write_dataset(tiny_dataset(), tmp_path / "scene.nc")
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 2, len(content) // 2 + 4000):
        content[place] ^= 0x5A
    path.write_bytes(content)
    done = command_here("run", path)
    assert done.returncode == 1
    assert f"error: {path}: " in done.stderr


def test_defect_of_our_own_keeps_its_traceback(tmp_path):
    with pytest.raises(KeyError), reading(tmp_path):
        raise KeyError("ours")


def test_too_little_memory_is_told(tmp_path):
    with pytest.raises(MemoryShortageError, match="does not fit in memory"), reading(tmp_path):
        raise MemoryError("Unable to allocate 447. GiB")


def test_message_of_the_program_is_left_as_it_is(tmp_path):
    with pytest.raises(SourceError, match="as it is"), reading(tmp_path):
        raise SourceError("as it is")
