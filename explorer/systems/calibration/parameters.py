"""THE table of parameters of System 4: IBIS photosynthesis, DALEC pools, phenology, water, start.

Table 2 of Ma et al. (2022) is an image in every copy we have: defaults and ranges are those of the
models it names. ``p11`` of DALEC (nitrogen-use efficiency of its own photosynthesis) has no place
here, because IBIS computes photosynthesis; ``p19`` is not recoverable. ``p20`` is taken to be the
labile carbon that the first year begins with: assumed.
"""

from dataclasses import dataclass
from typing import ClassVar

from explorer.tables.parameter import parameter, require_sound

MA = "Ma et al. 2022, doi 10.5194/gmd-15-6637-2022"
IBIS = "IBIS: Foley et al. 1996, doi 10.1029/96GB02692"
REFLEX = "REFLEX: Fox et al. 2009, doi 10.1016/j.agrformet.2009.05.002"
CHUTER = "Chuter et al. 2015, doi 10.1063/1.4897912"
WILLIAMS = "DALEC: Williams et al. 2005, doi 10.1111/j.1365-2486.2004.00891.x"
ASSUMED = "nep-explorer: assumed"
UNREADABLE = f"{MA}, Table 2 is not recoverable"


# fmt: off
@dataclass(frozen=True, kw_only=True)
class CalibrationParameters:
    """Every number of the process model. Checked on construction, all faults at once."""

    alpha3: float = parameter(
        0.08, "Quantum efficiency α₃", unit="mol mol-1", bounds=(0.04, 0.10), source=IBIS,
        process="photosynthesis")
    theta3: float = parameter(
        0.95, "Curvature between light and Rubisco θ₃", bounds=(0.7, 0.99), source=IBIS,
        process="photosynthesis")
    beta3: float = parameter(
        0.99, "Curvature towards sucrose synthesis β₃", bounds=(0.7, 0.999), source=IBIS,
        process="photosynthesis")
    vmax: float = parameter(
        30.0, "Capacity of Rubisco at 15 °C", unit="µmol m-2 s-1", bounds=(15.0, 80.0),
        source=IBIS, process="photosynthesis")
    stomatal_slope: float = parameter(
        10.0, "Slope of stomata m", bounds=(4.0, 14.0), source=IBIS, process="photosynthesis")
    stomatal_intercept: float = parameter(
        0.01, "Conductance of closed stomata b", unit="mol m-2 s-1", bounds=(0.001, 0.05),
        source=IBIS, process="photosynthesis")
    leaf_respiration: float = parameter(
        0.015, "Leaf respiration over Rubisco's capacity", bounds=(0.005, 0.03), source=IBIS,
        process="photosynthesis")
    extinction: float = parameter(
        0.5, "Extinction of light k", bounds=(0.3, 0.8), source="Monsi and Saeki 1953",
        process="photosynthesis")
    absorptance: float = parameter(
        0.86, "Share of light on a leaf that it absorbs", bounds=(0.7, 0.95),
        source=f"{ASSUMED}, green leaves", process="photosynthesis", stand_in=True)

    p2: float = parameter(
        0.47, "Share of GPP respired at once", bounds=(0.2, 0.7), source=REFLEX, process="pools")
    p3: float = parameter(
        0.5, "Most of NPP that leaves get", bounds=(0.01, 0.9), source=REFLEX, process="pools")
    p4: float = parameter(
        0.43, "Share of the rest that roots get", bounds=(0.01, 0.9), source=REFLEX,
        process="pools")
    p5: float = parameter(
        0.05, "Turnover of foliage", unit="d-1", bounds=(1e-4, 0.1), source=REFLEX,
        process="pools")
    p6: float = parameter(
        8e-5, "Turnover of wood", unit="d-1", bounds=(1e-6, 0.01), source=REFLEX, process="pools")
    p7: float = parameter(
        2.5e-3, "Turnover of roots", unit="d-1", bounds=(1e-4, 0.01), source=REFLEX,
        process="pools")
    p14: float = parameter(
        0.45, "Share of leaf loss that is litter", bounds=(0.2, 0.7), source=REFLEX,
        process="pools")
    p15: float = parameter(
        0.05, "Turnover of labile carbon", unit="d-1", bounds=(1e-4, 0.1), source=REFLEX,
        process="pools")
    p16: float = parameter(
        0.1, "Respired share of what is moved", bounds=(0.01, 0.5), source=REFLEX,
        process="pools")
    p17: float = parameter(
        180.0, "Most carbon of leaves", unit="g C m-2", bounds=(100.0, 500.0), source=REFLEX,
        process="pools")
    p18: float = parameter(
        40.0, "Leaf carbon per area", unit="g C m-2", bounds=(20.0, 110.0), source=REFLEX,
        process="pools")

    p1: float = parameter(
        2e-4, "Decomposition of litter", unit="d-1", bounds=(1e-6, 0.01), source=REFLEX,
        process="decay")
    p8: float = parameter(
        0.02, "Mineralisation of litter", unit="d-1", bounds=(1e-5, 0.1), source=REFLEX,
        process="decay")
    p9: float = parameter(
        4e-5, "Mineralisation of soil carbon", unit="d-1", bounds=(1e-6, 0.01), source=REFLEX,
        process="decay")
    p10: float = parameter(
        0.0693, "Rise of turnover with temperature", unit="degC-1", bounds=(0.02, 0.2),
        source=f"{REFLEX}; 0.0693 doubles in 10 degC", process="decay")

    p12: float = parameter(
        250.0, "Degree-days of leaf-out", unit="degC d", bounds=(100.0, 600.0),
        source=f"{REFLEX}; bounds widened, {ASSUMED}", process="phenology")
    p13: float = parameter(
        5.0, "Leaf-fall below", unit="degC", bounds=(0.0, 18.0), source=f"{MA}; bounds {ASSUMED}",
        process="phenology")
    leaf_out_width: float = parameter(
        10.0, "Width of leaf-out", unit="degC d", bounds=(1.0, 100.0),
        source=f"{ASSUMED}; DALEC jumps", process="phenology", stand_in=True)
    leaf_fall_width: float = parameter(
        0.5, "Width of leaf-fall", unit="degC", bounds=(0.05, 5.0),
        source=f"{ASSUMED}; DALEC jumps", process="phenology", stand_in=True)

    water_capacity: float = parameter(
        200.0, "Water that the soil holds for plants", unit="mm", bounds=(30.0, 600.0),
        source=f"{ASSUMED}, one bucket for the six layers of IBIS", process="water", stand_in=True)
    water_critical: float = parameter(
        0.4, "Filling below which plants feel drought", bounds=(0.05, 0.9),
        source=f"{ASSUMED}, after Feddes et al. 1978", process="water", stand_in=True)
    soil_evaporation: float = parameter(
        0.5, "Evaporation of wet soil over that of water", bounds=(0.05, 1.3),
        source=ASSUMED, process="water", stand_in=True)

    p20: float = parameter(
        100.0, "Labile carbon when the first year begins", unit="g C m-2", bounds=(20.0, 300.0),
        source=f"{ASSUMED}; {UNREADABLE}", process="start", stand_in=True)
    foliage_0: float = parameter(
        0.0, "Foliage before the spin-up", unit="g C m-2", bounds=(0.0, 500.0),
        source=f"{ASSUMED}, bare in January", process="start", stand_in=True)
    root_0: float = parameter(
        300.0, "Roots before the spin-up", unit="g C m-2", bounds=(10.0, 3000.0),
        source=f"{ASSUMED}; Ma et al. take those of {CHUTER}", process="start", stand_in=True)
    wood_0: float = parameter(
        5000.0, "Wood before the spin-up", unit="g C m-2", bounds=(100.0, 50000.0),
        source=f"{ASSUMED}; Ma et al. take those of {CHUTER}", process="start", stand_in=True)
    litter_0: float = parameter(
        200.0, "Litter before the spin-up", unit="g C m-2", bounds=(10.0, 3000.0),
        source=f"{ASSUMED}; Ma et al. take those of {CHUTER}", process="start", stand_in=True)
    soil_0: float = parameter(
        9900.0, "Soil carbon before the spin-up", unit="g C m-2", bounds=(500.0, 50000.0),
        source=f"{WILLIAMS}, rounded", process="start", stand_in=True)

    PROCESSES: ClassVar[dict[str, str]] = {
        "photosynthesis": "Photosynthesis (IBIS)",
        "pools": "Carbon in plants (DALEC)",
        "decay": "Litter and soil (DALEC)",
        "phenology": "Phenology",
        "water": "Soil water",
        "start": "Start",
    }

    def __post_init__(self) -> None:
        """Refuse any value out of bounds, naming all of them."""
        require_sound(self)
# fmt: on


SENSITIVE_TO_GPP = ("alpha3", "theta3", "beta3", "vmax", "p5", "p14", "p20")
"""Ma et al. (2022), sec. 3.2.1: the first block of its calibration."""

SENSITIVE_TO_LAI = ("p5", "p14", "p15", "p17", "p18", "p20")
"""The second block: without ``vmax``, which the first has fixed (sec. 3.2.2)."""

SENSITIVE = tuple(dict.fromkeys((*SENSITIVE_TO_GPP, *SENSITIVE_TO_LAI)))
