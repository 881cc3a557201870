"""Data sets on a Spark cluster: the same questions, shared among workers."""

from __future__ import annotations

import shutil
from collections.abc import Hashable, Iterable, Mapping
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from geo.collection.engine.data import DataSet
from geo.collection.engine.latest import current, running
from geo.collection.engine.prepared import Build, Statements, Value
from geo.collection.engine.schema import Words, prepared
from geo.collection.engine.tables import Facts, roll_up
from geo.collection.words import Sought
from geo.model import Cancelled, EngineError, Progress, tell

REMEDY = "pip install -r requirements-engines.txt, and have Java 17 or newer"
_NUMBERS = count()


class Spark:
    """Answers from Parquet files that all machines of a cluster see.

    Parameters
    ----------
    master : str
        ``spark://host:port``.
    folder : Path
        Where `load` wrote.
    """

    def __init__(self, master: str, folder: Path) -> None:
        tables = sorted(folder.glob("*.parquet"))
        if not tables:
            raise EngineError(
                f"There is no data set in “{folder}”. Load it with python -m geo load."
            )
        # Of its own, so that tables of one name in two folders are two.
        self._session = session(master).newSession()
        self._statements = Statements("pyspark", ":{}")
        for path in tables:
            self._session.read.parquet(str(path)).createOrReplaceTempView(path.stem)

    def run(self, key: Hashable, build: Build, values: Mapping[str, Value]) -> pa.Table:
        """Answer one question.

        Raises
        ------
        Cancelled
            If it was cancelled meanwhile.
        EngineError
            If the cluster does not answer.
        """
        statement = self._statements.of(key, build)
        context = self._session.sparkContext
        tag = f"marz-{next(_NUMBERS)}"
        work = current()
        context.addJobTag(tag)
        try:
            with running(lambda: context.cancelJobsWithTag(tag)):
                frame = self._session.sql(statement.sql, args=statement.bind(values))
                return frame.toArrow().select(statement.schema.names).cast(statement.schema)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - py4j has errors of its own, and none may be shown
            if work is not None and work.cancelled:
                raise Cancelled("A newer question took the place of this one.") from None
            raise EngineError(f"Spark does not answer ({reason(error)}).") from None
        finally:
            context.removeJobTag(tag)

    def narrow(self, data: DataSet, sought: Sought) -> None:
        """Search words every time: the server is for reading only."""

    def close(self) -> None:
        """Forget the tables; the connection to the cluster serves other data sets too."""
        for view in self._session.catalog.listTables():
            self._session.catalog.dropTempView(view.name)


REASONS = (
    ("java_home", "Java is missing"),
    ("java gateway", "Java is missing"),
    ("refused", "nothing answers at that address and port"),
    ("unresolved", "no machine has that name"),
    ("unknownhost", "no machine has that name"),
    ("all masters are unresponsive", "nothing answers at that address and port"),
    ("timeout", "it takes too long"),
    ("timed out", "it takes too long"),
    ("file_not_exist", "files of the data set are gone"),
    ("path_not_found", "files of the data set are gone"),
    ("stopped sparkcontext", "the connection was closed"),
)
"""What stands in a driver's text, and what is said of it."""


def session(master: str) -> Any:
    """A session on a cluster; the one there is, if there is one.

    Raises
    ------
    EngineError
        If pyspark or Java is missing, or the master cannot be reached.
    """
    try:
        sql = import_module("pyspark.sql")
    except ImportError as error:
        raise EngineError(f"Spark needs pyspark: {REMEDY}.") from error
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        # The questions are small once filtered: the 200 partitions of the default cost seconds.
        "spark.sql.shuffle.partitions": "8",
    }
    try:
        builder = sql.SparkSession.builder.master(master).appName("Marz")
        for key, value in settings.items():
            builder = builder.config(key, value)
        made = builder.getOrCreate()
        ibis.pyspark.connect(made)
        return made
    except Exception as error:  # noqa: BLE001 - py4j has errors of its own, and none may be shown
        raise EngineError(
            f"Spark cannot be reached ({reason(error)}). It needs {REMEDY}."
        ) from None


def load(
    master: str,
    folder: Path,
    table: str,
    batches: Iterable[tuple[int, pa.Table]],
    progress: Progress | None = None,
) -> int:
    """Write a data set with its roll-ups as Parquet, whole or not at all.

    Parameters
    ----------
    folder : Path
        Which the workers must see under the same path; what stood there is replaced.

    Returns
    -------
    int
        Rows written.
    """
    cluster = session(master)
    new, old = (folder.with_name(f".{folder.name}-{word}") for word in ("new", "old"))
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    try:
        rows = new / f"{table}.parquet"
        rows.mkdir(parents=True)
        facts = _fill(cluster, new, table, batches, progress)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except OSError as error:
        raise EngineError(f"“{folder}” cannot be written ({error.strerror}).") from error
    finally:
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)
    return facts.rows


def _fill(
    cluster: Any,
    folder: Path,
    table: str,
    batches: Iterable[tuple[int, pa.Table]],
    progress: Progress | None,
) -> Facts:
    facts, words = Facts(), Words()
    for part, (total, batch) in enumerate(batches):
        rows = prepared(batch, words)
        facts.see(rows)
        pq.write_table(rows, folder / f"{table}.parquet" / f"part-{part:05}.parquet")
        tell(progress, facts.rows, 2 * total)

    def view(name: str) -> Any:
        frame = cluster.read.parquet(str(folder / f"{name}.parquet"))
        frame.createOrReplaceTempView(name)
        return frame

    def create(name: str, question: ir.Table) -> int:
        schema = question.schema()
        typed = question.cast(dict(schema.items()))
        cluster.sql(ibis.to_sql(typed, dialect="pyspark")).write.parquet(
            str(folder / f"{name}.parquet")
        )
        return int(view(name).count())

    def drop(name: str) -> None:
        cluster.catalog.dropTempView(name)
        shutil.rmtree(folder / f"{name}.parquet")

    view(table)
    roll_up(table, facts, words, create, drop, progress)
    for name, content in (("words", words.table()), ("facts", facts.table())):
        (folder / f"{table}_{name}.parquet").mkdir()
        pq.write_table(content, folder / f"{table}_{name}.parquet" / "part-00000.parquet")
    return facts


def reason(error: Exception) -> str:
    """Why a cluster did not answer, in words of our own; see `geo.collection.engine.postgres`."""
    text = str(error).lower()
    return next((words for part, words in REASONS if part in text), type(error).__name__)
