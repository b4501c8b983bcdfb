"""Real towers for training and for testing: what is read, what stands in for what is not there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from explorer.observations.daily_respiration import load_daily
from explorer.observations.eight_days import EightDayTable, eight_day_table
from explorer.observations.monthly_steps import load_monthly_steps
from explorer.observations.vegetation_lookup import Vegetation, look_up
from explorer.systems.respiration.samples import Samples
from explorer.systems.respiration.towers import (
    TowerSeries,
    fill_index,
    tower_samples,
    with_index,
)

QUALITY = 0.5
MONTHLY_FOLDER = "fluxnet2015_monthly"
"""Of the folder of real data: towers that are known month by month only."""


@dataclass(frozen=True, eq=False)
class Brought:
    """Towers that were read, and what is to know of them."""

    towers: tuple[TowerSeries, ...]
    vegetation: Vegetation
    notes: tuple[str, ...]

    def samples(self, window: int) -> Samples:
        """Return the samples of all towers."""
        return tower_samples(self.towers, window=window)


def read_towers(
    folder: Path,
    real: Path | None,
    *,
    quality: float = QUALITY,
    without: Collection[str] = (),
    learnt_from: "Brought | None" = None,
) -> Brought:
    """Read the daily files of a folder, and look their leaf area or EVI up.

    Parameters
    ----------
    folder : path
        Or a file or an archive.
    real : path, optional
        The folder of real data.
    quality : float
        Least NEE_VUT_REF_QC of a day.
    without : collection of str
        Sites that are left out.
    learnt_from : Brought, optional
        Towers of training: these are described by the same kind of series, and what they lack of
        leaf area is estimated by what those have. Default: these themselves.

    Raises
    ------
    ExplorerError
        When a file is wrong, or there is none.
    """
    tables = [
        eight_day_table(tower, quality)
        for tower in load_daily([folder])
        if tower.site not in without
    ]
    sites = [table.site for table in tables]
    vegetation = look_up(real, sites) if learnt_from is None else learnt_from.vegetation
    notes = [note for table in tables for note in table.notes]
    series, lacking = with_index(tables, vegetation)
    known = [each for each in (learnt_from.towers if learnt_from else series)]
    notes += _lacking(
        lacking, vegetation, [each.site for each in known if each.site not in lacking]
    )
    return Brought(tuple(fill_index(series, known)), vegetation, tuple(notes))


def _lacking(lacking: Sequence[str], vegetation: Vegetation, known: Sequence[str]) -> list[str]:
    where = ", ".join(index.name for index in vegetation.indices) or "no file"
    how = (
        f"estimated from its weather by a forest that learnt it at {', '.join(known)}"
        if known
        else "left at 0, as no tower of training has any"
    )
    return [f"{site}: no {vegetation.word} in {where}; {how}" for site in lacking]


def read_pool(
    real: Path | None, vegetation: Vegetation, without: Collection[str], quality: float = QUALITY
) -> Brought | None:
    """Read grassland towers that are known month by month, other than some; None without any.

    Towers without leaf area are left out.
    """
    folder = None if real is None else real / MONTHLY_FOLDER
    if folder is None or not folder.is_dir():
        return None
    tables: list[EightDayTable] = load_monthly_steps(folder, quality, without)
    series, lacking = with_index(tables, vegetation)
    kept = tuple(each for each in series if each.site not in lacking)
    if not kept:
        return None
    note = (
        f"pool: {len(kept)} further grassland towers of {MONTHLY_FOLDER}, one sample a month "
        f"({', '.join(each.site for each in kept)})"
    )
    left = f"pool: without {vegetation.word}, left out: {', '.join(lacking)}"
    return Brought(kept, vegetation, (note, *([left] if lacking else [])))
