"""Reads a batch of incidents as a chronology keeps them, and says everything wrong with it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo import edtf
from geo.model import EdtfError
from geo.package.tables import is_web_address

Row = dict[str, str]
SOURCES = ("1", "2", "3")
COLUMNS = {
    "further_incidents.csv": (
        *("id", "date_edtf", "title", "summary", "event_type", "sub_event_type", "status"),
        *("border", "countries", "actors", "fatalities_low", "fatalities_high"),
        *("injuries_low", "injuries_high", "note", "audited", "date_basis"),
        *("same_event_as_core", "part_of"),
        *(f"source{n}_{what}" for n in SOURCES for what in ("title", "publisher", "published")),
        *(f"source{n}_url" for n in SOURCES),
    ),
    "further_claims.csv": (
        *("incident_id", "claimant", "stance", "statement", "source_url", "audited"),
    ),
    "leads_not_used.csv": ("id", "date_edtf", "title", "source1_url", "reason"),
    "leads_to_follow.csv": ("border", "date_edtf", "event", "source_url"),
}
DECISIONS = {
    "places.csv": ("incident_id", "place_id", "geo_precision", "place_note"),
    "merges.csv": ("row_id", "core_id", "fields", "reason"),
    "decisions.csv": ("incident_id", "field", "value", "reason"),
    "claims.csv": ("incident_id", "claimant", "stance", "statement", "source_url", "reason"),
}


class BatchError(Exception):
    """A batch cannot be taken in; ``problems`` are lines of ``file:row: message``."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Batch:
    """The files of a batch and the decisions made about it, by file name."""

    files: dict[str, list[Row]]
    decisions: dict[str, list[Row]]

    @property
    def incidents(self) -> list[Row]:
        """The incidents of the batch."""
        return self.files["further_incidents.csv"]


def read(folder: Path, decisions: Path) -> Batch:
    """Read a batch.

    Parameters
    ----------
    folder : Path
        Holds the files of `COLUMNS`.
    decisions : Path
        Holds the files of `DECISIONS`: what a person decided about single rows, and why.

    Raises
    ------
    BatchError
        With every problem of every file.
    """
    problems: list[str] = []
    files = {name: _table(folder / name, needed, problems) for name, needed in COLUMNS.items()}
    decided = {name: _table(decisions / name, cols, problems) for name, cols in DECISIONS.items()}
    if not problems:
        problems += _problems(files, decided)
    if problems:
        raise BatchError(problems)
    return Batch(files, decided)


def _table(path: Path, needed: tuple[str, ...], problems: list[str]) -> list[Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True, restval="")
            rows = [{key: (value or "").strip() for key, value in row.items()} for row in reader]
            header = reader.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error, AttributeError) as error:
        problems.append(f"{path.name}: cannot be read as UTF-8 CSV ({error}). Save it again so.")
        return []
    problems += [
        f"{path.name}:1: the column {column} is missing. Add it, even blank."
        for column in needed
        if column not in header
    ]
    return rows


def _problems(files: dict[str, list[Row]], decided: dict[str, list[Row]]) -> Iterator[str]:
    incidents = files["further_incidents.csv"]
    ids = {row["id"] for row in incidents}
    seen: set[str] = set()
    placed = {row["incident_id"] for row in decided["places.csv"]}
    merged = {row["row_id"] for row in decided["merges.csv"]}
    for number, row in enumerate(incidents, start=2):
        at = f"further_incidents.csv:{number}: {row['id'] or 'no id'}"
        if not row["id"] or row["id"] in seen:
            yield f"{at}: the id is blank or used before. Give each row its own."
        seen.add(row["id"])
        yield from (f"{at}: {message}" for message in _row_problems(row))
        if row["id"] not in placed:
            yield f"{at}: has no place. Add a row to places.csv, blank where none is known."
        if row["same_event_as_core"] and row["id"] not in merged:
            yield f"{at}: repeats a core event. Name that event in merges.csv."
    for name, key in (("claims.csv", "incident_id"), ("decisions.csv", "incident_id"),
                      ("places.csv", "incident_id"), ("merges.csv", "row_id")):  # fmt: skip
        for row in decided[name]:
            if row[key] not in ids:
                yield f"{name}: {row[key]} is no row of the batch. Mend the id."
    for number, row in enumerate(files["further_claims.csv"], start=2):
        at = f"further_claims.csv:{number}"
        if row["incident_id"] not in ids:
            yield f"{at}: {row['incident_id']} is no row of the batch. Mend the id."
        if not is_web_address(row["source_url"]):
            yield f"{at}: source_url {row['source_url']!r} is no http or https address."


def _row_problems(row: Row) -> Iterator[str]:
    try:
        edtf.parse(row["date_edtf"])
    except EdtfError as error:
        yield f"date_edtf: {error}"
    if not any(row[f"source{n}_url"] for n in SOURCES):
        yield "has no source. A record must be cited."
    for n in SOURCES:
        url, title, published = (row[f"source{n}_{what}"] for what in ("url", "title", "published"))
        if url and not is_web_address(url):
            yield f"source{n}_url {url!r} is no http or https address."
        if bool(url) != bool(title):
            yield f"source{n}: a title and an address go together. Fill in the other."
        try:
            if published:
                edtf.parse(published)
        except EdtfError as error:
            yield f"source{n}_published: {error}"
