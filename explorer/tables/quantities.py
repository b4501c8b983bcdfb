"""Quantities that several systems read or give, or that towers measure: one row for all."""

from explorer.tables.unit import Unit, unit_of
from explorer.tables.variable import FIXED, MONTHLY, Variable

FLUX = Unit("g C", "m-2", "month")

# fmt: off
QUANTITIES: dict[str, Variable] = {
    "nep": Variable(
        "NEP", "Net ecosystem productivity (positive = sink)", FLUX, MONTHLY,
        (-500.0, 800.0), (-90.0, 90.0), (-500.0, 500.0), "diverging",
    ),
    "temperature": Variable(
        "T", "Mean air temperature", unit_of("degC"), MONTHLY,
        (-70.0, 60.0), (-30.0, 30.0), (-10.0, 25.0), "temperature",
        standard_name="air_temperature",
    ),
    "precipitation": Variable(
        "P", "Precipitation", unit_of("mm month-1"), MONTHLY,
        (0.0, 3000.0), (0.0, 300.0), (0.0, 2000.0), "water",
    ),
    "radiation": Variable(
        "SOL", "Total solar radiation", unit_of("MJ m-2 month-1"), MONTHLY,
        (0.0, 1500.0), (100.0, 800.0), (3500.0, 7500.0), "light",
    ),
    "ndvi": Variable(
        "NDVI", "Normalised difference vegetation index", unit_of("1"), MONTHLY,
        (-1.0, 1.0), (0.0, 0.9), (0.0, 0.8), "sequential",
        standard_name="normalized_difference_vegetation_index",
    ),
    "sunshine": Variable(
        "n/N", "Fraction of possible sunshine", unit_of("1"), MONTHLY,
        (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), "light",
    ),
    "elevation": Variable(
        "z", "Elevation above sea level", unit_of("m"), FIXED,
        (-500.0, 9000.0), (0.0, 6000.0), (0.0, 6000.0), "sequential",
        standard_name="surface_altitude",
    ),
    "reference_npp": Variable(
        "NPP ref", "Reference net primary productivity", unit_of("g C m-2 yr-1"), FIXED,
        (-100.0, 5000.0), (0.0, 1200.0), (0.0, 1200.0), "sequential",
    ),
}
# fmt: on
