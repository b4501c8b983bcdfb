"""Things that only the browser can do: copy a text, begin a download, change its address."""

import json

import panel as pn

COPIED, NOT_COPIED = "copied", "select"

_CODE = """
const message = JSON.parse(cb_obj.value);
if (message.address)
    history.replaceState(history.state, "", message.address);
if (message.download) {
    const link = document.createElement("a");
    link.href = message.download;
    link.download = "";
    document.body.append(link);
    link.click();
    link.remove();
}
if (message.copy) {
    const tell = (what) => { answer.value = `${message.number} ${what}`; };
    // There is no clipboard for pages that came neither from this machine nor over https.
    const done = navigator.clipboard?.writeText(message.copy) ?? Promise.reject();
    done.then(() => tell("copied"), () => tell("select"));
}
"""


class ToBrowser(pn.viewable.Viewer):
    """A wire to the browser: an unseen field whose changes run a fixed piece of JavaScript."""

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self._wire = pn.widgets.TextInput(visible=False)
        self._answer = pn.widgets.TextInput(visible=False)
        self._wire.jscallback(args={"answer": self._answer}, value=_CODE)
        self._answer.param.watch(self._answered, "value")
        self._then = None

    def __panel__(self) -> pn.viewable.Viewable:
        """Take part in the page without being seen."""
        return pn.Row(self._wire, self._answer, visible=False, margin=0)

    def download(self, url: str) -> None:
        """Let the browser fetch a file, under the name that the server gives it."""
        self._send(download=url)

    def copy(self, text: str, then, address: str | None = None) -> None:
        """Copy a text; ``then`` is told ``copied``, or ``select`` where that is forbidden.

        Parameters
        ----------
        text : str
        then : callable
        address : str, optional
            What the browser shows as its address from now on.
        """
        self._then = then
        self._send(copy=text, address=address)

    def _send(self, **message) -> None:
        self._number += 1
        self._wire.value = json.dumps(message | {"number": self._number})

    def _answered(self, event) -> None:
        number, _, what = event.new.partition(" ")
        if number == str(self._number) and self._then is not None:
            self._then(what)
