"""The whole chain on the synthetic region: calibrate every cell, expand, and hold against truth."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from explorer.analysis.scores import correlation, root_mean_square_error
from explorer.systems.calibration.bounded import Space, defaults
from explorer.systems.calibration.expand import MOST_DISO, expanded
from explorer.systems.calibration.gradient import Calibrated, calibrate_in_batches
from explorer.systems.calibration.misfit import Observed
from explorer.systems.calibration.model import SPIN_UP_YEARS
from explorer.systems.calibration.parameters import CalibrationParameters
from explorer.systems.calibration.region import (
    FIRST_YEAR,
    TRUE,
    Region,
    many_days,
    problem_of,
    seen_by_satellite,
    synthetic_region,
    true_days,
)
from explorer.systems.calibration.site import diso, flux_scores
from explorer.tables.parameter import row_of

ROWS, COLUMNS = 10, 10
YEARS, CHECKED = 2, 1
ITERATIONS = 12
BATCH = 50
MAY_TO_SEPTEMBER = range(5, 10)
SYNTHETIC = "synthetic region: invented weather and parameters, no basis for conclusions"


def demonstration(
    step: Callable[[str], None],
    *,
    rows: int = ROWS,
    columns: int = COLUMNS,
    iterations: int = ITERATIONS,
    seed: int = 0,
) -> dict[str, Any]:
    """Run the chain and return what it came to, ready for JSON.

    Parameters
    ----------
    step : callable
        Told the name of each of the four steps.
    rows, columns : int
        Of the region.
    iterations : int
        Of the search of a cell.
    seed : int
    """
    step("inventing a region")
    region = synthetic_region(rows, columns, YEARS + CHECKED, seed)
    truth = true_days(region, YEARS + CHECKED)
    seen = seen_by_satellite(region, truth, YEARS, seed + 1)
    step(f"calibrating {rows * columns} cells")
    space = Space(TRUE)
    found = calibrate_in_batches(
        problem_of(region, seen, YEARS), space, defaults(), batch=BATCH, starts=1,
        iterations=iterations, seed=seed,
    )  # fmt: skip
    assert found is not None  # nobody cancels it
    step("expanding to all cells")
    own = {name: found.values[:, number] for number, name in enumerate(TRUE)}
    before = many_days(region, {"vmax": np.full(rows * columns, defaults()["vmax"])}, 3)
    after = many_days(region, own, YEARS + CHECKED)
    usable = usable_cells(region, seen, after)
    learnt = expanded(features(region, seen), own, usable, region.shape, seed)
    step("checking the year not used")
    spread = many_days(region, {name: each.values for name, each in learnt.items()}, 3)
    checked = region.years >= FIRST_YEAR + YEARS
    return {
        "data": SYNTHETIC,
        "cells": rows * columns,
        "years": f"{FIRST_YEAR}-{FIRST_YEAR + YEARS - 1}",
        "method": "gradient",
        "model_runs_a_cell": found.runs,
        "spin_up_years": SPIN_UP_YEARS,
        "recovered": _recovered(region, found),
        "check": {
            "years": str(FIRST_YEAR + YEARS),
            "default": _scores(truth, before, checked),
            "calibrated": _scores(truth, after, checked),
            "expanded": _scores(truth, spread, checked),
        },
        "expansion": {
            "cells_below_diso": int(usable.sum()),
            "most_diso": MOST_DISO,
            "parameters": {
                name: {
                    "r_train": _number(each.r_train),
                    "r_test": _number(each.r_test),
                    "r_test_blocked": _number(each.r_test_blocked),
                    "r_truth": _number(correlation(region.truth[name], each.values)),
                    "first_features": list(each.importance)[:3],
                }
                for name, each in learnt.items()
            },
        },
    }


def usable_cells(
    region: Region, seen: Mapping[str, Observed], made: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Return which cells have a DISO below 0.35 for every variable that was seen, (cells,)."""
    usable = np.ones(region.latitude.size, dtype=bool)
    for name, each in seen.items():
        days = each.block.size
        for cell in range(usable.size):
            known = np.asarray(each.weight)[cell] > 0
            counts = np.asarray(each.counts)[cell]
            total = np.bincount(each.block, made[name][cell, :days] * counts)
            means = total / np.maximum(np.bincount(each.block, counts), 1)
            usable[cell] &= diso(np.asarray(each.mean)[cell][known], means[known]) < MOST_DISO
    return usable


def features(region: Region, seen: Mapping[str, Observed]) -> dict[str, np.ndarray]:
    """Return what XGBoost may know of a cell: climate, season, soil, place, leaf area and GPP."""
    weather = region.weather
    month = region.dates.astype("datetime64[M]").astype(int) % 12 + 1
    season = np.isin(month, MAY_TO_SEPTEMBER)
    found = {"latitude": region.latitude, "longitude": region.longitude}
    found |= {"elevation": region.elevation, "sand": region.sand}
    daily = {
        "temperature": weather.t_mean, "vpd": weather.vpd, "radiation": weather.radiation,
        "precipitation": weather.precipitation,
    }  # fmt: skip
    for name, values in daily.items():
        found[name] = values.mean(axis=0)
        found[f"{name}_season"] = values[season].mean(axis=0)
    for name, each in seen.items():
        mean, known = np.asarray(each.mean), np.asarray(each.weight) > 0
        found[f"{name}_mean"] = (mean * known).sum(axis=1) / known.sum(axis=1)
        found[f"{name}_most"] = np.where(known, mean, -np.inf).max(axis=1)
    return found


def _recovered(region: Region, found: Calibrated) -> dict[str, dict[str, Any]]:
    """Hold recovered fields against the true ones."""
    rows = {}
    for number, name in enumerate(TRUE):
        true, got = region.truth[name], found.values[:, number]
        inside = (found.low[:, number] <= true) & (true <= found.high[:, number])
        rows[name] = {
            "label": row_of(CalibrationParameters, name).metadata["label"],
            "r": _number(correlation(true, got)),
            "rmse": _number(root_mean_square_error(true, got)),
            "rmse_of_default": _number(
                root_mean_square_error(true, np.full(true.shape, defaults()[name]))
            ),
            "coverage_of_90": _number(float(inside.mean())),
            "learnt": _number(float(found.told[:, number].mean())),
        }
    return rows


def _scores(
    truth: Mapping[str, np.ndarray], made: Mapping[str, np.ndarray], rows: np.ndarray
) -> dict[str, dict[str, float | None]]:
    return {
        name: {
            key: _number(value)
            for key, value in flux_scores(
                truth[name][:, rows].ravel(), made[name][:, rows].ravel()
            )._asdict().items()
        }
        for name in ("lai", "gpp", "er", "nee")
    }  # fmt: skip


def _number(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


def demonstration_text(told: Mapping[str, Any]) -> str:
    """Return what ``demonstration`` came to as text."""
    lines = [told["data"], ""]
    lines += [f"{told['cells']} cells, {told['years']}, by gradient, {told['seconds']:g} s"]
    lines += ["", f"{'parameter':10}{'r to truth':>11}{'RMSE':>10}{'default':>10}{'in 90 %':>9}"
              f"{'learnt':>8}{'XGBoost r':>11}{'blocked':>9}"]  # fmt: skip
    for name, row in told["recovered"].items():
        tree = told["expansion"]["parameters"][name]
        lines.append(
            f"{name:10}{_f(row['r']):>11}{row['rmse']:10.4g}{row['rmse_of_default']:10.4g}"
            f"{row['coverage_of_90']:9.2f}{row['learnt']:8.2f}{_f(tree['r_test']):>11}"
            f"{_f(tree['r_test_blocked']):>9}"
        )
    lines += ["", f"year not used, {told['check']['years']}: RMSE",
              f"{'':6}{'default':>10}{'calibrated':>12}{'expanded':>10}"]  # fmt: skip
    for name in ("lai", "gpp", "er", "nee"):
        row = [told["check"][kind][name]["rmse"] for kind in ("default", "calibrated", "expanded")]
        lines.append(f"{name.upper():6}{row[0]:10.3f}{row[1]:12.3f}{row[2]:10.3f}")
    return "\n".join(lines)


def _f(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}"
