"""A toy system: annual growth from mean temperature, three classes, one preset."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.systems.contract import DrawerPart, Preset, System
from explorer.systems.layers import Finished, Layers
from explorer.tables.classes import Classification, LandClass
from explorer.tables.parameter import PerClass, class_table, parameter, require_sound
from explorer.tables.periods import Periods
from explorer.tables.quantities import QUANTITIES
from explorer.tables.unit import Unit
from explorer.tables.variable import CODED, FIXED, Inputs, Variable

CLASSES = Classification(
    "three kinds of land",
    {
        "trees": LandClass("Trees", "Trees", (1, 2, 3, 4, 5), "#117733"),
        "grass": LandClass("Grass and shrub", "Grass", (6, 7, 8, 9, 10, 11), "#ddcc77"),
        "rest": LandClass("All other land", "Rest", (12, 13, 14, 15, 16), "#8a9692"),
    },
)
GROWTH = Variable(
    "growth", "Annual growth of a toy", Unit("g C", "m-2", "yr"), FIXED,
    (0.0, 5000.0), (0.0, 900.0), (0.0, 900.0), "sequential",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Growth per degree of each class, above a threshold."""

    PROCESSES: ClassVar[dict[str, str]] = {"growth": "Growth"}

    rate: PerClass = class_table(
        {"trees": 40.0, "grass": 20.0, "rest": 5.0}, "Growth per degree",
        unit="g C m-2 yr-1 degC-1", bounds=(0.0, 100.0), source="a toy", process="growth",
    )  # fmt: skip
    cold: float = parameter(
        -5.0, "No growth below", unit="degC", bounds=(-30.0, 30.0), source="a toy",
        process="growth",
    )  # fmt: skip

    def __post_init__(self) -> None:
        require_sound(self)


class Growth(Layers):
    """The toy's one layer."""

    def __init__(self, scene, scenario):
        self.outputs = scenario.system.outputs
        self.scene, self.scenario, self.periods = scene, scenario, Periods("year", (scene.year,))

    def output(self, name, period):
        p, warmth = self.scenario.parameters, self.field("temperature", period)
        rate = np.array(p.rate.values(), dtype=np.float32)[self.group % len(CLASSES)]
        return rate * np.maximum(warmth - np.float32(p.cold), 0)


ANNUAL = System(
    name="toy", title="A toy of annual growth", citation="nobody", short_citation="nobody",
    product="Growth", method="a toy", versions="one of a kind", kind="year",
    inputs=Inputs({"temperature": QUANTITIES["temperature"], **CODED}, ("temperature", *CODED)),
    parameters=Parameters, presets={"plain": Preset("Plain growth")}, default="plain",
    compared_with="plain", outputs={"growth": GROWTH}, headline="growth", summed=("growth",),
    shown=("growth",), written=("growth",), classes=CLASSES,
    opened=lambda scene: scene,
    start=lambda scene, scenario, proceed: Finished(Growth(scene, scenario)),
    drawer=(DrawerPart("Growth", "", ("rate",)),),
)  # fmt: skip
