"""Every parameter by process, made from the table; what is per class folds away once more."""

from collections import Counter
from dataclasses import Field, fields

import panel as pn

from explorer.app.controls.folds import Folds
from explorer.app.drawer.choices import BundleEntry, ChoiceEntry
from explorer.app.drawer.entries import NumberEntry
from explorer.app.drawer.read_only_table import table_pane
from explorer.app.state.state import ExplorerState
from explorer.tables.parameter import PerClass, row_of, words


class ProcessEntries(pn.viewable.Viewer):
    """A fold for each process; its title counts what differs from the preset."""

    def __init__(self, state: ExplorerState) -> None:
        super().__init__()
        self.state = state
        self.owner = state.system.parameters
        self.above = {name for part in state.system.drawer for name in part.parameters}
        self.titles: dict[str, str] = getattr(self.owner, "PROCESSES", {})
        self.rows: dict[str, list[Field]] = {
            process: [
                row
                for row in fields(self.owner)
                if row.metadata["process"] == process and row.name not in self.above
            ]
            for process in self.titles
        }
        self.tables = state.system.tables(state.system.forcing(state.shared.scene))
        self.processes = [process for process in self.titles if self.rows[process]]
        self.folds = Folds(
            {self.titles[process]: self._maker(process) for process in self.processes}
        )
        self._tables: dict[str, tuple[Folds, int]] = {}  # parameter -> its fold within a process
        self.entries: dict[str, NumberEntry] = {}
        state.watch(self._count, a="scenario")
        self._count()

    def __panel__(self) -> pn.viewable.Viewable:
        """Show the folds."""
        return self.folds

    def _maker(self, process: str):
        def made() -> pn.Column:
            rows = self.rows[process]
            single = [row for row in rows if not isinstance(row.default, PerClass)]
            tables = [row for row in rows if isinstance(row.default, PerClass)]
            bundled = self.state.system.bundled.get(process, ())
            parts = [BundleEntry(self.state, name) for name in bundled]
            parts += [self._entry(row) for row in single]
            folds = {_table_title(row): self._table_maker(row) for row in tables}
            table = self.tables.get(process)
            if table is not None:
                folds[table.title] = lambda: table_pane(table)
            if folds:
                inner = Folds(folds)
                self._tables |= {row.name: (inner, at) for at, row in enumerate(tables)}
                parts.append(inner)
            return pn.Column(*parts, margin=(0, 0, 8, 0), sizing_mode="stretch_width")

        return made

    def _entry(self, row: Field) -> pn.viewable.Viewer:
        if row.name in words(self.owner):
            return ChoiceEntry(self.state, row.name)
        entry = NumberEntry(self.state, row.name, row.metadata["label"], detailed=True)
        self.entries[row.name] = entry
        return entry

    def _table_maker(self, row: Field):
        def made() -> pn.Column:
            entries = class_entries(self.state, row)
            self.entries |= {entry.name_of_parameter: entry for entry in entries}
            flag = "stand-in, to be verified · " if row.metadata["stand_in"] else ""
            note = f'<div class="nep-note">{flag}{row.metadata["source"]}</div>'
            return pn.Column(
                pn.pane.HTML(note, margin=(0, 0, 4, 0), sizing_mode="stretch_width"),
                *entries, margin=0, sizing_mode="stretch_width",
            )  # fmt: skip

        return made

    def open(self, name: str) -> NumberEntry | None:
        """Open the folds round the control of a parameter, and return it."""
        process = row_of(self.owner, name).metadata["process"]
        if process in self.processes:
            self.folds.open(self.processes.index(process))
        stem = name.partition(".")[0]
        if stem in self._tables:
            inner, number = self._tables[stem]
            inner.open(number)
        return self.entries.get(name)

    def _count(self, *_events) -> None:
        changes = Counter(
            row_of(self.owner, name).metadata["process"]
            for name in self.state.a.scenario.differences()
            if name.partition(".")[0] not in self.above
        )
        for number, process in enumerate(self.processes):
            count = changes[process]
            suffix = f" · {count} changed" if count else ""
            self.folds.retitle(number, self.titles[process] + suffix)


def class_entries(state: ExplorerState, row: Field) -> list[NumberEntry]:
    """Return an entry for each class of a parameter that has one number per class."""
    classes = state.system.classes or state.shared.scene.classes
    return [
        NumberEntry(
            state,
            f"{row.name}.{member}",
            classes.rows[member].short_name if member in classes.rows else member,
            spoken=f"{row.metadata['label']}, "
            + (classes.rows[member].long_name if member in classes.rows else member),
        )
        for member in row.default.members
    ]


def _table_title(row: Field) -> str:
    unit = row.metadata["unit"]
    return row.metadata["label"] + (f", {unit}" if unit != "1" else "")
