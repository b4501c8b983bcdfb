"""Vegetation index of sites: three ways to write it down, gaps, faults."""

import gzip

import numpy as np
import pytest

from explorer.errors import SchemaError, SourceError
from explorer.observations import site_index
from explorer.observations.site_index import is_index, read_index


def test_own_table():
    index = read_index("x.csv", b"site,year,month,lai\nA,2004,7,3.5\nA,2005,7,4.5\n")
    assert index.kind == "lai"
    months, filled = index.of("A", 2004)
    assert months[6] == 3.5
    assert np.isnan(np.delete(months, 6)).all()
    assert filled == 0


def test_gap_has_the_mean_of_the_other_years():
    index = read_index("x.csv", b"site,year,month,ndvi\nA,2004,7,0.5\nA,2005,7,0.7\nA,2006,1,0.1\n")
    months, filled = index.of("A", 2006)
    assert months[6] == pytest.approx(0.6)
    assert months[0] == 0.1
    assert filled == 1
    assert np.isnan(index.of("B", 2006)[0]).all()


def test_mod13_is_scaled_averaged_and_without_snow_and_cloud():
    text = (
        b"site,date,DayOfYear,NDVI,EVI,SummaryQA\nA,2004-07-11,1,7000,1,0\nA,2004-07-27,1,8000,1,1\n"
        b"A,2004-07-30,1,100,1,3\nA,2004-01-01,1,300,1,2\n"
    )
    months, _ = read_index("MOD13.csv", text).of("A", 2004)
    assert months[6] == pytest.approx(0.75)
    assert np.isnan(months[0])


def test_packed_leaf_area_of_fluxval():
    text = b"site,month,GPP,LAI_m2_m2\nA,2003-06,5,\nA,2003-07,5,2.5\n"
    assert read_index("x.csv.gz", gzip.compress(text)).of("A", 2003)[0][6] == 2.5


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("x.csv", b"site,year,month,ndvi\nA,2004,7,1.5\n", "line 2: ndvi = '1.5'"),
     ("x.csv", b"site,year,month,lai\nA,2004,0,1.5\n", "line 2: month = '0'"),
     ("x.csv", b"site,month,LAI_m2_m2\nA,July,1.5\n", "line 2: month = 'July'"),
     ("x.csv", b"site,year,month,lai\nA,2004,1,\n", "no value of any site"),
     ("x.csv", b"a,b\n", "columns a, b")],
)  # fmt: skip
def test_faults_are_told(name, content, told):
    with pytest.raises(SchemaError) as caught:
        read_index(name, content)
    assert told in str(caught.value)


def test_bad_archive_and_one_that_swells_are_refused(monkeypatch):
    with pytest.raises(SourceError, match="cannot be unpacked"):
        read_index("x.csv.gz", b"no archive")
    monkeypatch.setattr(site_index, "MOST_BYTES", 20_000_000)
    with pytest.raises(SourceError, match="at most 20 MB"):
        read_index("x.csv.gz", gzip.compress(b"0" * 20_000_010))


def test_an_index_is_known_by_its_columns():
    assert is_index("x.csv", b"site,year,month,lai\n")
    assert not is_index("x.csv", b"site,lon,lat,class,year,month,nep\n")
