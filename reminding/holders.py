"""Contacts whose people have left: the account that goes with them is disabled, and they still get reminders."""

from collections.abc import Sequence

from data.people.accounts import Account, accounts
from data.reminders.contacts import Contact, contacts
from data.store import Store


def contacts_of(reached: Sequence[Contact], account: Account) -> list[Contact]:
    """Those of the account's unit that bear its holder's name, or her account's name as their address."""
    return [contact for contact in reached if contact.unit_code == account.unit_code and _is_hers(contact, account)]


def left_behind(store: Store) -> list[tuple[Contact, Account]]:
    """The contacts in use that go with a disabled account and with no other that can sign in."""
    reached, every = contacts(store), accounts(store)
    active = {contact.contact_id for account in every if account.is_active for contact in contacts_of(reached, account)}
    return [
        (contact, account)
        for account in every
        if not account.is_active and account.unit_code
        for contact in contacts_of(reached, account)
        if contact.contact_id not in active
    ]


def _is_hers(contact: Contact, account: Account) -> bool:
    address = contact.address.casefold()
    by_name = bool(contact.contact_name) and contact.contact_name == account.user_name
    return by_name or account.user_code in (address, address.partition("@")[0])
