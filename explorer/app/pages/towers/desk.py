"""What the Towers page works on: the towers loaded, how they are compared, and the comparison."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import param

from explorer.errors import SchemaError, SourceError
from explorer.observations.csv_table import MOST_BYTES, Line, read_bytes
from explorer.observations.site_index import SiteIndex, is_index, load_index, read_index
from explorer.observations.tower_files import load_towers, read_towers
from explorer.observations.tower_places import place_of
from explorer.observations.towers import Site, Towers
from explorer.report.cards.sight import AtTowers
from explorer.report.cards.towers import TowerSource, demo_towers_path
from explorer.scene.demo import DEMO_NAME, scene_name
from explorer.session.opened import Opened
from explorer.systems.contract import System
from explorer.systems.scenario import Scenario
from explorer.systems.tower_part import TowerComparison

REAL_DATA = "NEP_EXPLORER_REAL_DATA"
REAL_TOWERS = "fluxnet2015_monthly"
REAL_LEAF_AREA = Path("cardamom_fluxval") / "monthly_drivers_obs_204sites.csv.gz"
MOST_BYTES_TOGETHER = 3 * MOST_BYTES


class TowerDesk(param.Parameterized):
    """Towers in the scene of a session; whatever is refused leaves all as it was."""

    check: TowerComparison = param.Parameter(default=None, allow_None=True)
    at_site: bool = param.Boolean(default=False)
    own_class: bool = param.Boolean(default=False)
    use_index: bool = param.Boolean(default=False, doc="At the site: the series that was loaded.")
    index: SiteIndex = param.ClassSelector(class_=SiteIndex, allow_None=True)
    title: str = param.String(default="")
    synthetic: bool = param.Boolean(default=False)
    files: dict[str, bytes] = param.Dict(default={}, doc="The person's own, as they were loaded.")

    def __init__(self, shared: Opened, system: System) -> None:
        super().__init__()
        self.scene, self.part = shared.scene, system.towers
        self.is_demo = scene_name(shared.path) == DEMO_NAME
        self.towers: Towers | None = None
        self.source = TowerSource(())
        self._taking = False
        self.param.watch(lambda *_events: self._compare(), ["at_site", "own_class", "use_index"])
        if self.is_demo:
            self.load_demo()

    @property
    def real_folder(self) -> Path | None:
        """The folder of real tower files on this machine, if there is one."""
        root = os.environ.get(REAL_DATA)
        folder = Path(root) / REAL_TOWERS if root else None
        return folder if folder is not None and folder.is_dir() else None

    def at_towers(self, replaced: str, fit_from: Scenario | None) -> AtTowers | None:
        """Return what is compared, for the files of the page; None without towers."""
        if self.check is None:
            return None
        source = self.source._replace(
            at_site=self.at_site, own_class=self.own_class,
            series=self.source.series if self.use_index else None,
        )  # fmt: skip
        return AtTowers(
            self.check, source, synthetic=self.synthetic, replaced=replaced, fit_from=fit_from
        )

    def load_demo(self) -> None:
        """Take the towers made from the demonstration scene."""
        path = demo_towers_path()
        if path.is_file():
            towers = read_towers({path.name: read_bytes(path)})
            self.source = TowerSource((DEMO_NAME,))
            self._take(towers, None, "demonstration towers · synthetic", synthetic=True)
            self.files = {}

    def load_real(self) -> None:
        """Take the FLUXNET2015 sites of the real folder that the scene holds, and their leaf area.

        Raises
        ------
        ExplorerError
            When there is none, or a file is wrong.
        """
        folder = self.real_folder
        if folder is None:
            raise SourceError(f"{REAL_DATA} names no folder that holds {REAL_TOWERS}")
        towers = load_towers([folder], wanted=self._stands_here)
        if not towers.sites:
            raise SourceError(
                f"no FLUXNET2015 monthly file of {folder.name} is of a site in this scene"
            )
        leaf_area = folder.parent / REAL_LEAF_AREA
        index = load_index(leaf_area) if leaf_area.is_file() else None
        self.source = TowerSource((str(folder),), series=str(leaf_area) if index else None)
        self._take(towers, index, "FLUXNET2015")
        self.files = {}

    def load(self, files: Mapping[str, bytes], places: Sequence[Line] = ()) -> None:
        """Take towers from files, and a vegetation index if one is among them.

        An index alone joins the towers that are there.

        Parameters
        ----------
        files : mapping of name -> content
        places : sequence of Line
            Of sites whose place no file tells.

        Raises
        ------
        PlaceError
            When nothing is wrong but that nothing says where a site stands.
        ExplorerError
            When a file is refused.
        """
        size = sum(map(len, files.values()))
        if size > MOST_BYTES_TOGETHER:
            most = MOST_BYTES_TOGETHER / 1e6
            raise SourceError(f"{size / 1e6:.0f} MB together; at most {most:.0f} MB are read")
        indices = {name: content for name, content in files.items() if is_index(name, content)}
        others = {name: content for name, content in files.items() if name not in indices}
        if len(indices) > 1:
            raise SchemaError(
                [f"{', '.join(indices)}: one vegetation index at a time"], "the files"
            )
        index = next((read_index(*item) for item in indices.items()), None)
        if others:
            towers = read_towers(others, places=places)
            count = len(towers.sites)
            told = tuple(",".join(_typed(line)) for line in places)
            self.source = TowerSource(tuple(others), series=next(iter(indices), None), places=told)
            self._take(towers, index, f"{count} tower{'s' * (count != 1)} of your files")
            self.files = dict(files)
        elif self.towers is None:
            raise SchemaError(["a vegetation index, but no towers yet"], "the files")
        elif index is not None:
            self.source = self.source._replace(series=next(iter(indices)))
            self._take(self.towers, index, self.title, synthetic=self.synthetic)
            self.files = self.files | indices

    def _stands_here(self, site: Site) -> bool:
        """Whether a site stands on a land cell of the scene."""
        return place_of(self.scene, site).cell is not None

    def _take(
        self, towers: Towers, index: SiteIndex | None, title: str, *, synthetic: bool = False
    ) -> None:
        check = self._checked(towers, index)
        self.towers = towers
        self._taking = True
        self.param.update(
            index=index, use_index=index is not None, title=title, synthetic=synthetic, check=check
        )
        self._taking = False

    def _compare(self) -> None:
        if self.towers is not None and not self._taking:
            self.check = self._checked(self.towers, self.index if self.use_index else None)

    def _checked(self, towers: Towers, index: SiteIndex | None) -> TowerComparison:
        return self.part.check(
            self.scene, towers, at_site=self.at_site, own_class=self.own_class,
            index=index if self.at_site else None,
        )  # fmt: skip


def _typed(line: Line) -> tuple[str, str, str]:
    """Return a place as ``typed_places`` reads it: NAME=LAT, LON and CLASS."""
    name, lat, lon, vegetation = line.values.values()
    return f"{name}={lat}", lon, vegetation
