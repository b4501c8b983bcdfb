"""The contract of what a system holds against towers; the rest of it stands in ``contract``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from explorer.analysis.scores import Scores, TowerFit
from explorer.observations.tower_places import TowerPlace
from explorer.observations.towers import Towers
from explorer.scene.scene import Scene
from explorer.tables.variable import Variable

if TYPE_CHECKING:
    from explorer.systems.scenario import Scenario


class TowerComparison(Protocol):
    """Towers placed in a scene, ready to be compared with any scenario of a system."""

    @property
    def towers(self) -> Towers:
        """What was observed."""
        ...

    @property
    def places(self) -> tuple[TowerPlace, ...]:
        """Where the towers stand, one place a site."""
        ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was left out, and what a reader must know."""
        ...

    @property
    def at_site(self) -> bool:
        """Whether the climate is that of the towers; else that of the scene's cells."""
        ...

    @property
    def own_class(self) -> bool:
        """Whether the class is that of the towers; else that of the map."""
        ...

    @property
    def scene(self) -> Scene:
        """Where the towers stand."""
        ...

    @property
    def lacks(self) -> tuple[str, ...]:
        """Inputs that the scene lacks, without which presets are the same: "clumping index"."""
        ...

    @property
    def compared(self) -> np.ndarray:
        """Which rows are observed and can be compared, (rows,) bool."""
        ...

    @property
    def compared_sites(self) -> tuple[str, ...]:
        """Names of the towers with a row that is compared."""
        ...

    def estimated(self, scenario: Scenario) -> np.ndarray:
        """Return what a scenario gives for every row; NaN where it cannot be run."""
        ...

    def scores(self, scenario: Scenario, site: str | None = None) -> Scores:
        """Return how well a scenario meets all towers, or one."""
        ...

    def scores_of(self, estimated: np.ndarray, site: str | None = None) -> Scores:
        """Return how well estimates of every row, as ``estimated`` gives them, meet the towers."""
        ...

    def fit(self, scenario: Scenario) -> TowerFit:
        """Fit parameters of a scenario to the towers."""
        ...


class TowersPart(Protocol):
    """What of a system is held against towers, and how."""

    variable: Variable  # that is observed
    published: Mapping[str, Any]  # preset -> published scores
    published_note: str
    r2_note: str  # how the publication defines R2, or that it does not
    fitted: str  # name of the parameter by class that a fit changes
    fit_label: str  # of the button
    fit_name: str  # how a fitted scenario is called, before the number of towers

    def check(self, scene: Scene, towers: Towers, **choices: Any) -> TowerComparison:
        """Place towers in a scene and get ready to compare."""
        ...
