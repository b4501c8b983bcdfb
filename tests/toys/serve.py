"""Serve the demonstration scene with both toys beside System 1: ``python serve.py PORT``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.app.shell.server import serve
from explorer.scene.demo import demo_scene_path
from explorer.systems import SYSTEMS
from tests.toys.annual import ANNUAL
from tests.toys.eight_days import EIGHT_DAYS

if __name__ == "__main__":
    SYSTEMS.update({system.name: system for system in (ANNUAL, EIGHT_DAYS)})
    serve(demo_scene_path(), port=int(sys.argv[1]), open_browser=False)
