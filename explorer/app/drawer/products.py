"""Bring a product: a NetCDF or GeoTIFF on the scene's grid, to stand on Map and Compare."""

from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.upload import Upload
from explorer.app.parts.style import LABEL_UNSEEN
from explorer.app.state.state import ExplorerState
from explorer.errors import ExplorerError
from explorer.session.jobs import Proceed
from explorer.systems.brought import bring
from explorer.systems.contract import System

MOST_BYTES = 200_000_000
ENDINGS = ".nc,.nc4,.tif,.tiff"


class BringProduct(pn.viewable.Viewer):
    """A file, what it is, its unit and citation; what is refused leaves all as it was."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state

        def entry(placeholder: str, name: str) -> pmui.TextInput:
            return pmui.TextInput(
                label=placeholder, placeholder=placeholder, size="small", margin=(2, 0),
                sizing_mode="stretch_width", css_classes=[name], stylesheets=[LABEL_UNSEEN],
            )  # fmt: skip

        self.variable = entry("variable it is compared as, e.g. npp", "product-variable")
        self.unit = entry("unit, if the file has none: g C m-2 yr-1", "product-unit")
        self.citation = entry("citation", "product-citation")
        self.upload = Upload(
            label="NetCDF or GeoTIFF", accept=ENDINGS, most_bytes=MOST_BYTES, variant="outlined",
            margin=0, css_classes=["product-in"],
        )  # fmt: skip
        self.message = pn.pane.HTML("", margin=0, visible=False, sizing_mode="stretch_width")
        # A thread reads the file: the pages of others are served meanwhile.
        self._slot = state.session.slot("outside", "a product")
        self.upload.param.watch(self._loaded, "value")

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the entries above the button of the file."""
        return pn.Column(
            self.variable, self.unit, self.citation, self.upload, self.message, margin=0,
            sizing_mode="stretch_width",
        )  # fmt: skip

    def _loaded(self, event) -> None:
        if not event.new:
            return
        name = Path(str(self.upload.filename or "product.nc")).name
        content, scene = bytes(event.new), self.state.shared.scene
        said = {
            "variable": self.variable.value.strip(),
            "unit": self.unit.value.strip(),
            "citation": self.citation.value.strip(),
        }
        self.upload.clear()  # so that the same file can be loaded again

        def read(_proceed: Proceed) -> System:
            # GDAL and NetCDF read files, not bytes.
            with TemporaryDirectory(prefix="nep-explorer-") as folder:
                path = Path(folder) / name
                path.write_bytes(content)
                return bring(path, scene, **said)

        self._say(f'<div class="nep-note" role="status">{escape(name)} is being read …</div>')
        self._slot.ask(object(), read, done=self._brought, failed=self._refused)

    def _refused(self, error: BaseException) -> None:
        if not isinstance(error, ExplorerError):
            self.message.visible = False
            self.state.session.faults.add("The product could not be brought", error)
            return
        lines = "<br>".join(map(escape, str(error).splitlines()))
        self._say(f'<div role="alert" class="nep-refused">{lines}</div>')

    def _brought(self, system: System) -> None:
        self.state.shared.products[system.name] = system
        self.state.param.trigger("shelf")
        self._say(
            f'<div class="nep-note" role="status">{escape(system.title)}: choose it as A above, '
            "or on the Compare page</div>"
        )

    def _say(self, html: str) -> None:
        self.message.param.update(object=html, visible=True)
