"""The whole chain on a real climatology of China, against numbers found before the package."""

from pathlib import Path

import pytest

from explorer import SYSTEMS, preset, run
from explorer.pipeline import prepare, read_recipe
from explorer.scene.recipes.recipe import build_dataset
from explorer.systems.nep.result import Result

pytestmark = pytest.mark.real

RECIPE = Path(__file__).parents[1] / "data_samples" / "recipes" / "china_0p5deg.toml"

REGIONS = ("South", "North", "Northwest", "Qinghai-Tibet")
# g C m-2 a year, from prototypes in float64 NumPy on the same file, for each rule of the limits.
RH = (432, 278, 190, 156)
NPP = {
    "data": ({"fpar_limits": "data"}, (514, 372, 198, 232)),
    "one bare ground": ({"bare_cover": "own"}, (638, 401, 186, 233)),
}


@pytest.fixture(scope="module")
def result(real_data) -> Result:
    return run(prepare(build_dataset(read_recipe(RECIPE))), preset("epsilon"))


def means(result: Result, name: str) -> list[float]:
    return [result.totals.yearly(name, region) for region in REGIONS]


def test_regional_rh_on_real_climate(result):
    # The prototype weighed cells by the cosine of latitude and rounded to whole grams.
    assert means(result, "rh") == pytest.approx(RH, rel=0.03)


@pytest.mark.parametrize("rule", NPP)
def test_regional_npp_on_real_climate(result, rule):
    changes, expected = NPP[rule]
    changed = run(result.scene, preset("epsilon").with_values(changes))
    assert means(changed, "npp") == pytest.approx(expected, rel=0.03)


def test_light_on_real_climate_is_from_sunshine(result):
    assert result.run.forcing.radiation_source.startswith("sunshine")
    assert result.run.forcing is SYSTEMS["nep"].forcing(result.scene)
    assert result.facts["radiation_source"].startswith("sunshine")


def test_notes_of_the_recipe_are_shown(result):
    assert any("EVI of 2006 stands in for NDVI" in warning for warning in result.warnings)
