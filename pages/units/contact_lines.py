"""Whom to call, for whoever may know it: addresses are the office's alone."""

from data.access import Right
from data.reminders.contacts import Channel, contacts
from pages.frame import asking
from pages.frame.escaping import escaped
from pages.frame.viewer import viewer


def shown(unit_code: str) -> list[str]:
    """王芳 wang@…: the unit's contacts by mail; none for anybody but the office."""
    if not viewer().may(Right.MANAGE):
        return []
    of_unit = [contact for contact in contacts(asking.store()) if contact.unit_code == unit_code]
    return [escaped(f"{c.contact_name} {c.shown}".strip()) for c in of_unit if c.channel is Channel.EMAIL]
