"""Towers against a system as tables: text for people, plain numbers for JSON."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from explorer.analysis.scores import Scores, TowerFit, correlation
from explorer.report.lineage import input_hashes, versions
from explorer.systems.contract import System, towers_of
from explorer.systems.scenario import Scenario, presets_of
from explorer.systems.tower_part import TowerComparison
from explorer.tables.parameter import row_of
from explorer.tables.periods import Periods

SCORE_COLUMNS = f"{'n':>5} {'r':>6} {'R2':>6} {'NSE':>7} {'RMSE':>7} {'bias':>7}  {'fit':<18}"
LEFT_OUT = "each tower predicted without itself"
"""Scores of every tower by a fit to the others."""
INVERSE = "inverse"
"""How a comparison with a negative r is marked."""
SCORE_NOTE = "R² is the squared Pearson correlation r and blind to its sign; NSE is Nash-Sutcliffe"


def versions_of(scenario: Scenario) -> dict[str, Scenario]:
    """Return the presets of a scenario's system by label, and the scenario when it is none."""
    found = {each.label: each for each in presets_of(scenario.system).values()}
    if scenario.parameters not in (version.parameters for version in found.values()):
        label = scenario.label
        found[f"{label} (this scenario)" if label in found else label] = scenario
    return found


def published_scores(system: System) -> dict[str, Any]:
    """Return what a paper reports of the presets at towers, by their labels."""
    return {system.presets[name].label: row for name, row in towers_of(system).published.items()}


def twins(check: TowerComparison, shown: Mapping[str, Scenario]) -> dict[str, str]:
    """Return which versions give the same as an earlier one in every compared row: label -> it."""
    first: dict[bytes, str] = {}
    found: dict[str, str] = {}
    if not check.compared.any():
        return found
    for label, scenario in shown.items():
        earlier = first.setdefault(check.estimated(scenario)[check.compared].tobytes(), label)
        if earlier != label:
            found[label] = earlier
    return found


def twin_note(check: TowerComparison, found: Mapping[str, str], system: System) -> str:
    """Say why presets of ``twins`` are the same, and what the published figures beside them are."""
    printed = [label for label in found if label in published_scores(system)]
    if not printed:
        return ""
    groups: dict[str, list[str]] = {}
    for label in printed:
        groups.setdefault(found[label], []).append(label)
    same = "; ".join(
        f"{', '.join(labels)}: the same as {first}" for first, labels in groups.items()
    )
    why = f", for this scene has no {' and no '.join(check.lacks)}" if check.lacks else " here"
    return f"{same}{why}; the published figures beside them are of versions that differ"


def inverse_note(check: TowerComparison, scenario: Scenario) -> str:
    """Name the towers at which a scenario falls where the observations rise; else nothing."""
    towers, rows = check.towers, check.compared
    pairs = np.stack([towers.measured, check.estimated(scenario)])[:, rows]
    ends = np.searchsorted(towers.site[rows], np.arange(1, len(towers.sites)))  # sorted by site
    by_site = zip(towers.names, np.split(pairs, ends, axis=1), strict=True)
    sites = [site for site, (x, y) in by_site if correlation(x, y) < 0]
    if not sites:
        return ""
    return (
        f"{INVERSE} (r below 0, {scenario.label} falls where the observations rise, whatever R2 "
        f"says): {', '.join(sites)}"
    )


def tower_summary(
    check: TowerComparison, scenario: Scenario, fit: TowerFit | None = None
) -> dict[str, Any]:
    """Return everything that the comparison says, ready for JSON.

    Scores are of the steps of ``System.towers.variable``, in its unit; R² is the squared Pearson
    correlation, NSE the efficiency of Nash and Sutcliffe.
    """
    shown, system = versions_of(scenario), scenario.system
    return {
        "scene": check.scene.title,
        "synthetic": check.scene.synthetic,
        "where": "site" if check.at_site else "grid",
        "class": "tower" if check.own_class else "map",
        "unit": str(towers_of(system).variable.unit),
        "r2": "squared Pearson correlation",
        "nse": "Nash-Sutcliffe efficiency, 1 - SSE/SST",
        "system": system.title,
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
        "same_as": twins(check, shown),
        "published": {label: row._asdict() for label, row in published_scores(system).items()},
        "fit": None if fit is None else fit_summary(fit),
        "remarks": list(check.remarks),
        "input_hashes": input_hashes(check.scene),
        "versions": versions(),
        "citation": system.citation,
    }


def fit_summary(fit: TowerFit) -> dict[str, Any]:
    """Return what a fit found, in the unit of the fitted parameter, ready for JSON."""
    return {
        "changes": fit.changes,
        "before": {name: fit.before[name] for name in fit.towers},
        "towers": dict(fit.towers),
        "one_tower_left_out": {
            name: dict(zip(("low", "high"), fit.bands[name], strict=True))
            if name in fit.bands
            else None
            for name in fit.towers
        },
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


def tower_text(check: TowerComparison, scenario: Scenario, fit: TowerFit | None = None) -> str:
    """Return the comparison as text: scores, published figures, by site, the fit."""
    return "\n".join(_lines(check, scenario, fit))


def comparison_label(check: TowerComparison, system: System) -> str:
    """Say in a few words what is compared."""
    where = "at the site" if check.at_site else "on the grid"
    whose = "tower's" if check.own_class else "map's"
    count = len(check.compared_sites)
    series = f"{Periods(system.kind).adverb.lower()} {towers_of(system).variable.symbol}"
    return f"{series} of {count} tower{'s' * (count != 1)} {where}, class: the {whose}"


def _lines(check: TowerComparison, scenario: Scenario, fit: TowerFit | None) -> Iterator[str]:
    shown, system = versions_of(scenario), scenario.system
    published = published_scores(system)
    unit = towers_of(system).variable.unit
    yield f"{check.scene.title}: {comparison_label(check, system)}, {unit}"
    yield "; ".join(filter(None, (SCORE_NOTE, towers_of(system).r2_note)))
    if published:
        yield towers_of(system).published_note
    yield ""
    wide = max(map(len, shown)) + 2
    beside = " published R2, RMSE" if published else ""
    yield f"{'version':<{wide}}{SCORE_COLUMNS}{beside}".rstrip()
    same = twins(check, shown)
    for label, version in shown.items():
        paper, found = published.get(label), check.scores(version)
        beside = f"{paper.r2:.3f}, {paper.rmse:.3f}" if paper else ""
        marks = [INVERSE] if found.inverse else []
        marks += [f"same as {same[label]}"] if label in same else []
        yield f"{label:<{wide}}{score_text(found)} {beside:<14}  {', '.join(marks)}".rstrip()
    yield from filter(None, [twin_note(check, same, system)])
    yield ""
    wide = max([len(site) for site in check.compared_sites] + [4]) + 2
    yield f"{'site':<{wide}}{SCORE_COLUMNS} {scenario.label}"
    for site in check.compared_sites:
        found = check.scores(scenario, site)
        yield f"{site:<{wide}}{score_text(found)} {INVERSE if found.inverse else ''}".rstrip()
    yield from filter(None, [inverse_note(check, scenario)])
    if fit is not None:
        yield from _fit_lines(fit, system)


def _fit_lines(fit: TowerFit, system: System) -> Iterator[str]:
    name = towers_of(system).fitted
    member = next(iter(fit.before))
    unit = row_of(system.parameters, f"{name}.{member}").metadata["unit"]
    yield ""
    yield f"{name} fitted to the towers, {unit}"
    for name in fit.towers:
        bound = ", at the bound" if name in fit.at_bound else ""
        yield (
            f"  {name:<10} {fit.before[name]:.4f} -> {fit.after[name]:.4f}  "
            f"({band_text(fit, name)}{bound})"
        )
    yield "  as options: " + " ".join(f"--set {key}={new:g}" for key, new in fit.changes.items())
    yield f"  unconstrained, unchanged: {', '.join(fit.unconstrained) or 'none'}"
    wide = len(LEFT_OUT) + 1
    yield f"{'':<{wide}}{SCORE_COLUMNS}"
    for label, found in (
        ("before", fit.scores_before),
        ("fitted", fit.scores_fitted),
        (LEFT_OUT, fit.scores_left_out),
    ):
        yield f"{label:<{wide}}{score_text(found)}".rstrip()
    if fit.single:
        yield f"  one tower alone (left out, it keeps the value before): {', '.join(fit.single)}"


def band_text(fit: TowerFit, name: str) -> str:
    """Return the number of towers of a class, and the range of fits without one of them."""
    count = fit.towers[name]
    if name not in fit.bands:
        return f"{count} tower, so no band"
    low, high = fit.bands[name]
    return f"{count} towers, one left out: {low:.4f} to {high:.4f}"


def score_text(found: Scores) -> str:
    """Return scores as one line under ``SCORE_COLUMNS``."""
    line = "" if math.isnan(found.slope) else f"{found.slope:.2f} x {found.intercept:+.1f}"
    return (
        f"{found.n:>5} {found.r:>+6.2f} {found.r2:>6.3f} {found.nse:>7.3f} {found.rmse:>7.2f} "
        f"{found.bias:>+7.2f}  {line:<18}"
    )
