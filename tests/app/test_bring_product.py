"""A product that is uploaded is read in a thread of the jobs: nobody else's page waits for it."""

import threading

import pytest

from explorer.app.drawer import products
from explorer.app.drawer.products import BringProduct
from explorer.app.state.state import ExplorerState
from explorer.errors import SchemaError
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened


@pytest.fixture
def state(tiny_dataset, tmp_path) -> ExplorerState:
    return ExplorerState(Opened(write_dataset(tiny_dataset(), tmp_path / "tiny.zarr")))


def upload(part: BringProduct, content: bytes, name: str) -> None:
    part.upload.filename = name
    part.upload.value = content


def test_file_is_read_in_another_thread_while_the_page_goes_on(state, monkeypatch):
    began, go_on, seen = threading.Event(), threading.Event(), []

    def slow(path, scene, **said):
        seen.append((threading.current_thread(), path.read_bytes(), said["unit"]))
        began.set()
        assert go_on.wait(30)
        raise SchemaError(["not on the scene's grid"], "a.nc")

    monkeypatch.setattr(products, "bring", slow)
    part = BringProduct(state)
    part.unit.value = " kg m-2 "
    upload(part, b"some bytes", "a.nc")  # returns at once, or this test would hang
    assert began.wait(30)
    ((thread, content, unit),) = seen
    assert thread is not threading.current_thread()
    assert (content, unit) == (b"some bytes", "kg m-2")
    assert "a.nc is being read" in part.message.object
    assert part.upload.value is None  # the same file can be chosen again
    go_on.set()
    assert state.shared.jobs.wait(30)
    assert 'role="alert"' in part.message.object
    assert "not on the scene" in part.message.object
    assert not state.shared.products


def test_refused_file_is_named_as_it_was_uploaded(state):
    part = BringProduct(state)
    upload(part, b"no NetCDF at all", "notes.nc")
    assert state.shared.jobs.wait(60)
    assert 'role="alert"' in part.message.object
    assert "notes.nc" in part.message.object
