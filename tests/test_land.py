"""The table of vegetation classes, as the paper has it."""

from dataclasses import fields

import pytest

from explorer.tables.classes import CLASSES, IGBP_NAMES, OUTSIDE_CODES, VEGETATION, default_mapping
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
CODES = [code for row in VEGETATION.values() for code in row.igbp_codes]


def test_classes_are_fields_of_every_class_table():
    assert tuple(field.name for field in fields(PerClass)) == CLASSES


@pytest.mark.parametrize("name", PUBLISHED)
def test_class_constants_are_published_ones(name):
    assert (VEGETATION[name].epsilon_max, VEGETATION[name].socd) == PUBLISHED[name]


def test_no_class_is_unpublished():
    assert set(PUBLISHED) == set(CLASSES)


def test_every_land_code_belongs_to_one_class():
    assert sorted(CODES) == list(range(1, 17))


def test_outside_codes_belong_to_no_class():
    assert not set(OUTSIDE_CODES) & set(CODES)


def test_every_code_has_a_name():
    assert set(CODES) | set(OUTSIDE_CODES) == set(IGBP_NAMES)


def test_colours_are_unique():
    assert len({row.colour for row in VEGETATION.values()}) == len(VEGETATION)


def test_default_mapping_can_be_changed_without_harm():
    default_mapping()["ENF"].append(99)
    assert default_mapping()["ENF"] == [1]
