"""The picture of the map as files hold it: the pixels, colours and limits of the page."""

from explorer.app.parts.style import palette
from explorer.picture import window as raster
from explorer.picture.picture import Picture
from explorer.report.shown import Shown
from explorer.session.opened import Shared
from explorer.tables.variables import VARIABLES


def picture_of(shared: Shared, shown: Shown) -> Picture:
    """Return what the map of a page shows of the whole scene; see ``flux_map``.

    Parameters
    ----------
    shared : Shared
        Of the result's scene, not of a thinned one.
    shown : Shown
    """
    scene, seen = shown.result.scene, shown.view.window
    ranges = (None, None) if seen is None else ((seen[0], seen[2]), (seen[1], seen[3]))
    part = raster.window(scene.grid, *ranges)
    row = VARIABLES[shown.variable]
    return Picture(
        values=shared.screen(scene, part).mean(shown.values),
        bounds=part.bounds,
        colours=palette(row.colours),
        limits=row.shown_range_year if shown.view.yearly else row.shown_range,
        outlines=shared.outlines,
        extent=seen or shared.extent,
        stretch=shared.stretch,
    )
