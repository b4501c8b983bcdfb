"""THE table of parameters of System 2."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from explorer.systems.fusion.forest import Settings
from explorer.tables.parameter import parameter, require_sound

ZENG = "Zeng et al. 2023, doi 10.1186/s13021-023-00239-9"
OURS = "nep-explorer"


# fmt: off
@dataclass(frozen=True, kw_only=True)
class FusionParameters:
    """Every number and choice of System 2. Checked on construction, all faults at once."""

    PROCESSES: ClassVar[dict[str, str]] = {
        "forests": "Forests", "respiration": "Heterotrophic respiration"}

    trees: float = parameter(
        300.0, "Trees of each forest", bounds=(20.0, 3000.0), process="forests",
        source=f"{ZENG}: 1500; 300 are quicker and score alike")
    leaf: float = parameter(
        5.0, "Fewest samples in a leaf", bounds=(1.0, 50.0), process="forests",
        source=f"{ZENG} does not say; R's forests for regression stop at nodes of 5")
    splits_on: Literal["none", "sqrt", "ln"] = parameter(
        "none", "Splits are chosen for the target's", process="forests",
        source=f"none: itself, {ZENG}; sqrt, ln: {OURS}; leaves average the target itself")
    pooled: float = parameter(
        0.0, "Pooling of a study's samples", bounds=(0.0, 1.0), process="forests",
        source=f"0: all samples alike, {ZENG}; 1: all studies alike, {OURS}")
    rh_slope: float = parameter(
        0.62, "Slope of Rh on Rs", bounds=(0.1, 1.0), source=f"{ZENG}, eq. 3",
        process="respiration")
    rh_offset: float = parameter(
        9.01, "Rh where Rs is 0", unit="g C m-2 yr-1", bounds=(-100.0, 200.0),
        source=f"{ZENG}, eq. 3", process="respiration")

    def __post_init__(self) -> None:
        require_sound(self)

    def forest(self, predictors: int) -> Settings:
        """Return how its forests are grown: all predictors but one are tried at a split."""
        return Settings(
            trees=round(self.trees), tried=max(predictors - 1, 1), leaf=round(self.leaf),
            splits_on=self.splits_on, pooled=self.pooled)
# fmt: on
