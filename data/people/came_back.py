"""What came back with a restore: tokens that had been ended since the backup, and accounts that had been disabled."""

from dataclasses import dataclass
from pathlib import Path

from data.people import accounts, tokens
from data.store import Store, read_only
from data.store_errors import StoreError

_ENDED = "SELECT DISTINCT token_id FROM s.token_end"
_DISABLED = "SELECT user_code FROM s.account GROUP BY user_code HAVING NOT arg_max(is_active, changed_at)"


@dataclass(frozen=True)
class CameBack:
    """token_ids and user_codes that open the door again; is_known False: the store before could not be asked."""

    token_ids: tuple[str, ...] = ()
    user_codes: tuple[str, ...] = ()
    is_known: bool = True


def came_back(store: Store, before: Path | None) -> CameBack:
    """What is valid in a restored store, and was not any more in the one that it replaced."""
    if before is None:
        return CameBack(is_known=False)
    try:
        ended, disabled = read_only(before, [_ENDED, _DISABLED])
    except StoreError:
        return CameBack(is_known=False)
    gone = {token_id for (token_id,) in ended or ()}
    shut_out = {user_code for (user_code,) in disabled or ()}
    valid = [token.token_id for token in tokens.tokens(store) if token.is_valid(store.now())]
    active = [account.user_code for account in accounts.accounts(store) if account.is_active]
    return CameBack(tuple(t for t in valid if t in gone), tuple(code for code in active if code in shut_out))


def end_again(store: Store, back: CameBack) -> None:
    """End the tokens and disable the accounts once more."""
    for token_id in back.token_ids:
        tokens.end(store, token_id)
    for user_code in back.user_codes:
        accounts.change(store, user_code, is_active=False)
