"""Edits in the first moments of a page: what is drawn can be used, and everything follows."""

import pytest
from playwright.sync_api import expect

from explorer import preset, run
from explorer.tables.periods import Period

pytestmark = pytest.mark.ui


@pytest.mark.parametrize("pause", [0, 300])
def test_an_edit_of_a_page_that_has_just_appeared_reaches_all_of_it(context, address, scene, pause):
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    box = page.locator(".entry-epsilon_max-EBF input")
    box.click()
    box.fill("0.6")
    box.press("Enter")
    page.wait_for_timeout(pause)
    page.get_by_role("button", name="Original CASA", exact=True).click()
    total = run(scene, preset("original")).totals.total("nep", Period(7), "South")
    card = page.locator('.nep-card[data-region="South"] b')
    expect(card).to_have_attribute("data-tg", f"{total:.6f}")
    expect(page.locator(".undo").get_by_role("button")).to_be_enabled()
    page.close()
    assert errors == []
