"""THE table of variables: what each is called, its unit, dimensions, range and colours.

Checks, labels, colour bars, file metadata and the documentation all read this table.
The two horizontal dimensions are written ``y`` and ``x`` here; a scene names them
``northing, easting`` (metres, equal area) or ``lat, lon`` (degrees).
"""

from typing import Literal, NamedTuple

Colours = Literal["diverging", "sequential", "temperature", "water", "light", "classes"]


class Variable(NamedTuple):
    """One row. ``valid_range`` is what validation accepts, ``shown_range`` what a map spans."""

    symbol: str
    long_name: str
    unit: str
    dims: tuple[str, ...]
    valid_range: tuple[float, float]
    shown_range: tuple[float, float]
    shown_range_year: tuple[float, float]
    colours: Colours
    yearly: Literal["sum", "mean"] = "mean"
    standard_name: str | None = None


_MONTHLY = ("month", "y", "x")
_FIXED = ("y", "x")
_FLUX = "g C m-2 month-1"

# fmt: off
INPUTS: dict[str, Variable] = {
    "ndvi": Variable(
        "NDVI", "Normalised difference vegetation index", "1", _MONTHLY,
        (-1.0, 1.0), (0.0, 0.9), (0.0, 0.8), "sequential",
        standard_name="normalized_difference_vegetation_index",
    ),
    "ci": Variable(
        "CI", "Clumping index", "1", _MONTHLY,
        (0.0, 1.5), (0.4, 0.95), (0.4, 0.95), "sequential",
    ),
    "temperature": Variable(
        "T", "Mean air temperature", "degC", _MONTHLY,
        (-70.0, 60.0), (-30.0, 30.0), (-10.0, 25.0), "temperature",
        standard_name="air_temperature",
    ),
    "precipitation": Variable(
        "P", "Precipitation", "mm month-1", _MONTHLY,
        (0.0, 3000.0), (0.0, 300.0), (0.0, 2000.0), "water", "sum",
    ),
    "radiation": Variable(
        "SOL", "Total solar radiation", "MJ m-2 month-1", _MONTHLY,
        (0.0, 1500.0), (100.0, 800.0), (3500.0, 7500.0), "light", "sum",
    ),
    "sunshine": Variable(
        "n/N", "Fraction of possible sunshine", "1", _MONTHLY,
        (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), "light",
    ),
    "land_cover": Variable(
        "IGBP", "IGBP land cover", "code", _FIXED,
        (0, 255), (0, 17), (0, 17), "classes",
    ),
    "elevation": Variable(
        "z", "Elevation above sea level", "m", _FIXED,
        (-500.0, 9000.0), (0.0, 6000.0), (0.0, 6000.0), "sequential",
        standard_name="surface_altitude",
    ),
    "region": Variable(
        "region", "Region", "code", _FIXED,
        (0, 32767), (0, 35), (0, 35), "classes",
    ),
    "reference_npp": Variable(
        "NPP ref", "Reference net primary productivity", "g C m-2 yr-1", _FIXED,
        (-100.0, 5000.0), (0.0, 1200.0), (0.0, 1200.0), "sequential",
    ),
}

OUTPUTS: dict[str, Variable] = {
    "nep": Variable(
        "NEP", "Net ecosystem productivity (positive = sink)", _FLUX, _MONTHLY,
        (-500.0, 800.0), (-90.0, 90.0), (-500.0, 500.0), "diverging", "sum",
    ),
    "npp": Variable(
        "NPP", "Net primary productivity", _FLUX, _MONTHLY,
        (0.0, 1000.0), (0.0, 150.0), (0.0, 1000.0), "sequential", "sum",
        "net_primary_productivity_of_biomass_expressed_as_carbon",
    ),
    "rh": Variable(
        "Rh", "Heterotrophic respiration", _FLUX, _MONTHLY,
        (-200.0, 500.0), (0.0, 100.0), (0.0, 700.0), "sequential", "sum",
    ),
    "rs": Variable(
        "Rs", "Soil respiration", _FLUX, _MONTHLY,
        (0.0, 2000.0), (0.0, 200.0), (0.0, 1200.0), "sequential", "sum",
    ),
    "fpar": Variable(
        "FPAR", "Fraction of photosynthetically active radiation absorbed", "1", _MONTHLY,
        (0.0, 0.95), (0.0, 0.95), (0.0, 0.95), "sequential",
    ),
    "epsilon": Variable(
        "ε", "Light-use efficiency", "g C MJ-1", _MONTHLY,
        (0.0, 3.0), (0.0, 1.0), (0.0, 0.8), "sequential",
    ),
    "apar": Variable(
        "APAR", "Absorbed photosynthetically active radiation", "MJ m-2 month-1", _MONTHLY,
        (0.0, 750.0), (0.0, 350.0), (0.0, 2500.0), "light", "sum",
    ),
    "t_scalar_1": Variable(
        "Tε1", "Temperature stress at the optimum", "1", _MONTHLY,
        (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), "sequential",
    ),
    "t_scalar_2": Variable(
        "Tε2", "Temperature stress away from the optimum", "1", _MONTHLY,
        (0.0, 1.2), (0.0, 1.0), (0.0, 1.0), "sequential",
    ),
    "w_scalar": Variable(
        "Wε", "Water stress", "1", _MONTHLY,
        (0.0, 1.0), (0.5, 1.0), (0.5, 1.0), "water",
    ),
}

# fmt: on

VARIABLES: dict[str, Variable] = INPUTS | OUTPUTS

REQUIRED: tuple[str, ...] = (
    "ndvi",
    "temperature",
    "precipitation",
    "land_cover",
    "elevation",
    "region",
)
"""Every scene has these; light comes from ``radiation``, else ``sunshine``, else a cloud factor."""

FLAGS: tuple[str, ...] = ("land_cover", "region")
"""Integer layers of codes: never averaged, never interpolated."""


def shown_unit(name: str, *, yearly: bool) -> str:
    """Return the unit of a variable as a map of one month, or of the year, shows it."""
    variable = VARIABLES[name]
    if yearly and variable.yearly == "sum":
        return variable.unit.replace("month-1", "yr-1")
    return variable.unit


def pretty_unit(unit: str) -> str:
    """Return a unit with real superscripts, for people: ``g C m-2`` becomes ``g C m⁻²``."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    words = []
    for word in unit.split():
        stem = word.rstrip("-0123456789")
        words.append(word if not stem else stem + word[len(stem) :].translate(raised))
    return " ".join(words).replace("degC", "°C")
