"""The hostile and honest set: some three hundred files, each with the answers that are right for it."""

from data.store import Store
from tests.loaders.arriving import (
    hostile_cells,
    hostile_domain,
    hostile_foreign,
    hostile_text,
    hostile_xml,
    hostile_zip,
)
from tests.loaders.workshop import RECIPES, Blanks, Case

FAMILIES = (hostile_zip, hostile_xml, hostile_cells, hostile_foreign, hostile_text, hostile_domain)
NAMES = tuple(RECIPES)
HEAVY = frozenset(name for name, recipe in RECIPES.items() if recipe.is_heavy)


def case(name: str, blanks: Blanks) -> Case:
    """One case, made now."""
    return RECIPES[name].case(blanks)


def cases(store: Store) -> list[Case]:
    """Every case, made for a store with the reference catalogue; the heavy ones take some seconds."""
    blanks = Blanks(store)
    return [case(name, blanks) for name in NAMES]
