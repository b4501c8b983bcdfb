"""Many years of System 1, out of core, as the command line asks for it."""

from pathlib import Path

import numpy as np
import xarray as xr

from explorer.analysis.totals import Totals
from explorer.equations.balance import net_ecosystem_production
from explorer.scene.years import open_years
from explorer.systems.nep.many_years import run_years, workers
from explorer.systems.nep.result import UNITS
from explorer.systems.nep.variables import INPUTS
from explorer.systems.scenario import Scenario
from explorer.tables.classes import IGBP
from explorer.tables.periods import Periods


class NepYears:
    """Open, run and total the years of a scene (see ``many_years``)."""

    workers = staticmethod(workers)

    def open(self, path: Path) -> xr.Dataset:
        """Open a scene of many years, lazily."""
        return open_years(path, INPUTS)

    def run(self, dataset: xr.Dataset, scenario: Scenario, where: str) -> xr.Dataset:
        """Run every year, lazily."""
        return run_years(dataset, scenario.parameters, where)

    def totals(self, result: xr.Dataset) -> dict[int, Totals]:
        """Return the area sums of every year.

        Parameters
        ----------
        result : xarray.Dataset
            With ``sums`` and ``area``, computed, or read from a file.
        """
        names = [str(name) for name in result["area"].attrs["region_names"]]
        flux = {str(name): row for row, name in enumerate(result["sums"].attrs["flux_names"])}
        area, sums = result["area"].values, result["sums"].values
        if not area[:, -1].any():  # no cell is without a region
            names, area, sums = names[:-1], area[:, :-1], sums[..., :-1, :]
        found = {}
        for row, year in enumerate(np.atleast_1d(result["year"].values)):
            npp, rh = (sums[row, flux[name]] for name in ("npp", "rh"))
            fluxes = {"npp": npp, "rh": rh, "nep": net_ecosystem_production(npp, rh)}
            periods = Periods("month", (int(year),))
            found[int(year)] = Totals(tuple(names), IGBP, periods, area[row], fluxes, UNITS)
        return found
