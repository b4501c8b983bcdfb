"""Where a page shows what went wrong, until the person dismisses it."""

from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.state.faults import Fault, Faults

# Over the page, so that nothing moves; above the dialogs of Material UI.
_CSS = """:host { position: fixed; right: 16px; bottom: 16px; width: min(440px, 90vw);
  z-index: 1400; }"""
_MESSAGE_CSS = """.nep-fault { font-size: 12px; line-height: 1.35; color: #fff; padding: 4px 12px;
  overflow-wrap: anywhere; }
.nep-fault pre { white-space: pre-wrap; font: inherit; margin: 2px 0 0; max-height: 30vh;
  overflow-y: auto; }"""


class FaultArea(pn.viewable.Viewer):
    """The messages of a page, the newest last, each with a button that dismisses it."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults
        self.column = pn.Column(margin=0, stylesheets=[_CSS], css_classes=["faults"])
        faults.param.watch(lambda _event: self._show(), "shown")
        self._show()

    def __panel__(self) -> pn.Column:
        """Show the messages."""
        return self.column

    def _show(self) -> None:
        self.column.objects = [self._row(fault) for fault in self.faults.shown]
        self.column.visible = bool(self.faults.shown)

    def _row(self, fault: Fault) -> pn.Row:
        message = pn.pane.HTML(
            fault_html(fault), margin=(4, 0), sizing_mode="stretch_width",
            stylesheets=[_MESSAGE_CSS],
        )  # fmt: skip
        close = pmui.IconButton(
            icon="close", description="Dismiss this message", size="small", margin=0,
            css_classes=["dismiss"], sx={"color": "#fff"},
        )  # fmt: skip
        close.on_click(lambda _event: self.faults.dismiss(fault))
        look = {"background": "#b3261e", "border-radius": "4px"}
        return pn.Row(message, close, margin=(4, 0), sizing_mode="stretch_width", styles=look)


def fault_html(fault: Fault) -> str:
    """Return a message as HTML; it may hold what somebody wrote, so all of it is escaped."""
    return (
        f'<div role="alert" class="nep-fault"><b>{escape(fault.what)}</b>'
        f"<pre>{escape(fault.why)}</pre></div>"
    )
