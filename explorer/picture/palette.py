"""Colour-blind-safe palettes of 256 colours, as hexadecimal strings."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from explorer.tables.variable import Colours

BROWN_TO_TEAL = (
    "#543005", "#8c510a", "#bf812d", "#dfc27d", "#f6e8c3", "#f5f5f5",
    "#c7eae5", "#80cdc1", "#35978f", "#01665e", "#003c30",
)  # fmt: skip
"""ColorBrewer's BrBG of 11 colours (Brewer, Harrower and the Pennsylvania State University)."""

PURPLE_TO_ORANGE = (
    "#2d004b", "#542788", "#8073ac", "#b2abd2", "#d8daeb", "#f7f7f7",
    "#fee0b6", "#fdb863", "#e08214", "#b35806", "#7f3b08",
)  # fmt: skip
"""ColorBrewer's PuOr of 11 colours, from purple to orange."""

_VIRIDIS = (
    "44015444025544035745055845065A45085B46095C460B5E460C5F460E61470F62471163471265471466471567"
    "47166947186A48196B481A6C481C6E481D6F481E70482071482172482273482374472575472676472777472878"
    "472A79472B7A472C7B462D7C462F7C46307D46317E45327F45347F453580453681443781443982433A83433B83"
    "433C84423D84423E854240854141864142864043874044873F45873F47883E48883E49893D4A893D4B893D4C89"
    "3C4D8A3C4E8A3B508A3B518A3A528B3A538B39548B39558B38568B38578C37588C37598C365A8C365B8C355C8C"
    "355D8C345E8D345F8D33608D33618D32628D32638D31648D31658D31668D30678D30688D2F698D2F6A8D2E6B8E"
    "2E6C8E2E6D8E2D6E8E2D6F8E2C708E2C718E2C728E2B738E2B748E2A758E2A768E2A778E29788E29798E287A8E"
    "287A8E287B8E277C8E277D8E277E8E267F8E26808E26818E25828E25838D24848D24858D24868D23878D23888D"
    "23898D22898D228A8D228B8D218C8D218D8C218E8C208F8C20908C20918C1F928C1F938B1F948B1F958B1F968B"
    "1E978A1E988A1E998A1E998A1E9A891E9B891E9C891E9D881E9E881E9F881EA0871FA1871FA2861FA38620A485"
    "20A58521A68521A78422A78423A88323A98224AA8225AB8126AC8127AD8028AE7F29AF7F2AB07E2BB17D2CB17D"
    "2EB27C2FB37B30B47A32B57A33B67935B77836B87738B97639B9763BBA753DBB743EBC7340BD7242BE7144BE70"
    "45BF6F47C06E49C16D4BC26C4DC26B4FC36951C46853C56755C66657C66559C7645BC8625EC96160C96062CA5F"
    "64CB5D67CC5C69CC5B6BCD596DCE5870CE5672CF5574D05477D05279D1517CD24F7ED24E81D34C83D34B86D449"
    "88D5478BD5468DD64490D64392D74195D73F97D83E9AD83C9DD93A9FD938A2DA37A5DA35A7DB33AADB32ADDC30"
    "AFDC2EB2DD2CB5DD2BB7DD29BADE27BDDE26BFDF24C2DF22C5DF21C7E01FCAE01ECDE01DCFE11CD2E11BD4E11A"
    "D7E219DAE218DCE218DFE318E1E318E4E318E7E419E9E419ECE41AEEE51BF1E51CF3E51EF6E61FF8E621FAE622"
    "FDE724"
)


@cache
def palette(colours: Colours) -> list[str]:
    """Return the 256 colours of a variable's ``colours``.

    Parameters
    ----------
    colours : str
        ``diverging`` runs from brown to teal; ``sequential`` is viridis (Smith and van der Walt);
        ``temperature``, ``water`` and ``light`` are Kovesi's CET_D1A, CET_L12 and CET_L18.

    Returns
    -------
    list of str
        From the lowest to the highest value; the same list at every call.
    """
    if colours == "diverging":
        return blended(BROWN_TO_TEAL)
    named = {"temperature": "CET_D1A", "water": "CET_L12", "light": "CET_L18"}
    if colours not in named:
        return [f"#{_VIRIDIS[at : at + 6]}" for at in range(0, len(_VIRIDIS), 6)]
    import colorcet  # here and not above: the first map does without

    return list(colorcet.palette[named[colours]])


@cache
def difference_palette() -> list[str]:
    """Return 256 colours from purple (less) to orange (more)."""
    return blended(PURPLE_TO_ORANGE)


def blended(colours: Sequence[str]) -> list[str]:
    """Return 256 colours, interpolated in RGB evenly from the first to the last of some."""
    fixed = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours])
    position, at = np.linspace(0, len(colours) - 1, 256), np.arange(len(colours))
    rgb = np.rint([np.interp(position, at, channel) for channel in fixed.T]).astype(int)
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in rgb.T]
