"""Exports are written without anything that only a page needs."""

import subprocess
import sys

import pytest

from explorer.scene.demo import demo_scene_path

TOOLKITS = ("panel", "panel_material_ui", "holoviews", "geoviews", "bokeh", "datashader")

EXPORT = """
import sys
from typer.testing import CliRunner
from explorer.__main__ import app
done = CliRunner().invoke(app, ["export", *sys.argv[1:]])
print(done.output, done.exception or "", file=sys.stderr)
print(*sorted({name.split(".")[0] for name in sys.modules}))
sys.exit(done.exit_code)
"""


@pytest.mark.parametrize("ending", [".csv", ".tif", ".nc", ".png"])
def test_export_loads_no_toolkit_of_the_page(tmp_path, ending):
    out = tmp_path / f"map{ending}"
    command = [sys.executable, "-c", EXPORT, str(demo_scene_path()), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size > 0
    loaded = set(done.stdout.split())
    assert "explorer" in loaded
    assert not loaded & set(TOOLKITS)


@pytest.mark.parametrize(
    "module", ["explorer.picture.basemap", "explorer.picture.pictures", "explorer.session.opened"]
)
def test_module_loads_no_toolkit_of_the_page(module):
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({TOOLKITS!r})))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
