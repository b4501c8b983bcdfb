"""Exports are written without anything that only a page needs."""

import subprocess
import sys

from explorer.scene.demo import demo_scene_path

TOOLKITS = ("panel", "panel_material_ui", "holoviews", "geoviews", "bokeh", "datashader")
ENDINGS = (".csv", ".tif", ".nc", ".png")
MODULES = ("explorer.picture.basemap", "explorer.picture.pictures", "explorer.session.opened")

# Both print a line for each thing done: its name, and the toolkits that are loaded after it.
EXPORTS = """
import sys
from typer.testing import CliRunner
from explorer.__main__ import app
scene, toolkits, *files = sys.argv[1:]
for file in files:
    done = CliRunner().invoke(app, ["export", scene, "--out", file])
    print(done.output, done.exception or "", file=sys.stderr)
    if done.exit_code:
        sys.exit(done.exit_code)
    print(file, *sorted(set(toolkits.split()) & set(sys.modules)))
"""
IMPORTS = """
import importlib, sys
toolkits, *modules = sys.argv[1:]
for module in modules:
    importlib.import_module(module)
    print(module, *sorted(set(toolkits.split()) & set(sys.modules)))
"""


def told_by(code: str, *words: object) -> list[str]:
    """Lines that a program prints in a process of its own, where nothing else was imported."""
    command = [sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_export_loads_no_toolkit_of_the_page(tmp_path):
    files = [tmp_path / f"map{ending}" for ending in ENDINGS]
    assert told_by(EXPORTS, demo_scene_path(), " ".join(TOOLKITS), *files) == list(map(str, files))
    assert all(file.stat().st_size > 300 for file in files)


def test_module_loads_no_toolkit_of_the_page():
    assert told_by(IMPORTS, " ".join(TOOLKITS), *MODULES) == list(MODULES)
