"""The panel that says why, on a scene too large to be summed at once: the hand comes first."""

import pytest

from explorer.app.pages.map.why_panel import WhyPanel
from explorer.app.state import background
from explorer.app.state.state import ExplorerState
from explorer.scene.demo import demo_scene_path
from explorer.session import opened as opened_module
from explorer.session.opened import Opened


@pytest.fixture
def panel(monkeypatch):
    """A panel whose sums wait for a hand that never rests."""
    monkeypatch.setattr(opened_module, "INSTANT_CELLS", 0)
    monkeypatch.setattr(background, "REST", 60.0)
    opened = Opened(demo_scene_path())
    opened.warm_up()
    panel = WhyPanel(ExplorerState(opened))
    yield panel
    panel.levels.cancel()


def test_moving_hand_gives_up_the_sums_and_resting_asks_again(panel):
    assert panel.levels.progress == 0.0
    panel.state.draft = True
    assert panel.levels.progress is None
    panel.state.draft = False
    assert panel.levels.progress == 0.0


def test_page_that_is_not_looked_at_is_left_as_it_is(panel):
    panel.title.object = "as it was"
    panel.state.page = "vegetation"
    panel.levels.param.trigger("value")
    assert panel.title.object == "as it was"
    assert panel.levels.progress is None
    panel.state.page = "map"
    assert panel.levels.progress == 0.0
