"""What is done once for all models gives the same models, and the same page."""

from collections.abc import Iterator

import pytest
from bokeh.core.has_props import HasProps
from bokeh.core.property.descriptors import PropertyDescriptor
from bokeh.document import Document
from bokeh.model import Model
from bokeh.models import DataRange1d, LinearAxis, Plot
from bokeh.settings import settings
from bokeh.themes import Theme
from panel.custom import ReactiveESM
from panel.io.state import set_curdoc
from panel.reactive import ReactiveCustomBase

from explorer.app.header.downloads import Downloads
from explorer.app.shell import sparing
from explorer.app.shell.page import build_page
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened


@pytest.fixture
def untouched(monkeypatch) -> Iterator[None]:
    """The libraries as they are; whatever a test does to them is undone."""
    for owner, name in sparing.USED:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    files = {(owner, name): owner.__dict__[name] for owner, name in sparing.FILES}
    yield
    for (owner, name), found in files.items():
        setattr(owner, name, found)
    settings.perform_error_diagnostics.unset_value()
    settings.perform_document_validation.unset_value()


@pytest.fixture(scope="module")
def opened(tiny_dataset, tmp_path_factory) -> Opened:
    return Opened(write_dataset(tiny_dataset(), tmp_path_factory.mktemp("scene") / "tiny.zarr"))


def page_of(opened: Opened) -> Document:
    """Everything that a browser gets when it opens the page."""
    document = Document()
    with set_curdoc(document):
        build_page(opened, Downloads()).server_doc(document)
    return document


def written(document: Document) -> list[tuple[str, dict]]:
    """Every model by type, with the properties that are sent; references by type alone."""

    def plain(value: object) -> object:
        if isinstance(value, Model):
            return type(value).__name__
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items() if key != "id"}
        if isinstance(value, list | tuple):
            return [plain(one) for one in value]
        return repr(value) if isinstance(value, HasProps) else str(value)

    return [
        (
            type(model).__name__,
            {
                name: plain(value)
                for name, value in model.properties_with_values(include_defaults=False).items()
                if name not in ("tags", "js_property_callbacks", "js_event_callbacks", "callback")
            },
        )
        for model in document.models
    ]


def by_type(rows: list[tuple[str, dict]]) -> dict[str, set[frozenset[str]]]:
    """Type -> which properties are sent of its models."""
    found: dict[str, set[frozenset[str]]] = {}
    for kind, properties in rows:
        found.setdefault(kind, set()).add(frozenset(properties))
    return found


def test_page_is_the_same(untouched, opened):
    before = written(page_of(opened))
    assert sparing.spare()
    after = written(page_of(opened))
    assert len(before) == len(after) > 200
    assert by_type(before) == by_type(after)


def test_defaults_of_every_model_are_the_same(untouched):
    kinds = [
        kind
        for kind in Model.model_class_reverse_map.values()
        if kind.__module__.startswith("bokeh.")
    ]

    def defaults() -> dict[str, dict]:
        found = {}
        for kind in kinds:
            try:
                model = kind()
            except Exception:  # abstract, or it needs arguments
                continue
            values = {}
            for name in kind.properties():
                try:
                    value = getattr(model, name)
                except Exception as error:  # unset
                    value = type(error).__name__
                values[name] = value if type(value) in sparing.PLAIN else type(value).__name__
            found[kind.__qualified_model__] = values
        return found

    before = defaults()
    assert sparing.spare()
    assert len(before) > 200
    assert defaults() == before
    assert defaults() == before  # the second time they are known


def test_default_that_can_change_is_each_models_own(untouched):
    assert sparing.spare()
    one, other = LinearAxis(), LinearAxis()
    one.tags.append("mine")
    assert other.tags == []
    assert Plot(x_range=DataRange1d()).title is not Plot(x_range=DataRange1d()).title


def test_theme_is_followed(untouched):
    assert sparing.spare()
    axis = LinearAxis()
    plain = axis.axis_label_text_font_size
    theme = Theme(json={"attrs": {"Axis": {"axis_label_text_font_size": "3em"}}})
    document = Document(theme=theme)
    document.add_root(axis)
    assert axis.axis_label_text_font_size == "3em" != plain
    assert LinearAxis().axis_label_text_font_size == plain


def test_every_part_of_a_page_knows_which_page_it_is_of(untouched, opened):
    """Panel finds by this what it has to let go when a page is closed."""
    assert sparing.spare()
    document = page_of(opened)
    parts = [model for model in document.models if type(model).__name__ == "ReactComponent"]
    assert len(parts) > 10
    for part in parts:
        assert [tag for tag in part.data.tags if str(tag).startswith("__ref:")]


def test_files_of_every_kind_of_component_are_the_same(untouched):
    def kinds(kind: type) -> Iterator[type]:
        for one in kind.__subclasses__():
            yield one
            yield from kinds(one)

    def found() -> dict[type, tuple]:
        places = {}
        for kind in {*kinds(ReactiveESM)}:
            try:
                places[kind] = (kind._bundle_path, kind._bundle_css, kind._esm_path(compiled=True))
            except Exception as error:  # a base of others
                places[kind] = (type(error),)
        return places

    before = found()
    assert sparing.spare()
    assert found() == before == found()  # the second time they are known
    assert len(before) > 100
    assert sum(len(places) == 3 for places in before.values()) > 50


def test_other_versions_are_left_alone(untouched, monkeypatch):
    known = PropertyDescriptor._get_default
    monkeypatch.delattr(ReactiveCustomBase, "_patch_datamodel_ref")
    assert not sparing.spare()
    assert PropertyDescriptor._get_default is known
