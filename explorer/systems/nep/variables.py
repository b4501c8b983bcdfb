"""THE tables of variables of System 1: what it asks of a scene, and what it gives.

Checks, labels, colour bars, file metadata and the documentation all read these tables.
"""

from explorer.tables.quantities import FLUX, QUANTITIES
from explorer.tables.unit import unit_of
from explorer.tables.variable import CODED, MONTHLY, Inputs, Variable

# fmt: off
_ROWS: dict[str, Variable] = {
    "ndvi": QUANTITIES["ndvi"],
    "ci": Variable(
        "CI", "Clumping index", unit_of("1"), MONTHLY,
        (0.0, 1.5), (0.4, 0.95), (0.4, 0.95), "sequential",
    ),
    "temperature": QUANTITIES["temperature"],
    "precipitation": QUANTITIES["precipitation"],
    "radiation": QUANTITIES["radiation"],
    "sunshine": QUANTITIES["sunshine"],
    "land_cover": CODED["land_cover"],
    "elevation": QUANTITIES["elevation"],
    "region": CODED["region"],
    "reference_npp": QUANTITIES["reference_npp"],
}

OUTPUTS: dict[str, Variable] = {
    "nep": QUANTITIES["nep"],
    "npp": Variable(
        "NPP", "Net primary productivity", FLUX, MONTHLY,
        (0.0, 1000.0), (0.0, 150.0), (0.0, 1000.0), "sequential",
        "net_primary_productivity_of_biomass_expressed_as_carbon",
    ),
    "rh": Variable(
        "Rh", "Heterotrophic respiration", FLUX, MONTHLY,
        (-200.0, 500.0), (0.0, 100.0), (0.0, 700.0), "sequential",
    ),
    "rs": Variable(
        "Rs", "Soil respiration", FLUX, MONTHLY,
        (0.0, 2000.0), (0.0, 200.0), (0.0, 1200.0), "sequential",
    ),
    "fpar": Variable(
        "FPAR", "Fraction of photosynthetically active radiation absorbed", unit_of("1"), MONTHLY,
        (0.0, 0.95), (0.0, 0.95), (0.0, 0.95), "sequential",
    ),
    "epsilon": Variable(
        "ε", "Light-use efficiency", unit_of("g C MJ-1"), MONTHLY,
        (0.0, 3.0), (0.0, 1.0), (0.0, 0.8), "sequential",
    ),
    "apar": Variable(
        "APAR", "Absorbed photosynthetically active radiation", unit_of("MJ m-2 month-1"), MONTHLY,
        (0.0, 750.0), (0.0, 350.0), (0.0, 2500.0), "light",
    ),
    "t_scalar_1": Variable(
        "Tε1", "Temperature stress at the optimum", unit_of("1"), MONTHLY,
        (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), "sequential",
    ),
    "t_scalar_2": Variable(
        "Tε2", "Temperature stress away from the optimum", unit_of("1"), MONTHLY,
        (0.0, 1.2), (0.0, 1.0), (0.0, 1.0), "sequential",
    ),
    "w_scalar": Variable(
        "Wε", "Water stress", unit_of("1"), MONTHLY,
        (0.0, 1.0), (0.5, 1.0), (0.5, 1.0), "water",
    ),
}

# fmt: on

INPUTS = Inputs(
    rows=_ROWS,
    required=("ndvi", "temperature", "precipitation", "land_cover", "elevation", "region"),
    optional=("ci", "reference_npp"),
    unused_beside={"sunshine": "radiation"},
)
"""Light comes from ``radiation``, else ``sunshine``, else a cloud factor."""
