"""Soil: respiration from climate and soil carbon, and the part of it that is heterotrophic."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike


def soil_respiration_rate(
    temperature: ArrayLike,
    precipitation: ArrayLike,
    socd: ArrayLike,
    *,
    r0: float,
    m: float,
    alpha: float,
    beta: float,
    p0: float,
    k: float,
) -> Array:
    """Rate of soil respiration, the GSMSR.

    Liang et al. (2023), Eq. 11, after Yu et al. (2010):
    (R0 + M SOCD) exp[ln(alpha e^(beta T)) T/10] (P + P0)/(P + K). Deviation: none in the form; the
    constants of the two papers differ (see ``parameters.BUNDLES``), and so does the time they are
    per: multiply by the days of the month when they are per day.

    Parameters
    ----------
    temperature : array, any shape. [degC]
    precipitation : array, broadcast against it, in CENTIMETRES. [cm month-1]
    socd : array, broadcast against it
        Soil organic carbon density 0-20 cm. [kg m-2]
    r0, m : float
        Rate without soil carbon, and per soil carbon. [g C m-2 per time, g C kg-1 per time]
    alpha, beta : float
        Temperature response and its change with temperature. [1, degC-1]
    p0, k : float
        Rain offset and half-saturation. [cm month-1]

    Returns
    -------
    array, broadcast shape. [g C m-2 per time of r0 and m]

    Examples
    --------
    >>> yu = dict(r0=0.588, m=0.118, alpha=1.83, beta=-0.006, p0=2.972, k=5.657)
    >>> round(float(soil_respiration_rate(20.0, 10.0, 4.7, **yu)), 4)
    2.4938
    """
    temperature, precipitation = jnp.asarray(temperature), jnp.asarray(precipitation)
    response = jnp.exp((jnp.log(alpha) + beta * temperature) * temperature / 10)
    return (r0 + m * jnp.asarray(socd)) * response * (precipitation + p0) / (precipitation + k)


def heterotrophic_respiration(rs: ArrayLike, square: float, slope: float, offset: float) -> Array:
    """Heterotrophic part of soil respiration, Rh.

    Liang et al. (2023), Eq. 12, after Shi: Rh = -0.0009 Rs^2 + 0.6011 Rs + 4.8874. Deviation: none.
    With the published numbers Rh exceeds Rs below Rs = 11.94 and falls beyond Rs = 334: such pixels
    are counted.

    Parameters
    ----------
    rs : array, any shape
        Soil respiration of a month. [g C m-2 month-1]
    square, slope, offset : float
        Coefficients of the parabola. [m2 month g-1, 1, g C m-2 month-1]

    Returns
    -------
    array, same shape. [g C m-2 month-1]

    Examples
    --------
    >>> round(float(heterotrophic_respiration(60.0, -0.0009, 0.6011, 4.8874)), 4)
    37.7134
    """
    rs = jnp.asarray(rs)
    return (square * rs + slope) * rs + offset


def heterotrophic_respiration_capped(
    rs: ArrayLike, square: float, slope: float, offset: float
) -> Array:
    """Rh that never exceeds Rs and never falls as Rs grows.

    Option of ours to Liang et al. (2023), Eq. 12: Rs is held at the parabola's vertex
    (-slope / (2 square) = 333.9 with the published numbers) and Rh at Rs.

    Parameters
    ----------
    rs : array, any shape. [g C m-2 month-1]
    square, slope, offset : float
        Coefficients of the parabola. [m2 month g-1, 1, g C m-2 month-1]

    Returns
    -------
    array, same shape. [g C m-2 month-1]

    Examples
    --------
    >>> float(heterotrophic_respiration_capped(5.0, -0.0009, 0.6011, 4.8874))
    5.0
    """
    rs = jnp.asarray(rs)
    held = jnp.minimum(rs, respiration_vertex(square, slope))
    return jnp.minimum(heterotrophic_respiration(held, square, slope, offset), rs)


def heterotrophic_respiration_of_year(rs: ArrayLike, slope: float, offset: float) -> Array:
    """Heterotrophic part of a year's soil respiration, Rh.

    Zeng et al. (2023), Eq. 3: Rh = 0.62 Rs + 9.01, R2 .77 over the plateau's pairs. Deviation:
    none. With the published numbers Rh exceeds Rs below Rs = 23.7.

    Parameters
    ----------
    rs : array, any shape
        Soil respiration of a year. [g C m-2 yr-1]
    slope, offset : float
        Coefficients of the line. [1, g C m-2 yr-1]

    Returns
    -------
    array, same shape. [g C m-2 yr-1]

    Examples
    --------
    >>> round(float(heterotrophic_respiration_of_year(400.0, 0.62, 9.01)), 2)
    257.01
    """
    return slope * jnp.asarray(rs) + offset


def respiration_vertex(square: float, slope: float) -> ArrayLike:
    """Soil respiration at which the parabola of Rh is highest.

    From Liang et al. (2023), Eq. 12: -slope / (2 square).

    Parameters
    ----------
    square, slope : float
        Coefficients of the parabola. [m2 month g-1, 1]

    Returns
    -------
    float. [g C m-2 month-1]

    Examples
    --------
    >>> round(respiration_vertex(-0.0009, 0.6011), 2)
    333.94
    """
    return -slope / (2 * square)
