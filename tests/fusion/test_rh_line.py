"""The line from Rs to Rh, by hand and against fits made before the package."""

import numpy as np
import pytest

from explorer.systems.fusion.rh_line import fitted_rh_line, pairs_of
from tests.fusion.srdb_rows import write_srdb


def test_line_by_hand():
    line = fitted_rh_line(np.array([0.0, 100, 200, 300]), np.array([10.0, 70, 110, 170]))
    # Sxy = 26000, Sxx = 50000; residuals -0 + 8, -8, ... about the line 12 + .52 Rs.
    assert (line.slope, line.offset) == (pytest.approx(0.52), pytest.approx(12.0))
    assert line.residual_sd == pytest.approx(np.sqrt((4 + 36 + 36 + 4) / 2))


def test_pairs_are_rows_with_both_that_pass_the_filters(tmp_path):
    rows = [
        {"Rs_annual": 500, "Rh_annual": 300, "Study_number": 1},
        {"Rs_annual": 501, "Rh_annual": "", "Study_number": 2},
        {"Rs_annual": 502, "Rh_annual": 310, "Study_number": 3, "Manipulation": "Warmed"},
        {"Rs_annual": 503, "Rh_annual": -7, "Study_number": 4},
        {"Rs_annual": 504, "Rh_annual": 320, "Study_number": 5},
    ]
    pairs = pairs_of(write_srdb(tmp_path / "srdb.csv", rows))
    assert pairs.rs.value.tolist() == [500, 504]
    assert pairs.rh.tolist() == [300, 320]


@pytest.mark.real
def test_lines_of_the_database(real_data):
    pairs = pairs_of(real_data / "srdb" / "srdb-data.csv")
    world = fitted_rh_line(pairs.rs.value, pairs.rh)
    # Fitted with pandas before the package: .49 Rs + 72, R2 .58; our filters drop some rows more.
    assert world.slope == pytest.approx(0.49, abs=0.05)
    assert world.r2 == pytest.approx(0.58, abs=0.08)
    china = pairs.rs.words["Country"] == "China"
    line = fitted_rh_line(pairs.rs.value[china], pairs.rh[china])
    assert line.slope == pytest.approx(0.59, abs=0.05)
    assert line.offset == pytest.approx(20.8, abs=15)
    assert line.r2 == pytest.approx(0.73, abs=0.08)
