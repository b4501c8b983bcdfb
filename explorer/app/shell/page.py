"""Build the page for a session."""

from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.drawer.scenario_drawer import ScenarioDrawer
from explorer.app.drawer.stored_part import StoredPart
from explorer.app.header.address import Address
from explorer.app.header.downloads import Downloads
from explorer.app.header.export_menu import ExportMenu
from explorer.app.header.history_buttons import HistoryButtons
from explorer.app.header.share_menu import ShareMenu
from explorer.app.pages.compare.page import ComparePage
from explorer.app.pages.map.page import MapPage
from explorer.app.pages.towers.page import TowersPage
from explorer.app.pages.vegetation.page import VegetationPage
from explorer.app.parts.browser import Found
from explorer.app.shell.shell import Shell
from explorer.app.state.state import ExplorerState
from explorer.scene.scene import Scene
from explorer.session.opened import Opened

TABS: dict[str, tuple[str, type[pn.viewable.Viewer]]] = {
    "map": ("Map", MapPage),
    "compare": ("Compare", ComparePage),
    "towers": ("Towers", TowersPage),
    "vegetation": ("Vegetation", VegetationPage),
}
"""The pages in their order: name in the state, label, and what makes one."""


def build_page(shared: Opened, downloads: Downloads) -> pmui.Page:
    """Return a fresh page with its own state; nothing is shared but the scene and the files."""
    page = Shell()
    fill(page, shared, downloads)
    return page.page


def fill(
    page: Shell, shared: Opened, downloads: Downloads, former: ExplorerState | None = None
) -> ExplorerState:
    """Put everything into a page that has nothing yet, or another scene's; return its state.

    Parameters
    ----------
    page : Shell
    shared : Opened
    downloads : Downloads
        Of the process; the server sends its files.
    former : ExplorerState, optional
        Whose scenarios and view are taken over.
    """
    state = ExplorerState(shared, page.faults)
    page.follow_dark(lambda dark: setattr(state, "dark", dark))
    if former is not None:
        state.take_over(former)
        former.session.end()
    page.stored = stored = StoredPart(state, page.browser, page.stored)

    def share() -> ShareMenu:
        """Return the menu; what was stored comes back after the page's own link is followed."""
        menu = ShareMenu(state)
        address = Address(state, page.browser, menu.arrived)

        def opened(found: Found) -> None:
            menu.opened(found)

            def begin() -> None:
                stored.begin(found)
                address.begin(found.address)

            menu.when_settled(begin)

        page.browser.hear("found", opened)
        return menu

    page.put(
        main=lambda: [_pages(state)],
        sidebar=lambda: [ScenarioDrawer(state), _what_to_know(state), stored],
        header=lambda: [
            *_chips(shared.scene), pn.HSpacer(),
            HistoryButtons(state), share(), ExportMenu(state, downloads),
        ],
    )  # fmt: skip
    built_for, refilled = state.system, False

    def follow_system(_event) -> None:
        """Fill the page again when A is of another system: its tables make every control."""
        nonlocal refilled
        if state.system is not built_for and not refilled:
            refilled = True
            state.later(lambda: fill(page, shared, downloads, state))

    state.watch(follow_system, a="scenario", any_system=True)
    state.watch(lambda event: page.open_sidebar() if event.new else None, "sought")
    return state


def _chips(scene: Scene) -> list[pn.pane.HTML]:
    """Return what the scene is, in a word or two."""
    name = f"{scene.title} · {scene.cells:,} cells"
    chips = [f'<span class="nep-chip nep-scene">{escape(name)}</span>']
    if scene.synthetic:
        chips.append('<span class="nep-chip nep-made-up">synthetic data</span>')
    return [pn.pane.HTML(chip, margin=4) for chip in chips]


def _what_to_know(state: ExplorerState) -> pn.pane.HTML:
    """Return what a reader of these numbers must know; it follows the result."""
    notes = pn.pane.HTML(sizing_mode="stretch_width", margin=(0, 10, 20, 10))

    def refresh(*_events) -> None:
        lines = (*state.a.result.warnings, *state.a.result.notes)
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        head = '<div class="nep-heading"><b>Notes on this result</b></div>'
        notes.object = f'{head}<ul class="nep-notes">{items}</ul>'

    # It can wait until a control is at rest.
    state.watch(lambda _event: state.soon(refresh, 400), a="result")
    refresh()
    return notes


def _pages(state: ExplorerState) -> pmui.Tabs:
    """Return the pages as tabs; a page is made when it is first looked at."""
    names = list(TABS)
    places = [pn.Column(sizing_mode="stretch_both", margin=0) for _ in names]
    labelled = [(TABS[name][0], place) for name, place in zip(names, places, strict=True)]
    tabs = pmui.Tabs(*labelled, sizing_mode="stretch_both", dynamic=True)

    def show(*_events) -> None:
        number = names.index(state.page)
        if not places[number].objects:
            places[number].append(_page(state))
        tabs.active = number

    tabs.param.watch(lambda event: setattr(state, "page", names[event.new]), "active")
    state.watch(show, "page")
    show()
    return tabs


def _page(state: ExplorerState) -> pn.viewable.Viewable | pn.viewable.Viewer:
    """Return a page, or why the system has none such."""
    if state.page == "towers" and state.system.towers is None:
        note = f"{state.system.title}: nothing of it is measured at towers."
        return pn.pane.HTML(f'<div class="nep-note" role="note">{escape(note)}</div>', margin=16)
    return TABS[state.page][1](state)
