"""The picture of the map as files hold it: the pixels, colours and limits of the page."""

from explorer.picture.codes import code_picture
from explorer.picture.look import Look, layer_look
from explorer.picture.picture import Picture
from explorer.picture.window import window
from explorer.report.shown import Shown
from explorer.session.opened import Opened
from explorer.session.view import limits_of


def picture_of(opened: Opened, shown: Shown) -> Picture:
    """Return what the map of a page shows of the whole scene.

    Parameters
    ----------
    opened : Opened
        Of the result's scene, not of a thinned one.
    shown : Shown
    """
    scene, visible, basemap = shown.scene, shown.view.window, opened.basemap
    ranges = (
        (None, None) if visible is None else ((visible[0], visible[2]), (visible[1], visible[3]))
    )
    part = window(scene.grid, *ranges)
    look = look_of(shown)
    if shown.row.is_code:
        values = code_picture(scene, shown.result.codes(shown.variable), part)
    else:
        values = opened.screens.of(scene, part).mean(shown.values)
    return Picture(
        values=values,
        bounds=part.bounds,
        colours=look.colours,
        limits=look.limits,
        outlines=basemap.outlines,
        extent=visible or basemap.extent,
        stretch=basemap.stretch,
    )


def look_of(shown: Shown) -> Look:
    """Return the colours of the map: of codes their own, else the fixed scale of the variable."""
    yearly = shown.period.yearly or shown.periods.annual
    limits = limits_of(shown.view, shown.variable, yearly=yearly)
    return layer_look(shown.result, shown.variable, yearly=yearly, limits=limits)
