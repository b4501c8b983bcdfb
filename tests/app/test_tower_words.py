"""What the Towers and Vegetation pages say where there is little to show, or much."""

import re
from urllib.parse import unquote

import pytest

from explorer.app.pages.towers.page import TowersPage
from explorer.app.pages.towers.words import what_files_hold
from explorer.app.pages.vegetation.page import VegetationPage
from explorer.app.state.state import ExplorerState
from explorer.observations.tower_files import COLUMNS, read_towers
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened

OWN = b"site,lon,lat,class,year,month,nep\n"
TOWER = OWN + b"".join(
    f"T,100.0,36.0,grassland,2010,{month},{month}.5\n".encode() for month in range(1, 13)
)
LONG = "warmer by two degrees, drier by a tenth, ε of evergreens set"


@pytest.fixture(scope="module")
def opened(tiny_dataset, tmp_path_factory) -> Opened:
    return Opened(write_dataset(tiny_dataset(), tmp_path_factory.mktemp("scene") / "tiny.zarr"))


@pytest.fixture
def state(opened) -> ExplorerState:
    return ExplorerState(opened)


@pytest.fixture
def page(state) -> TowersPage:
    state.page = "towers"
    made = TowersPage(state)
    made.__panel__()
    made.desk.take(made.desk.read_files({"mine.csv": TOWER}))
    return made


def inside(html: str, table: str) -> bool:
    """Whether a table is the child of what scrolls."""
    return (
        re.search(rf'<div class="nep-wide"[^>]*><table class="nep-table{table}', html) is not None
    )


def test_towers_without_weather_are_told_in_place_of_the_plots(page):
    assert page.scatters.visible
    assert not page.nothing.visible
    page.folds.open(0)
    assert page.by_site.object
    page.desk.at_site = True
    assert not page.scatters.visible
    assert not page.by_site.object
    assert page.nothing.visible
    told = page.nothing.object
    assert "No tower can be run with its own climate" in told
    assert "T 2010 left out: the file has no temperature, precipitation, radiation" in told
    assert "or choose “Climate: map cell”" in told
    for html in (page.scores.object, page.nothing.object, page.series_head.object):
        assert "nan" not in html
    page.desk.at_site = False
    assert page.scatters.visible
    assert not page.nothing.visible


def test_tables_with_long_names_scroll_inside_their_cards(page):
    changed = page.state.a.scenario.with_values({"epsilon_max.EBF": 1.2}).named(LONG)
    page.state.save(changed)
    page.folds.open(0)
    assert LONG in page.scores.object
    assert inside(page.scores.object, " nep-scores")
    assert inside(page.by_site.object, " nep-by-site")
    page._fit()
    assert page.fitted.object.count('<div class="nep-wide"><table') == 2
    assert f"Saved as “{page.state.a.scenario.name}” and now in use" in page.fitted.object
    assert "each tower predicted without itself" in page.fitted.object
    assert "No tower of these classes, value kept:" in page.fitted.object


def test_tables_by_class_and_region_scroll_too_and_say_whose_numbers_they_hold(state):
    state.page = "vegetation"
    page = VegetationPage(state)
    for html in (page.table.object, page.by_region.object):
        assert inside(html, "")
        assert "my scenario" in html
        assert not re.search(r">(ours|this)\b", html)
    assert "computed here" in page.table.object


def test_what_a_file_must_hold_is_said_with_and_without_towers(state):
    state.page = "towers"
    page = TowersPage(state)
    assert page.empty.object == what_files_hold(folded=False)
    page.desk.take(page.desk.read_files({"mine.csv": TOWER}))
    assert page.empty.visible
    assert page.empty.object == what_files_hold(folded=True)
    assert "<details" in page.empty.object
    for column in COLUMNS:
        assert f"<code>{column.name}</code>" in page.empty.object


def test_template_of_the_page_can_be_loaded():
    html = what_files_hold(folded=True)
    (link,) = re.findall(r'href="data:text/csv;charset=utf-8,([^"]+)"', html)
    towers = read_towers({"template.csv": unquote(link).encode()})
    assert (towers.observed, towers.names) == (2, ("Example",))


def test_notes_are_counted(page):
    count = len(page.desk.check.remarks)
    assert page.folds.titles[1] == f"{count} note{'s' * (count != 1)} on this comparison"


def test_fitted_line_is_an_equation(page):
    assert re.search(r"fitted line y = −?\d+\.\d\d x [+−] \d", page.panels.heads[0].object)
