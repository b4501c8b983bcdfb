"""Periods: steps of a year, several years, weights of a year, and what they are called."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.tables.periods import MONTHS, YEAR, Period, Periods, days_in_months
from explorer.tables.unit import unit_of

KINDS = ("year", "month", "8 days", "day")
STEPS = {"year": 1, "month": 12, "8 days": 46, "day": 365}
MONTHLY = Periods("month")
EIGHT = Periods("8 days", (2011, 2012))


@pytest.mark.parametrize("kind", KINDS)
def test_year_has_its_steps(kind):
    periods = Periods(kind, (2010, 2011, 2012))
    assert periods.steps == len(periods.names) == STEPS[kind]
    assert periods.count == 3 * STEPS[kind]
    assert periods.annual == (kind == "year")
    assert len(periods.each()) == STEPS[kind]
    assert len(periods.all()) == periods.count


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("year", "days"), [(None, 365), (2010, 365), (2012, 366), (1900, 365), (2000, 366)]
)
def test_steps_fill_the_year(kind, year, days):
    lengths = Periods(kind, (year,)).days(year)
    assert lengths.shape == (STEPS[kind],)
    assert lengths.sum() == days


@pytest.mark.parametrize(("year", "last"), [(None, 5), (2011, 5), (2012, 6)])
def test_last_of_46_steps_takes_what_is_left(year, last):
    lengths = Periods("8 days", (year,)).days(year)
    assert list(lengths[:-1]) == [8] * 45
    assert lengths[-1] == last


def test_months_have_their_lengths():
    assert list(MONTHLY.days()) == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert MONTHLY.days(2012)[1] == 29
    np.testing.assert_array_equal(MONTHLY.days(2012), days_in_months(2012))


@pytest.mark.parametrize(
    ("step", "name", "month"),
    [(1, "1 Jan", 1), (2, "9 Jan", 1), (4, "25 Jan", 1), (5, "2 Feb", 2), (8, "26 Feb", 2),
     (9, "6 Mar", 3), (46, "27 Dec", 12)],
)  # fmt: skip
def test_step_of_8_days_is_called_by_its_first_day(step, name, month):
    assert EIGHT.names[step - 1] == name
    assert EIGHT.month(Period(step)) == month


def test_step_of_a_day_is_the_day():
    days = Periods("day")
    assert (days.names[0], days.names[58], days.names[59]) == ("1 Jan", "28 Feb", "1 Mar")
    assert days.month(Period(60)) == 3


@given(st.integers(1, 12))
def test_month_of_a_month_is_itself(step):
    assert MONTHLY.month(Period(step)) == step
    assert MONTHLY.names[step - 1] == MONTHS[step - 1]


@pytest.mark.parametrize(("periods", "period"), [(MONTHLY, YEAR), (Periods("year"), Period(1))])
def test_year_has_no_month(periods, period):
    with pytest.raises(ValueError, match="no month"):
        periods.month(period)


def test_rows_of_several_years_follow_one_another():
    periods = Periods("month", (2003, 2004, 2007))
    assert periods.rows(Period(1, 2003)) == slice(0, 1)
    assert periods.rows(Period(12, 2003)) == slice(11, 12)
    assert periods.rows(Period(3, 2007)) == slice(26, 27)
    assert periods.rows(Period(None, 2004)) == slice(12, 24)
    # No year is the first.
    assert periods.rows(Period(5)) == slice(4, 5)
    assert periods.rows(YEAR) == slice(0, 12)


@given(st.sampled_from(KINDS), st.lists(st.integers(1, 9999), min_size=1, unique=True, max_size=4))
def test_rows_of_all_steps_are_every_row_once(kind, years):
    periods = Periods(kind, tuple(sorted(years)))
    rows = [periods.rows(period) for period in periods.all()]
    assert [(row.start, row.stop) for row in rows] == [(n, n + 1) for n in range(periods.count)]


@pytest.mark.parametrize(
    ("periods", "period", "told"),
    [
        (MONTHLY, Period(0), "step 0: expected 1 to 12"),
        (MONTHLY, Period(13), "step 13: expected 1 to 12"),
        (EIGHT, Period(47), "step 47: expected 1 to 46"),
        (Periods("year"), Period(2), "step 2: expected 1 to 1"),
        (EIGHT, Period(None, 2010), "year 2010: expected one of 2011, 2012"),
        (MONTHLY, Period(1, 2010), "year 2010: expected one of"),
    ],
)
def test_step_or_year_that_is_not_there_is_refused(periods, period, told):
    with pytest.raises(ValueError, match=told):
        periods.rows(period)


@pytest.mark.parametrize("say", ["label", "slug", "date"])
def test_year_that_is_not_there_has_no_name(say):
    with pytest.raises(ValueError, match="year 2010"):
        getattr(EIGHT, say)(Period(3, 2010))


def year_of(periods: Periods, text: str, values: np.ndarray, year: int | None = None) -> float:
    return float((values * periods.weights(unit_of(text), Period(None, year))).sum())


def test_amounts_per_month_are_summed_over_months():
    assert year_of(MONTHLY, "g C m-2 month-1", np.arange(1.0, 13)) == 78


@pytest.mark.parametrize(("year", "days"), [(None, 365), (2011, 365), (2012, 366)])
@pytest.mark.parametrize("kind", KINDS)
def test_rates_per_day_are_summed_over_the_days(kind, year, days):
    periods = Periods(kind, (year,))
    assert year_of(periods, "g C m-2 d-1", np.full(periods.steps, 2.0)) == pytest.approx(2 * days)


def test_rate_per_day_of_one_step_counts_its_own_days():
    values = np.zeros(46)
    values[-1] = 3.0  # 6 days of a leap year, 5 of another
    assert year_of(EIGHT, "g C m-2 d-1", values, 2012) == 18
    assert year_of(EIGHT, "g C m-2 d-1", values, 2011) == 15
    february = np.zeros(12)
    february[1] = 2.0
    assert year_of(Periods("month", (2012,)), "g C m-2 d-1", february) == 58


def test_rates_per_second_are_summed_over_the_seconds():
    assert year_of(MONTHLY, "kg C m-2 s-1", np.ones(12)) == pytest.approx(365 * 86_400)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["kg C m-2", "degC", "1"])
def test_what_is_no_rate_is_averaged(kind, text):
    periods, rng = Periods(kind), np.random.default_rng(1)
    values = rng.uniform(0, 9, periods.steps)
    assert year_of(periods, text, values) == pytest.approx(values.mean())


@pytest.mark.parametrize("kind", KINDS)
def test_rates_per_year_are_averaged(kind):
    periods = Periods(kind)
    values = np.random.default_rng(2).uniform(0, 9, periods.steps)
    assert year_of(periods, "Mg C ha-1 yr-1", values) == pytest.approx(values.mean())


@pytest.mark.parametrize("kind", ["year", "8 days", "day"])
def test_amounts_per_month_make_a_year_of_twelve(kind):
    """A step is so many months as it has days of the month in which it begins."""
    weights = Periods(kind).weights(unit_of("g C m-2 month-1"), YEAR)
    assert weights.sum() == pytest.approx(12, abs=0.05)
    if kind == "8 days":
        assert weights[[0, 4, 45]] == pytest.approx([8 / 31, 8 / 28, 5 / 31])


@pytest.mark.parametrize("text", ["g C m-2 month-1", "g C m-2 d-1", "degC", "g C m-2 yr-1"])
def test_one_step_is_itself(text):
    assert list(EIGHT.weights(unit_of(text), Period(46, 2012))) == [1]


@pytest.mark.parametrize(
    ("periods", "period", "label", "slug", "date"),
    [
        (MONTHLY, Period(7), "Jul", "jul", "--07"),
        (MONTHLY, YEAR, "year", "year", "--01/--12"),
        (Periods("month", (2010,)), Period(7), "Jul 2010", "jul", "2010-07"),
        (Periods("month", (2010,)), YEAR, "year 2010", "year", "2010"),
        (Periods("month", (2010, 2011)), Period(1, 2011), "Jan 2011", "jan_2011", "2011-01"),
        (EIGHT, Period(2, 2011), "9 Jan 2011", "9-jan_2011", "2011-01-09"),
        (EIGHT, Period(46, 2012), "27 Dec 2012", "27-dec_2012", "2012-12-27"),
        (EIGHT, YEAR, "year 2011", "year_2011", "2011"),
        (Periods("8 days"), Period(2), "9 Jan", "9-jan", "--01-09"),
        (Periods("year", (2010,)), Period(1), "year 2010", "year", "2010"),
        (Periods("year", (2010, 2011)), Period(None, 2011), "year 2011", "year_2011", "2011"),
    ],
)
def test_period_is_called_by_its_time(periods, period, label, slug, date):
    assert periods.label(period) == label
    assert periods.slug(period) == slug
    assert periods.date(period) == date


def test_names_of_files_differ_for_every_step():
    periods = Periods("8 days", (2011, 2012))
    every = [*periods.all(), Period(None, 2011), Period(None, 2012)]
    assert len({periods.slug(period) for period in every}) == periods.count + 2
    assert len({periods.date(period) for period in every}) == periods.count + 2


@pytest.mark.parametrize(
    ("kind", "adverb"),
    [("year", "Annual"), ("month", "Monthly"), ("8 days", "8-day"), ("day", "Daily")],
)
def test_series_is_called_by_its_steps(kind, adverb):
    assert Periods(kind).adverb == adverb


def test_equal_periods_are_one_key():
    assert hash(Periods("month", (2010,))) == hash(Periods("month", (2010,)))
    assert Periods("month", (2010,)) != Periods("month")
