"""A report as one HTML file: it needs nothing else, asks nobody, and runs no script."""

import json
from collections.abc import Sequence
from html import escape

from explorer.analysis.totals import ALL
from explorer.outputs.made_here import GENERATOR
from explorer.picture.picture import Picture
from explorer.report.command import command
from explorer.report.inline_svg import code_legend, colour_bar, map_svg, number, series_svg
from explorer.report.lineage import lineage, scene_attributes
from explorer.report.notebook import code
from explorer.report.shown import Place, Shown, with_same_series
from explorer.tables.parameter import row_of

MOST_COLUMNS = 50  # of the table of a series

_CSS = """
:root { color-scheme: light dark; --ink: #26302d; --paper: #fff; --quiet: #6b7773; --rule: #d5dbd9;
  --one: #0b6e5f; --two: #a6611a; --warn: #fff3d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e9e7; --paper: #16191b; --quiet: #9aa6a2;
  --rule: #3a4442; --one: #3fb8a4; --two: #dfb06a; --warn: #43371a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 960px; padding: 24px; color: var(--ink); background: var(--paper);
  font: 15px/1.5 Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans CJK SC', sans-serif; }
h1 { font-size: 24px; line-height: 1.25; margin: 0; } h2 { font-size: 17px; margin: 32px 0 8px; }
.quiet, figcaption { color: var(--quiet); font-size: 13px; } figure { margin: 16px 0; }
.warn { background: var(--warn); padding: 8px 12px; border-radius: 6px; }
svg { display: block; width: 100%; height: auto; } image { image-rendering: pixelated; }
svg text { fill: var(--quiet); font-size: 13px; } .grid { stroke: var(--rule); }
.zero { stroke: var(--quiet); } polyline { fill: none; stroke-width: 2.5; }
.line-1 { stroke: var(--one); } .line-2 { stroke: var(--two); }
i.line-1, i.line-2 { display: inline-block; width: 20px; border-top: 3px solid var(--one);
  vertical-align: middle; margin-right: 6px; } i.line-2 { border-color: var(--two); }
.bar { max-width: 420px; margin: 8px auto; font-size: 13px; text-align: center; }
.bar div { height: 12px; } .bar p { display: flex; justify-content: space-between; margin: 2px 0; }
.codes span { display: inline-block; margin-right: 14px; } .codes b { display: inline-block;
  width: 12px; height: 12px; margin-right: 5px; }
.bar p.unit { justify-content: center; color: var(--quiet); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%;
  font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { text-align: right; padding: 3px 10px; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child, td.text, th.text { text-align: left; }
pre { overflow-x: auto; border: 1px solid var(--rule); border-radius: 6px; padding: 10px;
  font-size: 12.5px; line-height: 1.45; }
@media print { body { max-width: none; } figure, table { break-inside: avoid; } }
"""

_OF_A_SCENE = ("source", "citation", "references", "licence", "license", "year")

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def html_report(shown: Sequence[Shown], pictures: Sequence[Picture], scene: str) -> str:
    """Return the report of one or two scenarios under the same view.

    Parameters
    ----------
    shown : sequence of Shown
    pictures : sequence of Picture
        The map of each.
    scene : str
        What the scene is called, see ``scene.demo.scene_name``.
    """
    first = shown[0]
    title = f"{first.title}: {first.scene.title}"
    labels = "; ".join(escape(one.scenario.label) for one in shown)
    parts = [
        f"<h1>{escape(first.title)}</h1>",
        f'<p class="quiet">{escape(first.scene.title)} · {labels}</p>',
        _warnings(shown),
        *(_map(one, picture) for one, picture in zip(shown, pictures, strict=True)),
        _series(shown),
        "<h2>Year by region</h2>", _totals(shown),
        "<h2>Scenario</h2>", *map(_scenario, shown),
        "<h2>How to repeat it</h2>", _repeat(shown, scene),
        "<h2>How it was made</h2>", _origin(shown),
    ]  # fmt: skip
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">{GENERATOR}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_CSS}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _warnings(shown: Sequence[Shown]) -> str:
    warnings = dict.fromkeys(line for one in shown for line in one.result.warnings)
    lines = "".join(f"<li>{escape(line)}</li>" for line in warnings)
    return f'<ul class="warn">{lines}</ul>' if lines else ""


def _map(shown: Shown, picture: Picture) -> str:
    if shown.code_names:
        legend = code_legend(picture, [long_name for long_name, _ in shown.code_names.values()])
    else:
        legend = colour_bar(picture, f"{shown.row.symbol}, {shown.unit.pretty}")
    return (
        f"<figure>{map_svg(picture, shown.view.region, shown.title)}{legend}"
        f"<figcaption>{escape(shown.title)} · {escape(shown.scenario.label)}"
        "</figcaption></figure>"
    )


def _series(shown: Sequence[Shown]) -> str:
    """Return the series of the headline; nothing where there is nothing finer than the year."""
    name, same = with_same_series(shown)
    first, region = shown[0], shown[0].view.region
    if not first.steps(name):
        return ""
    row, periods = first.result.variables[name], first.periods
    title = f"{periods.adverb} {row.symbol}, {'all regions' if region == ALL else region}"
    lines = [one.region(name, region).steps for one in same]
    legend = " &nbsp; ".join(
        f'<span><i class="line-{place}"></i>{escape(one.scenario.label)}</span>'
        for place, one in enumerate(same, start=1)
    )
    unit, table = row.unit.pretty, ""
    if periods.steps <= MOST_COLUMNS:
        rows = [
            [escape(one.scenario.label), *(number(value, 2) for value in line)]
            for one, line in zip(same, lines, strict=True)
        ]
        table = _table([unit, *periods.names], rows)
    return (
        f"<h2>{escape(title)}</h2><figure>{series_svg(lines, title, periods)}"
        f"<figcaption>{unit} · {legend}</figcaption></figure>{table}"
    )


def _totals(shown: Sequence[Shown]) -> str:
    """Return the year of every region, and of the cell last tapped."""
    columns = [
        (name, one) for name in shown[0].variables for one in shown if name in one.result.variables
    ]
    head, rows = ["place"], []
    for name, one in columns:
        row, total = one.result.variables[name], one.total_unit(name)
        label = f" ({escape(one.scenario.label)})" if len(shown) > 1 else ""
        head.append(f"{row.symbol}{label}, {row.unit_over(yearly=True).pretty}")
        if total is not None:
            head.append(f"{row.symbol}{label}, {total.pretty}")
    for same in zip(*(one.places(name) for name, one in columns), strict=True):
        cells = [_place_name(same[0])]
        for place, (name, one) in zip(same, columns, strict=True):
            cells.append(number(place.year, 2))
            if one.total_unit(name) is not None:
                cells.append("" if place.total is None else number(place.total, 2))
        rows.append(cells)
    return _table(head, rows)


def _place_name(place: Place) -> str:
    if place.lon is not None and place.lat is not None:
        return f"cell {place.name}: {number(place.lon, 3)}° E, {number(place.lat, 3)}° N"
    return "all regions" if place.name == ALL else escape(place.name)


def _scenario(shown: Shown) -> str:
    scenario = shown.scenario
    differences = scenario.differences()
    head = f"<p><b>{escape(scenario.label)}</b> · id {scenario.identity}"
    if not differences:
        return f"{head} · as the preset</p>"
    owner = shown.system.parameters
    rows = [
        [
            name,
            escape(str(value)),
            escape(str(before)),
            escape(row_of(owner, name).metadata["unit"]),
        ]
        for name, (before, value) in differences.items()
    ]
    return f"{head}</p>{_table(['parameter', 'value', 'preset', 'unit'], rows)}"


def _repeat(shown: Sequence[Shown], scene: str) -> str:
    commands = "\n".join(command(one.scenario, one.view, scene, f"{one.stem}.csv") for one in shown)
    python = "\n\n".join(code(shown, scene))
    return (
        f"<p>On the command line:</p><pre>{escape(commands)}</pre>"
        f"<p>In Python:</p><pre>{escape(python)}</pre>"
    )


def _origin(shown: Sequence[Shown]) -> str:
    """Return the citations, and all that is known of the making, folded."""
    own = scene_attributes(shown[0].scene)
    lines = [f"Method: {each}" for each in dict.fromkeys(one.system.citation for one in shown)]
    lines += [f"Scene, {name}: {own[name]}" for name in _OF_A_SCENE if name in own]
    tables = "".join(
        f"<details><summary>{escape(one.scenario.label)}: every parameter, input hashes, "
        f"versions</summary><pre>{escape(_json(lineage(one.result)))}</pre></details>"
        for one in shown
    )
    return "".join(f"<p>{escape(line)}</p>" for line in lines) + tables


def _json(made: dict) -> str:
    return json.dumps(made, indent=1, ensure_ascii=False)


def _table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table of cells that are HTML already."""
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{top}</tr>{body}</table></div>'
