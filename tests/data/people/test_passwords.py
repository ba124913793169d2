"""What a good password is, how it is kept, and the first ones that are handed out."""

from collections.abc import Iterator

import pytest

from data.people import passwords
from data.people.passwords import MAX_LENGTH, first_password, hashed, is_password, objection

OWN_HASHER, OWN_NOBODY = passwords._HASHER, passwords._NOBODY  # as they are before a test replaces them


@pytest.fixture(scope="module", autouse=True)
def own_cost() -> Iterator[None]:
    """Hashed as the program does, at its full cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", OWN_HASHER)
        patch.setattr(passwords, "_NOBODY", OWN_NOBODY)
        yield


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("一句好记的话 2026", None),
        ("correct horse 9", None),
        ("Tq8-vv2m-kk9x", None),
        ("short 1", "too_short"),
        ("x1" * 70, "too_long"),
        ("wang and his 9 dogs", "has_name"),
        ("WANG-9999-xyz", "has_name"),
        ("abcdefghijkl", "one_kind"),
        ("12345678901234", "one_kind"),
        ("a1a1a1a1a1a1", "one_kind"),
        ("password12", "too_common"),
        ("qwerty and a cat", None),
        ("Qwerty123456", "too_common"),
        ("admin123456", "too_common"),
    ],
)
def test_what_is_refused_and_why(password, told):
    fault = objection(password, "wang")
    assert (fault and fault.name) == told


def test_it_is_kept_as_argon2id_with_a_salt_of_its_own():
    one, two = hashed("一句好记的话 2026"), hashed("一句好记的话 2026")
    assert one != two and one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_password(one, "一句好记的话 2026") and not is_password(one, "一句好记的话 2027")


@pytest.mark.parametrize("kept", [None, "", "x", "$argon2id$broken"])
def test_what_is_not_kept_fits_nothing(kept):
    assert not is_password(kept, "") and not is_password(kept, "x" * (MAX_LENGTH + 9))


def test_what_nobody_has_takes_as_long_to_compare():
    assert not OWN_HASHER.check_needs_rehash(OWN_NOBODY)


def test_a_very_long_one_is_not_taken_for_its_beginning():
    kept = hashed("a 1" * 50)
    assert not is_password(kept, "a 1" * 43)


def test_first_passwords_are_good_and_differ():
    made = {first_password() for _ in range(200)}
    assert len(made) == 200 and all(objection(one, "wang") is None for one in made if any(c.isdigit() for c in one))
    assert all(len(one) == 14 and not set(one) & set("il1o0") for one in made)
