"""The releases of a package's data: what each changed and why, and the package as it was in one.

``releases.csv`` names them, ``changes.csv`` holds what each of them changed, and ``released.zip``
the tables of the last one, so that a row which is mended afterwards alters no release.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from geo.model import PackageError, Problem
from geo.package import differences
from geo.package.differences import ADDED, CHANGED, MERGED, WITHDRAWN, Change, TextTable
from geo.package.load import Package, load_package, memoised
from geo.package.validate import is_table

OWN = ("changes", "releases", "retired")
"""Tables about releases; none of them is part of one."""
COLUMNS = {
    "changes": ("release", "table", "id", "kind", "field", "before", "reason"),
    "releases": ("number", "day", "summary", "counts", "checksums"),
    "retired": ("id", "release", "became", "successor", "reason"),
}
"""Columns of those tables."""
ARCHIVE = "released.zip"
NUMBER = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}", re.ASCII)


@dataclass(frozen=True)
class Release:
    """A release of the data.

    Attributes
    ----------
    number : str
        Such as ``2.0.0``.
    day : str
        ISO 8601.
    summary : str
        What it brought, in a sentence or two.
    counts : dict of str to int
        Rows by table.
    checksums : dict of str to str
        SHA-256 by table, of its rows in the order of `differences.TextTable`; of other files as
        they are.
    """

    number: str
    day: str
    summary: str
    counts: Mapping[str, int]
    checksums: Mapping[str, str]

    @property
    def date(self) -> datetime.date:
        """Its day."""
        return datetime.date.fromisoformat(self.day)

    def row(self) -> dict[str, str]:
        """Its row in ``releases.csv``."""
        return {
            "number": self.number,
            "day": self.day,
            "summary": self.summary,
            "counts": _pairs(self.counts),
            "checksums": _pairs(self.checksums),
        }


def _pairs(values: Mapping[str, object]) -> str:
    return ";".join(f"{name}={value}" for name, value in values.items())


def _read_pairs(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


@memoised
def released(package: Package) -> tuple[Release, ...]:
    """The releases, the first one first; none where the package tells of none."""
    table = package.further.get("releases")
    if table is None:
        return ()
    return tuple(
        Release(
            row["number"],
            row["day"],
            row["summary"],
            {k: int(v) for k, v in _read_pairs(row["counts"]).items() if v.isdecimal()},
            _read_pairs(row["checksums"]),
        )
        for row in table.to_dict("records")
    )


def parts(number: str) -> tuple[int, ...]:
    """The parts of a number, by which releases follow each other."""
    return tuple(int(part) for part in number.split("."))


def numbers(package: Package) -> tuple[str, ...]:
    """Numbers of the releases, the first one first."""
    return tuple(one.number for one in released(package))


def find(package: Package, number: str) -> Release:
    """The release of a number.

    Raises
    ------
    PackageError
        If there is none.
    """
    for one in released(package):
        if one.number == number:
            return one
    known = ", ".join(numbers(package)) or "none"
    raise PackageError(f"There is no release “{number}” of these data; there are {known}.")


# ---------------------------------------------------------------- tables
def present(directory: Path, resources: Mapping[str, Mapping[str, object]]) -> dict[str, TextTable]:
    """The tables of a package as they lie in its folder, those about releases left out."""
    return {
        name: differences.table_of((directory / str(resource["path"])).read_bytes())
        for name, resource in resources.items()
        if is_table({**resource}) and name not in OWN
    }


@memoised
def _told(package: Package) -> dict[str, tuple[Change, ...]]:
    """What each release changed, as the file has it."""
    table = package.further.get("changes")
    told: dict[str, list[Change]] = {number: [] for number in numbers(package)}
    for row in [] if table is None else table.to_dict("records"):
        number = row.pop("release")
        told.setdefault(number, []).append(Change(**row))
    return {number: tuple(changes) for number, changes in told.items()}


@memoised
def tables(package: Package, number: str) -> dict[str, TextTable]:
    """The tables of a release: those of the last one, or rebuilt from what changed since.

    Raises
    ------
    PackageError
        If there is no such release, or its tables cannot be had.
    """
    find(package, number)
    known = numbers(package)
    if number == known[-1]:
        return _archived(package.directory / ARCHIVE)
    later = known[known.index(number) + 1]
    return differences.undo(tables(package, later), _told(package)[later])


def _archived(path: Path) -> dict[str, TextTable]:
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                entry.filename.removesuffix(".csv"): differences.table_of(archive.read(entry))
                for entry in archive.infolist()
            }
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise PackageError(
            f"“{path.name}” is missing or damaged ({error}), so no earlier release can be shown. "
            "Restore it."
        ) from error


def archive(tables: Mapping[str, TextTable]) -> bytes:
    """The tables as a zip: the same tables make the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, table in tables.items():
            entry = zipfile.ZipInfo(f"{name}.csv", (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, table.content(), compresslevel=9)
    return out.getvalue()


# ---------------------------------------------------------------- the package as it was
@memoised
def as_of(package: Package, number: str) -> Package:
    """The package with the records of a release, on the map layers of today.

    Its ``as_of`` says which, and its version begins with the number.

    Raises
    ------
    PackageError
        If there is no such release, or its tables cannot be had.
    """
    found = tables(package, number)
    defaults = _went_without_saying(package, number)
    contents: dict[str, bytes | None] = {}
    for name, resource in package.resources.items():
        if name in found:
            columns = [field["name"] for field in resource["schema"]["fields"]]
            table = found[name]
            usual = dict.fromkeys(columns, "") | defaults.get(name, {})
            rows = [
                {column: row.get(column, usual[column]) for column in columns} for row in table.rows
            ]
            contents[name] = TextTable((*columns,), rows).content()
        elif is_table(resource) and name not in OWN:
            contents[name] = None
    made = load_package(package.directory, tables_as=contents)
    # What today's rules find in rows that were released under others is no news.
    version = f"{number}+{made.version.partition('+')[2]}"
    return replace(made, as_of=number, version=version, problems=())


def _went_without_saying(package: Package, number: str) -> dict[str, dict[str, str]]:
    """Table and column -> what held for each row before there was that column."""
    known = numbers(package)
    found: dict[str, dict[str, str]] = {}
    for later in known[known.index(number) + 1 :]:
        for one in _told(package)[later]:
            if one.kind == ADDED and one.field and not one.id:
                found.setdefault(one.table, {})[one.field] = one.before
    return found


# ---------------------------------------------------------------- what changed
@dataclass(frozen=True)
class RecordChange:
    """What a release did to one record.

    Attributes
    ----------
    release : Release
        The one.
    id : str
        Of the record.
    kind : str
        `ADDED`, `CHANGED`, `WITHDRAWN` or `MERGED`.
    title : str
        As it then was; that of before where it was withdrawn.
    changes : tuple of Change
        Field by field, with reasons, those of what belongs to the record too.
    """

    release: Release
    id: str
    kind: str
    title: str
    changes: tuple[Change, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason once."""
        return tuple(dict.fromkeys(one.reason for one in self.changes if one.reason))


@memoised
def between(package: Package, first: str, last: str) -> tuple[Change, ...]:
    """Every difference between two releases, with the reasons of those that made it.

    Parameters
    ----------
    first, last : str
        Numbers; `last` may be "" for the tables as they now lie in the package.

    Raises
    ------
    PackageError
        If there is no such release, or its tables cannot be had.
    """
    after = tables(package, last) if last else present(package.directory, package.resources)
    known = numbers(package)
    span = known[known.index(find(package, first).number) + 1 :]
    if last:
        span = span[: span.index(last) + 1] if last in span else ()
    reasons: dict[tuple[str, str, str], str] = {}  # by what they are for, the latest of several
    for number in span:
        for told in _told(package)[number]:
            reasons |= dict.fromkeys(_grounds(told), told.reason)
    changes = []
    for one in differences.compare(tables(package, first), after):
        given = (reasons.get(ground) for ground in (*_grounds(one), (one.table, "", "")))
        changes.append(replace(one, reason=next((text for text in given if text is not None), "")))
    return tuple(changes)


def _grounds(one: Change) -> list[tuple[str, str, str]]:
    """What the reason of a change may be given for, the narrowest first."""
    rows = ((one.id, one.field), (one.record, one.field), (one.record, ""))
    return [(one.table, *row) for row in rows]


@memoised
def records_between(package: Package, first: str, last: str) -> tuple[RecordChange, ...]:
    """What lies between two releases for each record that they touched, in the order of ids.

    Raises
    ------
    PackageError
        If there is no such release, or its tables cannot be had.
    """
    release = find(package, last)
    before, after = tables(package, first), tables(package, last)
    titles = {
        row["id"]: row["title"] for state in (before, after) for row in state["incidents"].rows
    }
    merged = {row["id"] for row in _retired(package) if row["became"] == MERGED}
    found: dict[str, list[Change]] = {}
    belonging = _of_records(after, before)
    for one in between(package, first, last):
        if one.record in titles and one.table in belonging and one.field != differences.PLACE:
            found.setdefault(one.record, []).append(one)
    made = []
    for record, changes in sorted(found.items()):
        whole = [one.kind for one in changes if one.table == "incidents" and not one.field]
        kind = whole[0] if whole else CHANGED
        if kind == WITHDRAWN and record in merged:
            kind = MERGED
        made.append(RecordChange(release, record, kind, titles[record], tuple(changes)))
    return tuple(made)


def of_records(package: Package, number: str) -> tuple[RecordChange, ...]:
    """What a release did to each record that it touched.

    The first release added all of its records; that is not listed.
    """
    known = numbers(package)
    at = known.index(find(package, number).number)
    return records_between(package, known[at - 1], number) if at else ()


def _of_records(*states: Mapping[str, TextTable]) -> set[str]:
    """Tables whose rows belong to records."""
    return {
        name
        for state in states
        for name, table in state.items()
        if name == "incidents" or table.by == differences.GROUP
    }


def of_record(package: Package, record: str) -> tuple[RecordChange, ...]:
    """What the releases did to a record, the latest first; none after that which is shown."""
    known = numbers(package)
    if package.as_of in known:
        known = known[: known.index(package.as_of) + 1]
    return tuple(
        one for number in reversed(known) for one in of_records(package, number) if one.id == record
    )


def _retired(package: Package) -> list[dict[str, str]]:
    table = package.further.get("retired")
    return [] if table is None else table.to_dict("records")


def retired(package: Package, row_id: str) -> dict[str, str]:
    """What became of an id that is no longer in use; empty where nothing is known of it."""
    return next((row for row in _retired(package) if row["id"] == row_id), {})


# ---------------------------------------------------------------- checks
def problems(package: Package) -> Iterator[Problem]:
    """Check that the tables about releases agree, and that each release can be rebuilt."""
    known = numbers(package)
    if not known:
        return
    yield from _order_problems(package)
    for number in _told(package):
        if number not in known:
            yield Problem("changes.csv", number, "is no release. Add it to releases.csv.")
    ids = {
        row_id
        for name in ("incidents", "sources", "actors")
        for row_id in getattr(package, name, package.further.get(name, {"id": ()}))["id"]
    }
    for row in _retired(package):
        if row["id"] in ids:
            yield Problem("retired.csv", row["id"], "is in use. Drop the row.")
        if row["became"] == MERGED and row["successor"] not in ids:
            yield Problem("retired.csv", row["id"], "was merged into nothing. Name its successor.")
        if row["release"] not in known:
            yield Problem("retired.csv", row["id"], f"there is no release {row['release']!r}.")
    try:
        for release in reversed(released(package)):
            for name, table in tables(package, release.number).items():
                if table.checksum() != release.checksums.get(name):
                    yield Problem(
                        "releases.csv",
                        release.number,
                        f"{name} as rebuilt has another checksum. Restore changes.csv and "
                        f"{ARCHIVE}.",
                    )
    except PackageError as error:
        yield Problem("changes.csv", "-", str(error))


def _order_problems(package: Package) -> Iterator[Problem]:
    for one in released(package):
        if not NUMBER.fullmatch(one.number):
            yield Problem("releases.csv", one.number, "is no number such as 3.0.0.")
            return
    for earlier, later in pairwise(released(package)):
        if parts(earlier.number) >= parts(later.number) or earlier.day > later.day:
            yield Problem(
                "releases.csv",
                later.number,
                f"does not come after {earlier.number}. Sort the releases by number and day.",
            )
