"""Build the page for a session, and serve it."""

import os
import sys
import webbrowser
from html import escape
from pathlib import Path

import holoviews as hv
import panel as pn
import panel_material_ui as pmui

from explorer.app.drawer import ScenarioDrawer
from explorer.app.history_buttons import HistoryButtons
from explorer.app.pages.map import MapPage
from explorer.app.shared import Shared
from explorer.app.state import ExplorerState
from explorer.app.style import CSS, HEADER, THEME
from explorer.scene.demo import demo_scene_path

TITLE = "nep-explorer"
TABS: dict[str, tuple[str, type[pn.viewable.Viewer]]] = {"map": ("Map", MapPage)}
"""The pages in their order: name in the state, label, and what makes one."""
LOCAL_NAMES = ("127.0.0.1", "localhost")


def build_page(shared: Shared) -> pmui.Page:
    """Return a fresh page with its own state; nothing is shared but the scene."""
    state = ExplorerState(shared)
    scene = shared.scene
    chips = [
        pmui.Chip(
            label=f"{scene.title} · {scene.cells:,} cells",
            size="small",
            variant="outlined",
            color="primary",
            margin=4,
        )
    ]
    if scene.synthetic:
        chips.append(pmui.Chip(label="synthetic data", size="small", color="warning", margin=4))
    notes = pn.pane.HTML(sizing_mode="stretch_width", margin=(0, 10, 20, 10))

    def tell(*_events) -> None:
        lines = "".join(f"<li>{escape(line)}</li>" for line in state.result.warnings)
        source = scene.radiation_source
        notes.object = (
            '<div class="nep-heading"><b>What to know</b></div>'
            f'<ul class="nep-notes">{lines}<li>light: {source}</li></ul>'
        )

    # What to know can wait until the hand rests.
    state.param.watch(lambda _event: state.soon(tell, 400), "result")
    tell()
    return pmui.Page(
        title=TITLE,
        header=[pn.Row(*chips, pn.HSpacer(), HistoryButtons(state), margin=0)],
        sidebar=[ScenarioDrawer(state), notes],
        main=[_pages(state)],
        sidebar_width=330,
        theme_config=THEME,
        sx=HEADER,
        raw_css=[CSS],
        busy_indicator="linear",
    )


def _pages(state: ExplorerState) -> pmui.Tabs:
    """Return the pages as tabs; a page is made when it is first looked at."""
    names = list(TABS)
    places = [pn.Column(sizing_mode="stretch_both", margin=0) for _ in names]
    labelled = [(TABS[name][0], place) for name, place in zip(names, places, strict=True)]
    tabs = pmui.Tabs(*labelled, sizing_mode="stretch_both", dynamic=True)

    def show(*_events) -> None:
        number = names.index(state.page)
        if not places[number].objects:
            places[number].append(TABS[state.page][1](state))
        tabs.active = number

    tabs.param.watch(lambda event: setattr(state, "page", names[event.new]), "active")
    state.param.watch(show, "page")
    show()
    return tabs


def _has_screen() -> bool:
    """Tell whether a browser could show itself; without one, text browsers would block us."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def serve(
    scene: Path | None = None,
    *,
    port: int = 5006,
    address: str = "127.0.0.1",
    open_browser: bool = True,
) -> None:
    """Open a scene and serve the page until interrupted.

    Parameters
    ----------
    scene : path, optional
        Default: the synthetic demonstration scene.
    port : int
    address : str
        Where to listen; other machines can only connect when it is not a loopback address.
    open_browser : bool
        Open a browser if there is one.
    """
    shared = Shared(scene or demo_scene_path())
    hv.extension("bokeh")
    # Images are drawn on the canvas anyway; WebGL stalls browsers without a graphics card.
    hv.renderer("bokeh").webgl = False
    pn.extension(raw_css=[CSS])
    origins = [f"{name}:{port}" for name in {address, *LOCAL_NAMES}]
    url = f"http://{address}:{port}"
    server = pn.serve(
        {"/": lambda: build_page(shared)},
        port=port,
        address=address,
        websocket_origin=origins,
        show=False,
        start=False,
        title=TITLE,
        verbose=False,
    )
    print(f"{TITLE}: {shared.scene.title} at {url}  (Ctrl-C ends it)", flush=True)  # noqa: T201
    if open_browser and _has_screen():
        server.io_loop.call_later(0.1, webbrowser.open, url)
    server.run_until_shutdown()
