"""Towers as a command or a notebook names them, loaded and compared as the page does."""

from pathlib import Path
from typing import NamedTuple

from explorer.observations.site_index import load_index
from explorer.observations.site_places import typed_places
from explorer.observations.tower_files import load_towers
from explorer.observations.tower_places import place_of
from explorer.report.cards.sight import AtTowers
from explorer.scene.demo import DEMO_NAME, demo_scene_path
from explorer.session.opened import Opened
from explorer.systems.contract import System, towers_of
from explorer.systems.scenario import Scenario

DEMO_TOWERS = "demo_towers.csv"


class TowerSource(NamedTuple):
    """Where towers come from and how they are compared; ``demo`` are the demonstration's."""

    files: tuple[str, ...]
    at_site: bool = False
    own_class: bool = False
    series: str | None = None  # a vegetation index of the sites
    places: tuple[str, ...] = ()  # of sites that no file places: NAME=LAT,LON,CLASS

    @property
    def words(self) -> tuple[str, ...]:
        """Options of a command that say the same."""
        words = [word for name in self.files for word in ("--towers", name)]
        words += ["--at-site"] * self.at_site + ["--own-class"] * self.own_class
        words += ["--index", self.series] if self.series and self.at_site else []
        return (*words, *(f"--site={place}" for place in self.places))


def demo_towers_path() -> Path:
    """Return the towers made from the demonstration scene."""
    return demo_scene_path().parent / DEMO_TOWERS


def at_towers(
    opened: Opened,
    system: System,
    source: TowerSource,
    *,
    replaced: str = "",
    fit_from: Scenario | None = None,
) -> AtTowers:
    """Load towers and compare them.

    Of a folder only the sites that stand on a land cell of the scene are read.

    Raises
    ------
    ExplorerError
        When a file cannot be read, or the system cannot be compared with towers.
    """
    is_demo = source.files == (DEMO_NAME,)
    paths = [demo_towers_path()] if is_demo else [Path(name) for name in source.files]
    of_folder = any(path.is_dir() for path in paths)
    towers = load_towers(
        paths, places=typed_places(source.places),
        wanted=(lambda site: place_of(opened.scene, site).cell is not None) if of_folder else None,
    )  # fmt: skip
    index = load_index(Path(source.series)) if source.series and source.at_site else None
    check = towers_of(system).check(
        opened.scene, towers, at_site=source.at_site, own_class=source.own_class, index=index
    )
    return AtTowers(check, source, synthetic=is_demo, replaced=replaced, fit_from=fit_from)
