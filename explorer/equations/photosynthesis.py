"""Photosynthesis of C3 leaves and their canopy, as the Integrated Biosphere Simulator has it.

Rates are in µmol m-2 s-1 and CO2 in µmol mol-1, where IBIS has mol: single precision then keeps
clear of its smallest numbers. Light is in W m-2 of photosynthetically active radiation.
"""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

OXYGEN = 209_000.0  # µmol mol-1
QUANTA = 4.59  # µmol of photons per J of photosynthetically active light
WARMTH_OF_REFERENCE = 3.47e-3  # K-1, the inverse of 288.2 K
KELVIN = 273.15
SMALLEST = 1e-8
"""Added under the root of ``smoothed_minimum``: its slope is finite where both rates are 0."""


def _distance_from_reference(t_leaf: ArrayLike) -> Array:
    """Return 1/T_ref - 1/T, which is positive above 15 degC. [K-1]."""
    return WARMTH_OF_REFERENCE - 1 / (jnp.asarray(t_leaf) + KELVIN)


def co2_compensation_point(t_leaf: ArrayLike) -> Array:
    """CO2 inside the leaf at which light reactions only make up for photorespiration.

    Foley et al. (1996) after Farquhar et al. (1980): O2 / (2 tau), tau = 4500 exp(-4500 rw).
    Deviation: none.

    Parameters
    ----------
    t_leaf : array, any shape. [degC]

    Returns
    -------
    array, same shape. [µmol mol-1]

    Examples
    --------
    >>> round(float(co2_compensation_point(25.0)), 2)
    39.14
    """
    return OXYGEN / (2 * 4500 * jnp.exp(-4500 * _distance_from_reference(t_leaf)))


def rubisco_half_saturation(t_leaf: ArrayLike) -> Array:
    """CO2 at which Rubisco works at half speed in air: Kc (1 + O2 / Ko).

    Foley et al. (1996): Kc = 1.5e-4 exp(6000 rw), Ko = 0.25 exp(1500 rw) mol mol-1. Deviation:
    none.

    Parameters
    ----------
    t_leaf : array, any shape. [degC]

    Returns
    -------
    array, same shape. [µmol mol-1]

    Examples
    --------
    >>> round(float(rubisco_half_saturation(25.0)), 1)
    512.2
    """
    rw = _distance_from_reference(t_leaf)
    kc, ko = 150 * jnp.exp(6000 * rw), 250_000 * jnp.exp(1500 * rw)
    return kc * (1 + OXYGEN / ko)


def rubisco_temperature_response(t_leaf: ArrayLike) -> Array:
    """Speed of Rubisco relative to 15 degC, with its loss in frost and heat.

    Foley et al. (1996): exp(3500 rw) / {[1 + exp(0.4 (5 - T))] [1 + exp(0.4 (T - 50))]}. Deviation:
    none.

    Parameters
    ----------
    t_leaf : array, any shape. [degC]

    Returns
    -------
    array, same shape. [1]

    Examples
    --------
    >>> round(float(rubisco_temperature_response(25.0)), 3)
    1.5
    """
    t_leaf = jnp.asarray(t_leaf)
    speed = jnp.exp(3500 * _distance_from_reference(t_leaf))
    return speed / ((1 + jnp.exp(0.4 * (5 - t_leaf))) * (1 + jnp.exp(0.4 * (t_leaf - 50))))


def light_limited_rate(
    par: ArrayLike, alpha3: ArrayLike, ci: ArrayLike, compensation: ArrayLike
) -> Array:
    """Gross photosynthesis as far as light allows, Je.

    Foley et al. (1996): PAR 4.59 alpha3 (ci - G) / (ci + 2 G). Deviation: none.

    Parameters
    ----------
    par : array, any shape
        Absorbed by the leaf. [W m-2]
    alpha3 : array, broadcast against it
        Intrinsic quantum efficiency. [mol mol-1]
    ci, compensation : arrays, broadcast against it
        CO2 inside the leaf, and its compensation point. [µmol mol-1]

    Returns
    -------
    array, broadcast shape. [µmol m-2 s-1]

    Examples
    --------
    >>> round(float(light_limited_rate(100.0, 0.08, 280.0, 39.0)), 3)
    24.719
    """
    ci, compensation = jnp.asarray(ci), jnp.asarray(compensation)
    return jnp.asarray(par) * QUANTA * alpha3 * (ci - compensation) / (ci + 2 * compensation)


def rubisco_limited_rate(
    capacity: ArrayLike, ci: ArrayLike, compensation: ArrayLike, half_saturation: ArrayLike
) -> Array:
    """Gross photosynthesis as far as Rubisco allows, Jc.

    Foley et al. (1996) after Farquhar et al. (1980): Vm (ci - G) / (ci + Kc (1 + O2 / Ko)).
    Deviation: none.

    Parameters
    ----------
    capacity : array, any shape
        Vm at the temperature and water stress of the leaf. [µmol m-2 s-1]
    ci, compensation, half_saturation : arrays, broadcast against it. [µmol mol-1]

    Returns
    -------
    array, broadcast shape. [µmol m-2 s-1]

    Examples
    --------
    >>> round(float(rubisco_limited_rate(45.0, 280.0, 39.0, 512.0)), 3)
    13.693
    """
    ci = jnp.asarray(ci)
    return jnp.asarray(capacity) * (ci - compensation) / (ci + half_saturation)


def smoothed_minimum(first: ArrayLike, second: ArrayLike, curvature: ArrayLike) -> Array:
    """Joint rate of two limits: the smaller root of c J^2 - (a + b) J + a b = 0.

    Collatz et al. (1991), as in Foley et al. (1996). Deviation: none but for rounding; the root is
    written as 2 a b / (a + b + sqrt((a - b)^2 + 4 (1 - c) a b)), which does not cancel.

    Parameters
    ----------
    first, second : arrays, any shape
        Not negative. [µmol m-2 s-1]
    curvature : array, broadcast against them
        1 = the plain minimum. [1]

    Returns
    -------
    array, broadcast shape. [µmol m-2 s-1]

    Examples
    --------
    >>> round(float(smoothed_minimum(24.0, 14.0, 0.95)), 4)
    13.1944
    """
    first, second = jnp.asarray(first), jnp.asarray(second)
    product = first * second
    root = jnp.sqrt((first - second) ** 2 + 4 * (1 - curvature) * product + SMALLEST)
    return 2 * product / (first + second + root)


def stomatal_conductance(
    net: ArrayLike, humidity: ArrayLike, co2: ArrayLike, slope: ArrayLike, intercept: ArrayLike
) -> Array:
    """Conductance of stomata to water vapour: m An hs / cs + b.

    Ball et al. (1987), as in Foley et al. (1996). Deviation: none.

    Parameters
    ----------
    net : array, any shape
        Net photosynthesis An, not negative. [µmol m-2 s-1]
    humidity : array, broadcast against it
        Relative humidity at the leaf. [1]
    co2 : array, broadcast against it
        At the leaf. [µmol mol-1]
    slope, intercept : arrays, broadcast against it
        m and b. [1, mol m-2 s-1]

    Returns
    -------
    array, broadcast shape. [mol m-2 s-1]

    Examples
    --------
    >>> round(float(stomatal_conductance(12.0, 0.7, 380.0, 10.0, 0.01)), 4)
    0.2311
    """
    return jnp.asarray(slope) * jnp.asarray(net) * humidity / co2 + intercept


def co2_inside_leaf(co2: ArrayLike, net: ArrayLike, conductance: ArrayLike) -> Array:
    """CO2 inside the leaf: cs - 1.6 An / gs.

    Foley et al. (1996). Deviation: none.

    Parameters
    ----------
    co2 : array, any shape
        At the leaf. [µmol mol-1]
    net : array, broadcast against it. [µmol m-2 s-1]
    conductance : array, broadcast against it
        To water vapour. [mol m-2 s-1]

    Returns
    -------
    array, broadcast shape. [µmol mol-1]

    Examples
    --------
    >>> round(float(co2_inside_leaf(380.0, 12.0, 0.2311)), 2)
    296.92
    """
    return jnp.asarray(co2) - 1.6 * jnp.asarray(net) / conductance


def canopy_scaling(lai: ArrayLike, extinction: ArrayLike) -> Array:
    """Leaves at the top of the canopy that would do what the whole canopy does.

    Foley et al. (1996): (1 - exp(-k L)) / k. Deviation: none.

    Parameters
    ----------
    lai : array, any shape
        Leaf area index. [m2 m-2]
    extinction : array, broadcast against it
        Of light, k. [1]

    Returns
    -------
    array, broadcast shape. [m2 m-2]

    Examples
    --------
    >>> round(float(canopy_scaling(4.5, 0.5)), 4)
    1.7892
    """
    return (1 - jnp.exp(-jnp.asarray(extinction) * lai)) / extinction
