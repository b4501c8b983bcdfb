"""Named conversions between units. Units are fixed at the border; inside are plain arrays.

Each unit of a quantity is written once, as the factor and offset that bring it to the
quantity's canonical unit: ``canonical = factor * value + offset``. Units "per month" depend on
the length of the month, so their factor is given per day and multiplied by the days.
"""

from typing import NamedTuple

SQUARE_METRES_PER_SQUARE_KILOMETRE = 1e6
GRAMS_PER_TERAGRAM = 1e12
SECONDS_PER_DAY = 86_400
JOULES_PER_MEGAJOULE = 1e6
MILLIMETRES_PER_CENTIMETRE = 10.0


class Conversion(NamedTuple):
    """Linear step to the canonical unit; ``per_day`` says that days in month still multiply."""

    factor: float
    offset: float = 0.0
    per_day: bool = False


CONVERSIONS: dict[str, dict[str, Conversion]] = {
    "1": {
        "1": Conversion(1.0),
        "%": Conversion(0.01),
        "percent": Conversion(0.01),
        "0.0001": Conversion(0.0001),
    },
    "degC": {
        "degC": Conversion(1.0),
        "K": Conversion(1.0, -273.15),
        "0.1 degC": Conversion(0.1),
    },
    "mm month-1": {
        "mm month-1": Conversion(1.0),
        "0.1 mm month-1": Conversion(0.1),
        "cm month-1": Conversion(MILLIMETRES_PER_CENTIMETRE),
        "m month-1": Conversion(1000.0),
        "mm d-1": Conversion(1.0, per_day=True),
        "kg m-2 s-1": Conversion(SECONDS_PER_DAY, per_day=True),
    },
    "MJ m-2 month-1": {
        "MJ m-2 month-1": Conversion(1.0),
        "MJ m-2 d-1": Conversion(1.0, per_day=True),
        "W m-2": Conversion(SECONDS_PER_DAY / JOULES_PER_MEGAJOULE, per_day=True),
        "J m-2 d-1": Conversion(1 / JOULES_PER_MEGAJOULE, per_day=True),
    },
    "m": {"m": Conversion(1.0), "km": Conversion(1000.0)},
    "g C m-2 yr-1": {
        "g C m-2 yr-1": Conversion(1.0),
        "kg C m-2 yr-1": Conversion(1000.0),
        "0.1 g C m-2 yr-1": Conversion(0.1),
    },
    "code": {"code": Conversion(1.0)},
}

_SPELLINGS = {
    "": "1",
    "-": "1",
    "dimensionless": "1",
    "fraction": "1",
    "percent of possible sunshine": "percent",
    "celsius": "degC",
    "°c": "degC",
    "deg_c": "degC",
    "degrees_celsius": "degC",
    "kelvin": "K",
    "mm": "mm month-1",
    "mm/month": "mm month-1",
    "0.1mm": "0.1 mm month-1",
    "mm/day": "mm d-1",
    "mm day-1": "mm d-1",
    "w/m2": "W m-2",
    "w/m^2": "W m-2",
    "mj m-2": "MJ m-2 month-1",
    "mj m-2 day-1": "MJ m-2 d-1",
    "metre": "m",
    "meters": "m",
    "metres": "m",
    "gc m-2 yr-1": "g C m-2 yr-1",
    "kgc m-2 yr-1": "kg C m-2 yr-1",
}


def spelled_out(unit: str) -> str:
    """Return the package's own spelling of a unit string; an unknown one comes back as it is."""
    plain = " ".join(unit.split())
    return _SPELLINGS.get(plain.lower(), plain)


def accepted_units(canonical: str) -> list[str]:
    """Return the units that can be brought to the canonical one."""
    return list(CONVERSIONS[canonical])


def conversion(unit: str, canonical: str) -> Conversion | None:
    """Return the step from ``unit`` to ``canonical``, or None when there is none."""
    return CONVERSIONS[canonical].get(spelled_out(unit))
