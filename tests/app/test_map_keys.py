"""The map is worked by keys: the mark walks over land, and the part that is seen follows."""

import pytest

from explorer.app.maps.keys import MapKeys
from explorer.app.maps.variable_map import VariableMap
from explorer.app.maps.walk import beside, nearest
from explorer.app.state.state import ExplorerState
from explorer.scene.demo import demo_scene_path
from explorer.session.opened import Opened


@pytest.fixture(scope="module")
def shared() -> Opened:
    return Opened(demo_scene_path())


@pytest.fixture
def keyed(shared) -> VariableMap:
    """A map with its figure built, as a page builds it."""
    drawn = VariableMap(ExplorerState(shared))
    assert drawn.keys.figure == drawn.plate.pane.object.id
    return drawn


def press(drawn: VariableMap, *keys: str, far: bool = False) -> None:
    for key in keys:
        drawn.keys._handle_msg({"key": key, "far": far})


def test_way_to_the_right_and_up_is_that_of_the_plane(shared):
    scene = shared.scene
    left, bottom, right, top = scene.grid.bounds
    cell = nearest(scene, (left + right) / 2, (bottom + top) / 2)
    x, y = scene.xy(cell)
    side = abs(scene.grid.steps[1])
    east, north = scene.xy(beside(scene, cell, 1, 0)), scene.xy(beside(scene, cell, 0, 1))
    assert east[0] >= x + side - 1e-6 and east[1] == y
    assert north[1] >= y + side - 1e-6 and north[0] == x
    assert beside(scene, beside(scene, cell, 1, 0), -1, 0) == cell


def test_nothing_lies_beyond_the_last_cell_of_a_row(shared):
    scene = shared.scene
    row = scene.index[0] // scene.grid.x.size
    last = int(scene.cell_of_grid[row].max())  # cells are numbered along the rows
    assert beside(scene, last, 1, 0) == last
    assert beside(scene, 0, scene.grid.x.size, 0) == 0


def test_keys_mark_move_zoom_and_leave(keyed):
    state, scene = keyed.state, keyed.basemap.scene
    assert state.tapped is None
    press(keyed, "Enter")
    first = state.tapped
    left, bottom, right, top = keyed.basemap.extent
    assert first == nearest(scene, (left + right) / 2, (bottom + top) / 2)
    press(keyed, "ArrowRight", "ArrowUp")
    assert scene.xy(state.tapped)[0] > scene.xy(first)[0]
    press(keyed, "ArrowDown", "ArrowLeft")
    press(keyed, "+")
    seen = keyed.seen.bounds
    assert seen[2] - seen[0] == pytest.approx((right - left) / 2, rel=1e-5)
    assert (keyed.ranges.x.start, keyed.ranges.x.end) == pytest.approx((seen[0], seen[2]))
    for _ in range(20):  # out of what is seen: that follows
        press(keyed, "ArrowLeft", far=True)
    x, _y = scene.xy(state.tapped)
    assert keyed.seen.bounds[0] <= x <= keyed.seen.bounds[2]
    assert keyed.seen.bounds != seen
    press(keyed, "-")
    assert keyed.seen.bounds is None
    press(keyed, "Escape")
    assert state.tapped is None


@pytest.mark.parametrize("sent", [None, "Enter", {"key": "F5"}, {"key": ["Enter"]}, {"far": True}])
def test_what_is_no_key_of_the_map_does_nothing(keyed, sent):
    keyed.keys._handle_msg(sent)
    assert keyed.state.tapped is None


def test_corners_of_a_shape_are_not_walked(keyed):
    keyed.is_drawn_on = lambda: True
    press(keyed, "Enter", "+")
    assert keyed.state.tapped is None
    assert keyed.seen.bounds is None


def test_what_is_pressed_comes_from_one_listener():
    heard = []
    listener = MapKeys(lambda key, far: heard.append((key, far)), figure="p1")
    listener._handle_msg({"key": "ArrowUp", "far": True})
    assert heard == [("ArrowUp", True)]
