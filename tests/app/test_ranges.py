"""Every plot of every page shows all that is drawn in it, and no axis is left to Bokeh."""

from collections.abc import Iterator

import numpy as np
import panel as pn
import pytest
import shapely
from bokeh.models import DataRange1d
from bokeh.plotting import figure

from explorer.analysis.totals import ALL
from explorer.app.pages.map.quantity import Quantity
from explorer.app.pages.map.series import OWN, StepSeries
from explorer.app.pages.vegetation.page import VegetationPage
from explorer.app.parts.axes import range_of
from explorer.app.shell.page import TABS
from explorer.app.state.state import ExplorerState
from explorer.scene.shapes.shape import shape_of
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened
from explorer.session.view import VIEW_MODES


@pytest.fixture(scope="module")
def opened(tiny_dataset, tmp_path_factory) -> Opened:
    return Opened(write_dataset(tiny_dataset(), tmp_path_factory.mktemp("scene") / "tiny.zarr"))


@pytest.fixture
def state(opened) -> ExplorerState:
    return ExplorerState(opened)


def plots_of(page: pn.viewable.Viewer) -> Iterator[figure]:
    for pane in pn.panel(page).select(pn.pane.Bokeh):
        yield from pane.object.select({"type": figure})


@pytest.mark.parametrize("page", TABS)
def test_no_axis_is_left_to_bokeh(state, page):
    state.page = page
    made = TABS[page][1](state)
    for mode in VIEW_MODES if page == "map" else VIEW_MODES[:1]:
        state.view_mode = mode
        plots = list(plots_of(made))
        assert plots
        for plot in plots:
            assert not isinstance(plot.x_range, DataRange1d), plot.name
            assert not isinstance(plot.y_range, DataRange1d), plot.name


def test_series_fills_its_axis_wherever_it_is_of(state):
    """From a cell to a region, through an edit and other pages, and back."""
    series = StepSeries(state, Quantity(state))
    names = [OWN, *state.system.presets]

    def fills() -> None:
        drawn = np.concatenate([series.source.data[name] for name in names])
        low, high = min(np.nanmin(drawn), 0), max(np.nanmax(drawn), 0)
        axis = series.range
        assert axis.start <= low <= high <= axis.end
        assert axis.end - axis.start <= 1.13 * (high - low)

    fills()
    shape = shape_of([shapely.box(98, 34, 102, 38)], "mine", "drawn")
    for change in (
        {"tapped": 12}, {"region": "South", "tapped": None}, {"page": "vegetation"},
        {"region": "Far North"}, {"page": "map"}, {"shapes": (shape,), "region": "mine"},
        {"region": ALL, "shapes": ()},
    ):  # fmt: skip
        state.param.update(**change)
        fills()
    state.set_parameter("epsilon_max.cropland", 1.9)
    fills()


def test_figures_by_class_and_region_hold_their_bars_and_lines(state):
    state.page = "vegetation"
    figures = VegetationPage(state).figures
    for region in (ALL, "Far North", "South"):
        state.region = region
        bars, axis = figures.annual.source.data["value"], figures.annual.figure.y_range
        assert axis.start <= np.nanmin(bars) <= np.nanmax(bars) <= axis.end
        for panel in (figures.whole, figures.regions, figures.classes):
            lines = [v for k, v in panel.source.data.items() if k not in ("step", "step_name")]
            axis = panel.figure.y_range
            assert axis.start <= np.nanmin(lines) <= np.nanmax(lines) <= axis.end


def test_what_is_published_of_the_whole_is_only_beside_the_whole(state):
    """In a region neither diamonds nor columns, nor an axis that makes room for them."""
    state.page = "vegetation"
    page = VegetationPage(state)
    printed = state.system.published
    assert f'<th colspan="{len(printed.columns)}">published' in page.table.object
    assert page.figures.annual.figure.y_range.end >= max(printed.headline_by_class.values())
    state.region = "Far North"
    assert not page.figures.annual.marks.visible
    assert "published" not in page.table.object
    assert "of the whole country" in page.headings[0].object
    bars, axis = page.figures.annual.source.data["value"], page.figures.annual.figure.y_range
    span = max(np.nanmax(bars), 0) - min(np.nanmin(bars), 0)
    assert axis.end - axis.start <= 1.13 * span
    state.region = ALL
    assert "published" in page.table.object


@pytest.mark.parametrize(
    ("values", "zero", "low", "high"),
    [
        ([0.0, 100.0], True, 0.0, 106.0),
        ([-100.0, 0.0], True, -106.0, 0.0),
        ([-50.0, 50.0], True, -56.0, 56.0),
        ([10.0, 110.0], False, 4.0, 116.0),
        ([5.0, 5.0], False, 4.5, 5.5),
        ([np.nan], True, -1.0, 1.0),
    ],
)
def test_range_by_hand(values, zero, low, high):
    found = range_of([np.array(values)], zero=zero)
    assert (found["start"], found["end"]) == pytest.approx((low, high))
