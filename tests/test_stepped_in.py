"""What a rule changed is told: in how many cell-months, and in carbon."""

import numpy as np
import pytest

from explorer import preset, run
from explorer.pipeline import check, prepare
from explorer.scene.scene import Scene
from explorer.systems.nep.result import Result
from tests.shortcuts import monthly

TERAGRAMS = 1e-6  # g m-2 km2


@pytest.fixture(scope="module")
def cold(tiny_dataset) -> Scene:
    """Winters for half of the cells; the tiny scene has none."""
    dataset = tiny_dataset()
    dataset["temperature"].values[[0, 1, 10, 11], :, ::2] -= 25
    return prepare(check(dataset))


def run_of(scene: Scene, **changes: float | str) -> Result:
    return run(scene, preset("epsilon").with_values(changes))


def carbon(scene: Scene, values: np.ndarray) -> float:
    return float((values * scene.area).sum() * TERAGRAMS)


def test_respiration_beyond_its_range_in_carbon(cold):
    result = run_of(cold, rs_m=0.9)
    rh, rs = monthly(result, "rh"), monthly(result, "rs")
    top = 0.6011**2 / (4 * 0.0009) + 4.8874
    above, beyond = rh > rs, rs > 0.6011 / 0.0018
    assert result.counts["rs_beyond_vertex"] == beyond.sum() > 0
    told = result.carbon
    assert told["rh_above_rs"] == pytest.approx(carbon(cold, (rh - rs) * above), rel=1e-5)
    assert told["rs_beyond_vertex"] == pytest.approx(carbon(cold, (top - rh) * beyond), rel=1e-5)
    lines = "\n".join(result.warnings)
    assert f"by {told['rh_above_rs']:.3g} Tg C a year" in lines
    assert f"{told['rs_beyond_vertex']:.3g} Tg C a year lower" in lines
    capped = "\n".join(run_of(cold, rs_m=0.9, rh_rule="capped").warnings)
    assert "Rh" not in capped.replace("Rh_rule", "")


@pytest.mark.parametrize(
    "changes", [{"rs_beta": 0.05}, {"rs_alpha": 4.0}, {"rs_k": 0.1}, {"rh_offset": -20.0}], ids=str
)
def test_negative_respiration_is_told(cold, changes):
    result = run_of(cold, **changes)
    rh = monthly(result, "rh")
    negative = np.minimum(rh, 0)
    assert result.counts["rh_negative"] == (rh < 0).sum() > 0
    assert result.carbon["rh_negative"] == pytest.approx(carbon(cold, negative), rel=1e-5)
    assert "Rh is NEGATIVE" in "\n".join(result.warnings)


def test_stress_carried_through_frost_in_carbon(cold):
    result = run_of(cold)
    frozen = cold.field("temperature") <= 0
    npp = monthly(result, "npp")
    assert result.counts["w_carried"] == frozen.sum() > 0
    assert result.carbon["w_carried"] == pytest.approx(carbon(cold, npp * frozen), rel=1e-5)
    share = (npp * frozen * cold.area).sum() / (npp * cold.area).sum()
    assert f"which hold {share:.1%} of NPP" in "\n".join(result.warnings)
    blended = run_of(cold, w_scalar_rule="blended")
    assert blended.counts["w_carried"] == 0
    assert "carried through frost" not in "\n".join(blended.warnings)


def test_ordinary_scene_has_nothing_negative(scene):
    result = run(scene, preset("ci2"))
    assert result.counts["rh_negative"] == 0
    assert "NEGATIVE" not in "\n".join(result.warnings)


def test_summary_holds_the_carbon(scene):
    result = run(scene, preset("ci2"))
    assert result.facts["carbon_tg"] == result.carbon
    assert set(result.carbon) <= set(result.facts["counts"])
