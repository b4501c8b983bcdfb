"""A lost server, and what goes wrong in the browser, are told to the person; the page comes back.

All of it runs in the browser, which is alone then. The address of the page follows every edit, and
the browser has stored what no address holds, so loading it again brings back what was seen.
"""

from bokeh.document import Document
from bokeh.events import ConnectionLost, DocumentReady
from bokeh.models import CustomJS

ASK_EVERY = 2_000  # ms between two questions whether the server answers again
ASKED_FOR = "static/js/bokeh.min.js"  # a file that costs the server nothing to tell of

_BANNER = """
const told = (id, title, text, buttons) => {
    document.getElementById(id)?.remove();
    const box = document.createElement("div");
    box.id = id;
    box.className = "nep-banner";
    box.setAttribute("role", "alert");
    const words = document.createElement("div");
    const head = document.createElement("b");
    head.textContent = title;
    const why = document.createElement("p");
    why.textContent = text;
    words.append(head, why);
    box.append(words);
    for (const [label, act] of buttons) {
        const button = document.createElement("button");
        button.textContent = label;
        button.addEventListener("click", () => act(box));
        box.append(button);
    }
    document.body.append(box);
};
"""

_LOST = (
    _BANNER
    + """
if (window.nep_leaves || document.getElementById("nep-lost")) return;
told("nep-lost", "The server does not answer.",
    "What you see is as it was, but nothing follows any more. This page asks again every few "
    + "seconds, and comes back as it was as soon as there is an answer. If nep-explorer runs on "
    + "this computer, start it again with the same --port.",
    [["Ask now", () => ask()]]);
const ask = async () => {
    try {
        await fetch(asked_for, {method: "HEAD", cache: "no-store"});
    } catch {
        return false;
    }
    location.reload();
    return true;
};
const again = async () => { if (!await ask()) setTimeout(again, every); };
setTimeout(again, every / 4);
"""
)

_RAISED = (
    _BANNER
    + """
if (window.nep_listens) return;
window.nep_listens = true;
window.addEventListener("beforeunload", () => {
    window.nep_leaves = true;
    setTimeout(() => { window.nep_leaves = false; }, 3000);  // a download does not leave the page
});
const failed = (what) => {
    const text = String(what?.message ?? what ?? "");
    if (text.startsWith("ResizeObserver loop")) return;  // a notice, nothing is lost
    told("nep-raised", "Something went wrong in this page.",
        `${text.slice(0, 300)} — what you see may not follow. Load the page again: it comes back `
        + "as it was.",
        [["Load again", () => location.reload()], ["Dismiss", (box) => box.remove()]]);
};
window.addEventListener("error", (event) => failed(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => failed(event.reason));
"""
)

CSS = """
.nep-banner { position: fixed; left: 50%; top: 12px; transform: translateX(-50%); z-index: 1500;
  width: min(720px, 92vw); display: flex; gap: 12px; align-items: center; padding: 10px 16px;
  border-radius: 6px; background: #8c1d18; color: #fff; font: 14px/1.4 sans-serif;
  box-shadow: 0 4px 16px rgba(0, 0, 0, 0.35); }
.nep-banner p { margin: 2px 0 0; overflow-wrap: anywhere; }
.nep-banner button { font: inherit; color: #8c1d18; background: #fff; border: 0; cursor: pointer;
  border-radius: 4px; padding: 6px 12px; white-space: nowrap; }
.nep-banner button:focus-visible { outline: 3px solid #ffd180; outline-offset: 2px; }
"""


def tell_of_the_connection(document: Document | None) -> None:
    """Let the page of a session say that its server is lost, or that its scripts failed."""
    if document is None:
        return
    # Ours says what to do; Bokeh's would say only that the connection was lost.
    document.config.update(notify_connection_status=False, reconnect_session=False)
    arguments = {"asked_for": ASKED_FOR, "every": ASK_EVERY}
    document.js_on_event(ConnectionLost, CustomJS(args=arguments, code=_LOST))
    document.js_on_event(DocumentReady, CustomJS(code=_RAISED))
