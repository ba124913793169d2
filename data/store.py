"""The store: one embedded DuckDB file, owned by one process. The only module that imports duckdb."""

import copy
import itertools
import json
import os
import threading
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pyarrow

from data.access import OWNER, SAMPLE, Person, hidden_rows
from data.schema.steps import newest
from data.schema.upgrade import upgrade
from data.store_errors import StoreError
from data.store_faults import not_open, not_read, not_written
from data.timekeeper import Timekeeper
from data.traces import beside, finish, must_be_new

SCHEMA_VERSION = newest()
_HERE = Path(__file__).parent
_BUREAU = """SELECT definition ->> 'timezone' FROM bureau
    WHERE catalogue_id = (SELECT arg_max(catalogue_id, loaded_at) FROM catalogue_load)"""
# of the moments that were written, since somebody last said that the clock is right
_NEWEST = """WITH confirmed AS (SELECT coalesce(max(audit_no), 0) AS last FROM audit WHERE "action" = 'clock_confirmed')
    SELECT greatest(max("at"), CASE WHEN any_value(last) = 0 THEN (SELECT max(recorded_at) FROM submission) END)
    FROM audit, confirmed WHERE audit_no >= last"""
# the made-up history is entered in one go; it counts as entered when it says that it was received
_ENTERED = "(recorded_at <= TIMESTAMPTZ '{moment}' OR coalesce(is_sample, FALSE))"
_OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_open_stores: dict[Path, "Store"] = {}
_opening = threading.Lock()
_numbers = itertools.count()
_parser = duckdb.connect(config=_OFFLINE)  # in memory: parses rules without any store
_parser.execute("CREATE TABLE workday (day DATE, is_workday BOOLEAN, workday_no INTEGER)")
_parser.execute((_HERE / "functions.sql").read_text(encoding="utf-8"))
_PLAIN = json.loads(_parser.execute("SELECT json_serialize_sql('SELECT (1)')").fetchone()[0])["statements"][0]["node"]
del _PLAIN["select_list"]


QueryError = duckdb.Error
_SYSTEM = (  # the disk's fault or the memory's
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.OutOfMemoryException,
    duckdb.InternalException,
    duckdb.SerializationException,
)
_PRIVATE = 0o600


class _File:
    """An open DuckDB file: what all Stores of it share."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _private_files():
            self.connection = duckdb.connect(str(path), config=_OFFLINE)
        self._log = beside(path, ".wal")
        for file in (path, self._log):
            make_private(file)
        self.number, self.data_version = next(_numbers), 0
        self.timekeeper = Timekeeper(None)
        self.writing = threading.RLock()
        self.after_commit: list[Callable[[], None]] = []
        self.planning = threading.Lock()
        self.planner: duckdb.DuckDBPyConnection | None = None
        self.plans: dict[str, str] = {}
        self.seen: dict[tuple, list[duckdb.DuckDBPyConnection]] = {}  # idle cursors that hide rows, by what they hide

    def has_written(self) -> None:
        """DuckDB makes its log at the first commit, with whatever rights the process gives."""
        make_private(self._log)

    def close(self) -> None:
        """Close every connection: the file stays taken while one is open."""
        cursors = [cursor for idle in self.seen.values() for cursor in idle]
        self.seen.clear()
        for cursor in (*cursors, self.planner, self.connection):
            if cursor is not None:
                cursor.close()


class Store:
    """A DuckDB file as one person may see it. Reads go through `frame` and `rows`, writes through `write`; any thread
    may call.
    """

    def __init__(self, path: Path, is_copy: bool = False, is_new: bool = False) -> None:
        """Open the store, and bring it to the newest schema; what it was is copied beside it first, unless it is a copy
        itself. Where there never was one it is made; where one was and is gone, only if is_new says so: StoreMissing
        otherwise. Raises StoreError where another process has it, it is none of ours, or a later program's.
        """
        self.path = path
        self.is_copy = is_copy
        self.backdating: Any = None
        self.person = OWNER
        self.known: datetime | None = None
        self._hidden: dict[str, str] = {}
        try:
            if not is_copy:
                finish(path)
            if not path.exists() and not is_copy and not is_new:
                must_be_new(path)
            self._file = _File(path)
        except (duckdb.Error, OSError) as error:
            raise not_open(path, error) from error
        try:
            self._prepare(is_copy)
        except BaseException as error:
            self._file.close()
            if isinstance(error, duckdb.Error):
                raise not_open(path, error) from error
            raise

    def seen_by(self, person: Person) -> "Store":
        """The same store, in which whatever is written is the person's act, and queries meet only the rows that she may
        see: in her cursors a view stands in for each table that is not whole to her.
        """
        view = copy.copy(self)
        view.person, view._hidden = person, hidden_rows(person)
        return view.known_at(self.known) if self.known else view

    def known_at(self, moment: datetime) -> "Store":
        """The same store as it was known at a moment: what was entered later is not there, although it may have been
        received before (a mail of the 20th that the office entered on the 25th). To read by: writing sees every row.
        """
        view = copy.copy(self)
        view.known, entered_by = moment, _ENTERED.format(moment=moment.astimezone(UTC).isoformat())
        shown = self._hidden.get("submission")
        view._hidden = self._hidden | {"submission": f"({shown}) AND {entered_by}" if shown else entered_by}
        return view

    def entering(self, backdating: Any) -> "Store":
        """The same store, in which what is handed in is entered later than it came: its moments of receipt stand as
        they are given, and data.backdating keeps why.
        """
        view = copy.copy(self)
        view.backdating = backdating
        return view

    @property
    def data_version(self) -> int:
        """Grows with every write that may change an answer."""
        return self._file.data_version

    @property
    def state(self) -> tuple[int, int]:
        """What every answer depends on: the opened file (a path may be opened again), and the version of its data."""
        return self._file.number, self._file.data_version

    @property
    def timekeeper(self) -> Timekeeper:
        """What tells this store's present moment: whatever is written now has it from there."""
        return self._file.timekeeper

    def now(self) -> datetime:
        """The present moment, in UTC, which the machine's clock is not believed alone about."""
        return self._file.timekeeper.now()

    def timely(self, moment: datetime) -> datetime:
        """A moment of receipt as it is believed: as it is given where the office says that it came earlier."""
        return moment if self.backdating or self.person.via == SAMPLE else self.timekeeper.timely(moment)

    @property
    def sight(self) -> str:
        """What tells apart answers to the same question by people who see different rows."""
        return json.dumps(self._hidden, sort_keys=True)

    def _prepare(self, is_copy: bool) -> None:
        connection = self._file.connection
        tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        if tables and "store_info" not in tables:
            raise StoreError(f"{self.path}: expected a store of this program, found a database of another")
        version = None
        if tables:
            version = connection.execute("SELECT max(schema_version) FROM store_info").fetchone()[0]
        if version is not None and version > SCHEMA_VERSION:
            raise StoreError(
                f"{self.path}: expected a store of schema {SCHEMA_VERSION}, found {version}; "
                "open it with the program version that wrote it"
            )
        if version != SCHEMA_VERSION:
            upgrade(connection, self.path, version, None if is_copy or version is None else self.copy_to)
        for name in ("derived.sql", "functions.sql"):
            connection.execute((_HERE / name).read_text(encoding="utf-8"))
        self._file.timekeeper = Timekeeper(connection.execute(_NEWEST).fetchone()[0])
        bureau = connection.execute(_BUREAU).fetchone()
        self.set_zone(bureau[0] if bureau else "UTC")  # without a catalogue nothing is due on any day

    def set_zone(self, zone: str) -> None:
        """The zone in which SQL cuts moments into days: the bureau's own. It holds for every cursor of this file, those
        that are open already included, and for no other file.
        """
        file = self._file
        with file.planning:
            file.connection.execute(f"SET GLOBAL TimeZone = '{_quoted(zone)}'")
            file.plans.clear()  # a prepared statement keeps the zone that it was planned in
            if file.planner is not None:
                file.planner.close()
                file.planner = None

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of the caller's own: sharing one between threads gives wrong rows without an error. StoreError
        where the file cannot be read any more.
        """
        try:
            with self._cursor() as cursor:
                yield cursor
        except _SYSTEM as error:
            raise not_read(self.path, error) from error

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if not self._hidden:
            with self._file.connection.cursor() as cursor:
                yield cursor
            return
        if self.known:  # any moment may be asked for: such cursors are not kept
            with self._veiled() as cursor:
                yield cursor
            return
        idle = self._file.seen.setdefault(tuple(self._hidden.items()), [])
        try:
            cursor = idle.pop()
        except IndexError:
            cursor = self._veiled()
        try:
            yield cursor
        except BaseException:
            cursor.close()
            raise
        idle.append(cursor)

    def _veiled(self) -> duckdb.DuckDBPyConnection:
        """A cursor in which the person's rows are all there are; macros meet the views too. Made once, then kept."""
        cursor = self._file.connection.cursor()
        name = cursor.execute("SELECT current_database()").fetchone()[0]
        main = f'"{name}".main'
        for table, condition in self._hidden.items():
            where = condition.replace("{main}", main)
            cursor.execute(f'CREATE TEMP VIEW "{table}" AS SELECT * FROM {main}."{table}" WHERE {where}')
        return cursor

    def frame(self, sql: str, parameters: Sequence | Mapping = ()) -> pandas.DataFrame:
        """The answer of a query as a DataFrame."""
        with self.cursor() as cursor:
            return cursor.execute(sql, parameters).df()

    def rows(self, sql: str, parameters: Sequence | Mapping = ()) -> list[Any]:
        """The answer of a query as named tuples, whose fields are its columns."""
        with self.cursor() as cursor:
            return named_rows(cursor.execute(sql, parameters))

    def value(self, sql: str, parameters: Sequence | Mapping = ()) -> Any:
        """The answer of a query that has one row of one column."""
        ((value,),) = self.rows(sql, parameters)
        return value

    def planned_rows(self, sql: str, texts: Sequence[str]) -> list[tuple]:
        """The answer of a query whose $1 is a list of texts, planned once and kept: planning is most of the time that
        judging a small sheet takes.
        """
        file = self._file
        with file.planning:
            if file.planner is None:
                file.planner = file.connection.cursor()
            name = file.plans.get(sql)
            if name is None:
                name = f"plan_{len(file.plans)}"
                file.planner.execute(f"PREPARE {name} AS {sql}")
                file.plans[sql] = name
            quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)  # EXECUTE takes no parameters
            try:
                return file.planner.execute(f"EXECUTE {name}([{quoted}])").fetchall()
            except _SYSTEM as error:
                raise not_read(self.path, error) from error

    @contextmanager
    def write(self, is_news: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction under the writer lock: all of it is kept, or nothing. It sees every row, whoever writes.

        is_news False: no answer of a page can change by it (somebody signed in, say).
        """
        file = self._file
        with file.writing, file.connection.cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
                try:
                    cursor.commit()
                except duckdb.Error as error:
                    raise not_written(self.path, error) from error
                file.has_written()
                for follow in file.after_commit:
                    follow()
            except BaseException as error:
                with suppress(duckdb.Error):  # a failed commit (disk full) has ended the transaction already
                    cursor.rollback()
                if isinstance(error, _SYSTEM):
                    raise not_written(self.path, error) from error
                raise
            finally:
                file.after_commit.clear()
                file.data_version += is_news

    def after_commit(self, follow: Callable[[], None]) -> None:
        """Have something done when the transaction that is being written is kept, and not if it is not."""
        self._file.after_commit.append(follow)

    def copy_to(self, target: Path) -> None:
        """A consistent copy in a new file, while people go on reading."""
        try:
            self._copy_to(target)
        except duckdb.Error as error:
            raise StoreError(f"{self.path} cannot be copied: {error}", not_read(self.path, error).cause) from error

    def _copy_to(self, target: Path) -> None:
        with self._file.writing, self._file.connection.cursor() as cursor:
            name = cursor.execute("SELECT current_database()").fetchone()[0]
            with _private_files():
                cursor.execute(f"ATTACH '{_quoted(target)}' AS backup_copy")
            make_private(target)
            try:
                cursor.execute(f'COPY FROM DATABASE "{name}" TO backup_copy')
            except duckdb.Error:
                with suppress(duckdb.Error):  # the copy's own log: the first error says more
                    self._let_go_of_copy()
                raise
            self._let_go_of_copy()

    def _let_go_of_copy(self) -> None:
        """By a cursor of its own: after an error the transaction of the one that copied is aborted."""
        with self._file.connection.cursor() as other:
            other.execute("DETACH backup_copy")

    def close(self) -> None:
        """Let go of the file."""
        with _opening:
            _open_stores.pop(self.path, None)
            self._file.close()


@cache
def _row_kind(names: tuple[str, ...]) -> Callable[[Iterable], tuple]:
    return namedtuple("Row", names, rename=True)._make  # rename: a column without a name of its own is _0


def named_rows(cursor: duckdb.DuckDBPyConnection) -> list[Any]:
    """What a cursor has been asked, as named tuples, whose fields are its columns."""
    kind = _row_kind(tuple(column[0] for column in cursor.description))
    return list(map(kind, cursor.fetchall()))


def append(cursor: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, Sequence]) -> None:
    """Append rows given column by column, through Arrow (a hundred times faster than row by row)."""
    if not columns or not len(next(iter(columns.values()))):
        return
    names = ", ".join(f'"{name}"' for name in columns)
    with registered(cursor, columns) as arriving:
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {arriving}')


@contextmanager
def registered(cursor: duckdb.DuckDBPyConnection, columns: Mapping[str, Sequence]) -> Iterator[str]:
    """Rows given column by column, as a table for the cursor's queries; yields its name."""
    cursor.register("arriving", pyarrow.table(dict(columns)))
    yield "arriving"
    cursor.unregister("arriving")


def copy_store(source: Path, target: Path) -> None:
    """The store in a file that nobody has open, in a new file; the first is only read, and stays of its schema."""
    with duckdb.connect(config=_OFFLINE) as connection:
        try:
            connection.execute(f"ATTACH '{_quoted(source)}' AS original (READ_ONLY)")
            with _private_files():
                connection.execute(f"ATTACH '{_quoted(target)}' AS backup_copy")
            connection.execute("COPY FROM DATABASE original TO backup_copy")
        except duckdb.Error as error:
            raise not_open(source, error) from error


def read_only(path: Path, questions: Sequence[str]) -> list[list[tuple] | None]:
    """The rows that answer SQL questions of a store's file that nobody has open, which is only read: no step of the
    schema is taken. None for a question that a store of its age cannot answer. In them `s` is the store.
    """
    with duckdb.connect(config=_OFFLINE) as connection:
        try:
            connection.execute(f"ATTACH '{_quoted(path)}' AS s (READ_ONLY)")
        except duckdb.Error as error:
            raise not_open(path, error) from error
        answers: list[list[tuple] | None] = []
        for question in questions:
            try:
                answers.append(connection.execute(question).fetchall())
            except (duckdb.CatalogException, duckdb.BinderException):
                answers.append(None)
            except duckdb.Error as error:
                raise not_read(path, error) from error
        return answers


def make_private(path: Path) -> None:
    """Nobody but the owner may read or write it."""
    with suppress(OSError):
        path.chmod(_PRIVATE)


@contextmanager
def _private_files() -> Iterator[None]:
    """What is made meanwhile is its owner's alone, whatever the process was started with."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def insert(cursor: duckdb.DuckDBPyConnection, table: str, values: Mapping[str, Any]) -> None:
    """Append one row, by the names of its columns; a column that is not named is NULL."""
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
    cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(values.values()))


def store_path() -> Path:
    """Where the store is: the environment variable ZHUNDIAN_STORE, else var/store.duckdb in the program's folder."""
    return _resolved(os.environ.get("ZHUNDIAN_STORE") or str(_HERE.parent / "var" / "store.duckdb"), os.getcwd())


@cache
def _resolved(path: str, _folder: str) -> Path:
    """Asked for a dozen times in a rerun of a page, and each time it would be a walk through the file system. _folder:
    where the process stands, from which a relative path goes.
    """
    return Path(path).resolve()


def open_store(path: Path | None = None) -> Store:
    """The process's one Store of this path, opened on first use."""
    path = path.resolve() if path else store_path()
    with _opening:
        if path not in _open_stores:
            _open_stores[path] = Store(path)
        return _open_stores[path]


def is_open(path: Path) -> bool:
    """True where this very process has the store of this path."""
    return path.resolve() in _open_stores


def _quoted(text: Path | str) -> str:
    return str(text).replace("'", "''")


def parse_tree(expression: str) -> dict | str:
    """DuckDB's own parse tree of an SQL expression, or the text of its objection. Nothing is executed."""
    tree = _serialized(f"SELECT ({expression})")
    if tree.get("error"):
        return tree.get("error_message", "cannot be parsed")
    if _serialized(f"SELECT [{expression}]").get("error"):  # `a) OR (b` fits round brackets, and no others
        return "its brackets do not match"
    node = tree["statements"][0]["node"]
    chosen = node.pop("select_list", [])
    if len(tree["statements"]) != 1 or len(chosen) != 1 or chosen[0]["alias"] or node != _PLAIN:
        return "expected one expression"
    return chosen[0]


def sql_of_tree(tree: dict) -> str:
    """The SQL of an expression's parse tree, or of a part of one."""
    statement = _serialized("SELECT 1")
    statement["statements"][0]["node"]["select_list"] = [tree]
    with _parser.cursor() as cursor:
        sql = cursor.execute("SELECT json_deserialize_sql(?::JSON)", [json.dumps(statement)]).fetchone()[0]
    return sql.removeprefix("SELECT ")


def has_zone(name: str) -> bool:
    """Whether DuckDB knows a time zone of this name; its list is not Python's."""
    with _parser.cursor() as cursor:
        return cursor.execute("SELECT 1 FROM pg_timezone_names() WHERE name = ?", [name]).fetchone() is not None


def _serialized(statement: str) -> dict:
    with _parser.cursor() as cursor:
        return json.loads(cursor.execute("SELECT json_serialize_sql(?::VARCHAR)", [statement]).fetchone()[0])


def objection_to(expression: str, types: Mapping[str, str], use: str = "NOT ({})") -> str | None:
    """What DuckDB objects to when a parsed expression meets columns of these types (name → SQL type); None: nothing.
    use: the SQL in which it will stand, at the place of {}.
    """
    columns = ", ".join(f'NULL::{type_} AS "{name}"' for name, type_ in types.items())
    with _parser.cursor() as cursor:
        try:
            cursor.execute(f"EXPLAIN SELECT {use.format(expression)} FROM (SELECT {columns}) sheet")
        except duckdb.Error as error:
            return str(error).splitlines()[0]
    return None
