"""Predictors as columns of a matrix: numbers as they are, categories in the order of their means.

A category is one column. Its members stand in the order of the target's mean over the training
rows, so that a tree splits them as it splits numbers; for regression this finds the best split of
a category in two (Fisher 1958, J. Am. Stat. Assoc. 53:789), and "six of seven variables a split"
counts seven, as in the paper, not one for each member.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from explorer.errors import SchemaError

Frame = Mapping[str, np.ndarray]
"""Predictor -> one value a row: floats, or codes or words of a category."""

SHRUNK = 5.0
"""Rows of the overall mean that the mean of a category is mixed with: a rare one says little."""


class Predictor(NamedTuple):
    """What a forest predicts from."""

    name: str
    unit: str
    kind: Literal["number", "category"] = "number"
    source: str = ""


class Told(NamedTuple):
    """What the reader of predictions must know of the rows they were made from."""

    unseen: Mapping[str, Mapping[str, int]]  # category -> member that no training row had -> rows
    filled: Mapping[str, int]  # predictor -> rows without a value

    def lines(self) -> tuple[str, ...]:
        """Say it in words."""
        strange = (
            f"{name} {member!r}, in {rows} rows, was not among the training samples; they are "
            "predicted as the average member"
            for name, members in self.unseen.items()
            for member, rows in members.items()
        )
        gaps = (
            f"{name} is not told in {rows} rows; the median of the training samples stands in"
            for name, rows in self.filled.items()
        )
        return (*strange, *gaps)


@dataclass(frozen=True, eq=False)
class Encoding:
    """How rows become a matrix; fitted to training rows alone.

    Attributes
    ----------
    predictors : tuple of Predictor
        In the order of the columns.
    middle : mapping of number -> float
        The median of the training rows, in place of a missing value.
    ranks : mapping of category -> member -> float
        The shrunk mean of the target.
    average : float
        The mean of the target: where a member that is not in ``ranks`` stands.
    """

    predictors: tuple[Predictor, ...]
    middle: Mapping[str, float]
    ranks: Mapping[str, Mapping[str, float]]
    average: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(each.name for each in self.predictors)

    def matrix(self, frame: Frame) -> tuple[np.ndarray, Told]:
        """Return the rows as a matrix, and what is to be known of them.

        Returns
        -------
        array (rows, predictors), float32
        Told

        Raises
        ------
        SchemaError
            Names every predictor that the frame lacks.
        """
        require_columns(self.predictors, frame)
        rows = len(frame[self.predictors[0].name])
        matrix = np.empty((rows, len(self.predictors)), dtype=np.float32)
        unseen, filled = {}, {}
        for column, each in enumerate(self.predictors):
            if each.kind == "number":
                values = np.asarray(frame[each.name], dtype=np.float32)
                gaps = ~np.isfinite(values)
                if gaps.any():
                    filled[each.name] = int(gaps.sum())
                    values = np.where(gaps, np.float32(self.middle[each.name]), values)
                matrix[:, column] = values
                continue
            ranks = self.ranks[each.name]
            members, which, counts = np.unique(
                np.asarray(frame[each.name]), return_inverse=True, return_counts=True
            )
            strange = {
                str(member): int(count)
                for member, count in zip(members, counts, strict=True)
                if str(member) not in ranks
            }
            if strange:
                unseen[each.name] = strange
            places = [ranks.get(str(member), self.average) for member in members]
            matrix[:, column] = np.array(places, dtype=np.float32)[which.reshape(-1)]
        return matrix, Told(unseen, filled)


def require_columns(predictors: Sequence[Predictor], frame: Frame) -> None:
    """Refuse rows that lack a predictor.

    Raises
    ------
    SchemaError
        Names every one that is missing, and what there is.
    """
    missing = [each for each in predictors if each.name not in frame]
    if missing:
        raise SchemaError(
            [
                f"{each.name} [{each.unit}]: missing; the forest was trained on it. There is: "
                f"{', '.join(frame)}"
                for each in missing
            ],
            "predictors",
        )


def fitted_encoding(
    predictors: Sequence[Predictor], frame: Frame, target: np.ndarray, weight: np.ndarray
) -> Encoding:
    """Fit medians and the order of categories to training rows.

    Parameters
    ----------
    predictors : sequence of Predictor
    frame : Frame
    target, weight : array (rows,)
    """
    require_columns(predictors, frame)
    average = float(np.average(target, weights=weight))
    middle, ranks = {}, {}
    for each in predictors:
        column = np.asarray(frame[each.name])
        if each.kind == "number":
            known = column[np.isfinite(column)]
            middle[each.name] = float(np.median(known)) if known.size else 0.0
            continue
        members, which = np.unique(column, return_inverse=True)
        mass = np.bincount(which.reshape(-1), weight)
        sums = np.bincount(which.reshape(-1), weight * target)
        means = (sums + SHRUNK * average) / (mass + SHRUNK)
        ranks[each.name] = {str(m): float(v) for m, v in zip(members, means, strict=True)}
    return Encoding(tuple(predictors), middle, ranks, average)
