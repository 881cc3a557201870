"""What two states of the same tables differ in, field by field, and the earlier one from that.

A change keeps what stood there before and not what stands there now: that is in the later table.
So the changes of all releases, and the tables of the last one, are the tables of each.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from geo.model import PackageError

KEY, GROUP = "id", "incident_id"
"""The column that names a row; and the one that names the record to which rows belong, which are
then told apart by their number among them."""
PLACE = "#"
"""Stands for a field: the number that a row had among those of its record."""
ADDED, CHANGED, WITHDRAWN, MERGED = KINDS = ("added", "changed", "withdrawn", "merged")
ALIKE, AS_FIRST = 2 / 3, 1 / 2
"""Part of a row's cells that must be the same for it to be the same row, changed; and where the
first of them, such as the claimant, is."""


@dataclass(frozen=True)
class TextTable:
    """A CSV table as text.

    Attributes
    ----------
    columns : tuple of str
        Names, in order.
    rows : list of dict of str to str
        By column. By `KEY` where there is that column, else by `GROUP`.
    """

    columns: tuple[str, ...]
    rows: list[dict[str, str]] = field(default_factory=list)

    @property
    def by(self) -> str:
        """The column that rows are sorted and told apart by; "" where there is none."""
        return next((name for name in (KEY, GROUP) if name in self.columns), "")

    def content(self) -> bytes:
        """The table as the bytes of a CSV file."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([row[name] for name in self.columns] for row in self.rows)
        return out.getvalue().encode()

    def checksum(self) -> str:
        """SHA-256 of `content`, in hex digits."""
        return hashlib.sha256(self.content()).hexdigest()


Tables = Mapping[str, TextTable]


def table_of(content: bytes) -> TextTable:
    """Read a CSV file; rows of one record keep their order."""
    columns, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return _sorted(TextTable((*columns,), [dict(zip(columns, row, strict=True)) for row in rows]))


def _sorted(table: TextTable) -> TextTable:
    by = table.by
    return replace(table, rows=sorted(table.rows, key=lambda row: row[by])) if by else table


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes
    ----------
    table : str
        Name of the table, or of another resource as a whole.
    id : str
        The row: its id, or that of its record with its number among those, such as
        ``TJAF-2018-08-26-airstrikes/2``. "" for the whole table, or a field of it.
    kind : str
        One of `KINDS`. A number is that of the later table, but where a row was withdrawn.
    field : str
        The column that changed; `PLACE` for the row's number; "" for the whole row or table.
    before : str
        The cell, the number, or the cells of a row that was withdrawn as JSON. Of a column that
        was added: what went without saying in each row before.
    after : str
        The cell as it is now, or the cells of a row that was added as JSON; not part of the file.
    reason : str
        Why.
    """

    table: str
    id: str
    kind: str
    field: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""

    @property
    def row_before(self) -> dict[str, str]:
        """The cells of a row that was withdrawn."""
        return dict(json.loads(self.before)) if self.kind == WITHDRAWN and self.id else {}

    @property
    def row_after(self) -> dict[str, str]:
        """The cells of a row that was added."""
        return dict(json.loads(self.after)) if self.kind == ADDED and self.id and self.after else {}

    @property
    def record(self) -> str:
        """Id of the row, or of the record that it belongs to."""
        return self.id.partition("/")[0]


# ---------------------------------------------------------------- comparing
def compare(before: Tables, after: Tables) -> list[Change]:
    """List every difference, in the order of the later tables.

    Rows of a record that is new as a whole, cells of a new column and rows of a new table go
    without saying: they are not listed.

    Raises
    ------
    PackageError
        If columns were put into another order.
    """
    new = _ids(after) - _ids(before)
    found: list[Change] = []
    for name in [*after, *(name for name in before if name not in after)]:
        if name not in before:
            found.append(Change(name, "", ADDED))
            continue
        old = before[name]
        if name not in after:
            found.append(Change(name, "", WITHDRAWN, before=_json(dict.fromkeys(old.columns, ""))))
        later = after.get(name, TextTable(old.columns))
        found += _columns(name, old, later)
        found += _keyed(name, old, later) if old.by == KEY else _grouped(name, old, later, new)
    return found


def _ids(tables: Tables) -> set[str]:
    return {row[KEY] for row in tables["incidents"].rows} if "incidents" in tables else set()


def _json(row: Mapping[str, str]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _columns(name: str, old: TextTable, new: TextTable) -> Iterator[Change]:
    kept = [column for column in old.columns if column in new.columns]
    if kept != [column for column in new.columns if column in old.columns] or old.by != new.by:
        raise PackageError(
            f"The columns of {name}.csv are in another order than before. Put them back."
        )
    for column in new.columns:
        if column not in old.columns:
            yield Change(name, "", ADDED, column)
    for number, column in enumerate(old.columns):
        if column not in new.columns:
            yield Change(name, "", WITHDRAWN, column, before=str(number))


def _cells(name: str, row_id: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    return [
        Change(name, row_id, CHANGED, column, before=cell, after=new.get(column, ""))
        for column, cell in old.items()
        if cell != new.get(column, "")
    ]


def _added(name: str, row_id: str, row: Mapping[str, str]) -> Change:
    return Change(name, row_id, ADDED, after=_filled_json(row))


def _withdrawn(name: str, row_id: str, row: Mapping[str, str]) -> Change:
    return Change(name, row_id, WITHDRAWN, before=_filled_json(row))


def _filled_json(row: Mapping[str, str]) -> str:
    return _json({column: cell for column, cell in row.items() if cell})


def _keyed(name: str, old: TextTable, new: TextTable) -> Iterator[Change]:
    known = {row[KEY]: row for row in old.rows}
    for row in new.rows:
        if row[KEY] in known:
            yield from _cells(name, row[KEY], known.pop(row[KEY]), row)
        else:
            yield _added(name, row[KEY], row)
    for row_id, row in known.items():
        yield _withdrawn(name, row_id, row)


def _groups(table: TextTable) -> dict[str, list[dict[str, str]]]:
    if not table.by:
        return {"": table.rows}
    return {key: [*rows] for key, rows in groupby(table.rows, key=lambda row: row[table.by])}


def _row_id(group: str, number: int) -> str:
    return f"{group}/{number + 1}" if group else str(number + 1)


def _grouped(name: str, old: TextTable, new: TextTable, new_records: set[str]) -> Iterator[Change]:
    before, after = _groups(old), _groups(new)
    for group in sorted({*before, *after} - new_records):
        earlier, later = before.get(group, []), after.get(group, [])
        pairs = _paired(earlier, later)
        moved = _moved(pairs)
        for number, row in enumerate(later):
            row_id = _row_id(group, number)
            if number not in pairs:
                yield _added(name, row_id, row)
                continue
            was = pairs[number]
            if number in moved:
                at = str(number + 1)
                yield Change(name, row_id, CHANGED, PLACE, before=str(was + 1), after=at)
            yield from _cells(name, row_id, earlier[was], row)
        for number, row in enumerate(earlier):
            if number not in pairs.values():
                yield _withdrawn(name, _row_id(group, number), row)


def _paired(old: list[dict[str, str]], new: list[dict[str, str]]) -> dict[int, int]:
    """Number of each later row that was there before -> its number then."""
    likeness = sorted(
        (
            (-_likeness(was, row), abs(number - earlier), number, earlier)
            for number, row in enumerate(new)
            for earlier, was in enumerate(old)
            if _likeness(was, row)
        ),
    )
    pairs: dict[int, int] = {}
    for _, _, number, earlier in likeness:
        if number not in pairs and earlier not in pairs.values():
            pairs[number] = earlier
    return pairs


def _likeness(old: Mapping[str, str], new: Mapping[str, str]) -> float:
    """Part of the cells that are the same; 0 where that is too few for one row that changed."""
    names = [column for column in old if column != GROUP and column in new]
    filled = [column for column in names if old[column] or new[column]]
    if not filled:
        return 1.0
    share = sum(old[column] == new[column] for column in filled) / len(filled)
    return share if share >= (AS_FIRST if old[names[0]] == new[names[0]] else ALIKE) else 0.0


def _moved(pairs: Mapping[int, int]) -> set[int]:
    """The fewest later rows without which the others are in their order of before."""
    order = sorted(pairs)
    best: dict[int, list[int]] = {}
    for number in order:
        chains = [best[one] for one in best if pairs[one] < pairs[number]]
        best[number] = [*max(chains, key=len, default=[]), number]
    return {*order} - {*max(best.values(), key=len, default=[])}


# ---------------------------------------------------------------- going back
def undo(after: Tables, changes: Iterable[Change]) -> dict[str, TextTable]:
    """Make the earlier tables of the later ones and what they differ in.

    Raises
    ------
    PackageError
        If the changes are none of these tables.
    """
    told: dict[str, list[Change]] = {}
    for change in changes:
        told.setdefault(change.table, []).append(change)
    new = {one.id for one in told.get("incidents", []) if one.kind == ADDED and one.id}
    made: dict[str, TextTable] = {}
    try:
        for name in [*after, *(name for name in told if name not in after)]:
            table = _undone(after.get(name), told.get(name, []), new)
            if table is not None:
                made[name] = table
    except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
        raise PackageError(
            "changes.csv does not go with the tables of the last release. Restore both."
        ) from error
    return made


def _undone(table: TextTable | None, told: list[Change], new: set[str]) -> TextTable | None:
    whole = [one for one in told if not one.id and not one.field]
    if any(one.kind == ADDED for one in whole):
        return None
    if table is None:
        gone = [one for one in whole if one.kind == WITHDRAWN]
        if not gone:
            return None  # a layer: its name alone is listed
        table = TextTable((*json.loads(gone[0].before),))
    columns = _earlier_columns(table, told)
    rows = [
        {column: row.get(column, "") for column in columns}
        for row in table.rows
        if row.get(GROUP) not in new or table.by != GROUP
    ]
    earlier = TextTable(columns, rows)
    of_rows: dict[str, list[Change]] = {}
    for change in told:
        if change.id:
            of_rows.setdefault(change.record if earlier.by == GROUP else "", []).append(change)
    if earlier.by == KEY:
        return _sorted(_rows_back(earlier, of_rows.get("", [])))
    groups = _groups(earlier)
    for group, changes in of_rows.items():
        groups[group] = _group_back(groups.get(group, []), changes, columns)
    return _sorted(replace(earlier, rows=[row for rows in groups.values() for row in rows]))


def _earlier_columns(table: TextTable, told: list[Change]) -> tuple[str, ...]:
    of_table = [one for one in told if not one.id and one.field]
    added = {one.field for one in of_table if one.kind == ADDED}
    columns = [column for column in table.columns if column not in added]
    for one in sorted((o for o in of_table if o.kind == WITHDRAWN), key=lambda o: int(o.before)):
        columns.insert(int(one.before), one.field)
    return (*columns,)


def _filled(change: Change, columns: tuple[str, ...]) -> dict[str, str]:
    cells: dict[str, Any] = json.loads(change.before)
    return {column: str(cells.get(column, "")) for column in columns}


def _rows_back(table: TextTable, changes: list[Change]) -> TextTable:
    rows = {row[KEY]: row for row in table.rows}
    for one in changes:
        if one.kind == ADDED:
            del rows[one.id]
        elif one.kind == CHANGED:
            rows[one.id][_column(one, table.columns)] = one.before
        else:
            rows[one.id] = _filled(one, table.columns)
    return replace(table, rows=[*rows.values()])


def _column(change: Change, columns: tuple[str, ...]) -> str:
    return columns[columns.index(change.field)]


def _group_back(
    rows: list[dict[str, str]], changes: list[Change], columns: tuple[str, ...]
) -> list[dict[str, str]]:
    def number(change: Change) -> int:
        return int(change.id.rpartition("/")[2]) - 1

    placed: dict[int, dict[str, str]] = {}
    left = dict(enumerate(rows))
    for one in (one for one in changes if one.kind == CHANGED):
        if one.field != PLACE:
            left[number(one)][_column(one, columns)] = one.before
    for one in changes:
        if one.kind == ADDED:
            del left[number(one)]
        elif one.field == PLACE:
            placed[int(one.before) - 1] = left.pop(number(one))
        elif one.kind != CHANGED:
            placed[number(one)] = _filled(one, columns)
    rest = iter(left.values())
    return [placed[at] if at in placed else next(rest) for at in range(len(placed) + len(left))]
