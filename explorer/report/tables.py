"""The summary as plain numbers: scenario, counts, regions and classes."""

from collections.abc import Sequence
from typing import Any

from explorer.analysis.shape_totals import sum_shape
from explorer.analysis.totals import ALL, SUMMED, Totals
from explorer.pipeline import Result
from explorer.report.lineage import lineage
from explorer.scene.shapes.cover import cover
from explorer.scene.shapes.shape import Shape
from explorer.tables.classes import CLASSES


def summary(result: Result, shapes: Sequence[Shape] = ()) -> dict[str, Any]:
    """Return the whole summary of a result, ready for JSON; shapes have a table of their own.

    Means are area-weighted, in g C m-2 per year or month; totals in Tg C a year. A place without
    area has null. Counts are of cells (``cells``) and of cell-months (all others).
    """
    totals = result.totals
    own = {"shapes": {shape.name: shape_summary(result, shape) for shape in shapes}}
    present = [name for name in CLASSES if totals.area_of(vegetation=name) > 0]
    return (
        lineage(result)
        | {
            "regions": {
                region: place_summary(totals, region) for region in (*totals.region_names, ALL)
            },
            "classes": {name: place_summary(totals, vegetation=name) for name in present},
        }
        | (own if shapes else {})
    )


def shape_summary(result: Result, shape: Shape) -> dict[str, Any]:
    """Return what ``place_summary`` tells of a shape, the land it touches, and its whole area."""
    scene, parameters = result.scene, result.scenario.parameters
    covered = cover(scene, shape)
    sums = sum_shape(scene, result.kept.base, parameters, covered)
    return place_summary(sums.totals(scene, parameters, shape.name)) | {
        "cells": covered.cells,
        "shape_area_km2": covered.shape_area,
    }


def place_summary(
    totals: Totals, region: str = ALL, vegetation: str | None = None
) -> dict[str, Any]:
    """Return area, yearly means, the yearly total of NEP and monthly means of one place."""
    place = (region, vegetation)
    return {
        "area_km2": totals.area_of(*place),
        **{name: _number(totals.yearly(name, *place)) for name in SUMMED},
        "nep_total_tg": totals.yearly_total("nep", *place),
        "monthly": {
            name: [_number(value) for value in totals.monthly(name, *place)] for name in SUMMED
        },
    }


def _number(value: float) -> float | None:
    """JSON has no NaN: a place without area has null."""
    return None if value != value else float(value)
