"""Data sets in Parquet through DuckDB, embedded: prepared once, then asked many times."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.dataset import SCHEMA
from geo.engine.data import FORM, DataSet, EngineError, Superseded
from geo.engine.form import ROWS, Words, prepared, within_a_month
from geo.engine.newest import running
from geo.engine.tables import Facts, opened, roll_up
from geo.engine.template import Build, Templates, Value

TABLE = "incidents"
BATCH = 250_000
Progress = Callable[[int, int], None]
"""Told rows done and rows in all."""


class Duck:
    """Answers from a prepared file; each question on a cursor of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._templates = Templates("duckdb", "${}")

    def run(self, key: Hashable, build: Build, values: Mapping[str, Value]) -> pa.Table:
        """Answer one question.

        Raises
        ------
        Superseded
            If it was cancelled meanwhile.
        """
        template = self._templates.of(key, build)
        try:
            with self._connection.cursor() as cursor, running(cursor.interrupt):
                answer = cursor.sql(template.sql, params=template.bind(values)).to_arrow_table()
                # DuckDB widens sums to 128 bits.
                return answer.cast(template.schema)
        except duckdb.InterruptException as error:
            raise Superseded("A newer question took the place of this one.") from error
        except duckdb.OutOfMemoryException as error:
            raise EngineError(
                "The question needs more memory than MARZ allows DuckDB. Choose a narrower window."
            ) from error
        except duckdb.ConnectionException as error:
            raise EngineError("The data set has been closed. Open it again.") from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def open_set(
    path: Path,
    name: str,
    *,
    folder: Path | None = None,
    spellings: Iterable[frozenset[str]] = (),
    threads: int = 2,
    memory: str = "1GB",
    progress: Progress = lambda done, total: None,
) -> DataSet:
    """Open a data set; the first time, prepare it.

    What is prepared lies beside the file under a name made of its hash, so that a changed file
    is prepared anew and nothing else is.

    Parameters
    ----------
    path : Path
        Parquet in `geo.dataset.SCHEMA`.
    name : str
        For people.
    folder : Path, optional
        Where to keep what is prepared.
    spellings : iterable of frozenset of str
        Of places, as of `geo.search.spellings`: each name finds the others.
    threads : int
        That DuckDB may use.
    memory : str
        That DuckDB may use, such as ``1GB``; what needs more goes to a temporary folder.
    progress : callable
        Told rows done and rows in all while the set is being prepared.

    Raises
    ------
    EngineError
        If the file is not such a data set, or there is no place for what is prepared.
    """
    digest = _digest(path)
    ready = (folder or path.parent) / f".{path.stem[:40]}.{digest}.{FORM}.duckdb"
    options = _options(threads, memory)
    for attempt in (1, 2):
        if not ready.exists():
            _prepare(path, ready, options, progress)
        try:
            connection = _connect(ready, options, read_only=True)
            return opened(name, Duck(connection), TABLE, spellings)
        except duckdb.ConnectionException as error:
            raise EngineError(f"“{path.name}” is open with other options ({error}).") from error
        except (duckdb.Error, OSError) as error:
            # Another version of DuckDB wrote it, or it was cut short on its way here.
            if attempt == 2:
                raise EngineError(f"“{path.name}” cannot be opened ({error}).") from error
            ready.unlink(missing_ok=True)
    raise AssertionError


def _options(threads: int, memory: str) -> dict[str, Any]:
    return {
        "threads": threads,
        "memory_limit": memory,
        "temp_directory": str(Path(tempfile.gettempdir()) / f"marz-duckdb-{os.getpid()}"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }


def _connect(path: Path, options: dict[str, Any], *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open a file, and nothing else from then on: no other file, no network, no extension."""
    connection = duckdb.connect(path, read_only=read_only, config=options)
    # Whoever opens a file that is open gets the same database, locked already.
    [(access,)] = connection.execute("SELECT current_setting('enable_external_access')").fetchall()
    if access:
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    return connection


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise EngineError(
            f"“{path.name}” cannot be read ({error.strerror}). Import the data set again."
        ) from error


def _prepare(path: Path, ready: Path, options: dict[str, Any], progress: Progress) -> None:
    """Write the prepared file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{ready.stem[:60]}-", dir=ready.parent)
    os.close(handle)
    temporary = Path(name)
    temporary.unlink()  # DuckDB wants to make it itself
    try:
        with _connect(temporary, options, read_only=False) as connection:
            _fill(path, connection, progress)
        temporary.replace(ready)
    except (OSError, duckdb.IOException) as error:
        raise EngineError(f"“{path.name}” could not be prepared ({error}).") from error
    finally:
        for left in (temporary, Path(f"{temporary}.wal")):
            with suppress(OSError):
                left.unlink()


def _fill(path: Path, connection: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    facts, words = Facts(), Words()
    # Rows of one month stand first, in their order, so that a window reads little of them.
    for table in (TABLE, "wide"):
        _create(connection, table, ROWS.empty_table())
    for total, batch in batches(path):
        rows = prepared(batch, words)
        facts.see(rows)
        narrow = within_a_month(rows)
        _insert(connection, TABLE, rows.filter(narrow))
        _insert(connection, "wide", rows.filter(pc.invert(narrow)))
        progress(facts.rows, 2 * total)
    connection.execute(f"INSERT INTO {TABLE} SELECT * FROM wide ORDER BY since")
    connection.execute("DROP TABLE wide")

    def create(name: str, question: ir.Table) -> int:
        _create(connection, name, question.schema().to_pyarrow().empty_table())
        connection.execute(f"INSERT INTO {name} {ibis.to_sql(question, dialect='duckdb')}")
        [(size,)] = connection.execute(f"SELECT count(*) FROM {name}").fetchall()
        return int(size)

    def drop(name: str) -> None:
        connection.execute(f"DROP TABLE {name}")

    def half(share: float) -> None:
        progress(int(facts.rows * (1 + share)), 2 * facts.rows)

    roll_up(TABLE, facts, words, create, drop, half)
    _create(connection, f"{TABLE}_words", words.table())
    _create(connection, f"{TABLE}_facts", facts.table())
    progress(2 * facts.rows, 2 * facts.rows)


def batches(path: Path) -> Iterable[tuple[int, pa.Table]]:
    """Rows of a data set, some at a time, each time with their number in all.

    Raises
    ------
    EngineError
        If the file is no data set.
    """
    try:
        with pq.ParquetFile(path) as file:
            missing = [n for n in SCHEMA.names if n not in file.schema_arrow.names]
            if missing:
                raise EngineError(
                    f"“{path.name}” lacks the columns {', '.join(missing)}. "
                    "Make it with python -m geo import."
                )
            for batch in file.iter_batches(BATCH, columns=SCHEMA.names):
                table = pa.Table.from_batches([batch]).select(SCHEMA.names)
                yield file.metadata.num_rows, table.cast(SCHEMA)
    except (OSError, pa.ArrowException) as error:
        raise EngineError(f"“{path.name}” is no data set of Marz ({error}).") from error


def _create(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("given", table)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    connection.unregister("given")


def _insert(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("given", table)
    connection.execute(f"INSERT INTO {name} SELECT * FROM given")
    connection.unregister("given")
