"""Export: files of exactly what is shown, made when they are asked for."""

from functools import partial
from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.header.downloads import Downloads
from explorer.app.header.to_browser import COPIED, ToBrowser
from explorer.app.parts.words import region_name
from explorer.app.state.faults import reason
from explorer.app.state.side import Side
from explorer.app.state.state import ExplorerState
from explorer.errors import ExplorerError
from explorer.report.formats import FORMATS, Subject, command_for, write_export
from explorer.report.picture_of import picture_of
from explorer.report.shown import Shown
from explorer.report.tidy import cells_bytes
from explorer.scene.demo import scene_name
from explorer.systems.scenario import Scenario

BOTH = "A and B"
_COMMAND_CSS = """.nep-command { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 11px;
  margin: 0; max-height: 110px; overflow-y: auto; opacity: 0.85; }"""
LARGE = 50_000_000  # bytes; a larger file is warned of


class ExportMenu(pn.viewable.Viewer):
    """A button, and the dialog in which a kind of file is chosen: made when it is first opened."""

    def __init__(self, state: ExplorerState, downloads: Downloads) -> None:
        super().__init__()
        self.state, self.downloads = state, downloads
        self.browser = ToBrowser()
        self._wanted: str | None = None  # waits for the whole to be computed
        self._key = "series"  # what the command is for
        self.button = pmui.IconButton(
            icon="download", description="Export what is shown", size="small", margin=(4, 2),
            css_classes=["export"],
        )  # fmt: skip
        self.dialog = pmui.Dialog(
            title="Export what is shown", title_variant="h6", width_option="sm",
            close_on_click=True,
        )  # fmt: skip
        self._slots = {key: state.session.slot("files", f"export of {key}") for key in FORMATS}
        self._row = pn.Row(self.button, self.dialog, margin=0, width=38)
        self.button.on_click(lambda _event: self.open())
        changes = ["result", "progress"]
        state.watch(lambda _event: self._go_on(), a=changes, b=changes)

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the button; the dialog lies over the page when it is open."""
        return self._row

    def _fill(self) -> None:
        """Put everything into the dialog."""
        self.what = pn.pane.HTML(margin=0, sizing_mode="stretch_width")
        self.which = pmui.RadioButtonGroup(
            options=["A", "B", BOTH], value="A", size="small", margin=(4, 0)
        )
        self.buttons = {key: self._button(key) for key in FORMATS}
        self.busy = pmui.LinearProgress(visible=False, margin=(6, 0), sizing_mode="stretch_width")
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
            self.what, self.which, *self._rows(), self.busy, self.message, self.command,
            pn.Row(self.copy, close, margin=0),
        ]  # fmt: skip
        self.copy.on_click(lambda _event: self.browser.copy(self._command_text(), self._copied))
        close.on_click(lambda _event: self.dialog.param.update(open=False))
        self.which.param.watch(lambda _event: self._refresh(), "value")

    def open(self) -> None:
        """Show what can be taken home of what is shown now."""
        if not self.dialog.objects:
            self._fill()
        self.which.visible = self.state.page == "compare"
        if not self.which.visible:
            self.which.value = "A"
        self.message.object = ""
        self._refresh()
        self.dialog.open = True

    def export(self, key: str) -> None:
        """Make a file of one kind and let the browser fetch it; waits for a run under way."""
        self._key = key
        self._refresh()
        if any(run.result is None or run.is_preview for run in self._runs()):
            if not any(run.is_running for run in self._runs()):
                self._fail("there is only a preview, for not every cell could be computed")
                return
            self._wanted = key
            self._say("computing every cell first; the file follows")
            return
        self._wanted = None
        self._say(f"making {FORMATS[key].group}: {FORMATS[key].label}")
        try:  # now, in the session's thread: what is shown may change while the file is made
            subject = self._subject()
        except ExplorerError as error:
            self._fail(str(error))
            return
        name, downloads = f"{subject.stem}{FORMATS[key].ending}", self.downloads
        self._slots[key].ask(
            self._command_text(),
            lambda _proceed: downloads.make(name, lambda path: write_export(key, subject, path)),
            done=partial(self._done, name),
            failed=self._not_made,
        )

    def _done(self, name: str, url: str) -> None:
        self._rest()
        self.message.object = f'<div class="nep-note" role="status">{escape(name)}</div>'
        self.browser.download(url)

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
        if self._wanted is not None and not any(run.is_running for run in self._runs()):
            self.export(self._wanted)

    def _runs(self) -> list[Side]:
        sides = self.state.sides
        return [sides[self.which.value]] if self.which.value in sides else list(sides.values())

    def _scenarios(self) -> list[Scenario]:
        return [run.scenario for run in self._runs()]

    def _subject(self) -> Subject:
        shared, view = self.state.shared, self.state.view
        shown = [Shown(run.result, view) for run in self._runs()]
        return Subject(shown, scene_name(shared.path), partial(picture_of, shared))

    def _button(self, key: str) -> pmui.Button:
        button = pmui.Button(
            label=FORMATS[key].label, size="small", variant="outlined", margin=4,
            css_classes=[f"export-{key.replace('_', '-')}"],
        )  # fmt: skip
        button.on_click(lambda _event: self.export(key))
        return button

    def _rows(self) -> list[pn.Row]:
        """Lay the buttons out, a row for each group."""
        groups = dict.fromkeys(row.group for row in FORMATS.values())
        return [
            pn.Row(
                pn.pane.HTML(f'<div class="nep-note">{group}</div>', width=70, margin=(12, 4)),
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
            notes.append(f"every cell as CSV: about {size / 1e6:,.0f} MB; NetCDF is far smaller")
        lines = "".join(f"<div>{escape(note)}</div>" for note in notes)
        self.what.object = f'<div class="nep-note">{lines}</div>'
        single = len(self._scenarios()) == 1
        for key, button in self.buttons.items():
            button.disabled = not state.shared.is_whole or (FORMATS[key].single and not single)
        if not state.shared.is_whole:
            self._say("the scene is still being read; its files follow when it is whole")
        self.command.object = f'<pre class="nep-command">{escape(self._command_text())}</pre>'

    def _command_text(self) -> str:
        """Return the commands for the kind chosen last, one for each scenario."""
        view, scene = self.state.view, scene_name(self.state.shared.path)
        return "\n".join(
            command_for(self._key, scenario, view, scene) for scenario in self._scenarios()
        )

    def _copied(self, what: str) -> None:
        done = what == COPIED
        self.copy.label = "Copied" if done else "Select the command above and copy it"
