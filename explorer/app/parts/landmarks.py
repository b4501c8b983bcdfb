"""What the page's own frame lacks for those who use it by keys or ear.

A link past the drawer is the first stop of the Tab key, parts that the library leaves without a
name or role get theirs from one table, and a dialog that closes gives the focus back to the button
that opened it. A browser must know of a component of our own when it loads
the page: ``shell`` imports this module, which therefore imports nothing heavy.
"""

from typing import Any, ClassVar

import panel as pn
import param

TARGET = "skip-target"
"""CSS class of what the link leads to: the first of them that is seen."""

ATTRIBUTES: dict[str, dict[str, str]] = {
    '[aria-label="Resize sidebar"]': {"role": "separator", "aria-orientation": "vertical"},
    ".MuiLinearProgress-root": {"aria-label": "The server is busy"},
    "nav": {"aria-label": "Scenario"},
    ".title": {"role": "heading", "aria-level": "1"},
    "h5": {"aria-hidden": "true", "role": "presentation"},  # blank, to keep a place free
}
"""Selector in the frame of the page -> attributes; not of what is put into the frame, which lies in
shadow roots of its own."""


class Landmarks(pn.custom.JSComponent):
    """The link, and the attributes; kept up where the frame is drawn again."""

    table: dict[str, dict[str, str]] = param.Dict(default=ATTRIBUTES, constant=True)
    target: str = param.String(default=TARGET, constant=True)

    _esm = """
    const find = (root, name) => {
      for (const part of root.querySelectorAll("*")) {
        if (part.classList.contains(name) && part.getClientRects().length) return part;
        const inner = part.shadowRoot && find(part.shadowRoot, name);
        if (inner) return inner;
      }
      return null;
    };
    let observer = null, listening = null;

    // A dialog gives the focus back to the shadow root's host, which cannot have it.
    const give_back = (signal) => {
      let opener = null;
      const within = (event) => event.composedPath().find(
        (part) => part.classList?.contains("MuiDialog-root"));
      const closes = (event) => {
        const dialog = within(event);
        if (!dialog) {
          opener = event.composedPath().find((part) => part.matches?.("button")) ?? opener;
          return;
        }
        const until = performance.now() + 1500;  // it fades out
        const look = () => {
          if (!dialog.isConnected) opener?.focus();
          else if (performance.now() < until) requestAnimationFrame(look);
        };
        look();
      };
      document.addEventListener("click", closes, {capture: true, signal});
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && within(event)) closes(event);
      }, {capture: true, signal});
    };

    export function render({model, view}) {
      document.getElementById("nep-skip")?.remove();
      const link = document.createElement("a");
      link.id = "nep-skip";
      link.href = "#";
      link.textContent = "Skip to the map and figures";
      link.addEventListener("click", (event) => {
        event.preventDefault();  // the address tells what is shown
        const target = find(document, model.target);
        if (!target) return;
        target.tabIndex = -1;
        target.focus();
      });
      document.body.prepend(link);

      listening?.abort();
      listening = new AbortController();
      give_back(listening.signal);

      const frame = view.root.shadow_el;
      const complete = () => {
        for (const [selector, attributes] of Object.entries(model.table))
          for (const part of frame.querySelectorAll(selector))
            for (const [name, value] of Object.entries(attributes))
              if (part.getAttribute(name) !== value) part.setAttribute(name, value);
      };
      observer?.disconnect();
      observer = new MutationObserver(complete);
      observer.observe(frame, {childList: true, subtree: true});
      complete();
      return document.createElement("div");
    }
    """

    _stylesheets: ClassVar[list[str]] = [":host { display: none; }"]

    def __init__(self, **params: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **params)


CSS = """
#nep-skip { position: fixed; left: 12px; top: -60px; z-index: 3000; padding: 10px 16px;
  border-radius: 6px; background: #0b6e5f; color: #fff; font: 600 14px sans-serif; }
#nep-skip:focus { top: 8px; outline: 3px solid #fff; outline-offset: -5px; }
"""
