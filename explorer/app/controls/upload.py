"""Uploads: a button for files whose size is limited in the browser, and here."""

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

PIECE = 1_000_000  # bytes sent at once: the server reads no message of others meanwhile
MOST_FILES = 100
LONGEST_REASON = 500  # characters of what a browser says
EMPTY = "the file is empty: nothing was read"
TOO_MUCH = "more than may be uploaded"


class Upload(pmui.FileInput):
    """A button that takes files of at most ``max_total_file_size`` bytes together.

    The browser refuses larger ones. What sends pieces and is no browser is held to the same limit,
    and to the number of files. The button keeps its label: whether a file that came is also taken
    is said beside it.

    Parameters
    ----------
    most_bytes : int
    label : str
    refused : callable, optional
        Is told why nothing came of what was chosen: an empty file, or one that is too large.
    """

    def __init__(
        self,
        *,
        most_bytes: int,
        label: str = "Upload",
        refused: Callable[[str], None] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(
            max_file_size=most_bytes, max_total_file_size=most_bytes, chunk_size=PIECE,
            size="small", label=label, uploaded_label=label, **params,
        )  # fmt: skip
        self._taken = 0
        self._refused = refused
        self._is_refused = False  # what is coming, and so is not said to be empty besides

    def _handle_msg(self, msg: Any) -> None:
        status = msg.get("status") if isinstance(msg, dict) else None
        if status == "upload_event":
            self._taken += len(msg["data"])
            files = len({*self._file_buffer, msg["name"]}) + len(self._buffer)
            if self._taken > self.max_total_file_size or files > MOST_FILES:
                self._drop()
                self._send_msg({"status": "error", "error": TOO_MUCH})
                self._refuse(TOO_MUCH)
                return
        elif status == "error" and self._refused is not None:  # the browser refuses
            self._drop()
            self._refuse(str(msg.get("error", ""))[:LONGEST_REASON])
            self._is_refused = False
            return
        is_empty = status == "finished" and not self._buffer and not self._is_refused
        super()._handle_msg(msg)
        if status != "upload_event":
            self._drop()
            self._is_refused = False
        if is_empty:
            self._refuse(EMPTY)
            self._is_refused = False

    def _refuse(self, reason: str) -> None:
        self._is_refused = True
        if self._refused is not None:
            self._refused(reason)

    def _process_chunk(self, msg: dict[str, Any]) -> None:
        """Keep a piece, and put the file together once: Panel copies all of it with every piece."""
        name, total = msg["name"], msg["total_chunks"]
        file = self._file_buffer.setdefault(name, {"chunks": {}})
        file["chunks"][msg["chunk"]] = bytes(msg["data"])
        if len(file["chunks"]) == total:
            value = b"".join(file["chunks"][number] for number in range(1, total + 1))
            self._buffer.append(
                {"value": value, "filename": name, "mime_type": msg["mime_type"]}
            )  # fmt: skip
            del self._file_buffer[name]

    def _drop(self) -> None:
        self._taken = 0
        self._file_buffer.clear()
        self._buffer.clear()
