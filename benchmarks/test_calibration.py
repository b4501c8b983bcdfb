"""(k) The daily process model: cell-years a second against a loop in plain Python."""

import jax
import numpy as np
from test_model import medians_in_turn

from explorer.systems.calibration.bounded import as_arrays, defaults
from explorer.systems.calibration.model import simulate, started
from explorer.systems.calibration.region import courses, synthetic_region
from explorer.systems.calibration.weather import Weather
from tests.calibration import reference

YEARS = 3


def test_process_model_against_a_plain_loop(benchmark, real, rounds):
    cells = 1024 if real else 32
    region = synthetic_region(cells // 32, 32, YEARS)
    first_year, course = courses(region.weather, 0, YEARS - 1)
    p = as_arrays(defaults())
    state = jax.jit(jax.vmap(lambda year: started(p, year, 0)))(first_year)
    compiled = jax.jit(jax.vmap(lambda course, state: simulate(p, course, state)[1].nee))

    def every_cell():
        return jax.block_until_ready(compiled(course, state))

    weather = Weather(*(np.asarray(each)[..., 0] if np.ndim(each) and each.shape[-1] == cells
                        else each for each in region.weather)).years(0, 0)  # fmt: skip

    def loop():
        return reference.simulate(defaults(), weather, reference.before(defaults()))

    nee = np.asarray(every_cell())[0, :365]
    np.testing.assert_allclose(nee, [day.nee for day in loop()], atol=0.02)
    seconds = medians_in_turn({"ours": every_cell, "loop": loop}, max(2, rounds))
    ours, plain = cells * YEARS / seconds["ours"], 1 / seconds["loop"]
    benchmark.extra_info |= {
        "cells": cells, "cell_years_a_second": ours, "loop_cell_years_a_second": plain,
        "times_as_fast": ours / plain,
    }  # fmt: skip
    benchmark.pedantic(every_cell, rounds=1)
    assert ours > 20 * plain
