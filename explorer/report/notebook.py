"""A notebook that gives what a page shows: the same scene, scenario and numbers, checked.

Written after the format's own description (nbformat 4.5), so that no notebook software is needed.
"""

import json
from collections.abc import Sequence
from pprint import pformat
from typing import Any

from explorer.outputs.made_here import MARK, PROGRAM
from explorer.report.command import needed, shape_text
from explorer.report.lineage import input_hashes
from explorer.report.shown import Shown
from explorer.systems import DEFAULT
from explorer.systems.scenario import Scenario

_SERIES = """\
# The series and totals of the page, one number a row.
table = pandas.DataFrame(row for one in shown for row in series(one))
table"""

_MAP = """\
# The map of the page, cell by cell; the page shows means of cells where they do not fit its pixels.
picture = scene.on_grid(shown[0].values)
image = plt.matshow(picture)
plt.colorbar(image, label=str(shown[0].unit))
plt.title(shown[0].title)
plt.show()"""


def notebook(shown: Sequence[Shown], scene: str) -> str:
    """Return a notebook as JSON.

    Parameters
    ----------
    shown : sequence of Shown
        One or more scenarios under the same view.
    scene : str
        What the scene is called, see ``scene.demo.scene_name``.
    """
    first = shown[0].result.scene
    synthetic = "\n\n**Synthetic data: no basis for conclusions.**" if first.synthetic else ""
    labels = "; ".join(plain_text(one.result.scenario.label) for one in shown)
    methods = "; ".join(dict.fromkeys(one.system.short_citation for one in shown))
    about = (
        f"# {shown[0].title}\n\n{labels}. {plain_text(first.title)}.{synthetic}\n\n"
        f"Made by nep-explorer; method: {methods}."
    )
    return book(about, code(shown, scene))


def book(about: str, steps: Sequence[str]) -> str:
    """Return a notebook as JSON: words in Markdown, and cells of Python."""
    cells = [_cell("markdown", about, "about")]
    cells += [_cell("code", text, f"step-{number}") for number, text in enumerate(steps, start=1)]
    written = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            MARK: PROGRAM,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(written, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def code(shown: Sequence[Shown], scene: str) -> list[str]:
    """Return the Python of a notebook, cell by cell."""
    view = view_code(needed(shown[0].view))
    more = "from explorer.report.command import shape_from_text\n" if shown[0].view.shapes else ""
    if any(one.system.brought is not None for one in shown):
        more += "from explorer.systems.brought import product\n"
    scenarios = "\n".join(f"    {scenario_code(one.result.scenario)}," for one in shown)
    identities = [one.result.scenario.identity for one in shown]
    hashes = pformat(input_hashes(shown[0].result.scene), sort_dicts=False)
    return [
        "import matplotlib.pyplot as plt\nimport pandas\n\n"
        "from explorer import Shown, View, open_scene, preset, run\n"
        f"{more}from explorer.report.lineage import input_hashes\n"
        "from explorer.report.tidy import series",
        f"scene = open_scene({scene!r})\nscenarios = [\n{scenarios}\n]\nview = View({view})",
        "# Are these the data and the parameters that the page had?\n"
        f"hashes = {hashes}\n"
        "found = input_hashes(scene)\n"
        "changed = sorted(name for name, _ in hashes.items() ^ found.items())\n"
        'assert not changed, f"these inputs are not those of the page: {changed}"\n'
        f"assert [scenario.identity for scenario in scenarios] == {identities}",
        "shown = [Shown(run(scene, scenario), view) for scenario in scenarios]",
        _SERIES,
        _MAP,
    ]


def view_code(named: Sequence[tuple[str, Any]]) -> str:
    """Return some fields of a view as arguments."""
    return ", ".join(f"{name}={_written(name, value)}" for name, value in named)


def scenario_code(scenario: Scenario) -> str:
    """Return the Python that makes a scenario."""
    system, brought = scenario.system.name, scenario.system.brought
    if brought is None:
        text = f"preset({scenario.preset!r}{'' if system == DEFAULT else f', {system!r}'})"
    else:
        choices = "".join(f", {name}={value!r}" for name, value in brought.choices.items())
        text = f"product({brought.file!r}, scene{choices})"
    changes = {name: value for name, (_, value) in scenario.differences().items()}
    text += f".with_values({changes!r})" if changes else ""
    return text + (f".named({scenario.name!r})" if scenario.name else "")


def _written(name: str, value: Any) -> str:
    """Return a field of a view as Python."""
    if name != "shapes":
        return repr(value)
    return f"({' '.join(f'shape_from_text({shape_text(shape)!r}),' for shape in value)})"


def _cell(kind: str, text: str, name: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": text.splitlines(True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def plain_text(text: str) -> str:
    """Escape what Markdown or HTML would take for its own."""
    marks = "\\`*_{}[]<>#&|$!~"
    return "".join(f"&#{ord(sign)};" if sign in marks else sign for sign in text)
