"""What Zeng et al. (2023) print, to stand beside ours, and where it contradicts itself."""

from typing import NamedTuple

from explorer.systems.contract import Published

SOURCE = "Zeng et al. 2023, Qinghai-Tibet Plateau, 2000-2018"


class PublishedScore(NamedTuple):
    """One column of Table 1 or 2."""

    r: float
    rmse: float  # [g C m-2 yr-1] of NPP; of Rs it can only be of ln Rs
    pbias: float  # [percent]
    mape: float  # [percent]


NPP_SCORES: dict[str, PublishedScore] = {
    "MODIS": PublishedScore(0.38, 258.62, -28.09, 88.61),
    "GLOPEM": PublishedScore(0.24, 323.99, -54.62, 105.08),
    "CASA": PublishedScore(0.23, 264.37, -35.33, 81.18),
    "random forest": PublishedScore(0.42, 230.60, -25.74, 68.41),
}
"""Table 1, over 394 samples."""

NPP_MEAN = PublishedScore(0.28, 282.33, -39.35, 91.62)
"""Table 1: the mean of the scores of the three products."""

NPP_IMPROVEMENT = PublishedScore(49.00, 18.32, 34.58, 25.33)
"""Table 1, last column: what the forest is better by, [percent]."""

RS_SCORES: dict[str, PublishedScore] = {
    "quantile forest of Stell et al.": PublishedScore(0.65, 0.73, -5.30, 15.98),
    "random forest": PublishedScore(0.70, 0.59, -0.31, 10.96),
}
"""Table 2, over 62 samples. The quantile forest is a product of Stell et al., not grown here."""

RS_IMPROVEMENT = PublishedScore(7.31, 18.92, 94.17, 31.43)
"""Table 2, last column, [percent]."""

MEAN_NPP = 321.4
MEAN_RH = 255.3
"""Fig. 3 and 4, [g C m-2 yr-1]; the second is called Rs, and by its size it is Rh."""

SINK_TG = 22.3
SINK_INTENSITY = 68.06
"""The sink, [Tg C yr-1], and its mean, [g C m-2 yr-1]."""

NEP_TG: dict[str, float] = {"MODIS": -36.7, "GLOPEM": -144.1, "CASA": -120.0}
"""Fig. 6, [Tg C yr-1]: the products' NPP less the Rh of the quantile forest; CASA's is about."""

NEP_INTENSITY: dict[str, float] = {"MODIS": -25.75, "GLOPEM": -128.16, "CASA": -119.65}
"""The same per area, [g C m-2 yr-1]."""

AREA_KM2 = 2.56e6

CONTRADICTIONS = (
    "a mean of 68.06 g C m⁻² over 2.56 million km² is 174 Tg C; 22.3 is printed",
    "Tg divided by the mean gives four areas: 0.33 (forest), 1.43 (MODIS), 1.12 (GLOPEM) and 1.00 "
    "(CASA) million km²",
    "mean NPP less mean Rh is 66.1; 68.06 is printed",
    "255.3 is called Rs; NPP less Rs would then be the NEP, so it is Rh",
    "R² .88 of NPP has no samples named; the map's r of .42 is an r² of .18, "
    "with a PBIAS of −25.74",
    "the RMSE of Rs is lower by 7.31 % in the text and by 18.92 % in Table 2",
    "an RMSE of .59 can only be of ln Rs, which the table does not say: an inference of ours",
    "VHI is listed among the data and used nowhere",
)
"""Where the paper's figures disagree; a test reckons those that can be reckoned."""

PUBLISHED = Published(
    source=SOURCE,
    mark="published (plateau, 2000-2018)",
    totals={"nep": SINK_TG},
    contradictions=CONTRADICTIONS,
)
