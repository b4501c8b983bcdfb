"""The shape tools: the shape that is followed is marked, however it came to be chosen."""

import base64
import json
import zlib

import numpy as np
import pytest
import shapely

from explorer.analysis.totals import ALL
from explorer.app.header.share_menu import ShareMenu
from explorer.app.pages.map.page import MapPage
from explorer.app.pages.map.shape_tools import ShapeTools
from explorer.app.pages.vegetation.page import VegetationPage
from explorer.app.state.state import ExplorerState
from explorer.scene.shapes.shape import Shape, shape_of
from explorer.scene.store import write_dataset
from explorer.session import apart
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


# Links and files from outside: read in another process, and then followed


def arrive(state: ExplorerState, token: str) -> ShareMenu:
    """Open the page with a link, as a browser does, and wait until it is followed or refused."""
    menu = ShareMenu(state)
    menu.arrived(f"#{token}", first=True)
    assert state.shared.jobs.wait(60)
    return menu


def tangled(corners: int) -> list[list[float]]:
    """A ring of corners at random, which crosses itself at nearly every edge."""
    rng = np.random.default_rng(1)
    return np.round(rng.uniform((98, 34), (108, 38), (corners, 2)), 4).tolist()


def token_of(written: dict) -> str:
    packed = base64.urlsafe_b64encode(zlib.compress(json.dumps(written).encode()))
    return f"v2.{packed.decode().rstrip('=')}"


def in_link(ring: list[list[float]], name: str = "mine") -> list:
    corners = np.rint(np.array(ring) * 10_000).astype(int)
    steps = np.diff(corners, axis=0, prepend=np.zeros((1, 2), int))
    return [name, "file", [[steps.ravel().tolist()]]]


@pytest.mark.parametrize("page", ["map", "compare", "vegetation"])
@pytest.mark.parametrize("count", [1, 2])
def test_link_with_a_chosen_shape_and_a_changed_parameter_is_followed(state, page, count):
    pages = [MapPage(state), VegetationPage(state)]
    changed = state.a.scenario.with_values({"epsilon_max.EBF": 1.2})
    shapes = (OTHER, ONE)[:count]
    view = View(page=page, shapes=shapes, region="other")
    menu = arrive(state, to_token(Link(changed, state.b.scenario, view)))
    assert state.session.faults.shown == ()
    assert not menu.dialog.open
    assert (state.a.scenario, state.view) == (changed, view)
    assert marked(pages[0].shapes) == ["other"]
    expected = state.book.totals(state.shared.result(changed), shapes)
    assert state.totals.yearly_total("nep", "other") == expected.yearly_total("nep", "other")


def test_shapes_are_mended_in_another_process(state, monkeypatch):
    def never(*_arguments, **_named):
        raise AssertionError("mended where it keeps others waiting")

    monkeypatch.setattr(shapely, "make_valid", never)
    bow = [[98, 34], [102, 38], [102, 34], [98, 38]]
    arrive(state, token_of({"v": {"shapes": [in_link(bow)]}}))
    assert [shape.name for shape in state.shapes] == ["mine"]
    tools = ShapeTools(state)
    tools.upload.filename = "bow.geojson"
    tools.upload.value = json.dumps({"type": "Polygon", "coordinates": [bow]}).encode()
    assert state.shared.jobs.wait(60)
    assert [shape.name for shape in state.shapes] == ["mine", "shape 1"]
    assert "was mended" in tools.message.object
    assert state.shapes[0].polygons.area == pytest.approx(state.shapes[1].polygons.area)


def test_cells_and_sums_of_shapes_are_known_when_they_are_added(state, monkeypatch):
    monkeypatch.setattr(state.book, "_placed", None)  # what would place them in this process
    tools = ShapeTools(state)
    tools._drawn([0, 4e5, 4e5, 0], [3.4e6, 3.4e6, 3.8e6, 3.8e6])
    assert "is being checked" in tools.message.object or state.shapes
    assert state.shared.jobs.wait(60)
    (shape,) = state.shapes
    assert state.book.cover(shape).cells > 0
    assert len(state.book.outline(shape)) == 1
    known = state.book._joined
    monkeypatch.setattr(known, "get", lambda key, _make: known.peek(key))
    assert state.totals.yearly_total("nep", shape.name) == state.totals.yearly_total(
        "nep", shape.name
    )


def test_link_that_would_stall_the_server_is_refused_and_told(state):
    before = state.view
    menu = arrive(state, token_of({"v": {"shapes": [in_link(tangled(1_900))]}}))
    assert menu.dialog.open
    assert "cross each other more than 1,000 times" in menu.words.object
    assert state.view == before
    menu = arrive(state, token_of({"v": {"shapes": [in_link(tangled(2_100))]}}))
    assert "more than 2000 corners" in menu.words.object or "at most 2,000" in menu.words.object


def test_file_that_would_stall_the_server_is_refused_and_told(state):
    tools = ShapeTools(state)
    tools.upload.filename = "tangle.geojson"
    ring = tangled(3_000)
    tools.upload.value = json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()
    assert state.shared.jobs.wait(60)
    assert "cross each other" in tools.message.object
    assert state.shapes == ()


def test_what_takes_too_long_is_given_up_and_told(state, monkeypatch):
    monkeypatch.setattr(state.shared.jobs.apart, "longest", 0.0)
    monkeypatch.setattr(apart, "LOOK", 0.0)
    menu = arrive(state, token_of({"v": {"shapes": [in_link(tangled(900))]}}))
    assert "was given up" in menu.words.object
    assert state.shapes == ()


def test_link_that_cannot_be_followed_is_told(state, monkeypatch, caplog):
    def fail(*_arguments, **_named):
        raise KeyError("a defect")

    monkeypatch.setattr(state, "restore", fail)
    arrive(state, to_token(Link(state.a.scenario, state.b.scenario, VIEW)))
    (fault,) = state.session.faults.shown
    assert fault.what == "This link could not be followed"
    assert "a defect" in caplog.text
