"""A mend of a known fault in Panel's server, until it is mended there.

While the document of a page is locked, Panel 1.9 queues what is to be sent, and a task writes the
queue. What is queued while such a task waits for its writes is left there: when the task ends it
says that nothing is queued, and the next task believes it. The browser is not told, until
something else changes (or ever: a title, a result, an address). Here the queue is looked at again.

The names are internal to versions of Panel. Where one is missing, all stays as it was.
"""

from collections.abc import Awaitable, Callable

from bokeh.document import Document
from panel.io import document as sender

USED = ("_dispatch_msgs", "_dispatch_write_task", "_WRITE_MSGS", "_WRITE_BLOCK")


def send_all() -> bool:
    """Have all that is queued sent, for the whole process; False where it does not fit."""
    if not all(hasattr(sender, name) for name in USED):
        return False
    if sender._dispatch_msgs.__module__ != __name__:
        sender._dispatch_msgs = _until_none_is_left(sender._dispatch_msgs)
    return True


def _until_none_is_left(
    write: Callable[[Document], Awaitable[None]],
) -> Callable[[Document], Awaitable[None]]:
    """Return a task that writes a document's queue, and what was queued meanwhile."""

    async def write_all(document: Document) -> None:
        await write(document)
        # A queue without the mark is one that no task will write.
        if document in sender._WRITE_MSGS and document not in sender._WRITE_BLOCK:
            sender._WRITE_BLOCK[document] = True
            sender._dispatch_write_task(document, write_all, document)

    return write_all
