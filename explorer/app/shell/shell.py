"""The page without anything in it: what a browser can load while the scene is being opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import panel as pn
import panel_material_ui as pmui
from panel_material_ui.base import MaterialComponent

from explorer.app.maps import keys  # noqa: F401 (as that)
from explorer.app.pages.compare import layout  # noqa: F401 (browsers must know it at once)
from explorer.app.pages.map import tornado  # noqa: F401 (as that)
from explorer.app.parts.appearance import Appearance
from explorer.app.parts.browser import Browser
from explorer.app.parts.landmarks import CSS as LANDMARKS
from explorer.app.parts.landmarks import Landmarks
from explorer.app.parts.style import CSS, HEADER, THEME
from explorer.app.shell.connection import CSS as BANNERS
from explorer.app.shell.connection import tell_of_the_connection
from explorer.app.shell.fault_area import FaultArea
from explorer.app.shell.mending import mend
from explorer.app.state.faults import Faults, guarded

if TYPE_CHECKING:
    from explorer.app.drawer.stored_part import StoredPart

TITLE = "nep-explorer"
UNTOUCHABLE, TOUCHABLE = {"pointer-events": "none"}, {"pointer-events": "auto"}
MAP_FIRST = 300  # ms in which a browser draws the map before the drawer keeps it busy


class Shell(pn.viewable.Viewer):
    """A page whose three places are filled later, and may be filled again.

    ``faults`` are its messages about what went wrong, from the first moment on; ``browser`` is its
    wire to address, history and storage; ``stored`` what was brought back from there.
    """

    def __init__(self) -> None:
        super().__init__()
        mend(pn.state.curdoc)
        tell_of_the_connection(pn.state.curdoc)
        self.faults = Faults()
        self.faults.catch()
        self.browser = Browser()
        self.stored: StoredPart | None = None
        self.header = pn.Row(sizing_mode="stretch_width", margin=0)
        self.sidebar = pn.Column(sizing_mode="stretch_width", margin=0)
        self.main = pn.Column(sizing_mode="stretch_both", margin=0)
        self.page = pmui.Page(
            title=TITLE,
            header=[self.header, Appearance()],
            theme_toggle=False,
            sidebar=[self.sidebar],
            main=[self.main, FaultArea(self.faults), self.browser, Landmarks()],
            sidebar_width=330,
            theme_config=THEME,
            sx=HEADER,
            raw_css=[CSS, BANNERS, LANDMARKS],
            busy_indicator=None,
            styles=UNTOUCHABLE,
        )
        # What is done before the server knows that the browser has drawn the page is followed, but
        # Panel 1.9 does not send what came of it: buttons stay disabled, and later changes of what
        # was added are refused ("reference isn't known"). So no click is taken until then.
        pn.state.onload(lambda: self._later(self._take_clicks))
        self._darkened: Callable[[bool], None] | None = None
        self.page.param.watch(self._tell_dark, "dark_theme")
        # It would follow the process's busy sign: that costs 40 ms twice in every edit, and keeps
        # the page of a closed session in memory.
        self.page.busy = False
        if pn.state.curdoc is not None:
            pn.state.on_session_destroyed(self._end)

    def _later(self, call: Callable[[], None]) -> None:
        """Make a call after the callbacks of the page's load: then changes reach the browser."""
        document = pn.state.curdoc
        if document is None or document.session_context is None:
            call()
        else:
            document.add_timeout_callback(guarded(call), 1)

    def _take_clicks(self) -> None:
        self.page.styles = TOUCHABLE  # said, for a browser may keep what an empty style drops

    def _end(self, _session) -> None:
        """Let go of everything."""
        self.browser.forget_listeners()
        self._darkened = None
        self.stored = None
        for place in (self.header, self.sidebar, self.main):
            place.objects = []

    def __panel__(self) -> pmui.Page:
        """Show the page."""
        return self.page

    def follow_dark(self, call: Callable[[bool], None]) -> None:
        """Tell whether the page is dark, now and when it changes; one callback at a time."""
        self._darkened = call
        call(self.page.dark_theme)

    def _tell_dark(self, event) -> None:
        """Pass dark mode on; to what no browser shows now, too, or it would be drawn as it was."""
        for part in self.page.select(MaterialComponent):
            # What the browser shows follows there. Panel has no public name for whether it does;
            # told a second time, a part could undo the press of a moment ago.
            if not part._models:
                part.dark_theme = event.new
        if self._darkened is not None:
            self._darkened(event.new)

    def open_sidebar(self) -> None:
        """Open the drawer, for what is sought in it."""
        self.page.sidebar_open = True

    def put(
        self,
        main: Callable[[], list],
        sidebar: Callable[[], list],
        header: Callable[[], list],
    ) -> None:
        """Fill the places, instead of what they had; the main one first if a browser waits."""

        def rest() -> None:
            self.sidebar.objects = sidebar()
            self.header.objects = header()

        self.main.objects = main()
        document = pn.state.curdoc
        if document is not None and pn.state.loaded:
            document.add_timeout_callback(guarded(rest), MAP_FIRST)
        else:
            rest()
