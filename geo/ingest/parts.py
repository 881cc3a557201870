"""Parts of a data set on disk, and the one file in the order of time that they become.

Arrow sorts a part that stands alone if none of its rows repeats another, which takes a few
milliseconds. DuckDB does all others, beyond memory. It reads nothing but the parts: no extension is
loaded, no address and no other folder can be reached.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo import files
from geo.collection.schema import METADATA, SCHEMA
from geo.ingest.limits import MEBIBYTE
from geo.ingest.report import Finding
from geo.model import LimitError, WriteError

ROW_GROUP = 65_536


def folder_beside(out: Path) -> Path:
    """Where the parts of a data set stand until it is whole."""
    target = Path(os.path.realpath(out))
    return target.with_name(f".{target.name}.parts")


class Parts:
    """The rows of one file that is being imported, a part each some thousands of them.

    Parameters
    ----------
    folder : Path
        Made anew: what an import that was killed left there goes.

    Raises
    ------
    WriteError
        If it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: list[Path] = []
        self._first: pa.Table | None = None
        discard(folder)
        try:
            folder.mkdir()
        except OSError as error:
            raise WriteError(
                f"“{folder}” could not be made ({error.strerror}). Write to a folder that exists "
                "and that you may write to."
            ) from error

    def add(self, table: pa.Table) -> None:
        """Write a part; one without rows is none."""
        if not table.num_rows:
            return
        path = self.folder / f"part-{len(self.paths) + 1:06d}.parquet"
        try:
            pq.write_table(table, path, compression="lz4", use_dictionary=False,
                           write_statistics=False)  # fmt: skip
        except OSError as error:
            raise WriteError(f"A part could not be written ({error.strerror}).") from error
        self._first = None if self.paths else table
        self.paths.append(path)

    def alone(self) -> pa.Table | None:
        """The rows of one part, or of none; None of several."""
        if len(self.paths) > 1:
            return None
        return self._first if self._first is not None else SCHEMA.empty_table()


def discard(folder: Path) -> None:
    """Remove a folder of parts, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def write(
    path: Path,
    batches: Iterator[pa.RecordBatch],
    about: Callable[[], dict[str, Any]],
    *,
    folder: Path,
    largest: int,
) -> None:
    """Write a data set whole or not at all.

    Parameters
    ----------
    path : Path
        What stands there is replaced when all is written.
    batches : iterator of pyarrow.RecordBatch
        Rows in their order.
    about : callable
        Asked at the end for what `geo.collection.schema.METADATA` holds.
    folder : Path
        Of the parts: what a kill leaves half written lies there.
    largest : int
        Bytes that the file may have.

    Raises
    ------
    LimitError, WriteError
        What stood there before is untouched.
    """
    options = {"compression": "zstd", "compression_level": 1}
    with (
        files.whole(path, folder) as temporary,
        pq.ParquetWriter(temporary, SCHEMA, **options) as writer,
    ):
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(SCHEMA), ROW_GROUP)
            if temporary.stat().st_size > largest:
                raise LimitError(
                    f"The data set is larger than {largest // MEBIBYTE:,} MiB. Split the file, or "
                    "raise MARZ_LIMIT_OUTPUT."
                )
        writer.add_key_value_metadata({METADATA: json.dumps(about(), ensure_ascii=False)})


MEMORY = "320MiB"


def ordered(parts: Parts, *, has_ids: bool, joins: bool) -> Alone | Sorted:
    """Bring parts into order.

    Parameters
    ----------
    parts : Parts
        With their rows.
    has_ids : bool
        Whether the file has ids of its own; without, rows are compared by what they say.
    joins : bool
        Whether rows that repeat id, date, place and deaths of an earlier one are added to it.
    """
    table = parts.alone()
    if table is not None and _distinct(table, ["id"] if has_ids else TELLING):
        return Alone(table)
    return Sorted(parts, has_ids=has_ids, joins=joins)


def _distinct(table: pa.Table, columns: Sequence[str]) -> bool:
    """Whether no two rows have the same in some columns."""
    if len(columns) == 1:
        return bool(pc.count_distinct(table[columns[0]], "all").as_py() == table.num_rows)
    groups = table.select(columns).group_by(columns, use_threads=False).aggregate([])
    return bool(groups.num_rows == table.num_rows)


class Alone:
    """A part without repeats; see `Sorted`."""

    def __init__(self, table: pa.Table) -> None:
        keys = [(name, "ascending", "at_end") for name in ("start", "number")]
        self._table = table.take(pc.sort_indices(table, sort_keys=keys))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Rows in their order."""
        yield from self._table.combine_chunks().to_batches(ROW_GROUP)

    def findings(self) -> Iterator[Finding]:
        """None."""
        return iter(())

    def close(self) -> None:
        """Nothing is open."""


def connect(
    paths: Sequence[Path], *, folders: Sequence[Path] = (), spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own that reads some files, or those of some folders, and nothing else."""
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "memory_limit": MEMORY,
            "threads": "2",
            "temp_directory": str(spill or ""),
            "preserve_insertion_order": "false",
        }
    )
    connection.execute(f"SET allowed_directories = {listed([f'{one}/' for one in folders])}")
    connection.execute(f"SET allowed_paths = {listed([str(path) for path in paths])}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")
    return connection


class Sorted:
    """Any parts as one table."""

    def __init__(self, parts: Parts, *, has_ids: bool, joins: bool) -> None:
        self._parts = [str(path) for path in parts.paths]
        self._key = "id" if has_ids else f"CASE WHEN {TOLD} THEN hash({SAYS}) END"
        self._joins = joins
        folder = parts.folder
        self._connection = connect([], folders=[folder], spill=folder / "sorting")
        self._mark()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Rows in the order of `start`, then of the file; undated ones at the end."""
        shown = ", ".join(SHOWN.get(name, f'"{name}"') for name in SCHEMA.names)
        result = self._connection.sql(
            f"SELECT {shown} FROM parts LEFT JOIN marks USING (number) "
            "WHERE fate IS DISTINCT FROM 'monadic' ORDER BY start NULLS LAST, number"
        )
        yield from result.to_arrow_reader(ROW_GROUP)

    def findings(self) -> Iterator[Finding]:
        """Rows that repeat another, some thousands at a time, in the order of the file."""
        found = self._connection.execute(
            "SELECT fate, number, first FROM marks WHERE fate IS NOT NULL ORDER BY fate, number"
        )
        while rows := found.fetchmany(10_000):
            for fate in dict.fromkeys(row[0] for row in rows):
                chosen = [row for row in rows if row[0] == fate]
                values = [f"as row {first}" if first != n else "first" for _, n, first in chosen]
                yield Finding(fate, "", [row[1] for row in chosen], values)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def _mark(self) -> None:
        """Make the table ``marks``: fate and first row of those that repeat another."""
        for statement in (
            f"CREATE VIEW parts AS SELECT * FROM read_parquet({listed(self._parts)})",
            f"CREATE TABLE twice AS SELECT hash({self._key}) AS h FROM parts "
            f"WHERE {self._key} IS NOT NULL GROUP BY h HAVING count(*) > 1",
            f"CREATE TABLE repeated AS SELECT number, {self._key} AS key, actors, "
            f"hash({SAME}) AS said, hash({SAYS}) AS whole, {TOLD} AS told "
            f"FROM parts SEMI JOIN twice ON hash({self._key}) = h",
            "CREATE TABLE groups AS SELECT key, said, min(number) AS first, count(*) AS n, "
            "count(DISTINCT whole) = 1 AND bool_and(told) AS alike "
            "FROM repeated GROUP BY key, said",
            "CREATE TABLE joined AS SELECT first, string_agg(actor, ';' ORDER BY place) AS more "
            "FROM (SELECT first, actor, min(place) AS place FROM (SELECT first, "
            "unnest(string_split(actors, ';')) AS actor, number * 10000 + "
            "generate_subscripts(string_split(actors, ';'), 1) AS place "
            f"FROM repeated JOIN groups USING (key, said) WHERE n > 1 AND {self._joins}) "
            "GROUP BY first, actor) GROUP BY first",
            "CREATE TABLE marks AS SELECT number, first, more, CASE "
            f"WHEN {self._joins} AND number > first THEN 'monadic' "
            "WHEN kinds > 1 THEN 'repeated' "
            f"WHEN n > 1 AND NOT {self._joins} AND alike THEN 'duplicate' "
            f"WHEN n > 1 AND NOT {self._joins} THEN 'same-id' END AS fate "
            "FROM repeated JOIN groups USING (key, said) "
            "JOIN (SELECT key, count(*) AS kinds FROM groups GROUP BY key) USING (key) "
            "LEFT JOIN joined USING (first)",
        ):
            self._connection.execute(statement)


SAME = "date, lon, lat, place, low, best, high"
"""What two rows of one id have in common when they tell of one incident."""
TOLD = "date IS NOT NULL AND coalesce(place, actors, title, lon::VARCHAR) IS NOT NULL"
"""What a row must say so that another can say the same: that both are of one day is not enough."""
SAYS = f"{SAME}, event_type, sub_event_type, actors, title"
TELLING = [name for name in SAYS.split(", ") if name not in ("lon", "lat")]
"""Enough to tell that two rows differ; DuckDB alone says when two numbers with a point are one."""
SHOWN = {
    "number": "parts.number",
    "actors": "CASE WHEN fate IS NULL OR fate = 'repeated' THEN coalesce(more, actors) "
    "ELSE actors END AS actors",
    "flags": "CASE WHEN fate IS NULL THEN flags ELSE coalesce(flags, ';') || fate || ';' END "
    "AS flags",
}
"""Columns that are put together anew on the way."""


def listed(paths: Sequence[str]) -> str:
    """Texts as a list in SQL."""
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in paths) + "]"
