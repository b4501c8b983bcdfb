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

TOWERS: dict[str, tuple[float, float, str]] = {
    "DHS": (112.534, 23.174, "EBF"),
    "XSBN": (101.25, 21.917, "EBF"),
    "QYZ": (115.067, 26.733, "ENF"),
    "CBS": (128.096, 42.403, "DBF"),
    "YC": (116.570, 36.829, "cropland"),
    "NMG": (116.404, 43.325, "grassland"),
    "HB": (101.312, 37.609, "grassland"),
    "DX": (91.083, 30.85, "grassland"),
}
"""The eight towers: longitude, latitude [deg], class."""


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

NEP_BY_REGION: dict[str, float] = {
    "South": 220.240, "North": 20.593, "Qinghai-Tibet": 3.751, "Northwest": -62.250,
}  # fmt: skip
"""Sec. IV: annual NEP, [g C m-2 yr-1]."""

NEP_OF_MONTHS: dict[int, float] = {7: 30.758, 12: -4.585}
"""Sec. IV: national NEP of its peak and its trough, [g C m-2 month-1]."""

PUBLISHED = Published(
    source="Liang et al. 2023, Table I, whole country, 2010",
    mark="published (2010, whole country)",
    by_class={name: row._asdict() for name, row in NPP_BY_CLASS.items()},
    columns={"mod17a3h": "MOD17A3H", "epsilon": "ε", "ci1": "CI I", "ci2": "CI II"},
    reference_column="mod17a3h",
    headline_by_class=NEP_BY_CLASS,
    headline_by_region=NEP_BY_REGION,
    headline_by_step=NEP_OF_MONTHS,
)
"""The same as every page takes it."""
