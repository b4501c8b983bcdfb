"""Samples: what is read, what each filter drops and shows, what rasters lose."""

import numpy as np
import pytest

from explorer.errors import SchemaError, SourceError
from explorer.observations.csv_table import taken_apart
from explorer.observations.rasters import Raster, matched
from explorer.observations.sample_files import load_samples
from explorer.observations.sample_filters import filtered, not_before
from explorer.observations.samples import block_numbers, joined
from explorer.observations.srdb import load_srdb, srdb_filters
from tests.fusion.srdb_rows import write_srdb

AXIS = np.array([99.75, 100.25, 100.75, 101.25])


def own(tmp_path, text: str):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    return path


def test_own_file_is_read_with_its_years_and_other_columns(tmp_path):
    text = (
        "lon,lat,value,source,year,first_year,last_year,depth,kind\n"
        "100.5,30.5,412,Li 2009,2004,,,12.5,forest\n"
        "-20,-5,90,Wu 2011,,1999,2003,NA,steppe\n"
    )
    samples = load_samples(own(tmp_path, text), "g C m-2 yr-1")
    assert samples.value.tolist() == [412, 90]
    assert samples.first_year.tolist() == [2004, 1999]
    assert samples.last_year.tolist() == [2004, 2003]
    np.testing.assert_array_equal(samples.numbers["depth"], [12.5, np.nan])
    assert samples.words["kind"].tolist() == ["forest", "steppe"]
    assert samples.where[1] == "mine.csv, line 3"


def test_every_fault_of_an_own_file_is_told_with_its_line(tmp_path):
    text = "lon,lat,value,source,first_year,last_year\n400,30,1,A,,\n1,95,x,,2004,2001\n"
    with pytest.raises(SchemaError) as caught:
        load_samples(own(tmp_path, text), "g C m-2 yr-1")
    told = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 5
    assert "mine.csv, line 2: lon = '400'" in told
    assert "mine.csv, line 3: last_year 2001 is before first_year 2004" in told


def test_own_file_without_a_column_is_refused_by_name(tmp_path):
    with pytest.raises(SchemaError, match="no column 'source'"):
        load_samples(own(tmp_path, "lon,lat,value\n1,2,3\n"), "1")
    with pytest.raises(SourceError, match="no such file"):
        load_samples(tmp_path / "none.csv", "1")


def test_note_with_a_next_line_character_does_not_end_its_line():
    # U+0085 stands in eight notes of the database; ``str.splitlines`` splits there.
    table = taken_apart("a.csv", 'a,b\n1,"x\u0085y"\n2,"two\nlines"\n'.encode(), [])
    assert [line.values["b"] for line in table.lines] == ["x\u0085y", "two\nlines"]


def test_database_is_read_as_it_is_published(tmp_path):
    path = write_srdb(
        tmp_path / "srdb.csv",
        [
            {"Rs_annual": 812.5, "Study_midyear": 2003.5, "YearsOfData": 3, "MAT": "2 to 4"},
            {"Rs_annual": ""},
            {"Rs_annual": "NA"},
            {"Rs_annual": -20, "Biome": " Boreal ", "Notes": "a\u0085b"},
        ],
    )
    samples = load_srdb(path)
    assert samples.value.tolist() == [812.5, -20]
    assert (samples.first_year[0], samples.last_year[0]) == (2002, 2004)  # 2003.5 -+ 1, floored
    assert np.isnan(samples.numbers["MAT"][0])
    assert samples.words["Biome"].tolist() == ["Temperate", "Boreal"]


def test_file_of_another_format_is_refused_with_what_it_lacks(tmp_path):
    path = own(tmp_path, "Latitude,Longitude\n1,2\n")
    with pytest.raises(SchemaError, match="no column 'Study_number' of the database's"):
        load_srdb(path)
    with pytest.raises(SchemaError, match="no row has Rh_annual"):
        load_srdb(write_srdb(tmp_path / "srdb.csv", [{}]), "Rh_annual")


def test_each_filter_drops_its_rows_and_shows_one(tmp_path):
    rows = [
        {},  # stays
        {"Latitude": ""},
        {"Manipulation": "Fertilized"},
        {"Manipulation": "Warmed"},
        {"Rs_annual": 40_708},
        {"Rs_annual": 0},
        {"Quality_flag": "Q01,Q12", "Study_number": 2},
        {"Quality_flag": "Q10", "Study_number": 3, "Rs_annual": 501},  # only potential: stays
        {"Duplicate_record": "3208", "Study_number": 4, "Rs_annual": 502},
        {"Study_number": 5},  # place, years and value of the first
        {"Study_number": 6, "Rs_annual": 503, "Annual_coverage": 0.3},
        {"Study_number": 7, "Rs_annual": 504, "Annual_coverage": ""},  # not told: stays
    ]
    samples = load_srdb(write_srdb(tmp_path / "srdb.csv", rows))
    kept, dropped = filtered(samples, srdb_filters(least_coverage=0.5))
    assert kept.value.tolist() == [500, 501, 504]
    assert {each.name: each.rows for each in dropped} == {
        "no place": 1, "manipulated": 2, "implausible": 2, "flagged": 1, "duplicate record": 1,
        "repeated": 1, "too little of the year": 1,
    }  # fmt: skip
    assert dropped[-1].left == len(kept)
    examples = {each.name: each.example for each in dropped}
    assert examples["manipulated"] == "srdb.csv, line 4: Manipulation 'Fertilized'"
    assert examples["implausible"] == "srdb.csv, line 6: 40708 g C m-2 yr-1"
    assert "Annual_coverage 0.3" in examples["too little of the year"]


def test_filter_that_drops_nothing_is_told_too(tmp_path):
    _, dropped = filtered(load_srdb(write_srdb(tmp_path / "srdb.csv", [{}])), srdb_filters())
    assert all(each.rows == 0 and each.example == "" and each.left == 1 for each in dropped)


def test_samples_older_than_the_predictors_are_dropped_by_their_last_year(tmp_path):
    years = [{"Study_midyear": year, "YearsOfData": 1} for year in (1998, 2000, "")]
    samples = load_srdb(write_srdb(tmp_path / "srdb.csv", years))
    kept, (dropped,) = filtered(samples, [not_before(2000)])
    assert len(kept) == 2
    assert dropped.example == "srdb.csv, line 2: measured until 1998"


def raster(values: list[list[float]], lat=(30.75, 30.25, 29.75)) -> Raster:
    return Raster(AXIS, np.array(lat), np.array(values, dtype=float), "1", "a test")


GRID = [[1.0, 2, 3, 4], [5, np.nan, 7, 8], [9, 10, 11, 12]]


def test_raster_gives_the_cell_that_holds_a_place():
    lon, lat = np.array([99.6, 100.99, 101.49, 101.6]), np.array([30.99, 30.51, 29.51, 30.0])
    north_first = raster(GRID).at(lon, lat)
    np.testing.assert_array_equal(north_first, [1, 3, 12, np.nan])
    south_first = raster(GRID[::-1], lat=(29.75, 30.25, 30.75)).at(lon, lat)
    np.testing.assert_array_equal(south_first, north_first)
    np.testing.assert_array_equal(raster(GRID).at(lon - 360, lat), north_first)


def test_raster_of_the_world_closes_at_the_date_line():
    world = Raster(
        np.arange(-179.5, 180), np.array([0.5, -0.5]), np.arange(720.0).reshape(2, 360), "1", ""
    )
    assert world.at(np.array([180.0, 179.9, -180.0]), np.full(3, 0.2)).tolist() == [0, 359, 0]
    holed = world._replace(values=np.where(np.arange(360) == 0, np.nan, world.values))
    # The nearest of the neighbours across the line, not the one across the row.
    assert holed.at(np.array([180.1]), np.array([0.2]), reach=1).tolist() == [359]


def test_place_in_a_cell_without_a_value_takes_the_nearest_within_reach():
    gap = raster(GRID)
    place = np.array([100.3]), np.array([30.05])
    assert np.isnan(gap.at(*place))
    assert gap.at(*place, reach=1).tolist() == [10]  # the cell below is nearest


def test_rasters_tell_what_they_lost_and_why(tmp_path):
    rows = [
        {"Longitude": 100.75, "Study_number": 1},
        {"Longitude": 100.25, "Study_number": 2},  # a gap, with neighbours
        {"Longitude": 110.0, "Study_number": 3},  # beside the grid
    ]
    samples = load_srdb(write_srdb(tmp_path / "srdb.csv", rows))
    exact = matched(samples, {"a": raster(GRID)}, reach=0)
    assert exact.values["a"].tolist() == [7]
    (lost,) = exact.lost
    assert (lost.outside, lost.without_value) == (1, 1)
    assert lost.example == "srdb.csv, line 3: lon 100.25, lat 30.25"
    near = matched(samples, {"a": raster(GRID)}, reach=1)
    assert (len(near.samples), near.moved) == (2, 1)


def test_blocks_are_one_degree_and_go_round():
    lon = np.array([100.0, 100.99, 101.0, -259.5, 179.99, -180.0])
    blocks = block_numbers(lon, np.full(6, 30.2), 1.0)
    assert len({*blocks[[0, 1, 3]]}) == 1
    assert len({*blocks}) == 4


def test_digest_depends_on_places_values_and_sources_not_on_order(tmp_path):
    rows = [{"Study_number": 1}, {"Study_number": 2, "Rs_annual": 7}]
    one = load_srdb(write_srdb(tmp_path / "a.csv", rows))
    other = load_srdb(write_srdb(tmp_path / "b.csv", rows[::-1]))
    assert one.digest() == other.digest()
    assert one.only(np.array([True, False])).digest() != one.digest()
    assert len(joined([one, other])) == 4
