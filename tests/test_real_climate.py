"""The whole chain on a real climatology of China, against numbers found before the package."""

from pathlib import Path

import pytest

from explorer import SYSTEMS, preset, run
from explorer.pipeline import prepare, read_recipe
from explorer.scene.recipes.recipe import build_dataset
from explorer.systems.nep.result import Result

pytestmark = pytest.mark.real

RECIPE = Path(__file__).parents[1] / "data_samples" / "recipes" / "china_0p5deg.toml"

# g C m-2 a year, from a prototype in float64 NumPy on the same file.
EXPECTED = {
    "rh": {"South": 432, "North": 278, "Northwest": 190, "Qinghai-Tibet": 156},
    "npp": {"South": 514, "North": 372, "Northwest": 198, "Qinghai-Tibet": 232},
}
PLACES = [(name, region) for name, regions in EXPECTED.items() for region in regions]


@pytest.fixture(scope="module")
def result(real_data) -> Result:
    return run(prepare(build_dataset(read_recipe(RECIPE))), preset("epsilon"))


@pytest.mark.parametrize(("name", "region"), PLACES)
def test_regional_mean_on_real_climate(result, name, region):
    # The prototype weighed cells by the cosine of latitude and rounded to whole grams.
    assert result.totals.yearly(name, region) == pytest.approx(EXPECTED[name][region], rel=0.03)


def test_light_on_real_climate_is_from_sunshine(result):
    assert result.run.forcing.radiation_source.startswith("sunshine")
    assert result.run.forcing is SYSTEMS["nep"].forcing(result.scene)
    assert result.facts["radiation_source"].startswith("sunshine")


def test_notes_of_the_recipe_are_shown(result):
    assert any("EVI of 2006 stands in for NDVI" in warning for warning in result.warnings)
