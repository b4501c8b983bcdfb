"""THE tables of variables of System 2: what it asks of a scene, and what it gives a year."""

from explorer.tables.quantities import QUANTITIES
from explorer.tables.unit import Unit, unit_of
from explorer.tables.variable import CODED, FIXED, Inputs, Variable

FLUX_OF_YEAR = Unit("g C", "m-2", "yr")

INPUTS = Inputs(
    rows={
        **{name: QUANTITIES[name] for name in ("ndvi", "temperature", "precipitation")},
        **{name: QUANTITIES[name] for name in ("radiation", "sunshine", "elevation")},
        "reference_npp": QUANTITIES["reference_npp"],
        **CODED,
    },
    required=("ndvi", "temperature", "precipitation", "land_cover", "elevation", "region"),
    optional=("reference_npp",),
    unused_beside={"sunshine": "radiation"},
)

# fmt: off
OUTPUTS: dict[str, Variable] = {
    "nep": Variable(
        "NEP", "Net ecosystem productivity (positive = sink)", FLUX_OF_YEAR, FIXED,
        (-4000.0, 5000.0), (-500.0, 500.0), (-500.0, 500.0), "diverging",
    ),
    "npp": Variable(
        "NPP", "Net primary productivity", FLUX_OF_YEAR, FIXED,
        (0.0, 5000.0), (0.0, 1000.0), (0.0, 1000.0), "sequential",
        "net_primary_productivity_of_biomass_expressed_as_carbon",
    ),
    "rs": Variable(
        "Rs", "Soil respiration", FLUX_OF_YEAR, FIXED,
        (0.0, 5000.0), (0.0, 1200.0), (0.0, 1200.0), "sequential",
    ),
    "rh": Variable(
        "Rh", "Heterotrophic respiration", FLUX_OF_YEAR, FIXED,
        (0.0, 4000.0), (0.0, 700.0), (0.0, 700.0), "sequential",
    ),
    "npp_interval": Variable(
        "NPP ±", "Width of the 90 % interval of NPP at a place", FLUX_OF_YEAR, FIXED,
        (0.0, 10000.0), (0.0, 1500.0), (0.0, 1500.0), "sequential",
    ),
    "rs_interval": Variable(
        "Rs ±", "Width of the 90 % interval of soil respiration at a place", FLUX_OF_YEAR, FIXED,
        (0.0, 10000.0), (0.0, 1500.0), (0.0, 1500.0), "sequential",
    ),
    "unlikeness": Variable(
        "DI", "Unlikeness to the samples (above 1: outside the area of applicability)",
        unit_of("1"), FIXED, (0.0, 1000.0), (0.0, 2.0), (0.0, 2.0), "sequential",
    ),
}
# fmt: on
