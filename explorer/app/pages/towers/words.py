"""Scores, fit and remarks of the Towers page as HTML. Names are escaped, for users give them."""

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from explorer.analysis.scores import Scores, TowerFit
from explorer.app.pages.towers.panels import correlation, marker_of, two_decimals
from explorer.app.parts.words import signed
from explorer.observations.tower_files import COLUMNS, template
from explorer.report.tower_tables import (
    LEFT_OUT,
    inverse_note,
    published_scores,
    twin_note,
    twins,
)
from explorer.systems.contract import System
from explorer.systems.scenario import Scenario
from explorer.systems.tower_part import TowerComparison

_SHAPES = {"circle": "●", "triangle": "▲", "square": "■", "diamond": "◆", "star": "★", "hex": "⬢"}


TEMPLATE = "towers_template.csv"
LOAD_HINT = "Load several files at once. To fill in:"
OTHER_FILES = """
<li>or FLUXNET2015 as downloaded: archives (<code>FLX_….zip</code>) or monthly files
(<code>FLX_…_MM_….csv</code>), with the BADM table of the same download
(<code>FLX_AA-Flx_BIF_…</code>) or a table
<code>SITE_ID, LOCATION_LAT, LOCATION_LONG, IGBP</code>; without either the places are asked
for</li>
<li>for runs with the tower's climate also a vegetation index: <code>site,year,month,ndvi</code> or
<code>…,lai</code></li>
"""
_SCORES = "<th>n</th><th>r</th><th>slope</th><th>R²</th><th>NSE</th><th>RMSE</th><th>bias</th>"


def scores_table(check: TowerComparison, versions: Mapping[str, Scenario], system: System) -> str:
    """Return the scores of every version beside the published figures, and what to know of them."""
    published, same = published_scores(system), twins(check, versions)
    rows = []
    for label, scenario in versions.items():
        paper = published.get(label)
        beside = f"{paper.r2:.3f} / {paper.rmse:.3f}" if paper else "–"
        found = check.scores(scenario)
        twin = f'<div class="nep-twin">same as {escape(same[label])}</div>' if label in same else ""
        rows.append(
            f'<tr data-scores="{escape(label)}" data-rmse="{found.rmse:.6f}" '
            f'data-nse="{found.nse:.6f}"><td>{escape(label)}{twin}</td>{_cells(found)}'
            f"<td>{beside}</td></tr>"
        )
    told = (
        twin_note(check, same, system),
        *(inverse_note(check, scenario) for scenario in list(versions.values())[-1:]),
    )
    return (
        f'<div class="nep-wide"><table class="nep-table nep-scores"><tr><th>version</th>{_SCORES}'
        f"<th>published R² / RMSE</th></tr>{''.join(rows)}</table></div>"
        + "".join(f'<div class="nep-note nep-told">{escape(line)}</div>' for line in told if line)
    )


def _cells(found: Scores) -> str:
    return (
        f"<td>{found.n}</td><td>{correlation(found)}</td><td>{two_decimals(found.slope)}</td>"
        f"<td>{two_decimals(found.r2)}</td><td>{two_decimals(found.nse)}</td>"
        f"<td>{found.rmse:.1f}</td><td>{signed(found.bias)}</td>"
    )


def sites_table(check: TowerComparison, versions: Mapping[str, Scenario]) -> str:
    """Return the scores of each site: RMSE of every version, all scores of the last one."""
    estimates = [check.estimated(scenario) for scenario in versions.values()]
    last = list(versions)[-1]
    heads = "".join(f"<th>{escape(label)}</th>" for label in versions)
    rows = []
    for site in check.compared_sites:
        scores = [check.scores_of(values, site) for values in estimates]
        found = scores[-1]
        each = "".join(f"<td>{one.rmse:.1f}</td>" for one in scores)
        rows.append(
            f'<tr data-site="{escape(site)}" data-r="{found.r:.6f}"><td>{escape(site)}</td>'
            f"<td>{found.n}</td><td>{correlation(found)}</td><td>{two_decimals(found.slope)}</td>"
            f"<td>{two_decimals(found.r2)}</td><td>{two_decimals(found.nse)}</td>"
            f"<td>{signed(found.bias)}</td>{each}</tr>"
        )
    return (
        '<div class="nep-wide"><table class="nep-table nep-by-site"><tr><th>site</th><th>n</th>'
        "<th>r</th><th>slope</th><th>R²</th><th>NSE</th><th>bias</th>"
        f"{heads}</tr>{''.join(rows)}</table></div>"
        f'<div class="nep-note">n to bias: {escape(last)}; then RMSE by version</div>'
    )


def nothing_compared(check: TowerComparison) -> str:
    """Say in place of the plots why no tower is compared, and what to do."""
    if check.at_site:
        title = "No tower can be run with its own climate"
        cure = (
            "Add the columns temperature, precipitation and radiation to the file, or choose "
            "“Climate: map cell”."
        )
    else:
        title = "No tower can be compared"
        cure = "Load towers that stand on land cells of this scene and have months with NEP."
    return (
        f'<div class="nep-empty" role="status"><div class="nep-title">{title}</div>'
        f"<p>{cure}</p>{remarks_list(check)}</div>"
    )


def what_files_hold(*, folded: bool) -> str:
    """Return what tower files must hold, and the template; folded where towers are shown."""
    rows = "".join(
        f"<li><code>{column.name}</code>: {escape(column.meaning)}"
        f"{'' if column.required else ' (may be left out)'}</li>"
        for column in COLUMNS
    )
    link = (
        f'<a class="nep-template" download="{TEMPLATE}" '
        f'href="data:text/csv;charset=utf-8,{quote(template())}">{TEMPLATE}</a>'
    )
    text = (
        f"<p>{LOAD_HINT} {link}</p>"
        f"<ul><li>a table of towers, a line a site and month, separated by commas, with these "
        f"headings:<ul>{rows}</ul></li>{OTHER_FILES}</ul>"
    )
    if folded:
        return (
            '<details class="nep-note nep-holds"><summary>What a file must hold, and a template'
            f"</summary>{text}</details>"
        )
    return f'<div class="nep-empty"><div class="nep-title">No towers yet</div>{text}</div>'


def remarks_list(check: TowerComparison) -> str:
    """Return what must be known of the comparison."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in check.remarks)
    return f'<ul class="nep-notes nep-remarks">{lines}</ul>'


def sites_legend(check: TowerComparison, chosen: set[str]) -> str:
    """Return the legend of the sites, as their points look."""
    compared = set(check.compared_sites)
    parts = []
    for number, site in enumerate(check.towers.sites):
        if site.name in compared:
            colour, marker = marker_of(number)
            weight = ' class="nep-chosen"' if site.name in chosen else ""
            parts.append(
                f'<span{weight}><b style="color:{colour}">{_SHAPES[marker]}</b> '
                f"{escape(site.name)}</span>"
            )
    return f'<div class="nep-sites">{"".join(parts)}</div>'


def fit_table(fit: TowerFit, name: str, long_names: Mapping[str, str]) -> str:
    """Return what a fit found: values, scores of fitted and of left-out towers, what is free."""
    rows = "".join(
        f"<tr><td>{long_names[key]}</td><td>{fit.before[key]:.3f}</td>"
        f'<td data-fitted="{key}"><b>{fit.after[key]:.4f}</b></td>{_band(fit, key)}'
        f"<td>{count}{' · at the bound' if key in fit.at_bound else ''}</td></tr>"
        for key, count in fit.towers.items()
    )
    scores = "".join(
        f'<tr data-fit="{key}" data-rmse="{found.rmse:.6f}"><td>{label}</td>{_cells(found)}</tr>'
        for key, label, found in (
            ("before", "before", fit.scores_before),
            ("fitted", "fitted to all", fit.scores_fitted),
            ("left-out", LEFT_OUT, fit.scores_left_out),
        )
    )
    free = ", ".join(long_names[key] for key in fit.unconstrained) or "none"
    single = ", ".join(long_names[key] for key in fit.single)
    alone = f"<br>One tower only, so without it the value is kept: {single}." if single else ""
    return (
        f'<div class="nep-fit"><div class="nep-title">ε_max fitted to towers</div>'
        f'<div class="nep-note">Saved as “{escape(name)}” and now in use</div>'
        '<div class="nep-wide"><table class="nep-table"><tr><th>class, g C MJ⁻¹</th>'
        "<th>before</th><th>fitted</th><th>range without one tower</th><th>towers</th></tr>"
        f"{rows}</table></div>"
        f'<div class="nep-wide"><table class="nep-table"><tr><th>scores</th>{_SCORES}</tr>{scores}'
        "</table></div>"
        f'<div class="nep-note">No tower of these classes, value kept: {free}.{alone} Only the '
        f"score of “{LEFT_OUT}” says how the fit would do elsewhere.</div></div>"
    )


def _band(fit: TowerFit, key: str) -> str:
    """Return the range of fits without one of a class's towers, as a cell."""
    if key not in fit.bands:
        return f'<td data-band="{key}" title="no other tower of this class">one tower: no band</td>'
    low, high = fit.bands[key]
    return f'<td data-band="{key}">{low:.3f} – {high:.3f}</td>'
