"""A link restores everything, and what is no good link is told and harms nothing."""

import base64
import json
import random
import string
import tracemalloc
import zlib
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from explorer.errors import ShareError
from explorer.scene.shapes.shape import MOST_LINKED_CORNERS, shape_of
from explorer.session.link import LONGEST_TOKEN, Link, from_token, linkable, plain, to_token
from explorer.session.view import View
from explorer.systems import SYSTEMS, preset
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.scenario import Scenario
from explorer.tables.classes import IGBP
from explorer.tables.parameter import names, row_of, words

SYSTEM = SYSTEMS["nep"]
PRESETS, CLASSES, NAMES = SYSTEM.presets, IGBP.names, names(NepParameters)
DEFAULT = Link(preset("ci2"), preset("original"), View())
FIELDS = {row.name: row for row in fields(View)}


def square(name: str, west: int, south: int, origin: str = "drawn", size: int = 15_001):
    corners = (part / 10_000 for part in (west, south, west + size, south + size))
    return shape_of([box(*corners)], name, origin)


rectangles = st.tuples(*[st.floats(-1e7, 1e7)] * 2, *[st.floats(1, 1e6)] * 2).map(
    lambda side: (side[0], side[1], side[0] + side[2], side[1] + side[3])
)
shape_lists = st.lists(
    st.tuples(
        st.sampled_from(["A", "東北", "<b>", "two words"]),
        st.integers(700_000, 1_300_000),
        st.integers(200_000, 500_000),
        st.sampled_from(["drawn", "file"]),
    ),
    max_size=3,
    unique_by=lambda row: row[0],
).map(lambda rows: tuple(square(*row) for row in rows))

# What a field may hold: an example of each kind, and the kind. A field of a new kind needs a row.
limits = st.tuples(
    st.text(max_size=20), st.booleans(), st.floats(-1e6, 0, width=32), st.floats(0.5, 1e6, width=32)
)
KINDS = [
    (None, st.none()),
    (True, st.booleans()),
    (12, st.integers(1, 12)),
    (10**9, st.integers(0, 10**9)),
    ("any text at all", st.text(max_size=200)),
    ((-1.0, 0.0, 2.5, 1e6), rectangles),
    ((square("x", 0, 0),), shape_lists),
    (("npp", True, -1.5, 2.0), limits),
]


def strategy_of(row) -> st.SearchStrategy:
    """Values that a field accepts: the words it names, else every kind that it takes."""
    if row.name == "variable":  # a link may only name those of its system
        return st.sampled_from(["", *SYSTEM.rows()])
    accepts = row.metadata["test"]
    choices = [word.strip(",") for word in row.metadata["expected"].split()]
    choices = [word for word in choices if accepts(word)]
    takes_any = accepts("any text at all")
    kinds = [kind for example, kind in KINDS if accepts(example)]
    return st.one_of(*kinds, *([st.sampled_from(choices)] if choices and not takes_any else []))


views = st.builds(View, **{name: strategy_of(row) for name, row in FIELDS.items()})


def value_of(name: str) -> st.SearchStrategy:
    row = row_of(NepParameters, name)
    choices = words(NepParameters).get(row.name)
    return st.sampled_from(choices) if choices else st.floats(*row.metadata["bounds"])


@st.composite
def scenarios(draw):
    changed = draw(st.lists(st.sampled_from(NAMES), max_size=12, unique=True))
    made = preset(draw(st.sampled_from(list(PRESETS))))
    made = made.with_values({name: draw(value_of(name)) for name in changed})
    printable = st.text(string.printable.strip() + "é中 ", min_size=1, max_size=60)
    label = draw(st.one_of(st.just(""), printable.filter(str.strip)))
    return made.named(label) if label else made


@given(st.builds(Link, scenarios(), scenarios(), views))
def test_everything_comes_back(link):
    assert from_token(to_token(link)) == link
    assert from_token("#" + to_token(link)) == link


@pytest.mark.parametrize("name", FIELDS)
@given(data=st.data())
def test_every_field_comes_back_alone(name, data):
    row = FIELDS[name]
    value = data.draw(strategy_of(row).filter(lambda value: value != row.default))
    view = View(**{name: value})
    found = from_token(to_token(DEFAULT._replace(view=view))).view
    assert getattr(found, name) == value
    assert found == view
    assert to_token(DEFAULT._replace(view=view)) != to_token(DEFAULT)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_comes_back(name):
    row = row_of(NepParameters, name)
    choices = words(NepParameters).get(row.name)
    old = DEFAULT.scenario.values()[name]
    value = next(word for word in choices if word != old) if choices else None
    if value is None:
        low, high = row.metadata["bounds"]
        value = low + (high - low) * 0.123456789
    link = DEFAULT._replace(other=preset("ci2").with_values({name: value}))
    assert from_token(to_token(link)).other.values()[name] == value


def test_defaults_take_no_room():
    assert len(to_token(DEFAULT)) < 20
    assert from_token(to_token(DEFAULT)) == DEFAULT


def test_two_whole_tables_fit_an_address(record_property):
    """Every ε_max of both scenarios changed to three decimals, and a view unlike the default."""
    rng = random.Random(2023)
    lengths = []
    for _ in range(200):
        pair = [
            preset("ci2").with_values(
                {f"epsilon_max.{name}": round(rng.uniform(0.09, 2.16), 3) for name in CLASSES}
            )
            for _ in range(2)
        ]
        view = View(page="compare", variable="npp", step=3, region="South", tapped=4711)
        lengths.append(len(to_token(Link(*pair, view))))
    record_property("token_lengths", f"{min(lengths)} to {max(lengths)}")
    assert max(lengths) < 380
    assert sum(lengths) / len(lengths) < 350


def test_token_can_stand_in_an_address():
    link = DEFAULT._replace(view=View(region="Ö&?#/ %", tapped=5))
    assert set(to_token(link)) <= set(string.ascii_letters + string.digits + "-_.")


def packed(written: object, head: str = "v1.") -> str:
    text = written if isinstance(written, bytes) else json.dumps(written).encode()
    return head + base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


GOOD = to_token(DEFAULT._replace(view=View(region="Somewhere else", step=3)))
PADDED = len(GOOD) - 7  # the last character before the checksum


@pytest.mark.parametrize("cut", range(len(GOOD)))
def test_cut_link_is_told(cut):
    with pytest.raises(ShareError):
        from_token(GOOD[:cut])


@pytest.mark.parametrize("place", range(3, len(GOOD) - 1))
def test_changed_link_is_told(place):
    other = "A" if GOOD[place] != "A" else "B"
    try:
        found = from_token(GOOD[:place] + other + GOOD[place + 1 :])
    except ShareError:
        return
    # The compressed text ends within a byte, whose last bits mean nothing.
    assert place == PADDED
    assert found == from_token(GOOD)


@given(st.text(max_size=300))
def test_any_text_is_read_or_told(text):
    for token in (text, f"v1.{text}", f"v2.{text}", f"v{text}"):
        with pytest.raises(ShareError):
            from_token(token)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abv"), json_values), json_values, json_values)
def test_any_content_is_read_or_told(written, one, other):
    contents = [written, one, {"v": {"window": one, "shapes": other}}, {"v": {"region": one}}]
    contents += [{"a": {"preset": "ci2", "changes": one, "name": other}}]
    contents += [{"a": {"preset": "ci1", "changes": {"w_min": one, "ci_scheme": other}}}]
    contents += [{"v": {name: one}} for name in FIELDS]
    for content in contents:
        try:
            link = from_token(packed(content))
        except ShareError as error:
            assert str(error)
        else:
            assert isinstance(link, Link)


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("", "not a nep-explorer link"),
        ("scroll-to-top", "not a nep-explorer link"),
        ("v3.abc", "newer version.*v3"),
        ("v999999999999999999.abc", "newer version"),
        ("v0.abc", "never was"),
        ("v1.!!!!", "cannot be read"),
        (GOOD[:-6], "cut or changed"),
        (packed(b"not json"), "no readable text"),
        (packed(b"[" * 100_000), "no readable text"),
        (packed([1]), "no object"),
        (packed({"x": 1}), "unknown entries .x."),
        (packed({"v": {"colour": "red"}}), "unknown here .colour..*newer"),
        (packed({"v": {"month": 0, "page": "x"}}), "(?s)page = 'x'.*step = 0"),
        (packed({"v": {"month": 13}}), "step = 13: expected 1 to 12"),
        (packed({"v": {"step": 13}}, "v2."), "step = 13: expected 1 to 12"),
        (packed({"v": {"variable": "gpp"}}, "v2."), "variable = 'gpp': expected one of .*nep, npp"),
        (packed({"v": {"year": 0}}, "v2."), "year = 0"),
        (
            packed({"a": {"preset": "ci2", "system": "moon"}}, "v2."),
            "A: system 'moon' is not known",
        ),
        (packed({"b": {"preset": "ci2", "system": "moon"}}, "v2."), "B: .*load its file first"),
        (packed({"v": {"tapped": -1}}), "tapped = -1"),
        (packed({"v": {"window": [1, 2, 0, 4]}}), "window"),
        (packed({"v": {"window": [1, 2, 1e999, 4]}}), "window"),
        (packed({"v": {"window": [1, 2, 10**400, 4]}}), "window"),
        (packed({"v": {"shapes": [["a", "drawn", [[[1]]]]]}}), "shape in the link"),
        (packed({"a": {"preset": "best"}}), "scenario A: unknown preset 'best'"),
        (packed({"a": {"preset": "ci2", "changes": {"epsilon_max.EBF": 99}}}), "0.09 to 2.16"),
        (packed({"b": {"preset": "ci2", "changes": {"w_min": float("nan")}}}), "B: w_min = nan"),
        (packed({"b": {"preset": "ci2", "name": "a\nb"}}), "scenario B: scenario name"),
        ("v1." + "A" * LONGEST_TOKEN, "at most 100000"),
    ],
)
def test_fault_is_named(token, told):
    with pytest.raises(ShareError, match=told):
        from_token(token)


def test_link_of_version_1_opens_what_it_said():
    content = {"a": {"preset": "ci1", "changes": {"w_min": 0.3}}, "v": {"month": 3, "yearly": True}}
    found = from_token(packed(content))
    assert found.scenario == preset("ci1").with_values({"w_min": 0.3})
    assert found.view == View(step=3, yearly=True)
    assert to_token(found).startswith("v2.")
    assert from_token(to_token(found)) == found


def test_link_of_version_1_without_a_variable_shows_the_headline():
    assert from_token(packed({"v": {"month": 2}})).view.variable == ""
    assert from_token(packed({"v": {"variable": "npp"}})).view.variable == "npp"


def test_link_restores_scenarios_of_another_system():
    other = replace(SYSTEM, name="other")
    pair = Scenario(SYSTEM, "ci2", NepParameters()), Scenario(other, "ci1", NepParameters())
    link = Link(*pair, View())
    assert from_token(to_token(link), {"nep": SYSTEM, "other": other}) == link
    with pytest.raises(ShareError, match="B: system 'other' is not known here"):
        from_token(to_token(link))


def test_all_faults_are_named_together():
    content = {"a": {"preset": "x"}, "b": {"preset": "y"}, "v": {"month": 0}}
    with pytest.raises(ShareError, match=r"(?s)A: .*'x'.*B: .*'y'.*step = 0"):
        from_token(packed(content))


def test_link_that_unpacks_to_gigabytes_is_not_unpacked():
    bomb = packed(b"[" + b"0," * 25_000_000 + b"0]")  # 50 MB in some 50 kB
    assert len(bomb) < LONGEST_TOKEN
    tracemalloc.start()
    with pytest.raises(ShareError, match="more than 1000000 bytes"):
        from_token(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def test_shape_with_too_many_corners_stays_at_home():
    circle = shape_of([Point(100, 30).buffer(3, quad_segs=1000)], "round", "file")
    assert circle.corners > MOST_LINKED_CORNERS
    view = View(shapes=(square("x", 1_000_000, 300_000), circle), region="round", step=2)
    kept, told = linkable(view)
    assert kept == replace(view, shapes=view.shapes[:1], region="all")
    assert told == ["shape round is left out: too many corners, or too small, for a link"]
    assert from_token(to_token(DEFAULT._replace(view=view))).view == kept


def test_shape_too_small_for_a_link_stays_at_home():
    speck = shape_of([box(100, 30, 100.00001, 30.00001)], "speck", "file")
    kept, told = linkable(View(shapes=(speck,)))
    assert kept.shapes == ()
    assert len(told) == 1


def test_plain_view_is_json():
    view = View(shapes=(square("x", 1_000_000, 300_000),), window=(0.0, 1.0, 2.0, 3.0))
    told = json.loads(json.dumps(plain(view), allow_nan=False))
    assert set(told) == set(FIELDS)
    assert told["window"] == [0.0, 1.0, 2.0, 3.0]
    assert told["shapes"][0][0] == "x"
