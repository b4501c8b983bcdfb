"""Inputs of the scene on the Map page: chosen in the list of variables, drawn as the file has them.

What is expected is read from the dataset itself, not from the scene made of it.
"""

import numpy as np
import pytest

from explorer.app.controls.period_buttons import MORE, PeriodButtons
from explorer.app.pages.map.page import MapPage
from explorer.app.pages.map.small_multiples import SmallMultiples
from explorer.app.state.state import ExplorerState
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened
from explorer.systems.nep.variables import INPUTS
from explorer.tables.classes import IGBP, OUTSIDE_CODES

FEBRUARY = 2


@pytest.fixture(scope="module")
def dataset(tiny_dataset):
    return tiny_dataset()


@pytest.fixture(scope="module")
def opened(dataset, tmp_path_factory) -> Opened:
    return Opened(write_dataset(dataset, tmp_path_factory.mktemp("scene") / "tiny.zarr"))


@pytest.fixture
def state(opened) -> ExplorerState:
    return ExplorerState(opened)


@pytest.fixture
def page(state) -> MapPage:
    made = MapPage(state)
    for part in (made.map.plate.pane, made.period.what):
        part.get_root()  # what a browser gets
    return made


def drawn(page: MapPage) -> np.ndarray:
    """The pixels, rows from the top."""
    return page.map.plate.source.data["image"][0][::-1]


def on_land(dataset, values: np.ndarray) -> np.ndarray:
    land = ~np.isin(dataset["land_cover"].values, OUTSIDE_CODES)
    return np.where(land, values, np.nan).astype(np.float32)


def class_positions(dataset) -> np.ndarray:
    """Position of each cell's class among the nine."""
    position = {code: n for n, row in enumerate(IGBP.rows.values()) for code in row.codes}
    return np.vectorize(lambda code: position.get(code, -1))(dataset["land_cover"].values)


def test_list_offers_every_input_of_the_scene_and_what_has_no_button(state, dataset):
    buttons, system = PeriodButtons(state), state.system
    offered = buttons.more.options
    assert next(iter(offered)) == MORE
    inputs = {name for name in INPUTS.rows if name in dataset}
    assert {"ndvi", "temperature", "elevation", "land_cover", "region"} <= inputs
    outputs = set(system.outputs) - set(system.shown)
    assert set(offered.values()) == {"", *inputs, *outputs}
    assert set(buttons.variable.options.values()) == set(system.shown)
    rows = state.a.result.variables
    assert all(rows[name].long_name == label for label, name in offered.items() if name)


@pytest.mark.parametrize(
    "name", ["ndvi", "temperature", "precipitation", "sunshine", "ci", "elevation"]
)
def test_input_that_is_chosen_is_drawn_as_the_file_has_it(page, dataset, name):
    state, row = page.state, INPUTS.rows[name]
    page.period.more.value = name
    assert state.variable == name
    assert page.period.variable.value is None
    state.param.update(step=FEBRUARY, yearly=False)
    values = dataset[name].values
    monthly = values.ndim == 3
    shown = on_land(dataset, values[FEBRUARY - 1] if monthly else values)
    np.testing.assert_allclose(drawn(page), shown, rtol=1e-6)
    heading = f"{row.long_name}, Feb" if monthly else f">{row.long_name}</div>"
    assert heading in page.heading.object
    assert (page.map.plate.look.label, page.map.plate.look.limits) == (row.symbol, row.shown_range)


@pytest.mark.parametrize(("name", "of_year"), [("temperature", "mean"), ("precipitation", "sum")])
def test_year_of_an_input_is_its_mean_or_the_sum_of_a_rate(page, dataset, name, of_year):
    page.period.more.value = name
    page.state.yearly = True
    year = getattr(dataset[name].astype("float64"), of_year)("month").values
    np.testing.assert_allclose(drawn(page), on_land(dataset, year), rtol=1e-5, atol=1e-4)
    assert page.map.plate.look.limits == INPUTS.rows[name].shown_range_year


@pytest.mark.parametrize("name", ["land_cover", "region"])
def test_classes_and_regions_are_drawn_in_their_colours(page, dataset, name):
    scene = page.state.shared.scene
    page.period.more.value = name
    if name == "land_cover":
        codes, colours, ticks = class_positions(dataset), IGBP.colours.values(), IGBP.names
    else:
        codes, ticks = dataset["region"].values - 1, scene.region_names
        colours = [colour for _, colour in scene.code_names("region").values()]
        assert len(set(colours)) == len(ticks) == 2
    np.testing.assert_array_equal(drawn(page), on_land(dataset, codes))
    bar = page.map.plate.bar
    assert list(bar.color_mapper.palette) == list(colours)
    assert (bar.color_mapper.low, bar.color_mapper.high) == (-0.5, len(ticks) - 0.5)
    assert bar.major_label_overrides == dict(enumerate(ticks))
    assert bar.ticker.min_interval == bar.ticker.max_interval == 1  # no class is left out
    assert f">{INPUTS.rows[name].long_name}</div>" in page.heading.object  # without a month


@pytest.mark.parametrize("name", ["ndvi", "elevation", "land_cover", "region"])
def test_every_part_of_the_page_goes_with_an_input(page, dataset, name):
    """A clicked cell tells its value, the small maps are of it, and so are cards and series.

    Codes and what does not change with time have no series: why not is said.
    """
    state = page.state
    page.period.more.value = name
    state.param.update(tapped=5, step=FEBRUARY, yearly=False)
    row, scene = INPUTS.rows[name], state.shared.scene
    at = np.unravel_index(scene.index[5], dataset["land_cover"].shape)
    value = {
        "ndvi": lambda: f"{dataset['ndvi'].values[FEBRUARY - 1][at]:.3g}",
        "elevation": lambda: f"{dataset['elevation'].values[at]:.3g}",
        "land_cover": lambda: IGBP.names[class_positions(dataset)[at]],
        "region": lambda: scene.region_names[dataset["region"].values[at] - 1],
    }[name]()
    assert f"{row.symbol} {value}" in page.tapped.object
    why_not = {"ndvi": "", "elevation": "does not change with time"}.get(name, "is a code")
    assert page.quantity.variable == ("nep" if why_not else name)
    assert why_not in page.strip.object
    assert why_not in page.series_heading.object
    state.view_mode = "months"
    assert page.modes["months"].visible
    small = SmallMultiples(state)
    assert row.long_name in small.heading.object
    pictures = small.grid.maps.data["image"]
    assert len(pictures) == 12
    np.testing.assert_allclose(
        pictures[FEBRUARY - 1][::-1], drawn(page), rtol=1e-6, err_msg="the map and the small one"
    )


def test_button_of_an_output_takes_over_from_the_list(page):
    page.period.more.value = "elevation"
    page.period.variable.value = "npp"
    assert page.state.variable == "npp"
    assert page.period.more.value == ""
    page.state.variable = "region"  # as a link does
    assert (page.period.variable.value, page.period.more.value) == (None, "region")
