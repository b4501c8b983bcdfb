"""Daily files of FLUXNET2015 as downloaded: ecosystem respiration and weather of each day.

Read are the columns that respiration is estimated from and held against.
"""

from collections.abc import Sequence
from pathlib import Path

from explorer.errors import SchemaError
from explorer.observations.delivered import delivered
from explorer.observations.fluxnet import DELIVERED_NAMES
from explorer.observations.fluxnet_days import Column, DailyTower, read_days

WHERE = "the daily tower files"


COLUMNS: dict[str, Column] = {
    "re": Column("RECO_NT_VUT_REF", "g C m-2 d-1", -20.0, 60.0),
    "re_day": Column("RECO_DT_VUT_REF", "g C m-2 d-1", -20.0, 60.0, required=False),
    "quality": Column("NEE_VUT_REF_QC", "", 0.0, 1.0),
    "t_air": Column("TA_F", "degC", -80.0, 60.0),
    "radiation": Column("SW_IN_F", "W m-2", -20.0, 600.0),
    "radiation_top": Column("SW_IN_POT", "W m-2", 0.0, 600.0, required=False),
    "precip": Column("P_F", "mm d-1", 0.0, 2000.0),
    "pressure": Column("PA_F", "kPa", 40.0, 115.0, required=False),
}
"""RECO_NT is fitted to the nights, RECO_DT to the days; both are estimates, not measurements."""


def load_daily(paths: Sequence[Path]) -> tuple[DailyTower, ...]:
    """Read daily files, archives and folders of them, sorted by site; all faults at once.

    Raises
    ------
    SourceError
        When a file is missing, too large or cannot be unpacked, or a folder holds no daily file.
    SchemaError
        Names file and line of each fault.
    """
    found = delivered(list(paths), "DD")
    faults: list[str] = []
    towers: dict[str, DailyTower] = {}
    for name, content in found.files.items():
        if not DELIVERED_NAMES["DD"].fullmatch(name):
            continue  # a table of places
        tower = read_daily(name, content, faults)
        if tower is None:
            continue
        if tower.site in towers:
            faults.append(f"{name}: {tower.site} appears twice (also in another file); delete one")
        towers[tower.site] = tower
    if not towers and not faults:
        faults.append("no daily file; expected FLX_*_FLUXNET2015_*_DD_*.csv, as downloaded")
    if faults:
        raise SchemaError(faults, WHERE)
    return tuple(towers[site] for site in sorted(towers))


def read_daily(name: str, content: bytes, faults: list[str]) -> DailyTower | None:
    """Read one daily file; None, and faults, when it is none.

    Parameters
    ----------
    name : str
        As downloaded; it tells the site.
    content : bytes
    faults : list
        What is wrong is added to it, with its line.
    """
    if DELIVERED_NAMES["DD"].fullmatch(name) is None:
        faults.append(f"{name}: expected a name as FLX_SITE_FLUXNET2015_SUBSET_DD_*.csv")
        return None
    return read_days(name, content, COLUMNS, faults)
