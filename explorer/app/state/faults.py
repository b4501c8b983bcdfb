"""What went wrong on a page, as messages for the person who looks at it."""

import logging
import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import panel as pn
import param

from explorer.errors import ExplorerError

MOST = 4  # messages shown at once; the oldest goes
AN_INPUT = "The last input could not be followed"

Call = TypeVar("Call", bound=Callable[..., Any])


class Fault(NamedTuple):
    """What could not be done, and why."""

    what: str
    why: str


def reason(error: BaseException) -> str:
    """Return why: what was raised on purpose word for word, anything else as unexpected."""
    return str(error) if isinstance(error, ExplorerError) else f"unexpected: {error!r}"


class Faults(param.Parameterized):
    """The messages of a page, until they are dismissed.

    Only their text is stored: an exception refers to every array of the call that raised it.
    """

    shown = param.ClassSelector(class_=tuple, default=())

    def add(self, what: str, error: BaseException) -> None:
        """Show what could not be done; the same again is shown once."""
        fault = Fault(what, reason(error))
        self.shown = (*(other for other in self.shown if other != fault), fault)[-MOST:]

    def dismiss(self, fault: Fault) -> None:
        """Show a message no longer."""
        self.shown = tuple(other for other in self.shown if other != fault)

    def handle(self, error: BaseException) -> None:
        """Log and show what a handler of the page raised."""
        logging.getLogger(__name__).error("a handler of the page raised", exc_info=error)
        self.add(AN_INPUT, error)

    def catch(self) -> None:
        """Handle what any handler of the current session raises, see ``guarded``.

        Panel keeps the handler in a table of its own, so it must not refer to the page.
        """
        if pn.state.curdoc is not None:
            handle = weakref.WeakMethod(self.handle)

            def handle_if_alive(error: BaseException) -> None:
                alive = handle()
                if alive is None:
                    raise error
                alive(error)

            pn.config.exception_handler = handle_if_alive


def guarded(call: Call) -> Call:
    """Return a callback for Bokeh whose exceptions are shown on the page.

    Panel does this for its own callbacks. Without a session, as in tests, exceptions are raised.
    """

    @wraps(call)
    def guard(*arguments: Any, **named: Any) -> Any:
        try:
            return call(*arguments, **named)
        except Exception as error:
            handle = pn.config.exception_handler
            if handle is None:
                raise
            handle(error)

    return guard  # type: ignore[return-value]
