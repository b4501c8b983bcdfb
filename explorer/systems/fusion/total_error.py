"""How uncertain a total is, when the errors of neighbouring places go together.

The error of a total is not sigma / sqrt(cells): a forest that is too high at one place is too high
at the next. Two things are added up. What other studies would have made of the forest is seen by
leaving studies out (a jackknife): it moves all cells at once. What no forest of these predictors
can know is read off the residuals of held-out samples, with how far they go together.
"""

from typing import NamedTuple

import numpy as np

EARTH_KM = 6371.0
BINS_KM = np.array([0, 25, 50, 100, 150, 200, 300, 400, 600, 800, 1100, 1500.0])
LENGTHS_KM = (25.0, 50.0, 100.0, 200.0, 400.0, 800.0)
MOST_PLACES = 1500
"""Cells are joined to at most this many places, and errors within a place go wholly together."""


class ErrorModel(NamedTuple):
    """Relative errors of a forest: their size, and how they go together over distance.

    Attributes
    ----------
    spread : float
        Standard deviation of ln(observed / predicted) of held-out samples.
    share : float
        Of the variance, that errors of neighbouring places of different studies have in common.
    length_km : float
        The correlation of that share falls as exp(-distance / length).
    distance_km, correlation : array (bins,)
        What it was read off: the mean product of standardised residuals of pairs of two studies;
        NaN in a bin with too few pairs.
    """

    spread: float
    share: float
    length_km: float
    distance_km: np.ndarray
    correlation: np.ndarray


def error_model(
    residual: np.ndarray, lon: np.ndarray, lat: np.ndarray, source: np.ndarray
) -> ErrorModel:
    """Fit the correlation of residuals over distance.

    Pairs of one study are left out: what a study has in common, its method above all, is no error
    of the map's.

    Parameters
    ----------
    residual : array (rows,)
        ln(observed / predicted) of held-out samples.
    lon, lat : array (rows,). [degrees]
    source : array (rows,)
    """
    away = residual - residual.mean()
    spread = float(away.std()) or 1e-12
    standard = away / spread
    first, second = np.triu_indices(len(residual), 1)
    others = source[first] != source[second]
    first, second = first[others], second[others]
    distance = great_circle(lon[first], lat[first], lon[second], lat[second])
    product = standard[first] * standard[second]
    which = np.digitize(distance, BINS_KM) - 1
    bins = len(BINS_KM) - 1
    inside = (which >= 0) & (which < bins)
    pairs = np.bincount(which[inside], minlength=bins)
    enough = pairs >= 20
    means = np.bincount(which[inside], product[inside], bins) / np.maximum(pairs, 1)
    centre = (BINS_KM[:-1] + BINS_KM[1:]) / 2
    share, length = _fitted(centre[enough], means[enough], pairs[enough])
    return ErrorModel(spread, share, length, centre, np.where(enough, means, np.nan))


def _fitted(distance: np.ndarray, mean: np.ndarray, pairs: np.ndarray) -> tuple[float, float]:
    """Return share and length of the exponential with the least squares, by number of pairs."""
    best, found = np.inf, (0.0, LENGTHS_KM[0])
    for length in LENGTHS_KM:
        shape = np.exp(-distance / length)
        weight = np.sqrt(pairs)
        share = float(np.sum(weight * shape * mean) / max(np.sum(weight * shape**2), 1e-30))
        share = min(max(share, 0.0), 1.0)
        loss = float(np.sum(weight * (mean - share * shape) ** 2))
        if loss < best:
            best, found = loss, (share, length)
    return found


def great_circle(
    lon_1: np.ndarray, lat_1: np.ndarray, lon_2: np.ndarray, lat_2: np.ndarray
) -> np.ndarray:
    """Return the distance of places on a sphere, [km].

    Examples
    --------
    >>> round(float(great_circle(np.array(0.0), np.array(0.0), np.array(90.0), np.array(0.0))))
    10008
    """
    a, b, c, d = (np.radians(each) for each in (lon_1, lat_1, lon_2, lat_2))
    half = np.sin((d - b) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((c - a) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


class TotalError(NamedTuple):
    """Standard errors of a total, in the unit of the total."""

    standard_error: float  # of both parts together
    of_the_studies: float  # had other studies been made: the jackknife
    of_the_place: float  # what predictors do not know, with its correlation over distance
    independent: float  # were every cell's error its own: sigma / sqrt(cells), far too small


def of_left_out_groups(totals: np.ndarray) -> float:
    """Return the standard error of a total from its values with one group left out each time.

    The delete-a-group jackknife (Kott 2001, J. Off. Stat. 17:521):
    sqrt((g - 1) / g sum((t - mean)^2)) for g groups.

    Examples
    --------
    >>> round(of_left_out_groups(np.array([9.0, 10.0, 11.0])), 4)
    1.1547
    """
    groups = totals.size
    return float(np.sqrt((groups - 1) / groups * np.sum((totals - totals.mean()) ** 2)))


def total_error(
    amount: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    model: ErrorModel,
    left_out: np.ndarray,
) -> TotalError:
    """Return how uncertain a sum is.

    Parameters
    ----------
    amount : array (cells,)
        What each cell adds to the total: flux times area.
    lon, lat : array (cells,). [degrees]
    model : ErrorModel
    left_out : array (folds,)
        The total by the forest of each fold of studies.
    """
    size = max(0.5, np.sqrt(np.ptp(lon) * np.ptp(lat) / MOST_PLACES))
    across = int(360 / size) + 1
    which = np.floor(lat / size).astype(np.int64) * across + np.floor(lon / size).astype(np.int64)
    _, place = np.unique(which, return_inverse=True)
    place = place.reshape(-1)
    cells = np.bincount(place)
    sums = np.bincount(place, amount)
    x, y = np.bincount(place, lon) / cells, np.bincount(place, lat) / cells
    distance = great_circle(x[:, np.newaxis], y[:, np.newaxis], x, y)
    common = model.share * np.exp(-distance / model.length_km)
    own = (1 - model.share) * float(np.sum(amount**2))
    of_the_place = model.spread * float(np.sqrt(float(sums @ common @ sums) + own))
    of_the_studies = of_left_out_groups(left_out)
    return TotalError(
        float(np.hypot(of_the_studies, of_the_place)),
        of_the_studies,
        of_the_place,
        model.spread * float(np.sqrt(np.sum(amount**2))),
    )


def scaled(error: TotalError, factor: float) -> TotalError:
    """Return the errors of a multiple of a total."""
    return TotalError(*(abs(factor) * each for each in error))


def of_a_difference(one: TotalError, other: TotalError) -> TotalError:
    """Return the errors of the difference of two totals whose errors are independent."""
    return TotalError(*(float(np.hypot(*pair)) for pair in zip(one, other, strict=True)))
