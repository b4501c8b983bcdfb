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
    people, seconds, waves = (30, 300.0, 2) if real else (2, 4.0, 1)

    def both() -> list[list[dict]]:
        """Return the waves of pages made when they are asked for, and of pages made ahead."""
        return [
            asyncio.run(measure(scene_path, people, seconds, waves, arguments))
            for arguments in ([], ["--ahead", str(people)])
        ]

    asked, ahead = benchmark.pedantic(both, rounds=1)
    for row in (*asked, *ahead):
        assert (row["opened"], row["errors"], row["foreign"]) == (people, 0, 0), row
        assert row["edits"] >= people
    # A session that is made twice costs twice, and a page that grew is seen here first.
    assert asked[0]["models"] <= 450
    assert ahead[0]["server_s_a_page"] < asked[0]["server_s_a_page"] / 2
    for way, rows in (("asked", asked), ("ahead", ahead)):
        benchmark.extra_info.update({f"{way}: {name}": rows[-1][name] for name in FIGURES})
