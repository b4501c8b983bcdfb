"""System 2 as a row of the table of systems; what takes long to import waits until it runs."""

from typing import Any

from explorer.systems.contract import DrawerPart, Preset, System
from explorer.systems.fusion.parameters import FusionParameters
from explorer.systems.fusion.published import PUBLISHED
from explorer.systems.fusion.variables import INPUTS, OUTPUTS
from explorer.systems.layers import Proceed, Started

CITATION = (
    "Zeng, J., Zhou, T., Xu, Y., Lin, Q., Tan, E., Zhang, Y., Wu, X., Zhang, J., Liu, X. (2023): "
    "The fusion of multiple scale data indicates that the carbon sink function of the "
    "Qinghai-Tibet Plateau is substantial. Carbon Balance and Management 18, "
    "doi 10.1186/s13021-023-00239-9"
)

PRESETS: dict[str, Preset] = {
    "trees300": Preset("Forests of 300 trees", {}, "#3d85c6", "300"),
    "trees1500": Preset(
        "Forests of 1500 trees, as published", {"trees": 1500.0}, "#7a6fb0", "1500"
    ),
}

DRAWER = (
    DrawerPart("Forests", "both are grown again", ("trees", "splits_on", "pooled")),
    DrawerPart("Rh from Rs", "", ("rh_slope", "rh_offset")),
)


def _opened(scene: Any) -> Any:
    from explorer.systems.fusion.result import opened

    return opened(scene)


def _start(forcing: Any, scenario: Any, proceed: Proceed) -> Started | None:
    from explorer.systems.fusion.result import start

    return start(forcing, scenario, proceed)


def _key(parameters: FusionParameters) -> object:
    """Return what the forests depend on: the line from Rs to Rh is drawn after them."""
    return parameters.trees, parameters.leaf, parameters.splits_on, parameters.pooled


FUSION = System(
    name="fusion",
    title="Carbon balance from samples and rasters",
    citation=CITATION,
    short_citation="Zeng et al. 2023",
    product="Net ecosystem productivity",
    method="random forests on ground samples and rasters; Rh from Rs by a line",
    versions="sizes of the forests",
    inputs=INPUTS,
    parameters=FusionParameters,
    presets=PRESETS,
    default="trees300",
    compared_with="trees1500",
    outputs=OUTPUTS,
    headline="nep",
    summed=("nep", "npp", "rs", "rh"),
    shown=("nep", "npp", "rs", "rh", "rs_interval", "npp_interval", "unlikeness"),
    written=tuple(OUTPUTS),
    kind="year",
    opened=_opened,
    start=_start,
    key=_key,
    table_variable="npp",
    reference_input="reference_npp",
    drawer=DRAWER,
    published=PUBLISHED,
)
