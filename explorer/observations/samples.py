"""Samples: values measured at places, each with what its source says of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class Samples:
    """Some samples of one quantity, a row each.

    Attributes
    ----------
    lon, lat : array (rows,)
        Where it was measured. [degrees east, degrees north]
    value : array (rows,)
        In ``unit``.
    first_year, last_year : array (rows,)
        The years it stands for; NaN = not told.
    source : array of str (rows,)
        Who measured it, a study or a paper: what is held out together.
    where : array of str (rows,)
        File and line, for messages.
    unit : str
    numbers : mapping of column -> array of float (rows,)
        What else its source tells in numbers; NaN = not told.
    words : mapping of column -> array of str (rows,)
        What else its source tells in words; empty = not told.
    """

    lon: np.ndarray
    lat: np.ndarray
    value: np.ndarray
    first_year: np.ndarray
    last_year: np.ndarray
    source: np.ndarray
    where: np.ndarray
    unit: str
    numbers: Mapping[str, np.ndarray] = field(default_factory=dict)
    words: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.value.size)

    def __repr__(self) -> str:
        return f"<Samples: {len(self)} of {self.sources} sources, {self.unit}>"

    @property
    def sources(self) -> int:
        """Number of sources."""
        return int(np.unique(self.source).size)

    @property
    def blocks(self) -> np.ndarray:
        """The 1 degree block that each lies in, as one whole number, (rows,)."""
        return block_numbers(self.lon, self.lat, 1.0)

    def only(self, kept: np.ndarray) -> "Samples":
        """Return the rows that a mask, or a list of positions, picks."""
        return replace(
            self,
            lon=self.lon[kept],
            lat=self.lat[kept],
            value=self.value[kept],
            first_year=self.first_year[kept],
            last_year=self.last_year[kept],
            source=self.source[kept],
            where=self.where[kept],
            numbers={name: column[kept] for name, column in self.numbers.items()},
            words={name: column[kept] for name, column in self.words.items()},
        )

    def digest(self) -> str:
        """Return a hash of places, values and sources; the order of the rows does not matter."""
        rows = sorted(
            f"{lon:.6f} {lat:.6f} {value:.6g} {source}"
            for lon, lat, value, source in zip(
                self.lon, self.lat, self.value, self.source, strict=True
            )
        )
        return hashlib.blake2b("\n".join([self.unit, *rows]).encode(), digest_size=8).hexdigest()


def block_numbers(lon: np.ndarray, lat: np.ndarray, degrees: float) -> np.ndarray:
    """Return which block of a regular grid of degrees a place lies in, as one whole number.

    Parameters
    ----------
    lon, lat : array (rows,)
    degrees : float
        Side of a block.

    Examples
    --------
    >>> block_numbers(np.array([100.2, 100.9, -259.5]), np.array([30.5, 30.1, 30.5]), 1.0).tolist()
    [43480, 43480, 43480]
    """
    across = round(360 / degrees)
    column = np.floor((np.asarray(lon) + 180) % 360 / degrees).astype(np.int64)
    row = np.floor((np.asarray(lat) + 90) / degrees).astype(np.int64)
    return row * across + column


def joined(parts: Sequence[Samples]) -> Samples:
    """Return the rows of several sets of samples as one; they have one unit and the same columns.

    Raises
    ------
    ValueError
        Where they have not: the caller mixed what is not one quantity.
    """
    first = parts[0]
    if any(
        (part.unit, {*part.numbers}, {*part.words})
        != (first.unit, {*first.numbers}, {*first.words})
        for part in parts
    ):
        raise ValueError("samples of several units or columns cannot be joined")

    def together(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    return Samples(
        together("lon"), together("lat"), together("value"), together("first_year"),
        together("last_year"), together("source"), together("where"), first.unit,
        {name: np.concatenate([part.numbers[name] for part in parts]) for name in first.numbers},
        {name: np.concatenate([part.words[name] for part in parts]) for name in first.words},
    )  # fmt: skip
