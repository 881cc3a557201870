"""A release in the making: what changed since the one before, why, and the tables that tell it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from geo import files
from geo.model import FilterError, GeoError, PackageError
from geo.package import differences, releases
from geo.package.differences import WITHDRAWN, Change, TextTable
from geo.package.load import Package
from geo.package.releases import Release
from geo.package.validate import is_table

NAMED = 12
"""Changes without a reason that are named."""


@dataclass(frozen=True)
class Reasons:
    """Why a release changed what it did, as a TOML file tells it.

    Attributes
    ----------
    summary : str
        What the release brought.
    given : tuple of dict
        ``table``, ``kind``, ``field`` and ``id`` as patterns (``*`` for any), and ``text``: the
        first that fits a change is its reason. ``before`` may say what went without saying in each
        row before there was a column.
    retired : tuple of dict
        ``id``, ``became`` (merged or withdrawn), ``successor`` and ``reason`` of each id that is
        gone.
    """

    summary: str
    given: tuple[Mapping[str, str], ...] = ()
    retired: tuple[Mapping[str, str], ...] = field(default=())

    def of(self, change: Change) -> Change:
        """The change with its reason, "" where none fits."""
        for one in self.given:
            if all(
                fnmatchcase(getattr(change, name), one.get(name, "*"))
                for name in ("table", "kind", "field", "id")
            ):
                return replace(change, reason=one["text"], before=one.get("before", change.before))
        return change


def reasons_in(path: Path) -> Reasons:
    """Read a file of reasons.

    Raises
    ------
    FilterError
        If it is none.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        given = [{k: str(v) for k, v in one.items()} for one in told.get("reason", [])]
        gone = [{k: str(v) for k, v in one.items()} for one in told.get("retired", [])]
        if not str(told["summary"]).strip() or not all(one["text"].strip() for one in given):
            raise ValueError("a summary or a text is blank")
        if not all({"id", "became", "reason"} <= {*one} for one in gone):
            raise ValueError("what is retired needs id, became and reason")
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise FilterError(
            f"--reasons {path}: is no file of reasons ({error}). Write summary, [[reason]] and "
            "[[retired]] as data/README.md tells."
        ) from error
    return Reasons(str(told["summary"]), (*given,), (*gone,))


@dataclass(frozen=True)
class Made:
    """A release that was made, before it is written.

    Attributes
    ----------
    release : Release
        Its row.
    changes : list of Change
        What it changed, with reasons.
    retired : list of dict
        Rows of ``retired.csv``.
    """

    release: Release
    changes: list[Change]
    retired: list[dict[str, str]]


def compare(
    number: str,
    day: date,
    reasons: Reasons,
    *,
    before: Mapping[str, TextTable],
    after: Mapping[str, TextTable],
    layers_before: Mapping[str, str],
    layers: Mapping[str, str],
) -> Made:
    """Compare tables with those of the release before, and give every change its reason.

    Parameters
    ----------
    layers_before, layers : mapping of str to str
        SHA-256 of other files by the name of their resource.

    Raises
    ------
    GeoError
        Names the changes for which there is no reason, and the ids of which nobody said what
        became of them.
    """
    found = [*differences.compare(before, after), *_of_files(layers_before, layers)]
    changes = [reasons.of(change) for change in found]
    lacking = [_named(one) for one in changes if not one.reason]
    became = {one["id"]: one for one in reasons.retired}
    gone = [one for one in changes if one.kind == WITHDRAWN and one.id and "/" not in one.id]
    gone = [one for one in gone if after.get(one.table, TextTable(())).by == differences.KEY]
    lacking += [f"what became of {one.id} ({one.table})" for one in gone if one.id not in became]
    if lacking:
        more = f" and {len(lacking) - NAMED:,} more" if len(lacking) > NAMED else ""
        named = ", ".join(lacking[:NAMED])
        raise GeoError(f"There is no reason for {named}{more}. Add it to the file of reasons.")
    retired = [
        {"id": one.id, "release": number}
        | {name: became[one.id].get(name, "") for name in ("became", "successor", "reason")}
        for one in gone
    ]
    counts = {name: len(table.rows) for name, table in after.items()}
    checksums = {name: table.checksum() for name, table in after.items()} | {**layers}
    release = Release(number, day.isoformat(), reasons.summary, counts, checksums)
    return Made(release, changes, retired)


def _named(one: Change) -> str:
    return " ".join(part for part in (one.table, one.id, one.field, one.kind) if part)


def _of_files(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    kinds = {
        differences.ADDED: [name for name in after if name not in before],
        differences.CHANGED: [n for n in after if n in before and after[n] != before[n]],
        WITHDRAWN: [name for name in before if name not in after],
    }
    return [Change(name, "", kind) for kind, names in kinds.items() for name in names]


def layers_of(package: Package) -> dict[str, str]:
    """SHA-256 of the files of a package that are no tables, by the name of their resource."""
    return {
        name: hashlib.sha256((package.directory / resource["path"]).read_bytes()).hexdigest()
        for name, resource in package.resources.items()
        if not is_table(resource)
    }


def rows_of(made: Made) -> list[dict[str, str]]:
    """Rows of ``changes.csv``."""
    columns = releases.COLUMNS["changes"][1:]
    return [
        {"release": made.release.number} | {name: getattr(one, name) for name in columns}
        for one in made.changes
    ]


def write_table(directory: Path, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one of the tables about releases."""
    out = io.StringIO()
    writer = csv.DictWriter(out, releases.COLUMNS[name], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    files.write(directory / f"{name}.csv", out.getvalue().encode())


def check(package: Package) -> None:
    """Refuse a package of which no release can be made.

    Raises
    ------
    PackageError
        If it lacks the tables about releases, or has problems.
    """
    missing = [name for name in releases.OWN if name not in package.resources]
    if missing:
        raise PackageError(
            f"datapackage.json describes no table {', '.join(missing)}. Describe them as "
            "Marz's own does."
        )
    if package.problems:
        raise PackageError("Only data without a problem are released. Mend them.", package.problems)


def make(package: Package, number: str, day: date, reasons: Reasons) -> Made:
    """Make a release of what a package now holds; the last one is made anew.

    Raises
    ------
    FilterError
        If its number would come before the last one's.
    GeoError
        As `compare`.
    """
    known = releases.numbers(package)
    if known and releases.parts(number) < releases.parts(known[-1]):
        raise FilterError(f"Release {number} would come before {known[-1]}. Give a later number.")
    earlier = [one for one in releases.released(package) if one.number != number]
    last = earlier[-1] if earlier else None
    return compare(
        number,
        day,
        reasons,
        before=releases.tables(package, last.number) if last else {},
        after=releases.present(package.directory, package.resources),
        layers_before={
            name: checksum for name, checksum in last.checksums.items() if name not in last.counts
        }
        if last
        else {},
        layers=layers_of(package),
    )


def write(package: Package, made: Made) -> None:
    """Write the tables about releases; those of a release that is made anew are replaced."""
    number = made.release.number
    rows = {name: _others(package, name, number) for name in releases.OWN}
    rows["changes"] += rows_of(made)
    rows["releases"] += [made.release.row()]
    rows["retired"] += made.retired
    for name, table in rows.items():
        write_table(package.directory, name, table)
    tables = releases.present(package.directory, package.resources)
    files.write(package.directory / releases.ARCHIVE, releases.archive(tables))
    path = package.directory / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    descriptor |= {"version": number, "created": f"{made.release.day}T00:00:00Z"}
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    files.write(path, text.encode())


def _others(package: Package, name: str, number: str) -> list[dict[str, str]]:
    column = "number" if name == "releases" else "release"
    rows: Sequence[dict[str, str]] = package.further[name].to_dict("records")
    return [row for row in rows if row[column] != number]
