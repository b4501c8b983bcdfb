"""Documents name what there is: paths, tests, commands and their options, every folder."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import explorer
from explorer.__main__ import app
from explorer.systems import SYSTEMS
from explorer.tables.parameter import bundles, names

CODE = Path(explorer.__file__).parent
ROOT = CODE.parent
README = ROOT / "README.md"
PAGES = sorted([README, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)

PATH = re.compile(
    r"(?<![\w./-])(?:explorer|tests|docs|benchmarks|data_samples)/[\w./-]*(?:::\w+)?"
)  # fmt: skip
CODE_SPAN = re.compile(r"`([^`\n]+)`")
CODE_LINE = re.compile(r"^(?: {4}|\t)(.*)$", re.MULTILINE)


def paths_in(text: str) -> set[str]:
    """Every path of the repository, in backticks or not."""
    return {found.rstrip(".") for found in PATH.findall(text)}


def commands_in(text: str) -> Iterator[list[str]]:
    """Every command of the program that is written as code, as words; comments are left out."""
    joined = text.replace("\\\n", " ")
    for line in (*CODE_LINE.findall(joined), *CODE_SPAN.findall(joined)):
        line = line.strip().removeprefix(".venv/bin/")
        if line.startswith("nep-explorer "):
            yield shlex.split(line, comments=True)[1:]


@EVERY_PAGE
def test_every_path_is_there(page):
    named = {path.partition("::")[0] for path in paths_in(page.read_text())}
    assert not [path for path in sorted(named) if not (ROOT / path).exists()]


@EVERY_PAGE
def test_every_test_that_is_named_is_there(page):
    missing = []
    for named in sorted(paths_in(page.read_text())):
        path, _, name = named.partition("::")
        if name:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            missing += [] if name in functions else [named]
    assert not missing


@EVERY_PAGE
def test_every_command_and_option_is_there(page):
    for words in commands_in(page.read_text()):
        command = typer.main.get_command(app)
        while hasattr(command, "commands"):
            assert words and words[0] in command.commands, words
            command, words = command.commands[words[0]], words[1:]
        known = {option for each in command.params for option in each.opts}
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert given <= known, (command.name, given - known)


@EVERY_PAGE
def test_every_target_of_make_is_there(page):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page.read_text()
    named = {
        found
        for line in (*CODE_LINE.findall(text), *CODE_SPAN.findall(text))
        for found in re.findall(r"^make ([\w-]+)", line)
    }
    assert named <= targets


def tree_of_readme() -> dict[str, str]:
    """Path -> what the tree of the README says of it, by the indentation of its lines."""
    (block,) = re.findall(r"^    explorer/\n((?: {6,}\S.*\n)+)", README.read_text(), re.MULTILINE)
    found, parents = {}, ["explorer/"]
    for line in block.splitlines():
        depth = (len(line) - len(line.lstrip()) - 4) // 2
        name, _, about = line.strip().partition(" ")
        path = "".join(parents[:depth]) + name
        parents[depth:] = [name]
        found[path] = about.strip()
    return found


def test_tree_of_the_readme_names_what_there_is_and_says_what_it_holds():
    tree = tree_of_readme()
    assert not [path for path in tree if not (ROOT / path).exists()]
    assert not [path for path, about in tree.items() if not about]


def test_every_folder_of_the_code_is_in_the_tree_of_the_readme():
    packages = {path.parent.relative_to(CODE) for path in CODE.rglob("__init__.py")}
    wanted = {
        f"explorer/{package.as_posix()}/"
        for package in packages
        if len(package.parts) == 1
        or (len(package.parts) == 2 and package.parts[0] in ("systems", "app"))
    }
    assert wanted <= set(tree_of_readme())
    modules = {f"explorer/{path.name}" for path in CODE.glob("[a-z]*.py")}
    assert modules <= set(tree_of_readme())


DEVIATION = re.compile(r"Deviation:\s+(?!none)")


def deviating() -> set[str]:
    """Every equation whose docstring says that it deviates from its source."""
    found = set()
    for path in sorted((CODE / "equations").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and DEVIATION.search(
                ast.get_docstring(node) or ""
            ):
                found.add(node.name)
    return found


def departures() -> list[list[str]]:
    """The cells of each row of the table of departures."""
    lines = (ROOT / "docs" / "departures.md").read_text().splitlines()
    return [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")][1:]


def departures_of_calibration() -> set[str]:
    """The equations in the table of departures of the calibrated model."""
    text = (ROOT / "docs" / "calibration.md").read_text()
    section = text.partition("## Where it departs")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return {name for row in rows for name in CODE_SPAN.findall(row[0])}


def test_every_deviation_is_in_the_table_of_departures():
    told = {name for row in departures() for name in CODE_SPAN.findall(row[0])}
    told |= departures_of_calibration()
    assert len(deviating()) > 8
    assert deviating() <= told


def test_table_of_departures_names_what_there_is():
    functions = {
        node.name
        for path in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    system = SYSTEMS["nep"]
    known = functions | set(system.inputs.rows) | set(bundles(system.parameters))
    known |= {name.partition(".")[0] for name in names(system.parameters)}
    for row in departures():
        assert len(row) == 6, row[0]
        assert all(row), row[0]
        for name in CODE_SPAN.findall(row[0]):
            assert name in known or "/" in name or name.startswith("nep-explorer "), name


def test_command_that_is_gone_would_be_found():
    assert list(commands_in("    nep-explorer run a \\\n        --out b.nc  # c\n")) == [
        ["run", "a", "--out", "b.nc"]
    ]
    assert paths_in("see `explorer/no.py`, tests/a.py::test_b.") == {
        "explorer/no.py", "tests/a.py::test_b"
    }  # fmt: skip
