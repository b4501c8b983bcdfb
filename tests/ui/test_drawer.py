"""The drawer in a real browser: every kind of control, names, files, undo and redo."""

import json

import pytest
from playwright.sync_api import expect

from explorer import preset, run
from explorer.session.files import scenarios_from_json, scenarios_to_json
from explorer.systems import SYSTEMS
from explorer.tables.periods import Period

pytestmark = pytest.mark.ui


def south_is(watched, scene, scenario) -> None:
    """Wait until the South's total is the model's for a scenario."""
    total = run(scene, scenario).totals.total("nep", Period(7), "South")
    card = watched.page.locator('.nep-card[data-region="South"] b')
    expect(card).to_have_attribute("data-tg", f"{total:.6f}")


def enter(watched, name: str, text: str) -> None:
    box = watched.page.locator(f".entry-{name.replace('.', '-')} input")
    box.fill(text)
    box.press("Enter")


def unfold(watched, title: str) -> None:
    """Unfold a part of the drawer, unless a test before has."""
    part = watched.page.get_by_role("button", name=title)
    if part.get_attribute("aria-expanded") != "true":
        part.click()


def save(watched, name: str) -> None:
    watched.page.locator(".scenario-name input").fill(name)
    watched.page.get_by_role("button", name="Save", exact=True).click()


def test_folded_parameters_act_on_the_model(watched, scene):
    unfold(watched, "Temperature and water stress")
    enter(watched, "w_min", "0.2")
    south_is(watched, scene, preset("ci2").with_values({"w_min": 0.2}))
    expect(watched.page.get_by_text("Temperature and water stress · 1 changed")).to_be_visible()
    unfold(watched, "Soil respiration")
    watched.page.locator(".entry-rh_rule").get_by_role("button", name="limited to Rs").click()
    changes = {"w_min": 0.2, "rh_rule": "capped"}
    south_is(watched, scene, preset("ci2").with_values(changes))
    watched.page.get_by_role("button", name="as printed").click()
    changes |= {"soil_constants": "as_printed"}
    south_is(watched, scene, preset("ci2").with_values(changes))
    watched.page.locator(".back-w_min").get_by_role("button").click()
    del changes["w_min"]
    south_is(watched, scene, preset("ci2").with_values(changes))


def test_small_constants_keep_their_digits(watched):
    unfold(watched, "Soil respiration")
    expect(watched.page.locator(".entry-rh_square input")).to_have_value("-0.0009")
    expect(watched.page.locator(".entry-rh_slope input")).to_have_value("0.6011")


def test_both_clumping_tables_are_shown(watched, scene):
    unfold(watched, "Canopy: FPAR and clumping")
    unfold(watched, "Reference clumping index (scheme II), from the scene")
    july = f"{SYSTEMS['nep'].forcing(scene).mean_clumping[6, 1]:.2f}".replace("0.", ".")
    row = watched.page.locator(".nep-months tr", has_text="EBF")
    expect(row.locator("td").nth(6)).to_have_text(july)
    unfold(watched, "Reference clumping index (scheme I)")
    watched.page.get_by_role("button", name="I", exact=True).click()
    enter(watched, "ci_ref.EBF", "0.9")
    changes = {"ci_scheme": "I", "ci_ref.EBF": 0.9}
    south_is(watched, scene, preset("ci2").with_values(changes))


def test_named_scenarios_are_saved_loaded_renamed_copied_and_removed(watched, scene):
    unfold(watched, "Named scenarios")
    enter(watched, "epsilon_max.EBF", "0.6")
    save(watched, "low")
    low = preset("ci2").with_values({"epsilon_max.EBF": 0.6})
    enter(watched, "epsilon_max.EBF", "0.7")
    south_is(watched, scene, preset("ci2").with_values({"epsilon_max.EBF": 0.7}))
    watched.page.get_by_role("button", name="low", exact=True).click()
    south_is(watched, scene, low)
    watched.page.locator(".scenario-content_copy").get_by_role("button").click()
    rows = watched.page.locator(".scenario-row")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_have_text("low 2")
    watched.page.locator(".scenario-name input").fill("lower")
    watched.page.locator(".scenario-edit").nth(1).get_by_role("button").click()
    expect(rows.nth(1)).to_have_text("lower")
    watched.page.locator(".scenario-delete").first.get_by_role("button").click()
    expect(rows).to_have_count(1)
    with watched.page.expect_download() as download:
        watched.page.locator(".scenarios-out").get_by_role("button").click()
    written = download.value.path().read_text(encoding="utf-8")
    assert scenarios_from_json(written) == [low.named("lower")]
    remove_the_last(watched)


def test_scenario_files_are_read_or_refused(watched, scene):
    unfold(watched, "Named scenarios")
    warm = preset("epsilon").with_values({"delta_t": 2}).named("warm <b>")
    send(watched, scenarios_to_json([warm]))
    watched.page.locator(".scenario-row").get_by_role("button").click()
    south_is(watched, scene, warm)
    bad = json.loads(scenarios_to_json([warm]))
    bad["scenarios"].append({"preset": "ci9"})
    send(watched, json.dumps(bad))
    expect(watched.page.locator('[role="alert"]')).to_contain_text("scenario 2: unknown preset")
    expect(watched.page.locator(".scenario-row")).to_have_count(1)
    remove_the_last(watched)


def remove_the_last(watched) -> None:
    """Remove the one named scenario there is: tests of a file share a page."""
    watched.page.locator(".scenario-delete").get_by_role("button").click()
    expect(watched.page.locator(".scenario-row")).to_have_count(0)


def send(watched, text: str) -> None:
    file = {"name": "s.json", "mimeType": "application/json", "buffer": text.encode()}
    watched.page.locator('.scenarios-in input[type="file"]').set_input_files([file])


def test_undo_and_redo_return_to_named_steps(fresh, scene):
    low = preset("ci2").with_values({"epsilon_max.EBF": 0.6})
    enter(fresh, "epsilon_max.EBF", "0.6")
    south_is(fresh, scene, low)
    fresh.page.get_by_role("button", name="Original CASA", exact=True).click()
    south_is(fresh, scene, preset("original"))
    fresh.page.locator(".undo").get_by_role("button").click()
    south_is(fresh, scene, low)
    fresh.page.locator(".undo").get_by_role("button").click()
    south_is(fresh, scene, preset("ci2"))
    expect(fresh.page.locator(".undo").get_by_role("button")).to_be_disabled()
    fresh.page.locator(".redo").get_by_role("button").click()
    south_is(fresh, scene, low)
    fresh.page.locator(".history").get_by_role("button").first.click()
    fresh.page.get_by_role("menuitem", name="Original CASA").click()
    south_is(fresh, scene, preset("original"))
