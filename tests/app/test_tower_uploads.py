"""Tower files that are uploaded: read where nobody waits for them, and told where they are."""

import asyncio
import gc
import json
import logging
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
import shapely

from explorer.app.header.share_menu import ShareMenu
from explorer.app.pages.map.page import MapPage
from explorer.app.pages.map.shape_tools import ShapeTools
from explorer.app.pages.towers import desk as desk_module
from explorer.app.pages.towers.page import TowersPage
from explorer.app.state.session import Session
from explorer.app.state.state import ExplorerState
from explorer.observations import brought_files
from explorer.observations.brought_files import MOST_MONTHS, MOST_SITES
from explorer.observations.csv_table import MOST_BYTES
from explorer.scene.shapes.shape import MOST_CORNERS, MOST_LINKED_CORNERS, shape_of
from explorer.scene.store import write_dataset
from explorer.session.link import Link, to_token
from explorer.session.opened import Opened
from explorer.session.view import View

OWN = "site,lon,lat,class,year,month,nep\n"
GOOD = (OWN + "Mine,100.0,36.0,grassland,2010,7,12\n").encode()
BAD = (OWN + "Mine,100.0,36.0,grassland,2010,13,12\n").encode()
LONGEST = 0.5  # s; on a quiet machine others wait some 0.1


@pytest.fixture(scope="module")
def opened(tiny_dataset, tmp_path_factory) -> Opened:
    return Opened(write_dataset(tiny_dataset(), tmp_path_factory.mktemp("scene") / "tiny.zarr"))


@pytest.fixture
def state(opened) -> ExplorerState:
    made = ExplorerState(opened)
    made.page = "towers"
    return made


def upload(page: TowersPage, **files: bytes) -> None:
    box = page.controls.upload
    box.param.update(
        filename=[f"{name}.csv" for name in files], mime_type=["text/csv"] * len(files)
    )
    box.value = list(files.values())


def loaded(page: TowersPage, **files: bytes) -> TowersPage:
    upload(page, **files)
    assert page.state.shared.jobs.wait(60)
    return page


class Held:
    """Reads when it is let: what the page does meanwhile can be looked at."""

    def __init__(self, monkeypatch) -> None:
        self.began, self.go_on, self.threads = threading.Event(), threading.Event(), []
        read = desk_module.TowerDesk.read_files

        def slow(desk, *arguments, **options):
            self.threads.append(threading.current_thread())
            self.began.set()
            assert self.go_on.wait(30)
            return read(desk, *arguments, **options)

        monkeypatch.setattr(desk_module.TowerDesk, "read_files", slow)


def test_files_are_read_in_another_thread_while_the_page_stays_as_it_is(state, monkeypatch):
    page = loaded(TowersPage(state), first=GOOD)
    before, held = page.desk.check, Held(monkeypatch)
    upload(page, second=GOOD.replace(b"Mine", b"Other"))  # returns at once
    assert held.began.wait(30)
    assert held.threads[0] is not threading.current_thread()
    assert page.desk.check is before
    assert page.plates is None or page.plates.visible
    assert 'role="status"' in page.controls.message.object
    assert "second.csv: being read" in page.controls.message.object
    assert page.controls.upload.value is None  # the same file can be chosen again
    held.go_on.set()
    assert state.shared.jobs.wait(60)
    assert page.desk.towers.names == ("Other",)
    assert not page.controls.message.visible
    assert list(state.tower_files) == ["second.csv"]


def test_files_are_parsed_in_another_process(state, monkeypatch):
    def never(*_arguments, **_options):
        raise AssertionError("parsed where it keeps others waiting")

    monkeypatch.setattr(brought_files, "read_towers", never)
    assert loaded(TowersPage(state), mine=GOOD).desk.towers.names == ("Mine",)


def test_newer_upload_supersedes_and_a_closed_page_is_not_called_back(state, monkeypatch):
    held, page = Held(monkeypatch), TowersPage(state)
    upload(page, first=GOOD)
    assert held.began.wait(30)
    upload(page, second=GOOD.replace(b"Mine", b"Other"))
    held.go_on.set()
    assert state.shared.jobs.wait(60)
    assert page.desk.towers.names == ("Other",)
    held.go_on.clear()
    held.began.clear()
    upload(page, third=GOOD)
    assert held.began.wait(30)
    state.session.end()
    held.go_on.set()
    assert state.shared.jobs.wait(60)
    assert page.desk.towers.names == ("Other",)


def test_towers_out_of_the_browsers_storage_are_read_in_a_thread_too(state, monkeypatch):
    held = Held(monkeypatch)
    state.tower_files = {"mine.csv": GOOD}
    page = TowersPage(state)  # returns at once
    assert page.desk.check is None
    held.go_on.set()
    assert state.shared.jobs.wait(60)
    assert page.desk.towers.names == ("Mine",)


def test_refused_file_is_told_and_the_button_keeps_its_label(state):
    page = loaded(TowersPage(state), good=GOOD)
    before = page.desk.check
    loaded(page, bad=BAD)
    assert page.desk.check is before
    told = page.controls.message.object
    assert 'role="alert"' in told
    assert "bad.csv, line 2: month = &#x27;13&#x27;" in told
    assert "Nothing was changed: shown as before are 1 tower of your files." in told
    assert page.controls.upload.uploaded_label == page.controls.upload.label
    loaded(page, good=GOOD)
    assert not page.controls.message.visible


def test_nothing_is_said_of_towers_shown_before_where_there_are_none(state):
    told = loaded(TowersPage(state), bad=BAD).controls.message.object
    assert "line 2: month" in told
    assert "shown" not in told


def test_empty_file_is_told_in_place_of_the_fault_before(state):
    page = loaded(TowersPage(state), bad=BAD)
    box = page.controls.upload
    # As a browser sends a file without a byte: no piece of it.
    box._handle_msg({"status": "initializing"})
    box._handle_msg({"status": "finished"})
    assert "the file is empty" in page.controls.message.object
    assert "month" not in page.controls.message.object
    box._handle_msg({"status": "error", "error": "vast.csv is larger than 60 MB"})
    assert "vast.csv is larger" in page.controls.message.object


def test_more_than_a_page_shows_is_refused_before_it_is_read(state, monkeypatch):
    line = "Mine,100.0,36.0,grassland,2010,7,12\n"
    page = loaded(TowersPage(state), vast=(OWN + line * (MOST_MONTHS + 5)).encode())
    assert "vast.csv: 20,006 lines; at most 20,000 months" in page.controls.message.object
    sites = "".join(f"S{n},100,36,GRA,2010,7,1\n" for n in range(MOST_SITES + 1))
    loaded(page, wide=(OWN + sites).encode())
    assert (
        f"{MOST_SITES + 1} months of {MOST_SITES + 1} sites; at most 20,000 months"
        in page.controls.message.object
    )


# Others on the same server meanwhile


def longest_gap(monkeypatch, prepare: Callable[[], tuple[Callable, Callable]]) -> float:
    """Return how long anybody else would have waited for the server's loop, [s].

    ``prepare`` makes what is then begun in the loop, and what tells that it is over. What jobs
    hand over is done in the loop, as in a server.
    """

    async def watch() -> float:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(Session, "later", lambda _self, call: loop.call_soon_threadsafe(call))
        begin, is_over = prepare()
        gc.collect()
        await asyncio.sleep(0.05)
        longest, last, deadline = 0.0, time.perf_counter(), time.monotonic() + 60
        loop.call_soon(begin)
        while not is_over():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.002)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
        return longest

    gap = asyncio.run(watch())
    logging.getLogger(__name__).info("longest gap %.0f ms", 1e3 * gap)  # see it by --log-cli-level
    return gap


def largest_table() -> bytes:
    """As many months of as many sites as a page shows, in as many bytes as a file may have."""
    months = [(year, month) for year in range(2001, 2009) for month in range(1, 13)]
    each = MOST_MONTHS // MOST_SITES
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(98, 108, MOST_SITES), rng.uniform(34, 38, MOST_SITES)
    room = MOST_BYTES // MOST_MONTHS - 60
    lines = [
        f"Site {n},{lon[n]:.4f},{lat[n]:.4f},grassland,{year},{month},{month * 1.5},{'x' * room}\n"
        for n in range(MOST_SITES)
        for year, month in months[:each]
    ]
    return (OWN.strip() + ",note\n" + "".join(lines)).encode()


def of_shapes(opened: Opened, begin: Callable[[ExplorerState, ShapeTools], Callable]) -> Callable:
    """Return what prepares a map without shapes; it is over when there is one, or a refusal."""

    def prepare() -> tuple[Callable, Callable]:
        state = ExplorerState(opened)
        page = MapPage(state)
        page.__panel__()
        return begin(state, page.shapes), (
            lambda: state.shapes or 'role="alert"' in page.shapes.message.object
        )

    return prepare


def ring(corners: int) -> list[list[float]]:
    """A round outline with a wavy edge, closed, in longitude and latitude."""
    angle = np.linspace(0, 2 * np.pi, corners)
    reach = 1.6 + 0.1 * np.sin(997 * angle)
    outline = np.stack([103 + reach * np.cos(angle), 36 + reach * np.sin(angle)], axis=1)
    outline[-1] = outline[0]
    return outline.tolist()


def test_nobody_waits_for_a_large_geojson(opened, monkeypatch):
    # The largest, of ten times as many corners, takes half a minute until it is summed.
    outline = ring(MOST_CORNERS // 10)
    content = json.dumps({"type": "Polygon", "coordinates": [outline]}).encode()
    opened.jobs.apart.start()

    def begin(_state: ExplorerState, tools: ShapeTools) -> Callable:
        def upload_it() -> None:
            tools.upload.filename = "vast.geojson"
            tools.upload.value = content

        return upload_it

    gap = longest_gap(monkeypatch, of_shapes(opened, begin))
    assert gap < LONGEST


def test_nobody_waits_for_a_link_with_the_largest_shape(opened, monkeypatch):
    shape = shape_of([shapely.Polygon(ring(MOST_LINKED_CORNERS - 10))], "mine", "file")
    opened.jobs.apart.start()

    def begin(state: ExplorerState, _tools: ShapeTools) -> Callable:
        changed = state.a.scenario.with_values({"epsilon_max.EBF": 1.2})
        token = to_token(Link(changed, state.b.scenario, View(shapes=(shape,), region="mine")))
        return lambda: ShareMenu(state).arrived(token, first=True)

    gap = longest_gap(monkeypatch, of_shapes(opened, begin))
    assert gap < LONGEST


def test_nobody_waits_for_the_largest_tower_file(opened, monkeypatch):
    content = largest_table()
    assert 0.9 * MOST_BYTES < len(content) <= MOST_BYTES
    opened.jobs.apart.start()

    def prepare() -> tuple[Callable, Callable]:
        state = ExplorerState(opened)
        state.page = "towers"
        page = TowersPage(state)
        page.__panel__()
        return (lambda: upload(page, vast=content)), (
            lambda: page.desk.check is not None or 'role="alert"' in page.controls.message.object
        )

    gap = longest_gap(monkeypatch, prepare)
    assert gap < LONGEST
