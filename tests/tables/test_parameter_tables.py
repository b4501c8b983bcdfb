"""Tables of parameters: numbers per class, and what every system's table must hold."""

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from explorer import SYSTEMS
from explorer.errors import ParameterError
from explorer.systems.nep.at_site import SiteParameters
from explorer.systems.nep.classes import per_class
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.scenario import presets_of
from explorer.tables.parameter import (
    PerClass,
    addressed,
    bundles,
    figures,
    names,
    require_sound,
    row_of,
    with_values,
    words,
)

TABLE = PerClass({"ENF": 0.5, "EBF": 1.0})
OWNERS = {system.name: system.parameters for system in SYSTEMS.values()}
ROWS = [(owner, row.name) for owner in OWNERS.values() for row in fields(owner)]


def test_number_is_read_by_the_name_of_its_class():
    assert (TABLE.ENF, TABLE.EBF) == (0.5, 1.0)
    assert TABLE.members == ("ENF", "EBF")
    assert TABLE.values() == [0.5, 1.0]
    with pytest.raises(AttributeError, match="no class 'DBF'"):
        _ = TABLE.DBF


def test_tables_of_equal_numbers_are_equal_whatever_their_order():
    turned = PerClass({"EBF": 1.0, "ENF": 0.5})
    assert turned == TABLE
    assert hash(turned) == hash(TABLE)
    assert len({TABLE, turned, PerClass({"ENF": 0.5})}) == 2


@pytest.mark.parametrize("other", [PerClass({"ENF": 0.5, "EBF": 1.1}), PerClass({"ENF": 0.5})])
def test_tables_of_other_numbers_are_not_equal(other):
    assert other != TABLE
    assert TABLE != {"ENF": 0.5, "EBF": 1.0}


def test_table_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot be changed"):
        TABLE.ENF = 2.0
    with pytest.raises(AttributeError):
        TABLE._values = {}
    with pytest.raises(AttributeError, match="cannot be changed"):
        del TABLE._values
    TABLE.values()[0] = 9.0
    assert TABLE.ENF == 0.5


def test_table_keeps_nothing_of_what_it_was_made_from():
    given = {"ENF": 0.5}
    made = PerClass(given)
    given["ENF"] = 9.0
    assert made.ENF == 0.5


def test_table_with_other_numbers_is_another():
    changed = TABLE.with_values({"EBF": 2.0})
    assert (changed.ENF, changed.EBF, TABLE.EBF) == (0.5, 2.0, 1.0)
    assert changed.members == TABLE.members


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_table_comes_back_from_a_pickle(protocol):
    again = pickle.loads(pickle.dumps(TABLE, protocol))
    assert again == TABLE
    assert again.members == TABLE.members
    assert pickle.loads(pickle.dumps(NepParameters(), protocol)) == NepParameters()


@pytest.mark.parametrize(("owner", "name"), [*ROWS, (SiteParameters, "extinction")])
def test_row_says_what_it_is(owner, name):
    known = {row.name: row for row in fields(owner)}[name].metadata
    assert known["label"] and known["unit"] and known["source"] and known["process"]
    assert (known["bounds"] is None) == (name in words(owner))


@pytest.mark.parametrize(("owner", "name"), ROWS)
def test_process_of_every_row_has_a_title(owner, name):
    assert {row.name: row for row in fields(owner)}[name].metadata["process"] in owner.PROCESSES


@pytest.mark.parametrize("system", OWNERS)
def test_every_process_has_rows(system):
    owner = OWNERS[system]
    assert {row.metadata["process"] for row in fields(owner)} == set(owner.PROCESSES)
    assert all(title.strip() for title in owner.PROCESSES.values())


@pytest.mark.parametrize("system", OWNERS)
def test_bundles_hold_sound_values_of_known_parameters(system):
    owner = OWNERS[system]
    for name, sets in bundles(owner).items():
        assert name not in names(owner)
        stems = {frozenset(values) for values in sets.values()}
        assert len(stems) == 1, "every set of a bundle names the same parameters"
        for chosen, values in sets.items():
            assert values.keys() <= set(names(owner))
            changed = with_values(owner(), {name: chosen})
            assert dict(addressed(changed)) == dict(addressed(owner())) | values


@pytest.mark.parametrize("system", OWNERS)
def test_bundles_shown_with_a_process_are_there(system):
    owner, shown = OWNERS[system], SYSTEMS[system].bundled
    assert shown.keys() <= owner.PROCESSES.keys()
    assert {name for row in shown.values() for name in row} == set(bundles(owner))


@pytest.mark.parametrize("system", OWNERS)
def test_words_and_figures_are_all_rows(system):
    owner = OWNERS[system]
    assert {*words(owner), *figures(owner)} == {row.name for row in fields(owner)}
    assert not set(words(owner)) & set(figures(owner))
    for row in fields(owner):
        if row.name in words(owner):
            assert row.default in words(owner)[row.name]


@pytest.mark.parametrize("system", OWNERS)
def test_defaults_lie_within_their_bounds(system):
    require_sound(OWNERS[system]())


@pytest.mark.parametrize("system", OWNERS)
def test_changes_of_every_preset_are_sound(system):
    row = SYSTEMS[system]
    made = presets_of(row)
    assert list(made) == list(row.presets)
    assert {row.default, row.compared_with} <= set(made)
    for name, scenario in made.items():
        values = scenario.values()
        for changed, value in row.presets[name].changes.items():
            assert row_of(row.parameters, changed)
            assert values[changed] == value
        assert scenario.differences() == {}
    assert len({scenario.identity for scenario in made.values()}) == len(made)
    assert len({preset.colour for preset in row.presets.values()}) == len(made)


@pytest.mark.parametrize("system", OWNERS)
def test_parts_of_the_drawer_are_rows(system):
    owner = OWNERS[system]
    for part in SYSTEMS[system].drawer:
        assert set(part.parameters) <= {row.name for row in fields(owner)}


def test_order_of_classes_in_a_table_is_irrelevant():
    """Equal tables share their results, so they must be the same numbers to the model."""
    table = NepParameters().epsilon_max
    turned = PerClass({name: getattr(table, name) for name in reversed(table.members)})
    assert turned == table
    np.testing.assert_array_equal(per_class(turned), per_class(table))


def test_tables_are_checked_when_made():
    with pytest.raises(ParameterError, match=r"epsilon_max\.EBF = 9"):
        replace(NepParameters(), epsilon_max=NepParameters().epsilon_max.with_values({"EBF": 9.0}))
