"""Undo, redo, and the list of steps to go back to."""

import panel as pn
import panel_material_ui as pmui

from explorer.app.state.state import ExplorerState

LISTED = 20


class HistoryButtons(pn.viewable.Viewer):
    """Three small buttons in the header; each step is named."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.undo = _button("undo", "Undo")
        self.redo = _button("redo", "Redo")
        self.steps = pmui.MenuButton(
            items=[], label="", icon="history", variant="text", size="small", margin=2,
            description="History", css_classes=["history"], width=62, height=34,
        )  # fmt: skip
        self.undo.on_click(lambda _event: state.undo())
        self.redo.on_click(lambda _event: state.redo())
        self.steps.on_click(self._go)
        state.history.param.watch(self._follow, ["snapshots", "position"])
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the buttons out in a row."""
        return pn.Row(self.undo, self.redo, self.steps, margin=0)

    def _follow(self, *_events) -> None:
        history = self.state.history
        last = len(history.snapshots) - 1
        self.undo.disabled = history.position == 0
        self.redo.disabled = history.position == last
        back = history.snapshots[history.position].step
        self.undo.description = "Undo" if self.undo.disabled else f"Undo: {back}"
        ahead = "" if self.redo.disabled else history.snapshots[history.position + 1].step
        self.redo.description = f"Redo: {ahead}" if ahead else "Redo"
        newest = range(last, max(-1, last - LISTED), -1)
        self.steps.items = [
            {
                "label": f"{number}. {history.snapshots[number].step}",
                "icon": "chevron_right" if number == history.position else None,
                "number": number,
            }
            for number in newest
        ]

    def _go(self, item: dict) -> None:
        self.state.go_to_step(item["number"])


def _button(icon: str, description: str) -> pmui.IconButton:
    return pmui.IconButton(
        icon=icon,
        description=description,
        size="small",
        margin=2,
        css_classes=[icon],
        width=34,
        height=34,
    )
