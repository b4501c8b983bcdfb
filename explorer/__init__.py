"""nep-explorer: where land takes up and gives off carbon, and why a model says so.

The few public names; each module says more.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.errors import ExplorerError
    from explorer.pipeline import open_scene, run
    from explorer.report.shown import Shown
    from explorer.session.view import View
    from explorer.systems import SYSTEMS, preset
    from explorer.systems.contract import System
    from explorer.systems.layers import Layers
    from explorer.systems.scenario import Scenario

__all__ = [
    "SYSTEMS",
    "ExplorerError",
    "Layers",
    "Scenario",
    "Shown",
    "System",
    "View",
    "open_scene",
    "preset",
    "run",
]

_HOMES = {
    "SYSTEMS": "systems",
    "ExplorerError": "errors",
    "Layers": "systems.layers",
    "Scenario": "systems.scenario",
    "Shown": "report.shown",
    "System": "systems.contract",
    "View": "session.view",
    "open_scene": "pipeline",
    "preset": "systems",
    "run": "pipeline",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the model takes a second, which few need."""
    if name not in _HOMES:
        raise AttributeError(f"module 'explorer' has no attribute {name!r}")
    return getattr(import_module(f"explorer.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
