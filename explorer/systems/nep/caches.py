"""What System 1 caches, and by which key: its rows beside those of ``explorer.cache``."""

from explorer.cache import Limit

CACHES: dict[str, Limit] = {
    "npp_sums": Limit("NPP sums of a first pass", 1, "scheme and reference of clumping"),
    "yearly_npp": Limit("NPP of the year of a first pass", 2, "scheme, reference, PAR share"),
    "fluxes": Limit("soil respiration, stress, light, efficiency of a result", 2, "which of them"),
    "shape_sums": Limit(
        "sums of first passes over shapes; 90 MB for one as large as China at 1 km",
        40, "shape, scheme and reference of clumping", most_bytes=200_000_000,
    ),
    "tower_runs": Limit("runs at the towers: the presets, the scenario, a fit", 8, "parameters"),
}  # fmt: skip
