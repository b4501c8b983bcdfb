"""The one map figure: built once, then only data sources, colours and ranges are replaced."""

import ast
from pathlib import Path

import numpy as np
import pytest
from bokeh.events import RangesUpdate
from bokeh.models import ColorBar, GlyphRenderer, HoverTool, Image
from bokeh.plotting import figure

import explorer
from explorer import preset, run
from explorer.app.maps.drawn import drawn_from
from explorer.app.maps.map_grid import MapGrid
from explorer.app.maps.plate import MapPlate
from explorer.app.maps.ranges import SharedRanges
from explorer.app.maps.variable_map import VariableMap
from explorer.app.state.state import ExplorerState
from explorer.picture.basemap import Basemap
from explorer.picture.look import Look
from explorer.picture.window import window
from explorer.scene.demo import demo_scene_path
from explorer.scene.thin import thinned
from explorer.session.opened import Opened

GREY, RED = Look(["#000000", "#ffffff"], (0, 1), "one"), Look(["#ff0000", "#ffffff"], (-5, 5), "R")


@pytest.fixture(scope="module")
def basemap(scene) -> Basemap:
    return Basemap(scene, [f"class {code}" for code in range(9)])


@pytest.fixture
def plate(basemap) -> MapPlate:
    return MapPlate("mine", basemap, SharedRanges(basemap.extent), GREY)


def built(plate: MapPlate) -> figure:
    """What the browser gets."""
    return plate.pane.get_root().select_one({"type": figure})


def image_of(plot: figure) -> GlyphRenderer:
    return next(r for r in plot.renderers if isinstance(getattr(r, "glyph", None), Image))


def test_what_is_drawn_before_the_figure_is_built_is_shown(plate, scene):
    part = window(scene.grid)
    picture = np.arange(np.prod(part.shape), dtype=np.float32).reshape(part.shape)
    plate.draw(picture, part)
    assert not plate.is_built
    data = image_of(built(plate)).data_source.data
    assert plate.is_built
    np.testing.assert_array_equal(data["image"][0], picture[::-1])
    assert (data["x"], data["y"]) == ([part.bounds[0]], [part.bounds[1]])


def test_drawing_and_recolouring_replace_no_model(plate, scene):
    plot = built(plate)
    image, bar = image_of(plot), plot.select_one({"type": ColorBar})
    mapper, models = image.glyph.color_mapper, plot.references()
    picture = np.full(window(scene.grid).shape, 3, dtype=np.float32)
    plate.draw(picture, window(scene.grid))
    plate.recolour(RED)
    assert plot.references() == models
    np.testing.assert_array_equal(image.data_source.data["image"][0], picture)
    assert (mapper.palette, mapper.low, mapper.high) == (RED.colours, -5, 5)
    assert bar.title == "R"


def test_hover_follows_the_part_that_is_shown(plate, scene, basemap):
    plot = built(plate)
    source = image_of(plot).data_source
    (hover,) = plot.select({"type": HoverTool})
    fields = {field.strip("@").removesuffix("{custom}") for _, field in hover.tooltips}
    whole, half = window(scene.grid), window(scene.grid, at_least=2)
    plate.draw(np.zeros(whole.shape, np.float32), whole)
    assert fields <= set(source.data)
    known = source.data["region"][0]
    assert known.max() == len(scene.region_names)
    plate.draw(np.ones(whole.shape, np.float32), whole)
    assert source.data["region"][0] is known
    plate.draw(np.ones(half.shape, np.float32), half, hover=False)
    assert source.data["region"][0] is known
    plate.draw(np.ones(half.shape, np.float32), half)
    assert source.data["region"][0].shape == half.shape


def test_names_of_classes_come_from_the_basemap(plate):
    (hover,) = built(plate).select({"type": HoverTool})
    assert hover.formatters["@class"].args == {"names": [f"class {code}" for code in range(9)]}


def test_plates_that_share_ranges_move_as_one_and_tell_who_zoomed(basemap):
    seen, ranges = [], SharedRanges(basemap.extent)
    plates = [MapPlate(name, basemap, ranges, GREY, zoomed=seen.append) for name in "ab"]
    plots = [built(plate) for plate in plates]
    assert {plot.x_range for plot in plots} == {ranges.x}
    ranges.move_to((1.0, 2.0, 3.0, 4.0))
    assert (plots[1].y_range.start, plots[1].y_range.end) == (2.0, 4.0)
    plots[0]._trigger_event(RangesUpdate(plots[0], x0=1, x1=3, y0=2, y1=4))
    assert seen == [(1, 2, 3, 4)]


def test_furnishings_get_the_figure_and_may_draw(plate, scene):
    part, order = window(scene.grid), []
    plate.furnishings += [
        lambda plot: order.append(plot.scatter("x", "y", name="marks")),
        lambda _plot: plate.draw(np.full(part.shape, 2, np.float32), part),
    ]
    plot = built(plate)
    assert plot.select_one({"name": "marks"}) is order[0]
    assert (image_of(plot).data_source.data["image"][0] == 2).all()


def test_inset_lets_the_wheel_scroll_the_page(basemap):
    plate = MapPlate("inset", basemap, SharedRanges(basemap.extent), GREY, inset=True)
    plot = built(plate)
    plate.recolour(RED)
    assert plot.toolbar_location is None
    assert plot.toolbar.active_scroll is None
    assert not plot.select({"type": HoverTool})
    assert not plot.select({"type": ColorBar})


def test_same_numbers_on_the_same_scene_are_the_same_picture(scene):
    """Neither a result's address nor its name counts: both may come again for another."""
    ci2 = preset("ci2")
    key = drawn_from(run(scene, ci2))
    assert key == drawn_from(run(scene, ci2.named("another name")))
    assert key != drawn_from(run(scene, preset("original")))
    assert key != drawn_from(run(thinned(scene, 2, {}), ci2))


@pytest.fixture
def shown() -> tuple[ExplorerState, VariableMap]:
    state = ExplorerState(Opened(demo_scene_path()))
    made = VariableMap(state)
    built(made.plate)
    return state, made


def test_map_follows_edits_and_catches_up_after_a_hidden_while(shown):
    state, made = shown
    source = made.plate.source

    def is_drawn() -> bool:
        picture, _ = made.picture()
        return np.allclose(source.data["image"][0], picture[::-1], atol=1e-3, equal_nan=True)

    assert is_drawn()
    state.set_parameter("epsilon_max.EBF", 0.7)
    assert is_drawn()
    state.page = "compare"
    for value in (1.1, 1.2):
        state.set_parameter("epsilon_max.EBF", value)
    assert not is_drawn()
    state.page = "map"
    assert is_drawn()
    state.param.update(variable="fpar", yearly=True)
    assert is_drawn()
    assert made.plate.look.label == "FPAR"


def test_map_marks_the_chosen_region_and_the_tapped_cell(shown):
    state, made = shown
    assert np.isnan(made.chosen.data["x"]).all()
    state.region = state.shared.scene.region_names[0]
    ring = state.shared.basemap.outlines[state.region][0]
    assert set(ring[:, 0]) <= set(made.chosen.data["x"])
    state.tapped = 17
    assert np.isnan(made.chosen.data["x"]).all()  # one place is marked
    row, column = np.divmod(state.shared.scene.index[17], state.shared.scene.grid.x.size)
    assert made.mark.data["x"] == [state.shared.scene.grid.x[column]]
    assert made.mark.data["y"] == [state.shared.scene.grid.y[row]]


def test_grid_of_maps_picks_the_one_under_the_pointer(basemap, scene):
    picked = []
    grid = MapGrid(basemap, 5, 3, GREY, picked.append)
    part = window(scene.grid)
    pictures = [np.full(part.shape, n, np.float32) for n in range(5)]
    grid.draw(pictures, part, list("abcde"), [1.0] * 5)
    width, height = grid._tile

    class At:
        def __init__(self, column: float, row: float) -> None:
            self.x, self.y = column * width, row * height

    for place in (At(0.5, 1.5), At(1.5, 0.5), At(2.5, 0.5), At(3.5, 0.5)):
        grid._tapped(place)  # the last two lie on no map
    assert picked == [0, 4]
    grid.mark_map(4)
    assert grid.mark.data["left"] == [width]
    grid.mark_map(None)
    assert grid.mark.data["left"] == []


@pytest.mark.parametrize("folder", ["picture", "app/maps"])
def test_drawing_knows_no_system(folder):
    """But for the contract, which all of them are."""
    for path in sorted((Path(explorer.__file__).parent / folder).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        of_systems = {name for name in modules if name.startswith("explorer.systems")}
        assert of_systems <= {"explorer.systems.contract", "explorer.systems.layers"}, path
