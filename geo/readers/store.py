"""Parts of a data set on disk, a journal to go on by, and the sorted file that they become.

A part is written, then the journal's line about it; what a kill leaves half done has no line and is
written anew. DuckDB sorts the parts beyond memory. It reads nothing but them: no extension is
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
import pyarrow.parquet as pq

from geo import files
from geo.dataset import METADATA, SCHEMA
from geo.errors import LimitError, WriteError
from geo.readers.limits import MEBIBYTE
from geo.readers.report import Finding

JOURNAL = "journal.jsonl"
ROW_GROUP = 65_536
SORT_MEMORY = "320MiB"


class Store:
    """The working folder of one file that is being taken in.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    begun : dict
        What the file and its mapping are; another than the journal's begins anew.
    """

    def __init__(self, folder: Path, begun: dict[str, Any]) -> None:
        self.folder = folder
        self.lines: list[dict[str, Any]] = []
        try:
            folder.mkdir(exist_ok=True)
            self.lines = list(_journal(folder, begun))
            if not self.lines:
                shutil.rmtree(folder)
                folder.mkdir()
                self._append({"begun": begun})
        except OSError as error:
            raise WriteError(
                f"“{folder}” could not be made ({error.strerror}). Write to a folder that exists "
                "and that you may write to."
            ) from error

    def add(self, table: pa.Table, state: dict[str, Any]) -> None:
        """Write a part and its line in the journal."""
        number = len(self.lines) + 1
        path = self.folder / f"part-{number:06d}.parquet"
        try:
            if table.num_rows:
                pq.write_table(table, path, compression="lz4", use_dictionary=False,
                               write_statistics=False)  # fmt: skip
            line = {**state, "part": path.name if table.num_rows else ""}
            self._append(line)
        except OSError as error:
            raise WriteError(f"A part could not be written ({error.strerror}).") from error
        self.lines.append(line)

    def parts(self) -> list[Path]:
        """Parts in their order."""
        return [self.folder / line["part"] for line in self.lines if line["part"]]

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        discard(self.folder)

    def _append(self, line: dict[str, Any]) -> None:
        with (self.folder / JOURNAL).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def discard(folder: Path) -> None:
    """Remove a working folder, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def _journal(folder: Path, begun: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Lines whose parts are there, up to the first that is torn."""
    path = folder / JOURNAL
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            try:
                entry = json.loads(line)
            except ValueError:
                return
            if number == 0:
                if entry != {"begun": begun}:
                    return
                continue
            if entry["part"] and not (folder / entry["part"]).is_file():
                return
            yield entry


class Sorted:
    """The parts of a store as one table in the order of time.

    Parameters
    ----------
    store : Store
        With its parts.
    has_ids : bool
        Whether the file has ids of its own; without, rows are compared by what they say.
    joins : bool
        Whether rows that repeat id, date, place and deaths of an earlier one are added to it.
    """

    def __init__(self, store: Store, *, has_ids: bool, joins: bool) -> None:
        self._parts = [str(path) for path in store.parts()]
        self._key = "id" if has_ids else f"CASE WHEN date IS NOT NULL THEN hash({SAID}) END"
        self._joins = joins
        self._connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "memory_limit": SORT_MEMORY,
                "threads": "2",
                "temp_directory": str(store.folder / "sorting"),
                "preserve_insertion_order": "false",
            }
        )
        self._connection.execute(f"SET allowed_directories = {_list([f'{store.folder}/'])}")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute("SET lock_configuration = true")
        if self._parts:
            self._mark()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Rows in the order of `start`, then of the file; undated ones at the end."""
        if not self._parts:
            return
        shown = ", ".join(SHOWN.get(name, f'"{name}"') for name in SCHEMA.names)
        result = self._connection.sql(
            f"SELECT {shown} FROM parts LEFT JOIN marks USING (number) "
            "WHERE fate IS DISTINCT FROM 'monadic' ORDER BY start NULLS LAST, number"
        )
        yield from result.to_arrow_reader(ROW_GROUP)

    def findings(self) -> Iterator[Finding]:
        """Rows that repeat another, some thousands at a time, in the order of the file."""
        if not self._parts:
            return
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
            f"CREATE VIEW parts AS SELECT * FROM read_parquet({_list(self._parts)})",
            f"CREATE TABLE twice AS SELECT hash({self._key}) AS h FROM parts "
            f"WHERE {self._key} IS NOT NULL GROUP BY h HAVING count(*) > 1",
            f"CREATE TABLE repeated AS SELECT number, {self._key} AS key, actors, "
            f"hash({SAME}) AS said FROM parts SEMI JOIN twice ON hash({self._key}) = h",
            "CREATE TABLE groups AS SELECT key, said, min(number) AS first, count(*) AS n "
            "FROM repeated GROUP BY key, said",
            "CREATE TABLE gathered AS SELECT first, string_agg(actor, ';' ORDER BY place) AS more "
            "FROM (SELECT first, actor, min(place) AS place FROM (SELECT first, "
            "unnest(string_split(actors, ';')) AS actor, number * 10000 + "
            "generate_subscripts(string_split(actors, ';'), 1) AS place "
            f"FROM repeated JOIN groups USING (key, said) WHERE n > 1 AND {self._joins}) "
            "GROUP BY first, actor) GROUP BY first",
            "CREATE TABLE marks AS SELECT number, first, more, CASE "
            f"WHEN {self._joins} AND number > first THEN 'monadic' "
            "WHEN kinds > 1 THEN 'repeated' "
            f"WHEN n > 1 AND NOT {self._joins} THEN 'duplicate' END AS fate "
            "FROM repeated JOIN groups USING (key, said) "
            "JOIN (SELECT key, count(*) AS kinds FROM groups GROUP BY key) USING (key) "
            "LEFT JOIN gathered USING (first)",
        ):
            self._connection.execute(statement)


SAME = "date, lon, lat, place, low, best, high"
"""What two rows of one id have in common when they tell of one incident."""
SAID = f"{SAME}, event_type, sub_event_type, actors, title"
SHOWN = {
    "number": "parts.number",
    "actors": "CASE WHEN fate IS NULL OR fate = 'repeated' THEN coalesce(more, actors) "
    "ELSE actors END AS actors",
    "flags": "CASE WHEN fate IS NULL THEN flags ELSE coalesce(flags, ';') || fate || ';' END "
    "AS flags",
}
"""Columns that are put together anew on the way."""


def _list(paths: Sequence[str]) -> str:
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in paths) + "]"


def write(
    path: Path, batches: Iterator[pa.RecordBatch], about: Callable[[], dict[str, Any]], largest: int
) -> None:
    """Write a data set whole or not at all.

    Parameters
    ----------
    path : Path
        What stands there is replaced when all is written.
    batches : iterator of pyarrow.RecordBatch
        Rows in their order.
    about : callable
        Asked at the end for what `geo.dataset.METADATA` holds.
    largest : int
        Bytes that the file may have.

    Raises
    ------
    LimitError, WriteError
        What stood there before is untouched.
    """
    options = {"compression": "zstd", "compression_level": 1}
    with files.whole(path) as temporary, pq.ParquetWriter(temporary, SCHEMA, **options) as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(SCHEMA), ROW_GROUP)
            if temporary.stat().st_size > largest:
                raise LimitError(
                    f"The data set is larger than {largest // MEBIBYTE:,} MiB. Split the file, or "
                    "raise MARZ_LIMIT_OUTPUT."
                )
        writer.add_key_value_metadata({METADATA: json.dumps(about(), ensure_ascii=False)})
