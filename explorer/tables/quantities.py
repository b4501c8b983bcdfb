"""Quantities that are measured at towers and that systems have in common: one row for all."""

from explorer.tables.unit import Unit, unit_of
from explorer.tables.variable import MONTHLY, Variable

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
}
# fmt: on
