"""What a difference between two results comes from: the additive log-mean Divisia split (LMDI-I).

A result is a product P of factors plus a term. The change of the product is split by the
logarithmic mean L of its two values, cell by cell and step by step (Ang 2005, Energy Policy
33:867, eqs. 7-9):

    P_B - P_A = sum over k of L(P_B, P_A) ln(x_kB / x_kA),   L(b, a) = (b - a) / ln(b / a)

Nothing is left over, no order of factors comes in, and swapping A and B turns every sign. Where a
factor is 0 on one side the analytic limit holds (Ang & Liu 2007, Energy Policy 35:238): the factors
that are 0 take the whole change. Deviation: where several are 0 on the same side they share it
equally; the limit would depend on how fast each goes to 0. The change of the term is taken as it
is. Contributions are summed over steps and area in float64.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numba import njit

from explorer.analysis.totals import Totals
from explorer.scene.scene import Scene
from explorer.tables.periods import Periods
from explorer.tables.unit import Unit


@dataclass(frozen=True, eq=False, repr=False)
class Attribution:
    """A difference B - A by cause."""

    causes: tuple[str, ...]
    totals: Totals  # of each cause
    leading: np.ndarray  # uint8 (blocks, 1 + steps, BLOCK): the year, then the steps

    def leading_cause(self, step: int | None = None) -> np.ndarray:
        """Return codes in blocks, (blocks, BLOCK): position in ``causes`` + 1; 0 = no change."""
        return self.leading[:, step or 0]


def log_mean(a: float, b: float) -> float:
    """Logarithmic mean of two numbers, L(a, b) = (b - a) / ln(b / a), L(a, a) = a, L(a, 0) = 0.

    Ang (2005), Energy Policy 33:867, eq. 9. Deviation: none.

    Parameters
    ----------
    a, b : float
        Not negative; same unit, which is also the result's.

    Examples
    --------
    >>> round(log_mean(1.0, math.e), 6)
    1.718282
    >>> round(log_mean(2.0, 2.0), 6)
    2.0
    """
    if a == 0 or b == 0:
        return 0.0
    return float(_log_mean(float(a), float(b), math.log(b / a)))


def split_product(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return what each factor contributes to the change of their product.

    Parameters
    ----------
    before, after : arrays, shape (factors, cells)
        Not negative.

    Returns
    -------
    float64 array, shape (factors, cells)
        Their sum over the factors is prod(after) - prod(before); NaN where one of them is.

    Examples
    --------
    >>> split_product([[2.0], [3.0]], [[4.0], [3.0]]).tolist()
    [[6.0], [0.0]]
    """
    first, second = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    parts = np.empty(first.shape)
    _split(first, second, parts)
    return parts


def attribute(
    scene: Scene,
    periods: Periods,
    unit: Unit,
    causes: tuple[str, ...],
    before: Iterable[tuple[np.ndarray, np.ndarray]],
    after: Iterable[tuple[np.ndarray, np.ndarray]],
    proceed: Callable[[float], bool] = lambda share: True,
) -> Attribution | None:
    """Split the difference between two scenarios by cause, block by block.

    Nothing is held but the sums and the codes of the leading cause.

    Parameters
    ----------
    scene : Scene
    periods : Periods
    unit : Unit
        Of the product and the term.
    causes : tuple of str
        The factors in the order of the blocks, then the term.
    before, after : iterables of (factors, term), one pair for each block
        ``factors`` (factors, steps, BLOCK), whose product and ``term`` (steps, BLOCK) add up to the
        result.
    proceed : callable
        Called with the share done after every block; when it returns False the run ends.

    Returns
    -------
    Attribution, or None when it did not proceed
    """
    count, size = scene.blocked_vegetation.shape
    area, steps = scene.area_by_group, periods.steps
    sums = np.zeros((len(causes), steps, area.size))
    leading = np.zeros((count, 1 + steps, size), dtype=np.uint8)
    for number, (first, second) in enumerate(zip(before, after, strict=True)):
        fields = [np.asarray(field) for field in (*first, *second)]
        fields += [scene.blocked_area[number], scene.group[number], sums, leading[number]]
        _add_causes(*fields)
        if not proceed((number + 1) / count):
            return None
    sums = sums.reshape(len(causes), steps, *area.shape)
    totals = Totals(
        scene.region_names, scene.classes, periods, area,
        dict(zip(causes, sums, strict=True)), dict.fromkeys(causes, unit),
    )  # fmt: skip
    return Attribution(causes, totals, leading)


@njit(cache=True, nogil=True)
def _log_mean(a, b, log_ratio):  # pragma: no cover (compiled)
    """L(a, b) of two positive numbers whose ln(b / a) is known."""
    if abs(log_ratio) > 1e-4:
        return (b - a) / log_ratio
    # Close together the difference would be rounding; the series is exact to 1e-19 here.
    return math.sqrt(a) * math.sqrt(b) * (1 + log_ratio * log_ratio / 24)


@njit(cache=True, nogil=True)
def _split(before, after, parts):  # pragma: no cover (compiled)
    """Write each factor's contribution to prod(after) - prod(before); all (factors, cells)."""
    factors, cells = before.shape
    first, second, total = np.ones(cells), np.ones(cells), np.zeros(cells)
    for k in range(factors):
        for cell in range(cells):
            first[cell] *= before[k, cell]
            second[cell] *= after[k, cell]
    for k in range(factors):
        for cell in range(cells):
            parts[k, cell] = 0.0
            if before[k, cell] != after[k, cell] and first[cell] * second[cell] != 0:
                parts[k, cell] = math.log(np.float64(after[k, cell]) / before[k, cell])
                total[cell] += parts[k, cell]
    for cell in range(cells):
        if first[cell] * second[cell] != 0:
            total[cell] = _log_mean(first[cell], second[cell], total[cell])
        elif first[cell] != second[cell]:
            _split_zero(before[:, cell], after[:, cell], second[cell] - first[cell], parts[:, cell])
            total[cell] = 1.0
    for k in range(factors):
        for cell in range(cells):
            parts[k, cell] *= total[cell]


@njit(cache=True, nogil=True)
def _split_zero(before, after, change, parts):  # pragma: no cover (compiled)
    """Give the whole change to the factors that are 0 on one side, in equal shares."""
    zeros = 0
    for k in range(before.size):
        zeros += (before[k] == 0) != (after[k] == 0)
    for k in range(before.size):
        if (before[k] == 0) != (after[k] == 0):
            parts[k] = change / zeros


@njit(cache=True, nogil=True)
def _add_causes(
    factors_a, term_a, factors_b, term_b, area, group, sums, leading
):  # pragma: no cover (compiled)
    """Split one block, add to the sums (causes, steps, groups), and note the leading causes."""
    names, steps, size = factors_a.shape
    parts, yearly = np.empty((names + 1, size)), np.zeros((names + 1, size))
    for step in range(steps):
        _split(factors_a[:, step], factors_b[:, step], parts[:names])
        for cell in range(size):
            parts[names, cell] = np.float64(term_b[step, cell]) - term_a[step, cell]
        for k in range(names + 1):
            for cell in range(size):
                if term_a[step, cell] == term_a[step, cell]:  # not the padding
                    sums[k, step, group[cell]] += parts[k, cell] * area[cell]
                    yearly[k, cell] += parts[k, cell]
        _note_largest(parts, leading[1 + step])
    _note_largest(yearly, leading[0])


@njit(cache=True, nogil=True)
def _note_largest(parts, codes):  # pragma: no cover (compiled)
    """Write the position + 1 of the greatest absolute contribution; 0 when there is none."""
    best = np.zeros(codes.size)
    codes[:] = 0
    for k in range(parts.shape[0]):
        for cell in range(codes.size):
            if abs(parts[k, cell]) > best[cell]:
                best[cell] = abs(parts[k, cell])
                codes[cell] = k + 1
