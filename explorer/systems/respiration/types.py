"""The seven grassland types of Liu et al. (2022), in two zones."""

from explorer.tables.classes import Classification, LandClass

ALPINE = ("KO", "SH", "SW", "AS")
TEMPERATE = ("MS", "TS", "DS")

# Tol's muted colours, one a type, which colour-blind people tell apart.
GRASSLANDS = Classification(
    "grassland types of Liu et al. (2022)",
    {
        "KO": LandClass("Alpine Kobresia meadow", "Kobresia meadow", (1,), "#332288"),
        "SH": LandClass("Alpine shrub meadow", "Shrub meadow", (2,), "#117733"),
        "SW": LandClass("Alpine swamp meadow", "Swamp meadow", (3,), "#88ccee"),
        "AS": LandClass("Alpine meadow steppe", "Alpine steppe", (4,), "#44aa99"),
        "MS": LandClass("Meadow steppe", "Meadow steppe", (5,), "#999933"),
        "TS": LandClass("Typical steppe", "Typical steppe", (6,), "#ddcc77"),
        "DS": LandClass("Desert steppe", "Desert steppe", (7,), "#cc6677"),
    },
)
