"""The twelve months in a real browser: pictures and means are the model's."""

import numpy as np
import pytest

from explorer import preset, run
from explorer.scene.calendar import MONTHS
from tests.ui.waiting import act_until, until

pytestmark = pytest.mark.ui

CAPTIONS = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const source = models.find(m => m.type === 'ColumnDataSource' && m.data.mean && m.data.text);
    return [...source.data.text];
}"""
PICTURE_MEANS = """() => {
    const models = [...Bokeh.documents[0]._all_models.values()];
    const source = models.find(m => m.type === 'ColumnDataSource' && m.data.image?.length === 12);
    return source.data.image.map(picture => {
        let sum = 0, count = 0;
        for (const value of picture) if (!Number.isNaN(value)) { sum += value; count += 1; }
        return [sum / count, count];
    });
}"""
PLACE = """month => {
    const figure = [...Bokeh.documents[0]._all_models.values()].find(m => m.type === 'Figure'
        && m.renderers.some(r => r.data_source?.data.image?.length === 12));
    const view = Bokeh.index.find_one(figure);
    const box = view.el.getBoundingClientRect();
    const source = figure.renderers.find(r => r.data_source?.data.image?.length === 12).data_source;
    const {x, y, dw, dh} = source.data;
    return [box.left + view.frame.x_scale.compute(x[month - 1] + dw[month - 1] / 2),
            box.top + view.frame.y_scale.compute(y[month - 1] + dh[month - 1] / 2)];
}"""


def captions(values) -> list[str]:
    written = [f"{value:.1f}".replace("-", "−") for value in values]
    return [f"{month}  {value}" for month, value in zip(MONTHS, written, strict=True)]


def show_months(watched) -> None:
    watched.page.get_by_role("button", name="12 months", exact=True).click()
    watched.page.wait_for_function(
        """() => [...Bokeh.documents[0]._all_models.values()].some(
            m => m.type === 'Figure' && m.inner_width > 300
            && m.renderers.some(r => r.data_source?.data.image?.length === 12))"""
    )


def expect_captions(watched, values) -> None:
    watched.page.wait_for_function(
        f"wanted => JSON.stringify(({CAPTIONS})()) === JSON.stringify(wanted)",
        arg=captions(values),
    )


def expect_pictures(watched, result) -> None:
    # Pixels are means of 2 x 2 cells or fewer at the coast, so their mean is near the cells'.
    cells = result.monthly("nep").mean(axis=1)

    def drawn() -> None:
        told = np.array(watched.page.evaluate(PICTURE_MEANS))
        np.testing.assert_allclose(told[:, 0], cells, atol=0.5)
        assert (told[:, 1] > result.scene.cells / 6).all()

    until(watched.page, drawn)


def test_means_and_pictures_are_the_models_and_follow_scenario_and_region(watched, scene):
    show_months(watched)
    result = run(scene, preset("ci2"))
    expect_captions(watched, result.totals.monthly("nep"))
    expect_pictures(watched, result)

    box = watched.page.locator(".entry-epsilon_max-DBF input")
    box.fill("0.9")
    box.press("Enter")
    edited = run(scene, preset("ci2").with_values({"epsilon_max.DBF": 0.9}))
    expect_captions(watched, edited.totals.monthly("nep"))
    expect_pictures(watched, edited)

    watched.page.get_by_role("button", name="South", exact=True).click()
    expect_captions(watched, edited.totals.monthly("nep", "South"))
    watched.page.get_by_role("button", name="Rh", exact=True).click()
    expect_captions(watched, edited.totals.monthly("rh", "South"))


def test_a_click_on_a_month_chooses_it(watched):
    show_months(watched)
    slider = watched.page.locator('.month input[type="range"]')
    for month in (3, 11):
        act_until(
            watched.page,
            lambda month=month: watched.page.mouse.click(*watched.page.evaluate(PLACE, month)),
            lambda month=month: slider.input_value() == str(month - 1),
        )
    watched.page.get_by_role("button", name="Map", exact=True).first.click()
    watched.page.get_by_text("Nov", exact=False).first.wait_for()
