"""THE table of groups."""

from tests.fuzz import products, recipes, scenes, texts
from tests.fuzz.case import Group

GROUPS: dict[str, Group] = texts.GROUPS | scenes.GROUPS | recipes.GROUPS | products.GROUPS
