"""Documents say what the code says, and their examples run."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import command_here

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def test_readme_example_runs():
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 4  # one line a region


@pytest.mark.parametrize("name", ["parameters.md", "classes.md", "variables.md"])
def test_generated_page_is_as_new_as_its_table(name):
    pages = runpy.run_path(str(DOCS / "generate.py"))["PAGES"]
    assert (DOCS / name).read_text() == pages[name](), "run: python docs/generate.py"


@pytest.mark.real
def test_page_on_the_real_climate_is_what_the_model_gives(real_data):
    made = runpy.run_path(str(DOCS / "real_climate.py"))
    expected = made["page"](made["real_scene"]())
    assert made["PAGE"].read_text() == expected, "run: python docs/real_climate.py"


@pytest.mark.real
def test_page_of_departures_is_what_the_model_gives(real_data):
    made = runpy.run_path(str(DOCS / "departures.py"))
    assert made["PAGE"].read_text() == made["page"](made["places"]()), (
        "run: python docs/departures.py"
    )


@pytest.mark.parametrize(
    "page", sorted([ROOT / "README.md", *DOCS.glob("*.md")]), ids=lambda p: p.name
)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_recipe_of_the_documentation_is_valid_but_for_its_files(tmp_path):
    (text,) = re.findall(r"```toml\n(.*?)```", (DOCS / "scenes.md").read_text(), re.DOTALL)
    (tmp_path / "recipe.toml").write_text(text)
    recipe, scene = tmp_path / "recipe.toml", tmp_path / "scene.zarr"
    done = command_here("scene", "build", recipe, "--out", scene)
    faults = [line for line in done.stderr.splitlines() if line.startswith("  - ")]
    assert faults
    assert all(line.endswith("no such file") for line in faults)
