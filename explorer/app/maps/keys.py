"""The keys of a map: what is pressed while its figure has the focus goes to the server.

A browser must know of a component of our own when it loads the page: ``shell`` imports this module,
which therefore imports nothing heavy.
"""

from collections.abc import Callable
from typing import Any

import panel as pn
import param

from explorer.app.state.faults import guarded

MOVES = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, 1), "ArrowDown": (0, -1)}
"""Key -> steps to the right and up."""
ZOOMS = {"+": 0.5, "=": 0.5, "-": 2.0}
"""Key -> how many times as wide the part is that is seen afterwards."""
MARK, LEAVE = "Enter", "Escape"
KEYS = (*MOVES, *ZOOMS, MARK, LEAVE)


class MapKeys(pn.custom.JSComponent):
    """Listens for ``KEYS`` on one figure; ``pressed`` is called with a key and whether Shift is.

    Parameters
    ----------
    figure : str
        The id of the Bokeh figure, which must be able to get the focus.
    pressed : callable
    """

    figure: str = param.String()
    keys: list[str] = param.List(default=list(KEYS), constant=True)

    _esm = """
    let listening = null;

    export function render({model}) {
      listening?.abort();
      listening = new AbortController();
      document.addEventListener("keydown", (event) => {
        const figure = Bokeh.index.find_one_by_id(model.figure)?.el;
        if (event.composedPath()[0] !== figure || !model.keys.includes(event.key)) return;
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        model.send_msg({key: event.key, far: event.shiftKey});
        if (event.key === "Escape") figure.blur();
      }, {signal: listening.signal});
      return document.createElement("div");
    }
    """

    def __init__(self, pressed: Callable[[str, bool], None], **params: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **params)
        self._pressed = pressed

    def _handle_msg(self, data: Any) -> None:
        """Pass a key on; what a browser sends is not trusted."""
        key = data.get("key") if isinstance(data, dict) else None
        if isinstance(key, str) and key in KEYS:
            guarded(self._pressed)(key, data.get("far") is True)
