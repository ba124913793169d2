"""`python -m data users|tokens|audit`: accounts, what programs sign in with, and who did what."""

import argparse
from collections.abc import Callable
from datetime import datetime
from typing import Any

from data import audit
from data.access import Role
from data.catalogue.in_force import catalogue_in_force, clock_of
from data.command_line import add_command, opened, print_rows, tell
from data.people import accounts, tokens
from data.people.audit_trail import Wanted, audit_trail, last_sign_ins
from data.readable import as_read
from data.store import Store


def add_parsers(commands: Any) -> None:
    """Add the three commands to the sub-commands of a parser."""
    users = _group(commands, "users", "who may sign in")
    _add(users, "list", _list_users, "every account")
    made = _add(users, "add", _add_user, "a new account; prints its first password, once", "account")
    made.add_argument("--name", required=True, help="the person's name")
    _roles(made, accounts.ROLES, required=True)
    changed = _add(users, "change", _change_user, "another name, role or unit", "account")
    changed.add_argument("--name")
    _roles(changed, accounts.ROLES, required=False)
    _add(users, "disable", _switch(False), "takes effect at the holder's next click", "account")
    _add(users, "enable", _switch(True), "let the holder in again", "account")
    _add(users, "reset", _reset_user, "a new first password, printed once; signs the holder out", "account")
    programs = _group(commands, "tokens", "what programs sign in with")
    _add(programs, "list", _list_tokens, "every token, without its secret")
    token = _add(programs, "create", _create_token, "a new token; prints its secret, once")
    token.add_argument("--name", required=True, help="which program it is for")
    _roles(token, tokens.ROLES, required=True)
    token.add_argument("--expires", metavar="DAY", help="the first day on which it opens nothing; default: it holds")
    _add(programs, "end", _end_token, "it opens nothing from now on", "token")
    trail = add_command(commands, "audit", _audit, "who did what when from where, the newest first")
    trail.add_argument("--since", metavar="DAY", help="from this day or moment on")
    trail.add_argument("--user", help="an account, token:ID, or a part of a name")
    trail.add_argument("--action", help="such as signed_in or submission_accepted")
    trail.add_argument("--unit", help="a unit's code")
    trail.add_argument("--limit", type=int, default=200, help="how many rows at most; default: 200")
    trail.add_argument(
        "--head", action="store_true", help="only the newest row's number and hash, to be noted elsewhere"
    )
    trail.add_argument("--holds", metavar="SEAL", help="whether a receipt's seal, or a head that was noted, is in it")


def _group(commands: Any, name: str, text: str):
    return commands.add_parser(name, help=text, description=text).add_subparsers(required=True, metavar="COMMAND")


def _add(group: Any, name: str, run: Callable, text: str, *what: str) -> argparse.ArgumentParser:
    command = add_command(group, name, lambda options: run(opened(), options), text)
    for argument in what:
        command.add_argument(argument)
    return command


def _roles(command: argparse.ArgumentParser, roles: tuple[Role, ...], required: bool) -> None:
    command.add_argument("--role", required=required, choices=[role.value for role in roles])
    command.add_argument("--unit", help="a unit's code, for the roles that belong to one")


def _list_users(store: Store, options: argparse.Namespace) -> int:
    rows, seen = [], last_sign_ins(store)
    for account in accounts.accounts(store):
        at, _ = seen.get(account.user_code, (None, None))
        rows.append(_said(account) | {"must_change": account.must_change, "last_sign_in": _moment(at, store)})
    print_rows(rows, options)
    return 0


def _add_user(store: Store, options: argparse.Namespace) -> int:
    first = accounts.create(store, options.account, options.name, Role(options.role), options.unit)
    return tell(options, {"account": accounts.normal(options.account), "first_password": first})


def _change_user(store: Store, options: argparse.Namespace) -> int:
    wanted = {"user_name": options.name, "unit_code": options.unit, "role": options.role and Role(options.role)}
    changed = accounts.change(store, options.account, **{name: value for name, value in wanted.items() if value})
    return tell(options, _said(changed))


def _switch(is_active: bool) -> Callable[[Store, argparse.Namespace], int]:
    def run(store: Store, options: argparse.Namespace) -> int:
        return tell(options, _said(accounts.change(store, options.account, is_active=is_active)))

    return run


def _said(account: accounts.Account) -> dict[str, Any]:
    said = {
        "account": account.user_code,
        "name": account.user_name,
        "role": account.role.value,
        "unit": account.unit_code,
    }
    return said | {"is_active": account.is_active}


def _reset_user(store: Store, options: argparse.Namespace) -> int:
    first = accounts.reset_password(store, options.account)
    return tell(options, {"account": accounts.normal(options.account), "first_password": first})


def _list_tokens(store: Store, options: argparse.Namespace) -> int:
    rows, now = [], store.now()
    for token in tokens.tokens(store):
        row = {"token_id": token.token_id, "name": token.token_name, "role": token.role.value, "unit": token.unit_code}
        row |= {name: _moment(getattr(token, name), store) for name in ("created_at", "expires_at", "ended_at")}
        rows.append(row | {"created_by": token.created_by, "ended_by": token.ended_by, "is_valid": token.is_valid(now)})
    print_rows(rows, options)
    return 0


def _create_token(store: Store, options: argparse.Namespace) -> int:
    expires_at = clock_of(store).parse(options.expires) if options.expires else None
    made, secret = tokens.create(store, options.name, Role(options.role), options.unit, expires_at)
    return tell(options, {"token_id": made.token_id, "secret": secret})


def _end_token(store: Store, options: argparse.Namespace) -> int:
    tokens.end(store, options.token)
    return tell(options, {"ended": options.token})


def _audit(options: argparse.Namespace) -> int:
    store = opened()
    if options.head:
        number, hash_ = audit.head(store)
        return tell(options, {"audit_no": number, "hash": hash_})
    if options.holds is not None:
        is_there = audit.holds(store, options.holds)
        tell(options, {"seal": options.holds, "is_there": is_there})
        return 0 if is_there else 1
    if options.limit < 1:
        raise ValueError(f"--limit: expected at least 1, found {options.limit}")
    catalogue, now = catalogue_in_force(store), store.now()
    since = catalogue.clock.parse(options.since) if options.since else None
    actions = [options.action] if options.action else None
    trail = audit_trail(store, now, Wanted(since, options.user, actions, options.unit), options.limit)
    trail = trail.astype(object).where(trail.notna(), None)
    details = trail.pop("details")
    rows = [as_read(row, catalogue) for row in trail.to_dict("records")]
    for row, kept in zip(rows, details, strict=True):
        row["details"] = audit.read_details(kept) if options.json else kept
    print_rows(rows, options)
    return 0


def _moment(at: datetime | None, store: Store) -> str | None:
    """ISO 8601 on the bureau's clock."""
    return clock_of(store).iso(at) if at else None
