"""The command ``python -m geo import``: a file of any form to a data set, with progress."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from geo import describe
from geo.ingest import changes
from geo.ingest.decoding import ENCODINGS
from geo.ingest.importing import READING, import_file
from geo.ingest.inspection import filled, inspect, open_source
from geo.ingest.limits import MEBIBYTE, Limits
from geo.ingest.mapping import CALENDARS, NUMBERS, Mapping
from geo.ingest.report import Report
from geo.model import FilterError, QuestionError, ReadError

SHOWN = 3
"""Examples of each kind of problem that are printed; the file has all."""


def add(commands: Any) -> None:
    """Add the command to the others.

    Parameters
    ----------
    commands : argparse's action of subparsers
        What `add_subparsers` gave.
    """
    parser: argparse.ArgumentParser = commands.add_parser(
        "import", help="import other people's data", allow_abbrev=False
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a table, a workbook, JSON, KML, GPX, GIS"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DATASET.parquet", help="data set to write"
    )
    parser.add_argument(
        "--look", action="store_true", help="only look at it, and print its mapping as JSON"
    )
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="a mapping saved before")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.csv", help="where every problem is listed"
    )
    order = parser.add_mutually_exclusive_group()
    order.add_argument("--day-first", action="store_true", help="03/04/2022 is 3 April")
    order.add_argument("--month-first", action="store_true", help="03/04/2022 is 4 March")
    parser.add_argument("--calendar", choices=CALENDARS, help="of its dates")
    parser.add_argument("--numbers", choices=NUMBERS, help="what dates such as 44818 count")
    parser.add_argument("--encoding", choices=tuple(ENCODINGS), help="found out without")
    parser.add_argument("--sheet", metavar="NAME", help="of a workbook; found out without")
    parser.add_argument(
        "--header-row",
        type=int,
        metavar="N",
        help="row of the names, 0 for none; found out without",
    )
    parser.add_argument(
        "--over", type=Path, metavar="OLD.parquet", help="tell what is new, changed or gone since"
    )
    parser.add_argument("--share", action="store_true", help="its licence lets it be passed on")
    parser.add_argument("--licence", default="", metavar="TEXT", help="which one; with --share")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Inspect a file or import it; 1 if a row was refused."""
    limits = Limits.from_environment()
    mapping = _mapping(options)
    if options.look:
        return _look(options.file, mapping, limits)
    if options.output is None:
        raise FilterError("-o is missing. Name the data set to write, such as -o events.parquet.")
    if options.over is not None:
        mapping = _mapping_again(options, mapping, limits)
    try:
        with tempfile.TemporaryDirectory() as folder:
            old = options.over
            if old is not None and options.output.exists() and old.samefile(options.output):
                # What is compared with must not be gone by then.
                old = Path(shutil.copyfile(old, Path(folder) / "old.parquet"))
            report = import_file(
                options.file,
                _shown(options.file),
                options.output,
                mapping=mapping,
                limits=limits,
                progress=_progress(),
                problems=options.report,
                share=options.share,
                licence=options.licence,
            )
            found = None
            if old is not None:
                listed = changes.changes_beside(options.output)
                found = changes.compare(old, options.output, listed)
    except QuestionError as error:
        remedies = {
            "day-first": "--day-first or --month-first",
            "calendar": "--calendar",
            "numbers": "--numbers",
        }
        given = describe.listed([remedies[code] for code in error.questions])
        raise QuestionError(f"{error} Answer with {given}.", error.questions) from None
    for line in told(report):
        print(describe.clean(line), file=sys.stderr)
    if found is not None:
        print(describe.clean(differs(found, options.over)), file=sys.stderr)
        if report.refused and found.vanished:
            print(changes.REFUSED, file=sys.stderr)
    return 1 if report.refused else 0


def told(report: Report) -> list[str]:
    """Say what became of a file, line by line."""
    counts = [f"{describe.count(report.read, 'row')} read", f"{report.imported:,} imported"]
    if report.joined:
        counts.append(f"{report.joined:,} joined to the row that they repeat")
    counts.append(f"{report.refused:,} refused")
    if report.flagged:
        counts.append(f"{report.flagged:,} flagged")
    lines = [f"{report.name}: {', '.join(counts)}.", *report.notes]
    for group in report.groups:
        where = f", {group.field}" if group.field else ""
        lines.append(f"{describe.count(group.count, 'row')} {group.fate}{where}: {group.reason}")
        for row, value in group.examples[:SHOWN]:
            lines.append(f"    row {row}: {value}" if value else f"    row {row}")
        lines.append(f"    {group.remedy}")
    if report.groups:
        lines.append(f"Every single one is listed in {report.problems}")
    return lines


def differs(found: changes.Changes, old: Path) -> str:
    """Say how a data set differs from an earlier one, in one line."""
    return f"Compared with {old}: {found.told()}. Each is listed in {found.listed}"


def _shown(path: Path) -> str:
    """Name of a file as it can be written: what is not UTF-8 in it stands as a question mark."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _mapping_again(options: argparse.Namespace, said: Mapping, limits: Limits) -> Mapping:
    """The mapping of the older data set, where the newer file has its columns and none is given."""
    source = open_source(options.file, _shown(options.file), limits, said)
    old = changes.mapping_of(options.over)
    said = changes.carried_over(old, said, source.columns)
    # Before anything is written.
    changes.check_ids(old, options.over)
    changes.check_ids(filled(source, said), options.file)
    return said


def _mapping(options: argparse.Namespace) -> Mapping:
    """The saved mapping, or one to be filled by a guess, with what the options say."""
    said: dict[str, Any] = {}
    if options.day_first or options.month_first:
        said["day_first"] = options.day_first
    for name in ("calendar", "numbers", "encoding", "sheet"):
        if getattr(options, name):
            said[name] = getattr(options, name)
    if options.header_row is not None:
        if options.header_row < 0:
            raise FilterError(f"There is no row {options.header_row}. Rows are counted from 1.")
        said["header"] = options.header_row
    if options.mapping is None:
        return Mapping(**said)
    try:
        text = options.mapping.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"The mapping “{options.mapping}” cannot be read ({error}).") from None
    return replace(Mapping.from_json(text), **said)


def _look(path: Path, mapping: Mapping, limits: Limits) -> int:
    found = inspect(path, _shown(path), mapping=mapping, limits=limits)
    lines = [
        f"{found.name}: {found.container}, {found.form}, {found.encoding or 'no text'}",
        f"columns: {', '.join(found.columns)}",
        *found.notes,
        *(question.text for question in found.questions),
    ]
    for line in lines:
        print(describe.clean(line), file=sys.stderr)
    print(found.mapping.to_json())
    return 0


def _progress() -> Callable[[str, int, int | None], bool]:
    """Print how far it is: over and over on a terminal, each tenth into a file."""
    shown = ("", -1)
    terminal_ = sys.stderr.isatty()

    def tell(step: str, done: int, total: int | None) -> bool:
        nonlocal shown
        percent = 100 * done // total if total else 0
        now = (step, percent if terminal_ else percent // 10 * 10)
        if now == shown:
            return True
        shown = now
        size = f"{done / MEBIBYTE:,.0f} MiB" if total and total > MEBIBYTE else f"{done:,}"
        said = f"{now[1]} % read ({size})" if step == READING else f"sorting … {now[1]} %"
        print(f"{said:40}\r" if terminal_ else f"{said}\n", end="", file=sys.stderr, flush=True)
        return True

    return tell
