"""The cards of the Towers page: scatters with scores, tables of scores, the fit, one tower."""

from dataclasses import replace

import numpy as np

from explorer.analysis.scores import Scores
from explorer.errors import ViewError
from explorer.picture.look import layer_look
from explorer.report.cards.card import (
    Card,
    Cloud,
    Line,
    LinePlot,
    Mark,
    Panel,
    ScatterPlot,
    Table,
    TablePlot,
    Value,
)
from explorer.report.cards.map_cards import OWN_COLOUR
from explorer.report.cards.sight import SYNTHETIC_TOWERS, Sight, joined, number, written
from explorer.report.tower_tables import (
    LEFT_OUT,
    SCORE_NOTE,
    comparison_label,
    published_scores,
    twins,
    versions_of,
)
from explorer.systems.contract import towers_of
from explorer.systems.scenario import Scenario, presets_of
from explorer.tables.parameter import row_of
from explorer.tables.periods import YEAR

COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#999999")
"""Paul Tol's bright scheme, safe for colour-blind eyes; after the last the marker changes."""
MARKERS = ("circle", "triangle", "square", "diamond", "star", "hex")
OBSERVED_COLOUR, RING = "#e91e63", "#c2185b"
SCORES = ("n", "r", "slope", "intercept", "r2", "nse", "rmse", "bias")
HEADS = ("n", "r", "slope", "R²", "NSE", "RMSE", "bias")


def marker_of(site: int) -> tuple[str, str]:
    """Return colour and marker of a site by its position."""
    turn, place = divmod(site, len(COLOURS))
    return COLOURS[place], MARKERS[turn % len(MARKERS)]


def axis_limits(fields: list[np.ndarray]) -> tuple[float, float]:
    """Return round ends of an axis that holds every number, the same for both axes."""
    values = np.concatenate(fields) if fields else np.array([])
    values = values[np.isfinite(values)]
    if not values.size:
        return -100.0, 100.0
    margin = 0.04 * float(np.ptp(values)) + 1
    step = 10.0
    return (
        step * float(np.floor((values.min() - margin) / step)),
        step * float(np.ceil((values.max() + margin) / step)),
    )


def panel_versions(scenario: Scenario, replaced: str) -> dict[str, Scenario]:
    """Return what the scatters show by label: the presets, one of them replaced if so chosen."""
    presets = scenario.system.presets
    shown = {name: (presets[name].label, one) for name, one in presets_of(scenario.system).items()}
    if replaced in shown:
        shown[replaced] = (f"{scenario.label} (this scenario)", scenario)
    return dict(shown.values())


def _remarks(sight: Sight) -> tuple[str, ...]:
    towers = sight.at_towers
    invented = (SYNTHETIC_TOWERS,) if towers.synthetic else ()
    return (*sight.synthetic, *invented)


def _unit(sight: Sight) -> str:
    return str(towers_of(sight.system).variable.unit)


def _note(sight: Sight) -> str:
    check = sight.at_towers.check
    return joined(comparison_label(check, sight.system), _unit(sight))


def _score_values(found: Scores) -> tuple[Value, ...]:
    return tuple(
        found.n if name == "n" else number(getattr(found, name)) for name in SCORES
    )  # fmt: skip


def _score_words(found: Scores) -> tuple[str, ...]:
    return (
        str(found.n), written(found.r, 2, plus=True), written(found.slope, 2),
        written(found.r2, 2), written(found.nse, 2), written(found.rmse), written(found.bias),
    )  # fmt: skip


def scatters_card(sight: Sight) -> Card:
    """Return estimated against observed, a panel for each version."""
    check, towers = sight.at_towers.check, sight.at_towers.check.towers
    versions = panel_versions(sight.scenario, sight.at_towers.replaced)
    kept = check.compared
    x, sites, unit = towers.measured[kept], towers.site[kept], _unit(sight)
    estimates = {label: check.estimated(one)[kept] for label, one in versions.items()}
    limits = axis_limits([x, *estimates.values()])
    same = twins(check, versions)
    panels = []
    for label, scenario in versions.items():
        found = check.scores(scenario)
        line = (found.slope, found.intercept)
        clouds = [
            Cloud(towers.names[site], x[sites == site], estimates[label][sites == site],
                  *marker_of(site))
            for site in np.unique(sites).tolist()
        ]  # fmt: skip
        scores = (
            f"r {written(found.r, 2, plus=True)} · R² {written(found.r2, 2)} · NSE "
            f"{written(found.nse, 2)} · RMSE {written(found.rmse)} · bias {written(found.bias)} · "
            f"n {found.n}"
        )
        fitted = (
            ""
            if found.slope != found.slope
            else f"y = {written(found.slope, 2)} x {written(found.intercept, 1, plus=True)}"
        )
        also = f"same as {same[label]}" if label in same else ""
        panels.append(
            Panel(label, joined(scores, fitted, also), ScatterPlot(clouds, limits, line, unit))
        )
    rows = [
        (towers.names[site], f"{year}-{month:02d}", label, number(observed), number(estimated),
         unit, scenario.identity)
        for label, scenario in versions.items()
        for site, year, month, observed, estimated in zip(
            sites.tolist(), towers.year[kept].tolist(), towers.month[kept].tolist(), x.tolist(),
            estimates[label].tolist(), strict=True,
        )
    ]  # fmt: skip
    columns = ("site", "date", "label", "observed", "estimated", "unit", "scenario")
    return Card(
        title=f"Estimated against observed {towers_of(sight.system).variable.symbol}",
        note=_note(sight), table=Table(columns, rows), panels=panels, across=2,
        remarks=_remarks(sight), identities=[one.identity for one in versions.values()],
    )  # fmt: skip


def scores_card(sight: Sight) -> Card:
    """Return the scores of every version, beside the published ones."""
    check, versions = sight.at_towers.check, versions_of(sight.scenario)
    published, same = published_scores(sight.system), twins(check, versions)
    rows, lines = [], []
    for label, scenario in versions.items():
        found, paper = check.scores(scenario), published.get(label)
        printed = (paper.r2, paper.rmse) if paper else (None, None)
        rows.append(
            (label, *_score_values(found), _unit(sight), *printed, same.get(label, ""),
             scenario.identity)
        )  # fmt: skip
        beside = f"{paper.r2:.3f} / {paper.rmse:.3f}" if paper else "–"
        lines.append((label, *_score_words(found), beside))
    columns = (
        "label", *SCORES, "unit", "published_r2", "published_rmse", "same_as", "scenario",
    )  # fmt: skip
    heads = ("version", *HEADS, "published R² / RMSE")
    return Card(
        title="Scores at the towers", note=joined(_note(sight), SCORE_NOTE),
        table=Table(columns, rows), panels=[Panel("", "", TablePlot(heads, lines))],
        remarks=_remarks(sight), identities=[one.identity for one in versions.values()],
    )  # fmt: skip


def sites_card(sight: Sight) -> Card:
    """Return the scores of every version at each site."""
    check, versions = sight.at_towers.check, versions_of(sight.scenario)
    estimates = {label: check.estimated(one) for label, one in versions.items()}
    rows, lines = [], []
    for site in check.compared_sites:
        found = {label: check.scores_of(values, site) for label, values in estimates.items()}
        rows += [
            (site, label, *_score_values(each), _unit(sight), versions[label].identity)
            for label, each in found.items()
        ]
        last = list(found.values())[-1]
        words = _score_words(last)
        lines.append((site, *words[:5], words[6], *(written(one.rmse) for one in found.values())))
    columns = ("site", "label", *SCORES, "unit", "scenario")
    heads = ("site", *HEADS[:5], "bias", *(f"RMSE {label}" for label in versions))
    return Card(
        title="Scores by site", note=joined(_note(sight), f"n to bias: {list(versions)[-1]}"),
        table=Table(columns, rows), panels=[Panel("", "", TablePlot(heads, lines))],
        remarks=_remarks(sight), identities=[one.identity for one in versions.values()],
    )  # fmt: skip


def fit_card(sight: Sight) -> Card:
    """Return what a fit to the towers found.

    Raises
    ------
    ViewError
        When nothing was fitted.
    """
    start = sight.at_towers.fit_from
    if start is None:
        raise ViewError("nothing was fitted to the towers")
    fit, name = sight.at_towers.check.fit(start), towers_of(sight.system).fitted
    member = next(iter(fit.before))
    unit = row_of(sight.system.parameters, f"{name}.{member}").metadata["unit"]
    fitted = start.with_values(fit.changes)
    rows: list[tuple[Value, ...]] = []
    lines: list[tuple[str, ...]] = []
    for key in fit.before:
        low, high = fit.bands.get(key, (None, None))
        count = fit.towers.get(key, 0)
        told = "not constrained" if not count else "at the bound" if key in fit.at_bound else ""
        rows.append(
            (f"{name}.{key}", fit.before[key], fit.after[key], low, high, count, unit, told,
             start.identity, fitted.identity)
        )  # fmt: skip
        band = "–" if low is None else f"{written(low, 3)} – {written(high, 3)}"
        lines.append(
            (key, written(fit.before[key], 3), written(fit.after[key], 4), band, str(count), told)
        )
    score_lines = [
        (label, *_score_words(found))
        for label, found in (
            ("before", fit.scores_before), ("fitted to all", fit.scores_fitted),
            (LEFT_OUT, fit.scores_left_out),
        )
    ]  # fmt: skip
    columns = (
        "parameter", "before", "fitted", "one_left_out_low", "one_left_out_high", "towers",
        "unit", "remark", "scenario_before", "scenario",
    )  # fmt: skip
    heads = (f"class, {unit}", "before", "fitted", "range without one tower", "towers", "")
    return Card(
        title=f"{name} fitted to towers", note=joined(_note(sight), f"from {start.label}"),
        table=Table(columns, rows),
        panels=[
            Panel("", "", TablePlot(heads, lines)),
            Panel("", "", TablePlot(("scores", *HEADS), score_lines)),
        ],
        remarks=_remarks(sight), identities=[start.identity, fitted.identity],
    )  # fmt: skip


def shown_tower(sight: Sight) -> str:
    """Return the tower whose series is shown: the one picked, else the first compared."""
    check = sight.at_towers.check
    if sight.view.tower in check.towers.names:
        return sight.view.tower
    if not check.compared_sites:
        raise ViewError("no tower is compared")
    return check.compared_sites[0]


def tower_card(sight: Sight) -> Card:
    """Return the months of one tower: observed, the presets, and the scenario."""
    check, site = sight.at_towers.check, shown_tower(sight)
    towers, unit = check.towers, _unit(sight)
    rows_of = towers.site == towers.names.index(site)
    dates = [
        f"{year}-{month:02d}"
        for year, month in zip(towers.year[rows_of], towers.month[rows_of], strict=True)
    ]
    presets = sight.system.presets
    versions = [
        (presets[name].label, one, presets[name].colour, True)
        for name, one in presets_of(sight.system).items()
    ]
    versions.append((sight.scenario.label, sight.scenario, OWN_COLOUR, False))
    lines = [
        Line(label, check.estimated(one)[rows_of], colour, dashed)
        for label, one, colour, dashed in versions
    ]
    observed = Line("observed", towers.measured[rows_of], OBSERVED_COLOUR)
    identities = ["", *(one.identity for _, one, _, _ in versions)]
    roles = ["observed", *["preset"] * len(presets), "shown"]
    rows = [
        (site, date, line.label, number(value), unit, identity, role)
        for line, identity, role in zip([observed, *lines], identities, roles, strict=True)
        for date, value in zip(dates, line.values, strict=True)
    ]
    columns = ("site", "date", "label", "value", "unit", "scenario", "line")
    plot = LinePlot(dates, lines, unit, points=observed)
    return Card(
        title=f"{site}: observed and estimated {towers_of(sight.system).variable.symbol}",
        note=_note(sight), table=Table(columns, rows), panels=[Panel("", "", plot)],
        remarks=_remarks(sight), identities=[sight.scenario.identity],
    )  # fmt: skip


def where_card(sight: Sight) -> Card:
    """Return where the towers stand, on the year of the headline."""
    check, a = sight.at_towers.check, sight.a
    part = sight.part()
    look = layer_look(a, a.headline, yearly=True)
    row = a.variables[a.headline]
    unit = row.unit_over(yearly=True)
    values = sight.pixels(a, a.headline, YEAR, part)
    plot = sight.map_plot(values, look, part, f"{row.symbol}, {unit.pretty}", bare=True)
    compared = set(check.compared_sites)
    rows = [
        (place.site.name, place.site.lon, place.site.lat, place.site.vegetation,
         place.map_class or "", "yes" if place.site.name in compared else "no",
         place.problem or "")
        for place in check.places
    ]  # fmt: skip
    columns = ("site", "lon", "lat", "class", "map_class", "compared", "problem")
    return Card(
        title="Where the towers are", note=f"yearly {row.symbol} of {sight.scenario.label}",
        table=Table(columns, rows), panels=[Panel("", "", replace(plot, marks=_marks(sight)))],
        layers=[sight.layer(a, a.headline, YEAR)], remarks=_remarks(sight),
        identities=[sight.scenario.identity],
    )  # fmt: skip


def _marks(sight: Sight) -> list[Mark]:
    """Return a mark for each tower."""
    found = []
    for position, place in enumerate(sight.at_towers.check.places):
        x, y = sight.scene.grid.from_lonlat(place.site.lon, place.site.lat)
        found.append(
            Mark(float(x), float(y), place.site.name, *marker_of(position), open=False)
        )  # fmt: skip
    return found
