"""The table of vegetation classes, as the paper has it."""

from dataclasses import fields

import pytest

from explorer.systems.nep.classes import CLASSES, CONSTANTS
from explorer.systems.nep.parameters import NepParameters
from explorer.tables.classes import IGBP, IGBP_NAMES, OUTSIDE_CODES
from explorer.tables.parameter import PerClass

# Liang et al. (2023), sections III-A2 (epsilon_max) and II-B4 (SOCD), typed from the paper.
PUBLISHED = {
    "ENF": (0.476, 3.770),
    "EBF": (0.980, 4.700),
    "DNF": (0.485, 3.770),
    "DBF": (0.692, 4.700),
    "MXF": (0.768, 4.235),
    "shrub": (0.429, 2.560),
    "grassland": (0.542, 1.820),
    "cropland": (0.542, 2.560),
    "other": (0.389, 0.0),
}
CODES = [code for row in IGBP.rows.values() for code in row.codes]
CLASS_TABLES = {
    row.name: row.default for row in fields(NepParameters) if isinstance(row.default, PerClass)
}


@pytest.mark.parametrize("name", CLASS_TABLES)
def test_classes_are_members_of_every_class_table(name):
    assert CLASS_TABLES[name].members == CLASSES == IGBP.names


def test_class_tables_are_those_of_the_constants():
    assert CLASS_TABLES.keys() == {*CONSTANTS["ENF"]._fields, "ndvi_min", "sr_min"}
    assert tuple(CONSTANTS) == CLASSES


@pytest.mark.parametrize("name", PUBLISHED)
def test_class_constants_are_published_ones(name):
    assert (CONSTANTS[name].epsilon_max, CONSTANTS[name].socd) == PUBLISHED[name]


def test_no_class_is_unpublished():
    assert set(PUBLISHED) == set(CLASSES)


def test_every_land_code_belongs_to_one_class():
    assert sorted(CODES) == list(range(1, 17))


def test_outside_codes_belong_to_no_class():
    assert not set(OUTSIDE_CODES) & set(CODES)


def test_every_code_has_a_name():
    assert set(CODES) | set(OUTSIDE_CODES) == set(IGBP_NAMES)


def test_colours_are_unique():
    assert len({row.colour for row in IGBP.rows.values()}) == len(IGBP)


def test_default_mapping_can_be_changed_without_harm():
    IGBP.mapping()["ENF"].append(99)
    assert IGBP.mapping()["ENF"] == [1]
