"""(g) A class opens the page together and edits; a small one in every test."""

import asyncio

from load import measure

FIGURES = (
    "people",
    "all_open_s",
    "server_s_a_page",
    "edit_median_ms",
    "edit_p95_ms",
    "mb_open",
    "mb_after",
)


def test_class(benchmark, scene_path, real):
    people, seconds, waves = (30, 300.0, 2) if real else (3, 4.0, 1)
    rows = benchmark.pedantic(
        lambda: asyncio.run(measure(scene_path, people, seconds, waves, [])), rounds=1
    )
    for row in rows:
        assert (row["opened"], row["errors"], row["foreign"]) == (people, 0, 0), row
        assert row["edits"] >= people
    # A session that is made twice costs twice, and a page that grew is seen here first.
    assert rows[0]["models"] <= 450
    benchmark.extra_info.update({name: rows[-1][name] for name in FIGURES})
