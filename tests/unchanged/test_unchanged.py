"""Numbers, links and files of earlier versions: what they gave then they give now.

The numbers beside this file are written down when results change on purpose (``record.py``).
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from record import HERE, numbers, real_scene
from shapely.geometry import box

from explorer import View, preset
from explorer.pipeline import open_scene
from explorer.scene.shapes.shape import shape_of
from explorer.session.files import scenarios_from_json
from explorer.session.link import from_token

# Sums of thousands of float32 cells, whose last bits differ between kinds of processors.
RELATIVE = 1e-6
ABSOLUTE = 1e-5

WARM = preset("ci1").with_values(
    {"epsilon_max.EBF": 1.234, "delta_t": 1.5, "rh_rule": "capped"}
).named("warm")  # fmt: skip
THIRSTY = preset("epsilon").with_values({"w_min": 0.25})


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield every number and text of a nested table, with where it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}/{number}")
    else:
        yield path, value


def assert_unchanged(found: dict, path: Path) -> None:
    expected = dict(leaves(json.loads(path.read_text())))
    got = dict(leaves(found))
    assert got.keys() == expected.keys()
    numeric = {key for key, value in expected.items() if isinstance(value, int | float)}
    for key in expected.keys() - numeric:
        assert got[key] == expected[key], key
    for key in numeric:
        assert got[key] == pytest.approx(expected[key], rel=RELATIVE, abs=ABSOLUTE), key


def test_totals_of_the_demonstration_scene_are_unchanged():
    assert_unchanged(numbers(open_scene("demo")), HERE / "demo.json")


@pytest.mark.real
def test_totals_of_the_real_scene_are_unchanged(real_data):
    assert_unchanged(numbers(real_scene()), HERE / "real.json")


def test_link_of_version_1_with_every_field_still_opens():
    link = from_token((HERE / "link_v1.txt").read_text().strip())
    assert link.scenario == WARM
    assert link.other == THIRSTY
    assert link.view == View(
        page="compare",
        view_mode="months",
        compare_mode="percent",
        variable="npp",
        yearly=True,
        step=3,
        region="my place",
        shapes=(
            shape_of([box(100.0, 30.0, 104.5, 33.25)], "my place", "drawn"),
            shape_of([box(110.0, 25.0, 112.0, 27.0)], "東北", "file"),
        ),
        tapped=4711,
        tower="CN-Ha2",
        window=(-1e6, 2e6, 1.5e6, 4e6),
    )


def test_scenario_file_of_version_1_still_opens():
    found = scenarios_from_json((HERE / "scenarios_v1.json").read_bytes())
    assert found == [WARM, THIRSTY.named("thirsty")]
