"""Worksheets of .xlsx, .xls and .ods, by calamine, once their unpacked size was looked at."""

from __future__ import annotations

import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from geo.ingest import header
from geo.ingest.batch import Batch, Source
from geo.ingest.buffered import LARGEST, sha256
from geo.ingest.limits import MEBIBYTE, Limits
from geo.ingest.mapping import Mapping, known
from geo.ingest.report import of_rows
from geo.model import LimitError, ReadError

ROWS = 20_000
SHEETS = 20
"""First sheets among which the one with the data is looked for."""
CORNER = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')
TIMES = re.compile(rb'number-(rows|columns)-repeated="(\d{1,9})"')
BLANK_TIMES = 16_000
"""Repeats from which on a spreadsheet fills up its blank edge."""
OLD = b"\xd0\xcf\x11\xe0"
"""How an .xls begins."""
ROW = re.compile(rb'<(?:\w+:)?row [^>]*?r="(\d{1,7})"')


class Sheets(Source):
    """A workbook that was looked at; see `geo.ingest.batch.Source`.

    Arguments as in `geo.ingest.inspection.open_source`. The mapping says which sheet, and which
    row has the names; without, both are found out.
    """

    def __init__(self, path: Path, name: str, limits: Limits, mapping: Mapping) -> None:
        self.container = _check(path, name, limits)
        self.sha256 = sha256(path)
        self._name = name
        with _refusing(name):
            book = CalamineWorkbook.from_path(str(path))
            self.sheets = tuple(book.sheet_names)
            if not self.sheets:
                raise ReadError(f"“{name}” has no sheet.")
            if mapping.sheet and mapping.sheet not in self.sheets:
                raise ReadError(
                    f"“{name}” has no sheet “{mapping.sheet}”. It has {', '.join(self.sheets)}."
                )
            chosen = mapping.sheet or self._likeliest(book)
            self.sheet = chosen
            self._sheet = book.get_sheet_by_name(chosen)
            rows = self._begin(self._sheet)
        if len(self.sheets) > 1:
            listed = ", ".join(f"“{one}”" for one in self.sheets[:20])
            self.notes += (f"Sheet “{chosen}” is read, of {len(self.sheets):,}: {listed}.",)
        if not any(map(any, rows)):
            raise ReadError(f"Sheet “{chosen}” of “{name}” is empty.")
        found = header.find(rows, f"{name}, sheet {chosen}", mapping.header)
        self.columns, self.tags = found.columns, found.tags
        self.notes += found.notes
        limits.check_columns(len(self.columns), name)
        self._first = found.rows
        self.total = (self._sheet.end or (-1, -1))[0] + 1

    def batches(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """Read rows; see `geo.ingest.batch.Source`."""
        indices = [self.columns.index(name) for name in wanted]
        start = self._first
        rows = itertools.islice(_rows(self._sheet), start, None)
        while part := self._next(rows):
            numbers, cells, long = [], [], []
            for number, row in enumerate(part, start=start + 1):
                if not any(map(_filled, row)):
                    continue
                if any(map(_filled, row[len(self.columns) :])):
                    long.append((number, as_text(row[len(self.columns)]) or ""))
                    continue
                numbers.append(number)
                cells.append([as_text(row[i]) if i < len(row) else None for i in indices])
            columns = list(zip(*cells, strict=True)) if cells else [()] * len(wanted)
            table = {n: pa.array(c, pa.string()) for n, c in zip(wanted, columns, strict=True)}
            yield Batch(
                table=pa.table(table),
                numbers=np.asarray(numbers, dtype=np.int64),
                read=len(numbers) + len(long),
                refused=of_rows({"cells": long}),
                done=start + len(part),
            )
            start += len(part)

    def _next(self, rows: Iterator[list[Any]]) -> list[list[Any]]:
        with _refusing(self._name):
            return list(itertools.islice(rows, ROWS))

    def _likeliest(self, book: CalamineWorkbook) -> str:
        """The sheet whose columns are understood best; of those alike the first with rows."""
        best, score = self.sheets[0], (-1, 0)
        for name in self.sheets[:SHEETS]:
            rows = self._begin(book.get_sheet_by_name(name))
            understood = max(
                (known([c for c in row if c]) for row in rows if header.is_header(row)), default=0
            )
            wide = max((sum(map(bool, row)) for row in rows), default=0)
            # Two columns and rows below them make a table, however they are called.
            now = (understood, min(wide, 2) + (len(rows) > 1) if wide else -1)
            if now > score:
                best, score = name, now
        return best

    def _begin(self, sheet: CalamineSheet) -> list[list[str]]:
        rows = itertools.islice(_rows(sheet), header.LOOKED)
        return [[as_text(cell) or "" for cell in row] for row in rows]


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Refuse what calamine cannot read, also where it panics, which is no Exception."""
    try:
        yield
    except BaseException as error:
        known = isinstance(error, (CalamineError, OSError, ValueError, zipfile.BadZipFile))
        if not known and type(error).__name__ != "PanicException":
            raise
        raise ReadError(
            f"“{name}” cannot be read as a workbook (.xlsx, .xls, .ods). Save it again, or as CSV."
        ) from None


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """Rows and columns counted as the workbook shows them, with the blank ones before."""
    if sheet.start is None:
        return
    left = [""] * sheet.start[1]
    for row in sheet.iter_rows():
        yield left + row


def _check(path: Path, name: str, limits: Limits) -> str:
    """Unpack what the workbook holds, piece by piece, and count; refuse what would not fit.

    Returns
    -------
    str
        Which kind it is: ``xlsx``, ``xls`` or ``ods``.
    """
    bomb = LimitError(
        f"“{name}” unpacks to more than Marz takes. Save the sheet that is needed as CSV."
    )
    allowed = min(LARGEST, limits.size)
    total = 0
    with path.open("rb") as file:
        if file.read(4) == OLD:
            # An .xls is not packed; calamine holds it whole.
            if path.stat().st_size > allowed // 4:
                raise bomb
            return "xls"
    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry.filename for entry in archive.infolist()}
            sheet = "xl/worksheets/"
            if "content.xml" in names and "mimetype" in names:
                sheet = "content.xml"
            elif "xl/workbook.xml" not in names:
                raise ReadError(f"“{name}” is no workbook. Save it as .xlsx, .ods or CSV.")
            if len(names) > 10_000:
                raise bomb
            for entry in archive.infolist():
                last_row = last_column = 0
                rest = b""
                with archive.open(entry) as file:
                    while piece := file.read(MEBIBYTE):
                        total += len(piece)
                        if total > allowed:
                            raise bomb
                        if not entry.filename.startswith(sheet):
                            continue
                        piece = rest + piece
                        rest = piece[-200:]
                        if sheet == "content.xml":
                            # One row or cell may stand for thousands.
                            for what, times in TIMES.findall(piece):
                                if int(times) < BLANK_TIMES and what == b"rows":
                                    last_row += int(times)
                                elif int(times) < BLANK_TIMES:
                                    last_column = max(last_column, int(times))
                        rows = [int(n) for n in ROW.findall(piece)]
                        for letters, row in set(CORNER.findall(piece)):
                            last_column = max(last_column, _number(letters))
                            rows.append(int(row))
                        last_row = max(last_row, max(rows, default=0))
                        if last_row * max(last_column, 1) > limits.cells:
                            raise LimitError(
                                f"“{name}” has a sheet of {last_row:,} rows and {last_column:,} "
                                "columns, blank ones included. Save what is needed as CSV."
                            )
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise ReadError(f"“{name}” is a damaged workbook ({error}). Save it again.") from None
    return "ods" if sheet == "content.xml" else "xlsx"


def _number(letters: bytes) -> int:
    """Number of a column: A is 1, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _filled(cell: Any) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())


def as_text(cell: Any) -> str | None:
    """A cell as text: 3 for 3.0, a date without the midnight that workbooks add."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
