"""The Vegetation page: a variable by class beside published figures, and the series (Fig. 6)."""

from dataclasses import replace

import panel as pn

from explorer.analysis.by_class import class_table
from explorer.analysis.totals import ALL
from explorer.app.controls.card_menu import POSITIONED, card, card_menu
from explorer.app.controls.region_buttons import RegionButtons
from explorer.app.maps.drawn import drawn_from
from explorer.app.pages.vegetation.figures import OWN, FigureSix, region_colours
from explorer.app.pages.vegetation.regions import contradictions, step_notes, table_by_region
from explorer.app.pages.vegetation.table import table_by_class
from explorer.app.parts.style import SCENARIO_COLOUR, VEGETATION_CSS
from explorer.app.parts.words import heading, legend, preset_lines, region_name, signed
from explorer.app.state.state import ExplorerState
from explorer.systems.contract import Published

PUBLISHED_MARK = "◇ "
OF_THE_WHOLE = "published figures are of the whole country: choose All to see them"


class VegetationPage(pn.viewable.Viewer):
    """What each class gives, for the scenario, the presets and the paper."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.regions = RegionButtons(state)
        self.table = pn.pane.HTML(margin=(0, 12, 8, 12), sizing_mode="stretch_width")
        self.by_region = pn.pane.HTML(
            margin=(0, 12, 8, 12), sizing_mode="stretch_width",
            visible=bool(state.system.published.by_region),
        )  # fmt: skip
        self.figures = FigureSix(state.a.result)
        self.headings = [
            pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width")
            for _ in range(1 + len(self.figures.panels))
        ]
        self._shown: tuple | None = None
        state.watch(self._follow, ["region", "year", "page"], a="result")
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the page out: the table above, the panels below."""
        toolbar = pn.Row(self.regions, margin=(8, 8, 2, 8))
        state, parts = self.state, [self.headings[0], self.table]
        if state.system.published.by_region:
            menu = card_menu(state, "by-region", "the table by region")
            parts.append(
                pn.Column(
                    self.by_region, menu, margin=0, sizing_mode="stretch_width", styles=POSITIONED
                )
            )
        table = card(
            state, "classes", "the table by class", *parts, sizing_mode="stretch_width",
            sx={"overflow": "auto"},
        )  # fmt: skip
        plates = [
            card(state, key, label, title, panel)
            for (key, label), title, panel in zip(
                self._panel_cards, self.headings[1:], self.figures.panels, strict=True
            )
        ]
        grid = pn.Column(*plates, sizing_mode="stretch_both", stylesheets=[VEGETATION_CSS])
        return pn.Column(toolbar, table, grid, sizing_mode="stretch_both", scroll="y-auto")

    def _follow(self, *_events) -> None:
        state, system = self.state, self.state.system
        wanted = (*drawn_from(state.a.result), state.region, state.period.year)
        if state.page != "vegetation" or wanted == self._shown:
            return
        self._shown = wanted
        name = self._table_variable
        row = state.a.result.variables[name]
        title = f"Annual {row.symbol} by class, {region_name(state.region)}"
        if state.a.is_preview:
            self.headings[0].object = heading(title, "computing every cell …")
            return
        own = state.totals
        presets = {each: state.preset_totals(each) for each in system.presets}
        versions = presets | {OWN: own}
        shape = next((shape for shape in state.shapes if shape.name == state.region), None)
        reference = state.book.reference_sums(system.reference_input, shape)
        if shape is not None:
            versions = {key: totals.only(shape.name) for key, totals in versions.items()}
        published = self._published
        rows = class_table(
            name, versions, reference, published.by_class, published.reference_column, state.region
        )
        short = {key: preset.short or preset.label for key, preset in system.presets.items()}
        self.table.object = table_by_class(
            rows, short | {OWN: "my scenario"}, published.columns, own.classes, name
        )
        if system.published.by_region:
            self.by_region.object = self._regions()
        self.figures.show(own, presets, state.region, state.period.year)
        self._retitle(title, has_reference=reference is not None)

    @property
    def _panel_cards(self) -> list[tuple[str, str]]:
        """Key and label of the card of each panel."""
        year = ("year-by-class", "the year by class")
        if not self.figures.series:
            return [year]
        return [
            ("steps", "the steps"), ("steps-by-region", "the steps by region"), year,
            ("steps-by-class", "the steps by class"),
        ]  # fmt: skip

    @property
    def _table_variable(self) -> str:
        return self.state.system.table_variable or self.state.system.headline

    @property
    def _published(self) -> Published:
        """What is published of the place shown: what is of the whole is held against no part."""
        whole = self.state.system.published
        if self.state.region == ALL:
            return whole
        return replace(whole, by_class={}, columns={}, reference_column="")

    def _regions(self) -> str:
        result, published = self.state.a.result, self.state.system.published
        year = self.state.period.year
        notes = [
            f"my scenario = {self.state.a.scenario.label}",
            *step_notes(result, published, year),
        ]
        if published.source:
            notes.append(f"published: {published.source}")
        title = heading("Year by region and of the whole", " · ".join(notes))
        return title + table_by_region(result, published, year) + contradictions(published)

    def _retitle(self, title: str, *, has_reference: bool) -> None:
        state, result = self.state, self.state.a.result
        system, scene, label = state.system, state.shared.scene, state.a.scenario.label
        published, where = self._published, region_name(state.region)
        notes = [
            result.variables[self._table_variable].unit.over_year().pretty,
            f"my scenario = {label}",
        ]  # fmt: skip
        if has_reference:
            name = scene.attributes.get(system.reference_input, "product of the scene")
            notes.append(f"reference: {name}")
        elif published.reference_column:
            column = published.columns[published.reference_column]
            notes.append(
                f"reference: the published means of {column}, for the scene has no product of "
                "its own"
            )
        if published.columns:
            notes.append(f"published: {published.source}")
        elif system.published.columns:
            notes.append(OF_THE_WHOLE)
        row = result.variables[result.headline]
        symbol, adverb = row.symbol, result.periods.adverb
        step, year = row.unit.pretty, row.unit.over_year().pretty
        of_the_whole = published.mark and self.state.region == ALL
        mark = [PUBLISHED_MARK + published.mark] if of_the_whole else []
        bars = (f"Annual {symbol} by class, {where}", " · ".join([year, label, *mark]), "")
        panels = [bars]
        if self.figures.series:
            classes = {each.long_name: each.colour for each in result.classes.rows.values()}
            panels = [
                (f"(a) {adverb} {symbol}, {where}", " · ".join([step, *mark]),
                 legend(preset_lines(state), SCENARIO_COLOUR)),
                (f"(b) {adverb} {symbol} by region", f"{step} · {label}",
                 legend(self._region_lines(), solid=True)),
                (f"(c) {bars[0]}", bars[1], ""),
                (f"(d) {adverb} {symbol} by class, {where}", f"{step} · {label}",
                 legend(classes, solid=True)),
            ]  # fmt: skip
        titles = [(title, " · ".join(notes), ""), *panels]
        for pane, (text, note, lines) in zip(self.headings, titles, strict=True):
            pane.object = heading(text, note) + lines

    def _region_lines(self) -> dict[str, str]:
        """Return each region with its annual headline, ours and published: label -> colour."""
        totals, name = self.state.a.result.totals, self.state.a.result.headline
        printed = self.state.system.published.by_region
        lines = {}
        for region, colour in region_colours(totals.region_names).items():
            figure = printed.get(region, {}).get(name)
            beside = "" if figure is None else f", published {signed(figure)}"
            value = signed(totals.mean(name, self.state.period._replace(step=None), region))
            lines[f"{region} ({value} a year{beside})"] = colour
        return lines
