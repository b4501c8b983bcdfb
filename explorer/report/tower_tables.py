"""Towers against the model as tables: text for people, plain numbers for JSON."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from explorer.analysis.scores import Scores
from explorer.report.lineage import CITATION, input_hashes, versions
from explorer.systems.nep.epsilon_fit import EpsilonFit
from explorer.systems.nep.published import TOWER_SCORES
from explorer.systems.nep.tower_check import TowerCheck
from explorer.systems.scenario import PRESETS, Scenario, preset

UNIT = "g C m-2 month-1"
SCORE_COLUMNS = f"{'n':>5} {'R2':>6} {'RMSE':>7} {'bias':>7}  {'fit':<18}"


def versions_of(scenario: Scenario) -> dict[str, Scenario]:
    """Return the four published versions by label, and the scenario when it is none of them."""
    shown = {label: preset(name) for name, (label, _) in PRESETS.items()}
    if scenario.parameters not in (version.parameters for version in shown.values()):
        label = scenario.label
        shown[f"{label} (this scenario)" if label in shown else label] = scenario
    return shown


def tower_summary(
    check: TowerCheck, scenario: Scenario, fit: EpsilonFit | None = None
) -> dict[str, Any]:
    """Return everything that the comparison says, ready for JSON.

    Scores are of monthly NEP, [g C m-2 month-1]; R² is the squared Pearson correlation.
    """
    shown = versions_of(scenario)
    return {
        "scene": check.scene.title,
        "synthetic": check.scene.synthetic,
        "where": "site" if check.at_site else "grid",
        "class": "tower" if check.own_class else "map",
        "unit": UNIT,
        "r2": "squared Pearson correlation",
        "scenario": scenario.to_dict(),
        "sites": [
            {
                "site": place.site.name,
                "lon": place.site.lon,
                "lat": place.site.lat,
                "class": place.site.vegetation,
                "map_class": place.map_class,
                "problem": place.problem or None,
            }
            for place in check.places
        ],
        "scores": {label: _plain(check.scores(version)) for label, version in shown.items()},
        "scores_by_site": {
            site: {label: _plain(check.scores(version, site)) for label, version in shown.items()}
            for site in check.compared_sites
        },
        "published": {PRESETS[name][0]: row._asdict() for name, row in TOWER_SCORES.items()},
        "fit": None if fit is None else fit_summary(fit),
        "remarks": list(check.remarks),
        "input_hashes": input_hashes(check.scene),
        "versions": versions(),
        "citation": CITATION,
    }


def fit_summary(fit: EpsilonFit) -> dict[str, Any]:
    """Return what a fit of epsilon_max found [g C MJ-1], ready for JSON."""
    return {
        "changes": fit.changes,
        "before": {name: fit.before[name] for name in fit.towers},
        "towers": dict(fit.towers),
        "at_bound": list(fit.at_bound),
        "unconstrained": list(fit.unconstrained),
        "single_tower": list(fit.single),
        "scores_before": _plain(fit.scores_before),
        "scores_fitted": _plain(fit.scores_fitted),
        "scores_left_out": _plain(fit.scores_left_out),
    }


def _plain(found: Scores) -> dict[str, float | int | None]:
    """JSON has no NaN: a score that is not defined is null."""
    return {name: None if value != value else value for name, value in asdict(found).items()}


def tower_text(check: TowerCheck, scenario: Scenario, fit: EpsilonFit | None = None) -> str:
    """Return the comparison as text: scores, published figures, by site, the fit."""
    return "\n".join(_lines(check, scenario, fit))


def told_of(check: TowerCheck) -> str:
    """Say in a few words what is compared."""
    where = "at the site" if check.at_site else "on the grid"
    whose = "tower's" if check.own_class else "map's"
    count = len(check.compared_sites)
    return f"monthly NEP of {count} tower{'s' * (count != 1)} {where}, class: the {whose}"


def _lines(check: TowerCheck, scenario: Scenario, fit: EpsilonFit | None) -> Iterator[str]:
    shown = versions_of(scenario)
    yield f"{check.scene.title}: {told_of(check)}, {UNIT}"
    yield "R2 is the squared Pearson correlation; the paper does not define its own"
    yield ""
    wide = max(map(len, shown)) + 2
    yield f"{'version':<{wide}}{SCORE_COLUMNS} published R2, RMSE (8 towers, 2010)"
    published = {PRESETS[name][0]: row for name, row in TOWER_SCORES.items()}
    for label, version in shown.items():
        paper = published.get(label)
        beside = f"{paper.r2:.3f}, {paper.rmse:.3f}" if paper else ""
        yield f"{label:<{wide}}{score_text(check.scores(version))} {beside}".rstrip()
    yield ""
    wide = max([len(site) for site in check.compared_sites] + [4]) + 2
    yield f"{'site':<{wide}}{SCORE_COLUMNS} {scenario.label}"
    for site in check.compared_sites:
        yield f"{site:<{wide}}{score_text(check.scores(scenario, site))}".rstrip()
    if fit is not None:
        yield from _fit_lines(fit)


def _fit_lines(fit: EpsilonFit) -> Iterator[str]:
    yield ""
    yield "epsilon_max fitted to the towers, g C MJ-1"
    for name, count in fit.towers.items():
        bound = ", at the bound" if name in fit.at_bound else ""
        towers = f"{count} tower{'s' if count > 1 else ''}"
        yield f"  {name:<10} {fit.before[name]:.4f} -> {fit.after[name]:.4f}  ({towers}{bound})"
    yield "  as options: " + " ".join(f"--set {key}={new:g}" for key, new in fit.changes.items())
    yield f"  unconstrained, unchanged: {', '.join(fit.unconstrained) or 'none'}"
    yield f"{'':<18}{SCORE_COLUMNS}"
    for label, found in (
        ("before", fit.scores_before),
        ("fitted", fit.scores_fitted),
        ("one tower left out", fit.scores_left_out),
    ):
        yield f"{label:<18}{score_text(found)}".rstrip()
    if fit.single:
        yield f"  one tower alone (left out, it keeps the value before): {', '.join(fit.single)}"


def score_text(found: Scores) -> str:
    """Return scores as one line under ``SCORE_COLUMNS``."""
    line = "" if math.isnan(found.slope) else f"{found.slope:.2f} x {found.intercept:+.1f}"
    return f"{found.n:>5} {found.r2:>6.3f} {found.rmse:>7.2f} {found.bias:>+7.2f}  {line:<18}"
