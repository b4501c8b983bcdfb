"""Where the maps of the Compare page stand: over each other with a bar to drag, or side by side.

Dragging the bar moves a clip in the browser alone; no message is sent. A browser must know of a
component of our own when it loads the page: ``shell`` imports this module, which therefore imports
nothing heavy.
"""

from typing import ClassVar

import panel as pn
import param


class MapLayout(pn.custom.JSComponent):
    """Two places, left and right, and the maps that stand there in each mode."""

    mode: str = param.String(default="swipe", doc="One of ``view.COMPARE_MODES``.")
    titles: list[str] = param.List(
        default=["", "", "", ""], doc="Left and its note, right and its."
    )
    a = pn.custom.Child()
    b = pn.custom.Child()
    difference = pn.custom.Child()
    causes = pn.custom.Child()

    _esm = """
    const PLACES = {
      swipe: {a: "left", b: "left", difference: "right"},
      side: {a: "left", b: "right"},
      difference: {difference: "left", causes: "right"},
      percent: {difference: "left", causes: "right"},
    };

    export function render({model, el}) {
      const root = document.createElement("div");
      root.className = "plates";
      const slots = {};
      for (const name of ["a", "b", "difference", "causes"]) {
        const slot = document.createElement("div");
        slot.dataset.map = name;
        slot.append(model.get_child(name));
        root.append(slot);
        slots[name] = slot;
      }
      const heads = ["left", "right"].map((side) => {
        const head = document.createElement("div");
        head.className = `head ${side}`;
        head.append(document.createElement("b"), document.createElement("span"));
        root.append(head);
        return head;
      });
      const track = document.createElement("div");
      track.className = "track left";
      const bar = document.createElement("div");
      bar.className = "bar";
      bar.tabIndex = 0;
      bar.setAttribute("role", "slider");
      bar.setAttribute("aria-label", "where A ends and B begins, in per cent");
      track.append(bar);
      root.append(track);

      let share = 50;
      const clip = () => {
        const swiped = model.mode === "swipe";
        slots.a.style.clipPath = swiped ? `inset(0 ${100 - share}% 0 0)` : "";
        slots.b.style.clipPath = swiped ? `inset(0 0 0 ${share}%)` : "";
        bar.style.left = `${share}%`;
        bar.setAttribute("aria-valuenow", share.toFixed(1));
        track.style.display = swiped ? "" : "none";
      };
      const move = (wanted) => {
        share = Math.min(98, Math.max(2, wanted));
        clip();
      };
      bar.addEventListener("pointerdown", (event) => {
        bar.setPointerCapture(event.pointerId);
        event.preventDefault();
        bar.focus();
      });
      bar.addEventListener("pointermove", (event) => {
        if (!bar.hasPointerCapture(event.pointerId)) return;
        const box = track.getBoundingClientRect();
        move(100 * (event.clientX - box.left) / box.width);
      });
      bar.addEventListener("keydown", (event) => {
        const step = {ArrowLeft: -2, ArrowRight: 2}[event.key];
        if (step) move(share + step);
      });

      const place = () => {
        for (const [name, slot] of Object.entries(slots)) {
          const side = PLACES[model.mode][name];
          slot.className = side ? `slot ${side}` : "slot away";
        }
        clip();
      };
      const entitle = () => heads.forEach((head, side) => {
        // Names are a person's: as text, never as markup.
        head.children[0].textContent = model.titles[2 * side];
        head.children[1].textContent = model.titles[2 * side + 1];
      });
      model.on("mode", place);
      model.on("titles", entitle);
      place();
      entitle();
      el.style.height = "100%";
      return root;
    }
    """

    _stylesheets: ClassVar[list[str]] = [
        """
        .plates { position: relative; width: 100%; height: 100%; overflow: hidden; }
        .slot, .track { position: absolute; width: 50%; top: 44px; bottom: 0;
          box-sizing: border-box; padding: 0 6px 4px 6px; }
        .slot > * { width: 100% !important; height: 100% !important; }
        .left { left: 0; }
        .right { left: 50%; }
        .away { display: none; }
        .head { position: absolute; top: 6px; width: 50%; box-sizing: border-box; padding: 0 12px;
          font-size: 14px; line-height: 1.3; overflow: hidden; white-space: nowrap; }
        .head b { display: block; font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
        .head span { display: block; font-size: 11px; opacity: 0.7; overflow: hidden;
          text-overflow: ellipsis; }
        .track { pointer-events: none; padding: 0; }
        .bar { position: absolute; top: 0; bottom: 0; width: 24px; margin-left: -12px;
          cursor: ew-resize; pointer-events: auto; touch-action: none; outline: none; }
        .bar::before { content: ""; position: absolute; left: 10.5px; width: 3px; top: 0; bottom: 0;
          background: #12907d; box-shadow: 0 0 0 1px rgba(255, 255, 255, 0.7); }
        .bar::after { content: "↔"; position: absolute; left: -1px; top: calc(50% - 13px);
          width: 26px; height: 26px; border-radius: 50%; background: #0b6e5f; color: white;
          font-size: 14px; line-height: 26px; text-align: center; }
        .bar:focus-visible::after { box-shadow: 0 0 0 3px #e69f00; }
        @media (max-width: 1150px) {
          .slot, .track, .head { width: 100%; }
          .slot, .track { bottom: auto; height: calc(50% - 44px); }
          .slot.right { left: 0; top: calc(50% + 44px); }
          .head.right { left: 0; top: calc(50% + 6px); }
        }
        """
    ]
