"""Passwords: what a good one is, how one is kept (argon2id), and the first one that the office hands out."""

import os
import secrets
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.fault import Fault

MIN_LENGTH, MAX_LENGTH = 10, 128
_COMMON = ("password", "passw0rd", "qwerty", "123456", "abc123", "admin", "zhundian", "111111", "000000", "letmein")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper
_HASHER = PasswordHasher()  # argon2id, 64 MiB, three passes: the second recommendation of RFC 9106
# A lane of its own: each takes 64 MiB and all cores, so one at a time, and behind whoever only wants a page.
_LANE = ThreadPoolExecutor(1, "passwords", initializer=lambda: _step_back())
# Of a password that was thrown away, and just as long to compare: worked out anew, each command would wait for it.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$/DColTATA/BZnYswXQMZxA$hFOP/QDomqFUpoiNXUx5V4yofM87/75W1YAbpHKxrQE"


def objection(password: str, user_code: str) -> Fault | None:
    """Why a new password is refused; None where it is good.

    Length is what counts; two kinds of characters are asked for since graded protection (等级保护) wants a mixture.
    """
    plain = password.casefold()
    if len(password) < MIN_LENGTH:
        return Fault("password.too_short")
    if len(password) > MAX_LENGTH:
        return Fault("password.too_long")
    if user_code and user_code.casefold() in plain:
        return Fault("password.has_name")
    kinds = {"letter" if c.isalpha() else "digit" if c.isdigit() else "other" for c in password}
    if len(kinds) < 2 or len(set(plain)) < 5:
        return Fault("password.one_kind")
    rest = plain
    for common in _COMMON:
        rest = rest.replace(common, "")
    if rest != plain and len(rest) < 4:
        return Fault("password.too_common")
    return None


def first_password() -> str:
    """One to be handed out on paper and changed at the first sign-in: 14 characters in groups, 59 bits of chance."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def hashed(password: str) -> str:
    """What is kept of it."""
    return _LANE.submit(lambda: _HASHER.hash(password)).result()


def is_password(kept: str | None, password: str) -> bool:
    """Whether it is the one that is kept. kept None: there is no such account, which takes just as long to say."""
    return _LANE.submit(lambda: _fits(kept or _NOBODY, password[: MAX_LENGTH + 1])).result() and kept is not None


def _fits(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def _step_back() -> None:
    """This thread, and those that argon2 starts from it, come after all others; Linux knows a rank for each thread."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
