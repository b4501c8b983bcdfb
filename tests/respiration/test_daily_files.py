"""Daily files and the tables of 8-day steps that are made of them."""

from itertools import pairwise

import numpy as np
import pytest

from explorer.errors import SchemaError
from explorer.observations.daily_respiration import COLUMNS, load_daily, read_daily
from explorer.observations.eight_days import (
    STEPS,
    eight_day_table,
    mid_days,
    spread_months,
    step_of,
)
from tests.respiration.daily import daily_name, daily_text


def table(quality: float = 0.5, **how):
    faults: list[str] = []
    tower = read_daily(daily_name("XX-Abc"), daily_text(**how), faults)
    assert not faults
    return eight_day_table(tower, quality)


def test_a_year_has_46_steps_from_the_first_of_january_and_the_last_is_short():
    days = np.arange("2011-01-01", "2013-01-01", dtype="datetime64[D]")
    year, step = step_of(days)
    assert (year[0], step[0], step[7], step[8]) == (2011, 1, 1, 2)
    counts = {(y, s): int(((year == y) & (step == s)).sum()) for y in (2011, 2012) for s in (1, 46)}
    assert counts == {(2011, 1): 8, (2011, 46): 5, (2012, 1): 8, (2012, 46): 6}
    assert step.max() == STEPS == 46


def test_step_is_the_mean_of_its_days_and_the_sum_of_their_rain():
    found = table()
    days = np.arange(8)  # of the first step
    warm = 8 + 10 * -np.cos(2 * np.pi * (days - 20) / 365) + np.sin(days / 3)
    assert found.values["t_air"][0] == pytest.approx(warm.mean())
    assert found.values["precip"][0] == pytest.approx((2 + 2 * np.sin(days / 5)).sum())
    assert found.values["re"][0] == pytest.approx((2 * 2 ** (warm / 10)).mean())
    assert np.isnan(found.values["re_day"]).all()  # -9999 is missing
    assert found.number.tolist() == list(range(2009 * 46, 2011 * 46))
    assert found.days[45] == 5


def test_poor_days_count_in_no_step_and_a_step_of_few_good_days_is_missing_and_told():
    def change(number, row):
        if number < 3:  # of eight: five are left
            row["NEE_VUT_REF_QC"], row["RECO_NT_VUT_REF"] = 0.2, 50.0
        if 8 <= number < 13:  # of the second step three are left
            row["NEE_VUT_REF_QC"] = 0.2
        return row

    found = table(change=change)
    assert found.values["re"][0] < 3  # nothing of the 50
    assert np.isnan(found.values["re"][1])
    assert np.isfinite(found.values["re"][2:]).all()
    assert np.isfinite(found.values["t_air"]).all()
    assert found.notes == (
        "XX-Abc: 1 of 92 steps have no respiration: fewer than half of their days reach "
        "NEE_VUT_REF_QC 0.5",
    )


def test_rain_of_a_lost_day_is_made_up_and_a_step_without_weather_is_told():
    def change(number, row):
        if number == 3:
            row["P_F"] = -9999
        if 8 <= number < 12:
            row["TA_F"] = -9999
        return row

    found = table(change=change)
    rain = 2 + 2 * np.sin(np.delete(np.arange(8), 3) / 5)
    assert found.values["precip"][0] == pytest.approx(rain.mean() * 8)
    assert np.isnan(found.values["t_air"][1])
    assert "XX-Abc: 1 of 92 steps lack weather" in found.notes


def test_south_of_the_equator_is_known_by_the_sun():
    assert not table().southern
    assert table(southern=True).southern


def test_months_are_spread_in_lines_between_their_middles():
    found = table()
    months = {2009: np.full(12, 3.0), 2010: np.arange(12.0)}
    spread = spread_months(months, found)
    assert spread[:40] == pytest.approx(3.0)
    at = mid_days(found.year, found.step)[46 + 6]  # 48 to 56: day 52 of 2010
    assert at == 52
    # February, 1, has its middle on day 45, March, 2, on day 74.5.
    assert spread[46 + 6] == pytest.approx(1 + 7 / 29.5)
    missing = {2009: np.full(12, np.nan), 2010: np.full(12, np.nan)}
    assert np.isnan(spread_months(missing, found)).all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda n, row: {**row, "TA_F": "warm"} if n == 4 else row, "line 6: TA_F = 'warm'"),
        (lambda n, row: {**row, "TIMESTAMP": "20090231"} if n == 4 else row, "20090231"),
        (lambda n, row: {**row, "TIMESTAMP": "20090101"} if n == 4 else row, "days must rise"),
        (lambda n, row: {**row, "RECO_NT_VUT_REF": 900} if n == 4 else row, "-20 to 60"),
    ],
)  # fmt: skip
def test_fault_names_file_and_line(change, told):
    faults: list[str] = []
    assert read_daily(daily_name("XX-Abc"), daily_text(change=change), faults) is None
    assert any(told in fault and "FLX_XX-Abc" in fault for fault in faults)


def test_file_without_respiration_is_refused_by_column():
    faults: list[str] = []
    text = daily_text().replace(b"RECO_NT_VUT_REF", b"RECO_OTHER")
    assert read_daily(daily_name("XX-Abc"), text, faults) is None
    assert faults == [f"{daily_name('XX-Abc')}, line 1: without column RECO_NT_VUT_REF"]


def test_folder_is_read_by_site_and_all_faults_are_told_at_once(tmp_path):
    for site in ("XX-Two", "XX-One"):
        (tmp_path / daily_name(site)).write_bytes(daily_text())
    (tmp_path / "notes.txt").write_text("nothing")
    found = load_daily([tmp_path])
    assert [tower.site for tower in found] == ["XX-One", "XX-Two"]
    assert set(found[0].values) == set(COLUMNS)
    for site in ("XX-One", "XX-Two"):
        (tmp_path / daily_name(site)).write_bytes(daily_text().replace(b"TA_F", b"TB_F"))
    with pytest.raises(SchemaError) as error:
        load_daily([tmp_path])
    assert len(error.value.problems) == 2


@pytest.mark.real
def test_real_files_become_tables_whose_means_are_those_of_the_columns(real_data):
    towers = load_daily([real_data / "fluxnet2015_daily"])
    assert len(towers) >= 8
    steps = 0
    for tower in towers:
        found = eight_day_table(tower, 0.5)
        assert all(b - a == 1 for a, b in pairwise(found.number))
        warm = np.average(found.values["t_air"], weights=found.days)
        assert warm == pytest.approx(np.nanmean(tower.values["t_air"]), abs=0.02)
        if tower.site in ("AT-Neu", "AU-Rig", "CN-Cng", "DE-Gri", "NL-Hor", "US-Var"):
            steps += int(np.isfinite(found.values["re"]).sum())
    # 2,259 in another's reading of the same files, by another rule of quality.
    assert steps == pytest.approx(2259, rel=0.02)
