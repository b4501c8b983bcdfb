"""Tower files: what they mean, and what is said of them when they are wrong."""

import numpy as np
import pytest

from explorer.errors import SchemaError, SourceError
from explorer.observations import csv_table
from explorer.observations.tower_files import OWN_COLUMNS, load_towers, read_towers, template
from explorer.observations.towers import CLIMATE

OWN = "site,lon,lat,class,year,month,nep\n"
FLUXNET = "FLX_XX-Abc_FLUXNET2015_SUBSET_MM_2004-2004_1-4.csv"
SITES = b"SITE_ID,SITE_NAME,LOCATION_LAT,LOCATION_LONG,IGBP\nXX-Abc,Far away,40.5,101.25,WSA\n"
HEADER = "TIMESTAMP,TA_F,P_F,SW_IN_F,NEE_VUT_REF,NEE_VUT_REF_QC\n"
MONTHS = HEADER + (
    "200402,-3.5,2.0,100.0,-1.5,0.9\n"  # 29 days
    "200403,4.0,0.0,150.0,0.25,0.5\n"
    "200404,9.0,1.0,200.0,-2.0,0.49\n"
    "200405,14.0,-9999,220.0,-9999,1\n"
)


def own(*lines: str) -> dict[str, bytes]:
    return {"mine.csv": (OWN + "\n".join(lines)).encode()}


def faults_of(files: dict[str, bytes], **options) -> tuple[str, ...]:
    with pytest.raises(SchemaError) as caught:
        read_towers(files, **options)
    return caught.value.problems


def test_own_table_is_sorted_by_site_and_time():
    towers = read_towers(
        own("B,100,30,EBF,2010,2,-4", "A,110,40,DBF,2010,1,", "B,100,30,EBF,2010,1,7.5")
    )
    assert towers.names == ("A", "B")
    assert towers.site.tolist() == [0, 1, 1]
    assert towers.month.tolist() == [1, 1, 2]
    np.testing.assert_array_equal(towers.nep, [np.nan, 7.5, -4.0])
    assert towers.observed == 2


def test_own_table_may_bring_its_climate():
    text = OWN.strip() + ",radiation,temperature,precipitation\nA,110,40,DBF,2010,1,3,310,-5.5,12\n"
    towers = read_towers({"mine.csv": text.encode()})
    assert (towers.temperature[0], towers.precipitation[0], towers.radiation[0]) == (-5.5, 12, 310)


def test_every_fault_is_told_with_its_line():
    problems = faults_of(
        own(
            "A,110,40,DBF,2010,1,3",
            "A,110,40,DBF,2010,13,3",
            "A,110,99,grasland,2010,2,3",
            ",110,40,DBF,20x0,3,much",
            "A,110,40,DBF,2010,4",
        )
    )
    assert len(problems) == 7
    told = "\n".join(problems)
    assert "mine.csv, line 3: month = '13': expected a whole number from 1 to 12" in told
    assert "line 4: class = 'grasland': did you mean grassland" in told
    assert "line 4: lat = '99'" in told
    assert "line 5: site = ''" in told
    assert "line 5: year = '20x0'" in told
    assert "line 5: nep = 'much'" in told
    assert "line 6: 6 values for 7 columns" in told


@pytest.mark.parametrize(
    ("text", "meant"),
    [("DBF", "DBF"), ("grassland", "grassland"), ("GRA", "grassland"), ("WET", "grassland"),
     ("MF", "MXF"), ("OSH", "shrub"), ("cro", "cropland"), ("Shrub", "shrub")],
)  # fmt: skip
def test_class_is_ours_or_igbps(text, meant):
    assert read_towers(own(f"A,110,40,{text},2010,1,3")).sites[0].vegetation == meant


def test_water_is_no_class():
    (problem,) = faults_of(own("A,110,40,WAT,2010,1,3"))
    assert "class = 'WAT'" in problem
    assert "did you mean WAT" not in problem


def test_a_month_stands_once_and_a_site_in_one_place():
    problems = faults_of(
        own("A,110,40,DBF,2010,1,3", "A,110,40,DBF,2010,1,4", "A,111,40,DBF,2010,2,4")
        | {"more.csv": (OWN + "A,110,40,DBF,2010,1,5\n").encode()}
    )
    assert any(
        "line 3: A 2010-01 appears twice (also mine.csv, line 2); delete one" in p for p in problems
    )
    assert any("more.csv, line 2: A 2010-01 appears twice" in p for p in problems)
    assert any("line 4: A at 111 E 40 N, DBF, but 110 E 40 N, DBF" in p for p in problems)


def test_fluxnet_is_turned_into_monthly_nep_and_climate():
    towers = read_towers({FLUXNET: MONTHS.encode(), "FluxNET_sites.csv": SITES})
    (site,) = towers.sites
    assert (site.name, site.lon, site.lat, site.vegetation) == ("XX-Abc", 101.25, 40.5, "grassland")
    # By hand: NEP = -NEE * days; February 2004 has 29.
    np.testing.assert_allclose(towers.nep, [43.5, -7.75, np.nan, np.nan])
    np.testing.assert_allclose(towers.temperature, [-3.5, 4, 9, 14])
    np.testing.assert_allclose(towers.precipitation, [58, 0, 30, np.nan])
    # 100 W m-2 for 29 days of 86,400 s.
    assert towers.radiation[0] == pytest.approx(250.56)
    assert towers.notes == ("XX-Abc: 1 of 4 months left out, NEE_VUT_REF_QC below 0.5",)


def test_quality_is_an_option():
    files = {FLUXNET: MONTHS.encode(), "FluxNET_sites.csv": SITES}
    assert read_towers(files, quality=0.0).observed == 3
    assert read_towers(files, quality=0.6).observed == 1
    assert "expected a share from 0 to 1" in faults_of(files, quality=50)[0]


def test_fluxnet_without_its_place_name_or_columns_is_told():
    assert "nothing says where XX-Abc stands" in faults_of({FLUXNET: MONTHS.encode()})[0]
    assert "keep the name" in faults_of({"a.csv": MONTHS.encode(), "s.csv": SITES})[0]
    lacking = MONTHS.replace("SW_IN_F", "SW").encode()
    assert "without column SW_IN_F" in faults_of({FLUXNET: lacking, "s.csv": SITES})[0]
    daily = MONTHS.replace("200402", "20040201").encode()
    assert "line 2: TIMESTAMP = '20040201'" in faults_of({FLUXNET: daily, "s.csv": SITES})[0]
    wild = MONTHS.replace("-1.5", "-1500").encode()
    assert "line 2: NEE_VUT_REF = '-1500'" in faults_of({FLUXNET: wild, "s.csv": SITES})[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xff\xfe\x00", "in UTF-16"), (b"", "the file is empty"), (b"a,b\n1,2\n", "columns a, b"),
     (OWN.encode(), "no month of any tower"),
     (b"site,lon,lat,class,year,month\n", "without column nep"),
     (b"TIMESTAMP_START,NEE\n1,2\n", "half-hours")],
)  # fmt: skip
def test_what_is_no_tower_file_is_refused(content, told):
    assert told in faults_of({"x.csv": content})[0]


TABLE = OWN + "A,110.5,40,DBF,2010,1,3\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TABLE.replace(",", ";").replace(".", ",").encode(), "separated by semicolons"),
        (TABLE.replace(",", "\t").encode(), "separated by tabs"),
        (TABLE.encode("utf-16"), "in UTF-16"),
        (TABLE.encode("utf-16-le"), "in UTF-16"),
        (TABLE.replace("A", "Bäume").encode("latin-1"), "line 2 holds a letter in another enc"),
        (TABLE.replace("A", "长白山").encode("gbk"), "save it as “CSV UTF-8”"),
        (TABLE.split("\n", 1)[1].encode(), "there is no heading: the first line holds values"),
        (TABLE.replace("lon", "longitude").replace("lat", "LAT").replace("nep", "NEP").encode(),
         "line 1: rename the columns 'longitude' to 'lon', 'LAT' to 'lat', 'NEP' to 'nep'"),
        (TABLE.replace("month", "Month").replace("nep", "flux").encode(),
         "line 1: rename the column 'Month' to 'month', and add nep"),
        (b"PK\x03\x04\x14\x00\x06\x00", "an Excel workbook or an archive under another name"),
        (b"\x89PNG\r\n\x1a\x01\x01\xff", "not a text file; save it as CSV (UTF-8)"),
        (b"", "the file is empty"), (b" \n\n", "the file is empty"),
    ],
)  # fmt: skip
def test_how_a_table_was_saved_is_named_with_what_to_do(content, told):
    (problem,) = faults_of({"x.csv": content})
    assert problem.startswith("x.csv")
    assert told in problem


def test_template_has_every_column_and_can_be_read():
    text = template()
    assert text.splitlines()[0].split(",") == [*OWN_COLUMNS, *CLIMATE]
    towers = read_towers({"template.csv": text.encode()})
    assert (towers.observed, towers.names) == (2, ("Example",))
    assert np.isfinite([getattr(towers, name) for name in CLIMATE]).all()


def test_a_long_list_of_faults_is_counted():
    problems = faults_of(own(*[f"A,110,40,DBF,2010,{month},3" for month in range(100, 200)]))
    assert len(problems) == csv_table.MOST_FAULTS + 1
    assert problems[-1] == "mine.csv: 60 more faults"


def test_a_large_file_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "mine.csv"
    path.write_bytes(own("A,110,40,DBF,2010,1,3")["mine.csv"])
    assert load_towers([path]).observed == 1
    monkeypatch.setattr(csv_table, "MOST_BYTES", 50)
    with pytest.raises(SourceError, match=r"mine\.csv: .* MB"):
        load_towers([path])
    with pytest.raises(SourceError, match="no such file"):
        load_towers([tmp_path / "none.csv"])


def test_table_of_sites_is_found_beside(tmp_path):
    (tmp_path / FLUXNET).write_text(MONTHS)
    (tmp_path / "FluxNET_sites.csv").write_bytes(SITES)
    assert load_towers([tmp_path / FLUXNET]).names == ("XX-Abc",)


def test_only_keeps_the_rows_of_the_named():
    towers = read_towers(own("A,1,2,DBF,2010,1,3", "B,1,3,EBF,2010,1,4", "C,1,4,ENF,2010,1,5"))
    part = towers.only({"C", "A"})
    assert part.names == ("A", "C")
    assert part.site.tolist() == [0, 1]
    assert part.nep.tolist() == [3, 5]
