"""Many years as plain numbers: the totals of each, and the summary for JSON."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from explorer.analysis.totals import Totals
from explorer.report.lineage import source_of, versions
from explorer.report.summary import places_summary
from explorer.systems.scenario import Scenario


def described(attributes: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    """Return what a file of many years says of itself: the scene's attributes and the scenario."""
    own = {name: attributes[name] for name in ("title", "synthetic", "notes") if name in attributes}
    return own | {
        "Conventions": "CF-1.11",
        "source": source_of(scenario.system),
        "references": scenario.system.citation,
        "scenario": json.dumps(scenario.to_dict(), ensure_ascii=False),
        "scenario_id": scenario.identity,
        "versions": json.dumps(versions()),
    }


def cells_by_year(result: xr.Dataset) -> dict[int, dict[str, Any]]:
    """Return how many cells each year has, how many it lacks and why; also as warnings.

    Parameters
    ----------
    result : xarray.Dataset
        With ``area``, computed, or read from a file; see ``System.years``.
    """
    attributes = result["area"].attrs
    years = [int(year) for year in np.atleast_1d(result["year"].values)]
    cells = np.atleast_1d(attributes["cells"])
    return {
        year: {
            "cells": int(count),
            "left_out": left_out,
            "warnings": [
                f"{lacking} land cells left out: {name} is missing in some month"
                for name, lacking in left_out.items()
            ],
        }
        for year, count, left_out in zip(
            years, cells, json.loads(attributes["left_out"]), strict=True
        )
    }


def summary_of_years(
    totals: Mapping[int, Totals],
    cells: Mapping[int, dict[str, Any]],
    scenario: Scenario,
    attributes: Mapping[str, Any],
) -> dict[str, Any]:
    """Return regions and classes of every year, ready for JSON; units as in ``tables.summary``.

    Parameters
    ----------
    totals : mapping of year -> Totals
        Of that year alone.
    cells : mapping
        See ``cells_by_year``.
    scenario : Scenario
    attributes : mapping
        Of the scene.
    """
    system = scenario.system
    return {
        "scene": str(attributes.get("title", "Untitled scene")),
        "synthetic": bool(attributes.get("synthetic", 0)),
        "notes": [line for line in str(attributes.get("notes", "")).split("\n") if line],
        "system": system.title,
        "scenario": scenario.to_dict(),
        "years": {
            str(year): cells[year] | places_summary(of_year, system)
            for year, of_year in totals.items()
        },
        "versions": versions(),
        "citation": system.citation,
    }
