"""Walking over the land cells of a scene, and closer to them or away."""

import numpy as np

from explorer.picture.extent import Bounds
from explorer.scene.scene import Scene


def beside(scene: Scene, cell: int, right: int, up: int) -> int:
    """Return the land cell so many cells away, or the next one beyond; the same where none is.

    Parameters
    ----------
    scene : Scene
    cell : int
        A land cell.
    right, up : int
        Steps along one axis, the other 0; to the left and down where negative.
    """
    row, column = divmod(int(scene.index[cell]), scene.grid.x.size)
    dy, dx = scene.grid.steps
    on_row, on_column = int(np.sign(dy)) * up, int(np.sign(dx)) * right
    if on_column:
        line, at, step = scene.cell_of_grid[row], column, on_column
    else:
        line, at, step = scene.cell_of_grid[:, column], row, on_row
    ahead = line[at + step :] if step > 0 else line[: max(at + step + 1, 0)][::-1]
    land = ahead[ahead >= 0]
    return int(land[0]) if land.size else cell


def nearest(scene: Scene, x: float, y: float) -> int:
    """Return the land cell whose centre is nearest to a point, in the grid's coordinates."""
    rows, columns = np.divmod(scene.index, scene.grid.x.size)
    return int(np.argmin((scene.grid.x[columns] - x) ** 2 + (scene.grid.y[rows] - y) ** 2))


def zoomed(bounds: Bounds, centre: tuple[float, float], factor: float, whole: Bounds) -> Bounds:
    """Return bounds ``factor`` times as wide round a point, no wider than the whole.

    Examples
    --------
    >>> zoomed((0.0, 0.0, 8.0, 4.0), (2.0, 2.0), 0.5, (0.0, 0.0, 8.0, 4.0))
    (0.0, 1.0, 4.0, 3.0)
    >>> zoomed((0.0, 1.0, 4.0, 3.0), (2.0, 2.0), 2.0, (0.0, 0.0, 8.0, 4.0))
    (0.0, 0.0, 8.0, 4.0)
    """
    left, bottom, right, top = bounds
    width, height = factor * (right - left), factor * (top - bottom)
    if width >= whole[2] - whole[0] or height >= whole[3] - whole[1]:
        return whole
    x, y = centre
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2
