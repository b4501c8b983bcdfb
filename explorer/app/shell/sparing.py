"""Work that Bokeh and Panel do again for every model of every page, done once.

A page is some 450 models, and a class opens thirty pages at once. More than a third of what that
costs is the same questions with the same answers: the default of a property, prepared and checked
each time it is read, also of every property that is only found not to be sent; references that a
component gives to what its parts have given theirs already; where the files of a kind of component
lie, looked for on the disk for each one. What is answered here is the same:
``tests/app/test_sparing.py`` compares every model of a page.

The names are internal to versions of these libraries. Where one is missing, all stays as it was.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from bokeh.core.has_props import HasProps
from bokeh.core.property.descriptors import PropertyDescriptor
from bokeh.core.property.wrappers import PropertyValueContainer
from bokeh.settings import settings
from panel.custom import ReactiveESM
from panel.io import resources
from panel.reactive import ReactiveCustomBase
from panel.viewable import is_viewable_param
from panel_material_ui.base import MaterialComponent

PLAIN = (type(None), bool, int, float, str)
"""Types of defaults that nobody can change, so that all models may have the same one."""

THEMED = "__themed_values__"  # where Bokeh keeps what a theme says of a model
USED = (
    (PropertyDescriptor, "_get_default"),
    (HasProps, "query_properties_with_values"),
    (ReactiveCustomBase, "_patch_datamodel_ref"),
    (ReactiveESM, "_get_children"),
    (ReactiveESM, "_get_child_model"),
    (resources, "_is_subpath"),
)
FILES = tuple(
    (owner, name) for owner in (ReactiveESM, MaterialComponent)
    for name in ("_bundle_path", "_bundle_css")
)  # fmt: skip
"""Properties of classes that look for files."""


def spare() -> bool:
    """Let the libraries do such work once, for the whole process; False where they do not fit."""
    # Signatures of callbacks need not be looked at for every model either.
    settings.perform_error_diagnostics = False
    settings.perform_document_validation = False  # what we send is the same for everybody
    if not all(hasattr(owner, name) for owner, name in USED):
        return False
    if not all(name in owner.__dict__ for owner, name in FILES):
        return False
    if PropertyDescriptor._get_default.__module__ != __name__:
        PropertyDescriptor._get_default = _plain_once(PropertyDescriptor._get_default)
        HasProps.query_properties_with_values = _only_selected(
            HasProps.query_properties_with_values
        )
        ReactiveCustomBase._patch_datamodel_ref = classmethod(_own_reference)
        ReactiveESM._get_children = _children
        resources._is_subpath = cache(resources._is_subpath)
        for owner, name in FILES:
            setattr(owner, name, _OncePerClass(owner.__dict__[name]))
    return True


class _OncePerClass:
    """A property of classes, found once for each class."""

    def __init__(self, original: Any) -> None:
        self._original = original
        self._known: dict[type, Any] = {}

    def __get__(self, instance: object, kind: type) -> Any:
        if kind not in self._known:
            self._known[kind] = self._original.__get__(instance, kind)
        found = self._known[kind]
        return list(found) if isinstance(found, list) else found


def _plain_once(original: Callable) -> Callable:
    """Return how a default is found, asked once for each property of a class if it is plain."""
    known: dict[tuple[type, str], Any] = {}

    def _get_default(self: PropertyDescriptor, model: HasProps) -> Any:
        if THEMED in model.__dict__:
            return original(self, model)
        key = (model.__class__, self.name)
        try:
            return known[key]
        except KeyError:
            pass
        default = original(self, model)
        if type(default) in PLAIN and not self.has_unstable_default(model):
            known[key] = default
        return default

    return _get_default


def _only_selected(original: Callable) -> Callable:
    """Return how the properties to be sent are gathered, without reading those that are not."""

    def query_properties_with_values(
        self: HasProps,
        query: Callable[[PropertyDescriptor], bool],
        *,
        include_defaults: bool = True,
        include_undefined: bool = False,
    ) -> dict[str, Any]:
        if include_defaults or include_undefined:
            return original(
                self, query, include_defaults=include_defaults, include_undefined=include_undefined
            )
        themed = self.themed_values() or {}
        wanted = {*self._property_values, *self._unstable_default_values, *themed}
        found = {}
        for name in self.properties(_with_props=True):
            descriptor = self.lookup(name) if name in wanted else None
            if descriptor is None or not query(descriptor):
                continue
            value = descriptor.get_value(self)
            is_default = name not in themed and name in self._unstable_default_values
            if not (is_default and isinstance(value, PropertyValueContainer)):
                found[name] = value
        return found

    return query_properties_with_values


@cache
def _names_of_children(kind: type[ReactiveESM]) -> tuple[str, ...]:
    """Return the parameters of a component that hold others; asked of each one, all are copied."""
    return tuple(
        name
        for name in kind.param
        if is_viewable_param(kind.param[name]) and kind._property_mapping.get(name, "") is not None
    )


def _children(
    self: ReactiveESM, _data_model: Any, document: Any, root: Any, parent: Any, comm: Any
) -> tuple[dict[str, Any], list]:
    """Return the models of the components in a component, and those that there were already."""
    children, known = {}, []
    for name in _names_of_children(type(self)):
        value = getattr(self, name)
        children[name], old = self._get_child_model(value, document, root, parent, comm)
        known += old
    return children, known


def _own_reference(_cls: type, model: Any, reference: str) -> None:
    """Tell a component's own model which page it belongs to; its parts were told when made."""
    tag = f"__ref:{reference}"
    if tag not in model.tags:
        model.tags.append(tag)
