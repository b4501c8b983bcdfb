"""A class opens the page together and edits: ``python benchmarks/load.py --people 30 --minutes 5``.

Each person is a websocket that does what a browser does to a server: it loads the page and its
scripts, takes the document, tells that it is drawn, types values of ε_max, and reads what comes
back. What no server sees is left out: drawing. The total of all regions that comes back is compared
with the model run apart, so an answer that belongs to somebody else's scenario is counted.

Prints a JSON line for each wave: all people open at the same moment, edit, and leave.
"""

import argparse
import asyncio
import json
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

from explorer import open_scene, preset, run
from explorer.scene.demo import demo_scene_path
from explorer.tables.periods import Period

PATIENCE = 120.0  # s; what takes longer is an error
THINKING = 5.0  # s between two edits of one person, on average; from 0.4 to 1.6 of it
VALUES = (0.5, 1.5)  # of epsilon_max.EBF
SAME = 1e-3  # Tg C; the next value of anybody else is 0.02 away, and fields have 32 bits
REST = 2.0  # s
LEFT = 12.0  # s after which a server has let go of pages that were closed
SCRIPTS = re.compile(r'<(?:script[^>]* src|link[^>]* href)="(?!https?:|data:)([^"]+)"')
TOKEN = re.compile(r'"token":"([^"]+)"')
SHOWN = Period(7)  # what a page shows when it is opened
TOTAL = re.compile(r'data-region="all".*?data-tg="([-0-9.]+)"', re.DOTALL)


@dataclass
class Seen:
    """What one person saw."""

    page: float = 0.0  # s until the page's source was there
    opened: float = 0.0  # s until the whole document was there
    edits: list[float] = field(default_factory=list)  # ms from a value to its totals
    models: int = 0  # that the document has
    foreign: int = 0  # answers that are not of the scenario asked for
    errors: list[str] = field(default_factory=list)


class Person:
    """One open page, without a browser."""

    def __init__(
        self, address: str, expected: "Expected", number: int, thinking: float = THINKING
    ) -> None:
        self.thinking = thinking
        self.address, self.expected, self.number = address, expected, number
        self.seen = Seen()
        self._socket: WebSocketClientConnection | None = None
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reading: asyncio.Task | None = None
        self._entry = ""
        self._count = 0

    async def open(self) -> None:
        """Load the page and take its document."""
        start = time.perf_counter()
        client = AsyncHTTPClient()
        page = (await self._get(client, "/")).decode()
        self.seen.page = time.perf_counter() - start
        for script in SCRIPTS.findall(page):
            await self._get(client, "/" + script.lstrip("./"))
        token = TOKEN.search(page)
        if token is None:
            raise ValueError("the page holds no token")
        url = self.address.replace("http", "ws", 1) + "/ws"
        self._socket = await websocket_connect(
            url, subprotocols=["bokeh", token[1]], max_message_size=100_000_000
        )
        self._reading = asyncio.create_task(self._read_all())
        await self._receive()  # that the server is there
        await self._send("PULL-DOC-REQ", {})
        while (message := await self._receive())["type"] != "PULL-DOC-REPLY":
            pass
        self._entry = entry_in(message["content"], "entry-epsilon_max-EBF") or ""
        self.seen.models = sum("attributes" in one for one in objects_in(message["content"]))
        await self._tell("document_ready")
        while not self._entry:
            # The page was served before the scene was open, and is being filled.
            message = await self._receive()
            self._entry = entry_in(message["content"], "entry-epsilon_max-EBF") or ""
        self.seen.opened = time.perf_counter() - start

    async def work(self, seconds: float) -> None:
        """Edit until the time is over, thinking between."""
        rng = random.Random(self.number)
        deadline = time.monotonic() + seconds
        await asyncio.sleep(rng.uniform(0, 2 * self.thinking))
        while time.monotonic() < deadline:
            await self._edit(round(rng.uniform(*VALUES), 4))
            await self._rest(rng.uniform(0.4, 1.6) * self.thinking)

    def leave(self) -> None:
        """Close the page."""
        if self._reading is not None:
            self._reading.cancel()
        if self._socket is not None:
            self._socket.close()

    async def _edit(self, value: float) -> None:
        start = time.perf_counter()
        change = {
            "kind": "ModelChanged", "model": {"id": self._entry}, "attr": "value",
            "new": str(value),
        }  # fmt: skip
        await self._send("PATCH-DOC", {"events": [change]})
        while True:
            message = await self._receive()
            if message["type"] == "ERROR":
                raise ValueError(message["content"].get("text", "an error"))
            total = total_in(message["content"])
            if total is not None:
                break
        self.seen.edits.append(1e3 * (time.perf_counter() - start))
        self.seen.foreign += abs(total - self.expected.total(value)) > SAME

    async def _rest(self, seconds: float) -> None:
        """Read what else comes, as a browser does."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(self._receive(), left)
            except TimeoutError:
                return

    async def _get(self, client: AsyncHTTPClient, path: str) -> bytes:
        answer = await client.fetch(
            self.address + path, request_timeout=PATIENCE, connect_timeout=PATIENCE
        )
        return answer.body

    async def _tell(self, event: str) -> None:
        values = {"type": "map"}
        told = {
            "kind": "MessageSent", "msg_type": "bokeh_event",
            "msg_data": {"type": "event", "name": event, "values": values},
        }  # fmt: skip
        await self._send("PATCH-DOC", {"events": [told]})

    async def _send(self, kind: str, content: dict) -> None:
        self._count += 1
        header = {"msgid": f"{self.number}-{self._count}", "msgtype": kind}
        for part in (header, {}, content):
            await self._socket.write_message(json.dumps(part))

    async def _receive(self) -> dict[str, Any]:
        message = await asyncio.wait_for(self._messages.get(), PATIENCE)
        if message["type"] == "CLOSED":
            raise ConnectionError("the server closed the page")
        return message

    async def _read_all(self) -> None:
        """Read messages as they come: each is several parts, which must not be torn apart."""
        parts: list[str | bytes] = []
        wanted = 3  # header, metadata, content
        while (part := await self._socket.read_message()) is not None:
            parts.append(part)
            if len(parts) == 1:
                header = json.loads(part)
                wanted = 3 + 2 * header.get("num_buffers", 0)
            if len(parts) == wanted:
                message = {"type": header["msgtype"], "content": json.loads(parts[2])}
                self._messages.put_nowait(message)
                parts = []
        self._messages.put_nowait({"type": "CLOSED", "content": {}})


class Expected:
    """Totals of all regions by epsilon_max.EBF, from the model run apart: they are linear in it."""

    def __init__(self, scene: Path) -> None:
        opened = open_scene(scene)
        low, high = (
            run(opened, preset("ci2").with_values({"epsilon_max.EBF": value})).totals
            for value in VALUES
        )
        self._low, self._high = (totals.total("nep", SHOWN, "all") for totals in (low, high))

    def total(self, value: float) -> float:
        """Return the total of a value, [Tg C month-1]."""
        share = (value - VALUES[0]) / (VALUES[1] - VALUES[0])
        return self._low + share * (self._high - self._low)


def objects_in(content: Any) -> list[dict]:
    """Return every object of a message, however deep."""
    found, left = [], [content]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            found.append(one)
            left += one.values()
        elif isinstance(one, list):
            left += one
    return found


def entry_in(content: Any, css_class: str) -> str | None:
    """Return the id of what holds the value of the control with a style class."""
    for one in objects_in(content):
        attributes = one.get("attributes")
        if isinstance(attributes, dict) and css_class in (attributes.get("css_classes") or ()):
            return attributes["data"]["id"]
    return None


def total_in(content: Any) -> float | None:
    """Return the total of all regions, if a message tells it."""
    for one in objects_in(content):
        for text in one.values():
            if isinstance(text, str) and "data-tg" in text:
                found = TOTAL.search(unescape(text))
                if found:
                    return float(found[1])
    return None


def resident_mb(pid: int) -> float:
    """Resident memory of a process, [MB]."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1e3
    raise RuntimeError("no VmRSS")


def processor_seconds(pid: int) -> float:
    """Processor time of a process so far, [s]."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


@asynccontextmanager
async def serving(scene: Path, arguments: list[str]) -> AsyncIterator[tuple[str, int]]:
    """Serve a scene; give the address and the process once the page of the whole is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "explorer", "serve", str(scene), "--no-open", *arguments]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen([*command, "--port", str(port)], stdout=quiet, stderr=quiet)
    try:
        address = f"http://127.0.0.1:{port}"
        await _until_served(address)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(30)


async def _until_served(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            await AsyncHTTPClient().fetch(address, request_timeout=PATIENCE)
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)


async def _until_at_rest(pid: int) -> None:
    """Wait until the server does nothing: it may be making pages ahead."""
    while True:
        used = processor_seconds(pid)
        await asyncio.sleep(REST)
        if processor_seconds(pid) - used < 0.1 * REST:
            return


async def wave(
    address: str, pid: int, expected: Expected, people: int, seconds: float
) -> dict[str, Any]:
    """Have so many people open the page at once, edit for a while, and leave."""
    thinking = min(THINKING, seconds / 4)  # in a short wave, too, everyone edits
    everyone = [Person(address, expected, number, thinking) for number in range(people)]
    before, used = resident_mb(pid), processor_seconds(pid)
    start = time.perf_counter()
    await _together(everyone, [person.open() for person in everyone])
    all_open, used_to_open = time.perf_counter() - start, processor_seconds(pid) - used
    there = [person for person in everyone if not person.seen.errors]
    used = processor_seconds(pid)
    await _together(there, [person.work(seconds) for person in there])
    used_to_edit = processor_seconds(pid) - used
    peak = resident_mb(pid)
    for person in everyone:
        person.leave()
    await asyncio.sleep(min(LEFT, seconds))
    seen = [person.seen for person in everyone]
    edits = sorted(ms for one in seen for ms in one.edits)
    errors = [error for one in seen for error in one.errors]
    return {
        "people": people,
        "opened": len(there),
        "all_open_s": round(all_open, 2),
        "page_median_s": round(statistics.median(one.page for one in seen), 2),
        "opened_median_s": round(statistics.median(one.opened for one in seen), 2),
        "server_s_a_page": round(used_to_open / people, 3),
        "models": max(one.models for one in seen),
        "edits": len(edits),
        "edit_median_ms": round(statistics.median(edits), 1) if edits else None,
        "edit_p95_ms": round(edits[int(0.95 * len(edits))], 1) if edits else None,
        "edit_max_ms": round(edits[-1], 1) if edits else None,
        "server_ms_an_edit": round(1e3 * used_to_edit / max(len(edits), 1), 1),
        "foreign": sum(one.foreign for one in seen),
        "errors": len(errors),
        "error": errors[0] if errors else None,
        "mb_before": round(before),
        "mb_open": round(peak),
        "mb_after": round(resident_mb(pid)),
    }


async def _together(people: list[Person], doing: list) -> None:
    """Await what each person does; what ends in an error is noted with the person."""
    for person, outcome in zip(
        people, await asyncio.gather(*doing, return_exceptions=True), strict=True
    ):
        if isinstance(outcome, BaseException):
            person.seen.errors.append(repr(outcome))


async def measure(
    scene: Path, people: int, seconds: float, waves: int, arguments: list[str]
) -> list[dict[str, Any]]:
    """Serve the scene, and return what each wave saw."""
    AsyncHTTPClient.configure(None, max_clients=2 * people + 2)
    expected, rows = Expected(scene), []
    async with serving(scene, arguments) as (address, pid):
        await _warm(address, expected)
        for number in range(1, waves + 1):
            await _until_at_rest(pid)
            rows.append({"wave": number} | await wave(address, pid, expected, people, seconds))
            print(json.dumps(rows[-1]), flush=True)
    return rows


async def _warm(address: str, expected: Expected) -> None:
    """Let one person open the page first: what all share is made for the first of them."""
    first = Person(address, expected, -1)
    await first.open()
    await first._edit(VALUES[0])
    first.leave()


def main() -> None:
    """Read the options, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--waves", type=int, default=2)
    parser.add_argument("--scene", type=Path, default=demo_scene_path())
    chosen, arguments = parser.parse_known_args()
    seconds = 60 * chosen.minutes
    asyncio.run(measure(chosen.scene, chosen.people, seconds, chosen.waves, arguments))


if __name__ == "__main__":
    main()
