"""Daily FLUXNET2015 files made up for tests: a law of temperature, and any gap asked for."""

import numpy as np

HEAD = (
    "TIMESTAMP,TA_F,SW_IN_POT,SW_IN_F,VPD_F,PA_F,P_F,NEE_VUT_REF_QC,RECO_NT_VUT_REF,RECO_DT_VUT_REF"
)


def daily_name(site: str) -> str:
    return f"FLX_{site}_FLUXNET2015_SUBSET_DD_2009-2010_1-4.csv"


def daily_text(
    first: str = "2009-01-01", last: str = "2010-12-31", *, warm: float = 8.0, rate: float = 2.0,
    southern: bool = False, change=lambda number, row: row,
) -> bytes:  # fmt: skip
    """The text of a file; ``change`` may alter the values of a day, by name."""
    days = np.arange(first, np.datetime64(last) + 1, dtype="datetime64[D]")
    lines = [HEAD]
    for number, day in enumerate(days):
        of_year = int((day - day.astype("datetime64[Y]").astype("datetime64[D]")).astype(int))
        season = -np.cos(2 * np.pi * (of_year - 20) / 365) * (-1 if southern else 1)
        warmth = warm + 10 * season + np.sin(number / 3)
        row = {
            "TIMESTAMP": str(day).replace("-", ""), "TA_F": warmth,
            "SW_IN_POT": 250 + 150 * season, "SW_IN_F": 130 + 90 * season, "VPD_F": 3.0,
            "PA_F": 95.0, "P_F": 2.0 + 2 * np.sin(number / 5), "NEE_VUT_REF_QC": 1.0,
            "RECO_NT_VUT_REF": rate * 2 ** (warmth / 10), "RECO_DT_VUT_REF": -9999,
        }  # fmt: skip
        row = change(number, row)
        lines.append(",".join(str(row[name]) for name in HEAD.split(",")))
    return ("\n".join(lines) + "\n").encode()
