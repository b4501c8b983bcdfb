"""The controls of the Towers page: what is loaded, where the model runs, and the fit."""

from collections.abc import Callable, Mapping
from html import escape

import panel as pn
import panel_material_ui as pmui
import param

from explorer.app.controls.upload import Upload
from explorer.app.pages.towers.desk import MOST_BYTES_TOGETHER, TowerDesk
from explorer.app.pages.towers.place_fields import PlaceFields
from explorer.app.pages.towers.style import TOWERS_CSS
from explorer.errors import ExplorerError, PlaceError
from explorer.observations.csv_table import Line
from explorer.systems.contract import System

NOTHING = ""


class TowerControls(pn.viewable.Viewer):
    """Loads towers and chooses how they are compared; a refusal is one message."""

    replaced = param.String(default=NOTHING, doc="The version whose panel shows the scenario.")

    def __init__(self, desk: TowerDesk, system: System, fit: Callable[[], None], **params) -> None:
        super().__init__(**params)
        self.desk = desk
        self.title = pmui.Chip(label="", size="small", variant="outlined", margin=(6, 0))
        self.message = pn.pane.HTML(
            "", visible=False, margin=(0, 12), sizing_mode="stretch_width",
            stylesheets=[TOWERS_CSS],
        )  # fmt: skip
        self.upload = Upload(
            label="Load your own", accept=".csv,.gz,.zip", multiple=True, variant="outlined",
            margin=0, most_bytes=MOST_BYTES_TOGETHER, css_classes=["towers-in"],
        )  # fmt: skip
        self.places = PlaceFields(self._load_placed)
        self._waiting: dict[str, bytes] = {}  # files whose sites have no place yet
        self.real = _button("Load FLUXNET2015 found here", "towers-real", self._load_real)
        self.demo = _button("Demonstration towers", "towers-demo", self._load_demo)
        self.where = pmui.RadioButtonGroup(
            options={"On the grid": False, "At the site": True}, value=desk.at_site, size="small",
            margin=0, css_classes=["towers-where"],
        )  # fmt: skip
        self.index = pmui.RadioButtonGroup(
            options={"scene's index": False, "loaded index": True}, value=desk.use_index,
            size="small", margin=0, css_classes=["towers-index"],
        )  # fmt: skip
        self.whose = pmui.RadioButtonGroup(
            options={"map's class": False, "tower's class": True}, value=desk.own_class,
            size="small", margin=0, css_classes=["towers-class"],
        )  # fmt: skip
        choices = {"–": NOTHING} | {preset.label: name for name, preset in system.presets.items()}
        self.instead = pmui.Select(
            label="this scenario in place of", options=choices, value=NOTHING, size="small",
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
        self.message.object = f'<div role="alert" class="nep-refused">{lines}</div>'
        self.message.visible = True

    def _show(self) -> None:
        desk = self.desk
        has_towers = desk.check is not None
        self.title.label = desk.title or "no towers"
        for control in (self.where, self.whose, self.instead, self.fit):
            control.visible = has_towers
        self.index.visible = has_towers and desk.at_site and desk.index is not None
        if desk.index is not None:
            label = "leaf area" if desk.index.kind == "lai" else "loaded NDVI"
            self.index.param.update(
                options={"scene's index": False, label: True}, value=desk.use_index
            )
        self.real.visible = desk.real_folder is not None
        self.demo.visible = desk.is_demo and not desk.synthetic

    def _load(self, event: param.parameterized.Event) -> None:
        if not event.new:
            return
        contents, names = event.new, self.upload.filename
        if isinstance(contents, bytes):
            contents, names = [contents], [names]
        files = dict(zip(names, contents, strict=True))
        self._tried(lambda: self.desk.load(files), files)
        self.upload.clear()

    def load_stored(self, files: Mapping[str, bytes]) -> None:
        """Load files of before again; where they cannot be read that is told as if chosen now."""
        self._tried(lambda: self.desk.load(files), files)

    def _load_placed(self, places: list[Line]) -> None:
        """Load what waits, with the places that were typed."""
        waiting = self._waiting
        self._tried(lambda: self.desk.load(waiting, places), waiting, asked=True)

    def _load_real(self) -> None:
        self._tried(self.desk.load_real)

    def _load_demo(self) -> None:
        self._tried(self.desk.load_demo)

    def _tried(
        self,
        action: Callable[[], None],
        files: Mapping[str, bytes] | None = None,
        *,
        asked: bool = False,
    ) -> None:
        """Do what was asked, or say why it cannot be done; then nothing has changed.

        Where only the places of sites are lacking they are asked for, and the files wait; fields
        that were filled stay until what they say is sound.
        """
        self.message.visible = False
        lacking: tuple[str, ...] = ()
        try:
            action()
        except PlaceError as error:
            lacking = error.sites
            self.refuse(str(error))
        except ExplorerError as error:
            self.refuse(str(error))
            if asked:
                return
        self._waiting = dict(files or {}) if lacking else {}
        self.places.ask(lacking)


def _button(
    label: str, name: str, action: Callable[[], None], variant: str = "outlined"
) -> pmui.Button:
    button = pmui.Button(label=label, size="small", variant=variant, margin=0, css_classes=[name])
    button.on_click(lambda _event: action())
    return button
