"""A report as one HTML file: it needs nothing else, asks nobody, and runs no script."""

import json
from collections.abc import Sequence
from html import escape

from explorer.analysis.totals import ALL
from explorer.picture.picture import Picture
from explorer.report.command import command
from explorer.report.inline_svg import colour_bar, map_svg, number, series_svg
from explorer.report.lineage import CITATION, lineage, scene_attributes
from explorer.report.notebook import code
from explorer.report.shown import TOTAL_UNIT, Place, Shown, is_carbon_flux
from explorer.scene.calendar import MONTHS
from explorer.systems.settings import row_of
from explorer.tables.variables import OUTPUTS, pretty_unit, shown_unit

SERIES = "nep"  # what the page's series and totals are of

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
    title = f"{first.title}: {first.result.scene.title}"
    labels = "; ".join(escape(one.result.scenario.label) for one in shown)
    parts = [
        f"<h1>{escape(first.title)}</h1>",
        f'<p class="quiet">{escape(first.result.scene.title)} · {labels}</p>',
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
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
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
    label = f"{OUTPUTS[shown.variable].symbol}, {pretty_unit(shown.unit)}"
    return (
        f"<figure>{map_svg(picture, shown.view.region, shown.title)}{colour_bar(picture, label)}"
        f"<figcaption>{escape(shown.title)} · {escape(shown.result.scenario.label)}"
        "</figcaption></figure>"
    )


def _series(shown: Sequence[Shown]) -> str:
    region = shown[0].view.region
    title = f"Monthly {OUTPUTS[SERIES].symbol}, {'all regions' if region == ALL else region}"
    lines = [one.region(SERIES, region).monthly for one in shown]
    legend = " &nbsp; ".join(
        f'<span><i class="line-{place}"></i>{escape(one.result.scenario.label)}</span>'
        for place, one in enumerate(shown, start=1)
    )
    unit = pretty_unit(shown_unit(SERIES, yearly=False))
    rows = [
        [escape(one.result.scenario.label), *(number(value, 2) for value in line)]
        for one, line in zip(shown, lines, strict=True)
    ]
    return (
        f"<h2>{escape(title)}</h2><figure>{series_svg(lines, title)}"
        f"<figcaption>{unit} · {legend}</figcaption></figure>{_table([unit, *MONTHS], rows)}"
    )


def _totals(shown: Sequence[Shown]) -> str:
    """Return the year of every region, and of the cell last tapped."""
    head, rows = ["place"], []
    for name in shown[0].variables:
        row = OUTPUTS[name]
        for one in shown:
            label = f" ({escape(one.result.scenario.label)})" if len(shown) > 1 else ""
            head.append(f"{row.symbol}{label}, {pretty_unit(shown_unit(name, yearly=True))}")
            if is_carbon_flux(name):
                head.append(f"{row.symbol}{label}, {pretty_unit(TOTAL_UNIT)}")
    columns = [(name, one) for name in shown[0].variables for one in shown]
    for same in zip(*(one.places(name) for name, one in columns), strict=True):
        cells = [_place_name(same[0])]
        for place, (name, _) in zip(same, columns, strict=True):
            cells.append(number(place.year, 2))
            if is_carbon_flux(name):
                cells.append("" if place.total is None else number(place.total, 2))
        rows.append(cells)
    return _table(head, rows)


def _place_name(place: Place) -> str:
    if place.lon is not None:
        return f"cell {place.name}: {number(place.lon, 3)}° E, {number(place.lat, 3)}° N"
    return "all regions" if place.name == ALL else escape(place.name)


def _scenario(shown: Shown) -> str:
    scenario = shown.result.scenario
    differences = scenario.differences()
    head = f"<p><b>{escape(scenario.label)}</b> · id {scenario.identity}"
    if not differences:
        return f"{head} · as the preset</p>"
    rows = [
        [name, escape(str(value)), escape(str(before)), escape(row_of(name).metadata["unit"])]
        for name, (before, value) in differences.items()
    ]
    return f"{head}</p>{_table(['parameter', 'value', 'preset', 'unit'], rows)}"


def _repeat(shown: Sequence[Shown], scene: str) -> str:
    commands = "\n".join(
        command(one.result.scenario, one.view, scene, f"{one.stem}.csv") for one in shown
    )
    python = "\n\n".join(code(shown, scene))
    return (
        f"<p>On the command line:</p><pre>{escape(commands)}</pre>"
        f"<p>In Python:</p><pre>{escape(python)}</pre>"
    )


def _origin(shown: Sequence[Shown]) -> str:
    """Return the citations, and all that is known of the making, folded."""
    own = scene_attributes(shown[0].result.scene)
    told = [f"Method: {CITATION}"]
    told += [f"Scene, {name}: {own[name]}" for name in _OF_A_SCENE if name in own]
    tables = "".join(
        f"<details><summary>{escape(one.result.scenario.label)}: every parameter, input hashes, "
        f"versions</summary><pre>{escape(_json(lineage(one.result)))}</pre></details>"
        for one in shown
    )
    return "".join(f"<p>{escape(line)}</p>" for line in told) + tables


def _json(made: dict) -> str:
    return json.dumps(made, indent=1, ensure_ascii=False)


def _table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table of cells that are HTML already."""
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{top}</tr>{body}</table></div>'
