"""A tower calibrated by MASM, as Ma et al. (2022) calibrate a pixel."""

import numpy as np

from explorer.systems.calibration.bounded import Space, defaults
from explorer.systems.calibration.gradient import Calibrated
from explorer.systems.calibration.masm import AS_PUBLISHED, Plan
from explorer.systems.calibration.site import Outcome, Site, Years, until_the_last
from explorer.systems.calibration.stepwise import BLOCKS, stepwise

FIRST_ERROR_OF_PAPER = (
    "MASM: errors of means are taken to be as large as the spread of the means, after the paper"
)


def masm_site(
    site: Site, years: Years, on: tuple[str, ...], plan: Plan = AS_PUBLISHED, seed: int = 0
) -> Outcome:
    """Calibrate the paper's ten parameters of a tower by MASM; seven without leaf area.

    The variance of Eq. 5 is that of the observed means, as the paper has it.
    """
    plain = defaults()
    observed = {name: site.observed(name, years, spread=True) for name in on}
    first_year, course, seen, _ = until_the_last(site, years, observed)
    found = stepwise(first_year, course, seen, plain, plan, seed=seed)
    assert found is not None  # nobody stops it
    names = tuple(dict.fromkeys(name for block in found.blocks for name in BLOCKS[block]))
    space = Space(names)
    values = np.array([[found.values[name] for name in names]])
    low, high = np.array([found.interval(name) for name in names]).T
    # Of a uniform prior, 90 % of the range is within the 90 % interval when nothing is learnt.
    width = space.share(high) - space.share(low)
    calibrated = Calibrated(
        space, values, low[np.newaxis], high[np.newaxis],
        cost=np.array([sum(each.best_cost for each in found.blocks.values())]),
        reached=np.array([1.0 if found.converged else 0.0]),
        told=np.clip(1 - (width / 0.9) ** 2, 0.0, 1.0)[np.newaxis],
        runs=found.runs,
    )  # fmt: skip
    errors = {name: float(1 / np.asarray(each.weight).max()) for name, each in seen.items()}
    remarks = [FIRST_ERROR_OF_PAPER]
    if not found.converged:
        remarks.append("MASM: chains did not come together (Gelman-Rubin 1.2 or more)")
    return Outcome(calibrated, dict(found.values), errors, "masm", tuple(remarks))
