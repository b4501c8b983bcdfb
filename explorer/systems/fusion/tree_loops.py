"""Loops over trees and rows, compiled: what a forest says of millions of cells.

Rows are taken in blocks. All trees are walked for one block before the next, so that the rows stay
in the cache; within a block a tree is walked for all rows, so that the tree stays there as well.
"""

import numpy as np
from numba import prange

from explorer.scene.loops import on_all_processors

BLOCK_ROWS = 256


@on_all_processors
def sum_of_trees(matrix, nodes, values, starts, depths, out):  # pragma: no cover (compiled)
    """Add up the leaves that each row (rows, predictors) falls into, (rows,), float64.

    A leaf's child is itself and its threshold is infinite: a row that has arrived stays, and all
    rows of a tree take as many steps as the tree is deep, without a branch. Eight rows go down a
    tree together: the processor then waits for the memory of all of them at once.
    """
    rows = matrix.shape[0]
    blocks = (rows + BLOCK_ROWS - 1) // BLOCK_ROWS
    for block in prange(blocks):
        first = block * BLOCK_ROWS
        last = min(first + BLOCK_ROWS, rows)
        for tree in range(starts.size):
            start, depth = starts[tree], depths[tree]
            row = first
            while row + 8 <= last:
                a = b = c = d = e = f = g = h = start
                for _ in range(depth):
                    n, m, o, p = nodes[a], nodes[b], nodes[c], nodes[d]
                    a = n.child + (matrix[row, n.feature] > n.threshold)
                    b = m.child + (matrix[row + 1, m.feature] > m.threshold)
                    c = o.child + (matrix[row + 2, o.feature] > o.threshold)
                    d = p.child + (matrix[row + 3, p.feature] > p.threshold)
                    q, r, s, t = nodes[e], nodes[f], nodes[g], nodes[h]
                    e = q.child + (matrix[row + 4, q.feature] > q.threshold)
                    f = r.child + (matrix[row + 5, r.feature] > r.threshold)
                    g = s.child + (matrix[row + 6, s.feature] > s.threshold)
                    h = t.child + (matrix[row + 7, t.feature] > t.threshold)
                out[row] += values[a]
                out[row + 1] += values[b]
                out[row + 2] += values[c]
                out[row + 3] += values[d]
                out[row + 4] += values[e]
                out[row + 5] += values[f]
                out[row + 6] += values[g]
                out[row + 7] += values[h]
                row += 8
            while row < last:
                at = start
                for _ in range(depth):
                    node = nodes[at]
                    at = node.child + (matrix[row, node.feature] > node.threshold)
                out[row] += values[at]
                row += 1


@on_all_processors
def quantiles_of_trees(matrix, nodes, values, starts, depths, shares, out):  # pragma: no cover
    """Give quantiles, (rows, shares), of one value from each tree; linear between neighbours."""
    rows, trees = matrix.shape[0], starts.size
    for row in prange(rows):
        drawn = np.empty(trees, dtype=np.float32)
        for tree in range(trees):
            at = starts[tree]
            for _ in range(depths[tree]):
                node = nodes[at]
                at = node.child + (matrix[row, node.feature] > node.threshold)
            drawn[tree] = values[at]
        drawn.sort()
        for number in range(shares.size):
            place = shares[number] * (trees - 1)
            low = int(place)
            high = min(low + 1, trees - 1)
            out[row, number] = drawn[low] + (place - low) * (drawn[high] - drawn[low])
