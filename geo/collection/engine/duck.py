"""Data sets in Parquet through DuckDB, embedded: prepared once, then asked many times."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from glob import escape
from itertools import count
from pathlib import Path
from typing import Any
from weakref import finalize

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo import files
from geo.collection.engine.collection import Queried
from geo.collection.engine.data import DataSet
from geo.collection.engine.latest import running
from geo.collection.engine.predicates import holding, words_bound
from geo.collection.engine.prepared import Build, Statements, Value
from geo.collection.engine.schema import Words, form, prepared, rows_schema, within_a_month
from geo.collection.engine.tables import Facts, opened, roll_up
from geo.collection.schema import LATER, SCHEMA
from geo.collection.words import Names, Sought
from geo.model import Cancelled, EngineError, Progress, tell

TABLE = "incidents"
CATALOG = "prepared"
THREADS, MEMORY = "MARZ_DUCKDB_THREADS", "MARZ_DUCKDB_MEMORY"
"""Variables of the environment: bounds for each open set; what needs more memory is spilled."""
SEARCHES = 8
"""Searches by words whose findings are kept."""
BATCH = 65_536
SPILL = "8GB"
"""On disk at most, when memory does not do."""


class Duck:
    """Answers from a prepared file; each question on a cursor of its own.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A database in memory to which the file is attached as `CATALOG`.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._statements = Statements("duckdb", "${}")
        self._numbers = count()
        self.narrow = lru_cache(SEARCHES)(self._search)

    def run(self, key: Hashable, build: Build, values: Mapping[str, Value]) -> pa.Table:
        """Answer one question.

        Raises
        ------
        Cancelled
            If it was cancelled meanwhile.
        EngineError
            If it cannot be answered.
        """
        statement = self._statements.of(key, build)
        with self._asking() as cursor:
            answer = cursor.sql(statement.sql, params=statement.bind(values)).to_arrow_table()
            # DuckDB widens sums to 128 bits.
            return answer.cast(statement.schema)

    def _search(self, data: DataSet, sought: Sought) -> DataSet:
        """Keep the rows that have what is looked for."""
        sizes, values = words_bound(sought)
        statement = self._statements.of(
            ("holding", sizes), lambda bound: holding(data, sizes, bound)
        )
        table = f"found_{next(self._numbers)}"
        with self._asking() as cursor:
            cursor.execute(f"CREATE TABLE {table} AS {statement.sql}", statement.bind(values))
        found = replace(data, table=table, catalog="memory", lean=True, rollups=())
        # Not before the last question to it has been answered.
        finalize(found, _drop, self._connection, table).atexit = False
        return found

    @contextmanager
    def _asking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            with self._connection.cursor() as cursor, running(cursor.interrupt):
                yield cursor
        except duckdb.InterruptException as error:
            raise Cancelled("A newer question took the place of this one.") from error
        except duckdb.OutOfMemoryException as error:
            raise EngineError(
                f"The question needs more memory than DuckDB may use. Narrow it, or set {MEMORY}."
            ) from error
        except duckdb.ConnectionException as error:
            raise EngineError("The data set has been closed. Open it again.") from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _drop(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    with suppress(duckdb.Error), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")


def open_set(
    path: Path,
    name: str,
    *,
    names: Names | None = None,
    progress: Progress | None = None,
) -> Queried:
    """Open a data set; the first time, prepare it.

    What is prepared lies beside the file under a name made of its hash, so that a changed file
    is prepared anew and nothing else is.

    Parameters
    ----------
    path : Path
        Parquet in `geo.collection.schema.SCHEMA`.
    name : str
        For people.
    names : Names, optional
        That a search by words knows, as of `geo.collection.memory.names`.
    progress : callable
        Told rows done and rows in all while the set is being prepared; False stops it.

    Raises
    ------
    EngineError
        If the file is not such a data set, or there is no place for what is prepared.
    """
    digest = _digest(path)
    ready = path.parent / f"{_stem(path)}{digest}.{form()}.duckdb"
    files.sweep(ready.parent)
    options = _options(ready.parent)
    for attempt in (1, 2):
        if not ready.exists():
            _prepare(path, ready, options, progress)
        connection = _connect(":memory:", options)
        try:
            connection.execute(f"ATTACH {_literal(ready)} AS {CATALOG} (READ_ONLY)")
            _shut(connection)
            return opened(name, Duck(connection), TABLE, names, CATALOG)
        except (duckdb.Error, OSError) as error:
            connection.close()
            # Another version of DuckDB wrote it, or it was cut short on its way here.
            if attempt == 2:
                raise EngineError(f"“{path.name}” cannot be opened ({_said(error)}).") from error
            ready.unlink(missing_ok=True)
    raise AssertionError


def _options(folder: Path) -> dict[str, Any]:
    # Beside the set, because it may be somebody's own: not where all of the machine can look.
    spill = files.unfinished(folder / "spilled")
    return {
        "threads": os.environ.get(THREADS) or 2,
        "memory_limit": os.environ.get(MEMORY) or "512MB",
        "temp_directory": str(spill),
        "max_temp_directory_size": SPILL,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }


def _connect(path: Path | str, options: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(path, config=options)
    except duckdb.IOException:
        raise
    except duckdb.Error as error:
        raise EngineError(
            f"{THREADS} or {MEMORY} is not understood ({error}). Write such as 2 and 1GB."
        ) from error


def _shut(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep to the files that are open, quietly: no other, no network, no extension, from now on."""
    connection.execute("SET enable_external_access = false")
    # Its bar would be drawn over a server's log or a command's own words.
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _said(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _stem(path: Path) -> str:
    return f".{path.name[:120]}."


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise EngineError(
            f"“{path.name}” cannot be read ({error.strerror}). Import the data set again."
        ) from error


def _prepare(path: Path, ready: Path, options: dict[str, Any], progress: Progress | None) -> None:
    """Write the prepared file whole or not at all."""
    check(path)
    temporary = files.unfinished(ready)
    try:
        with _connect(temporary, options) as connection:
            _shut(connection)
            _fill(path, connection, progress)
        temporary.replace(ready)
        for old in ready.parent.glob(f"{escape(_stem(path))}*.duckdb"):
            if old != ready:
                old.unlink(missing_ok=True)
    except (OSError, duckdb.Error) as error:
        raise EngineError(f"“{path.name}” could not be prepared ({_said(error)}).") from error
    finally:
        for left in (temporary, Path(f"{temporary}.wal")):
            with suppress(OSError):
                left.unlink()


def _fill(path: Path, connection: duckdb.DuckDBPyConnection, progress: Progress | None) -> None:
    facts, words = Facts(), Words()

    def rows(narrow: bool) -> Iterator[pa.RecordBatch]:
        for total, batch in batches(path):
            kept = batch.filter(pc.equal(within_a_month(batch), narrow))
            if kept.num_rows:
                made = prepared(kept, words)
                facts.see(made)
                tell(progress, facts.rows, 2 * total)
                yield from made.to_batches()

    _create(connection, TABLE, rows_schema().empty_table())
    # Rows of one month stand first, in their order, so that a window reads little of them.
    for narrow in (True, False):
        _insert(connection, TABLE, pa.RecordBatchReader.from_batches(rows_schema(), rows(narrow)))

    def create(name: str, question: ir.Table) -> int:
        _create(connection, name, question.schema().to_pyarrow().empty_table())
        connection.execute(f"INSERT INTO {name} {ibis.to_sql(question, dialect='duckdb')}")
        [(size,)] = connection.execute(f"SELECT count(*) FROM {name}").fetchall()
        return int(size)

    def drop(name: str) -> None:
        connection.execute(f"DROP TABLE {name}")

    roll_up(TABLE, facts, words, create, drop, progress)
    _create(connection, f"{TABLE}_words", words.table())
    _create(connection, f"{TABLE}_facts", facts.table())
    tell(progress, 2 * facts.rows, 2 * facts.rows)


def check(path: Path) -> None:
    """Refuse what is no data set.

    Raises
    ------
    EngineError
        Says what it lacks.
    """
    try:
        names = pq.read_schema(path).names
    except (OSError, pa.ArrowException) as error:
        raise EngineError(f"“{path.name}” is no data set of Marz ({_said(error)}).") from error
    missing = [name for name in SCHEMA.names if name not in (*names, *LATER)]
    if missing:
        raise EngineError(
            f"“{path.name}” lacks the columns {', '.join(missing)}. "
            "Make it with python -m geo import."
        )


def batches(path: Path) -> Iterator[tuple[int, pa.Table]]:
    """Rows of a data set, some at a time, each time with their number in all."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH, columns=SCHEMA.names):
            table = pa.Table.from_batches([batch])
            for name in LATER:
                if name not in table.column_names:
                    table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
            yield file.metadata.num_rows, table.select(SCHEMA.names).cast(SCHEMA)


def _create(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("given", table)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    connection.unregister("given")


def _insert(connection: duckdb.DuckDBPyConnection, name: str, reader: pa.RecordBatchReader) -> None:
    connection.register("given", reader)
    connection.execute(f"INSERT INTO {name} SELECT * FROM given")
    connection.unregister("given")
