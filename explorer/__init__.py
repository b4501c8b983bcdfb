"""nep-explorer: where land takes up and gives off carbon, and why a model says so.

The few public names; each module says more.
"""

from explorer.errors import ExplorerError
from explorer.pipeline import Result, open_scene, run
from explorer.report.shown import Shown
from explorer.scenario import PRESETS, Scenario, preset
from explorer.view import View

__all__ = [
    "PRESETS",
    "ExplorerError",
    "Result",
    "Scenario",
    "Shown",
    "View",
    "open_scene",
    "preset",
    "run",
]
