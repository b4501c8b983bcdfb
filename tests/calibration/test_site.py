"""A tower: its daily file, calibration of a twin with known parameters, the command."""

import json

import jax
import numpy as np
import pytest

from explorer.errors import ExplorerError, ParameterError, SchemaError, SourceError
from explorer.observations.daily_weather import latitude_from_sun, read_daily, whole_years
from explorer.observations.site_index import SiteIndex
from explorer.systems.calibration import site as sites
from explorer.systems.calibration.bounded import as_arrays, defaults
from explorer.systems.calibration.masm import Plan
from explorer.systems.calibration.misfit import eight_day_blocks, inflated_error, observed
from explorer.systems.calibration.model import run
from explorer.systems.calibration.parameters import SENSITIVE_TO_GPP
from explorer.systems.calibration.site import Site, Years, diso, load
from explorer.systems.calibration.site_masm import masm_site
from explorer.systems.calibration.site_report import site_report, site_text
from explorer.systems.calibration.weather import course_of
from tests.calibration.conftest import days_of, make_weather
from tests.calibration.tower_file import written
from tests.commands import command_here

TRUTH = {"vmax": 45.0, "p12": 330.0, "p13": 9.0, "p17": 150.0}
YEARS, CHECK = Years(2001, 2001), Years(2002, 2002)


@pytest.fixture(scope="module")
def twin(tmp_path_factory):
    """A file of two years that the model made with other parameters than its own."""
    weather = make_weather(2001, 2, seed=5)
    p = as_arrays(defaults() | TRUTH)
    course = course_of(weather)
    _, days = jax.jit(run, static_argnums=3)(p, course_of(weather.years(0, 0)), course, 50)
    return written(tmp_path_factory.mktemp("twin"), days_of(2001, 2), weather, days)


def edited(twin, tmp_path, change):
    """The twin's file with its lines changed."""
    path = tmp_path / twin.name
    path.write_text("\n".join(change(twin.read_text().splitlines())) + "\n")
    return path


def test_file_is_read_as_it_was_written(twin):
    tower = read_daily(twin)
    assert tower.site == "XX-Twn"
    assert (tower.dates[0], tower.dates[-1]) == (
        np.datetime64("2001-01-01"),
        np.datetime64("2002-12-31"),
    )
    weather = make_weather(2001, 2, seed=5)
    np.testing.assert_allclose(tower.values["t_mean"], weather.t_mean, atol=1e-3)
    assert whole_years(tower, 2002, 2002).dates.size == 365
    assert latitude_from_sun(tower) == pytest.approx(42.0, abs=0.1)


@pytest.mark.parametrize("latitude", [-55.0, -12.0, 0.0, 33.3, 68.0])
def test_latitude_is_that_of_the_sun(twin, latitude):
    from explorer.equations.radiation import extraterrestrial_radiation

    tower = read_daily(twin)
    day = (np.arange(730) % 365) + 1
    light = np.asarray(extraterrestrial_radiation(np.deg2rad(latitude), day), float) * 11.7
    tower.values["potential"][:] = light
    assert latitude_from_sun(tower) == pytest.approx(latitude, abs=0.1)


@pytest.mark.real
def test_latitude_of_real_files_is_near_that_of_the_towers(real_data):
    folder = real_data / "fluxnet2015_daily"
    # Published places: Hainich 51.08, Morgan Monroe 39.32, Riggs Creek -36.65.
    for start, latitude in (("FLX_DE-Hai", 51.08), ("FLX_US-MMS", 39.32), ("FLX_AU-Rig", -36.65)):
        (path,) = folder.glob(f"{start}*")
        assert latitude_from_sun(read_daily(path)) == pytest.approx(latitude, abs=0.8)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [lines[0].replace("VPD_F", "VPD"), *lines[1:]], "without column VPD_F"),
        (lambda lines: [lines[0].replace("TIMESTAMP", "DATE"), *lines[1:]], "no column TIMESTAMP"),
        (lambda lines: lines[:1], "no day"),
        (lambda lines: [*lines[:9], *lines[11:]], "2001-01-11 after 2001-01-08"),
        (lambda lines: [*lines[:5], "200101", *lines[6:]], "1 values for 12 columns"),
        (lambda lines: [lines[0], "200113" + lines[1][6:], *lines[2:]], "expected YYYYMMDD"),
        (lambda lines: [lines[0], lines[1].replace(",1.0,", ",warm,", 1), *lines[2:]], None),
        (lambda lines: [lines[0], *(f"{line.split(',', 1)[0]},warm,{line.split(',', 2)[2]}"
                                    for line in lines[1:])], "TA_F = 'warm'"),
    ],
)  # fmt: skip
def test_spoiled_file_is_named(twin, tmp_path, change, told):
    path = edited(twin, tmp_path, change)
    if told is None:  # a column that is not read may hold anything
        read_daily(path)
        return
    with pytest.raises(SchemaError, match=told):
        read_daily(path)


def test_monthly_file_and_no_file_are_refused(tmp_path):
    path = tmp_path / "FLX_DE-Hai_FLUXNET2015_SUBSET_MM_2000-2012_1-4.csv"
    path.write_text("TIMESTAMP\n")
    with pytest.raises(SourceError, match="not a daily file"):
        read_daily(path)
    with pytest.raises(SourceError, match="no such file"):
        read_daily(tmp_path / "none.csv")


def without(column: int, first: int, last: int):
    """Lines first..last without a value in a column."""

    def change(lines):
        out = list(lines)
        for row in range(first, last + 1):
            values = out[row].split(",")
            values[column] = "-9999"
            out[row] = ",".join(values)
        return out

    return change


def test_short_gap_of_weather_is_filled_and_a_long_one_named(twin, tmp_path):
    full = whole_years(read_daily(twin), 2001, 2001).values["t_mean"]
    short = whole_years(read_daily(edited(twin, tmp_path, without(1, 10, 14))), 2001, 2001)
    expected = np.interp(np.arange(9, 14), [8, 14], [full[8], full[14]])
    np.testing.assert_allclose(short.values["t_mean"][9:14], expected)
    long = read_daily(edited(twin, tmp_path, without(1, 10, 30)))
    with pytest.raises(SchemaError, match="TA_F: no value from 2001-01-10 to 2001-01-30"):
        whole_years(long, 2001, 2001)
    whole_years(long, 2002, 2002)  # the other year has no gap


@pytest.mark.parametrize(
    ("years", "check", "told"),
    [
        ((2001, 2001), (2001, 2002), "overlaps"),
        ((2001, 2001), (2004, 2005), "2003: no day .the file has 2001 to 2002"),
        ((1999, 2000), (2001, 2002), "1999: no day"),
    ],
)
def test_years_outside_the_file_are_named(twin, years, check, told):
    with pytest.raises(ExplorerError, match=told):
        load(read_daily(twin), Years(*years), Years(*check), None, None)


def test_place_is_asked_for_where_the_sun_does_not_tell(twin, tmp_path):
    tower = read_daily(edited(twin, tmp_path, without(3, 1, 730)))
    with pytest.raises(ParameterError, match="give --latitude"):
        load(tower, YEARS, CHECK, None, None)
    assert load(tower, YEARS, CHECK, 42.0, None).latitude == 42.0


def test_leaf_area_of_other_sites_is_refused(twin):
    index = SiteIndex("lai", {"DE-Hai": {(2001, 1): 0.5}}, "lai.csv")
    with pytest.raises(ParameterError, match="no value of the site XX-Twn; it has DE-Hai"):
        load(read_daily(twin), YEARS, CHECK, None, index)
    with pytest.raises(ParameterError, match="holds NDVI"):
        load(read_daily(twin), YEARS, CHECK, None, index.__class__("ndvi", {}, "ndvi.csv"))


def test_too_little_observed_is_named(twin, tmp_path):
    tower = read_daily(edited(twin, tmp_path, without(9, 1, 300)))
    place = load(tower, YEARS, CHECK, None, None)
    with pytest.raises(SchemaError, match="gpp: 9 means with values in 2001-2001"):
        place.observed("gpp", YEARS)


def test_days_of_low_quality_do_not_count(twin):
    place = load(read_daily(twin), YEARS, CHECK, None, None)
    days = place.run(defaults())
    before = place.scores(days, CHECK)["gpp"]
    place.tower.values["quality"][400:500] = 0.2
    place.tower.values["gpp"][400:500] = 99.0
    after = place.scores(days, CHECK)["gpp"]
    assert (before.n, after.n) == (365, 265)
    assert after.rmse < before.rmse + 1


def test_diso_by_hand():
    seen, made = np.array([1.0, 2.0, 3.0, 6.0]), np.array([1.0, 3.0, 3.0, 7.0])
    # R = 23 / sqrt(14 * 19), AE = .5, RMSE = sqrt(.5), the mean is 3.
    r = 16 / np.sqrt(14 * 19)
    by_hand = np.sqrt((r - 1) ** 2 + (0.5 / 3) ** 2 + 0.5 / 9)
    assert diso(seen, made) == pytest.approx(by_hand, rel=1e-12)
    assert diso(seen, seen) == pytest.approx(0.0, abs=1e-12)


def test_eight_days_begin_with_the_year():
    block = eight_day_blocks(days_of(2003, 2))
    assert block[[0, 7, 8, 364]].tolist() == [0, 0, 1, 45]
    assert block[[365, 730]].tolist() == [46, 91]
    seen = observed(block[:365], np.arange(365.0), np.ones(365, bool))
    assert seen.mean[:2].tolist() == [3.5, 11.5]
    assert seen.mean[45] == 362.0  # five days


def test_error_grows_where_neighbours_resemble_each_other():
    draw = np.random.default_rng(0).standard_normal(4000)
    weight = np.full(4000, 0.5)
    assert inflated_error(draw, weight) == pytest.approx(2.0, rel=0.05)
    follows = np.empty(4000)
    follows[0] = 0
    for n in range(1, 4000):
        follows[n] = 0.6 * follows[n - 1] + 0.8 * draw[n]
    # (1 + .6) / (1 - .6) = 4 times the variance.
    assert inflated_error(follows, weight) == pytest.approx(4.0, rel=0.1)


def test_command_recovers_a_twin(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(sites, "STARTS", 2)
    monkeypatch.setattr(sites, "ITERATIONS", 10)
    path = tmp_path / "scores.json"
    done = command_here(
        "calibrate", "site", twin, "--years", "2001", "--check", "2002", "--latitude", "42",
        "--json", path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(path.read_text())
    check = told["check"]
    assert set(check["default"]) == set(check["calibrated"]) == {"gpp", "er", "nee"}
    for flux in ("gpp", "er", "nee"):
        before, after = check["default"][flux], check["calibrated"][flux]
        assert {"rmse", "r", "diso"} <= set(before)
        # The twin's range of temperature within a day is not in the file: no fit is perfect.
        assert after["rmse"] < 0.35 * before["rmse"], flux
    rows = told["parameters"]
    for name in ("vmax", "p12", "p13"):
        assert rows[name]["low_90"] < rows[name]["value"] < rows[name]["high_90"]
    assert rows["p12"]["value"] == pytest.approx(TRUTH["p12"], rel=0.1)
    assert rows["p13"]["value"] == pytest.approx(TRUTH["p13"], abs=1.0)
    assert told["years"] == "2001-2001"
    assert any("published RMSE" in line for line in told["remarks"])


def test_masm_of_a_tower_reports_as_the_gradient_does(twin):
    place = load(read_daily(twin), YEARS, CHECK, 42.0, None)
    plan = Plan(points_a_parameter=5, rounds=3, steps=300, draws=1000)
    outcome = masm_site(place, YEARS, ("gpp",), plan)
    assert set(outcome.calibrated.space.names) == set(SENSITIVE_TO_GPP)
    assert outcome.values["p12"] == defaults()["p12"]
    assert outcome.calibrated.runs == plan.runs(7)
    told = site_report(place, YEARS, CHECK, outcome, ("gpp",))
    assert told["method"] == "masm"
    before, after = (told["calibration"][kind]["gpp"] for kind in ("default", "calibrated"))
    assert after["rmse"] < before["rmse"]
    assert site_text(told | {"seconds": 1.0}).startswith("XX-Twn (42° latitude)")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--years", "2001", "--check", "nonsense"], "--check nonsense: expected a year"),
        (["--years", "2002-2001", "--check", "2001"], "--years 2002-2001: expected a year"),
        (["--years", "2001", "--check", "2001"], "overlaps"),
        (["--years", "2001", "--check", "2002", "--on", "gpp,wood"], "expected some of gpp, lai"),
        (["--years", "2001", "--check", "2002", "--method", "guess"], "expected gradient or masm"),
        (["--years", "2001", "--check", "2002", "--on", "gpp,lai"], "give both or neither"),
    ],
)
def test_wrong_options_are_one_message(twin, options, told):
    done = command_here("calibrate", "site", twin, *options)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.real
def test_real_tower_is_met_better_in_years_not_used(real_data, monkeypatch):
    (path,) = (real_data / "fluxnet2015_daily").glob("FLX_US-MMS*")
    monkeypatch.setattr(sites, "STARTS", 1)
    monkeypatch.setattr(sites, "ITERATIONS", 8)
    place = load(read_daily(path), Years(2005, 2006), Years(2007, 2008), None, None)
    outcome = sites.calibrate_site(place, Years(2005, 2006), ("gpp",))
    before, after = (
        place.scores(place.run(values), Years(2007, 2008))
        for values in (defaults(), outcome.values)
    )
    # The paper's shares: GPP 11.5 %, ER 20.4 %, NEE 1.6 %.
    for flux, share in (("gpp", 0.115), ("er", 0.204), ("nee", 0.016)):
        assert after[flux].rmse < (1 - share) * before[flux].rmse, flux
    assert isinstance(place, Site)
