"""Serve the page with handlers and first passes that raise: ``python raising_page.py PORT``."""

import sys

from explorer.app.maps.flux_map import FluxMap

from explorer.app.header.export_menu import ExportMenu
from explorer.app.shell.server import serve
from explorer.scene.demo import demo_scene_path
from explorer.session import opened

whole_pass = opened.Shared.keep


def open_menu(_menu: ExportMenu) -> None:
    raise KeyError("a button's <defect>")


def tapped(_map: FluxMap, _event) -> None:
    raise KeyError("a map's defect")


def first_pass(shared: opened.Shared, scenario, proceed=lambda share: True):
    """Fail for a warmer climate alone: the page itself must open."""
    if scenario.parameters.delta_t:
        raise MemoryError("no room for a first pass")
    return whole_pass(shared, scenario, proceed)


if __name__ == "__main__":
    opened.INSTANT_CELLS = 0
    opened.Shared.keep = first_pass
    ExportMenu.open = open_menu
    FluxMap._tapped = tapped
    serve(demo_scene_path(), port=int(sys.argv[1]), open_browser=False)
