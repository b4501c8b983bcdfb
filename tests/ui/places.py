"""Places on the map as a person finds them: where they are on the screen, and how to click them."""

from explorer.scene.scene import Scene
from tests.ui.waiting import act_until

ON_SCREEN = """([x, y]) => {
    const figure = [...Bokeh.documents[0]._all_models.values()].find(m => m.type === 'Figure'
        && m.renderers.some(r => r.glyph?.type === 'Image'));
    const view = Bokeh.index.find_one(figure) ?? Object.values(Bokeh.index.roots ?? {})[0];
    const frame = view.frame;
    const box = view.el.getBoundingClientRect();
    return [box.left + frame.x_scale.compute(x), box.top + frame.y_scale.compute(y)];
}"""


def on_screen(watched, x: float, y: float) -> tuple[float, float]:
    """Return where a place of the grid's coordinates lies on the screen."""
    across, down = watched.page.evaluate(ON_SCREEN, [float(x), float(y)])
    return across, down


def click_cell(watched, scene: Scene, lon: float, lat: float) -> int:
    """Click a place on the map until its cell is told (the page may still settle); return it."""
    x, y = scene.grid.from_lonlat(lon, lat)
    cell = int(scene.cell_of_grid[scene.grid.cell_at(float(x), float(y))])
    told = watched.page.locator(f'.nep-cell[data-cell="{cell}"]')
    act_until(
        watched.page,
        lambda: watched.page.mouse.click(*on_screen(watched, x, y)),
        told.is_visible,
    )
    return cell
