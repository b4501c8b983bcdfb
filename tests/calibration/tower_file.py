"""A daily file as FLUXNET2015 delivers it, of invented weather and fluxes."""

from pathlib import Path

import numpy as np

from explorer.equations.radiation import extraterrestrial_radiation
from explorer.systems.calibration.model import Day
from explorer.systems.calibration.weather import Weather

COLUMNS = (
    "TIMESTAMP,TA_F,TA_F_QC,SW_IN_POT,SW_IN_F,VPD_F,P_F,CO2_F_MDS,NEE_VUT_REF,NEE_VUT_REF_QC,"
    "RECO_NT_VUT_REF,GPP_NT_VUT_REF"
)
NAME = "FLX_XX-Twn_FLUXNET2015_SUBSET_DD_2001-2002_1-4.csv"


def written(
    folder: Path, dates: np.ndarray, weather: Weather, days: Day, *, name: str = NAME
) -> Path:
    """Write a file whose fluxes are those of the model."""
    ra = extraterrestrial_radiation(np.deg2rad(weather.latitude), weather.day)
    potential = np.asarray(ra, float) * 1e6 / 86400
    rows = [
        f"{str(date).replace('-', '')},{weather.t_mean[n]:.3f},1.0,{potential[n]:.3f},"
        f"{weather.radiation[n]:.3f},{weather.vpd[n]:.3f},{weather.precipitation[n]:.3f},-9999,"
        f"{float(days.nee[n]):.5f},1.0,{float(days.er[n]):.5f},{float(days.gpp[n]):.5f}"
        for n, date in enumerate(dates)
    ]
    path = folder / name
    path.write_text("\n".join([COLUMNS, *rows]) + "\n")
    return path
