"""Light or dark: the system's setting at first, then what a person chooses; kept in the browser.

The page's own button says nothing of its state and keeps nothing, so this one stands in its place.
A browser must know of a component of our own when it loads the page: ``shell`` imports this module,
which therefore imports nothing heavy.
"""

from typing import Any, ClassVar

import panel as pn


class Appearance(pn.custom.JSComponent):
    """A button that switches dark mode; nothing goes over the server before it is seen."""

    _esm = """
    const KEY = "nep-explorer appearance";
    const SUN = "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11 1h2v4h-2zM11 19h2v4h-2zM1 11h4v2H1z" +
      "M19 11h4v2h-4zM4.2 5.6l1.4-1.4 2.8 2.8-1.4 1.4zM15.6 17l1.4-1.4 2.8 2.8-1.4 1.4z" +
      "M4.2 18.4 7 15.6 8.4 17l-2.8 2.8zM15.6 7l2.8-2.8 1.4 1.4L17 8.4z";
    const MOON = "M12 3a9 9 0 1 0 9 9c0-.5 0-.9-.1-1.4A5.4 5.4 0 0 1 13.4 3.1 9 9 0 0 0 12 3z";
    let listening = null;

    export function render({view}) {
      listening?.abort();
      listening = new AbortController();
      const page = view.root.model.data;
      const system = window.matchMedia("(prefers-color-scheme: dark)");
      const storage = (act) => {
        try {
          return act(window.localStorage);
        } catch {
          return null;  // a browser that stores nothing: the system's setting is followed
        }
      };
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", "Dark mode");
      button.title = "Dark mode";
      const show = () => {
        button.setAttribute("aria-pressed", page.dark_theme);
        button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${
          page.dark_theme ? MOON : SUN}"/></svg>`;
        // Scroll bars, and what is seen before anything is drawn.
        document.documentElement.style.colorScheme = page.dark_theme ? "dark" : "light";
      };
      const follow = () => {
        const chosen = storage((kept) => kept.getItem(KEY));
        page.dark_theme = chosen === null ? system.matches : chosen === "dark";
      };
      button.addEventListener("click", () => {
        page.dark_theme = !page.dark_theme;
        storage((kept) => kept.setItem(KEY, page.dark_theme ? "dark" : "light"));
      });
      system.addEventListener("change", follow, {signal: listening.signal});
      view.connect(page.properties.dark_theme.change, show);
      follow();
      show();
      return button;
    }
    """

    _stylesheets: ClassVar[list[str]] = [
        """
        button { width: 36px; height: 36px; padding: 8px; border: none; border-radius: 50%;
          background: transparent; color: inherit; cursor: pointer; }
        button:hover { background: rgba(128, 128, 128, 0.15); }
        button:focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
        svg { display: block; width: 20px; height: 20px; fill: currentColor; }
        """
    ]

    def __init__(self, **params: Any) -> None:
        super().__init__(width=36, height=36, margin=(0, 4), css_classes=["appearance"], **params)
