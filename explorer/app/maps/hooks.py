"""Hooks that HoloViews calls with a plot, without keeping alive whose methods they are."""

from collections.abc import Callable
from weakref import WeakMethod


def weakly(method: Callable) -> Callable:
    """Return a hook for a bound method.

    HoloViews keeps the options of an element, hooks among them, for the process until the element
    is gone; a hook that leads back to its element would keep both, and the session, for ever.
    """
    reference = WeakMethod(method)

    def hook(plot, element) -> None:
        alive = reference()
        if alive is not None:
            alive(plot, element)

    return hook
