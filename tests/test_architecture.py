"""The house keeps its order: imports run downward, files stay small, nothing prints."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import get_args

import pytest

import explorer
from explorer.systems import SYSTEMS
from explorer.tables.parameter import names
from explorer.tables.variable import CODED, Colours

ROOT = Path(explorer.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
SHOWN = [str(path.relative_to(ROOT.parent)) for path in FILES]
LONGEST = 400  # lines

# From the top down; a module may import its own package and what stands below it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("explorer.__main__",),
    ("explorer.commands",),
    ("explorer.app",),
    ("explorer",),  # the public names
    ("explorer.report",),
    ("explorer.session",),
    ("explorer.pipeline",),
    ("explorer.picture",),
    ("explorer.systems",),
    ("explorer.analysis",),
    ("explorer.observations",),
    ("explorer.scene",),
    ("explorer.equations",),
    ("explorer.tables",),
    ("explorer.outputs", "explorer.memory"),
    ("explorer.units", "explorer.errors", "explorer.compiled", "explorer.cache"),
)
# The same inside the largest parts, by file or folder; those of one row do not know each other.
INSIDE: dict[str, tuple[tuple[str, ...], ...]] = {
    "explorer.scene": (
        ("overview", "thin", "shapes", "recipes", "years", "demo"),
        ("scene",),
        ("packing",),
        ("validate",),
        ("survey", "percentiles", "store", "sun", "kept", "fields"),
        ("damage", "place"),
        ("grid", "encoded", "blocks", "loops", "manifest", "metadata"),
    ),
    "explorer.app": (
        ("shell",),
        ("header", "drawer", "pages"),
        ("controls", "maps"),
        ("parts",),
        ("state",),
    ),
    "explorer.systems": (
        ("",),  # the table of systems
        ("nep", "fusion", "respiration", "calibration", "brought", "matched"),
        ("scenario",),
        ("contract", "tower_part"),
        ("layers",),
    ),
}
HOUSE = ("analysis", "picture", "report", "session", "app/maps")
"""Folders that name no system, nor a variable, preset or parameter of one."""

ONLY_IN_APP = ("panel", "panel_material_ui", "holoviews", "geoviews", "datashader", "bokeh")


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def component_of(module: str) -> str:
    """The part of the house a module belongs to: explorer.scene.grid -> explorer.scene."""
    return ".".join(module.split(".")[:2])


def storey_of(module: str) -> int:
    """Position in LAYERS; 0 is the top."""
    return next(level for level, layer in enumerate(LAYERS) if component_of(module) in layer)


def imported_by(tree: ast.Module) -> Iterator[str]:
    """Every module named in an import, wherever it stands; relative ones are not used."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                is_module = (ROOT.parent / inner.replace(".", "/")).with_suffix(".py").exists()
                is_package = (ROOT.parent / inner.replace(".", "/")).is_dir()
                yield inner if is_module or is_package else node.module


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=SHOWN)
def test_module_stands_in_a_layer(path):
    assert any(component_of(module_of(path)) in layer for layer in LAYERS)


@pytest.mark.parametrize("path", FILES, ids=SHOWN)
def test_imports_run_downward(path):
    me = module_of(path)
    upward = [
        name
        for name in imported_by(parsed(path))
        if name.split(".")[0] == "explorer"
        and component_of(name) != component_of(me)
        and storey_of(name) <= storey_of(me)
    ]
    assert not upward


def runtime_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything but what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and getattr(child.test, "id", "") == "TYPE_CHECKING":
            continue
        yield child
        yield from runtime_nodes(child)


def graph() -> dict[str, set[str]]:
    """Which module of ours needs which when it runs."""
    modules = {module_of(path): path for path in FILES}
    needs = {}
    for name, path in modules.items():
        tree = parsed(path)
        body = ast.Module([node for node in runtime_nodes(tree) if _is_import(node)], [])
        needs[name] = (set(imported_by(body)) & set(modules)) - {name}
    return needs


def _is_import(node: ast.AST) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def test_no_module_needs_itself_in_a_circle():
    try:
        tuple(TopologicalSorter(graph()).static_order())
    except CycleError as error:
        pytest.fail(" needs ".join(reversed(error.args[1])))


@pytest.mark.parametrize("part", INSIDE)
def test_imports_run_downward_inside(part):
    rows = INSIDE[part]
    level = {name: number for number, row in enumerate(rows) for name in row}

    def inner(module: str) -> str:
        return module.removeprefix(part).lstrip(".").split(".")[0]

    mine = {
        name: needs
        for name, needs in graph().items()
        if name == part or name.startswith(f"{part}.")
    }
    assert {inner(name) for name in mine} - {""} <= set(level)  # every file and folder has a row
    upward = [
        f"{name} -> {other}"
        for name, needs in mine.items()
        if inner(name)
        for other in needs & set(mine)
        if inner(other) != inner(name) and level[inner(other)] <= level[inner(name)]
    ]
    assert not upward


def house_files() -> list[Path]:
    return [path for folder in HOUSE for path in sorted((ROOT / folder).rglob("*.py"))]


def words_of_systems() -> set[str]:
    """Names of systems, and of their variables, presets and parameters."""
    found: set[str] = set()
    for name, system in SYSTEMS.items():
        found |= {name, *system.presets}
        found |= {row for row in (*system.outputs, *system.inputs.rows)}
        found |= {row for row in names(system.parameters)}
    # Every scene has regions and land cover; kinds of colours are called as some inputs.
    return found - set(CODED) - set(get_args(Colours))


@pytest.mark.parametrize("path", house_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_house_names_no_system(path):
    tree = parsed(path)
    parts = [name for name in imported_by(tree) if name.startswith("explorer.systems.")]
    own = tuple(f"explorer.systems.{name}" for name in SYSTEMS)
    assert not [name for name in parts if name.startswith(own)]
    literals = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not literals & words_of_systems()
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & words_of_systems()


@pytest.mark.parametrize("path", FILES, ids=SHOWN)
def test_only_the_page_imports_its_toolkit(path):
    toolkits = {name.split(".")[0] for name in imported_by(parsed(path))} & set(ONLY_IN_APP)
    assert not toolkits or component_of(module_of(path)) == "explorer.app"


@pytest.mark.parametrize("path", FILES, ids=SHOWN)
def test_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", FILES, ids=SHOWN)
def test_file_does_not_print(path):
    """The one print there may be tells a person where the page is; it is marked for the linter."""
    lines = path.read_text(encoding="utf-8").splitlines()
    calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    prints = [call.lineno for call in calls if getattr(call.func, "id", "") == "print"]
    allowed = path == ROOT / "app" / "shell" / "server.py"
    assert not [line for line in prints if not allowed or "noqa: T201" not in lines[line - 1]]


def public_definitions(body: list[ast.stmt]) -> Iterator[ast.AST]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node.body)


@pytest.mark.parametrize("path", FILES, ids=SHOWN)
def test_everything_public_is_described(path):
    tree = parsed(path)
    assert ast.get_docstring(tree)
    assert not [node.name for node in public_definitions(tree.body) if not ast.get_docstring(node)]


@pytest.mark.parametrize("name", explorer.__all__)
def test_public_name_can_be_imported(name):
    assert getattr(explorer, name) is not None


def test_import_of_the_package_does_not_load_the_page():
    code = f"import sys, explorer; sys.exit(bool(set(sys.modules) & set({ONLY_IN_APP!r})))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SLOW = ("matplotlib", "holoviews", "scipy.optimize", "sklearn", "datashader", "dask.array")


def test_first_map_waits_for_nothing_it_does_not_need():
    """Each takes a third of a second or more; they are imported when they are first used."""
    code = f"import sys, explorer.app.shell.page; print(*(set({SLOW!r}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.split() == []
