"""Bars that can be pressed, one for each parameter: what moves a total most.

A browser must know of a component of our own when it loads the page: ``shell`` imports this module,
which therefore imports nothing heavy.
"""

from collections.abc import Callable
from typing import ClassVar

import panel as pn
import param


class Tornado(pn.custom.JSComponent):
    """A line for each parameter with the change a step up and a step down makes."""

    rows: list[dict] = param.List(
        default=[],
        doc="name, label, value, up, down: words; left_up, wide_up, ...: per cent; control: class "
        "of the box in the drawer, which gets the cursor.",
    )

    def __init__(self, picked: Callable[[str], None], **params) -> None:
        super().__init__(**params)
        self._picked = picked

    def _handle_msg(self, data: str) -> None:
        """Tell which parameter was pressed; only what is shown can be."""
        if any(row["name"] == data for row in self.rows):
            self._picked(data)

    _esm = """
    // The drawer lies in other shadow roots, and its fold is drawn when the server has answered.
    const find = (root, selector) => {
      const found = root.querySelector(selector);
      if (found) return found;
      for (const part of root.querySelectorAll("*")) {
        const inner = part.shadowRoot && find(part.shadowRoot, selector);
        if (inner) return inner;
      }
      return null;
    };
    const go_to = (control) => {
      let tries = 60;
      let gone_on = false;
      const leave = () => { gone_on = true; };
      for (const event of ["pointerdown", "keydown"])
        document.addEventListener(event, leave, {once: true, capture: true});
      const look = () => {
        if (gone_on || tries-- === 0) return;
        const host = find(document, `.${CSS.escape(control)}`);
        const input = host && find(host.shadowRoot ?? host, "input");
        if (input) {
          input.focus();
          if (input.getRootNode().activeElement === input) {  // not so while its fold opens
            input.scrollIntoView({block: "center"});
            return;
          }
        }
        setTimeout(look, 200);
      };
      setTimeout(look, 200);
    };

    export function render({model, el}) {
      const root = document.createElement("div");
      root.className = "tornado";
      const draw = () => {
        root.replaceChildren(...model.rows.map((row) => {
          const line = document.createElement("button");
          line.type = "button";
          line.dataset.parameter = row.name;
          line.dataset.up = row.change_up;
          line.dataset.down = row.change_down;
          line.setAttribute("aria-label",
            `${row.label}, now ${row.value}: a step up ${row.up}, a step down ${row.down}; ` +
            "open its control");
          const label = document.createElement("span");
          label.className = "label";
          label.textContent = row.label;
          label.title = row.label;
          const value = document.createElement("small");
          value.textContent = row.value;
          label.append(value);
          const bars = document.createElement("span");
          bars.className = "bars";
          for (const way of ["up", "down"]) {
            const bar = document.createElement("i");
            bar.className = way;
            bar.style.left = `${row[`left_${way}`]}%`;
            bar.style.width = `${row[`wide_${way}`]}%`;
            bars.append(bar);
          }
          const amount = document.createElement("span");
          amount.className = "amount";
          amount.textContent = row.up;
          line.append(label, bars, amount);
          line.addEventListener("click", () => {
            model.send_msg(row.name);
            go_to(row.control);
          });
          return line;
        }));
      };
      model.on("rows", draw);
      draw();
      return root;
    }
    """

    _stylesheets: ClassVar[list[str]] = [
        """
        .tornado { display: flex; flex-direction: column; gap: 1px; }
        button { display: grid; grid-template-columns: minmax(0, 6fr) minmax(0, 4fr) 58px; gap: 8px;
          align-items: center; border: none; background: transparent; color: inherit; font: inherit;
          font-size: 13px; text-align: left; padding: 2px 4px; border-radius: 4px; cursor: pointer;
          font-variant-numeric: tabular-nums; }
        button:hover { background: rgba(128, 128, 128, 0.15); }
        button:focus-visible { outline: 2px solid #e69f00; outline-offset: -2px; }
        .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
          line-height: 1.25; }
        small { display: block; font-size: 12px; line-height: 1.2; opacity: 0.75; }
        .bars { position: relative; height: 16px; background: linear-gradient(90deg,
          transparent calc(50% - 0.5px), rgba(128, 128, 128, 0.7) calc(50% - 0.5px)
          calc(50% + 0.5px), transparent 0); }
        .bars i { position: absolute; top: 2px; bottom: 2px; border-radius: 2px; }
        .up { background: #0072b2; }
        .down { background: #e69f00; }
        .amount { text-align: right; }
        """
    ]
