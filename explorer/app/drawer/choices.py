"""Choices between words: one row per parameter, made from the table."""

from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.parts.style import LABEL_UNSEEN, css_name
from explorer.app.state.state import ExplorerState
from explorer.systems.scenario import preset_of
from explorer.tables.parameter import bundles, row_of, words


class ChoiceEntry(pn.viewable.Viewer):
    """Buttons for a parameter that chooses between words."""

    def __init__(self, state: ExplorerState, name: str, *, caption: bool = True) -> None:
        super().__init__()
        self.state, self.name_of_parameter = state, name
        self._quiet = False
        self._called = row_of(state.system.parameters, name).metadata["called"]
        choices = words(state.system.parameters)[name]
        self.caption = pn.pane.HTML(margin=(6, 0, 0, 0), visible=caption)
        self.buttons = pmui.RadioButtonGroup(
            options={self._called.get(word, word): word for word in choices},
            size="small", margin=0,
            value=getattr(state.a.scenario.parameters, name), sizing_mode="stretch_width",
            css_classes=[css_name(name)], stylesheets=[LABEL_UNSEEN],
            label=row_of(state.system.parameters, name).metadata["label"],
        )  # fmt: skip
        self.buttons.param.watch(self._chosen, "value")
        state.watch(self._follow, a="scenario")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the caption above the buttons."""
        return pn.Column(self.caption, self.buttons, margin=0, sizing_mode="stretch_width")

    def _chosen(self, event) -> None:
        if not self._quiet:
            self.state.set_parameter(self.name_of_parameter, event.new)

    def _follow(self, *_events) -> None:
        name, scenario = self.name_of_parameter, self.state.a.scenario
        value = getattr(scenario.parameters, name)
        reference = getattr(preset_of(scenario.system, scenario.preset).parameters, name)
        self._quiet = True
        self.buttons.value = value
        self._quiet = False
        row = row_of(scenario.system.parameters, name).metadata
        changed = " nep-changed" if value != reference else ""
        preset = f"preset: {self._called.get(reference, reference)} · {row['source']}"
        self.caption.object = (
            f'<div class="nep-caption{changed}">{escape(row["label"])}</div>'
            f'<div class="nep-note">{escape(preset)}</div>'
        )


class BundleEntry(pn.viewable.Viewer):
    """Buttons for sets of constants that belong together; none is pressed when they are mixed."""

    def __init__(self, state: ExplorerState, name: str) -> None:
        super().__init__()
        self.state, self.bundle = state, name
        self._quiet = False
        self.buttons = pmui.RadioButtonGroup(
            options={key.replace("_", " "): key for key in bundles(state.system.parameters)[name]},
            value=None,
            size="small",
            margin=0,
            sizing_mode="stretch_width",
            css_classes=[css_name(name)],
            stylesheets=[LABEL_UNSEEN],
            label=_title(name),
        )
        self.buttons.param.watch(self._chosen, "value")
        state.watch(self._follow, a="scenario")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the name above the buttons."""
        title = f'<div class="nep-caption">{_title(self.bundle)}</div>'
        caption = pn.pane.HTML(title, margin=(6, 0, 0, 0))
        return pn.Column(caption, self.buttons, margin=0, sizing_mode="stretch_width")

    def _chosen(self, event) -> None:
        if not self._quiet and event.new is not None:
            self.state.set_parameter(self.bundle, event.new)

    def _follow(self, *_events) -> None:
        scenario = self.state.a.scenario
        values, known = scenario.values(), bundles(scenario.system.parameters)
        self._quiet = True
        self.buttons.value = next(
            (
                key
                for key, members in known[self.bundle].items()
                if members.items() <= values.items()
            ),
            None,
        )
        self._quiet = False


def _title(bundle: str) -> str:
    return bundle.replace("_", " ").capitalize()
