"""The picture of the map as files hold it: the pixels, colours and limits of the page."""

from explorer.picture.look import variable_look
from explorer.picture.picture import Picture
from explorer.picture.window import window
from explorer.report.shown import Shown
from explorer.session.opened import Shared
from explorer.tables.variables import VARIABLES


def picture_of(shared: Shared, shown: Shown) -> Picture:
    """Return what the map of a page shows of the whole scene; see ``app.maps.variable_map``.

    Parameters
    ----------
    shared : Shared
        Of the result's scene, not of a thinned one.
    shown : Shown
    """
    scene, seen, basemap = shown.result.scene, shown.view.window, shared.basemap
    ranges = (None, None) if seen is None else ((seen[0], seen[2]), (seen[1], seen[3]))
    part = window(scene.grid, *ranges)
    look = variable_look(VARIABLES[shown.variable], yearly=shown.view.yearly)
    return Picture(
        values=shared.screens.of(scene, part).mean(shown.values),
        bounds=part.bounds,
        colours=look.colours,
        limits=look.limits,
        outlines=basemap.outlines,
        extent=seen or basemap.extent,
        stretch=basemap.stretch,
    )
