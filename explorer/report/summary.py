"""The summary as plain numbers: scenario, facts, regions and classes."""

from collections.abc import Sequence
from typing import Any

from explorer.analysis.totals import ALL, Totals
from explorer.report.lineage import lineage
from explorer.scene.shapes.cover import cover
from explorer.scene.shapes.shape import Shape
from explorer.systems.contract import System
from explorer.systems.layers import Layers
from explorer.tables.periods import Period


def summary(result: Layers, shapes: Sequence[Shape] = ()) -> dict[str, Any]:
    """Return the whole summary of a result, ready for JSON; shapes have a table of their own.

    Means are area-weighted, of the year and of each step, in the units of the variables; totals in
    Tg C a year. A place without area has null. Of several years it has a table for each.
    """
    made, years = lineage(result), result.periods.years
    if len(years) == 1:
        return made | _places(result, shapes, years[0])
    return made | {"years": {str(year): _places(result, shapes, year) for year in years}}


def _places(result: Layers, shapes: Sequence[Shape], year: int | None) -> dict[str, Any]:
    """Return regions, classes and shapes of one year."""
    found = places_summary(result.totals, result.scenario.system, year)
    if shapes:
        found["shapes"] = {shape.name: shape_summary(result, shape, year) for shape in shapes}
    return found


def places_summary(totals: Totals, system: System, year: int | None = None) -> dict[str, Any]:
    """Return every region and every class that has area, of one year.

    Parameters
    ----------
    totals : Totals
        Of what the system sums.
    system : System
    year : int, optional
        Default: the first.
    """
    present = [name for name in totals.classes.names if totals.area_of(vegetation=name) > 0]
    return {
        "regions": {
            region: place_summary(totals, system, region, year=year)
            for region in (*totals.region_names, ALL)
        },
        "classes": {
            name: place_summary(totals, system, vegetation=name, year=year) for name in present
        },
    }


def shape_summary(result: Layers, shape: Shape, year: int | None = None) -> dict[str, Any]:
    """Return what ``place_summary`` says of a shape, the cells it covers, and its whole area."""
    covered = cover(result.scene, shape)
    totals = result.shape_totals(covered, shape.name)
    return place_summary(totals, result.scenario.system, year=year) | {
        "cells": covered.cells,
        "shape_area_km2": covered.shape_area,
    }


def place_summary(
    totals: Totals,
    system: System,
    region: str = ALL,
    vegetation: str | None = None,
    year: int | None = None,
) -> dict[str, Any]:
    """Return area, means of the year, the year's total of the headline, and means of the steps."""
    place, whole = (region, vegetation), Period(None, year)
    found = {
        "area_km2": totals.area_of(*place),
        **{name: _number(totals.mean(name, whole, *place)) for name in system.summed},
        f"{system.headline}_total_tg": totals.total(system.headline, whole, *place),
    }
    if totals.periods.annual:
        return found
    steps = "monthly" if totals.periods.kind == "month" else "steps"
    return found | {
        steps: {
            name: [_number(value) for value in totals.series(name, *place, year)]
            for name in system.summed
        }
    }


def _number(value: float) -> float | None:
    """JSON has no NaN: a place without area has null."""
    return None if value != value else float(value)
