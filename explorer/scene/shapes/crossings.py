"""How often edges of polygons cross: what mending them costs, told before it is tried."""

import numpy as np
import shapely

FIRST_LOOK = 64  # edges that are looked at together; four times as many each time


def crossings(polygons: shapely.Geometry, most: int) -> int:
    """Count the pairs of edges that cross, as far as needed to know whether they are too many.

    Parameters
    ----------
    polygons : polygon or multipolygon
        Need not be valid.
    most : int
        Counting ends beyond it, so that an outline that is nothing but crossings costs no more
        than one that has so many.
    """
    rings = shapely.get_rings(shapely.get_parts(polygons))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    edges = shapely.linestrings(np.stack([corners[:-1][same], corners[1:][same]], axis=1))
    tree, found, start, count = shapely.STRtree(edges), 0, 0, FIRST_LOOK
    while start < edges.size and found <= most:
        one, other = tree.query(edges[start : start + count], predicate="crosses")
        found += int((other > one + start).sum())  # each pair once
        start, count = start + count, 4 * count
    return found
