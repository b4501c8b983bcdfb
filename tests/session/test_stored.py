"""What a browser stores of a session, and how it is read back: as little trusted as a link."""

import base64
import json
import zlib

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from explorer import preset
from explorer.errors import ParameterError
from explorer.scene.shapes.shape import MOST_CORNERS, MOST_SHAPES, Shape, exact_text, shape_of
from explorer.session import stored as stored_module
from explorer.session.stored import LONGEST_TEXT, Stored, from_text, in_words, to_text

MINE = preset("ci1").with_values({"epsilon_max.EBF": 1.2, "delta_t": 0.5}).named("mine")
RING = shapely.box(100.123456789, 30.1, 104.1 / 3 + 70, 34).difference(
    shapely.box(101, 31, 102, 32)
)
SHAPE = shape_of([RING, shapely.box(110, 30, 111, 31)], "with a hole, and an island", "drawn")
TOWERS = {"towers.csv": b"site,lon,lat\nCBS,128.1,42.4\n", "leaf.csv": bytes(range(256))}


def packed(written: object, head: str = "s1") -> str:
    text = zlib.compress(json.dumps(written).encode())
    return f"{head}.{base64.urlsafe_b64encode(text).decode().rstrip('=')}"


def test_everything_comes_back_to_the_last_digit():
    stored = Stored((MINE, preset("original").named("published")), (SHAPE,), TOWERS)
    text, left_out = to_text(stored)
    assert left_out == Stored()
    found, problems = from_text(text)
    assert problems == []
    assert found == stored
    assert shapely.equals_exact(found.shapes[0].polygons, SHAPE.polygons, tolerance=0)
    assert found.shapes[0].origin == "drawn"


def test_nothing_is_no_text():
    assert to_text(Stored()) == ("", Stored())
    assert from_text("") == (Stored(), [])


def test_shapes_are_written_where_a_page_has_it_done():
    """In another process: as one call of JSON, many corners let no other thread go on."""
    asked: list[tuple] = []

    def elsewhere(shapes: tuple) -> str:
        asked.append(shapes)
        return exact_text(shapes)

    stored = Stored(shapes=(SHAPE,))
    text, _ = to_text(stored, write_shapes=elsewhere)
    assert asked == [(SHAPE,)]
    assert from_text(text) == (stored, [])
    to_text(Stored(towers={"a.csv": b"1"}), write_shapes=elsewhere)
    assert len(asked) == 1


def test_files_that_can_never_be_stored_are_not_packed_first(monkeypatch):
    monkeypatch.setattr(stored_module, "LARGEST_FILES", 1_000)
    stored = Stored(towers={"a.csv": bytes(600), "b.csv": bytes(500)})  # would shrink to nothing
    assert to_text(stored) == ("", stored)


def test_what_is_too_large_is_left_out_and_told_towers_first():
    noise = np.random.default_rng(1).bytes(40_000)  # nothing makes it smaller
    angle = np.linspace(0, 2 * np.pi, 2_000, endpoint=False)
    ring = np.column_stack([105 + np.cos(angle), 35 + np.sin(angle)])
    round_one = shape_of([shapely.Polygon(ring)], "round", "file")
    stored = Stored((MINE,), (round_one,), {"noise.csv": noise})
    text, left_out = to_text(stored, longest=60_000)
    assert in_words(left_out) == "1 tower file"
    assert from_text(text)[0] == stored._replace(towers={})
    text, left_out = to_text(stored, longest=2_000)
    assert in_words(left_out) == "1 shape, 1 tower file"
    assert from_text(text)[0] == Stored((MINE,))
    assert to_text(stored, longest=10) == ("", stored)


def test_one_bad_part_does_not_take_the_others_along():
    whole = json.loads(zlib.decompress(base64.urlsafe_b64decode(
        (lambda packed: packed + "=" * (-len(packed) % 4))(
            to_text(Stored((MINE,), (SHAPE,), TOWERS))[0].partition(".")[2]
        )
    )))  # fmt: skip
    whole["scenarios"].insert(0, {"preset": "ci2", "changes": {"epsilon_max.EBF": 99}})
    whole["shapes"][0][2][0][0][0] = "west"
    whole["towers"]["broken.csv"] = "!!"
    found, problems = from_text(packed(whole))
    assert found == Stored((MINE,))
    told = " ".join(problems)
    for words in ("0.09 to 2.16", "cannot be read", "tower files"):
        assert words in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rubbish", "nothing of nep-explorer's"),
        ("s2.abc", "version '2'"),
        ("s１.abc", "nothing of"),
        ("s1.abc", "cannot be read"),
        ("s1.####", "cannot be read"),
        (packed([1, 2]), "no object"),
        ("s1." + "A" * LONGEST_TEXT, "more than"),
        (f"s1.{base64.urlsafe_b64encode(zlib.compress(bytes(40_000_000))).decode()}", "too large"),
        (packed({"scenarios": []})[:-6], "cannot be read"),
    ],
    ids=range(9),
)
def test_what_is_no_such_text_is_refused(text, told):
    with pytest.raises(ParameterError, match=told):
        from_text(text)


@pytest.mark.parametrize(
    "shapes",
    [
        [["a", "drawn", [[[100, 30, 101]]]]], [["a", "moon", [[[100, 30, 101, 30, 101, 31]]]]],
        [["a", "drawn", [[[1e999, 30, 101, 30, 101, 31]]]]], [["a", "drawn", []]], ["a"], [None],
        [["a", "drawn", [[[100, 95, 101, 95, 101, 96]]]]], [["a", "drawn", 5]],
        [["a", "drawn", [[[100.0, 30.0] * (MOST_CORNERS + 1)]]]],
        [["a", "drawn", [[[0, 0, 1, 0, 1, 1]]]]] * (MOST_SHAPES + 1),
    ],
    ids=range(10),
)  # fmt: skip
def test_shapes_that_are_none_are_told(shapes):
    found, problems = from_text(packed({"shapes": shapes}))
    assert found.shapes == ()
    assert len(problems) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
PARTS = st.fixed_dictionaries(
    {}, optional={name: JSON for name in ("scenarios", "shapes", "towers", "other")}
)


@given(PARTS | JSON)
def test_whatever_is_stored_is_read_or_refused(written):
    try:
        found, problems = from_text(packed(written))
    except ParameterError:
        return
    assert all(isinstance(shape, Shape) for shape in found.shapes)
    assert all(isinstance(problem, str) for problem in problems)
