"""Downloads of FLUXNET2015: archives, folders of them, and what is wrong with an archive."""

import zipfile

import numpy as np
import pytest

from explorer.errors import PlaceError, SourceError
from explorer.observations import csv_table, delivered
from explorer.observations.tower_files import load_towers, read_towers
from tests.towers.fluxnet import (
    BADM,
    archive,
    badm,
    badm_archive,
    monthly,
    months,
    site_archive,
    written,
)

PLACES = (("XX-Abc", 40.5, 101.25, "GRA"), ("XX-Two", 41.5, 102.0, "ENF"))


def test_a_folder_of_archives_as_downloaded_is_read(tmp_path):
    files = site_archive("XX-Abc") | site_archive("XX-Two", nee=1.0) | badm_archive(*PLACES)
    towers = load_towers([written(tmp_path / "download", files)])
    assert towers.names == ("XX-Abc", "XX-Two")
    assert [site.lat for site in towers.sites] == [40.5, 41.5]
    np.testing.assert_allclose(towers.nep[[0, 12]], [62.0, -31.0])  # January
    assert towers.notes == ()


def test_a_folder_of_unpacked_files_is_read_one_of_each_site(tmp_path):
    folder = written(tmp_path / "download", {BADM.format("HH"): badm(*PLACES)} | badm_archive())
    inner = {
        monthly("XX-Abc", "FULLSET"): months(), monthly("XX-Abc"): months(),
        "FLX_XX-Abc_FLUXNET2015_ERAI_MM_1989-2014_1-4.csv": b"TIMESTAMP,TA_ERA\n",
        "FLX_XX-Abc_FLUXNET2015_SUBSET_HH_2004-2004_1-4.csv": b"TIMESTAMP_START,NEE\n",
        "DATA_POLICY.pdf": b"%PDF",
    }  # fmt: skip
    written(folder / "FLX_XX-Abc_FLUXNET2015_SUBSET_2004-2004_1-4", inner)
    written(folder, site_archive("XX-Abc"))  # what it was unpacked from
    towers = load_towers([folder])
    assert towers.names == ("XX-Abc",)
    assert towers.observed == 12
    assert towers.notes == (
        f"of 2 monthly files of one site {monthly('XX-Abc', 'FULLSET')} is read",
    )


def test_what_places_a_site_is_found_beside_its_file_or_archive(tmp_path):
    written(tmp_path, {monthly("XX-Abc"): months()} | site_archive("XX-Two"))
    with pytest.raises(PlaceError):
        load_towers([tmp_path / monthly("XX-Abc")])
    written(tmp_path, badm_archive(*PLACES))
    assert load_towers([tmp_path / monthly("XX-Abc")]).names == ("XX-Abc",)
    assert load_towers(sorted(tmp_path.glob("*.zip"))).names == ("XX-Two",)


def test_a_workbook_is_pointed_at_and_refused(tmp_path):
    written(tmp_path, {monthly("XX-Abc"): months(), "FLX_AA-Flx_BIF_LATEST.xlsx": b"PK"})
    with pytest.raises(PlaceError, match=r"FLX_AA-Flx_BIF_LATEST\.xlsx .* save its sheet as CSV"):
        load_towers([tmp_path])
    with pytest.raises(ValueError, match="an Excel workbook, which is not read"):
        load_towers([tmp_path / "FLX_AA-Flx_BIF_LATEST.xlsx"])


def test_uploaded_archives_are_read_as_files_are():
    towers = read_towers(site_archive("XX-Abc") | badm_archive(*PLACES))
    assert towers.names == ("XX-Abc",)


def test_one_of_the_tables_of_an_archive_is_read():
    found = delivered.unpacked(badm_archive(*PLACES)).files
    assert list(found) == [BADM.format("MM")]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"no archive", "cannot be unpacked"),
     (archive({"a.csv": b"x"})[:-30], "cannot be unpacked"),
     (archive({"a.csv": b"x", "b.txt": b"y"}), r"no monthly file .* among its 2 files \(a.csv"),
     (archive({}), "among its 0 files")],
    ids=["bytes", "cut", "others", "empty"],
)  # fmt: skip
def test_an_archive_that_gives_nothing_is_refused(content, told):
    with pytest.raises(SourceError, match=told):
        read_towers({"FLX_XX-Abc_FLUXNET2015_SUBSET_2004-2004_1-4.zip": content})


def test_a_damaged_or_locked_member_is_refused():
    ((name, good),) = site_archive("XX-Abc").items()
    spoilt = bytearray(good)
    place = good.index(months()[:0] + b"_MM_") + 60  # inside the packed months
    spoilt[place : place + 8] = b"\xff" * 8
    with pytest.raises(SourceError, match="cannot be unpacked"):
        read_towers({name: bytes(spoilt)})
    locked = bytearray(good)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := locked.find(signature, at + 1)) >= 0:
            locked[at + offset] |= 1
    with pytest.raises(SourceError, match=r"cannot be unpacked: .*encrypted"):
        read_towers({name: bytes(locked)})


def test_an_archive_that_swells_is_refused(monkeypatch):
    swollen = archive({monthly("XX-Abc"): b"0" * 60_000})
    assert len(swollen) < 1_000
    monkeypatch.setattr(delivered, "MOST_BYTES", 50_000)
    monkeypatch.setattr(csv_table, "MOST_BYTES", 50_000)
    with pytest.raises(SourceError, match="at most 0 MB"):
        read_towers({"x.zip": swollen})
    monkeypatch.setattr(delivered, "MOST_MEMBERS", 3)
    with pytest.raises(SourceError, match="4 files; at most 3"):
        read_towers(site_archive("XX-Abc"))


def test_two_files_of_one_name_are_told(tmp_path):
    header = "site,lon,lat,class,year,month,nep\n"
    one = written(tmp_path / "one", {"mine.csv": f"{header}A,110,40,DBF,2010,1,3\n".encode()})
    two = written(tmp_path / "two", {"mine.csv": f"{header}B,110,40,DBF,2010,1,3\n".encode()})
    with pytest.raises(SourceError, match=r"two different files are called mine\.csv"):
        load_towers([one / "mine.csv", two / "mine.csv"])
    assert load_towers([one / "mine.csv", one / "mine.csv"]).names == ("A",)


def test_a_folder_without_towers_is_refused(tmp_path):
    written(tmp_path, {"notes.txt": b"nothing"})
    with pytest.raises(SourceError, match=r"no monthly file .* among its 1 files"):
        load_towers([tmp_path])


def test_members_are_read_by_name_alone(tmp_path):
    """A path in an archive leads nowhere: nothing is written, the last part is the name."""
    packed = tmp_path / "FLX_XX-Abc_FLUXNET2015_SUBSET_2004-2004_1-4.zip"
    with zipfile.ZipFile(packed, "w") as into:
        into.writestr(f"../../{monthly('XX-Abc')}", months())
    assert list(delivered.delivered([packed]).files) == [monthly("XX-Abc")]
    assert [path.name for path in tmp_path.iterdir()] == [packed.name]
