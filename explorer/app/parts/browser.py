"""What only the browser can keep of a session: its address, its history, and its own storage.

A browser must know of a component of our own when it loads the page: ``shell`` imports this module,
which therefore imports nothing heavy. What comes back from a browser is not trusted: it is text,
of limited length, and whoever reads it checks it.
"""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import panel as pn
import param

from explorer.app.state.faults import guarded

LONGEST_STORED = 2_000_000  # characters; browsers store some five million for an address
LONGEST = {"page": 100, "token": 100_000, "refused": 100}
"""Characters of what a browser may tell."""


class Found(NamedTuple):
    """Where a page was opened, and what its browser had stored then; nothing is an empty text."""

    text: str = ""
    token: str = ""  # the address that what is stored belongs to, without the ``#``
    address: str = ""  # the one that the page was opened with, without the ``#``
    page_url: str = ""  # all of it before the ``#``


class Browser(pn.custom.JSComponent):
    """A wire to the browser without anything to be seen; one for each page.

    The server sets ``entry``, and what is stored by ``put``; the browser tells what a person did
    with its buttons and its address, and, when the page is loaded, what it has stored (``hear``).
    """

    entry: dict = param.Dict(
        default={},
        doc="token: the address from now on, None leaves it; page: what the history walks through; "
        "own: whether what is stored belongs to it; heard: how many typed links were heard of.",
    )

    _esm = """
    const KEY = "nep-explorer session", ADDRESS = "nep-explorer address";
    let listening = null;

    export function render({model}) {
      listening?.abort();
      listening = new AbortController();
      const {signal} = listening;
      const storage = (act) => {
        try {
          return act(window.localStorage);
        } catch (error) {
          model.send_msg({refused: error.name === "QuotaExceededError"
            ? "its storage is full" : "it lets no page store anything"});
          return null;
        }
      };
      const [page_url] = location.href.split("#");
      const address = location.hash.slice(1);
      let token = address, first = true, walked = null, typed_in = 0;

      // The history: an entry for each page that was looked at, all under the newest address.
      const put = () => {
        const {token: newest, page, own, heard} = model.entry;
        // One that was made before the last link was heard of would take that link's place.
        if (!page || (heard ?? 0) < typed_in) return;
        token = newest ?? token;
        const url = `${location.pathname}${location.search}${token ? "#" + token : ""}`;
        const shown = history.state?.page;
        // A page that was loaded again has its entry, whatever stood there.
        if (first || shown === undefined || shown === page) history.replaceState({page}, "", url);
        else history.pushState({page}, "", url);
        first = false;
        // Of this tab alone: another one has an address of its own.
        if (newest !== null && own) storage(() => sessionStorage.setItem(ADDRESS, token));
      };
      window.addEventListener("popstate", (event) => {
        const page = event.state?.page;
        if (page === undefined) return;  // a link that was typed in
        walked = location.hash.slice(1);
        const url = `${location.pathname}${location.search}${token ? "#" + token : ""}`;
        history.replaceState({page}, "", url);
        model.send_msg({page});
      }, {signal});
      window.addEventListener("hashchange", (event) => {
        // Not that of the location: an address of ours may have taken its place by now.
        const typed = event.newURL.split("#")[1] ?? "";
        const ours = typed === token || typed === walked;  // see above
        walked = null;
        if (ours) return;
        token = typed;
        typed_in += 1;
        model.send_msg({token: typed});
      }, {signal});
      const text = storage((kept) => kept.getItem(KEY));
      const known = storage(() => sessionStorage.getItem(ADDRESS));
      model.on("entry", put);
      put();

      model.on("msg:custom", ({text}) => storage((kept) => {
        if (text) kept.setItem(KEY, text);
        else kept.removeItem(KEY);
        model.send_msg({refused: ""});
      }));
      model.send_msg({found: {text: text ?? "", token: known ?? "", address, page_url}});
      return document.createElement("div");
    }
    """

    _stylesheets: ClassVar[list[str]] = [":host { display: none; }"]

    def __init__(self, **params: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **params)
        self._heard: dict[str, Callable[[Any], None]] = {}
        self._found: Found | None = None
        self.own = True  # whether what is stored belongs to the address

    def hear(self, kind: str, call: Callable[[Any], None]) -> None:
        """Have a callback made with what the browser tells; one for each kind.

        Parameters
        ----------
        kind : str
            ``page``: the name of the page that its buttons went to; ``token``: a link that was
            typed in; ``refused``: why it stores nothing, or nothing; ``found``: where it opened the
            page and what it had stored, told once, or now if that is known.
        call : callable
        """
        self._heard[kind] = call
        if kind == "found" and self._found is not None:
            call(self._found)

    def put(self, text: str) -> None:
        """Store a text in the browser; an empty one removes what was stored."""
        self._send_msg({"text": text})

    def forget_listeners(self) -> None:
        """Let go of who listens, at the end of the session."""
        self._heard.clear()

    def _handle_msg(self, data: Any) -> None:
        if not isinstance(data, dict):
            return
        for kind, longest in LONGEST.items():
            said = data.get(kind)
            if isinstance(said, str) and len(said) <= longest and kind in self._heard:
                guarded(self._heard[kind])(said)
        found = data.get("found")
        if isinstance(found, dict) and self._found is None:
            words = (found.get(name) for name in Found._fields)
            self._found = Found(
                *(word if isinstance(word, str) and len(word) <= LONGEST_STORED else ""
                  for word in words)
            )  # fmt: skip
            if "found" in self._heard:
                guarded(self._heard["found"])(self._found)
