"""The parts of a data set in the order of time, and which of their rows repeat another.

Arrow sorts a part that stands alone if none of its rows repeats another, which takes a few
milliseconds. DuckDB does all others, beyond memory. It reads nothing but the parts: no extension is
loaded, no address and no other folder can be reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from geo.collection.schema import SCHEMA
from geo.ingest.report import Finding
from geo.ingest.store import ROW_GROUP, Store

MEMORY = "320MiB"


class Ordered(Protocol):
    """The parts of a store as one table."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Rows in the order of `start`, then of the file; undated ones at the end."""
        ...

    def findings(self) -> Iterator[Finding]:
        """Rows that repeat another, some thousands at a time, in the order of the file."""
        ...

    def close(self) -> None:
        """Let go of what was needed for it."""
        ...


def ordered(store: Store, *, has_ids: bool, joins: bool) -> Ordered:
    """Bring the parts of a store into order.

    Parameters
    ----------
    store : Store
        With its parts.
    has_ids : bool
        Whether the file has ids of its own; without, rows are compared by what they say.
    joins : bool
        Whether rows that repeat id, date, place and deaths of an earlier one are added to it.
    """
    table = store.alone()
    if table is not None and _distinct(table, ["id"] if has_ids else TOLD):
        return Alone(table)
    return Sorted(store, has_ids=has_ids, joins=joins)


def _distinct(table: pa.Table, columns: Sequence[str]) -> bool:
    """Whether no two rows have the same in some columns."""
    if len(columns) == 1:
        return bool(pc.count_distinct(table[columns[0]], "all").as_py() == table.num_rows)
    groups = table.select(columns).group_by(columns, use_threads=False).aggregate([])
    return bool(groups.num_rows == table.num_rows)


class Alone:
    """A part without repeats."""

    def __init__(self, table: pa.Table) -> None:
        keys = [(name, "ascending", "at_end") for name in ("start", "number")]
        self._table = table.take(pc.sort_indices(table, sort_keys=keys))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See `Ordered`."""
        yield from self._table.combine_chunks().to_batches(ROW_GROUP)

    def findings(self) -> Iterator[Finding]:
        """See `Ordered`: there are none."""
        return iter(())

    def close(self) -> None:
        """See `Ordered`."""


class Sorted:
    """Any parts."""

    def __init__(self, store: Store, *, has_ids: bool, joins: bool) -> None:
        self._parts = [str(path) for path in store.parts()]
        self._key = "id" if has_ids else f"CASE WHEN date IS NOT NULL THEN hash({SAID}) END"
        self._joins = joins
        self._connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "memory_limit": MEMORY,
                "threads": "2",
                "temp_directory": str(store.folder / "sorting"),
                "preserve_insertion_order": "false",
            }
        )
        self._connection.execute(f"SET allowed_directories = {_list([f'{store.folder}/'])}")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute("SET lock_configuration = true")
        self._mark()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See `Ordered`."""
        shown = ", ".join(SHOWN.get(name, f'"{name}"') for name in SCHEMA.names)
        result = self._connection.sql(
            f"SELECT {shown} FROM parts LEFT JOIN marks USING (number) "
            "WHERE fate IS DISTINCT FROM 'monadic' ORDER BY start NULLS LAST, number"
        )
        yield from result.to_arrow_reader(ROW_GROUP)

    def findings(self) -> Iterator[Finding]:
        """See `Ordered`."""
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
TOLD = [name for name in SAID.split(", ") if name not in ("lon", "lat")]
"""Enough to tell that two rows differ; DuckDB alone says when two numbers with a point are one."""
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
