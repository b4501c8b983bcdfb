"""System 1 as a row of the table of systems; what takes long to import waits until it runs."""

from typing import Any

from explorer.systems.contract import DrawerPart, Preset, ReadOnlyTable, System
from explorer.systems.layers import Proceed, Started
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.published import PUBLISHED
from explorer.systems.nep.variables import INPUTS, OUTPUTS
from explorer.tables.periods import MONTHS

CITATION = (
    "Liang, L., Wang, Q., Qiu, S., Geng, D., Wang, S. (2023): NEP Estimation of Terrestrial "
    "Ecosystems in China Using an Improved CASA Model and Soil Respiration Model. IEEE JSTARS, "
    "doi 10.1109/JSTARS.2023.3325774"
)
ORIGINAL_EPSILON_MAX = 0.389
"""g C MJ-1, the original CASA's value for all vegetation (Potter et al. 1993)."""

_ONE_EPSILON = {f"epsilon_max.{name}": ORIGINAL_EPSILON_MAX for name in CLASSES}

PRESETS: dict[str, Preset] = {
    "original": Preset(
        "Original CASA", {**_ONE_EPSILON, "ci_scheme": "none"}, "#b2742e", "original"
    ),
    "epsilon": Preset("ε by class", {"ci_scheme": "none"}, "#7a6fb0", "ε"),
    "ci1": Preset("+ CI scheme I", {"ci_scheme": "I"}, "#c05c83", "CI I"),
    "ci2": Preset("+ CI scheme II", {"ci_scheme": "II"}, "#3d85c6", "CI II"),
}
"""The four model versions of Liang et al. (2023), Fig. 7."""

DRAWER = (
    DrawerPart("ε_max", "", ("epsilon_max",)),
    DrawerPart("Clumping index", "none · by class (I) · by class and month (II)", ("ci_scheme",)),
    DrawerPart(
        "Climate shift", "slower: the whole model is recomputed", ("delta_t", "precip_factor")
    ),
)


def _opened(scene: Any) -> Any:
    from explorer.systems.nep.forcing import opened

    return opened(scene)


def _start(forcing: Any, scenario: Any, proceed: Proceed) -> Started | None:
    from explorer.systems.nep.result import start

    return start(forcing, scenario, proceed)


def _key(parameters: NepParameters) -> object:
    from explorer.systems.nep.passes import first_pass_key

    return first_pass_key(parameters)


def _statistics(forcing: Any) -> dict[str, Any]:
    return forcing.statistics.to_json()


def _facts(forcing: Any) -> dict[str, str]:
    return {"radiation": forcing.radiation_source}


def _tables(forcing: Any) -> dict[str, ReadOnlyTable]:
    """Return the references of scheme II: the mean of each class and month of the scene."""
    means = forcing.mean_clumping
    return {
        "canopy": ReadOnlyTable(
            "Reference clumping index (scheme II), from the scene",
            MONTHS,
            {name: means[:, number].tolist() for number, name in enumerate(CLASSES)},
            "this scene has no clumping index",
        )
    }


def _slopes(layers: Any, weights: Any, proceed: Proceed) -> Any:
    from explorer.systems.nep.slopes import slopes_of

    return slopes_of(layers, weights, proceed)


def _cell_series(scene: Any, scenario: Any, cell: int) -> Any:
    from explorer.systems.nep.one_cell import cell_nep

    return cell_nep(NEP.forcing(scene), scenario.parameters, cell)


class _Lazy:
    """A part of the system that is imported and made when it is first asked for."""

    def __init__(self, module: str, name: str) -> None:
        self._where = module, name
        self._part: Any = None

    def __getattr__(self, name: str) -> Any:
        from importlib import import_module

        if self._part is None:
            module, made = self._where
            self._part = getattr(import_module(f"explorer.systems.nep.{module}"), made)()
        return getattr(self._part, name)


NEP = System(
    name="nep",
    salt="",  # identities of before there were other systems
    title="NEP of China: improved CASA with soil respiration",
    citation=CITATION,
    short_citation="Liang et al. (2023), doi 10.1109/JSTARS.2023.3325774",
    product="Net ecosystem productivity",
    method="System 1: improved CASA with soil respiration",
    versions="model version of Liang et al. 2023",
    inputs=INPUTS,
    parameters=NepParameters,
    presets=PRESETS,
    default="ci2",
    compared_with="original",
    outputs=OUTPUTS,
    headline="nep",
    summed=("npp", "rh", "nep"),
    shown=("nep", "npp", "rh", "rs", "fpar", "epsilon"),
    written=("nep", "npp", "rh", "rs", "fpar", "epsilon"),
    table_variable="npp",
    reference_input="reference_npp",
    kind="month",
    opened=_opened,
    start=_start,
    key=_key,
    statistics=_statistics,
    facts=_facts,
    explains=_Lazy("explain", "NepExplains"),
    quick=_Lazy("quick_pictures", "NepPictures"),
    towers=_Lazy("towers", "NepTowers"),
    years=_Lazy("years", "NepYears"),
    drawer=DRAWER,
    tables=_tables,
    bundled={"soil": ("soil_constants",)},
    published=PUBLISHED,
    slopes=_slopes,
    cell_series=_cell_series,
)
