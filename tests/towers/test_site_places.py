"""Where sites stand: BADM tables with all they hold, tables, typed places, and who wins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import ParameterError, PlaceError, SchemaError
from explorer.observations.site_places import badm_lines, is_badm, typed_places
from explorer.observations.tower_files import read_towers
from tests.towers.fluxnet import BADM, badm, monthly, months

SITES = b"SITE_ID,SITE_NAME,LOCATION_LAT,LOCATION_LONG,IGBP\nXX-Abc,Far away,40.5,101.25,WSA\n"
FILE = {monthly("XX-Abc"): months()}
TABLE = BADM.format("MM")


def site_read(files: dict[str, bytes], **options):
    (site,) = read_towers(FILE | files, **options).sites
    return site.lat, site.lon, site.vegetation


def badm_of(*lines: str) -> bytes:
    return "\n".join(["SITE_ID,GROUP_ID,VARIABLE_GROUP,VARIABLE,DATAVALUE", *lines]).encode()


def test_badm_table_places_a_site():
    table = badm(("XX-Oth", 1, 2, "EBF"), ("XX-Abc", 42.4025, 128.0958, "MF"))
    assert is_badm(table)
    assert site_read({TABLE: table}) == (42.4025, 128.0958, "MXF")


def test_groups_without_the_prefix_are_read_too():
    table = badm_of(
        "XX-Abc,6,HEADER,SITE_NAME,Loxton", "XX-Abc,8,IGBP,IGBP,DBF",
        "XX-Abc,10,LOCATION,LOCATION_LONG,140.65512", "XX-Abc,10,LOCATION,LOCATION_LAT,-34.47035",
    )  # fmt: skip
    assert site_read({TABLE: table}) == (-34.47035, 140.65512, "DBF")


def test_the_last_of_several_places_counts_and_the_others_are_told():
    table = badm_of(
        "XX-Abc,3,GRP_LOCATION,LOCATION_LAT,41", "XX-Abc,3,GRP_LOCATION,LOCATION_LONG,101",
        "XX-Abc,3,GRP_LOCATION,LOCATION_DATE_START,20080101",
        "XX-Abc,4,GRP_LOCATION,LOCATION_LAT,40", "XX-Abc,4,GRP_LOCATION,LOCATION_LONG,100",
        "XX-Abc,5,GRP_IGBP,IGBP,GRA", "XX-Abc,6,GRP_IGBP,IGBP,CRO",
        "XX-Abc,6,GRP_IGBP,IGBP_DATE_START,2009",
    )  # fmt: skip
    towers = read_towers(FILE | {TABLE: table})
    assert (towers.sites[0].lat, towers.sites[0].vegetation) == (41, "cropland")
    assert towers.notes == (
        f"XX-Abc: {TABLE} tells 2 places and the classes CRO, GRA; the last is used",
    )


@pytest.mark.parametrize(
    ("lines", "told"),
    [(["XX-Abc,1,GRP_LOCATION,LOCATION_LAT,95", "XX-Abc,1,GRP_LOCATION,LOCATION_LONG,3",
       "XX-Abc,2,GRP_IGBP,IGBP,GRA"], f"{TABLE}, line 2: LOCATION_LAT = '95'"),
     (["XX-Abc,1,GRP_LOCATION,LOCATION_LAT,5", "XX-Abc,1,GRP_LOCATION,LOCATION_LONG,3"],
      f"{TABLE}, line 2: class = ''"),
     (["XX-Abc,1,GRP_LOCATION,LOCATION_LAT,5", "XX-Abc,2,GRP_LOCATION,LOCATION_LONG,3"],
      "nothing says where XX-Abc stands")],
)  # fmt: skip
def test_a_badm_table_that_places_wrongly_is_refused(lines, told):
    with pytest.raises(SchemaError) as caught:
        read_towers(FILE | {TABLE: badm_of(*lines)})
    assert told in str(caught.value)


def test_a_table_in_our_own_words_places_a_site():
    table = b"site,lat,lon,class,remark\nXX-Abc,40.5,101.25,grassland,by hand\n"
    assert site_read({"sites.csv": table}) == (40.5, 101.25, "grassland")


def test_typed_before_given_before_found_and_the_difference_is_told():
    found = {"FluxNET_sites.csv": SITES}
    given_table = {"mine.csv": SITES.replace(b"40.5", b"41.5")}
    typed = typed_places(["XX-Abc = 42.5, 101.25 ,WSA"])
    assert site_read(found)[0] == 40.5
    assert site_read(found, site_tables=given_table)[0] == 41.5
    assert site_read(found, site_tables=given_table, places=typed)[0] == 42.5
    notes = read_towers(FILE | found, places=typed).notes
    assert notes == (
        "XX-Abc: placed at 101.25 E 42.5 N, grassland by --site XX-Abc, though FluxNET_sites.csv, "
        "line 2 says 101.25 E 40.5 N, grassland",
    )
    near = typed_places(["XX-Abc=40.51,101.25,SAV"])  # a kilometre, and the same class of ours
    assert read_towers(FILE | found, places=near).notes == ()


def test_without_a_place_the_three_ways_are_told():
    other = {monthly("XX-Two"): months()}
    with pytest.raises(PlaceError) as caught:
        read_towers(FILE | other)
    assert caught.value.sites == ("XX-Abc", "XX-Two")
    (told,) = caught.value.problems  # one message however many sites
    for way in ("nothing says where XX-Abc, XX-Two stand:", "FLX_AA-Flx_BIF_*", "--site-table FILE",
                "--site NAME=LAT,LON,CLASS"):  # fmt: skip
        assert way in told


def test_without_a_place_and_with_another_fault_it_is_no_question_of_places():
    with pytest.raises(SchemaError) as caught:
        read_towers(FILE | {"bad.csv": b"nonsense\n"})
    assert not isinstance(caught.value, PlaceError)
    assert len(caught.value.problems) == 2


def test_wrong_typed_places_are_told_at_once():
    with pytest.raises(ParameterError) as caught:
        typed_places(["CN-Cha=42", "A=1,2,GRA", "A=1,3,GRA"])
    assert "--site 'CN-Cha=42': expected NAME=LAT,LON,CLASS" in str(caught.value)
    assert "--site A: given twice" in str(caught.value)
    wrong = typed_places(["XX-Abc=100,2,tree", "YY-Abc=1,2,GRA"])
    with pytest.raises(SchemaError) as refused:
        read_towers(FILE, places=wrong)
    assert "--site XX-Abc: LOCATION_LAT = '100'" in str(refused.value)
    assert "--site XX-Abc: class = 'tree'" in str(refused.value)
    assert "--site YY-Abc: none of the FLUXNET2015 files is of this site" in str(refused.value)


def test_a_site_table_that_places_no_site_is_refused():
    with pytest.raises(SchemaError, match=r"mine\.csv, line 1: places no site"):
        read_towers(FILE, site_tables={"mine.csv": b"a,b\n1,2\n"})


@given(st.binary(max_size=300))
def test_whatever_a_badm_table_holds_besides_is_passed_over(junk):
    table = badm(("XX-Abc", 42.5, 101.25, "GRA"))
    lines, _ = badm_lines(TABLE, table + b"\n" + junk)
    assert lines[0].values["LOCATION_LAT"] == "42.5"
