"""Data sets in PostgreSQL: the same questions on one institute's server."""

from __future__ import annotations

import io
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from queue import Empty, LifoQueue
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from geo.collection.engine.data import DataSet
from geo.collection.engine.latest import current, running
from geo.collection.engine.prepared import Build, Statement, Statements, Value
from geo.collection.engine.schema import Words, prepared, rows_schema
from geo.collection.engine.tables import Facts, quoted, roll_up
from geo.collection.words import Sought
from geo.model import Cancelled, EngineError, Progress, tell

AT_ONCE = 4
"""Connections kept open; more are made when more is asked at once, and closed afterwards."""
TYPES = {"int32": "integer", "int64": "bigint", "double": "double precision", "string": "text",
         "binary": "bytea"}  # fmt: skip
REMEDY = "pip install -r requirements-engines.txt"


class Postgres:
    """Answers from a database; every question on a connection of its own.

    Parameters
    ----------
    address : str
        ``postgresql://…``.
    """

    def __init__(self, address: str) -> None:
        try:
            self._psycopg: Any = import_module("psycopg")
        except ImportError as error:
            raise EngineError(f"PostgreSQL needs psycopg: {REMEDY}.") from error
        self._parameters = parameters(address)
        self._statements = Statements("postgres", "%({})s")
        self._idle: LifoQueue[Any] = LifoQueue(AT_ONCE)

    def run(self, key: Hashable, build: Build, values: Mapping[str, Value]) -> pa.Table:
        """Answer one question.

        Raises
        ------
        Cancelled
            If it was cancelled meanwhile.
        EngineError
            If the server does not answer.
        """
        statement = self._statements.of(key, build)
        with self._connected() as connection:
            try:
                with running(connection.cancel_safe):
                    rows = connection.execute(statement.sql, statement.bind(values)).fetchall()
            except self._psycopg.errors.QueryCanceled:
                raise Cancelled("A newer question took the place of this one.") from None
        return answered(rows, statement)

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        try:
            connection = self._idle.get_nowait()
            if connection.closed or connection.broken:
                connection = self._connect()
        except Empty:
            connection = self._connect()
        try:
            yield connection
        except self._psycopg.errors.UndefinedTable:
            raise EngineError(
                "The database has no such data set. Load it with python -m geo load."
            ) from None
        except self._psycopg.Error as error:
            connection.close()
            raise EngineError(f"PostgreSQL does not answer ({reason(error)}).") from None
        finally:
            work = current()
            # A signal to stop may still be on its way to it.
            stopped = work is not None and work.cancelled
            if stopped or self._idle.full() or connection.closed:
                connection.close()
            else:
                self._idle.put_nowait(connection)

    def _connect(self) -> Any:
        try:
            connection = self.connect(autocommit=True)
            connection.execute("SET default_transaction_read_only = on")
            return connection
        except (self._psycopg.Error, ValueError, UnicodeError) as error:
            raise EngineError(f"PostgreSQL cannot be reached ({reason(error)}).") from None

    def connect(self, *, autocommit: bool = False) -> Any:
        """A new connection; the driver's own errors."""
        told = self._psycopg.conninfo.make_conninfo("", **self._parameters)
        return self._psycopg.connect(told, autocommit=autocommit)

    def narrow(self, data: DataSet, sought: Sought) -> None:
        """Search words every time: the server is for reading only."""

    def close(self) -> None:
        """Close the idle connections."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return


def answered(rows: list[tuple[Any, ...]], statement: Statement) -> pa.Table:
    """Rows of a driver as a table."""
    columns = list(zip(*rows, strict=True)) or [()] * len(statement.schema)
    made = []
    for values, field in zip(columns, statement.schema, strict=True):
        # Sums of bigint come as decimals.
        whole = pa.types.is_integer(field.type)
        plain = [None if v is None else int(v) for v in values] if whole else list(values)
        made.append(pa.array(plain, field.type))
    return pa.table(made, schema=statement.schema)


def load(
    address: str,
    table: str,
    batches: Iterable[tuple[int, pa.Table]],
    progress: Progress | None = None,
) -> int:
    """Write a data set with its roll-ups and indexes, whole or not at all.

    What stood under the name is replaced in the same transaction, so whoever asks meanwhile gets
    the old one.

    Returns
    -------
    int
        Rows written.
    """
    handle = Postgres(address)
    psycopg = handle._psycopg
    try:
        with handle.connect() as connection:
            facts = _fill(connection, table, batches, progress)
        with handle.connect(autocommit=True) as connection:
            for name in (table, *(f"{table}_{rollup}" for rollup in facts.rollups)):
                connection.execute(f"VACUUM (ANALYZE) {quoted(name)}")
    except (psycopg.Error, ValueError, UnicodeError) as error:
        raise EngineError(f"PostgreSQL does not take the data set ({reason(error)}).") from None
    return facts.rows


def _fill(
    connection: Any,
    table: str,
    batches: Iterable[tuple[int, pa.Table]],
    progress: Progress | None,
) -> Facts:
    facts, words = Facts(), Words()
    _create(connection, table, rows_schema())
    for total, batch in batches:
        rows = prepared(batch, words)
        facts.see(rows)
        _copy(connection, table, rows)
        tell(progress, facts.rows, 2 * total)
    # The first is in the order of the list, the newest before.
    for columns in ("since DESC NULLS LAST, number", "until", "number", "x, y"):
        connection.execute(f"CREATE INDEX ON {quoted(table)} ({columns})")
    connection.execute(f"ANALYZE {quoted(table)}")

    def create(name: str, question: ir.Table) -> int:
        schema = question.schema().to_pyarrow()
        _create(connection, name, schema)
        sql = ibis.to_sql(question, dialect="postgres")
        size = connection.execute(f"INSERT INTO {quoted(name)} {sql}").rowcount
        places = [column for column in ("x", "y") if column in schema.names]
        if places:
            connection.execute(f"CREATE INDEX ON {quoted(name)} (x, y)")
        connection.execute(f"ANALYZE {quoted(name)}")
        return int(size)

    def drop(name: str) -> None:
        connection.execute(f"DROP TABLE {quoted(name)}")

    roll_up(table, facts, words, create, drop, progress)
    for name, content in ((f"{table}_words", words.table()), (f"{table}_facts", facts.table())):
        _create(connection, name, content.schema)
        _copy(connection, name, content)
    return facts


def _create(connection: Any, name: str, schema: pa.Schema) -> None:
    columns = ", ".join(f'"{field.name}" {TYPES[str(field.type)]}' for field in schema)
    connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
    connection.execute(f"CREATE TABLE {quoted(name)} ({columns})")


def _copy(connection: Any, name: str, table: pa.Table) -> None:
    columns = []
    for field in table.schema:
        values = table[field.name]
        if pa.types.is_binary(field.type):
            hexed = [None if v is None else "\\x" + v.hex() for v in values.to_pylist()]
            values = pa.chunked_array([pa.array(hexed, pa.string())])
        elif pa.types.is_string(field.type):
            # PostgreSQL cannot hold the character NUL, which means nothing in a text.
            values = pc.replace_substring(values, "\0", "")
        columns.append(values)
    out = io.BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    pyarrow.csv.write_csv(pa.table(columns, names=table.column_names), out, options)
    with connection.cursor().copy(f"COPY {quoted(name)} FROM STDIN (FORMAT csv)") as copy:
        copy.write(out.getvalue())


def parameters(address: str) -> dict[str, str]:
    """What the driver is told, by name.

    libpq would read the address itself, refuse a password with ``%`` or a blank in it, and repeat
    it in what it says.
    """
    parts = urlsplit(address)
    user, _, place = parts.netloc.rpartition("@")
    name, colon, password = user.partition(":")
    host = place.rpartition(":")[0] if re.search(r":\d*$", place) else place
    found = {
        "host": unquote(host).strip("[]"),
        "port": str(parts.port or ""),
        "user": unquote(name),
        "dbname": unquote(parts.path.lstrip("/")),
    }
    if colon:
        found["password"] = unquote(password)
    return {key: value for key, value in found.items() if value} | dict(parse_qsl(parts.query))


REASONS = (
    ("password authentication failed", "it does not know the user or the password"),
    ("no password supplied", "it asks for a password"),
    ("does not exist", "it has no such user or database"),
    ("refused", "nothing answers at that address and port"),
    ("timeout", "it takes too long"),
    ("timed out", "it takes too long"),
    ("resolve", "no machine has that name"),
    ("translate host name", "no machine has that name"),
    ("no pg_hba.conf entry", "it does not let this machine in"),
    ("ssl", "the encryption was not agreed on"),
    ("invalid connection option", "an option of the address is not known to it"),
    ("closed the connection", "it closed the connection"),
    ("terminating connection", "it closed the connection"),
    ("too many", "it has too many connections"),
    ("permission denied", "the user may not do this"),
    ("disk full", "its disk is full"),
    ("no space", "its disk is full"),
)
"""What stands in a driver's text, and what is said of it."""


def reason(error: Exception) -> str:
    """Why a database did not answer, in words of our own.

    Nothing of a driver's text is repeated: it may hold the address, or a part of it that was taken
    for something else, and with it a password.
    """
    text = str(error).lower()
    said = next((words for part, words in REASONS if part in text), "")
    state = getattr(error, "sqlstate", None)
    return said or (f"SQLSTATE {state}" if state else type(error).__name__)
