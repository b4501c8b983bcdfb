"""The controls of the Towers page: what is loaded, where the model runs, and the fit."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape

import panel as pn
import panel_material_ui as pmui
import param

from explorer.app.controls.upload import Upload
from explorer.app.pages.towers.desk import Taken, TowerDesk
from explorer.app.pages.towers.place_fields import PlaceFields
from explorer.app.pages.towers.style import TOWERS_CSS
from explorer.app.state.state import ExplorerState
from explorer.errors import ExplorerError, PlaceError
from explorer.observations.brought_files import MOST_BYTES_TOGETHER
from explorer.observations.csv_table import Line
from explorer.report.tower_tables import versions_of
from explorer.session.jobs import Proceed
from explorer.systems.tower_part import TowerComparison

NOTHING = ""
LOAD = "Load tower data (CSV)"
SCENE_INDEX = "Index: scene"


class TowerControls(pn.viewable.Viewer):
    """Loads towers and chooses how they are compared; a refusal is one message.

    Files are read in a process apart and compared in a thread: the pages of others are served
    meanwhile, and what is shown stays until it is done.
    """

    replaced = param.String(default=NOTHING, doc="The version whose panel shows the scenario.")

    def __init__(
        self,
        desk: TowerDesk,
        state: ExplorerState,
        fit: Callable[[], None],
        prepare: Callable[[TowerComparison], object],
        **params,
    ) -> None:
        super().__init__(**params)
        self.desk, self.state, system = desk, state, state.system
        self.prepare = prepare  # what drawing needs besides; called in a thread
        self.title = pmui.Chip(label="", size="small", variant="outlined", margin=(6, 0))
        self.message = pn.pane.HTML(
            "", visible=False, margin=(0, 12), sizing_mode="stretch_width",
            stylesheets=[TOWERS_CSS],
        )  # fmt: skip
        self.upload = Upload(
            label=LOAD, accept=".csv,.gz,.zip", multiple=True, variant="outlined",
            margin=0, most_bytes=MOST_BYTES_TOGETHER, css_classes=["towers-in"],
            refused=self._not_sent,
        )  # fmt: skip
        self.places = PlaceFields(self._load_placed)
        self._waiting: dict[str, bytes] = {}  # files whose sites have no place yet
        self._reading = state.session.slot("outside", "towers")
        self.real = _button("Load FLUXNET2015 found here", "towers-real", self._load_real)
        self.demo = _button("Demonstration towers", "towers-demo", self._load_demo)
        self.where = pmui.RadioButtonGroup(
            options={"Climate: map cell": False, "Climate: tower": True}, value=desk.at_site,
            size="small", margin=0, css_classes=["towers-where"],
        )  # fmt: skip
        self.index = pmui.RadioButtonGroup(
            options={SCENE_INDEX: False, "loaded index": True}, value=desk.use_index,
            size="small", margin=0, css_classes=["towers-index"],
        )  # fmt: skip
        self.whose = pmui.RadioButtonGroup(
            options={"Class: map": False, "Class: tower": True}, value=desk.own_class,
            size="small", margin=0, css_classes=["towers-class"],
        )  # fmt: skip
        choices = {"–": NOTHING} | {preset.label: name for name, preset in system.presets.items()}
        self.instead = pmui.Select(
            label="Show my scenario in panel", options=choices, value=NOTHING, size="small",
            width=170, margin=0, css_classes=["towers-instead"],
        )  # fmt: skip
        self.fit = _button(system.towers.fit_label, "towers-fit", fit, variant="contained")
        self.upload.param.watch(self._load, "value")
        self.where.link(desk, value="at_site", bidirectional=True)
        self.index.link(desk, value="use_index", bidirectional=True)
        self.whose.link(desk, value="own_class", bidirectional=True)
        self.instead.link(self, value="replaced", bidirectional=True)
        desk.param.watch(lambda *_events: self._show(), ["check", "title", "at_site", "index"])
        self._show()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the controls out in a row that wraps."""
        row = pn.FlexBox(
            self.title, self.upload, self.real, self.demo, self.where, self.index, self.whose,
            self.instead, self.fit,
            align_items="center", gap="8px", margin=(8, 8, 4, 8), sizing_mode="stretch_width",
        )  # fmt: skip
        return pn.Column(row, self.message, self.places, sizing_mode="stretch_width", margin=0)

    def refuse(self, text: str) -> None:
        """Say why something was not done."""
        lines = "<br>".join(escape(line) for line in text.splitlines())
        self._say(f'<div role="alert" class="nep-refused">{lines}</div>')

    def _say(self, html: str) -> None:
        self.message.param.update(object=html, visible=bool(html))

    def _show(self) -> None:
        desk = self.desk
        has_towers = desk.check is not None
        self.title.label = desk.title or "no towers"
        for control in (self.where, self.whose, self.instead, self.fit):
            control.visible = has_towers
        self.index.visible = has_towers and desk.at_site and desk.index is not None
        if desk.index is not None:
            kind = "leaf area" if desk.index.kind == "lai" else desk.index.kind.upper()
            label = f"{kind} of the file"
            self.index.param.update(options={SCENE_INDEX: False, label: True}, value=desk.use_index)
        self.real.visible = desk.real_folder is not None
        self.demo.visible = desk.is_demo and not desk.synthetic

    def _load(self, event: param.parameterized.Event) -> None:
        if not event.new:
            return
        contents, names = event.new, self.upload.filename
        if isinstance(contents, bytes):
            contents, names = [contents], [names]
        files = dict(zip(names, contents, strict=True))
        self.upload.clear()  # so that the same file can be loaded again
        self._read_files(files)

    def load_stored(self, files: Mapping[str, bytes]) -> None:
        """Load files of before again; where they cannot be read that is told as if chosen now."""
        self._read_files(files)

    def _load_placed(self, places: list[Line]) -> None:
        """Load what waits, with the places that were typed."""
        self._read_files(self._waiting, places, asked=True)

    def _read_files(
        self, files: Mapping[str, bytes], places: Sequence[Line] = (), *, asked: bool = False
    ) -> None:
        call = self.state.shared.jobs.apart.call

        def read(proceed: Proceed) -> Taken | None:
            return self.desk.read_files(files, places, partial(call, proceed=proceed))

        what = next(iter(files)) if len(files) == 1 else f"{len(files)} files"
        self._ask(what, read, files, asked=asked)

    def _load_real(self) -> None:
        self._ask("FLUXNET2015", lambda _proceed: self.desk.read_real())

    def _load_demo(self) -> None:
        self._ask("the demonstration towers", lambda _proceed: self.desk.read_demo())

    def _ask(
        self,
        what: str,
        read: Callable[[Proceed], Taken | None],
        files: Mapping[str, bytes] | None = None,
        *,
        asked: bool = False,
    ) -> None:
        """Have towers read and compared, and then take them; a newer request gives this one up."""
        versions = list(versions_of(self.state.a.scenario).values())

        def compared(proceed: Proceed) -> Taken | None:
            taken = read(proceed)
            for scenario in () if taken is None else versions:
                if not proceed(0.5):
                    return None
                taken.check.estimated(scenario)  # which drawing then finds in the cache
            if taken is not None:
                self.prepare(taken.check)
            return taken

        self._say(f'<div class="nep-note" role="status">{escape(what)}: being read …</div>')
        self._reading.ask(
            object(), compared, done=self._take,
            failed=partial(self._not_read, files=files, asked=asked),
        )  # fmt: skip

    def _take(self, taken: Taken | None) -> None:
        self._say("")
        self._forget_waiting()
        if taken is not None:
            self.desk.take(taken)

    def _not_read(
        self, error: BaseException, files: Mapping[str, bytes] | None, *, asked: bool
    ) -> None:
        """Say why towers cannot be taken; nothing has changed.

        Where only the places of sites are lacking they are asked for, and the files wait; fields
        that were filled stay until what they say is sound.
        """
        if not isinstance(error, ExplorerError):
            self._say("")
            self._forget_waiting()
            self.state.session.faults.add("The towers could not be read", error)
            return
        self.refuse(f"{error}{self._still_shown}")
        if isinstance(error, PlaceError):
            self._waiting = dict(files or {})
            self.places.ask(error.sites)
        elif not asked:
            self._forget_waiting()

    def _not_sent(self, reason: str) -> None:
        """Say why no file came; one that is being read goes on."""
        self._forget_waiting()
        self.refuse(f"{reason}{self._still_shown}")

    @property
    def _still_shown(self) -> str:
        if self.desk.check is None:
            return ""
        return f"\nNothing was changed: shown as before are {self.desk.title}."

    def _forget_waiting(self) -> None:
        self._waiting = {}
        self.places.ask()


def _button(
    label: str, name: str, action: Callable[[], None], variant: str = "outlined"
) -> pmui.Button:
    button = pmui.Button(label=label, size="small", variant=variant, margin=0, css_classes=[name])
    button.on_click(lambda _event: action())
    return button
