"""What became of each row of a file: counts, kinds of problems with examples, and a full list."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as made
from pathlib import Path
from typing import IO, Any

from geo.ingest.kinds import FLAGGED, KINDS, REFUSED
from geo.ingest.mapping import Mapping
from geo.package.tables import safe_cell

EXAMPLES = 20
SHOWN = 200
"""Characters of a value that are shown."""
HEADER = ("row", "field", "value", "kind", "fate", "reason", "remedy")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of some rows of a batch: parallel lists of row numbers and values.

    Attributes
    ----------
    kind : str
        One of `geo.ingest.kinds.KINDS`.
    field : str
        Column of the file, "" for a whole row.
    rows : sequence of int
        Row numbers as in the file: the row of names is 1.
    values : sequence of str
        What stands there, one a row.
    """

    kind: str
    field: str
    rows: Sequence[int]
    values: Sequence[str]


@dataclass(slots=True)
class Group:
    """Problems of one kind in one column.

    Attributes
    ----------
    kind, field : str
        Code and column.
    fate : str
        ``refused``, ``flagged`` or ``joined``.
    reason, remedy : str
        In words.
    count : int
        How many rows.
    examples : list of (int, str)
        Row number and value of the first of them.
    """

    kind: str
    field: str
    fate: str
    reason: str
    remedy: str
    count: int = 0
    examples: list[tuple[int, str]] = made(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """What was read, taken and refused.

    Attributes
    ----------
    name, form, encoding : str
        Name of the file as given, what it follows, and how its text is encoded ("" for none).
    sha256 : str
        Of the file as it came.
    read, taken, refused, joined : int
        Rows; ``read`` is the sum of the others. Blank rows are not counted.
    flagged : int
        Rows taken that have a flag.
    groups : tuple of Group
        Problems by kind and column, the commonest first.
    notes : tuple of str
        What was decided for the whole file and why: “Dates are read day first: row 17 …”.
    mapping : Mapping
        That was used, with everything decided.
    problems : str
        Path of the CSV file with every single problem; "" where there is none.
    omitted : int
        Problems that the file has not, because it reached its largest size.
    """

    name: str
    form: str
    encoding: str
    sha256: str
    read: int
    taken: int
    refused: int
    joined: int
    flagged: int
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    mapping: Mapping
    problems: str = ""
    omitted: int = 0

    def to_json(self) -> str:
        """Write it so that `from_json` reads the same back."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Read what `to_json` wrote."""
        given: dict[str, Any] = json.loads(text)
        groups = tuple(
            Group(**{**one, "examples": [(row, value) for row, value in one["examples"]]})
            for one in given.pop("groups")
        )
        mapping = Mapping.from_json(json.dumps(given.pop("mapping")))
        notes = tuple(given.pop("notes"))
        return cls(**given, groups=groups, notes=notes, mapping=mapping)


class Collector:
    """Counts problems and writes each to a CSV file as it comes.

    Parameters
    ----------
    path : Path
        The file; it is cut to `offset` bytes and written on from there.
    offset : int
        Where to go on; 0 begins anew.
    largest : int
        Bytes after which problems are only counted.
    """

    def __init__(self, path: Path, *, offset: int = 0, largest: int = 2**40) -> None:
        self.groups: dict[tuple[str, str], Group] = {}
        self.omitted = 0
        self._largest = largest
        self._file: IO[str] = path.open("r+" if offset else "w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        if offset:
            self._file.truncate(offset)
            self._file.seek(0, os.SEEK_END)
        else:
            # The mark makes spreadsheets read it right.
            self._file.write("\ufeff")
            self._writer.writerow(HEADER)

    def add(self, findings: Iterable[Finding]) -> None:
        """Count findings and write them down."""
        for found in findings:
            kind = KINDS[found.kind]
            group = self.groups.setdefault(
                (found.kind, found.field),
                Group(found.kind, found.field, kind.fate, kind.reason, kind.remedy),
            )
            group.count += len(found.rows)
            full = self._file.tell() > self._largest
            if full:
                self.omitted += len(found.rows)
            for row, value in zip(found.rows, found.values, strict=True):
                shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
                if len(group.examples) < EXAMPLES:
                    group.examples.append((int(row), shown))
                elif full:
                    break
                if not full:
                    self._writer.writerow(
                        (
                            row,
                            safe_cell(found.field),
                            safe_cell(shown),
                            found.kind,
                            kind.fate,
                            kind.reason,
                            kind.remedy,
                        )
                    )

    def offset(self) -> int:
        """Bytes written, all of them on disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def state(self) -> dict[str, Any]:
        """What a later `restore` needs, fit for JSON."""
        return {"groups": [asdict(g) for g in self.groups.values()], "omitted": self.omitted}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        self.omitted = state["omitted"]
        for one in state["groups"]:
            group = Group(**{**one, "examples": [(r, v) for r, v in one["examples"]]})
            self.groups[(group.kind, group.field)] = group

    def ordered(self) -> tuple[Group, ...]:
        """Groups, refusals before flags, the commonest first."""
        rank = {REFUSED: 0, FLAGGED: 1}
        return tuple(
            sorted(self.groups.values(), key=lambda g: (rank.get(g.fate, 2), -g.count, g.kind))
        )
