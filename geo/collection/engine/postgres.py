"""Data sets in PostgreSQL: the same questions on one institute's server."""

from __future__ import annotations

import io
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from queue import Empty, LifoQueue
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from geo.collection.engine.data import DataSet
from geo.collection.engine.latest import current, running
from geo.collection.engine.prepared import Build, Template, Templates, Value
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
        ``postgresql://…`` as libpq reads it.
    """

    def __init__(self, address: str) -> None:
        try:
            self._psycopg: Any = import_module("psycopg")
        except ImportError as error:
            raise EngineError(f"PostgreSQL needs psycopg: {REMEDY}.") from error
        self._address = address
        self._templates = Templates("postgres", "%({})s")
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
        template = self._templates.of(key, build)
        with self._connected() as connection:
            try:
                with running(connection.cancel_safe):
                    rows = connection.execute(template.sql, template.bind(values)).fetchall()
            except self._psycopg.errors.QueryCanceled as error:
                raise Cancelled("A newer question took the place of this one.") from error
        return answered(rows, template)

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
        except self._psycopg.errors.UndefinedTable as error:
            raise EngineError(
                "The database has no such data set. Load it with python -m geo load."
            ) from error
        except self._psycopg.Error as error:
            connection.close()
            raise EngineError(f"PostgreSQL does not answer ({_said(error)}).") from error
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
            connection = self._psycopg.connect(self._address, autocommit=True)
            connection.execute("SET default_transaction_read_only = on")
            return connection
        except self._psycopg.Error as error:
            raise EngineError(f"PostgreSQL cannot be reached ({_said(error)}).") from error

    def narrow(self, data: DataSet, sought: Sought) -> None:
        """Search words every time: the server is for reading only."""

    def close(self) -> None:
        """Close the idle connections."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return


def answered(rows: list[tuple[Any, ...]], template: Template) -> pa.Table:
    """Rows of a driver as a table."""
    columns = list(zip(*rows, strict=True)) or [()] * len(template.schema)
    made = []
    for values, field in zip(columns, template.schema, strict=True):
        # Sums of bigint come as decimals.
        whole = pa.types.is_integer(field.type)
        plain = [None if v is None else int(v) for v in values] if whole else list(values)
        made.append(pa.array(plain, field.type))
    return pa.table(made, schema=template.schema)


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
        with psycopg.connect(address) as connection:
            facts = _fill(connection, table, batches, progress)
        with psycopg.connect(address, autocommit=True) as connection:
            for name in (table, *(f"{table}_{rollup}" for rollup in facts.rollups)):
                connection.execute(f"VACUUM (ANALYZE) {quoted(name)}")
    except psycopg.Error as error:
        raise EngineError(f"PostgreSQL does not take the data set ({_said(error)}).") from error
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

    def half(share: float) -> None:
        tell(progress, int(facts.rows * (1 + share)), 2 * facts.rows)

    roll_up(table, facts, words, create, drop, half)
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
            # PostgreSQL cannot hold the sign NUL, which means nothing in a text.
            values = pc.replace_substring(values, "\0", "")
        columns.append(values)
    out = io.BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    pyarrow.csv.write_csv(pa.table(columns, names=table.column_names), out, options)
    with connection.cursor().copy(f"COPY {quoted(name)} FROM STDIN (FORMAT csv)") as copy:
        copy.write(out.getvalue())


def _said(error: Exception) -> str:
    """What a driver says, without what it was told: an address may hold a password."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
