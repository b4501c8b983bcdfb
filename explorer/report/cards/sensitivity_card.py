"""The card that says which parameters move the total of a region most."""

from collections.abc import Mapping

import numpy as np

from explorer.analysis.sensitivity import STEP, Swing, swings
from explorer.analysis.totals import ALL, covered_area
from explorer.errors import ViewError
from explorer.report.cards.card import Bar, BarPlot, Card, Panel, Table
from explorer.report.cards.sight import Sight, joined, written
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover
from explorer.systems.layers import Layers, Proceed, always
from explorer.tables.unit import pretty_unit

MOST = 12
UP_COLOUR, DOWN_COLOUR = "#0072b2", "#e69f00"
METHOD = (
    f"slope of the total × a step of {STEP:.0%} of the parameter's range: a straight line, not a "
    "run; choices between rules are not in it"
)


def weights_of(scene: Scene, region: str, covered: Cover | None = None) -> np.ndarray:
    """Return the area of each cell of a region or shape, in blocks, [km2]."""
    if covered is not None:
        return covered_area(scene, covered)
    if region == ALL:
        return scene.blocked_area
    inside = scene.group // len(scene.classes) == scene.region_names.index(region)
    return np.where(inside, scene.blocked_area, 0.0)


def refusal(layers: Layers) -> str:
    """Say why a system has no slopes; nothing where it has."""
    system = layers.scenario.system
    if system.slopes is None:
        return f"{system.title}: it gives no derivatives, so what moves its total is not known"
    return ""


def slopes_for(sight: Sight, proceed: Proceed = always) -> Mapping[str, float] | None:
    """Return the derivatives of the total that is looked at; None when told not to proceed.

    Raises
    ------
    ViewError
        When the system gives none.
    """
    why = refusal(sight.a)
    if why or sight.system.slopes is None:
        raise ViewError(why)
    shape, compute = sight.shape, sight.system.slopes
    key = sight.system, sight.scenario.parameters, shape or sight.view.region

    def made() -> Mapping[str, float] | None:
        covered = None if shape is None else sight.book.cover(shape)
        weights = weights_of(sight.scene, sight.view.region, covered)
        return compute(sight.a, weights, proceed)

    return sight.opened.slopes(key, made)


def total_unit(sight: Sight) -> str:
    """Return the unit of the changes."""
    return str(sight.a.variables[sight.a.headline].unit.over_year().total())


def sensitivity_card(sight: Sight) -> Card:
    """Return the parameters that move the total of the region or shape most."""
    slopes = slopes_for(sight)
    assert slopes is not None  # nothing told it to stop
    found, unit = swings(sight.scenario.parameters, slopes), total_unit(sight)
    rows = [
        (sight.view.region, sight.shown.date(sight.shown.whole_year), each.name, each.label,
         each.value, each.low, each.high, each.unit, each.slope, each.change_low,
         each.change_high, unit, "stand-in" if each.stand_in else "",
         sight.scenario.identity, sight.scenario.label)
        for each in found
    ]  # fmt: skip
    columns = (
        "place", "date", "parameter", "name", "value", "low", "high", "parameter_unit", "slope",
        "change_at_low", "change_at_high", "unit", "flag", "scenario", "label",
    )  # fmt: skip
    bars = [bar for each in found[:MOST] for bar in _bars(each)]
    row = sight.a.variables[sight.a.headline]
    return Card(
        title=f"What moves {row.symbol} of {sight.where} most",
        note=joined(METHOD, sight.scenario.label), table=Table(columns, rows),
        panels=[Panel("", "", BarPlot(bars, f"change of the total, {unit}", horizontal=True))],
        remarks=(*sight.synthetic, METHOD), identities=[sight.scenario.identity],
    )  # fmt: skip


def _bars(swing: Swing) -> list[Bar]:
    """Return the bars of the step up and the step down; they share a line."""
    unit = "" if swing.unit == "1" else f" {pretty_unit(swing.unit)}"
    name = f"{swing.label} = {swing.value:.4g}{unit}"
    return [
        Bar(name, 0.0, swing.change_high, UP_COLOUR, f"↑ {written(swing.change_high, plus=True)}"),
        Bar(name, 0.0, swing.change_low, DOWN_COLOUR, f"↓ {written(swing.change_low, plus=True)}"),
    ]
