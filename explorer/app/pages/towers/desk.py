"""What the Towers page works on: the towers loaded, how they are compared, and the comparison."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import param

from explorer.errors import SchemaError, SourceError
from explorer.observations.brought_files import Brought, read_brought, require_few_bytes
from explorer.observations.csv_table import Line, read_bytes
from explorer.observations.site_index import SiteIndex, load_index
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

Reader = Callable[[Callable[..., Brought], Mapping[str, bytes], Sequence[Line]], Brought | None]
"""Makes the call that reads files, as in a process apart; None where that was given up."""


class Taken(NamedTuple):
    """Towers that were read and compared; nothing of them is shown before a desk takes them."""

    towers: Towers
    check: TowerComparison
    index: SiteIndex | None
    title: str
    source: TowerSource
    synthetic: bool = False
    files: Mapping[str, bytes] = {}


def _here(
    call: Callable[..., Brought], files: Mapping[str, bytes], places: Sequence[Line]
) -> Brought:
    return call(files, places)


class TowerDesk(param.Parameterized):
    """Towers in the scene of a session; whatever is refused leaves all as it was.

    What begins with ``read`` changes nothing and may run in a thread of its own; ``take`` is called
    in the session's.
    """

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
        demo = self.read_demo() if self.is_demo else None
        if demo is not None:
            self.take(demo)

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

    def read_demo(self) -> Taken | None:
        """Read the towers made from the demonstration scene; None where they are not installed."""
        path = demo_towers_path()
        if not path.is_file():
            return None
        towers = read_towers({path.name: read_bytes(path)})
        return Taken(
            towers, self._checked(towers, None), None, "demonstration towers · synthetic",
            TowerSource((DEMO_NAME,)), synthetic=True,
        )  # fmt: skip

    def read_real(self) -> Taken:
        """Read the FLUXNET2015 sites of the real folder that the scene holds, and their leaf area.

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
        source = TowerSource((str(folder),), series=str(leaf_area) if index else None)
        return Taken(towers, self._checked(towers, index), index, "FLUXNET2015", source)

    def read_files(
        self, files: Mapping[str, bytes], places: Sequence[Line] = (), reader: Reader = _here
    ) -> Taken | None:
        """Read towers from files, and a vegetation index if one is among them.

        An index alone joins the towers that are there.

        Parameters
        ----------
        files : mapping of name -> content
        places : sequence of Line
            Of sites whose place no file tells.
        reader : callable
            See ``Reader``; default: here and now.

        Raises
        ------
        PlaceError
            When nothing is wrong but that nothing says where a site stands.
        ExplorerError
            When a file is refused.
        """
        require_few_bytes(files)  # before they are sent to another process
        brought = reader(read_brought, files, places)
        if brought is None:
            return None
        index = brought.series
        if brought.towers is not None:
            count = len(brought.towers.sites)
            told = tuple(",".join(_typed(line)) for line in places)
            series = None if index is None else index.name
            source = TowerSource(
                tuple(name for name in files if name != series), series=series, places=told
            )
            title = f"{count} tower{'s' * (count != 1)} of your files"
            check = self._checked(brought.towers, index)
            return Taken(brought.towers, check, index, title, source, files=dict(files))
        if self.towers is None or index is None:
            raise SchemaError(["a vegetation index, but no towers yet"], "the files")
        return Taken(
            self.towers, self._checked(self.towers, index), index, self.title,
            self.source._replace(series=index.name), self.synthetic, {**self.files, **files},
        )  # fmt: skip

    def take(self, taken: Taken) -> None:
        """Show these towers from now on."""
        check = taken.check
        if (check.at_site, check.own_class) != (self.at_site, self.own_class):
            check = self._checked(taken.towers, taken.index)  # switched while they were read
        self.towers, self.source = taken.towers, taken.source
        self._taking = True
        self.param.update(
            index=taken.index, use_index=taken.index is not None, title=taken.title,
            synthetic=taken.synthetic, check=check, files=dict(taken.files),
        )  # fmt: skip
        self._taking = False

    def _stands_here(self, site: Site) -> bool:
        """Whether a site stands on a land cell of the scene."""
        return place_of(self.scene, site).cell is not None

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
