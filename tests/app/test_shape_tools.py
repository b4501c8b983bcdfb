"""The shape tools: the shape that is followed is marked, however it came to be chosen."""

import pytest
import shapely

from explorer.analysis.totals import ALL
from explorer.app.header.share_menu import ShareMenu
from explorer.app.pages.map.shape_tools import ShapeTools
from explorer.app.state.state import ExplorerState
from explorer.scene.shapes.shape import Shape, shape_of
from explorer.scene.store import write_dataset
from explorer.session.link import Link, from_token, to_token
from explorer.session.opened import Opened
from explorer.session.view import View


@pytest.fixture(scope="module")
def opened(tiny_dataset, tmp_path_factory) -> Opened:
    return Opened(write_dataset(tiny_dataset(), tmp_path_factory.mktemp("scene") / "tiny.zarr"))


@pytest.fixture
def state(opened) -> ExplorerState:
    return ExplorerState(opened)


def square(west: float, name: str) -> Shape:
    return shape_of([shapely.box(west, 34, west + 4, 38)], name, "drawn")


ONE, OTHER = square(98, "one"), square(104, "other")
VIEW = View(shapes=(ONE, OTHER), region="other")


def marked(tools: ShapeTools) -> list[str]:
    """Names of the shapes whose button to follow them is coloured."""
    return [row[0].value for row in tools.rows.objects if row[2].color == "primary"]


def follow_link(state: ExplorerState, view: View) -> None:
    token = to_token(Link(state.a.scenario, state.b.scenario, view))
    ShareMenu(state)._restore(from_token(token))


def test_link_with_a_chosen_shape_opens_with_that_shape_marked(state):
    tools = ShapeTools(state)
    follow_link(state, VIEW)
    assert [row[0].value for row in tools.rows.objects] == ["one", "other"]
    assert state.region == "other"
    assert marked(tools) == ["other"]


def test_tools_that_are_made_after_the_link_mark_it_too(state):
    follow_link(state, VIEW)
    assert marked(ShapeTools(state)) == ["other"]


@pytest.mark.parametrize(
    "view",
    [View(shapes=(OTHER, ONE), region="one"), View(shapes=(ONE, OTHER), region="one"),
     View(shapes=(ONE,), region="one")],
    ids=["other order", "same shapes", "fewer"],
)  # fmt: skip
def test_second_link_marks_what_it_chose(state, view):
    tools = ShapeTools(state)
    follow_link(state, VIEW)
    follow_link(state, view)
    assert marked(tools) == ["one"]


def test_mark_follows_the_choice(state):
    tools = ShapeTools(state)
    follow_link(state, VIEW)
    tools.rows.objects[0][2].param.trigger("clicks")  # chosen by hand
    assert (state.region, marked(tools)) == ("one", ["one"])
    tools.rows.objects[0][2].param.trigger("clicks")  # and let go again
    assert (state.region, marked(tools)) == (ALL, [])
    state.region = "South"
    assert marked(tools) == []
    state.region = "other"
    tools.rows.objects[1][0].value = "renamed"
    assert (state.region, marked(tools)) == ("renamed", ["renamed"])
    tools.rows.objects[1][3].param.trigger("clicks")  # removed
    assert (state.region, marked(tools)) == (ALL, [])
