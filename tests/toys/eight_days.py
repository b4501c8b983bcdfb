"""A second toy: breath from temperature in 46 steps of 8 days, of two years, one parameter."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.systems.contract import Preset, System
from explorer.systems.layers import Finished, Layers
from explorer.tables.parameter import parameter, require_sound
from explorer.tables.periods import Periods
from explorer.tables.quantities import QUANTITIES
from explorer.tables.unit import Unit
from explorer.tables.variable import CODED, Inputs, Variable

YEARS = (2010, 2012)  # the second is a leap year
WARMER = {2010: 1.0, 2012: 1.25}
BREATH = Variable(
    "breath", "Breath of a toy", Unit("g C", "m-2", "d"), ("step", "y", "x"),
    (0.0, 60.0), (0.0, 8.0), (0.0, 1500.0), "sequential",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """How breath rises with temperature."""

    PROCESSES: ClassVar[dict[str, str]] = {"breath": "Breath"}

    q10: float = parameter(
        2.0, "Rise per 10 degrees", bounds=(1.0, 4.0), source="a toy", process="breath"
    )

    def __post_init__(self) -> None:
        require_sound(self)


class Breath(Layers):
    """The toy's one layer."""

    def __init__(self, scene, scenario):
        self.outputs = scenario.system.outputs
        self.scene, self.scenario, self.periods = scene, scenario, Periods("8 days", YEARS)

    def output(self, name, period):
        if period.step is None:
            days = self.periods.weights(BREATH.unit, period).astype(np.float32)
            steps = self.periods.each(period.year)
            return sum(w * self.output(name, each) for w, each in zip(days, steps, strict=True))
        warmth = self.field("temperature", period)
        q10 = np.float32(self.scenario.parameters.q10)
        return np.float32(WARMER[period.year or YEARS[0]]) * q10 ** (warmth / 10)


EIGHT_DAYS = System(
    name="breath", title="A toy of breath", citation="nobody", short_citation="nobody",
    product="Breath", method="a toy", versions="two of a kind", kind="8 days",
    inputs=Inputs({"temperature": QUANTITIES["temperature"], **CODED}, ("temperature", *CODED)),
    parameters=Parameters,
    presets={"plain": Preset("Plain breath"), "keen": Preset("Keen breath", {"q10": 3.0})},
    default="plain", compared_with="keen", outputs={"breath": BREATH}, headline="breath",
    summed=("breath",), shown=("breath",), written=("breath",),
    opened=lambda scene: scene,
    start=lambda scene, scenario, proceed: Finished(Breath(scene, scenario)),
)  # fmt: skip
