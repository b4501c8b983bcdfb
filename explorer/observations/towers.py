"""Towers: where carbon exchange is measured, and what was measured in each month."""

from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from explorer.tables.classes import IGBP

IGBP_LETTERS: dict[str, int] = {
    "WAT": 17, "ENF": 1, "EBF": 2, "DNF": 3, "DBF": 4, "MF": 5, "CSH": 6, "OSH": 7, "WSA": 8,
    "SAV": 9, "GRA": 10, "WET": 11, "CRO": 12, "URB": 13, "CVM": 14, "SNO": 15, "BSV": 16,
}  # fmt: skip
"""IGBP codes by the letters that tower networks write."""

CLIMATE = ("temperature", "precipitation", "radiation")
"""What a tower may measure besides NEP, in the units of ``tables.quantities``."""


@dataclass(frozen=True)
class Site:
    """One tower."""

    name: str
    lon: float  # deg east
    lat: float  # deg north
    vegetation: str  # one of the classes of IGBP


@dataclass(frozen=True, eq=False, repr=False)
class Towers:
    """Monthly observations of some towers, one row a site and month, sorted by site and time."""

    sites: tuple[Site, ...]
    site: np.ndarray  # (rows,) position in sites
    year: np.ndarray  # (rows,)
    month: np.ndarray  # (rows,) 1 to 12
    nep: np.ndarray  # (rows,) [g C m-2 month-1], positive = sink; NaN = not observed
    temperature: np.ndarray  # (rows,) [degC]; NaN = not observed, as in the next two
    precipitation: np.ndarray  # (rows,) [mm month-1]
    radiation: np.ndarray  # (rows,) [MJ m-2 month-1]
    notes: tuple[str, ...] = ()  # what reading them left out or assumed

    def __repr__(self) -> str:
        return f"<Towers: {len(self.sites)} sites, {self.observed} months>"

    @property
    def observed(self) -> int:
        """Number of months with NEP."""
        return int(np.isfinite(self.nep).sum())

    @property
    def measured(self) -> np.ndarray:
        """What models are held against, (rows,); NaN = not observed."""
        return self.nep

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sites."""
        return tuple(site.name for site in self.sites)

    def only(self, names: set[str]) -> "Towers":
        """Return the towers of these names."""
        kept = [position for position, name in enumerate(self.names) if name in names]
        rows = np.isin(self.site, kept)
        columns = ("year", "month", "nep", *CLIMATE)
        return replace(
            self,
            sites=tuple(self.sites[position] for position in kept),
            site=np.searchsorted(kept, self.site[rows]),
            **{name: getattr(self, name)[rows] for name in columns},
        )


def class_called(text: str) -> str:
    """Return the vegetation class that a name means: our own, or IGBP's letters.

    Raises
    ------
    ValueError
        When there is none; the message suggests the nearest.
    """
    own = {name.lower(): name for name in IGBP.names}
    if text.lower() in own:
        return own[text.lower()]
    code = IGBP_LETTERS.get(text.upper())
    found = [name for name, codes in IGBP.mapping().items() if code in codes]
    if found:
        return found[0]
    land = {code for codes in IGBP.mapping().values() for code in codes}
    letters = {each.lower(): each for each, code in IGBP_LETTERS.items() if code in land}
    names = own | letters
    near = get_close_matches(text.lower(), names, n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(names[each] for each in near)}? " if near else ""
    raise ValueError(
        f"class = {text!r}: {hint}expected one of {', '.join(IGBP.names)} or IGBP letters"
    )
