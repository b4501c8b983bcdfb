"""Files on offer: found under their secret, deleted in time, nothing left of what failed."""

import pytest

from explorer.app.header import downloads
from explorer.app.header.downloads import Downloads


def make(offers: Downloads, name: str = "a.csv", size: int = 10) -> str:
    return offers.make(name, lambda path: path.write_bytes(b"x" * size)).split("/")[1]


def test_file_is_found_under_its_secret_alone():
    offers = Downloads()
    route, secret, name = offers.make("nep.csv", lambda path: path.write_text("1")).split("/")
    assert (route, name) == ("download", "nep.csv")
    assert offers.find(secret).read_text() == "1"
    assert len(secret) >= 32
    assert offers.find(secret[:-1]) is None
    assert offers.find("") is None


def test_two_files_have_different_addresses_and_folders():
    offers = Downloads()
    one, other = make(offers), make(offers)
    assert one != other
    assert offers.find(one).parent != offers.find(other).parent


def test_file_is_deleted_when_its_time_is_over(monkeypatch):
    offers, now = Downloads(), [0.0]
    monkeypatch.setattr(downloads.time, "monotonic", lambda: now[0])
    secret = make(offers)
    path = offers.find(secret)
    now[0] = downloads.KEPT_SECONDS - 1
    assert offers.find(secret) == path
    now[0] = downloads.KEPT_SECONDS + 1
    assert offers.find(secret) is None
    assert not path.parent.exists()


def test_oldest_files_make_room(monkeypatch):
    monkeypatch.setattr(downloads, "MOST_BYTES", 250)
    offers = Downloads()
    secrets = [make(offers, size=100) for _ in range(4)]
    assert [offers.find(secret) is not None for secret in secrets] == [False, False, True, True]
    large = make(offers, size=1000)  # the newest stays, however large
    assert offers.find(large).stat().st_size == 1000
    assert offers.find(secrets[-1]) is None


def test_nothing_is_left_of_a_file_that_could_not_be_made():
    offers, seen = Downloads(), []

    def write(path) -> None:
        seen.append(path.parent)
        path.write_text("half")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        offers.make("a.csv", write)
    assert not seen[0].exists()
