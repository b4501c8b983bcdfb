"""Uploads: a button for files whose size is limited in the browser, and here."""

from typing import Any

import panel_material_ui as pmui

PIECE = 1_000_000  # bytes sent at once: the server reads no message of others meanwhile
MOST_FILES = 100


class Upload(pmui.FileInput):
    """A button that takes files of at most ``max_total_file_size`` bytes together.

    The browser refuses larger ones. What sends pieces and is no browser is held to the same limit,
    and to the number of files.
    """

    def __init__(self, *, most_bytes: int, **params: Any) -> None:
        super().__init__(
            max_file_size=most_bytes, max_total_file_size=most_bytes, chunk_size=PIECE,
            size="small", **params,
        )  # fmt: skip
        self._taken = 0

    def _handle_msg(self, msg: Any) -> None:
        status = msg.get("status") if isinstance(msg, dict) else None
        if status == "upload_event":
            self._taken += len(msg["data"])
            files = len({*self._file_buffer, msg["name"]}) + len(self._buffer)
            if self._taken > self.max_total_file_size or files > MOST_FILES:
                self._drop()
                self._send_msg({"status": "error", "error": "more than may be uploaded"})
                return
        super()._handle_msg(msg)
        if status != "upload_event":
            self._drop()

    def _drop(self) -> None:
        self._taken = 0
        self._file_buffer.clear()
        self._buffer.clear()
