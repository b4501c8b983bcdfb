"""THE table of parameters of System 1: value, unit, bounds, source, and what it belongs to.

Sliders, checks, labels, documentation and the command line's ``--set`` all read this table.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from explorer.systems.nep.classes import CLASSES, column
from explorer.tables.parameter import Bundles, PerClass, class_table, parameter, require_sound

LIANG = "Liang et al. 2023, doi 10.1109/JSTARS.2023.3325774"
ZHU = "Zhu et al. 2007, J. Plant Ecol. (China) 31:413"
POTTER = "Potter et al. 1993, doi 10.1029/93GB02725"
YU = "Yu et al. 2010, Environ. Sci. Technol. 44:6074"
FAO = "FAO Irrigation and Drainage Paper 56"
BEPS = "BEPS land-cover table; STAND-IN for He et al. 2012, to be verified"
OURS = "nep-explorer"


# fmt: off
@dataclass(frozen=True, kw_only=True)
class NepParameters:
    """Every number and choice of System 1. Checked on construction, all faults at once."""

    epsilon_max: PerClass = class_table(
        column("epsilon_max"), "Maximum light-use efficiency ε_max", unit="g C MJ-1",
        bounds=(0.09, 2.16), source=f"{LIANG}, sec. III-A2", process="efficiency")

    fpar_limits: Literal["scene", "data", "table"] = parameter(
        "scene", "Class limits of NDVI and SR", process="canopy",
        called={"scene": "scene and table", "data": "from this scene", "table": "from the table"},
        source="scene: full cover is the p95 of the class's yearly maxima in the scene, bare "
        f"ground that of the table; data: bare ground is the p5 of the class; table: {ZHU}")
    bare_cover: Literal["grassland", "own"] = parameter(
        "grassland", "Full cover of bare land (scene)", process="canopy",
        source=f"grassland: the grassland's, as in {ZHU}; own: the p95 of bare land itself, whose "
        "greenest cells then have a full canopy")
    ndvi_max: PerClass = class_table(
        column("ndvi_max"), "NDVI at full cover (table)", bounds=(0.51, 0.99), source=ZHU,
        process="canopy")
    ndvi_min: PerClass = class_table(
        dict.fromkeys(CLASSES, 0.023), "NDVI of bare ground (scene, table)", bounds=(-0.2, 0.5),
        source=ZHU, process="canopy")
    sr_max: PerClass = class_table(
        column("sr_max"), "Simple ratio at full cover (table)", bounds=(3.01, 60.0), source=ZHU,
        process="canopy")
    sr_min: PerClass = class_table(
        dict.fromkeys(CLASSES, 1.05), "Simple ratio of bare ground (scene, table)",
        bounds=(0.7, 3.0), source=ZHU, process="canopy")
    sr_weight: float = parameter(
        0.5, "Weight α of the SR estimate of FPAR", bounds=(0.0, 1.0), source=f"{LIANG}, eq. 3",
        process="canopy")
    fpar_min: float = parameter(
        0.001, "Lowest FPAR", bounds=(0.0, 0.1), source=f"{LIANG}, eqs. 4 and 6",
        process="canopy")
    fpar_max: float = parameter(
        0.950, "Highest FPAR", bounds=(0.5, 1.0), source=f"{LIANG}, eqs. 4 and 6",
        process="canopy")
    ci_scheme: Literal["none", "I", "II"] = parameter(
        "II", "Clumping scheme", process="canopy",
        source=f"{LIANG}, eq. 7: none; I one value a class; II the class's mean of each month")
    ci_ref: PerClass = class_table(
        column("ci_ref"), "Reference clumping index (scheme I)", bounds=(0.2, 1.2), source=BEPS,
        process="canopy", stand_in=True)

    angstrom_a: float = parameter(
        0.25, "Share of light under full cloud", bounds=(0.0, 0.6), source=f"{FAO}, eq. 35",
        process="light")
    angstrom_b: float = parameter(
        0.50, "Further share under clear sky", bounds=(0.0, 0.8), source=f"{FAO}, eq. 35",
        process="light")
    cloud_factor: float = parameter(
        0.70, "Cloud factor (scene without radiation or sunshine)", bounds=(0.2, 1.0),
        source=f"{OURS}: assumed; clear-sky light alone is 50-100 % too high", process="light",
        stand_in=True)
    par_share: float = parameter(
        0.5, "Share of radiation that is PAR", bounds=(0.3, 0.6), source=f"{LIANG}, eq. 2",
        process="light")

    t_scalar_1_cold_limit: float = parameter(
        -10.0, "Tε1 is 0 at or below", unit="degC", bounds=(-40.0, 5.0), source=ZHU,
        process="stress")
    t_scalar_2_rule: Literal["zhu", "raw"] = parameter(
        "zhu", "Tε2 far from the optimum", process="stress",
        called={"zhu": "after Zhu 2007", "raw": "smooth"},
        source=f"zhu: half of its value at the optimum, {ZHU}; raw: the smooth curve, {POTTER}")
    t_scalar_2_scale: float = parameter(
        1.184, "Scale of Tε2", bounds=(1.0, 1.4), source=f"{ZHU}; {POTTER} has 1.1814",
        process="stress")
    w_min: float = parameter(
        0.5, "Lowest Wε", bounds=(0.0, 1.0), source=POTTER, process="stress")
    w_scalar_rule: Literal["carried", "blended"] = parameter(
        "carried", "Wε of frozen months", process="stress",
        source=f"carried: that of the last thawed month, {ZHU}; blended: the mean of the year's "
        f"thaw, without jumps, {OURS}")
    thawed_at: float = parameter(
        5.0, "Thawed throughout at (blended)", unit="degC", bounds=(0.5, 15.0),
        source=f"{OURS}: assumed, the usual limit of the growing season", process="stress")

    rs_r0: float = parameter(
        0.588, "Rs at no soil carbon, R0", unit="g C m-2 d-1", bounds=(0.0, 5.0), source=YU,
        process="soil")
    rs_m: float = parameter(
        0.118, "Rs per soil carbon density, M", unit="g C kg-1 d-1", bounds=(0.0, 1.0),
        source=f"{YU}; {LIANG} prints .188", process="soil")
    rs_alpha: float = parameter(
        1.83, "Temperature response α", bounds=(1.0, 4.0), source=YU, process="soil")
    rs_beta: float = parameter(
        -0.006, "Its change with temperature β", unit="degC-1", bounds=(-0.05, 0.05),
        source=f"{YU}; {LIANG} prints +.006", process="soil")
    rs_p0: float = parameter(
        2.972, "Rain offset P0", unit="cm month-1", bounds=(0.0, 20.0),
        source=f"{YU}; {LIANG} gives none", process="soil")
    rs_k: float = parameter(
        5.657, "Half-saturation of rain K", unit="cm month-1", bounds=(0.1, 50.0), source=YU,
        process="soil")
    rs_basis: Literal["day", "month"] = parameter(
        "day", "Rs constants are per", process="soil", source=f"day: {YU}; month: {LIANG}")
    socd: PerClass = class_table(
        column("socd"), "Soil organic carbon density 0-20 cm", unit="kg m-2", bounds=(0.0, 50.0),
        source=f"{LIANG}, sec. II-B4; 'other' not given, 0 assumed", process="soil")
    rh_rule: Literal["faithful", "capped"] = parameter(
        "faithful", "Rh from Rs", process="soil",
        called={"faithful": "as in the paper", "capped": "limited to Rs"},
        source=f"faithful: {LIANG}, eq. 12; capped: Rh never above Rs, Rs held at the vertex")
    rh_square: float = parameter(
        -0.0009, "Rh: factor of Rs²", unit="m2 month g-1", bounds=(-0.01, -1e-5),
        source=f"{LIANG}, eq. 12", process="soil")
    rh_slope: float = parameter(
        0.6011, "Rh: factor of Rs", bounds=(0.0, 1.0), source=f"{LIANG}, eq. 12", process="soil")
    rh_offset: float = parameter(
        4.8874, "Rh: constant", unit="g C m-2 month-1", bounds=(-20.0, 40.0),
        source=f"{LIANG}, eq. 12", process="soil")

    delta_t: float = parameter(
        0.0, "Warming ΔT", unit="degC", bounds=(-10.0, 10.0), source=OURS, process="climate")
    precip_factor: float = parameter(
        1.0, "Precipitation ×", bounds=(0.0, 3.0), source=OURS, process="climate")
    acclimation: float = parameter(
        0.0, "Share of ΔT that the optimum follows", bounds=(0.0, 1.0),
        source=f"{OURS}: 0 keeps today's optimum temperature", process="climate")

    PROCESSES: ClassVar[dict[str, str]] = {
        "efficiency": "Light-use efficiency",
        "canopy": "Canopy: FPAR and clumping",
        "light": "Radiation",
        "stress": "Temperature and water stress",
        "soil": "Soil respiration",
        "climate": "Climate shift",
    }

    # ``as_printed`` holds the constants that Liang et al. print, without P0. The rate stays per
    # day: the printed "per month" gives 61-81 g C m-2 a year everywhere, far from the paper's own
    # Rh; set ``rs_basis=month`` beside it to see that.
    BUNDLES: ClassVar[Bundles] = {
        "soil_constants": {
            "yu2010": {
                "rs_r0": 0.588, "rs_m": 0.118, "rs_alpha": 1.83, "rs_beta": -0.006,
                "rs_p0": 2.972, "rs_k": 5.657, "rs_basis": "day",
            },
            "as_printed": {
                "rs_r0": 0.588, "rs_m": 0.188, "rs_alpha": 1.83, "rs_beta": 0.006,
                "rs_p0": 0.0, "rs_k": 5.657, "rs_basis": "day",
            },
        }
    }

    def __post_init__(self) -> None:
        """Refuse any value out of bounds, naming all of them."""
        require_sound(self)
# fmt: on
