"""Accounts: the newest row of each holds, the office never locks itself out, no password lies anywhere in the open."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from data import audit
from data.access import Forbidden, Person, Role
from data.fault import Fault
from data.people import accounts
from data.people.accounts import Account
from data.store import Store
from tests.conftest import OFFICE

PASSWORD = "好记的一句话 2026"


@pytest.fixture
def office(store: Store) -> Store:
    """The reference store with its administrator, as she sees it."""
    accounts.create_first(store, "office", "张建国", PASSWORD)
    return store.seen_by(OFFICE)


def fault_of(act) -> tuple[str, str]:
    """The code and what was found, of an act that must be refused."""
    with pytest.raises(Fault) as told:
        act()
    return told.value.code, str(told.value.details.get("found"))


def acts(store: Store) -> list[tuple[str, str]]:
    """action and subject of the trail, in order."""
    return store.rows('SELECT "action", subject FROM audit ORDER BY audit_no')


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Wang", "wang"),
        (" wang ", "wang"),
        ("ｗａｎｇ", "wang"),
        ("１３８", "138"),
        ("王五", "王五"),
        ("W@Ju.CN", "w@ju.cn"),
    ],
)
def test_however_it_is_typed_it_is_one_account(typed, kept):
    assert accounts.normal(typed) == kept


def test_a_new_account_has_a_first_password_that_must_be_changed(office):
    first = accounts.create(office, "Wang", "王五", Role.REPORTER, "DAG")
    made = accounts.account(office, "ＷＡＮＧ")
    assert (made.user_code, made.user_name, made.role, made.unit_code) == ("wang", "王五", Role.REPORTER, "DAG")
    assert made.is_active and made.must_change
    assert accounts.is_password_of(office, "Wang", first)
    assert not accounts.is_password_of(office, "wang", first.upper())
    assert not accounts.is_password_of(office, "nobody", first)


def test_no_password_lies_anywhere_in_the_open(office):
    first = accounts.create(office, "wang", "王五", Role.LEADER)
    second = accounts.reset_password(office, "wang")
    accounts.change_password(office, accounts.account(office, "wang").person(), second, PASSWORD)
    kept = str([office.rows(f'SELECT * FROM "{table}"') for table in ("account", "password", "audit")])
    assert not any(word in kept for word in (first, second, PASSWORD))
    assert {row[0][:10] for row in office.rows('SELECT password_hash FROM "password"')} == {"$argon2id$"}


@pytest.mark.parametrize(
    ("user", "name", "role", "unit", "code"),
    [
        ("a", "王五", Role.LEADER, None, "account.user_code"),
        ("a b", "王五", Role.LEADER, None, "account.user_code"),
        ("a:b", "王五", Role.LEADER, None, "account.user_code"),  # token:… is no account
        ("x" * 65, "王五", Role.LEADER, None, "account.user_code"),
        ("=1+1", "王五", Role.LEADER, None, "account.user_code"),
        ("wang", "", Role.LEADER, None, "account.user_name"),
        ("wang", " \n ", Role.LEADER, None, "account.user_name"),
        ("wang", "王" * 41, Role.LEADER, None, "account.user_name"),
        ("wang", "王\x07五", Role.LEADER, None, "account.user_name"),
        ("wang", "王\u202e五", Role.LEADER, None, "account.user_name"),
        ("wang", "王五", Role.MONITOR, None, "account.role"),
        ("wang", "王五", Role.NOBODY, None, "account.role"),
        ("wang", "王五", Role.REPORTER, None, "account.unit"),
        ("wang", "王五", Role.REVIEWER, "XXX", "catalogue.unit"),
        ("office", "又一个", Role.LEADER, None, "account.exists"),
        ("Office", "又一个", Role.LEADER, None, "account.exists"),
    ],
)
def test_what_is_no_account_is_refused_and_leaves_nothing(office, user, name, role, unit, code):
    before = acts(office), office.rows("SELECT count(*) FROM account"), office.rows('SELECT count(*) FROM "password"')
    assert fault_of(lambda: accounts.create(office, user, name, role, unit))[0] == code
    after = acts(office), office.rows("SELECT count(*) FROM account"), office.rows('SELECT count(*) FROM "password"')
    assert after == before


def test_a_name_is_kept_in_one_line_and_a_leader_has_no_unit(office):
    accounts.create(office, "zhao", " 赵\n局长 ", Role.LEADER, "DAG")
    made = accounts.account(office, "zhao")
    assert (made.user_name, made.unit_code) == ("赵 局长", None)


def test_a_change_is_a_new_row_and_the_newest_holds(office):
    accounts.create(office, "wang", "王五", Role.REPORTER, "DAG")
    for unit in ("XZSP", "DAG", "XZSP"):  # faster than the clock ticks
        accounts.change(office, "wang", unit_code=unit)
    accounts.change(office, "Wang", user_name="王武", role=Role.REVIEWER)
    known = accounts.account(office, "wang")
    assert (known.user_name, known.role, known.unit_code) == ("王武", Role.REVIEWER, "XZSP")
    moments = [row[0] for row in office.rows("SELECT changed_at FROM account WHERE user_code = 'wang' ORDER BY 1")]
    assert len(moments) == len(set(moments)) == 5
    assert acts(office)[-5:] == [("account_created", "wang")] + [("account_changed", "wang")] * 4


def test_what_changes_nothing_is_no_act(office):
    accounts.create(office, "wang", "王五", Role.REPORTER, "DAG")
    before = acts(office)
    accounts.change(office, "wang", user_name=" 王五 ", is_active=True)
    assert acts(office) == before


def test_a_disabled_account_opens_nothing_until_it_is_enabled(office):
    first = accounts.create(office, "wang", "王五", Role.LEADER)
    accounts.change(office, "wang", is_active=False)
    assert not accounts.is_password_of(office, "wang", first)
    accounts.change(office, "wang", is_active=True)
    assert accounts.is_password_of(office, "wang", first)


@pytest.mark.parametrize("changes", [{"is_active": False}, {"role": Role.LEADER}])
def test_the_last_of_the_office_stays(office, changes):
    other = office.seen_by(replace(OFFICE, user_code="root"))  # whoever has the machine
    assert fault_of(lambda: accounts.change(other, "office", **changes)) == ("account.last_office", "office")
    accounts.create(office, "second", "第二人", Role.OFFICE)
    accounts.change(office, "second", is_active=False)
    assert fault_of(lambda: accounts.change(other, "office", **changes))[0] == "account.last_office"
    accounts.change(office, "second", is_active=True)
    accounts.change(other, "office", **changes)
    assert fault_of(lambda: accounts.change(other, "second", **changes)) == ("account.last_office", "second")


def test_nobody_shuts_herself_out(office):
    accounts.create(office, "second", "第二人", Role.OFFICE)
    assert fault_of(lambda: accounts.change(office, "office", is_active=False))[0] == "account.own_account"
    assert accounts.account(office, "office").is_active


def test_a_change_of_whoever_is_not_there_is_refused(office):
    assert fault_of(lambda: accounts.change(office, "Nobody", user_name="x")) == ("account.unknown", "Nobody")
    assert fault_of(lambda: accounts.reset_password(office, "nobody"))[0] == "account.unknown"


def test_a_reset_ends_the_old_password_at_once(office):
    first = accounts.create(office, "wang", "王五", Role.LEADER)
    accounts.change_password(office, accounts.account(office, "wang").person(), first, PASSWORD)
    assert not accounts.account(office, "wang").must_change
    again = accounts.reset_password(office, "wang")
    assert again != first and accounts.account(office, "wang").must_change
    assert accounts.is_password_of(office, "wang", again)
    assert not accounts.is_password_of(office, "wang", PASSWORD)
    assert acts(office)[-2:] == [("password_changed", "wang"), ("password_reset", "wang")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong", "另一句好记的话 2027", "password.wrong"),
        (PASSWORD, PASSWORD, "password.same"),
        (PASSWORD, "short 1", "password.too_short"),
        (PASSWORD, "my office is 12", "password.has_name"),
    ],
)
def test_a_bad_new_password_changes_nothing(office, old, new, code):
    before = acts(office)
    own = accounts.account(office, "office").person()
    assert fault_of(lambda: accounts.change_password(office, own, old, new))[0] == code
    assert accounts.is_password_of(office, "office", PASSWORD) and acts(office) == before


def test_the_first_account_is_made_once(store):
    assert not accounts.has_accounts(store)
    assert fault_of(lambda: accounts.create_first(store, "office", "张建国", "short"))[0] == "password.too_short"
    assert not accounts.has_accounts(store) and acts(store) == [("catalogue_loaded", acts(store)[0][1])]
    accounts.create_first(store, "office", "张建国", PASSWORD)
    assert accounts.has_accounts(store)
    assert fault_of(lambda: accounts.create_first(store, "another", "李四", PASSWORD))[0] == "account.not_first"


def test_of_eight_first_accounts_at_once_one_is_made(store):
    def act(number: int) -> bool:
        try:
            return bool(accounts.create_first(store, f"office{number}", "张建国", PASSWORD))
        except Fault:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(act, range(8))) == 1
    assert len(accounts.accounts(store)) == 1 and audit.faults(store) == []


def test_an_act_that_cannot_be_noted_is_not_done(office, monkeypatch):
    def full(*_args):
        raise OSError("no space left on device")

    monkeypatch.setattr(audit, "keep", full)
    for act in (
        lambda: accounts.create(office, "wang", "王五", Role.LEADER),
        lambda: accounts.change(office, "office", user_name="别人"),
        lambda: accounts.reset_password(office, "office"),
        lambda: accounts.import_all(office, [Account("wang", "王五", Role.LEADER)]),
    ):
        with pytest.raises(OSError, match="no space"):
            act()
    (known,) = accounts.accounts(office)
    assert known.user_name == "张建国" and accounts.is_password_of(office, "office", PASSWORD)


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.NOBODY, Role.MONITOR])
def test_only_the_office_manages_accounts(office, role):
    own = office.seen_by(Person("x", "x", role, "DAG"))
    for act in (
        lambda: accounts.create(own, "wang", "王五", Role.LEADER),
        lambda: accounts.change(own, "office", is_active=False),
        lambda: accounts.reset_password(own, "office"),
        lambda: accounts.import_all(own, [Account("wang", "王五", Role.LEADER)]),
    ):
        with pytest.raises(Forbidden):
            act()
    assert accounts.accounts(own) == [] and len(accounts.accounts(office)) == 1


def test_a_list_is_taken_whole_or_not_at_all(office):
    good, bad = Account("wang", "王五", Role.REPORTER, "DAG"), Account("li", "李四", Role.REPORTER, "XXX")
    with pytest.raises(Fault) as told:
        accounts.import_all(office, [good, bad])
    assert (told.value.code, told.value.details["index"]) == ("catalogue.unit", 1)
    assert len(accounts.accounts(office)) == 1
    first = accounts.import_all(office, [good, replace(bad, unit_code="XZSP")])
    assert set(first) == {"wang", "li"} and accounts.is_password_of(office, "li", first["li"])


def test_a_list_lets_nobody_in_again_and_takes_nobody_out(office):
    accounts.create(office, "gone", "走了的", Role.LEADER)
    accounts.create(office, "stays", "不在名单上", Role.LEADER)
    accounts.change(office, "gone", is_active=False)
    assert accounts.import_all(office, [Account("gone", "改了名", Role.LEADER)]) == {}
    known = {one.user_code: one for one in accounts.accounts(office)}
    assert known["gone"].user_name == "改了名" and not known["gone"].is_active
    assert known["stays"].is_active


def test_a_disabled_colleague_on_the_list_does_not_count_for_the_office(office):
    """Else a list that demotes everybody but her would leave nobody who can sign in."""
    accounts.create(office, "second", "第二人", Role.OFFICE)
    accounts.change(office, "second", is_active=False)
    wanted = [Account("office", "张建国", Role.LEADER), Account("second", "第二人", Role.OFFICE)]
    assert fault_of(lambda: accounts.import_all(office, wanted))[0] == "account.last_office"
    assert accounts.account(office, "office").role is Role.OFFICE


def test_an_account_made_meanwhile_is_not_given_another_password(office, monkeypatch):
    """The hashes are made before the lock is taken; somebody else may be faster."""
    hashed, first = accounts.hashed, []

    def slow(password: str) -> str:
        if not first:
            first.append(None)
            first[0] = accounts.create(office, "wang", "王五", Role.LEADER)
        return hashed(password)

    monkeypatch.setattr(accounts, "hashed", slow)
    wanted = [Account("wang", "别人", Role.LEADER)]
    assert fault_of(lambda: accounts.import_all(office, wanted)) == ("account.exists", "wang")
    assert accounts.is_password_of(office, "wang", first[0])
    assert accounts.account(office, "wang").user_name == "王五"


def test_of_eight_who_make_the_same_account_one_succeeds(office):
    def act(_number: int) -> str | None:
        try:
            return accounts.create(office, "wang", "王五", Role.LEADER)
        except Fault:
            return None

    with ThreadPoolExecutor(8) as pool:
        (first,) = [one for one in pool.map(act, range(8)) if one]
    assert accounts.is_password_of(office, "wang", first)
    assert office.rows("SELECT count(*) FROM account WHERE user_code = 'wang'") == [(1,)]
