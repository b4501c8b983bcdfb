"""The address follows, the browser's buttons walk the pages, and what it stored comes back.

The browser is spoken for here: what it is sent is recorded, what it tells is handed in.
"""

import pytest
import shapely

from explorer.app.drawer.stored_part import StoredPart
from explorer.app.header import address as address_module
from explorer.app.header.address import Address
from explorer.app.pages.towers.page import TowersPage
from explorer.app.parts.browser import Browser
from explorer.app.state.state import ExplorerState
from explorer.scene.shapes.shape import shape_of
from explorer.scene.store import write_dataset
from explorer.session.link import Link, from_token, to_token
from explorer.session.opened import Opened
from explorer.session.stored import Stored, from_text, to_text
from explorer.session.view import View

TOWER = b"site,lon,lat,class,year,month,nep\n" + b"".join(
    f"T,100.0,36.0,grassland,2010,{month},{month}.5\n".encode() for month in range(1, 13)
)


@pytest.fixture(scope="module")
def opened(tiny_dataset, tmp_path_factory) -> Opened:
    return Opened(write_dataset(tiny_dataset(), tmp_path_factory.mktemp("scene") / "tiny.zarr"))


@pytest.fixture
def state(opened) -> ExplorerState:
    return ExplorerState(opened)


class Spoken(Browser):
    """A browser that writes down what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def _send_msg(self, data: dict) -> None:
        self.texts.append(data["text"])


@pytest.fixture
def browser() -> Spoken:
    return Spoken()


def square(west: float, name: str, size: float = 4):
    return shape_of([shapely.box(west, 34, west + size, 34 + size)], name, "drawn")


# The address


def test_address_follows_scenarios_and_view(state, browser):
    Address(state, browser, arrived=lambda token: None).begin()
    assert browser.entry["token"] is None  # as it was opened
    state.set_parameter("epsilon_max.EBF", 1.2)
    state.param.update(region="South", step=1)
    state.b.scenario = state.b.scenario.with_values({"w_min": 0.2})
    found = from_token(browser.entry["token"])
    assert found == Link(state.a.scenario, state.b.scenario, state.view)


def test_address_says_how_many_typed_links_it_knows_of(state, browser):
    """One that was on its way when a link was typed would take that link's place."""
    came = []
    Address(state, browser, arrived=came.append).begin()
    state.step = 1
    assert browser.entry["heard"] == 0
    browser._handle_msg({"token": "one"})
    browser._handle_msg({"token": "two"})
    assert came == ["one", "two"]
    assert browser.entry["heard"] == 2


def test_address_waits_for_the_link_that_the_page_was_opened_with(state, browser):
    address = Address(state, browser, arrived=lambda token: None)
    state.param.update(region="South", page="compare")  # as the link says
    assert browser.entry == {}
    link = to_token(Link(state.a.scenario, state.b.scenario, state.view))
    address.begin(link)
    assert (browser.entry["token"], browser.entry["page"]) == (None, "compare")
    state.step = 1
    assert from_token(browser.entry["token"]).view.step == 1


def test_address_is_made_a_moment_after_the_last_edit_alone(state, browser, monkeypatch):
    waiting, made = [], []
    monkeypatch.setattr(state.session, "soon", lambda call, milliseconds: waiting.append(call))
    monkeypatch.setattr(
        address_module, "to_token", lambda link: made.append(link) or f"v2.{len(made)}"
    )
    Address(state, browser, arrived=lambda token: None).begin()
    made.clear()
    for value in (0.6, 0.7, 0.8):
        state.set_parameter("epsilon_max.EBF", value)
    assert (len(waiting), made) == (1, [])
    waiting.pop()()  # others came meanwhile
    assert (len(waiting), made) == (1, [])
    waiting.pop()()
    assert [link.scenario.parameters.epsilon_max.EBF for link in made] == [0.8]
    assert waiting == []


def test_while_a_control_is_dragged_the_address_waits(state, browser):
    Address(state, browser, arrived=lambda token: None).begin()
    dragged = state.a.scenario.with_values({"epsilon_max.EBF": 0.7})
    state.edit(dragged, draft=True)
    assert browser.entry["token"] is None
    state.edit(dragged, draft=False)
    assert from_token(browser.entry["token"]).scenario == dragged


def test_pages_are_entries_and_the_browser_walks_them(state, browser):
    Address(state, browser, arrived=lambda token: None).begin()
    state.page = "compare"
    assert browser.entry["page"] == "compare"
    state.set_parameter("epsilon_max.EBF", 1.2)
    browser._handle_msg({"page": "map"})  # back
    assert state.page == "map"
    assert state.a.scenario.parameters.epsilon_max.EBF == 1.2  # edits have undo
    assert browser.entry["page"] == "map"
    assert from_token(browser.entry["token"]).view.page == "map"
    for nonsense in ("nowhere", "", "m" * 200, None, 5, ["map"]):
        browser._handle_msg({"page": nonsense})
    assert state.page == "map"


def test_link_that_is_typed_in_is_handed_on(state, browser):
    arrived: list[str] = []
    Address(state, browser, arrived=arrived.append).begin()
    browser._handle_msg({"token": "v2.abc"})
    browser._handle_msg({"token": "v" * 200_000})
    browser._handle_msg("rubbish")
    assert arrived == ["v2.abc"]


# The storage


def begun(state, browser, stored: Stored, *, address: str = "", known: str = "") -> StoredPart:
    """A page whose browser had stored something under an address, opened with another."""
    part = StoredPart(state, browser)
    browser.hear("found", part.begin)
    text, _ = to_text(stored)
    browser._handle_msg({"found": {"text": text, "token": known, "address": address}})
    assert state.shared.jobs.wait(60)
    return part


def test_named_scenarios_shapes_and_towers_come_back(state, browser):
    mine = state.a.scenario.with_values({"w_min": 0.2}).named("mine")
    stored = Stored((mine,), (square(98, "one"),), {"towers.csv": TOWER})
    part = begun(state, browser, stored)
    assert state.shelf == {"mine": mine}
    assert state.shapes == stored.shapes
    assert "1 named scenario, 1 shape, 1 tower file" in part.words.object
    state.page = "towers"
    page = TowersPage(state)
    assert state.shared.jobs.wait(60)
    assert page.desk.check.towers.names == ("T",)
    assert browser.texts == []  # nothing new to be stored
    # Undo goes no further back than what was brought back.
    state.set_parameter("w_min", 0.3)
    state.undo()
    assert (state.shelf, state.history.position) == ({"mine": mine}, 0)


def test_what_changes_is_stored(state, browser):
    begun(state, browser, Stored())
    state.save(state.a.scenario.named("mine"))
    state.shapes = (square(98, "one"),)
    assert state.shared.jobs.wait(60)
    stored, problems = from_text(browser.texts[-1])
    assert problems == []
    assert ([each.name for each in stored.scenarios], stored.shapes) == (["mine"], state.shapes)
    state.page = "towers"
    page = TowersPage(state)
    page.desk.take(page.desk.read_files({"towers.csv": TOWER}))
    assert state.shared.jobs.wait(60)
    assert from_text(browser.texts[-1])[0].towers == {"towers.csv": TOWER}


def test_clear_removes_it_and_says_so(state, browser):
    part = begun(state, browser, Stored((state.a.scenario.named("mine"),)))
    assert part.clear_button.visible
    part.clear()
    assert browser.texts == [""]
    assert not part.clear_button.visible
    assert "and nowhere else" in part.words.object


def test_somebody_elses_link_brings_no_shapes_of_ones_own_unless_asked(state, browser):
    stored = Stored((state.a.scenario.named("mine"),), (square(98, "one"),), {"t.csv": TOWER})
    link = to_token(Link(state.a.scenario, state.b.scenario, View(step=3)))
    part = begun(state, browser, stored, address=link, known="v2.another")
    assert list(state.shelf) == ["mine"]
    assert (state.shapes, state.tower_files) == ((), {})
    assert not browser.own
    assert "1 shape, 1 tower file of before are stored" in part.words.object
    # What is done on it does not take their place either.
    state.save(state.a.scenario.named("other"))
    assert state.shared.jobs.wait(60)
    assert from_text(browser.texts[-1])[0].shapes == stored.shapes
    part._bring_back()
    assert (state.shapes, state.tower_files) == (stored.shapes, {"t.csv": TOWER})
    assert browser.own


def test_own_link_gives_shapes_all_their_digits_again(state, browser):
    exact = square(98.123456789, "one")
    rounded = from_token(
        to_token(Link(state.a.scenario, state.b.scenario, View(shapes=(exact,))))
    ).view.shapes
    assert rounded != (exact,)
    state.shapes = rounded
    begun(state, browser, Stored(shapes=(exact,)), address="v2.own", known="v2.own")
    assert state.shapes == (exact,)


@pytest.mark.parametrize("text", ["rubbish", "s9.abc", "s1.abc"])
def test_what_cannot_be_read_is_told_and_changes_nothing(state, browser, text):
    part = StoredPart(state, browser)
    browser.hear("found", part.begin)
    before = state.view, state.shelf
    browser._handle_msg({"found": {"text": text, "token": 7}})
    assert state.shared.jobs.wait(60)
    assert "Not brought back" in part.words.object
    assert (state.view, state.shelf) == before
    assert state.session.faults.shown == ()


def test_browser_that_stores_nothing_is_told(state, browser):
    part = StoredPart(state, browser)
    browser._handle_msg({"refused": "its storage is full"})
    assert "its storage is full" in part.words.object


def test_shape_beside_the_land_is_left_out_and_told(state, browser):
    part = begun(state, browser, Stored(shapes=(square(98, "one"), square(20, "far"))))
    assert [shape.name for shape in state.shapes] == ["one"]
    assert "beside the land" in part.words.object


def test_page_that_is_filled_again_brings_nothing_back_twice(state, opened, browser):
    part = begun(state, browser, Stored((state.a.scenario.named("mine"),)))
    state.shelf = {}
    later = ExplorerState(opened)
    later.take_over(state)
    again = StoredPart(later, browser, part)
    browser.hear("found", again.begin)
    assert later.shelf == {}
