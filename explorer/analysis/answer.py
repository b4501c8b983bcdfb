"""One sentence that answers "why", made from the numbers of a waterfall and nothing else.

What the numbers mean is said by the system that explains them (``Explains.wording``); here they are
only put together, written as the page writes them.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from explorer.analysis.waterfall import Waterfall

LEAST = 0.001  # of an amount in its unit, and of a factor: what is less is written as 0


class Wording(NamedTuple):
    """How a system says in words what its waterfall shows.

    ``factors`` hold ``{share}``: what is let through, in per cent.
    """

    product: str  # before its amount: "plants take up"
    terms: Mapping[str, tuple[str, str]]  # before the amount that is taken off; that is added
    gain: str  # before a result above 0: "a sink of"
    loss: str  # before one below 0
    even: str  # a result that is written as 0
    factors: Mapping[str, str]  # "Water lets through {share}"
    nothing: str  # where the potential is 0


def amount_text(value: float) -> str:
    """Write an amount with one decimal, with two digits below 0.1, as 0 below ``LEAST``.

    Examples
    --------
    >>> [amount_text(value) for value in (29.84, -7.55, 0.6, 0.042, -0.0042, -1e-5)]
    ['29.8', '−7.5', '0.6', '0.042', '−0.0042', '0.0']
    """
    if abs(value) < LEAST:
        return "0.0"
    text = f"{value:.1f}" if abs(value) >= 0.1 else f"{value:.2g}"
    return text.replace("-", "−")


def factor_text(factor: float) -> str:
    """Write a factor with two decimals, with two digits below 0.1, as 0 below ``LEAST``.

    Examples
    --------
    >>> [factor_text(value) for value in (0.153, 1.0, 0.004, 1e-5)]
    ['0.15', '1.00', '0.0040', '0.00']
    """
    return f"{factor:#.2g}" if LEAST <= factor < 0.1 else f"{factor:.2f}"


def share_text(factor: float) -> str:
    """Write a factor as the per cent that it lets through, rounded as ``factor_text`` rounds it.

    Examples
    --------
    >>> [share_text(value) for value in (0.153, 1.0, 0.004)]
    ['15 %', '100 %', '0.4 %']
    """
    return f"{100 * float(factor_text(factor)):.3g} %"


def strongest(steps: Waterfall) -> int | None:
    """Return which factor takes most away; None where none takes anything, or nothing is left."""
    factors = np.array([step.factor for step in steps.steps])
    if not np.isfinite(factors).any() or np.nanmin(factors) >= 1:
        return None
    return int(np.nanargmin(factors))


def answer(
    steps: Waterfall, wording: Wording, symbols: Mapping[str, str], where: str, when: str, unit: str
) -> str:
    """Return why a place is what it is.

    Parameters
    ----------
    steps : Waterfall
    wording : Wording
    symbols : mapping of factor -> symbol
        As the bars are labelled.
    where, when, unit : str
        Place, period, and the unit of the amounts.

    Returns
    -------
    str
        ``Jan, Northwest: plants take up 0.6, soil gives off 7.6: a source of 7.0 g C m⁻² month⁻¹.
        Temperature lets through 15 % (Tε1).``
    """
    said = [f"{wording.product} {amount_text(steps.product)}"]
    for name, value in steps.terms.items():
        off, on = wording.terms[name]
        said.append(f"{on if value > 0 else off} {amount_text(abs(value))}")
    size = amount_text(abs(steps.result))
    if float(size) == 0:
        result = wording.even
    else:
        result = f"{wording.gain if steps.result > 0 else wording.loss} {size} {unit}"
    first = f"{when}, {where}: {', '.join(said)}: {result}."
    if steps.potential == 0:
        return f"{first} {wording.nothing}."
    most = strongest(steps)
    if most is None:
        return first
    step = steps.steps[most]
    why = wording.factors[step.name].format(share=share_text(step.factor))
    return f"{first} {why} ({symbols[step.name]})."


def plain_answer(what: str, where: str, when: str, value: str, unit: str, everywhere: str) -> str:
    """Return what a place is, for a system that cannot say why.

    Parameters
    ----------
    what, where, when : str
        Variable, place and period.
    value, unit, everywhere : str
        The amount here, its unit, and the mean of all regions; nothing where that is the same.
    """
    beside = f"; all regions {everywhere}" if everywhere else ""
    return f"{when}, {where}: {what} {value} {unit}{beside}."
