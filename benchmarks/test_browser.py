"""(c) Key press to new pixels in a real browser, (e) command to first map, (f) memory."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import TimeoutError, sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

DRAWN = """() => {
    const models = [...(window.Bokeh?.documents?.[0]?._all_models?.values() ?? [])];
    const image = models.find(m => m.type === 'GlyphRenderer' && m.glyph.type === 'Image');
    const figure = models.find(m => m.type === 'Figure'
        && m.renderers.some(r => r.glyph?.type === 'Image'));
    // A property that was never set raises when it is read.
    try { return !!image && figure.inner_width > 100; } catch { return false; }
}"""

# Notes, for every new picture of the map: when the last key or pointer event came, the milliseconds
# from there to the second frame after the new data (by then the new pixels are on the screen), and
# how many pixels the picture has.
WATCH = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    // All of them: that of an overview may live a while after the whole has taken its place.
    const images = models.filter(m => m.type === 'GlyphRenderer' && m.glyph.type === 'Image');
    window.taken = [];
    let moved = 0;
    for (const kind of ['keydown', 'pointermove', 'pointerup'])
        document.addEventListener(kind, () => { moved = performance.now(); }, true);
    for (const image of images) image.data_source.properties.data.change.connect(() => {
        const start = moved;
        const [rows, columns] = image.data_source.data.image[0].shape;
        requestAnimationFrame(() => requestAnimationFrame(
            () => window.taken.push([start, performance.now() - start, rows * columns])));
    });
}"""


def resident_gb(pid: int) -> float:
    """Resident memory of a process, [GB]."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1e6
    raise RuntimeError("no VmRSS")


@pytest.fixture(scope="module")
def served(scene_path):
    """A served scene: address, process, seconds from the command to the first map."""
    find = [sys.executable, ROOT / "tests" / "ui" / "find_browser.py"]
    browser_path = subprocess.run(find, capture_output=True, text=True, check=True).stdout.strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        start = time.perf_counter()
        command = [sys.executable, "-m", "explorer", "serve", str(scene_path), "--no-open"]
        server = subprocess.Popen([*command, "--port", str(port)])
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            page.goto(url)
            page.wait_for_function(DRAWN, timeout=120_000)
            yield browser, page, url, server, time.perf_counter() - start
        finally:
            server.terminate()
            server.wait(30)
            browser.close()


def test_command_to_first_map(benchmark, served):
    *_, server, seconds = served
    benchmark.pedantic(lambda: None, rounds=1)
    benchmark.extra_info.update(seconds=seconds, process_gb=resident_gb(server.pid))


def figures(taken: list[list[float]]) -> dict[str, float]:
    """Median and 95th percentile of the first picture after each event, and of the last."""
    pictures = [[ms for start, ms, _ in taken if start == event] for event in {t[0] for t in taken}]
    first, last = (np.array([pick(times) for times in pictures]) for pick in (min, max))
    return {
        "first_picture_median_ms": float(np.median(first)),
        "first_picture_p95_ms": float(np.percentile(first, 95)),
        "sharp_picture_median_ms": float(np.median(last)),
        "sharp_picture_p95_ms": float(np.percentile(last, 95)),
        "events": len(pictures),
        "fewest_pixels": int(min(pixels for *_, pixels in taken)),
        "most_pixels": int(max(pixels for *_, pixels in taken)),
    }


def whole_is_shown(page, real: bool) -> None:
    """Wait until an overview, if one was shown first, has given way to the whole scene."""
    if not real:  # a small scene has none
        page.wait_for_timeout(1500)
        return
    reading = page.get_by_text("reading every cell")
    try:
        reading.wait_for(timeout=10_000)  # the note comes a moment after the overview
    except TimeoutError:
        pass  # there was no overview, or the whole is there already
    reading.wait_for(state="detached", timeout=300_000)
    page.wait_for_function(DRAWN, timeout=120_000)
    page.wait_for_selector("text=computing every cell", state="hidden", timeout=120_000)
    page.wait_for_timeout(8000)  # the last parts of the page are still being made


@pytest.mark.parametrize("control", ["slider", "entry"])
def test_key_press_to_new_pixels(benchmark, served, real, rounds, control):
    """A slider moved by keys, and an entry typed and left."""
    _, page, *_ = served
    whole_is_shown(page, real)
    page.evaluate(WATCH)
    box = page.locator(".entry-epsilon_max-EBF input")
    slider = page.locator(".slider-epsilon_max-EBF input[type=range]")
    for number in range(rounds):
        before = page.evaluate("window.taken.length")
        if control == "slider":
            slider.focus()
            slider.press("ArrowRight")
        else:
            box.fill(f"{0.9 + number * 0.001:.3f}")
            box.press("Enter")
        page.wait_for_function("before => window.taken.length > before", arg=before)
        page.wait_for_timeout(600)
    benchmark.pedantic(lambda: None, rounds=1)
    benchmark.extra_info.update(control=control, **figures(page.evaluate("window.taken")))


def test_drag_to_new_pixels(benchmark, served, real, rounds):
    """A slider dragged by the pointer: a move, a picture, a move; released at the end."""
    _, page, *_ = served
    whole_is_shown(page, real)
    page.evaluate(WATCH)
    handle = page.locator(".slider-epsilon_max-EBF .MuiSlider-thumb").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for number in range(rounds):
        before = page.evaluate("window.taken.length")
        page.mouse.move(x + (4 if number % 2 else -4), y)
        page.wait_for_function("before => window.taken.length > before", arg=before)
        page.wait_for_timeout(20)  # a hand does not rest: less than makes the picture sharp
    moved = page.evaluate("window.taken")
    page.mouse.up()
    benchmark.pedantic(lambda: None, rounds=1)
    benchmark.extra_info.update(**figures(moved))


def test_memory_of_further_sessions(benchmark, served, real):
    browser, _, url, server, _ = served
    count, shared = (5, 2) if real else (1, 1)

    def opened_and_closed(pages: int) -> tuple[float, float]:
        """Memory with some pages open, and when their sessions have ended."""
        made = [browser.new_page() for _ in range(pages)]
        for page in made:
            page.goto(url)
            page.wait_for_function(DRAWN, timeout=60_000)
            page.wait_for_timeout(
                2000 if real else 100
            )  # the last parts of the page are still being made
        opened = resident_gb(server.pid)
        for page in made:
            page.close()
        time.sleep(20 if real else 1)  # sessions end a while after their page is closed
        return opened, resident_gb(server.pid)

    _, before = opened_and_closed(shared)  # what all sessions share is made for the first of them
    opened, closed = opened_and_closed(count)
    _, again = opened_and_closed(count)  # Python keeps freed memory: does it use it again?
    benchmark.pedantic(lambda: None, rounds=1)
    benchmark.extra_info.update(
        process_gb=before,
        mb_per_session=(opened - before) * 1e3 / count,
        mb_left_after_closing=(closed - before) * 1e3 / count,
        mb_more_after_as_many_again=(again - closed) * 1e3 / count,
    )
