"""Towers against System 1, as the Towers page and the command line ask for it."""

from explorer.errors import ParameterError
from explorer.observations.site_index import SiteIndex
from explorer.observations.towers import Towers
from explorer.scene.scene import Scene
from explorer.systems.nep.at_site import SiteParameters
from explorer.systems.nep.published import TOWER_SCORES
from explorer.systems.nep.system import NEP
from explorer.systems.nep.tower_check import TowerCheck, check_towers
from explorer.systems.nep.variables import OUTPUTS


class NepTowers:
    """What of System 1 is held against towers, and how."""

    variable = OUTPUTS["nep"]
    published = TOWER_SCORES
    published_note = "published: 8 ChinaFLUX towers, 2010"
    r2_note = "the paper does not define its own"
    fitted = "epsilon_max"  # what ``fit`` of a check fits
    fit_label = "Fit ε_max"
    fit_name = "ε fitted to"

    def check(
        self,
        scene: Scene,
        towers: Towers,
        *,
        at_site: bool = False,
        own_class: bool = False,
        index: SiteIndex | None = None,
        extinction: float | None = None,
    ) -> TowerCheck:
        """Place towers in a scene and get ready to compare; see ``check_towers``.

        Raises
        ------
        ParameterError
            When an extinction is given that nothing would read.
        """
        if extinction is not None and (index is None or index.kind != "lai"):
            raise ParameterError(
                "--extinction is read only with --index of leaf area; leave it out"
            )
        return check_towers(
            NEP.forcing(scene), towers, at_site=at_site, own_class=own_class, index=index,
            site_parameters=None if extinction is None else SiteParameters(extinction=extinction),
        )  # fmt: skip
