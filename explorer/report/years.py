"""Many years as plain numbers: the totals of each, and the summary for JSON."""

import json
from typing import Any

import numpy as np
import xarray as xr

from explorer.analysis.totals import ALL, Totals
from explorer.report.lineage import CITATION, versions
from explorer.report.tables import place_summary
from explorer.systems.scenario import Scenario
from explorer.tables.classes import CLASSES


def totals_by_year(result: xr.Dataset) -> dict[int, Totals]:
    """Return the area sums of every year from what ``models.many_years.run_years`` gives.

    Parameters
    ----------
    result : xarray.Dataset
        With ``sums`` and ``area``, computed, or read from a file.
    """
    names = [str(name) for name in result["area"].attrs["region_names"]]
    flux = {str(name): place for place, name in enumerate(result["sums"].attrs["flux_names"])}
    area, sums = result["area"].values, result["sums"].values
    if not area[:, -1].any():  # no cell is without a region
        names, area, sums = names[:-1], area[:, :-1], sums[..., :-1, :]
    return {
        int(year): Totals(tuple(names), area[place], {"rh": sums[place, flux["rh"]]}).with_npp(
            sums[place, flux["npp"]]
        )
        for place, year in enumerate(np.atleast_1d(result["year"].values))
    }


def described(attributes: dict[str, Any], scenario: Scenario) -> dict[str, Any]:
    """Return what a file of many years says of itself: the scene's attributes and the scenario."""
    kept = {
        name: attributes[name] for name in ("title", "synthetic", "notes") if name in attributes
    }
    return kept | {
        "Conventions": "CF-1.11",
        "source": "nep-explorer, System 1: improved CASA with soil respiration",
        "references": CITATION,
        "scenario": json.dumps(scenario.to_dict(), ensure_ascii=False),
        "scenario_id": scenario.identity,
        "versions": json.dumps(versions()),
    }


def cells_by_year(result: xr.Dataset) -> dict[int, dict[str, Any]]:
    """Return how many cells each year has, how many it lacks and why; also as warnings.

    Parameters
    ----------
    result : xarray.Dataset
        See ``totals_by_year``.
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
    totals: dict[int, Totals],
    cells: dict[int, dict[str, Any]],
    scenario: Scenario,
    attributes: dict[str, Any],
) -> dict[str, Any]:
    """Return regions and classes of every year, ready for JSON; units as in ``tables.summary``.

    Parameters
    ----------
    totals : dict
        See ``totals_by_year``.
    cells : dict
        See ``cells_by_year``.
    scenario : Scenario
    attributes : dict
        Of the scene.
    """
    return {
        "scene": str(attributes.get("title", "Untitled scene")),
        "synthetic": bool(attributes.get("synthetic", 0)),
        "notes": [line for line in str(attributes.get("notes", "")).split("\n") if line],
        "scenario": scenario.to_dict(),
        "years": {str(year): cells[year] | _places(of_year) for year, of_year in totals.items()},
        "versions": versions(),
        "citation": CITATION,
    }


def _places(totals: Totals) -> dict[str, Any]:
    present = [name for name in CLASSES if totals.area_of(vegetation=name) > 0]
    return {
        "regions": {name: place_summary(totals, name) for name in (*totals.region_names, ALL)},
        "classes": {name: place_summary(totals, vegetation=name) for name in present},
    }
