"""Trees of at most 64 leaves as bit masks: all rows of a block are asked of a split at once.

QuickScorer (Lucchese et al. 2015, SIGIR, doi 10.1145/2766462.2767733). Every leaf is a bit, in the
order from left to right. A split that sends a row to the right rules out the leaves on its left;
of the leaves that remain the first is the row's. There is no walk from node to node, so the splits
of a tree may be taken in any order, and the rows of a block side by side.
"""

from typing import NamedTuple

import numpy as np

MOST_LEAVES = 64
_ALL = 2**MOST_LEAVES - 1
DE_BRUIJN = 0x03F79D71B4CB0A89
"""Times this, the highest six bits of a number with a single bit tell which bit it is."""


class Marks(NamedTuple):
    """All splits and leaves of a forest, tree after tree."""

    features: np.ndarray  # (splits,) int64
    thresholds: np.ndarray  # (splits,) float32
    masks: np.ndarray  # (splits,) uint64: the leaves that stay when a row goes right
    first_split: np.ndarray  # (trees + 1,) int64
    leaves: np.ndarray  # (leaves,) int64, nodes
    first_leaf: np.ndarray  # (trees + 1,) int64
    bit: np.ndarray  # (64,) int64: which bit, by the highest six bits of its product


def marks_of(
    features: np.ndarray, children: np.ndarray, thresholds: np.ndarray, starts: np.ndarray
) -> Marks | None:
    """Return the masks of a forest; None when a tree has more leaves than a word has bits.

    Parameters
    ----------
    features, children, thresholds : array (nodes,)
        See ``trees.Trees``.
    starts : array (trees,)
    """
    is_leaf = thresholds == np.float32(np.inf)
    counts = np.add.reduceat(is_leaf.astype(np.int64), starts)
    if counts.max() > MOST_LEAVES:
        return None
    child, leaf = children.tolist(), is_leaf.tolist()
    splits: list[tuple[int, int]] = []  # node, leaves that stay
    leaves: list[int] = []
    first_split, first_leaf = [0], [0]
    for start in starts.tolist():
        _mark(start, child, leaf, len(leaves), leaves, splits)
        first_split.append(len(splits))
        first_leaf.append(len(leaves))
    nodes = np.array([node for node, _ in splits], dtype=np.int64)
    bit = np.zeros(MOST_LEAVES, dtype=np.int64)
    for place in range(MOST_LEAVES):
        bit[((DE_BRUIJN << place) & _ALL) >> 58] = place
    return Marks(
        features[nodes].astype(np.int64),
        thresholds[nodes],
        np.array([mask for _, mask in splits], dtype=np.uint64),
        np.array(first_split),
        np.array(leaves),
        np.array(first_leaf),
        bit,
    )


def _mark(
    node: int,
    child: list[int],
    leaf: list[bool],
    first: int,
    leaves: list[int],
    splits: list[tuple[int, int]],
) -> int:
    """Return the leaves below a node as bits; they are numbered, and its splits noted."""
    if leaf[node]:
        leaves.append(node)
        return 1 << (len(leaves) - 1 - first)
    left = _mark(child[node], child, leaf, first, leaves, splits)
    right = _mark(child[node] + 1, child, leaf, first, leaves, splits)
    splits.append((node, ~left & _ALL))
    return left | right
