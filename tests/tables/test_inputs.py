"""What scenes may hold, for one system and for several together."""

from dataclasses import replace

from explorer import SYSTEMS
from explorer.systems import all_inputs
from explorer.systems.nep.variables import INPUTS
from explorer.tables.unit import unit_of
from explorer.tables.variable import CODED, FIXED, MONTHLY, Inputs, Variable


def row(symbol: str, dims: tuple[str, ...] = MONTHLY) -> Variable:
    return Variable(symbol, symbol, unit_of("1"), dims, (0, 1), (0, 1), (0, 1), "sequential")


ONE = Inputs(
    {**CODED, "t": row("T"), "p": row("P"), "sun": row("S"), "light": row("L")},
    ("land_cover", "region", "t", "p"),
    ("sun",),
    {"sun": "light"},
)
OTHER = Inputs(
    {**CODED, "t": row("T"), "soil": row("z", FIXED), "age": row("a", FIXED), "sun": row("S")},
    ("land_cover", "region", "t", "soil"),
    ("age", "sun"),
    {"age": "soil"},
)


def test_joined_inputs_hold_the_rows_of_both():
    joined = ONE.joined(OTHER)
    assert set(joined.rows) == set(ONE.rows) | set(OTHER.rows)
    assert list(joined.rows)[: len(ONE.rows)] == list(ONE.rows)


def test_joined_inputs_require_what_both_need():
    assert ONE.joined(OTHER).required == ("land_cover", "region", "t")
    assert OTHER.joined(ONE).required == ("land_cover", "region", "t")


def test_joined_inputs_may_lack_what_either_may_lack():
    joined = ONE.joined(OTHER)
    assert joined.optional == ("sun", "age")
    assert joined.unused_beside == {"sun": "light", "age": "soil"}


def test_inputs_joined_with_themselves_are_the_same():
    assert INPUTS.joined(INPUTS) == INPUTS


def test_codes_are_the_layers_of_classes():
    assert ONE.joined(OTHER).codes == ("land_cover", "region")


def test_inputs_without_more_are_the_place():
    assert (Inputs().rows, Inputs().required, Inputs().codes) == (CODED, tuple(CODED), tuple(CODED))


def test_inputs_of_all_systems_hold_those_of_each():
    known = all_inputs()
    for system in SYSTEMS.values():
        assert set(system.inputs.rows) <= set(known.rows)
        assert set(known.required) <= set(system.inputs.required)
        assert set(CODED) <= set(system.inputs.required)
        assert set(system.inputs.optional) <= set(known.optional)
        for name, each in system.inputs.rows.items():
            assert known.rows[name] == each


def test_scene_tells_what_a_system_lacks(scene):
    system = SYSTEMS["nep"]
    assert system.lacks(scene) == ()
    rows = {name: each for name, each in scene.rows.items() if name not in ("ndvi", "sunshine")}
    assert system.lacks(replace(scene, rows=rows)) == ("ndvi",)
