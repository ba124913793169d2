"""Changing by when templates are due, from a period on: a new catalogue version; what has opened stays frozen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.catalogue.model import DuePolicy, Template
from data.store import Store


def set_policy(
    store: Store, codes: Sequence[str] | None, since: date, changed: Callable[[DuePolicy], DuePolicy], now: datetime
) -> list[str]:
    """Let `changed` of its policy hold for each of these templates (None: all) from the periods on whose last month is
    `since`; returns the codes of those that it changes. A policy that began later is left to begin. Fault for an
    unknown code, CatalogueError for a policy that is none; forbidden to all but the office.
    """
    with store.write(is_news=False):  # between reading and loading nobody else changes another template
        return _set_policy(store, codes, since, changed, now)


def _set_policy(
    store: Store, codes: Sequence[str] | None, since: date, changed: Callable[[DuePolicy], DuePolicy], now: datetime
) -> list[str]:
    catalogue = catalogue_in_force(store)
    every = [template.template_code for template in catalogue.templates]
    wanted = every if codes is None else [catalogue.template(code).template_code for code in codes]
    templates = tuple(
        _from(template, since, changed(template.policy(since))) if template.template_code in wanted else template
        for template in catalogue.templates
    )
    load_catalogue(store, replace(catalogue, templates=templates), now)
    before = dict(zip(every, catalogue.templates, strict=True))
    return [
        new_template.template_code for new_template in templates if new_template != before[new_template.template_code]
    ]


def _from(template: Template, since: date, policy: DuePolicy) -> Template:
    current = template.policy(since)
    if replace(policy, valid_from=None) == replace(current, valid_from=None):
        return template
    others = [change for change in template.due_changes if change.valid_from != since]
    changes = sorted([*others, replace(policy, valid_from=since)], key=lambda change: change.valid_from or date.min)
    return replace(template, due_changes=tuple(changes))
