"""The policy of the page in a real browser: nothing that a page needs is refused, all else is."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui

INJECTED = """() => {
    window.ran = [];
    const add = (make) => document.body.append(make());
    add(() => Object.assign(document.createElement('img'),
        {src: 'data:,', onerror: null}));
    const holder = document.createElement('div');
    document.body.append(holder);
    holder.innerHTML = '<img src="data:," onerror="window.ran.push(1)">';
    const script = document.createElement('script');
    script.textContent = 'window.ran.push(2)';
    document.body.append(script);
}"""
ASKED = """async () => {
    try { await fetch('http://127.0.0.1:1/'); return 'answered'; }
    catch (error) { return 'refused'; }
}"""
REFUSALS = """() => {
    window.refused = [];
    document.addEventListener('securitypolicyviolation',
        event => window.refused.push(event.violatedDirective));
}"""


def test_every_page_is_drawn_without_a_refusal(watched):
    """What the browser refuses it writes to its console, where ``watched`` finds it."""
    page = watched.page
    for tab, seen in {
        "Compare": '.nep-compare [data-place="all"]', "Towers": ".towers-where",
        "Vegetation": "td[data-of]", "Map": ".nep-card",
    }.items():  # fmt: skip
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.locator(seen).first).to_be_visible()
    for mode in ("12 months", "What limits", "Map"):
        page.get_by_role("button", name=mode, exact=True).click()
    page.locator(".export button").click()
    expect(page.get_by_role("button", name="Copy the command")).to_be_visible()


def test_scripts_and_requests_that_are_not_ours_are_refused(watched):
    page = watched.page
    page.evaluate(REFUSALS)
    page.evaluate(INJECTED)
    page.wait_for_function("() => window.refused.length >= 2")
    assert page.evaluate("window.ran") == []
    assert page.evaluate(ASKED) == "refused"
    refused = set(page.evaluate("window.refused"))
    assert {"connect-src", "script-src-elem", "script-src-attr"} <= refused
    watched.errors.clear()  # the browser tells each refusal
    watched.outside.clear()
