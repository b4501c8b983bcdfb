"""Samples of respiration: windows of features that end at the step that is estimated.

Every column says which feature it belongs to, so that the attention of a feature can be summed over
its columns. No respiration is among the features, of no step (tested).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from explorer.observations.eight_days import STEPS

_FIRST, _LAST = 120 // 8 + 1, 272 // 8 + 1
"""Steps that hold 1 May and 30 September: the growing season of Liu et al. (2022)."""


class Column(NamedTuple):
    """A column of the inputs of the network, and the feature that it is of."""

    feature: str
    name: str


@dataclass(frozen=True, eq=False, repr=False)
class Samples:
    """What a model learns from, and is scored on.

    Attributes
    ----------
    x : array (samples, window, columns), float32
        The last step of a window is the one that is estimated.
    external : array (samples, externals), float32
        What the decoder is given of the estimated step.
    target : array (samples,)
        Respiration, [g C m-2 d-1].
    columns : tuple of Column
    external_names : tuple of str
    site, kind : arrays (samples,) of int
        Positions in ``sites`` and ``kinds``.
    number : array (samples,) of int
        The estimated step, counted through all years.
    growing : array (samples,) of bool
    weight : array (samples,), float32
        Of its square in the loss.
    """

    x: np.ndarray
    external: np.ndarray
    target: np.ndarray
    columns: tuple[Column, ...]
    external_names: tuple[str, ...]
    site: np.ndarray
    sites: tuple[str, ...]
    kind: np.ndarray
    kinds: tuple[str, ...]
    number: np.ndarray
    growing: np.ndarray
    weight: np.ndarray

    def __repr__(self) -> str:
        return f"<Samples: {self.target.size} of {len(self.sites)} sites, window {self.window}>"

    def __len__(self) -> int:
        return self.target.size

    @property
    def window(self) -> int:
        """Number of steps in a window."""
        return self.x.shape[1]

    @property
    def year(self) -> np.ndarray:
        """Year of each sample."""
        return self.number // STEPS

    @property
    def step(self) -> np.ndarray:
        """Step of the year of each sample, 1 to 46."""
        return self.number % STEPS + 1

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features, in the order of their first columns."""
        return tuple(dict.fromkeys(column.feature for column in self.columns))

    def of(self, feature: str) -> list[int]:
        """Return the positions of the columns of a feature."""
        return [place for place, each in enumerate(self.columns) if each.feature == feature]

    def now(self) -> np.ndarray:
        """Return the features of the estimated step alone, (samples, columns)."""
        return self.x[:, -1, :]

    def named(self, name: str) -> np.ndarray:
        """Return the windows of one column, (samples, window)."""
        place = next(place for place, each in enumerate(self.columns) if each.name == name)
        return self.x[:, :, place]

    def without(self, *features: str) -> "Samples":
        """Return the samples without some features."""
        kept = [place for place, each in enumerate(self.columns) if each.feature not in features]
        return replace(
            self, x=self.x[:, :, kept], columns=tuple(self.columns[place] for place in kept)
        )

    def shortened(self, window: int) -> "Samples":
        """Return the samples with a shorter window."""
        return replace(self, x=self.x[:, -window:, :])

    def only(self, rows: np.ndarray) -> "Samples":
        """Return some of the samples, by mask or position."""
        each = ("x", "external", "target", "site", "kind", "number", "growing", "weight")
        return replace(self, **{name: getattr(self, name)[rows] for name in each})


def joined(parts: Sequence[Samples]) -> Samples:
    """Return the samples of several sites, which have the same columns, as one.

    Raises
    ------
    ValueError
        When columns or windows differ.
    """
    first = parts[0]
    if any(
        (part.columns, part.external_names, part.window)
        != (first.columns, first.external_names, first.window)
        for part in parts
    ):
        raise ValueError("samples of different columns or windows cannot be joined")
    sites = tuple(dict.fromkeys(site for part in parts for site in part.sites))
    kinds = tuple(dict.fromkeys(kind for part in parts for kind in part.kinds))

    def stacked(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    return Samples(
        stacked("x"), stacked("external"), stacked("target"), first.columns, first.external_names,
        np.concatenate([_moved(part.site, part.sites, sites) for part in parts]), sites,
        np.concatenate([_moved(part.kind, part.kinds, kinds) for part in parts]), kinds,
        stacked("number"), stacked("growing"), stacked("weight"),
    )  # fmt: skip


def _moved(codes: np.ndarray, old: Sequence[str], new: Sequence[str]) -> np.ndarray:
    return np.array([new.index(name) for name in old], dtype=int)[codes]


def windows(series: np.ndarray, length: int) -> np.ndarray:
    """Return all windows of a series of consecutive steps.

    Parameters
    ----------
    series : array (steps, columns)
    length : int

    Returns
    -------
    array (steps - length + 1, length, columns)
        A view; window i ends at step i + length - 1.
    """
    view = np.lib.stride_tricks.sliding_window_view(series, length, axis=0)
    return np.moveaxis(view, -1, 1)


def is_growing(step: np.ndarray, *, southern: bool = False) -> np.ndarray:
    """Return which steps of a year, 1 to 46, are of the growing season."""
    shifted = (np.asarray(step) - 1 + STEPS // 2) % STEPS + 1 if southern else np.asarray(step)
    return (shifted >= _FIRST) & (shifted <= _LAST)


def samples_of_site(
    site: str,
    kind: str,
    number: np.ndarray,
    series: np.ndarray,
    columns: Sequence[Column],
    external: np.ndarray,
    external_names: Sequence[str],
    target: np.ndarray,
    window: int,
    *,
    southern: bool = False,
    weight: float = 1.0,
) -> Samples:
    """Return the samples of one site; a window with a gap, or a step without target, gives none.

    Parameters
    ----------
    site, kind : str
        Its name and vegetation type.
    number : array (steps,)
        Consecutive steps counted through all years.
    series : array (steps, columns)
    columns : sequence of Column
    external : array (steps, externals)
    external_names : sequence of str
    target : array (steps,)
        NaN where it is not known.
    window : int
    southern : bool
        Whether the growing season is half a year later.
    weight : float

    Raises
    ------
    ValueError
        When the steps are not consecutive.
    """
    if np.any(np.diff(number) != 1):
        raise ValueError(f"{site}: steps must be consecutive")
    rows = max(number.size - window + 1, 0)
    x = windows(series, window) if rows else np.empty((0, window, len(columns)))
    last = slice(window - 1, None) if rows else slice(0, 0)
    known = (
        np.isfinite(x).all(axis=(1, 2))
        & np.isfinite(external[last]).all(axis=1)
        & np.isfinite(target[last])
    )
    count = int(known.sum())
    chosen = number[last][known]
    return Samples(
        x[known].astype(np.float32), external[last][known].astype(np.float32),
        target[last][known].astype(float), tuple(columns), tuple(external_names),
        np.zeros(count, int), (site,), np.zeros(count, int), (kind,), chosen,
        is_growing(chosen % STEPS + 1, southern=southern),
        np.full(count, weight, np.float32),
    )  # fmt: skip
