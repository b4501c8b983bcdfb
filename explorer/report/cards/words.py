"""What a card's files are called, the command and the notebook that make them again."""

import hashlib
import json
import re
import shlex
from pprint import pformat

import numpy as np

from explorer.analysis.totals import ALL
from explorer.report.cards.sight import Sight
from explorer.report.cards.table import CARDS
from explorer.report.command import option, scenario_words
from explorer.report.lineage import input_hashes
from explorer.report.notebook import book, plain_text, scenario_code, view_code
from explorer.report.shown import cell_names
from explorer.session.view import View
from explorer.systems.scenario import Scenario

DIGEST = 8  # signs
LONGEST_PART = 40


def scenarios_of(key: str, sight: Sight) -> list[Scenario]:
    """Return the scenarios that a card is made of: A, and B where it shows both."""
    start = sight.towers.fit_from if sight.towers is not None else None
    first = start if key == "fit" and start is not None else sight.scenario
    return [first, sight.other.scenario] if CARDS[key].pair else [first]


def card_words(key: str, sight: Sight, scene: str) -> list[str]:
    """Return the words of the command that makes a card, but for the file's name."""
    kind, (a, *others) = CARDS[key], scenarios_of(key, sight)
    words = ["nep-explorer", "export", f"./{scene}" if scene.startswith("-") else scene]
    words += scenario_words(a)
    for b in others:
        words += scenario_words(b, prefix="b-")
    for name, value in view_fields(key, sight.view):
        words += option(name, value)
    if kind.towers:
        towers = sight.at_towers
        words += towers.source.words if towers.source is not None else ()
        words += ["--replaced", towers.replaced] if towers.replaced else []
    return [*words, "--of", key]


def view_fields(key: str, view: View) -> list[tuple[str, object]]:
    """Return the fields of a view that a card depends on, where they are not the defaults."""
    kind = CARDS[key]
    period = "yearly" if view.yearly else "step"
    wanted = ["variable", period, "year", "region", "shapes", "tapped", "window"]
    wanted += ["compare_mode"] * kind.pair + ["tower"] * kind.towers
    defaults = View()
    return [
        (name, getattr(view, name))
        for name in wanted
        if getattr(view, name) != getattr(defaults, name)
    ]


def card_command(key: str, sight: Sight, scene: str, ending: str) -> str:
    """Return the command that writes a file of a card, quoted for a POSIX shell."""
    words = card_words(key, sight, scene)
    return shlex.join([*words, "--out", card_name(key, sight, scene, ending)])


def card_name(key: str, sight: Sight, scene: str, ending: str) -> str:
    """Return the name of a file: card, variable, period, place, presets, and a digest.

    The digest is of all that the file depends on, so no two different files share a name.
    """
    kind, view = CARDS[key], sight.view
    parts = [key]
    if not kind.towers:
        parts += [sight.variable, sight.a.periods.slug(sight.period)]
    if view.tapped is not None and kind.page == "map" and key != "totals-by-region":
        parts.append(cell_names(sight.scene, np.array([view.tapped]))[0])
    elif view.region != ALL:
        parts.append(view.region)
    parts.append("-vs-".join(one.preset for one in scenarios_of(key, sight)))
    text = json.dumps(card_words(key, sight, scene), ensure_ascii=False)
    parts.append(hashlib.sha256(text.encode()).hexdigest()[:DIGEST])
    return "_".join(filter(None, map(_slug, parts))) + ending


def _slug(text: str) -> str:
    """Return a part of a file's name that every system and address can hold."""
    return re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-")[:LONGEST_PART]


def card_notebook(key: str, sight: Sight, scene: str) -> str:
    """Return a notebook that makes a card again: its numbers as a table, and its picture."""
    card = CARDS[key].make(sight)
    scenarios = scenarios_of(key, sight)
    labels = "; ".join(plain_text(one.label) for one in scenarios)
    told = "".join(f"\n\n**{plain_text(text)}**" for text in card.remarks)
    about = (
        f"# {plain_text(card.title)}\n\n{plain_text(card.note)}. {labels}. "
        f"{plain_text(sight.scene.title)}.{told}\n\nMade by nep-explorer; method: "
        f"{sight.system.short_citation}."
    )
    return book(about, card_code(key, sight, scene))


def card_code(key: str, sight: Sight, scene: str) -> list[str]:
    """Return the Python of a notebook of a card, cell by cell."""
    kind, view = CARDS[key], sight.view
    scenarios = scenarios_of(key, sight)
    more = "from explorer.report.command import shape_from_text\n" if view.shapes else ""
    if any(one.system.brought is not None for one in scenarios):
        more += "from explorer.systems.brought import product\n"
    if kind.towers:
        more += "from explorer.report.cards.towers import TowerSource, at_towers\n"
    made = "\n".join(f"    {scenario_code(one)}," for one in scenarios)
    hashes = pformat(input_hashes(sight.scene), sort_dicts=False)
    towers = ""
    if kind.towers:
        source = sight.at_towers.source
        fit = ", fit_from=scenarios[0]" if key == "fit" else ""
        replaced = sight.at_towers.replaced
        replaced = f", replaced={replaced!r}" if replaced else ""
        towers = f", towers=at_towers(opened, scenarios[0].system, {source!r}{replaced}{fit})"
    b = ", b=results[1]" if kind.pair else ""
    return [
        "import pandas\n\n"
        "from explorer import View, preset\n"
        f"{more}from explorer.report.cards.drawing import card_figure\n"
        "from explorer.report.cards.files import card_frame\n"
        "from explorer.report.cards.sight import Sight\n"
        "from explorer.report.cards.table import CARDS\n"
        "from explorer.report.lineage import input_hashes\n"
        "from explorer.session.opened import Opened",
        f"opened = Opened({scene!r})\nscene = opened.scene\nscenarios = [\n{made}\n]\n"
        f"view = View({view_code(view_fields(key, view))})",
        "# Are these the data and the parameters that the page had?\n"
        f"hashes = {hashes}\n"
        "found = input_hashes(scene)\n"
        "changed = sorted(name for name, _ in hashes.items() ^ found.items())\n"
        'assert not changed, f"these inputs are not those of the page: {changed}"\n'
        "assert [scenario.identity for scenario in scenarios] == "
        f"{[one.identity for one in scenarios]}",
        "results = [opened.result(scenario) for scenario in scenarios]\n"
        f"sight = Sight(opened, view, results[0]{b}{towers})\n"
        f"card = CARDS[{key!r}].make(sight)",
        "# The numbers of the card.\ntable = card_frame(card, scene)\ntable",
        "card_figure(card)",
    ]
