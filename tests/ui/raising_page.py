"""Serve the page with handlers and first passes that raise: ``python raising_page.py PORT``."""

import sys

from explorer.app.header.export_menu import ExportMenu
from explorer.app.maps.variable_map import VariableMap
from explorer.app.shell.server import serve
from explorer.scene.demo import demo_scene_path
from explorer.session import opened

whole_start = opened.Opened.start


def open_menu(_menu: ExportMenu) -> None:
    raise KeyError("a button's <defect>")


def tapped(_map: VariableMap, _event) -> None:
    raise KeyError("a map's defect")


def start(shared: opened.Opened, scenario, proceed=lambda share: True):
    """Fail for a warmer climate alone: the page itself must open."""
    if scenario.parameters.delta_t:
        raise MemoryError("no room for a first pass")
    return whole_start(shared, scenario, proceed)


if __name__ == "__main__":
    opened.INSTANT_CELLS = 0
    opened.Opened.start = start
    ExportMenu.open = open_menu
    VariableMap._tapped = tapped
    serve(demo_scene_path(), port=int(sys.argv[1]), open_browser=False)
