"""Make the pages that only repeat the tables: parameters, variables, land classes.

``python docs/generate.py`` writes them; a test fails when a page is older than its table.
"""

from dataclasses import fields
from pathlib import Path

from explorer.systems import SYSTEMS
from explorer.systems.nep.classes import CONSTANTS
from explorer.tables.classes import IGBP, IGBP_NAMES
from explorer.tables.parameter import PerClass, bundles, words
from explorer.tables.unit import pretty_unit
from explorer.units import accepted_units

DOCS = Path(__file__).parent
SYSTEM = SYSTEMS["nep"]
OWNER = SYSTEM.parameters
MADE = "<!-- Made by docs/generate.py from the tables in explorer/; do not edit. -->"


def parameters_page() -> str:
    """Return the page of all parameters of System 1, by process."""
    lines = [MADE, "", "# Parameters", ""]
    lines += [
        "Set one with `--set NAME=VALUE` on the command line or in the drawer of the page. A",
        "name with a class, as `epsilon_max.EBF`, sets one class. **Stand-in** values are to be",
        "verified.",
    ]
    for process, title in OWNER.PROCESSES.items():
        rows = [row for row in fields(OWNER) if row.metadata["process"] == process]
        lines += ["", f"## {title}", "", "| name | meaning | default | unit | allowed | source |"]
        lines += ["|---|---|---|---|---|---|", *map(_parameter_row, rows)]
    lines += [
        "",
        "## Sets of constants",
        "",
        "`--set soil_constants=NAME` sets several at once.",
        "",
    ]
    for bundle, sets in bundles(OWNER).items():
        for name, values in sets.items():
            members = ", ".join(f"{key} = {value}" for key, value in values.items())
            lines.append(f"- `{bundle}={name}`: {members}")
    return "\n".join(lines) + "\n"


def _parameter_row(row) -> str:
    known = row.metadata
    per_class = isinstance(row.default, PerClass)
    name = f"{row.name}.CLASS" if per_class else row.name
    default = "[by class](classes.md)" if per_class else row.default
    allowed = words(OWNER).get(row.name)
    if allowed is None:
        low, high = known["bounds"]
        allowed = [f"{low:g} to {high:g}"]
    flag = " **stand-in**" if known["stand_in"] else ""
    return (
        f"| `{name}` | {known['label']} | {default} | {pretty_unit(known['unit'])} "
        f"| {', '.join(allowed)} | {known['source']}{flag} |"
    )


def classes_page() -> str:
    """Return the page of vegetation classes and their published constants."""
    lines = [MADE, "", "# Vegetation classes", ""]
    lines += [
        "Any of these constants can be edited; a recipe can map the IGBP codes otherwise.",
        "",
    ]
    lines += [
        "| class | name | IGBP codes | ε_max g C MJ⁻¹ | SOCD kg m⁻² | NDVI max | SR max "
        "| CI ref (stand-in) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, row in IGBP.rows.items():
        codes, known = (
            ", ".join(f"{code} {IGBP_NAMES[code]}" for code in row.codes),
            CONSTANTS[name],
        )
        lines.append(
            f"| `{name}` | {row.long_name} | {codes} | {known.epsilon_max} | {known.socd} "
            f"| {known.ndvi_max} | {known.sr_max} | {known.ci_ref} |"
        )
    return "\n".join(lines) + "\n"


def variables_page() -> str:
    """Return the page of input and output variables."""
    lines = [MADE, "", "# Variables", "", "## Inputs of a scene", ""]
    lines += ["| name | meaning | dimensions | unit | accepted range | a recipe converts from | |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for name, row in SYSTEM.inputs.rows.items():
        low, high = row.valid_range
        needed = "required" if name in SYSTEM.inputs.required else "optional"
        lines.append(
            f"| `{name}` | {row.long_name} | {', '.join(row.dims)} | {row.unit.pretty} "
            f"| {low:g} to {high:g} | {', '.join(accepted_units(str(row.unit)))} | {needed} |"
        )
    lines += ["", "## Outputs", "", "| name | symbol | meaning | unit | the year is the |"]
    lines += ["|---|---|---|---|---|"]
    for name, row in SYSTEM.outputs.items():
        lines.append(
            f"| `{name}` | {row.symbol} | {row.long_name} | {row.unit.pretty} "
            f"| {row.over_year} of the months |"
        )
    return "\n".join(lines) + "\n"


PAGES = {
    "parameters.md": parameters_page,
    "classes.md": classes_page,
    "variables.md": variables_page,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
