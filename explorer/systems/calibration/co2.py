"""CO2 of the air by year, as measured at Mauna Loa: what Ma et al. (2022) drive the model with."""

import numpy as np

ANNUAL = {
    1959: 315.98, 1965: 320.04, 1970: 325.68, 1975: 331.13, 1980: 338.76, 1985: 346.35,
    1990: 354.45, 1991: 355.70, 1992: 356.54, 1993: 357.21, 1994: 358.96, 1995: 360.97,
    1996: 362.74, 1997: 363.88, 1998: 366.84, 1999: 368.54, 2000: 369.71, 2001: 371.32,
    2002: 373.45, 2003: 375.98, 2004: 377.70, 2005: 379.98, 2006: 382.09, 2007: 384.02,
    2008: 385.83, 2009: 387.64, 2010: 390.10, 2011: 391.85, 2012: 394.06, 2013: 396.74,
    2014: 398.81, 2015: 401.01, 2016: 404.41, 2017: 406.76, 2018: 408.72, 2019: 411.65,
    2020: 414.21, 2021: 416.41, 2022: 418.53, 2023: 421.08, 2024: 424.61,
}  # fmt: skip
"""µmol mol-1; NOAA Global Monitoring Laboratory (Thoning et al. 1989 and later years)."""


def mauna_loa(years: np.ndarray) -> np.ndarray:
    """Return the annual mean of some years, [µmol mol-1]; beyond the table its nearest year."""
    known = np.array(sorted(ANNUAL))
    return np.interp(years, known, [ANNUAL[year] for year in known])
