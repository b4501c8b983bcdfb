"""Export: files of exactly what is shown, made when they are asked for.

The button in the header offers every card of the page, and files of the whole scenario; the "⋯" of
a card offers its own.
"""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from pathlib import Path

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.progress import ProgressBar
from explorer.app.header.downloads import Downloads
from explorer.app.header.to_browser import COPIED, ToBrowser
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.parts.words import region_name
from explorer.app.state.faults import reason
from explorer.app.state.side import Side
from explorer.app.state.state import ExplorerState
from explorer.errors import ExplorerError
from explorer.report.cards.files import copied_text, write_card
from explorer.report.cards.table import CARDS
from explorer.report.cards.words import card_command, card_name
from explorer.report.formats import FORMATS, Subject, command_for, write_export
from explorer.report.picture_of import picture_of
from explorer.report.shown import Shown
from explorer.report.tidy import cells_bytes
from explorer.scene.demo import scene_name
from explorer.session.jobs import Slot
from explorer.systems.scenario import Scenario

BOTH = "A and B"
_COMMAND_CSS = """.nep-command { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 11px;
  margin: 0; max-height: 110px; overflow-y: auto; opacity: 0.85; }"""
LARGE = 50_000_000  # bytes; a larger file is warned of
SHORT = {
    ".png": "PNG", ".svg": "SVG", ".gif": "GIF of the year", ".csv": "CSV", ".nc": "NetCDF",
    ".tif": "GeoTIFF", ".ipynb": "Notebook",
}  # fmt: skip
COPY = "copy"


class ExportMenu(pn.viewable.Viewer):
    """A button, and the dialog in which a kind of file is chosen: made when it is first opened."""

    def __init__(self, state: ExplorerState, downloads: Downloads) -> None:
        super().__init__()
        self.state, self.downloads = state, downloads
        self.browser = ToBrowser()
        self._wanted: Callable[[], None] | None = None  # waits for the whole to be computed
        self._command: Callable[[], str] = lambda: self._commands("totals")
        self._cards: tuple[str, ...] = ()
        self.button = pmui.IconButton(
            icon="download", description="Export what is shown", size="small", margin=(4, 2),
            css_classes=["export"],
        )  # fmt: skip
        self.dialog = pmui.Dialog(
            title="Export what is shown", title_variant="h6", width_option="sm",
            close_on_click=True,
        )  # fmt: skip
        self._slots: dict[str, Slot] = {}
        self._row = pn.Row(self.button, self.dialog, margin=0, width=38)
        self.button.on_click(lambda _event: self.open())
        changes = ["result", "progress"]
        state.watch(lambda _event: self._go_on(), a=changes, b=changes)
        state.watch(lambda event: self.open(event.new) if event.new else None, "asked")

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the button; the dialog lies over the page when it is open."""
        return self._row

    def _fill(self) -> None:
        """Put everything into the dialog."""
        self.what = pn.pane.HTML(margin=0, sizing_mode="stretch_width")
        self.which = pmui.RadioButtonGroup(
            options=["A", "B", BOTH], value="A", size="small", margin=(4, 0),
            label="Which scenarios", stylesheets=[LABEL_UNSEEN],
        )  # fmt: skip
        self.buttons = {
            key: _button(row.label, f"export-{key}", partial(self.export, key))
            for key, row in FORMATS.items()
        }
        self.card_buttons: dict[tuple[str, str], pmui.Button] = {}
        self.cards = pn.Column(margin=0, sizing_mode="stretch_width")
        self.of_scenario = pn.Column(
            pn.pane.HTML('<div class="nep-note">The whole scenario</div>', margin=(8, 4, 0, 4)),
            self.which, *self._rows(), margin=0,
        )  # fmt: skip
        self.busy = ProgressBar(
            "Making the file", visible=False, margin=(6, 0), sizing_mode="stretch_width"
        )
        self.message = pn.pane.HTML(margin=(4, 0), sizing_mode="stretch_width")
        self.command = pn.pane.HTML(
            margin=(6, 0), sizing_mode="stretch_width", stylesheets=[_COMMAND_CSS]
        )
        self.copy = pmui.Button(
            label="Copy the command", size="small", variant="text", margin=0, icon="content_copy",
            css_classes=["export-copy"],
        )  # fmt: skip
        close = pmui.Button(label="Close", size="small", variant="text", margin=0)
        self._row.append(self.browser)
        self.dialog.objects = [
            self.what, self.cards, self.of_scenario, self.busy, self.message, self.command,
            pn.Row(self.copy, close, margin=0),
        ]  # fmt: skip
        self.copy.on_click(lambda _event: self.browser.copy(self._command(), self._copied))
        close.on_click(lambda _event: self.dialog.param.update(open=False))
        self.which.param.watch(lambda _event: self._refresh(), "value")

    def open(self, card: str = "") -> None:
        """Show what can be taken home of what is shown now: of one card, or of the page."""
        if not self.dialog.objects:
            self._fill()
        cards = (card,) if card else ("", *self._cards_of_page())
        if cards != self._cards:
            self._cards = cards
            self.card_buttons = {}
            self.cards.objects = [self._card_row(card) if card else self._cards_row(cards[1:])]
        self.of_scenario.visible = not card
        self.which.visible = self.state.page == "compare"
        if not self.which.visible:
            self.which.value = "A"
        self.message.object = ""
        if card:
            self._command = lambda: self._card_command(card, CARDS[card].endings[0])
        else:
            self._command = lambda: self._commands("totals")
        self._refresh()
        self.dialog.open = True

    def _cards_of_page(self) -> tuple[str, ...]:
        """Return the cards that the page shows now."""
        state = self.state
        if state.page == "towers" and state.at_towers is None:
            return ()
        modes = set(CARDS) & {"map", "months", "limits"} - {state.view_mode}
        left_out = modes if state.page == "map" else set()
        if not state.system.explains:
            left_out |= {"why", "causes"}
        if state.system.slopes is None:
            left_out |= {"sensitivity"}
        if state.at_towers is None or state.at_towers.fit_from is None:
            left_out |= {"fit"}
        if not state.system.published.by_region:
            left_out |= {"by-region"}
        if state.a.result.periods.annual:
            left_out |= {"months", "steps", "steps-by-region", "steps-by-class"}
        return tuple(
            key for key, kind in CARDS.items() if kind.page == state.page and key not in left_out
        )

    def _cards_row(self, keys: Sequence[str]) -> pn.FlexBox:
        """Return a button for each card of the page, which leads to its files."""
        note = pn.pane.HTML('<div class="nep-note">What this page shows</div>', margin=(10, 4))
        rows = [
            _button(CARDS[key].label, f"export-card-{key}", partial(self.open, key)) for key in keys
        ]
        return pn.FlexBox(note, *rows, margin=0, align_items="center")

    def _card_row(self, key: str) -> pn.FlexBox:
        """Return a card's name and a button for each of its files."""
        kind = CARDS[key]
        annual = self.state.a.result.periods.annual
        endings = [each for each in kind.endings if not (annual and each == ".gif")]
        made = {
            ending: _button(
                SHORT[ending], f"export-{key}-{ending[1:]}", partial(self.export_card, key, ending)
            )
            for ending in endings
        }
        if not kind.grids or key == "months":  # a row for each cell is too many to paste
            made[COPY] = _button("Copy numbers", f"export-{key}-copy", partial(self.copy_card, key))
        self.card_buttons |= {(key, ending): button for ending, button in made.items()}
        name = pn.pane.HTML(
            f'<div class="nep-note">{kind.label}</div>', width=90, margin=(10, 4)
        )  # fmt: skip
        return pn.FlexBox(name, *made.values(), margin=0, align_items="center")

    def export(self, key: str) -> None:
        """Make a file of the whole scenario and let the browser fetch it; waits for a run."""
        self._command = lambda: self._commands(key)
        row = FORMATS[key]
        self._make(
            key, self._runs(), f"{row.group}: {row.label}", partial(self._prepared, key),
            partial(self.export, key),
        )  # fmt: skip

    def export_card(self, key: str, ending: str) -> None:
        """Make a file of a card and let the browser fetch it; waits for a run under way."""
        self._command = lambda: self._card_command(key, ending)
        self._make(
            f"{key}{ending}", self._card_runs(key), f"{CARDS[key].label}: {SHORT[ending]}",
            partial(self._prepared_card, key, ending), partial(self.export_card, key, ending),
        )  # fmt: skip

    def copy_card(self, key: str) -> None:
        """Put the numbers of a card into the clipboard."""
        self._command = lambda: self._card_command(key, ".csv")
        self._make(
            f"{key} numbers", self._card_runs(key), f"{CARDS[key].label}: numbers",
            partial(self._prepared_copy, key), partial(self.copy_card, key),
        )  # fmt: skip

    def _prepared(self, key: str) -> tuple[str, Callable[[Callable], str], Callable[[str], None]]:
        subject, downloads = self._subject(), self.downloads
        name = subject.name(key)
        return (
            name,
            lambda _proceed: downloads.make(name, lambda path: write_export(key, subject, path)),
            self.browser.download,
        )

    def _prepared_card(
        self, key: str, ending: str
    ) -> tuple[str, Callable[[Callable], str], Callable[[str], None]]:
        sight, scene, downloads = self.state.sight, self._scene, self.downloads
        name = card_name(key, sight, scene, ending)

        def make(proceed: Callable[[float], bool]) -> str:
            def write(path: Path) -> None:
                write_card(key, ending, sight, scene, path, proceed)

            return downloads.make(name, write)

        return name, make, self.browser.download

    def _prepared_copy(self, key: str) -> tuple[str, Callable[[Callable], str], Callable]:
        sight = self.state.sight

        def made(_proceed: Callable[[float], bool]) -> str:
            return copied_text(CARDS[key].make(sight)) or ""

        return "numbers", made, lambda text: self.browser.copy(text, self._numbers_copied)

    def _make(
        self,
        slot: str,
        runs: Sequence[Side],
        what: str,
        prepare: Callable[[], tuple[str, Callable[[Callable], str], Callable[[str], None]]],
        again: Callable[[], None],
    ) -> None:
        """Have something made in the background, when every cell has been computed."""
        self._refresh()
        if any(run.result is None or run.is_preview for run in runs):
            if not any(run.is_running for run in runs):
                self._fail("there is only a preview, for not every cell could be computed")
                return
            self._wanted = again
            self._say("computing every cell first; the file follows")
            return
        self._wanted = None
        self._say(f"making {what}")
        try:  # now, in the session's thread: what is shown may change while the file is made
            name, make, then = prepare()
            key = self._command()
        except ExplorerError as error:
            self._fail(str(error))
            return
        if slot not in self._slots:
            self._slots[slot] = self.state.session.slot("files", f"export of {slot}")
        self._slots[slot].ask(
            key, make, done=partial(self._done, name, then), failed=self._not_made
        )

    def _done(self, name: str, then: Callable[[str], None], made: str) -> None:
        self._rest()
        self.message.object = f'<div class="nep-note" role="status">{escape(name)}</div>'
        then(made)

    def _numbers_copied(self, what: str) -> None:
        text = "numbers copied" if what == COPIED else "not copied: the browser forbids it here"
        self.message.object = f'<div class="nep-note" role="status">{text}</div>'

    def _not_made(self, error: BaseException) -> None:
        """Tell why a file could not be written; on the page where the dialog was closed."""
        why = str(error) if isinstance(error, OSError) else reason(error)
        self._fail(why)
        if not self.dialog.open:
            self.state.session.faults.add("No file was made", error)

    def _rest(self) -> None:
        """End the bar, unless another file is being made."""
        self.busy.visible = any(slot.key is not None for slot in self._slots.values())

    def _fail(self, why: str) -> None:
        self._rest()
        self.message.object = (
            f'<div class="nep-refused" role="alert">No file was made: {escape(why)}</div>'
        )

    def _say(self, text: str) -> None:
        self.busy.visible = True
        self.message.object = f'<div class="nep-note" role="status">{escape(text)}</div>'

    def _go_on(self) -> None:
        if self._wanted is not None and not any(
            run.is_running for run in self.state.sides.values() if run.active
        ):
            self._wanted()

    def _runs(self) -> list[Side]:
        sides = self.state.sides
        return [sides[self.which.value]] if self.which.value in sides else list(sides.values())

    def _card_runs(self, key: str) -> list[Side]:
        """Return the sides that a card shows."""
        return list(self.state.sides.values()) if CARDS[key].pair else [self.state.a]

    def _scenarios(self) -> list[Scenario]:
        return [run.scenario for run in self._runs()]

    @property
    def _scene(self) -> str:
        return scene_name(self.state.shared.path)

    def _subject(self) -> Subject:
        shared, view = self.state.shared, self.state.view
        shown = [Shown(run.result, view) for run in self._runs()]
        return Subject(shown, self._scene, partial(picture_of, shared))

    def _rows(self) -> list[pn.Row]:
        """Lay the buttons of the scenario out, a row for each group."""
        groups = dict.fromkeys(row.group for row in FORMATS.values())
        return [
            pn.Row(
                pn.pane.HTML(f'<div class="nep-note">{group}</div>', width=90, margin=(12, 4)),
                *[self.buttons[key] for key, row in FORMATS.items() if row.group == group],
                margin=0,
            )
            for group in groups
        ]

    def _refresh(self) -> None:
        """Say what would be exported, how large it is, and which command gives the same."""
        state, view = self.state, self.state.view
        scenarios = " and ".join(scenario.label for scenario in self._scenarios())
        region = region_name(view.region)
        notes = [f"{state.title()} · {scenarios} · series of {region}"]
        size = cells_bytes(state.shared.scene.cells * len(self._scenarios()))
        if size > LARGE:
            notes.append(f"all cells as CSV: about {size / 1e6:,.0f} MB; NetCDF is far smaller")
        lines = "".join(f"<div>{escape(note)}</div>" for note in notes)
        self.what.object = f'<div class="nep-note">{lines}</div>'
        single, whole = len(self._scenarios()) == 1, state.shared.is_whole
        for key, button in self.buttons.items():
            button.disabled = not whole or (FORMATS[key].single and not single)
        for button in self.card_buttons.values():
            button.disabled = not whole
        if not whole:
            self._say("the scene is still being read; its files follow when it is whole")
        self.copy.label = "Copy the command"
        self.command.object = f'<pre class="nep-command">{escape(self._command())}</pre>'

    def _commands(self, key: str) -> str:
        """Return the commands for a file of the scenario, one for each of them."""
        view, scene = self.state.view, self._scene
        return "\n".join(command_for(key, scenario, view, scene) for scenario in self._scenarios())

    def _card_command(self, key: str, ending: str) -> str:
        """Return the command for a file of a card; nothing while there is no result."""
        if any(run.result is None for run in self._card_runs(key)):
            return ""
        return card_command(key, self.state.sight, self._scene, ending)

    def _copied(self, what: str) -> None:
        done = what == COPIED
        self.copy.label = "Copied" if done else "Select the command above and copy it"


def _button(label: str, name: str, action: Callable[[], None]) -> pmui.Button:
    button = pmui.Button(
        label=label, size="small", variant="outlined", margin=4, css_classes=[name]
    )
    button.on_click(lambda _event: action())
    return button
