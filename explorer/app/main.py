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
from explorer.app.pages.map import MapPage
from explorer.app.shared import Shared
from explorer.app.state import ExplorerState
from explorer.app.style import CSS, HEADER, THEME
from explorer.scene.demo import demo_scene_path

TITLE = "nep-explorer"
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
        header=[pn.Row(*chips, margin=0)],
        sidebar=[ScenarioDrawer(state), notes],
        main=[pmui.Tabs(("Map", MapPage(state)), sizing_mode="stretch_both", dynamic=True)],
        sidebar_width=330,
        theme_config=THEME,
        sx=HEADER,
        raw_css=[CSS],
        busy_indicator="linear",
    )


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
