"""A mend of a known fault in the browser's libraries, until it is mended there.

A plot in a tab that has just been opened can be measured before it was laid out; BokehJS 3.9 then
raises "Cannot read properties of undefined (reading 'top_panel')" and what was to be drawn next is
not drawn (https://github.com/panel-extensions/panel-material-ui/issues/548). Here it is laid out
first.
"""

from bokeh.document import Document
from bokeh.events import DocumentReady
from bokeh.models import CustomJS

_CODE = """
const prototype = Bokeh.require("models/plots/plot_canvas").PlotView.prototype;
if (!prototype.lays_out_before_it_measures) {
    prototype.lays_out_before_it_measures = true;
    for (const name of ["_measure_layout", "_after_layout"]) {
        const original = prototype[name];
        prototype[name] = function() {
            if (this.layout == null) this.update_layout();
            original.call(this);
        };
    }
}
"""


def mend(document: Document | None) -> None:
    """Let the plots of a session's page be laid out before they are measured."""
    if document is not None:
        document.js_on_event(DocumentReady, CustomJS(code=_CODE))
