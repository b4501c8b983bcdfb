"""Share: a link that restores everything, and what comes with such a link."""

import logging
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.header.to_browser import COPIED, ToBrowser
from explorer.app.parts.browser import Found
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.state.faults import reason
from explorer.app.state.state import ExplorerState
from explorer.scene.shapes.shape import Shape, shapes_from_compact
from explorer.session.jobs import Proceed
from explorer.session.link import Link, from_token, linkable, to_token
from explorer.session.view import View, unknown_to
from explorer.systems.contract import System

PATIENCE = 600  # ms in which a link is read without a word


class ShareMenu(pn.viewable.Viewer):
    """A button that makes the link, and the reader of the link that the page was opened with."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.browser = ToBrowser()
        self.button = pmui.IconButton(
            icon="share", description="Share: copy a link to this view", size="small",
            margin=(4, 2), css_classes=["share"],
        )  # fmt: skip
        self.words = pn.pane.HTML(margin=0, sizing_mode="stretch_width")
        self.link = pmui.TextInput(
            label="The link", size="small", margin=(4, 0), sizing_mode="stretch_width",
            css_classes=["share-link"], stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        self.again = pmui.Button(label="Copy", size="small", variant="outlined", margin=(4, 0))
        close = pmui.Button(label="Close", size="small", variant="text", margin=(4, 8))
        self.dialog = pmui.Dialog(
            title="Share", title_variant="h6", width_option="sm", close_on_click=True
        )
        self._inside = [self.words, self.link, pn.Row(self.again, close, margin=0)]
        self._row = pn.Row(self.button, self.dialog, margin=0, width=38)
        self.button.on_click(lambda _event: self.share())
        self.again.on_click(lambda _event: self._copy(self.link.value))
        close.on_click(lambda _event: self.dialog.param.update(open=False))
        self._reading = state.session.slot("outside", "a link")
        self._waiting = False  # whether the dialog says that a link is being read
        self._page_url = ""
        self._settles = True  # a link that the page was opened with is still to be followed
        self._settled: list[Callable[[], None]] = []

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the button; the dialog lies over the page when it is open."""
        return self._row

    def share(self) -> None:
        """Make the link of what is shown, copy it, and show it."""
        state = self.state
        token = to_token(Link(state.a.scenario, state.b.scenario, state.view))
        self.link.value = f"{self._page_url}#{token}"
        self._describe()
        self.link.visible = self.again.visible = True
        self._open("Share")
        self._copy(self.link.value)

    def _open(self, title: str) -> None:
        """Open the dialog; what is in it is not sent before somebody needs it."""
        if not self.dialog.objects:
            self._row.append(self.browser)
            self.dialog.objects = self._inside
        self.dialog.param.update(title=title, open=True)

    def _copy(self, url: str) -> None:
        self.browser.copy(url, self._copied, address=url)

    def _copied(self, what: str) -> None:
        # Said in the text: a button of a dialog that is just opening misses a change of its label.
        if what == COPIED:
            self._describe(" It is copied.")
        else:
            self._say("This browser does not let a page copy. Select the link and copy it:", [])

    def _describe(self, more: str = "") -> None:
        _, left_out = linkable(self.state.view)
        text = f"A link to exactly this: both scenarios, the page and what it shows.{more}"
        self._say(text, left_out)

    def opened(self, found: Found) -> None:
        """Follow the link that the page was opened with, if there is one."""
        self._page_url = found.page_url
        if found.address:
            # Once the page is loaded: what changes before does not reach all of it.
            pn.state.onload(partial(self.arrived, found.address, first=True))
        else:
            self._settle()

    def when_settled(self, call: Callable[[], None]) -> None:
        """Make a call once the link that the page was opened with is followed or refused."""
        if self._settles:
            self._settled.append(call)
        else:
            call()

    def _settle(self) -> None:
        self._settles, calls = False, self._settled
        self._settled = []
        for call in calls:
            call()

    def arrived(self, token: str, *, first: bool = False) -> None:
        """Restore what a link says, as soon as it is read and checked."""
        token = token.removeprefix("#")
        if not token:
            return
        self._reading.ask(
            token,
            partial(self._read, token, dict(self.state.shared.systems)),
            done=partial(self._follow, first=first),
            failed=self._not_read,
        )
        self.state.soon(self._tell_if_waiting, PATIENCE)

    def _read(self, token: str, systems: dict[str, System], proceed: Proceed) -> Link | None:
        """Return what a link restores (in a thread of the jobs; shapes in a process apart).

        Mending an outline, finding its cells and summing them may take seconds: when the page
        follows the link, all of that is known.
        """
        state = self.state
        apart, book = state.shared.jobs.apart, state.book

        def shapes(written: object) -> tuple[Shape, ...]:
            return apart.call(shapes_from_compact, written, proceed=proceed) or ()

        link = from_token(token, systems, shapes)
        if not book.place(link.view.shapes, proceed):
            return None
        book.sum_up(link.scenario, link.view.shapes, proceed)
        return link

    def _follow(self, link: Link, *, first: bool) -> None:
        """Restore a link that was read; a session that has gone on is not called back."""
        self._stop_waiting()
        if first and not self._is_new() and not self._is_at(link):
            self._settle()
            return
        try:
            self._restore(link)
        except Exception as error:
            logging.getLogger(__name__).exception("a link could not be followed")
            self.state.session.faults.add("This link could not be followed", error)
        self._settle()

    def _not_read(self, error: BaseException) -> None:
        self._stop_waiting()
        text = reason(error)
        self._refuse([text[0].upper() + text[1:], "The link was ignored."])
        self._settle()

    def _tell_if_waiting(self) -> None:
        if self._reading.key is not None:
            self._waiting = True
            self._say("The shapes of this link are being checked …", [])
            self.link.visible = self.again.visible = False
            self._open("About this link")

    def _stop_waiting(self) -> None:
        if self._waiting:
            self._waiting = False
            self.dialog.open = False

    def _is_new(self) -> bool:
        return len(self.state.history.snapshots) == 1 and self.state.view == View()

    def _is_at(self, link: Link) -> bool:
        """Tell whether this is what the link asks for, but for a cell of a scene just arrived."""
        state = self.state
        own = Link(state.a.scenario, state.b.scenario, replace(state.view, tapped=None))
        return own == link._replace(view=replace(link.view, tapped=None))

    def _restore(self, link: Link) -> None:
        state, view = self.state, link.view
        state.restore(link.scenario, link.other)
        wrong = unknown_to(state.a.result, view, state.shared.scene)
        if not self.state.shared.is_whole:  # cells are counted otherwise in an overview
            wrong.pop("tapped", None)
            view = replace(view, tapped=None)
        defaults = {row.name: row.default for row in fields(View)}
        view = replace(view, **{name: defaults[name] for name in wrong})
        state.restore(link.scenario, link.other, view=view)
        if wrong:
            self._refuse([*wrong.values(), "Everything else was restored."])

    def _refuse(self, lines: list[str]) -> None:
        self._say(lines[0], lines[1:], alert=True)
        self.link.visible = self.again.visible = False
        self._open("About this link")

    def _say(self, text: str, more: list[str], *, alert: bool = False) -> None:
        role = ' role="alert"' if alert else ""
        lines = "".join(f"<p>{escape(line)}</p>" for line in more)
        self.words.object = f'<div class="nep-share"{role}><p>{escape(text)}</p>{lines}</div>'
