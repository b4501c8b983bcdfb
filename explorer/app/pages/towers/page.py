"""The Towers page: the model against measured exchange, the paper's Fig. 7."""

from collections import Counter
from html import escape

import panel as pn
import panel_material_ui as pmui

from explorer.app.controls.card_menu import POSITIONED, card, card_menu
from explorer.app.controls.folds import Folds
from explorer.app.pages.towers.controls import TowerControls
from explorer.app.pages.towers.desk import TowerDesk
from explorer.app.pages.towers.map import TowerMap
from explorer.app.pages.towers.panels import TowerPanels
from explorer.app.pages.towers.series import OBSERVED_COLOUR, OWN, TowerSeries
from explorer.app.pages.towers.style import GRID_CSS, PANELS_CSS, SIDE_CSS, TOWERS_CSS, WHOLE_CSS
from explorer.app.pages.towers.words import (
    fit_table,
    nothing_compared,
    remarks_list,
    scores_table,
    sites_legend,
    sites_table,
    what_files_hold,
)
from explorer.app.parts.style import SCENARIO_COLOUR
from explorer.app.parts.words import heading, legend, preset_lines
from explorer.app.state.state import ExplorerState
from explorer.report.cards.tower_cards import panel_versions
from explorer.report.tower_tables import SCORE_NOTE, comparison_label, versions_of
from explorer.scene.shapes.shape import unlike
from explorer.systems.scenario import Scenario, presets_of
from explorer.systems.tower_part import TowerComparison

SYNTHETIC = (
    "These observations are synthetic: NEP of the version “+ CI scheme II” on this scene, plus "
    "noise. They show how the page works; which version wins here says nothing of the model."
)


class TowersPage(pn.viewable.Viewer):
    """Four panels, scores beside the published ones, a tower's series, and where it stands."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.system, self.part = state.system, state.system.towers
        self.unit = self.part.variable.unit.pretty
        self.desk = TowerDesk(state.shared, self.system)
        self.panels = TowerPanels(len(self.system.presets), self.unit, self._pick)
        self.series = TowerSeries(self.system)
        self.map = TowerMap(state.shared, state.a.result, self._pick)
        self.controls = TowerControls(self.desk, state, self._fit, self.map.prepare)
        self.chosen: set[str] = set()
        self._fit_from: Scenario | None = None
        self.fit_menu: pmui.IconButton | None = None
        self._drawn: tuple | None = None
        self._words()
        state.watch(self._load_stored, "tower_files")
        state.watch(lambda *_events: self._follow(), ["page", "tower"], a=["scenario", "result"])
        self.desk.param.watch(lambda *_events: self._forget_fit(), "check")
        self.controls.param.watch(lambda *_events: self._tell(), "replaced")
        self.controls.param.watch(lambda *_events: self._follow(), "replaced")
        self._tell()
        self._load_stored()
        # Also where they are the same: a file that is still being read is no longer wanted.
        self.desk.param.watch(
            lambda event: setattr(state, "tower_files", event.new), "files", onlychanged=False
        )
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the page out: controls, panels on the left; scores, series and map on the right."""
        state = self.state
        panels = [
            card(state, "scatters", "the scatters", head, pane)
            for head, pane in zip(self.panels.heads, self.panels.panes, strict=True)
        ]
        grid = pn.Column(*panels, sizing_mode="stretch_both", stylesheets=[PANELS_CSS])
        self.scatters = pn.Column(grid, sizing_mode="stretch_both", stylesheets=[WHOLE_CSS])
        left = pn.Column(
            self.nothing, self.scatters, sizing_mode="stretch_both", stylesheets=[WHOLE_CSS]
        )
        self.fit_menu = card_menu(state, "fit", "the fit")
        self.fit_menu.visible = bool(self.fitted.object)
        scores = card(
            state, "scores", "the scores", self.scores,
            pn.Column(
                self.folds, card_menu(state, "sites", "the scores by site"), margin=0,
                sizing_mode="stretch_width", styles=POSITIONED,
            ),
            pn.Column(
                self.fitted, self.fit_menu, margin=0, sizing_mode="stretch_width",
                styles=POSITIONED,
            ),
            sizing_mode="stretch_width",
        )  # fmt: skip
        series = card(state, "tower", "the tower's series", self.series_head, self.series)
        where = card(state, "where", "the map of the towers", self.map_head, self.map)
        right = pn.Column(scores, series, where, sizing_mode="stretch_both", stylesheets=[SIDE_CSS])
        both = pn.Column(left, right, sizing_mode="stretch_both", stylesheets=[GRID_CSS])
        # In a column of its own: a grid does not hide itself.
        self.plates = pn.Column(both, sizing_mode="stretch_both", stylesheets=[WHOLE_CSS])
        self._show_or_hide()
        return pn.Column(
            self.controls, self.empty, self.banner, self.plates,
            sizing_mode="stretch_both", scroll="y-auto",
        )  # fmt: skip

    def _load_stored(self, *_events) -> None:
        """Load the person's own files where they are others than those on the desk."""
        files = self.state.tower_files
        if files and files != self.desk.files:
            self.controls.load_stored(files)

    def _words(self) -> None:
        def words(margin: tuple[int, ...]) -> pn.pane.HTML:
            return pn.pane.HTML(
                "", margin=margin, sizing_mode="stretch_width", stylesheets=[TOWERS_CSS]
            )

        self.banner = words((0, 12, 0, 12))
        self.empty = words((2, 12, 2, 12))
        self.nothing = words((12, 12, 12, 12))
        self.scatters = None
        self.scores, self.fitted = words((8, 12, 4, 12)), words((0, 12, 8, 12))
        self.by_site, self.remarks = words((0, 4)), words((0, 4))
        self.folds = Folds(
            {"By site": lambda: self.by_site, "Notes on this comparison": lambda: self.remarks}
        )
        self.folds.accordion.param.watch(lambda *_events: self._refresh_sites(), "active")
        self.series_head, self.map_head = words((8, 12, 0, 12)), words((8, 12, 0, 12))
        self.plates = None

    @property
    def _long_names(self) -> dict[str, str]:
        """What each class is called."""
        classes = self.state.shared.scene.classes
        return {name: row.long_name for name, row in classes.rows.items()}

    def versions(self) -> dict[str, Scenario]:
        """Return what the four panels show, by label."""
        return panel_versions(self.state.a.scenario, self.controls.replaced)

    def _follow(self) -> None:
        """Catch up with the state, as far as the page is looked at and something changed."""
        state, check = self.state, self.desk.check
        if state.page != "towers":
            return
        self._show_or_hide()
        if check is None:
            return
        self.map.show_result(state.a.result)
        shown = (check, state.a.scenario, self.controls.replaced)
        if shown != self._drawn:
            self._drawn = shown
            self.panels.show(check, self.versions())
            self._refresh_scores(check)
        self._show_tower(check)

    def _show_or_hide(self) -> None:
        check = self.desk.check
        has_towers = check is not None
        self.empty.object = what_files_hold(folded=has_towers)
        is_compared = has_towers and bool(check.compared_sites)
        self.nothing.object = nothing_compared(check) if has_towers and not is_compared else ""
        self.nothing.visible = bool(self.nothing.object)
        if self.scatters is not None:
            self.scatters.visible = is_compared
        self.banner.object = (
            f'<div class="nep-synthetic" role="note">{SYNTHETIC}</div>'
            if has_towers and self.desk.synthetic
            else ""
        )
        self.banner.visible = bool(self.banner.object)
        if self.plates is not None:
            self.plates.visible = has_towers

    def _refresh_scores(self, check: TowerComparison) -> None:
        versions = versions_of(self.state.a.scenario)
        note = f"{comparison_label(check, self.system)} · {self.unit} · {self.part.published_note}"
        if check.compared_sites:
            self.scores.object = (
                heading("Scores", note)
                + scores_table(check, versions, self.system)
                + f'<div class="nep-note">{escape(SCORE_NOTE)}; {escape(self.part.r2_note)}</div>'
            )
        else:
            self.scores.object = heading("No scores", "no tower is compared")
        self.remarks.object = remarks_list(check)
        count = len(check.remarks)
        self.folds.retitle(1, f"{count} note{'s' * (count != 1)} on this comparison")
        self._refresh_sites()

    def _refresh_sites(self) -> None:
        """Fill the table of sites when it is open: it costs as much as all the rest."""
        check = self.desk.check
        if 0 in self.folds.accordion.active and check is not None:
            versions = versions_of(self.state.a.scenario)
            self.by_site.object = sites_table(check, versions) if check.compared_sites else ""

    def _show_tower(self, check: TowerComparison) -> None:
        """Let series, map and points follow the tower that is picked."""
        compared = check.compared_sites
        picked = self.state.tower if self.state.tower in check.towers.names else ""
        if picked not in self.chosen:
            self.chosen = {picked} if picked else set()
        shown = picked or (compared[0] if compared else "")
        lines = {
            name: check.estimated(scenario) for name, scenario in presets_of(self.system).items()
        }
        lines[OWN] = check.estimated(self.state.a.scenario)
        self.series.show(check, shown, lines)
        self.panels.highlight(picked)
        self.map.show(check, self.chosen)
        place = next((place for place in check.places if place.site.name == shown), None)
        kind = "" if place is None else self._long_names[place.site.vegetation].lower()
        self.series_head.object = (
            f'<div data-tower="{escape(shown)}">'
            + heading(
                f"{shown}, {kind}" if shown else "No tower is compared",
                f"{self.unit} · click a point, drag over points, or click the map",
            )
            + f'<div class="nep-observed" style="color:{OBSERVED_COLOUR}">● observed</div>'
            + legend(preset_lines(self.state), SCENARIO_COLOUR)
            + "</div>"
        )
        self.map_head.object = heading(
            "Where the towers are",
            f"yearly {self.part.variable.symbol} of {self.state.a.result.scenario.label}",
        ) + sites_legend(check, self.chosen)

    def _pick(self, sites: list[str]) -> None:
        """Take the tower that most of the selected points belong to."""
        self.chosen = set(sites)
        most = Counter(sites).most_common(1)
        tower = most[0][0] if most else ""
        if tower == self.state.tower:
            self._follow()
        else:
            self.state.tower = tower

    def _fit(self) -> None:
        """Fit epsilon_max, put the result on the shelf under a name and make it the scenario."""
        check, state = self.desk.check, self.state
        if check is None or state.draft:
            return
        fit = check.fit(state.a.scenario)
        if not fit.towers:
            self.controls.refuse("No tower has a month to compare: nothing can be fitted.")
            return
        count = len(check.compared_sites)
        name = unlike(f"{self.part.fit_name} {count} tower{'s' * (count != 1)}", state.shelf)
        scenario = state.a.scenario.with_values(fit.changes).named(name)
        self.fitted.object = fit_table(fit, name, self._long_names)
        self._fit_from = state.a.scenario
        self._tell()
        state.save(scenario)

    def _forget_fit(self) -> None:
        self.fitted.object, self._fit_from = "", None
        self._tell()
        self._follow()

    def _tell(self) -> None:
        """Tell the session what the files of this page are made of."""
        self.state.at_towers = self.desk.at_towers(self.controls.replaced, self._fit_from)
        if self.fit_menu is not None:
            self.fit_menu.visible = self._fit_from is not None
