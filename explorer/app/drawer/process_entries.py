"""Every parameter by process, made from the table; what is per class folds away once more."""

from collections import Counter
from dataclasses import Field, fields

import panel as pn

from explorer.app.controls.folds import Folds
from explorer.app.drawer.choices import BundleEntry, ChoiceEntry
from explorer.app.drawer.clumping_table import ClumpingTable
from explorer.app.drawer.entries import NumberEntry
from explorer.app.state.state import ExplorerState
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.settings import row_of
from explorer.tables.classes import CLASSES, VEGETATION
from explorer.tables.parameter import PROCESSES, PerClass, words

ABOVE = ("epsilon_max", "ci_scheme", "delta_t", "precip_factor")
"""Parameters that stand at the top of the drawer and not again in their process."""

BUNDLED = {"soil": ("soil_constants",)}


class ProcessEntries(pn.viewable.Viewer):
    """A fold for each process; its title counts what differs from the preset."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.rows: dict[str, list[Field]] = {
            process: [
                row
                for row in fields(NepParameters)
                if row.metadata["process"] == process and row.name not in ABOVE
            ]
            for process in PROCESSES
        }
        self.processes = [process for process in PROCESSES if self.rows[process]]
        self.folds = Folds({PROCESSES[process]: self._maker(process) for process in self.processes})
        state.param.watch(self._count, "scenario")
        self._count()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the folds."""
        return self.folds

    def _maker(self, process: str):
        def made() -> pn.Column:
            rows = self.rows[process]
            single = [row for row in rows if not isinstance(row.default, PerClass)]
            tables = [row for row in rows if isinstance(row.default, PerClass)]
            parts = [BundleEntry(self.state, name) for name in BUNDLED.get(process, ())]
            parts += [self._entry(row) for row in single]
            folds = {_table_title(row): self._table_maker(row) for row in tables}
            if process == "canopy":
                folds["Reference clumping index (scheme II), from the scene"] = lambda: (
                    ClumpingTable(self.state)
                )
            if folds:
                parts.append(Folds(folds))
            return pn.Column(*parts, margin=(0, 0, 8, 0), sizing_mode="stretch_width")

        return made

    def _entry(self, row: Field) -> pn.viewable.Viewer:
        if row.name in words(NepParameters):
            return ChoiceEntry(self.state, row.name)
        return NumberEntry(self.state, row.name, row.metadata["label"], detailed=True)

    def _table_maker(self, row: Field):
        def made() -> pn.Column:
            flag = "stand-in, to be verified · " if row.metadata["stand_in"] else ""
            note = f'<div class="nep-note">{flag}{row.metadata["source"]}</div>'
            entries = [
                NumberEntry(self.state, f"{row.name}.{name}", class_label(name)) for name in CLASSES
            ]
            return pn.Column(
                pn.pane.HTML(note, margin=(0, 0, 4, 0), sizing_mode="stretch_width"),
                *entries, margin=0, sizing_mode="stretch_width",
            )  # fmt: skip

        return made

    def _count(self, *_events) -> None:
        changes = Counter(
            row_of(name).metadata["process"]
            for name in self.state.scenario.differences()
            if name.partition(".")[0] not in ABOVE
        )
        for number, process in enumerate(self.processes):
            count = changes[process]
            told = f" · {count} changed" if count else ""
            self.folds.retitle(number, PROCESSES[process] + told)


def class_label(name: str) -> str:
    """Return the name of a class, short enough for a narrow column."""
    return VEGETATION[name].long_name.replace(" forest", "").replace(", savanna, wetland", "")


def _table_title(row: Field) -> str:
    unit = row.metadata["unit"]
    return row.metadata["label"] + (f", {unit}" if unit != "1" else "")
