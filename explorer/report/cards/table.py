"""THE table of the cards of the pages; menus, command line and notebook read it."""

from collections.abc import Callable
from typing import NamedTuple

from explorer.report.cards.card import Card
from explorer.report.cards.compare_cards import causes_card, compare_card, table_card
from explorer.report.cards.map_cards import (
    limits_card,
    map_card,
    months_card,
    series_card,
    totals_card,
    why_card,
)
from explorer.report.cards.sensitivity_card import sensitivity_card
from explorer.report.cards.sight import Sight
from explorer.report.cards.tower_cards import (
    fit_card,
    scatters_card,
    scores_card,
    sites_card,
    tower_card,
    where_card,
)
from explorer.report.cards.vegetation_cards import (
    by_region_card,
    class_steps_card,
    class_year_card,
    classes_card,
    region_steps_card,
    whole_steps_card,
)

PICTURES, NUMBERS = (".png", ".svg"), (".csv",)
GRIDS = (".nc", ".tif")
NOTEBOOK = (".ipynb",)


CARD_ENDINGS = (*PICTURES, ".gif", *NUMBERS, *GRIDS, *NOTEBOOK)


class Kind(NamedTuple):
    """One card: the page it stands on, what its menu is called, how it is made, its files."""

    page: str
    label: str
    make: Callable[[Sight], Card]
    grids: bool = False  # whether it has maps of its own
    moves: bool = False  # whether the year of it can be an animation
    pair: bool = False  # whether it shows B, too
    towers: bool = False  # whether it is made of towers

    @property
    def endings(self) -> tuple[str, ...]:
        """Kinds of files that can be made of it."""
        film = (".gif",) * self.moves
        return (*PICTURES, *film, *NUMBERS, *(GRIDS if self.grids else ()), *NOTEBOOK)


CARDS: dict[str, Kind] = {
    # The first is what the command draws when nothing else is asked for.
    "map": Kind("map", "Map", map_card, grids=True, moves=True),
    "months": Kind("map", "Steps of the year", months_card, grids=True),
    "limits": Kind("map", "What limits", limits_card, grids=True, moves=True),
    "totals-by-region": Kind("map", "Totals", totals_card),
    "series": Kind("map", "Series", series_card),
    "why": Kind("map", "Why", why_card),
    "sensitivity": Kind("map", "What moves it", sensitivity_card),
    "compare": Kind("compare", "Maps", compare_card, grids=True, moves=True, pair=True),
    "causes": Kind("compare", "Causes", causes_card, pair=True),
    "table": Kind("compare", "Table", table_card, pair=True),
    "scatters": Kind("towers", "Scatters", scatters_card, towers=True),
    "scores": Kind("towers", "Scores", scores_card, towers=True),
    "sites": Kind("towers", "Scores by site", sites_card, towers=True),
    "fit": Kind("towers", "Fit", fit_card, towers=True),
    "tower": Kind("towers", "One tower", tower_card, towers=True),
    "where": Kind("towers", "Where", where_card, grids=True, towers=True),
    "classes": Kind("vegetation", "By class", classes_card),
    "by-region": Kind("vegetation", "By region", by_region_card),
    "steps": Kind("vegetation", "Steps", whole_steps_card),
    "steps-by-region": Kind("vegetation", "Steps by region", region_steps_card),
    "year-by-class": Kind("vegetation", "Year by class", class_year_card),
    "steps-by-class": Kind("vegetation", "Steps by class", class_steps_card),
}
