"""What Liang et al. (2023), doi 10.1109/JSTARS.2023.3325774, report, to stand beside ours."""

from typing import NamedTuple

from explorer.systems.contract import Published


class PublishedScore(NamedTuple):
    """How well a model version meets towers. The paper does not say which R² it means."""

    r2: float
    rmse: float  # g C m-2 month-1


TOWER_SCORES: dict[str, PublishedScore] = {
    "original": PublishedScore(0.413, 21.139),
    "epsilon": PublishedScore(0.775, 12.024),
    "ci1": PublishedScore(0.794, 14.183),
    "ci2": PublishedScore(0.832, 10.179),
}
"""Fig. 7: monthly NEP of 2010 at eight ChinaFLUX towers, by model version (``PRESETS``)."""

TOWERS: dict[str, str] = {
    "DHS": "EBF", "XSBN": "EBF", "QYZ": "ENF", "CBS": "DBF", "YC": "cropland", "NMG": "grassland",
    "HB": "grassland", "DX": "grassland",
}  # fmt: skip
"""Sec. II-A: the eight towers and their classes. The paper prints no coordinates."""


class PublishedNpp(NamedTuple):
    """Annual NPP of a class, [g C m-2 yr-1]: the reference product and three model versions."""

    mod17a3h: float
    epsilon: float
    ci1: float
    ci2: float


NPP_BY_CLASS: dict[str, PublishedNpp] = {
    "ENF": PublishedNpp(705.367, 701.637, 948.90, 702.70),
    "EBF": PublishedNpp(767.051, 811.981, 893.00, 801.80),
    "DNF": PublishedNpp(477.025, 340.510, 352.70, 339.20),
    "DBF": PublishedNpp(565.624, 516.450, 495.70, 513.50),
    "MXF": PublishedNpp(700.982, 525.496, 530.10, 524.00),
    "shrub": PublishedNpp(332.307, 366.007, 317.00, 369.20),
    "grassland": PublishedNpp(198.50, 183.444, 182.50, 180.00),
    "cropland": PublishedNpp(416.00, 270.829, 273.60, 269.00),
}
"""Table I. The class "other" is not in it."""

NEP_BY_CLASS: dict[str, float] = {"shrub": -24.436, "grassland": -48.147, "cropland": -48.568}
"""Sec. IV: annual NEP, [g C m-2 yr-1]; other classes only as bars of Fig. 6(c)."""


class PublishedRegion(NamedTuple):
    """Annual means of a region, [g C m-2 yr-1]."""

    npp: float
    rh: float
    nep: float


BY_REGION: dict[str, PublishedRegion] = {
    "South": PublishedRegion(630.127, 409.887, 220.240),
    "North": PublishedRegion(324.565, 303.972, 20.593),
    "Northwest": PublishedRegion(170.287, 233.036, -62.250),
    "Qinghai-Tibet": PublishedRegion(255.780, 251.845, 3.751),
}
"""Sec. IV. NPP of the last two is printed swapped, as Rh and NEP show; it is set right here."""

NEP_OF_MONTHS: dict[int, float] = {7: 30.758, 12: -4.585}
"""Sec. IV: national NEP of its peak and its trough, [g C m-2 month-1]."""

RH_OF_MONTHS: dict[int, float] = {8: 38.220}
"""Sec. IV: national Rh of its peak, [g C m-2 month-1]."""

NEP_TOTAL = 235.0
"""Sec. IV: 0.235 Pg C in 2010, [Tg C yr-1]."""

CONTRADICTIONS = (
    "NEP by region times the areas of the regions is 0.44 Pg C a year; 0.235 is printed",
    "NPP of Qinghai-Tibet (170.287) and the Northwest (255.780) is printed swapped: its own order, "
    "NEP and Rh say the reverse, and it stands so here",
    "set right, NPP less Rh is still not the NEP printed: Northwest −62.749 against −62.250, "
    "Qinghai-Tibet 3.935 against 3.751",
    "shrub is named among the sinks of the year and, with −24.436, among its sources",
    "four annual values are printed for three classes: shrub −24.436, then −48.568 twice and "
    "−48.147 for cropland and grassland",
)
"""Where the paper's figures disagree; tests reckon each from the figures above."""

PUBLISHED = Published(
    source="Liang et al. 2023, whole country, 2010",
    mark="published (2010, whole country)",
    by_class={name: row._asdict() for name, row in NPP_BY_CLASS.items()},
    columns={"mod17a3h": "MOD17A3H", "epsilon": "ε", "ci1": "CI I", "ci2": "CI II"},
    reference_column="mod17a3h",
    headline_by_class=NEP_BY_CLASS,
    by_region={name: row._asdict() for name, row in BY_REGION.items()},
    by_step={"nep": NEP_OF_MONTHS, "rh": RH_OF_MONTHS},
    totals={"nep": NEP_TOTAL},
    contradictions=CONTRADICTIONS,
)
"""The same as every page takes it."""
