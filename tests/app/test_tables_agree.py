"""Tables that name the same things name the same things."""

import pytest

from explorer import SYSTEMS, run
from explorer.session.view import PAGES, View
from explorer.systems.scenario import preset_of
from explorer.tables.classes import IGBP
from explorer.tables.periods import YEAR, Periods

EVERY = pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)


def test_tabs_are_the_pages():
    from explorer.app.shell.page import TABS  # takes seconds, which the others need not wait for

    assert tuple(TABS) == PAGES
    assert len({label for label, _ in TABS.values()}) == len(PAGES)
    assert View().page == PAGES[0]


@EVERY
@pytest.mark.parametrize("table", ["shown", "written", "summed"])
def test_named_variables_are_outputs(system, table):
    names = getattr(system, table)
    assert names
    assert len(set(names)) == len(names)
    assert set(names) <= set(system.outputs)


@EVERY
def test_headline_is_an_output_that_is_summed_and_shown(system):
    assert system.headline in system.outputs
    assert system.headline in system.summed
    assert system.headline in system.shown


@EVERY
def test_table_by_class_is_of_an_output_and_an_input_in_one_unit(system):
    assert system.table_variable in {"", *system.summed}
    assert system.reference_input in {"", *system.inputs.rows}
    if system.table_variable and system.reference_input:
        ours = system.outputs[system.table_variable].unit.over_year()
        assert system.inputs.rows[system.reference_input].unit == ours


@EVERY
def test_quick_pictures_are_of_outputs(system):
    assert system.quick is None or set(system.quick.names) <= set(system.outputs)


@EVERY
def test_causes_are_of_outputs_and_known(system):
    explains = system.explains
    if explains is None:
        return
    assert set(explains.terms_of) <= set(system.outputs)
    assert {cause for row in explains.terms_of.values() for cause in row} <= set(explains.causes)
    assert set(explains.terms_of[system.headline]) == set(explains.causes)
    assert set(explains.limits) <= set(system.outputs)
    for rows in (explains.causes, explains.limits):
        assert len({row.colour for row in rows.values()}) == len(rows)
        assert len({row.symbol for row in rows.values()}) == len(rows)


@EVERY
def test_explanation_is_of_what_is_summed(system, scene):
    explains = system.explains
    if explains is None:
        return
    result = run(scene, preset_of(system, system.default))
    told = explains.cell(result, 3, YEAR)
    assert tuple(step.name for step in told.steps) == tuple(explains.steps)
    assert set(told.terms) == set(explains.terms)
    assert told.result == pytest.approx(result.cell(system.headline, 3, YEAR), rel=1e-5, abs=1e-3)
    split = explains.split(result, result, lambda share: True)
    assert split.causes == tuple(explains.causes)


@EVERY
def test_presets_of_the_first_and_the_other_side_are_there(system):
    assert {system.default, system.compared_with} <= set(system.presets)
    assert all(preset.label for preset in system.presets.values())


@EVERY
def test_published_figures_name_what_there_is(system):
    published, names = system.published, set((system.classes or IGBP).names)
    assert set(published.by_class) <= names
    assert set(published.headline_by_class) <= names
    for row in published.by_class.values():
        assert set(row) == set(published.columns)
    assert published.reference_column in {"", *published.columns}
    for row in published.by_region.values():
        assert set(row) <= set(system.summed)
    steps = Periods(system.kind).steps
    for name, row in published.by_step.items():
        assert name in system.summed
        assert all(1 <= step <= steps for step in row)
    assert set(published.totals) <= set(system.summed)


@EVERY
def test_units_of_outputs_go_with_the_periods(system):
    periods = Periods(system.kind)
    for row in system.outputs.values():
        assert periods.weights(row.unit, YEAR).shape == (periods.steps,)


@EVERY
def test_towers_measure_an_output(system):
    assert system.towers is None or system.towers.variable in system.outputs.values()


@EVERY
def test_no_output_is_called_like_an_input(system):
    assert not set(system.outputs) & set(system.inputs.rows)
