"""The sentence that answers "why": its numbers are those of the waterfall, as they are written."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.analysis.answer import (
    Wording,
    amount_text,
    answer,
    factor_text,
    plain_answer,
    share_text,
    strongest,
)
from explorer.analysis.waterfall import Step, Waterfall

WORDING = Wording(
    product="plants take up",
    terms={"breath": ("soil gives off", "soil takes up")},
    gain="a sink of", loss="a source of", even="neither a source nor a sink",
    factors={"cold": "Cold lets through {share}", "drought": "Drought lets through {share}"},
    nothing="There is no light",
)  # fmt: skip
SYMBOLS = {"cold": "T", "drought": "W"}


def steps_of(potential: float, cold: float, drought: float, breath: float) -> Waterfall:
    amounts = potential * np.cumprod([cold, drought])
    steps = (Step("cold", cold, amounts[0]), Step("drought", drought, amounts[1]))
    return Waterfall(potential, steps, {"breath": breath})


def said(steps: Waterfall) -> str:
    return answer(steps, WORDING, SYMBOLS, "Northwest", "Jan", "g")


def test_source_in_winter_by_hand():
    """5 x 0.15 x 0.8 = 0.6; 0.6 - 7.6 = -7.0."""
    assert said(steps_of(5.0, 0.15, 0.8, -7.6)) == (
        "Jan, Northwest: plants take up 0.6, soil gives off 7.6: a source of 7.0 g. "
        "Cold lets through 15 % (T)."
    )


def test_sink_in_summer_by_hand():
    assert said(steps_of(100.0, 1.0, 0.9, -50.0)) == (
        "Jan, Northwest: plants take up 90.0, soil gives off 50.0: a sink of 40.0 g. "
        "Drought lets through 90 % (W)."
    )


def test_nothing_is_the_reason_where_nothing_is_held_back():
    assert said(steps_of(10.0, 1.0, 1.0, -10.0)) == (
        "Jan, Northwest: plants take up 10.0, soil gives off 10.0: neither a source nor a sink."
    )


def test_night_and_soil_that_takes_up():
    steps = Waterfall(
        0.0, (Step("cold", np.nan, 0.0), Step("drought", np.nan, 0.0)), {"breath": 0.25}
    )
    assert said(steps) == (
        "Jan, Northwest: plants take up 0.0, soil takes up 0.2: a sink of 0.2 g. There is no light."
    )


def test_factor_of_nought_is_the_reason():
    steps = Waterfall(
        10.0, (Step("cold", 0.0, 0.0), Step("drought", np.nan, 0.0)), {"breath": -0.042}
    )
    assert said(steps).endswith("a source of 0.042 g. Cold lets through 0 % (T).")


def test_system_without_factors():
    assert plain_answer("growth", "South", "2010", "480.2", "g", "412.0") == (
        "2010, South: growth 480.2 g; all regions 412.0."
    )
    assert plain_answer("growth", "all regions", "2010", "412.0", "g", "") == (
        "2010, all regions: growth 412.0 g."
    )


FACTORS = st.floats(0.0, 1.2)


@given(st.floats(0.001, 500), FACTORS, FACTORS, st.floats(-300, 5))
def test_every_number_said_is_one_of_the_waterfall(potential, cold, drought, breath):
    steps = steps_of(potential, cold, drought, breath)
    numbers = [float(text) for text in re.findall(r"\d+\.?\d*(?:e-\d+)?", said(steps))]
    shown = [amount_text(abs(value)) for value in (steps.product, breath, steps.result)]
    most = strongest(steps)
    shares = [] if most is None else [share_text(steps.steps[most].factor).removesuffix(" %")]
    expected = [float(text) for text in (*shown, *shares)]
    if float(shown[2]) == 0:
        expected.pop(2)
    assert numbers == pytest.approx(expected)


@given(st.floats(0, 1.5))
def test_per_cent_is_the_factor_that_is_written(factor):
    assert float(share_text(factor).removesuffix(" %")) == pytest.approx(
        100 * float(factor_text(factor)), rel=5e-3
    )
