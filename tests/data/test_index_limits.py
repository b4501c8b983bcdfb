"""Bare ground and full cover of the classes, by each rule."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import preset
from explorer.errors import SchemaError
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.index_limits import IndexLimits, index_limits
from explorer.systems.nep.statistics import IndexExtremes

LOW = np.array([0.2, 0.25, 0.07, 0.09, 0.16, 0.17, 0.03, 0.09, 0.01], dtype=np.float32)
HIGH = np.array([0.55, 0.58, 0.6, 0.61, 0.58, 0.46, 0.38, 0.6, 0.13], dtype=np.float32)
OTHER, GRASSLAND = CLASSES.index("other"), CLASSES.index("grassland")
# Typed from the table of Zhu et al. (2007) as CASA codes for China have it.
ZHU = [0.647, 0.676, 0.738, 0.747, 0.702, 0.636, 0.634, 0.634, 0.634]
ZHU_RATIO = [4.67, 5.17, 6.63, 6.91, 5.845, 4.49, 4.46, 4.46, 4.46]


def limits(low=LOW, high=HIGH, **changes) -> IndexLimits:
    parameters = replace(preset("ci2").parameters, **changes)
    return index_limits(IndexExtremes(low, high), parameters)


def ratio(ndvi):
    return (1 + ndvi) / (1 - ndvi)


def test_scene_has_one_bare_ground_and_the_full_cover_of_each_class():
    got = limits()
    np.testing.assert_allclose(got.ndvi_min, 0.023)
    np.testing.assert_allclose(got.sr_min, 1.05)
    np.testing.assert_array_equal(got.ndvi_max[:OTHER], HIGH[:OTHER])
    np.testing.assert_allclose(got.sr_max[:OTHER], ratio(HIGH[:OTHER]), rtol=1e-6)


def test_bare_land_is_covered_where_grassland_is():
    got = limits()
    assert got.ndvi_max[OTHER] == HIGH[GRASSLAND]
    assert got.sr_max[OTHER] == pytest.approx(ratio(0.38), rel=1e-6)
    assert limits(bare_cover="own").ndvi_max[OTHER] == HIGH[OTHER]


def test_without_grassland_bare_land_has_the_table():
    high = HIGH.copy()
    high[GRASSLAND] = np.nan
    got = limits(high=high)
    assert got.ndvi_max[OTHER] == pytest.approx(0.634)
    assert np.isnan(got.ndvi_max[GRASSLAND])


def test_data_are_the_extremes_of_each_class_alone():
    got = limits(fpar_limits="data")
    np.testing.assert_array_equal(got.ndvi_min, LOW)
    np.testing.assert_array_equal(got.ndvi_max, HIGH)
    np.testing.assert_allclose(got.sr_min, ratio(LOW), rtol=1e-6)


def test_table_needs_no_scene():
    parameters = replace(preset("ci2").parameters, fpar_limits="table")
    got = index_limits(None, parameters)
    np.testing.assert_allclose(got.ndvi_max, ZHU)
    np.testing.assert_allclose(got.sr_max, ZHU_RATIO)
    np.testing.assert_allclose(got.ndvi_min, 0.023)


@pytest.mark.parametrize("rule", ["scene", "data"])
def test_class_without_room_between_its_limits_is_refused(rule):
    low, high = LOW.copy(), HIGH.copy()
    low[1] = high[1] = 0.01
    with pytest.raises(SchemaError, match=r"full cover of class EBF \(0.010\).*fpar_limits=table"):
        limits(low, high, fpar_limits=rule)


def test_extremes_are_asked_for():
    with pytest.raises(ValueError, match="fpar_limits=scene needs the extremes"):
        index_limits(None, preset("ci2").parameters)
