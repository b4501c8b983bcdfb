"""What is cached, in one table, and the one cache for all of it.

A system lists its own in a table beside its code (``systems/nep/caches.py``).
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Event, Lock, get_ident
from typing import Generic, NamedTuple, TypeVar

Value = TypeVar("Value")
Nothing = TypeVar("Nothing", bound=None)  # None where a value may fail to be made, else no type


class Limit(NamedTuple):
    """A row of ``CACHES``: how much is kept of something, and by what key."""

    what: str
    most: int | None
    key: str
    most_bytes: int | None = None
    room_first: bool = False  # the oldest goes before a new one is made, not after


CACHES: dict[str, Limit] = {
    "first_passes": Limit(
        "first passes; at 1 km for China each takes 1.8 GB",
        2, "the parameters that it depends on", room_first=True,
    ),
    "preset_totals": Limit("totals of published versions", None, "system and preset"),
    "references": Limit("sums of the reference products of a scene", None, "name"),
    "thin_scenes": Limit("thinned scenes, for previews", None, "system"),
    "prepared": Limit("what systems made of the inputs of a scene", 4, "system"),
    "screens": Limit("pixels of cells", 4, "scene and window"),
    "hovered": Limit("longitude, latitude and classes of pixels; 6 MB each", 4, "window"),
    "quick_pictures": Limit(
        "what a system redraws a picture from; 25 MB each at 960 x 720",
        6, "scene, window, and what the system says",
    ),
    "waterfall_sums": Limit("sums for a waterfall", 16, "parameters for epsilon_max = 1, shape"),
    "slopes": Limit("derivatives of a total", 16, "system, parameters, region or shape"),
    "compare_pictures": Limit("pictures of A and of B", 8, "parameters, scene, variable, window"),
    "covers": Limit("cells under shapes", 80, "outline and origin of the shape"),
    "outlines": Limit("shapes as maps draw them", 80, "outline and origin of the shape"),
    "joined_totals": Limit(
        "totals of regions and shapes: A, B, the presets, the edit before",
        8, "system, parameters, preview or not, shapes, variables",
    ),
    "matched": Limit("B in the terms of A, where they are of two systems", 2, "A and B, variable"),
    "positive_shares": Limit("where A and B are positive", 4, "scene, parameters, period"),
    "cell_series": Limit(
        "presets at the cell that was clicked last", 1, "system, variable, cell, year"
    ),
    "input_hashes": Limit("SHA-256 of the inputs of scenes, for the lineage", 8, "scene"),
}  # fmt: skip
"""Keys are values, or objects that the cache holds; never ``id()``, which is given out again."""


class Recent(Generic[Value]):
    """A cache that drops what was unused for longest; safe to share between threads.

    Parameters
    ----------
    most : int, optional
        Values kept; None for any number.
    most_bytes : int, optional
        Bytes kept, as ``size`` counts them; the newest stays, however large.
    size : callable, optional
        Bytes of a value.
    room_first : bool
        Drop the oldest before a new value is made, so that there are never more in memory.
    """

    def __init__(
        self,
        most: int | None = None,
        *,
        most_bytes: int | None = None,
        size: Callable[[Value], int] | None = None,
        room_first: bool = False,
    ) -> None:
        if most_bytes is not None and size is None:
            raise TypeError("most_bytes needs size")
        self.most, self.most_bytes, self.size, self.room_first = most, most_bytes, size, room_first
        self._lock = Lock()
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._making: dict[Hashable, _Making] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], Value | Nothing]) -> Value | Nothing:
        """Return the value of a key, made now if it is not known.

        When several threads ask for the same key, one makes the value and the others wait for it;
        other keys are not blocked. What ``make`` raises is raised here, and None is returned but
        not kept: then the next that waits makes the value.
        """
        while True:
            with self._lock:
                found = self._found(key)
                if found is not None:
                    return found
                making = self._making.get(key)
                if making is None:
                    making = self._making[key] = _Making()
                    if self.room_first:
                        self._shrink(room=len(self._making))
                    break
            if making.thread == get_ident():
                raise RuntimeError(f"the value of {key!r} needs itself")
            making.ended.wait()
        try:
            value = make()
            if value is not None:
                with self._lock:
                    if making.wanted:
                        self._values[key] = value
                        self._shrink()
            return value
        finally:
            with self._lock:
                del self._making[key]
            making.ended.set()

    def peek(self, key: Hashable) -> Value | None:
        """Return the value of a key, or None where it is not known."""
        with self._lock:
            return self._found(key)

    def drop(self, unwanted: Callable[[Hashable], bool] = lambda key: True) -> None:
        """Drop the values of some keys, or of all; those being made are not kept either."""
        with self._lock:
            for key in [key for key in self._values if unwanted(key)]:
                del self._values[key]
            for key, making in self._making.items():
                making.wanted = making.wanted and not unwanted(key)

    def _found(self, key: Hashable) -> Value | None:
        """Return the value of a key as the newest, or None; no value is None."""
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
        return found

    def _shrink(self, room: int = 0) -> None:
        """Drop the oldest until the limits hold, with room for some more."""
        values = self._values
        while self.most is not None and values and len(values) + room > self.most:
            values.popitem(last=False)
        if self.most_bytes is not None and self.size is not None:
            sizes = [self.size(value) for value in values.values()]
            while len(values) > 1 and sum(sizes) > self.most_bytes:
                values.popitem(last=False)
                del sizes[0]


class _Making:
    """A value that a thread is making."""

    def __init__(self) -> None:
        self.thread, self.ended, self.wanted = get_ident(), Event(), True


def recent(row: Limit, size: Callable[[Value], int] | None = None) -> Recent[Value]:
    """Return a new cache with the limits of a row, of ``CACHES`` or of a system's own table."""
    return Recent(row.most, most_bytes=row.most_bytes, size=size, room_first=row.room_first)
