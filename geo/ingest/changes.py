"""What a newer export changes in a data set: incidents that are new, other, or gone."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from geo import files
from geo.collection.schema import SCHEMA, metadata_of
from geo.ingest import parts
from geo.ingest.inspection import DECISIONS
from geo.ingest.mapping import Mapping
from geo.model import ReadError
from geo.package.tables import safe_cell

NEW, CHANGED, VANISHED = "new", "changed", "vanished"
FIELDS = [name for name in SCHEMA.names if name not in ("number", "id", "start", "end", "flags")]
HEADER = ("what", "id", "field", "before", "now")
REFUSED = "Incidents whose rows were refused count as vanished."


@dataclass(frozen=True, slots=True)
class Changes:
    """How a data set differs from an earlier one.

    Attributes
    ----------
    new, changed, vanished, alike : int
        Incidents, by their ids; of several rows with one id the first is compared with the first.
    fields : tuple of (str, int)
        Fields that changed, and in how many incidents, the commonest first.
    listed : Path
        CSV file with each of them: what, id, field, before, now.
    """

    new: int
    changed: int
    vanished: int
    alike: int
    fields: tuple[tuple[str, int], ...]
    listed: Path

    def told(self) -> str:
        """How many there are of each, in words."""
        fields = ", ".join(f"{name} {count:,}" for name, count in self.fields)
        return (
            f"{self.new:,} new, {self.changed:,} changed{f' ({fields})' if fields else ''}, "
            f"{self.vanished:,} vanished, {self.alike:,} alike"
        )

    def first(self, number: int) -> list[dict[str, str]]:
        """The first rows of the list, by the names in `HEADER`."""
        with self.listed.open(encoding="utf-8-sig", newline="") as f:
            return list(islice(csv.DictReader(f), number))


def changes_beside(out: Path) -> Path:
    """Where the list of changes of a data set stands."""
    return out.with_name(f"{out.stem}.changes.csv")


def mapping_of(path: Path) -> Mapping:
    """Mapping with which a data set was imported.

    Raises
    ------
    ReadError
        If the file is no data set.
    """
    try:
        return Mapping.from_json(json.dumps(metadata_of(path)["mapping"]))
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError) as error:
        raise ReadError(
            f"“{path}” is no data set that Marz imported ({error}). Name one that "
            "python -m geo import wrote."
        ) from None


def carried_over(old: Mapping, said: Mapping, columns: Sequence[str]) -> Mapping:
    """The mapping of an older data set for a newer file, where that has its columns.

    Parameters
    ----------
    said : Mapping
        What the reader says of the newer file. It is returned as it is where it names columns, or
        where the file lacks one of the older mapping's.
    columns : sequence of str
        Of the newer file.
    """
    if said.used() or not set(old.used()) <= set(columns):
        return said
    decided: dict[str, Any] = {
        name: getattr(said, name) or getattr(old, name) for name in ("calendar", "numbers")
    }
    decided["day_first"] = old.day_first if said.day_first is None else said.day_first
    written = {name: getattr(said, name) for name in DECISIONS if name not in decided}
    return replace(old, **decided, **written)


def check_ids(mapping: Mapping, path: Path) -> None:
    """Make sure that incidents have ids of their own.

    Raises
    ------
    ReadError
        If their ids are but numbers of rows.
    """
    if not mapping.id:
        raise ReadError(
            f"“{path}” has no column of ids, so that its incidents cannot be told apart. Name it "
            "in the mapping (field id)."
        )


def compare(old: Path, new: Path, listed: Path) -> Changes:
    """Compare two data sets incident by incident and list what differs.

    Parameters
    ----------
    old, new : Path
        Data sets whose incidents have ids of their own.
    listed : Path
        CSV file to write.

    Raises
    ------
    ReadError
        If one is no data set, or its ids are but numbers of rows.
    """
    for path in (old, new):
        check_ids(mapping_of(path), path)
    connection = parts.connect([old, new])
    try:
        for table, path in (("before", old), ("now", new)):
            connection.execute(
                f"CREATE VIEW {table} AS SELECT *, row_number() OVER (PARTITION BY id ORDER BY "
                f"number) AS copy FROM read_parquet({parts.listed([str(path)])})"
            )
        pairs = "before JOIN now USING (id, copy)"
        each = [
            f"SELECT '{CHANGED}' AS what, id, '{name}' AS field, {_text('before', name)} AS b, "
            f"{_text('now', name)} AS n, copy FROM {pairs} "
            f'WHERE before."{name}" IS DISTINCT FROM now."{name}"'
            for name in FIELDS
        ]
        each += [
            f"SELECT '{what}', id, '', {before}, {now}, copy FROM {a} ANTI JOIN {b} "
            "USING (id, copy)"
            for what, a, b, before, now in (
                (NEW, "now", "before", "NULL", SAID),
                (VANISHED, "before", "now", SAID, "NULL"),
            )
        ]
        result = connection.execute(" UNION ALL ".join(each) + " ORDER BY what, id, copy, field")
        counts: Counter[str] = Counter()
        fields: Counter[str] = Counter()
        last: tuple[str, str, int] | None = None
        with (
            files.whole(listed) as temporary,
            temporary.open("w", encoding="utf-8", newline="") as f,
        ):
            writer = csv.writer(f, lineterminator="\r\n")
            f.write("\ufeff")
            writer.writerow(HEADER)
            while rows := result.fetchmany(10_000):
                for what, key, field, before, now, copy in rows:
                    counts[what] += (what, key, copy) != last
                    last = (what, key, copy)
                    fields[field] += bool(field)
                    writer.writerow(
                        [what, *(safe_cell(t or "") for t in (key, field, before, now))]
                    )
        both = connection.execute(f"SELECT count(*) FROM {pairs}").fetchone()
    finally:
        connection.close()
    changed = counts[CHANGED]
    alike = (both[0] if both else 0) - changed
    told = tuple((name, count) for name, count in fields.most_common() if name)
    return Changes(counts[NEW], changed, counts[VANISHED], alike, told, listed)


SAID = "concat_ws(', ', date, title, place, event_type)"
"""What is told of an incident that is new or gone."""


def _text(table: str, name: str) -> str:
    return f'hex({table}."{name}")' if name == "geometry" else f'{table}."{name}"::VARCHAR'
