"""Uploads: what sends pieces and is no browser is held to the limits, too."""

import pytest

from explorer.app.controls import upload
from explorer.app.controls.upload import Upload


@pytest.fixture
def box(monkeypatch):
    made = Upload(most_bytes=1_000, multiple=True)
    made.told = []
    monkeypatch.setattr(made, "_send_msg", made.told.append)
    return made


def piece(name: str, size: int, number: int = 1, of: int = 1) -> dict:
    return {
        "status": "upload_event", "name": name, "data": b"x" * size, "chunk": number,
        "total_chunks": of, "mime_type": "text/csv",
    }  # fmt: skip


def test_browser_is_told_the_limits(box):
    assert (box.max_file_size, box.max_total_file_size) == (1_000, 1_000)
    assert box.chunk_size == upload.PIECE


def test_pieces_are_put_together(box):
    for number in (1, 2):
        box._handle_msg(piece("a.csv", 400, number, of=2))
    box._handle_msg({"status": "finished"})
    assert [len(one) for one in box.value] == [800]
    box._handle_msg(piece("b.csv", 900))  # each upload is counted by itself
    box._handle_msg({"status": "finished"})
    assert [len(one) for one in box.value] == [900]


@pytest.mark.parametrize("names", [["a.csv", "a.csv"], ["a.csv", "b.csv"]])
def test_more_than_the_limit_is_dropped(box, names):
    for number, name in enumerate(names, start=1):
        box._handle_msg(piece(name, 600, number, of=9))
    assert box.told == [{"status": "error", "error": "more than may be uploaded"}]
    assert (box._file_buffer, box._buffer) == ({}, [])
    box._handle_msg({"status": "finished"})
    assert not box.value


def test_number_of_files_is_limited(box, monkeypatch):
    monkeypatch.setattr(upload, "MOST_FILES", 3)
    for number in range(4):
        box._handle_msg(piece(f"{number}.csv", 1))
    assert box.told[-1]["status"] == "error"


def test_what_nothing_came_of_is_told(monkeypatch):
    told = []
    box = Upload(most_bytes=1_000, multiple=True, refused=told.append)
    monkeypatch.setattr(box, "_send_msg", lambda message: None)
    box._handle_msg({"status": "finished"})
    box._handle_msg({"status": "error", "error": "a.csv is too large"})
    box._handle_msg(piece("a.csv", 1_001))
    box._handle_msg({"status": "finished"})  # and not said to be empty besides
    assert told == [upload.EMPTY, "a.csv is too large", upload.TOO_MUCH]
    box._handle_msg(piece("a.csv", 10))
    box._handle_msg({"status": "finished"})
    assert (len(told), [len(one) for one in box.value]) == (3, [10])


def test_button_keeps_its_label_whatever_came():
    box = Upload(most_bytes=1_000, label="Load")
    assert (box.label, box.uploaded_label) == ("Load", "Load")


def test_pieces_in_any_order_are_put_together_once(box):
    for number in (3, 1, 2):
        message = piece("a.csv", 2, number, of=3) | {"data": str(number).encode() * 2}
        box._handle_msg(message)
    box._handle_msg({"status": "finished"})
    assert box.value == [b"112233"]
