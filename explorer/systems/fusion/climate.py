"""Annual predictors of a monthly climatology: what a year is like at a place.

"Annual data were synthesized by the average method" (Zeng et al. 2023): states are averaged over
the year, precipitation is summed. The other predictors are ours; each says where it is from.
"""

import numpy as np

from explorer.tables.periods import days_in_months

WARM = 5.0  # [degC] plants grow in months that are warmer, by convention
FROZEN = 0.0  # [degC]
SATURATION = 100.0  # [mm month-1] scale of rain in ``respiration_climate``


def climate_predictors(
    temperature: np.ndarray, precipitation: np.ndarray, sunshine: np.ndarray
) -> dict[str, np.ndarray]:
    """Return predictors by name.

    Parameters
    ----------
    temperature : array (12, ...). [degC]
    precipitation : array (12, ...). [mm month-1]
    sunshine : array (12, ...). Share of possible sunshine. [percent]

    Returns
    -------
    dict of name -> array (...)
        ``t_mean``, ``t_warmest``, ``t_coldest`` [degC]; ``growing_degrees`` above 5 degC [degC d];
        ``p_sum`` [mm yr-1], ``p_driest``, ``p_wettest`` [mm month-1]; ``p_seasonality`` [1];
        ``p_warm`` in months above 5 degC [mm yr-1]; ``sun_mean`` [percent]; ``miami`` [g m-2 yr-1];
        ``respiration_climate`` [1].
    """
    days = days_in_months(None).reshape((12,) + (1,) * (temperature.ndim - 1))
    warm = temperature > WARM
    return {
        "t_mean": (temperature * days).sum(axis=0) / days.sum(),
        "t_warmest": temperature.max(axis=0),
        "t_coldest": temperature.min(axis=0),
        "growing_degrees": (np.maximum(temperature - WARM, 0) * days).sum(axis=0),
        "p_sum": precipitation.sum(axis=0),
        "p_driest": precipitation.min(axis=0),
        "p_wettest": precipitation.max(axis=0),
        "p_seasonality": _variation(precipitation),
        "p_warm": np.where(warm, precipitation, 0).sum(axis=0)
        + 0 * temperature.sum(axis=0),  # a gap stays a gap
        "sun_mean": (sunshine * days).sum(axis=0) / days.sum(),
        "miami": miami((temperature * days).sum(axis=0) / days.sum(), precipitation.sum(axis=0)),
        "respiration_climate": respiration_climate(temperature, precipitation),
    }


def _variation(values: np.ndarray) -> np.ndarray:
    """Return the coefficient of variation over the months, [1]; 0 where nothing falls."""
    mean = values.mean(axis=0)
    return np.where(mean > 0, values.std(axis=0) / np.where(mean > 0, mean, 1), 0 * mean)


def miami(t_mean: np.ndarray, p_sum: np.ndarray) -> np.ndarray:
    """Return the Miami model's productivity, dry matter.

    Lieth (1975): the smaller of 3000 / (1 + exp(1.315 - 0.119 T)) and
    3000 (1 - exp(-0.000664 P)).

    Parameters
    ----------
    t_mean : array. Mean annual temperature. [degC]
    p_sum : array. Annual precipitation. [mm yr-1]

    Returns
    -------
    array. [g m-2 yr-1]

    Examples
    --------
    >>> round(float(miami(np.array(10.0), np.array(800.0))), 1)
    1236.3
    """
    warmth = 3000 / (1 + np.exp(1.315 - 0.119 * t_mean))
    water = 3000 * (1 - np.exp(-0.000664 * p_sum))
    return np.minimum(warmth, water)


def respiration_climate(temperature: np.ndarray, precipitation: np.ndarray) -> np.ndarray:
    """Return how far a climate lets soil respire over the year, relative.

    The form of Raich et al. (2002), Global Change Biology 8:800: exp(0.05452 T) P / (P + 4.259),
    with P in cm a month, summed over the months; its factor is left out, for a forest does not see
    it.

    Parameters
    ----------
    temperature : array (12, ...). [degC]
    precipitation : array (12, ...). [mm month-1]

    Returns
    -------
    array (...). [1]

    Examples
    --------
    >>> float(respiration_climate(np.zeros(12), np.full(12, 42.59)))
    6.0
    """
    rain = precipitation / 10
    return (np.exp(0.05452 * temperature) * rain / (rain + 4.259)).sum(axis=0)


def index_predictors(index: np.ndarray, temperature: np.ndarray) -> dict[str, np.ndarray]:
    """Return predictors from a vegetation index of twelve months.

    Parameters
    ----------
    index : array (12, ...). [1]
    temperature : array (12, ...). [degC]

    Returns
    -------
    dict of name -> array (...)
        ``evi_mean``, ``evi_max``, ``evi_min``, ``evi_warm`` (the mean of the months above 0 degC
        times their share of the year). [1]
    """
    above = temperature > FROZEN
    return {
        "evi_mean": index.mean(axis=0),
        "evi_max": index.max(axis=0),
        "evi_min": index.min(axis=0),
        "evi_warm": np.where(above, index, 0).mean(axis=0) + 0 * index.sum(axis=0),
    }
