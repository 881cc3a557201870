"""What became of each row of a file: counts, kinds of problems with examples, and a full list."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as made
from pathlib import Path
from typing import IO, Any, NamedTuple

from geo.ingest.mapping import Mapping
from geo.package.tables import safe_cell

FATES = REFUSED, FLAGGED, JOINED = "refused", "flagged", "joined"
"""What becomes of a row: left out, imported with a flag, or added to the row that it repeats."""


class Kind(NamedTuple):
    """A kind of problem: what becomes of the row, why, and what to do."""

    fate: str
    reason: str
    remedy: str


_REFUSALS = {
    "cells": (
        "The row has more or fewer cells than there are columns.",
        "Put cells that hold the delimiter or a line end in quotes.",
    ),
    "quotes": (
        "A cell has a quote that does not close, or text after the one that closes it.",
        "Write a quote within a quoted cell twice.",
    ),
    "bytes": (
        "The row holds bytes that are no text in the encoding of the file.",
        "Save the file as UTF-8, or name its encoding.",
    ),
    "long": ("A cell is longer than is allowed.", "Shorten it, or raise MARZ_LIMIT_CELL."),
    "record": (
        "It is no record that can be read.",
        "Write each record as a JSON object, each feature as RFC 7946 has it.",
    ),
    "date-unreadable": (
        "It is not read as a date.",
        "Write 2022-09-14, or as much of it as is known: 2022-09 or 2022.",
    ),
    "date-impossible": ("There is no such day.", "Look it up; leave it blank if it is not known."),
    "date-ambiguous": (
        "It can be read day first or month first.",
        "Say which comes first, or write 2022-09-14.",
    ),
    "date-two-digits": (
        "Its year has two digits and may stand first or last.",
        "Say that the day comes first, or write the year with four digits.",
    ),
    "date-calendar": (
        "Its digits or its year may be those of another calendar.",
        "Name the calendar: Gregorian or Solar Hijri.",
    ),
    "date-number": (
        "It is a number, as programs count days or seconds.",
        "Say what it counts, Excel's days (44818 is 2022-09-14) or seconds or milliseconds since "
        "1970 (1663142400 is 2022-09-14), or write 2022-09-14.",
    ),
    "date-early": ("The year lies before 1700.", "Look whether digits are missing: 0022 for 2022."),
    "date-late": (
        "The year lies after 2199.",
        "Look whether digits are exchanged; leave an end blank that has not come.",
    ),
    "date-reversed": ("It ends before it starts.", "Exchange the two dates."),
    "position-number": (
        "It is not read as degrees.",
        "Write degrees with a decimal point, such as 39.56, or as 39°33′36″N.",
    ),
    "position-grid": (
        "It looks like metres of UTM or a square of MGRS, not like degrees.",
        "Convert it to degrees of WGS 84, latitude and longitude; a GIS does so.",
    ),
    "position-range": (
        "It lies outside ±90° of latitude or ±180° of longitude.",
        "Check whether latitude and longitude are exchanged; write degrees of WGS 84.",
    ),
    "position-half": (
        "Latitude or longitude is there without the other.",
        "Give both, or leave both blank.",
    ),
    "geometry": (
        "It is no valid geometry in degrees of WGS 84.",
        "Write well-known text or GeoJSON: a point, line or polygon, longitude first.",
    ),
    "geometry-mixed": (
        "It is a GeometryCollection of points, lines and areas together.",
        "Give each feature one point, line or polygon, or several of one kind.",
    ),
    "total": (
        "It looks like a line of totals: so it is called, and it has neither date nor place.",
        "Nothing, if it is one; else give it a date or a position.",
    ),
}
"""Code of what has a row left out -> why, and what to do."""
_FLAGS = {
    "short": (
        "The row has fewer cells than there are columns; those that are missing are left blank.",
        "Look whether a cell holds a line end without quotes.",
    ),
    "crossing": (
        "Its outline crosses itself; what it encloses is taken.",
        "Compare the outline with the source.",
    ),
    "toll-number": (
        "It is no whole number from 0 to 2,147,483,647; the number is left blank.",
        "Write digits only; leave it blank if no number is known.",
    ),
    "end-unread": (
        "The last day is not read as a date; it is left blank.",
        "Write 2022-09-14, or as much of it as is known: 2022-09 or 2022.",
    ),
    "swapped": (
        "Latitude and longitude look exchanged: the other way round the point lies in the "
        "country that the row names.",
        "Compare with the source; exchange them if so.",
    ),
    "far": (
        "The point lies more than about 50 km outside the country that the row names.",
        "Compare the point and the country with the source.",
    ),
    "zero": (
        "The point is 0° 0°, which often stands for a place that is not known.",
        "Leave both blank if so.",
    ),
    "high-below-best": (
        "The highest number of deaths is below the best or the lowest.",
        "Compare with the source.",
    ),
    "low-above-best": (
        "The lowest number of deaths is above the best.",
        "Compare with the source.",
    ),
    "future": ("The date lies in the future.", "Compare with the source."),
    "year": ("The year beside it is another than that of the date.", "Compare with the source."),
    "country": (
        "It is no country that Marz knows by name or code; the country is left blank.",
        "Write an ISO 3166-1 code such as TJ, or a name in English or Russian.",
    ),
    "country-code": (
        "The code beside the name is that of another country; the name counts.",
        "Compare with the source.",
    ),
    "precision": (
        "It is no precision that Marz knows; the precision is left blank.",
        "Write exact, near, district, province, border or country.",
    ),
    "line-or-fuzzy": (
        "The point stands for a line or for an area without exact edges.",
        "Take it for a hint of the place, no more.",
    ),
    "sea-or-air": (
        "The point stands for somewhere at sea or in the air.",
        "Take it for a hint of the place, no more.",
    ),
    "repeated": (
        "Another row has the same id but another date or place.",
        "Give each incident an id of its own.",
    ),
    "duplicate": (
        "Another row says the same: date, place, type, actors and deaths.",
        "Compare the two; take one out if they are one incident.",
    ),
    "same-id": (
        "Another row has the same id, and no other date, place or deaths.",
        "Give each incident an id of its own.",
    ),
}
"""Code of what a row is flagged with -> why, and what to do."""
_JOINS = {
    "monadic": (
        "The row tells of the same incident as an earlier one (same id, date and place), as in "
        "an export with one row an actor.",
        "Nothing: its actors are added to that row, so that the incident counts once.",
    ),
}
KINDS = {
    code: Kind(fate, *told)
    for fate, kinds in ((REFUSED, _REFUSALS), (FLAGGED, _FLAGS), (JOINED, _JOINS))
    for code, told in kinds.items()
}
"""Code -> kind. Codes of those that are flagged stand in the column ``flags``."""


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
        One of `KINDS`.
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


def of_rows(wrong: dict[str, list[tuple[int, str]]]) -> list[Finding]:
    """Findings of whole rows: kind -> number and value of each row that has it."""
    return [
        Finding(kind, "", [number for number, _ in rows], [value for _, value in rows])
        for kind, rows in wrong.items()
        if rows
    ]


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
    """What was read, imported and refused.

    Attributes
    ----------
    name, form, encoding : str
        Name of the file as given, what it follows, and how its text is encoded ("" for none).
    sha256 : str
        Of the file as it came.
    read, imported, refused, joined : int
        Rows; ``read`` is the sum of the others. Blank rows are not counted.
    flagged : int
        Rows imported that have a flag.
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
    imported: int
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
        The file, written anew.
    largest : int
        Bytes after which problems are only counted.
    """

    def __init__(self, path: Path, *, largest: int) -> None:
        self.groups: dict[tuple[str, str], Group] = {}
        self.omitted = 0
        self._largest = largest
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        # The mark makes spreadsheets read it right.
        self._file.write("\ufeff")
        self._writer.writerow(HEADER)

    def add(self, findings: Iterable[Finding]) -> None:
        """Count findings and write them down."""
        for found in findings:
            kind = KINDS[found.kind]
            key = found.kind, found.field
            group = self.groups.setdefault(key, Group(*key, *kind))
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
                    cells = safe_cell(found.field), safe_cell(shown), found.kind, *kind
                    self._writer.writerow((row, *cells))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def ordered(self) -> tuple[Group, ...]:
        """Groups, refusals before flags, the commonest first."""
        groups = self.groups.values()
        return tuple(sorted(groups, key=lambda g: (FATES.index(g.fate), -g.count, g.kind)))
