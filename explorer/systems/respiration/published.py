"""Figures that Liu et al. (2022) print, to stand beside ours; none of them is used in a run."""

from typing import NamedTuple

CITATION = (
    "Liu, W., He, H., Wu, X., Ren, X., Zhang, L., Zhu, X., Feng, L., Lv, Y., Chang, Q., Xu, Q., "
    "Zhang, M., Zhang, Y., Wang, T. (2022): Spatiotemporal Changes and Driver Analysis of "
    "Ecosystem Respiration in the Tibetan and Inner Mongolian Grasslands. Remote Sensing 14:3563, "
    "doi 10.3390/rs14153563"
)


class Row(NamedTuple):
    """A row of Table 6: R2 and RMSE, [g C m-2 d-1]; of a range, both ends."""

    r2: tuple[float, ...]
    rmse: tuple[float, ...]


TABLE_6: dict[str, Row] = {
    "tp": Row((0.68,), (1.23,)),
    "reco": Row((0.63,), (0.97,)),
    "satellite": Row((0.75, 0.79), (0.60, 0.77)),
    "ann": Row((0.84,), (0.51,)),
    "svr": Row((0.85,), (0.49,)),
    "forest": Row((0.84,), (0.50,)),
    "sae": Row((0.86,), (0.47,)),
    "geoman": Row((0.87,), (0.39,)),
}
"""Each model's own figures, of its own paper and data: only GeoMAN's are of the 1923 samples."""
MAE = 0.28

R2_BY_TYPE = {
    "TS": 0.97, "MS": 0.95, "SH": 0.91, "KO": 0.89, "DS": 0.88, "SW": 0.86, "AS": 0.86
}  # fmt: skip

FEATURES = ("SOCD", "EVI", "PAR", "PRE", "Ta", "SoilTex", "VT")
TABLE_3: dict[tuple[str, str], tuple[float, ...]] = {
    ("KO", "growing"): (0.080, 0.095, 0.110, 0.111, 0.156, 0.188, 0.261),
    ("SH", "growing"): (0.093, 0.102, 0.102, 0.115, 0.157, 0.181, 0.250),
    ("SW", "growing"): (0.065, 0.094, 0.121, 0.117, 0.147, 0.194, 0.263),
    ("AS", "growing"): (0.040, 0.051, 0.146, 0.117, 0.165, 0.205, 0.276),
    ("MS", "growing"): (0.050, 0.128, 0.096, 0.169, 0.117, 0.182, 0.258),
    ("TS", "growing"): (0.038, 0.083, 0.125, 0.184, 0.120, 0.188, 0.263),
    ("DS", "growing"): (0.034, 0.042, 0.152, 0.155, 0.110, 0.200, 0.306),
    ("KO", "not growing"): (0.122, 0.075, 0.110, 0.097, 0.084, 0.216, 0.296),
    ("SH", "not growing"): (0.139, 0.079, 0.105, 0.101, 0.088, 0.207, 0.281),
    ("SW", "not growing"): (0.106, 0.074, 0.103, 0.092, 0.085, 0.231, 0.308),
    ("AS", "not growing"): (0.070, 0.069, 0.083, 0.088, 0.135, 0.238, 0.317),
    ("MS", "not growing"): (0.116, 0.085, 0.080, 0.086, 0.085, 0.226, 0.322),
    ("TS", "not growing"): (0.121, 0.077, 0.092, 0.083, 0.069, 0.233, 0.324),
    ("DS", "not growing"): (0.113, 0.066, 0.061, 0.077, 0.100, 0.228, 0.354),
}
"""Attention by type and season, in the order of ``FEATURES``."""

TABLE_4: dict[str, dict[str, float]] = {
    "KO": {"EVI": 0.927, "PAR": 0.528, "PRE": 0.801, "Ta": 0.931},
    "SH": {"EVI": 0.938, "PAR": 0.515, "PRE": 0.807, "Ta": 0.929},
    "SW": {"EVI": 0.925, "PAR": 0.674, "PRE": 0.826, "Ta": 0.951},
    "AS": {"EVI": 0.624, "PAR": 0.697, "PRE": 0.564, "Ta": 0.834},
    "MS": {"EVI": 0.892, "PAR": 0.773, "PRE": 0.736, "Ta": 0.956},
    "TS": {"EVI": 0.853, "PAR": 0.822, "PRE": 0.771, "Ta": 0.928},
    "DS": {"EVI": 0.748, "PAR": 0.689, "PRE": 0.672, "Ta": 0.727},
}
"""Seasonal R2 of respiration on each driver."""


class Annual(NamedTuple):
    """Mean annual values of a driver's row of Table 5, and its interannual R2 with respiration."""

    evi: float
    par: float  # mol m-2 yr-1
    pre: float  # mm
    t_air: float  # degC
    r2_evi: float
    r2_par: float
    r2_pre: float
    r2_t_air: float


TABLE_5: dict[str, Annual] = {
    "KO": Annual(0.15, 2723.14, 628.23, 0.10, 0.44, 0.00, 0.07, 0.91),
    "SH": Annual(0.17, 2649.46, 692.66, 1.35, 0.63, 0.01, 0.11, 0.88),
    "SW": Annual(0.15, 2673.11, 508.06, -0.21, 0.48, 0.00, 0.00, 0.80),
    "AS": Annual(0.10, 2975.61, 433.30, -0.62, 0.01, 0.44, 0.51, 0.73),
    "MS": Annual(0.18, 2182.35, 431.45, 3.48, 0.28, 0.08, 0.20, 0.17),
    "TS": Annual(0.14, 2412.42, 340.07, 4.69, 0.63, 0.02, 0.62, 0.05),
    "DS": Annual(0.08, 2728.92, 275.18, 2.13, 0.62, 0.03, 0.64, 0.12),
}

CELLS = {
    "KO": 471_226, "SH": 79_952, "SW": 104_752, "AS": 65_294, "MS": 147_111, "TS": 368_673,
    "DS": 239_440,
}  # fmt: skip
"""Table 2: cells of 1 km by type."""
ANNUAL_RE = {
    "KO": 515.28, "SH": 573.64, "SW": 380.94, "AS": 129.29, "MS": 534.28, "TS": 283.15, "DS": 88.15
}  # fmt: skip
"""Section 3.2.1: mean annual respiration of 2001-2015. [g C m-2 yr-1]"""
ANNUAL_RE_OF = {"all": 366.53, "TP": 467.44, "IM": 270.43}
TREND = {"all": 1.81, "TP": 2.36, "IM": 1.28}
"""g C m-2 yr-2; the paper prints g C m-2 yr-1."""

CONTRADICTIONS = (
    "Cell-weighted means of the types (Table 2) are 366.50, 467.29 and 270.24 g C m-2 yr-1; the "
    "text has 366.53, 467.44 and 270.43.",
    "The text calls rain and light not significant for alpine grasslands between years; Table 5 "
    "has R2 of .51 and .44 for the meadow steppe.",
    "Trends are printed in g C m-2 yr-1; they are g C m-2 yr-2.",
    "VT over SoilTex in Table 3 is 1.33 to 1.55, near 4/3, a ratio of numbers of columns: that the "
    "two are the most important may tell how many columns they were given.",
)
