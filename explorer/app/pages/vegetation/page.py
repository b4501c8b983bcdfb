"""The Vegetation page: Table I beside the published figures, and Fig. 6."""

import panel as pn
import panel_material_ui as pmui

from explorer.analysis.totals import ALL
from explorer.analysis.vegetation import npp_table
from explorer.app.controls.region_buttons import RegionButtons
from explorer.app.pages.vegetation.figures import MONTHLY, YEARLY, FigureSix, region_colours
from explorer.app.pages.vegetation.table import table_one
from explorer.app.parts.style import CLASS_COLOURS, PRESET_COLOURS, SCENARIO_COLOUR, VEGETATION_CSS
from explorer.app.parts.words import heading, legend, signed
from explorer.app.state.state import ExplorerState
from explorer.systems.nep.published import NEP_BY_REGION
from explorer.systems.scenario import PRESETS
from explorer.tables.classes import VEGETATION

OWN = "own"
PUBLISHED_MARK = "◇ published (2010, whole country)"


class VegetationPage(pn.viewable.Viewer):
    """What each vegetation class takes up, for the scenario, the presets and the paper."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.regions = RegionButtons(state)
        self.table = pn.pane.HTML(margin=(0, 12, 8, 12), sizing_mode="stretch_width")
        self.headings = [
            pn.pane.HTML(margin=(8, 12, 0, 12), sizing_mode="stretch_width") for _ in range(5)
        ]
        self.figures = FigureSix(state.shared.scene.region_names)
        self._told: tuple | None = None
        state.param.watch(self._follow, ["result", "region", "page"])
        self._follow()

    def __panel__(self) -> pn.viewable.Viewable:
        """Lay the page out: the table above, the four panels below."""
        toolbar = pn.Row(self.regions, margin=(8, 8, 2, 8))
        figures = self.figures
        panels = [figures.whole, figures.regions, figures.annual, figures.classes]
        table = pmui.Paper(
            self.headings[0], self.table, margin=6, elevation=1, sizing_mode="stretch_width",
            sx={"overflow": "auto"},
        )  # fmt: skip
        plates = [
            pmui.Paper(title, panel, margin=6, elevation=1, sizing_mode="stretch_both")
            for title, panel in zip(self.headings[1:], panels, strict=True)
        ]
        grid = pn.Column(*plates, sizing_mode="stretch_both", stylesheets=[VEGETATION_CSS])
        return pn.Column(toolbar, table, grid, sizing_mode="stretch_both", scroll="y-auto")

    def _follow(self, *_events) -> None:
        state = self.state
        wanted = (id(state.result), state.region)
        if state.page != "vegetation" or wanted == self._told:
            return
        self._told = wanted
        where = "all regions" if state.region == ALL else state.region
        if state.is_preview:
            self.headings[0].object = heading(
                f"Annual NPP by class, {where}", "computing every cell …"
            )
            return
        own, presets = state.totals, {name: state.preset_totals(name) for name in PRESETS}
        reference, versions = state.shared.reference_by_class, presets | {OWN: own}
        shape = next((shape for shape in state.shapes if shape.name == state.region), None)
        if shape is not None:
            reference = state.book.reference_by_class(shape)
            versions = {name: totals.only(shape.name) for name, totals in versions.items()}
        rows = npp_table(versions, reference, state.region)
        self.table.object = table_one(rows, OWN)
        self.figures.show(own, presets, state.region)
        self._title(where)

    def _title(self, where: str) -> None:
        scenario, scene = self.state.scenario.label, self.state.shared.scene
        source = (
            "reference: the published means of MOD17A3H, for the scene has no product of its own"
            if self.state.shared.reference_by_class is None
            else "reference: " + scene.attributes.get("reference_npp", "product of the scene")
        )
        titles = (
            (f"Annual NPP by class, {where}", f"{YEARLY} · this = {scenario} · {source} · "
             "published: Liang et al. 2023, Table I, whole country, 2010"),
            (f"(a) Monthly NEP, {where}", f"{MONTHLY} · {PUBLISHED_MARK}"),
            ("(b) Monthly NEP by region", f"{MONTHLY} · {scenario}"),
            (f"(c) Annual NEP by class, {where}", f"{YEARLY} · {scenario} · {PUBLISHED_MARK}"),
            (f"(d) Monthly NEP by class, {where}", f"{MONTHLY} · {scenario}"),
        )  # fmt: skip
        preset_lines = {PRESETS[name][0]: colour for name, colour in PRESET_COLOURS.items()}
        legends = (
            "",
            legend(preset_lines, SCENARIO_COLOUR),
            legend(self._regions_told(), solid=True),
            "",
            legend(
                {VEGETATION[name].long_name: colour for name, colour in CLASS_COLOURS.items()},
                solid=True,
            ),
        )
        for pane, title, lines in zip(self.headings, titles, legends, strict=True):
            pane.object = heading(*title) + lines

    def _regions_told(self) -> dict[str, str]:
        """Return each region with its annual NEP, ours and the published: label -> colour."""
        totals = self.state.result.totals
        colours = region_colours(totals.region_names)
        told = {}
        for name, colour in colours.items():
            printed = NEP_BY_REGION.get(name)
            published = "" if printed is None else f", published {signed(printed)}"
            told[f"{name} ({signed(totals.yearly('nep', name))} a year{published})"] = colour
        return told
