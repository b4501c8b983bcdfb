"""Where the towers are: a small map of the year with a marker for each."""

from collections.abc import Callable

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, TapTool
from bokeh.plotting import figure

from explorer.app.maps.drawn import drawn_from, look_of
from explorer.app.maps.plate import MapPlate
from explorer.app.maps.ranges import SharedRanges
from explorer.app.pages.towers.panels import marker_of
from explorer.app.state.faults import guarded
from explorer.observations.tower_places import TowerPlace
from explorer.picture.window import DRAFT_PIXELS, window
from explorer.scene.grid import Grid
from explorer.session.opened import Opened
from explorer.systems.layers import Layers
from explorer.systems.tower_part import TowerComparison
from explorer.tables.periods import YEAR

RING = "#c2185b"


class TowerMap(pn.viewable.Viewer):
    """Built once; picture and markers are replaced."""

    def __init__(self, shared: Opened, result: Layers, picked: Callable[[list[str]], None]) -> None:
        super().__init__()
        self.shared = shared
        self.picked = picked
        self._showing = False
        words = ("x", "y", "site", "hover", "colour", "marker", "size", "width")
        self.source = ColumnDataSource({name: [] for name in words})
        self.plate = MapPlate(
            "towers", shared.basemap, SharedRanges(shared.basemap.extent),
            look_of(result, result.headline, yearly=True), inset=True, min_height=160,
            margin=(0, 4, 4, 4),
        )  # fmt: skip
        self.plate.furnishings.append(self._add_markers)
        self._drawn: tuple | None = None
        self._placed: tuple[tuple[TowerPlace, ...], tuple[np.ndarray, np.ndarray]] = (
            (), (np.array([]), np.array([])),
        )  # fmt: skip
        self.source.selected.on_change("indices", guarded(self._selected))

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the figure."""
        return self.plate.pane

    @pn.io.unlocked()
    def show_result(self, result: Layers) -> None:
        """Replace the picture by the year's headline of a result, unless that is drawn already."""
        if drawn_from(result) == self._drawn:
            return
        self._drawn = drawn_from(result)
        part = window(
            result.scene.grid, most=DRAFT_PIXELS,
            at_least=self.shared.thin_step if result.scene is not self.shared.scene else 1,
        )  # fmt: skip
        self.plate.draw(self.shared.pictures.of(result, result.headline, YEAR, part), part)

    def prepare(self, check: TowerComparison) -> tuple[np.ndarray, np.ndarray]:
        """Return where the towers lie on the map, found once for the same places.

        Called in a thread beforehand: to project hundreds takes a while, and the first time a
        package is imported for it.
        """
        places, found = self._placed
        if check.places != places:
            lonlat = [(place.site.lon, place.site.lat) for place in check.places]
            found = on_map(lonlat, self.shared.scene.grid)
            self._placed = check.places, found
        return found

    @pn.io.unlocked()
    def show(self, check: TowerComparison, chosen: set[str]) -> None:
        """Replace the markers; those chosen have a ring."""
        sites = [place.site for place in check.places]
        compared = set(check.compared_sites)
        x, y = self.prepare(check)
        looks = [marker_of(number) for number in range(len(sites))]
        rings = [site.name in chosen for site in sites]
        self._showing = True
        self.source.data = {
            "x": x,
            "y": y,
            "site": [site.name for site in sites],
            "hover": [
                f"{place.site.vegetation}, {place.problem or f'{place.map_class} on the map'}"
                + ("" if place.site.name in compared else ", not compared")
                for place in check.places
            ],
            "colour": [colour for colour, _ in looks],
            "marker": [marker for _, marker in looks],
            "size": [15 if ring else 9 for ring in rings],
            "width": [3.0 if ring else 1.2 for ring in rings],
        }
        self.source.selected.indices = []
        self._showing = False

    def _selected(self, _name: str, _old: list[int], new: list[int]) -> None:
        if not self._showing and new:
            self.picked([self.source.data["site"][row] for row in new])

    def _add_markers(self, plot: figure) -> None:
        """Draw the towers on the map's figure, once it is built; a tap picks one."""
        points = plot.scatter(
            "x", "y", source=self.source, marker="marker", size="size", fill_color="colour",
            line_color=RING, line_width="width", nonselection_fill_alpha=1,
            nonselection_line_alpha=1,
        )  # fmt: skip
        tap = TapTool(renderers=[points])
        plot.add_tools(tap, HoverTool(renderers=[points], tooltips=[("@site", "@hover")]))
        plot.toolbar.active_tap = tap


def on_map(places: list[tuple[float, float]], grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Return where places of longitude and latitude lie in the grid's coordinates.

    Sites have a coordinate system of their own; GeoViews projects them, once.
    """
    if grid.geographic or not places:
        lon, lat = np.array(places, dtype=float).reshape(-1, 2).T
        return lon, lat
    # Here and not above: the import takes a second, which the first map need not wait for.
    import cartopy.crs as ccrs
    import geoviews as gv
    from geoviews.operation.projection import project_points

    projection = ccrs.Projection(grid.crs)
    left, bottom, right, top = grid.bounds
    # Far wider than the grid: a site beside it is shown beside it.
    wide, high = right - left, top - bottom
    projection.bounds = (left - wide, right + wide, bottom - high, top + high)
    points = gv.Points(places, crs=ccrs.PlateCarree())
    projected = project_points(points, projection=projection)
    return projected.dimension_values(0), projected.dimension_values(1)
