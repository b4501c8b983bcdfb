"""What this browser stores of a session, brought back when the page is opened again.

The address holds both scenarios and the view. Named scenarios, shapes and tower files are in the
browser's own storage: it is said which, and how to clear it.
"""

from collections.abc import Callable
from functools import partial
from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.parts.browser import Browser, Found
from explorer.app.state.at_rest import AtRest
from explorer.app.state.faults import reason
from explorer.app.state.state import ExplorerState
from explorer.scene.shapes.shape import MOST_SHAPES, Shape, exact_text, shapes_from_exact
from explorer.session.jobs import Proceed
from explorer.session.stored import Stored, from_text, in_words, to_text
from explorer.systems.contract import System

REST = 600  # ms without a change before anything is stored


class StoredPart(pn.viewable.Viewer):
    """A line that says what is stored, and buttons to clear it or to bring it back.

    Parameters
    ----------
    state : ExplorerState
    browser : Browser
    former : StoredPart, optional
        Of the page as it was filled before: then nothing is brought back again.
    """

    def __init__(
        self, state: ExplorerState, browser: Browser, former: "StoredPart | None" = None
    ) -> None:
        super().__init__()
        self.state, self.browser = state, browser
        self.words = pn.pane.HTML(margin=(0, 4), sizing_mode="stretch_width")
        self.clear_button = _button("Clear", "delete", "stored-clear", self.clear)
        self.back_button = _button("Bring back", "restore", "stored-back", self._bring_back)
        self._reading = state.session.slot("outside", "what the browser stored")
        self._writing = state.session.slot("files", "what the browser stores")
        self._held = former._held if former else Stored()  # stored, but not brought back
        self._kept = former._kept if former else Stored()  # stored now
        self._left_out = Stored()
        self._problems: list[str] = []
        self._refused = ""
        self._begun = former is not None and former._begun
        browser.hear("refused", self._was_refused)
        resting = AtRest(state.session, REST, self._rested)
        state.watch(resting.changed, ["shelf", "shapes", "tower_files"], any_system=True)
        self._show()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the line and its buttons."""
        return pn.Column(
            self.words, pn.Row(self.clear_button, self.back_button, margin=0),
            margin=(0, 6, 12, 6), sizing_mode="stretch_width", css_classes=["stored"],
        )  # fmt: skip

    def begin(self, found: Found) -> None:
        """Bring back what was stored, once the link that the page was opened with is followed.

        A link that this tab has not made itself is somebody else's: then only the named scenarios
        come back by themselves.
        """
        if not self._begun:
            own = found.address in ("", found.token)
            systems = dict(self.state.shared.systems)
            self._reading.ask(
                "found",
                partial(self._read, found.text, systems),
                done=partial(self._restore, own=own),
                failed=self._not_read,
            )

    def clear(self) -> None:
        """Remove what the browser stores; the page stays as it is until it is loaded again."""
        self._writing.cancel()
        self._held = self._kept = Stored()
        self._left_out, self._problems = Stored(), []
        self.browser.put("")
        self._show()

    def _read(
        self, text: str, systems: dict[str, System], proceed: Proceed
    ) -> tuple[Stored, list[str]]:
        """Read what was stored (in a thread of the jobs; outlines in a process apart)."""
        apart, book = self.state.shared.jobs.apart, self.state.book

        def shapes(written: object) -> tuple[Shape, ...]:
            return apart.call(shapes_from_exact, written, proceed=proceed) or ()

        stored, problems = from_text(text, systems, shapes)
        book.place(stored.shapes, proceed)
        land = [shape for shape in stored.shapes if book.cover(shape).cells]
        if len(land) < len(stored.shapes):
            problems.append("shapes beside the land of this scene were left out")
        book.sum_up(self.state.a.scenario, land, proceed)
        return stored._replace(shapes=tuple(land)), problems

    def _not_read(self, error: BaseException) -> None:
        self._begun = True
        self._problems = [reason(error)]
        self._show()

    def _restore(self, read: tuple[Stored, list[str]], *, own: bool) -> None:
        """Put back what was stored; what the session has already stays as it is."""
        stored, self._problems = read
        self._kept = stored
        self._held = Stored() if own else stored._replace(scenarios=())
        self.browser.own = self._held.is_empty
        self._put_back(stored if own else Stored(stored.scenarios))
        self._begun = True
        self._show()

    def _bring_back(self) -> None:
        held, self._held = self._held, Stored()
        self.browser.own = True
        self._put_back(held)
        self._show()

    def _put_back(self, stored: Stored) -> None:
        state = self.state
        shelf = {scenario.name: scenario for scenario in stored.scenarios}
        reserved = set(state.shared.scene.region_names)
        exact = {shape.name: shape for shape in stored.shapes if shape.name not in reserved}
        # What came with the address is rounded; a shape of the same name is the same.
        shapes = [exact.pop(shape.name, shape) for shape in state.shapes]
        shapes += list(exact.values())[: MOST_SHAPES - len(shapes)]
        changes: dict = {}
        if shelf:
            changes["shelf"] = shelf | state.shelf
        if stored.shapes:
            changes["shapes"] = tuple(shapes)
        if stored.towers and not state.tower_files:
            changes["tower_files"] = dict(stored.towers)
        if changes:
            state.bring_back(**changes)

    def _rested(self) -> None:
        if self._begun:
            self._write()

    def _write(self) -> None:
        state, held = self.state, self._held
        wanted = Stored(
            tuple(state.shelf.values()), state.shapes or held.shapes,
            state.tower_files or held.towers,
        )  # fmt: skip
        if wanted == self._kept:
            return
        apart = state.shared.jobs.apart

        def write(proceed: Proceed) -> tuple[str, Stored] | None:
            def shapes(these: tuple[Shape, ...]) -> str:
                return apart.call(exact_text, these, proceed=proceed) or "[]"

            written = to_text(wanted, write_shapes=shapes)
            return written if proceed(0.9) else None

        self._writing.ask(
            object(),
            write,
            done=partial(self._written, wanted),
            failed=lambda error: self._was_refused(reason(error)),
        )

    def _written(self, wanted: Stored, written: tuple[str, Stored]) -> None:
        text, self._left_out = written
        self._kept, self._problems = wanted, []
        self.browser.put(text)
        self._show()

    def _was_refused(self, why: str) -> None:
        self._refused = why
        self._show()

    def _show(self) -> None:
        kept, held = self._kept, self._held
        what = in_words(kept)
        lines = [f"Stored in this browser: {what}." if what else NOTHING]
        if not held.is_empty:
            lines.append(
                f"The address is not this browser's own: {in_words(held)} of before are stored, "
                "but not shown."
            )
        if not self._left_out.is_empty:
            lines.append(f"Too large to be stored: {in_words(self._left_out)}; keep the files.")
        lines += [f"Not brought back: {problem}" for problem in self._problems]
        if self._refused:
            lines.append(f"This browser stores nothing: {self._refused}.")
        text = "".join(f"<p>{escape(line)}</p>" for line in lines)
        self.words.object = f'<div class="nep-note nep-stored" role="status">{text}</div>'
        self.clear_button.visible = not kept.is_empty
        self.back_button.visible = not held.is_empty


NOTHING = (
    "Named scenarios, shapes and tower files will be stored in this browser, and nowhere else; "
    "scenarios and view are in the address."
)


def _button(label: str, icon: str, name: str, action: Callable[[], None]) -> pmui.Button:
    button = pmui.Button(
        label=label, icon=icon, size="small", variant="text", margin=0, css_classes=[name],
        visible=False,
    )  # fmt: skip
    button.on_click(lambda _event: action())
    return button
