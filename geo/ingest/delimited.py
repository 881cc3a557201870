"""CSV and its kin, as a stream: whole blocks by pyarrow, odd ones row by row.

A block in which every quote stands where RFC 4180 has it, and which has no blank line, goes to
pyarrow's parser. Any other is read by the standard library one record at a time, so that a quote
which never closes costs its own row and not the rest of the file.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from geo.ingest import decoding, header
from geo.ingest.batch import Batch, Source
from geo.ingest.limits import Limits
from geo.ingest.mapping import Mapping
from geo.ingest.report import of_rows
from geo.model import ReadError

QUOTE, LINE, RETURN = 34, 10, 13


def _whole(block: bytes, delimiter: int, final: bool) -> tuple[int, int, bool]:
    """Bytes and number of whole records that a block of UTF-8 begins with, and if all are clean.

    Clean is what is as RFC 4180 has it: every quote stands where it belongs, and no line is blank.
    """
    characters = np.frombuffer(block, dtype=np.uint8)
    quotes = np.flatnonzero(characters == QUOTE)
    lines = np.flatnonzero(characters == LINE)
    ends = lines[np.searchsorted(quotes, lines) % 2 == 0] if len(quotes) else lines
    last = int(ends[-1]) + 1 if len(ends) else 0
    end = len(block) if final else last
    quotes, body, gaps = quotes[quotes < end], characters[:end], np.diff(ends)
    clean = (
        not ((gaps == 1).any() or ((gaps == 2) & (body[ends[1:] - 1] == RETURN)).any())
        and block[:1] not in (b"\n", b"\r")
        and block.count(b"\r", 0, end) == block.count(b"\r\n", 0, end)
        and (not len(quotes) or _well_quoted(body, quotes, delimiter))
    )
    return end, len(ends) + (last < end), clean


def _well_quoted(characters: Any, quotes: Any, delimiter: int) -> bool:
    """Whether each quote opens or closes a whole cell, or is written twice within one."""
    if len(quotes) % 2:
        return False
    opens, closes = quotes[0::2], quotes[1::2]
    before = characters[np.maximum(opens - 1, 0)]
    after = characters[np.minimum(closes + 1, len(characters) - 1)]
    starts = (opens == 0) | (before == delimiter) | (before == LINE) | (before == QUOTE)
    stops = (closes == len(characters) - 1) | (after == delimiter) | (after == LINE)
    stops |= (after == RETURN) | (after == QUOTE)
    return bool(starts.all() and stops.all())


def read_record(
    lines: list[bytes], place: int, delimiter: str, width: int | None
) -> tuple[list[str] | None, int, str]:
    """One record from a line on: its cells, how many lines it takes, and what is wrong with it.

    Without a width it may have any number of cells; with one, too few, or blank ones too many.
    """
    used = 0

    def following() -> Iterator[str]:
        nonlocal used
        for line in lines[place : place + 100_000]:
            used += 1
            # A byte that is no text becomes a surrogate and is found below.
            yield line.decode("utf-8", errors="surrogateescape")

    try:
        cells = next(csv.reader(following(), delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "end of data" in str(error):
            return None, max(used, 1), "open"
        return None, 1, "long" if "limit" in str(error) else "quotes"
    except StopIteration:
        return None, 1, "blank"
    if not any(cell.strip() for cell in cells):
        return None, used, "blank"
    # A quote that never closes swallows lines: what spans several must have all its cells.
    other = width is not None and len(cells) != width
    if other and (used > 1 or any(cell.strip() for cell in cells[width:])):
        return None, 1, "cells"
    if any(map(decoding.is_unsound, cells)):
        return None, used, "bytes"
    return cells, used, ""


def first_records(lines: list[bytes], delimiter: str, count: int) -> list[tuple[list[str], int]]:
    """Cells of the first records, and how many lines each takes; no cells of one that is none."""
    found: list[tuple[list[str], int]] = []
    place = 0
    while place < len(lines) and len(found) < count:
        cells, length, kind = read_record(lines, place, delimiter, None)
        if cells is None and kind != "blank":
            line = lines[place].decode("utf-8", errors="replace")
            cells = next(csv.reader([line], delimiter=delimiter), [])
        found.append((cells or [], max(length, 1)))
        place += found[-1][1]
    return found


DELIMITERS = ",;\t|"


def delimiter_of(lines: list[str]) -> str:
    """Delimiter by which most rows have the same number of cells, and that number is large."""
    sample = lines[:50][:-1] or lines[:1]
    best, score = ",", 0.0
    for candidate in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(sample, delimiter=candidate) if row)
        except csv.Error:
            continue
        # Titles above the table have no delimiter, or few.
        for width, count in widths.items():
            same = count / widths.total()
            if width > 1 and same * same * width > score:
                best, score = candidate, same * same * width
    return best


BLOCK = 8 * 2**20


class Delimited(Source):
    """A CSV file, plain or gzipped, that was looked at; see `geo.ingest.batch.Source`.

    Arguments as in `geo.ingest.inspection.open_source`; `block` bytes are read at a time.

    Raises
    ------
    ReadError
        If it is no such file.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        limits: Limits,
        mapping: Mapping,
        *,
        block: int = BLOCK,
    ) -> None:
        self._path, self._limits, self._block = path, limits, block
        head, codec, self._mark, guessed = decoding.begin(path, name, limits)
        if mapping.encoding and mapping.encoding != codec:
            codec, guessed = mapping.encoding, False
            if codec not in decoding.ENCODINGS:
                known = ", ".join(decoding.ENCODINGS)
                raise ReadError(f"“{codec}” is no encoding that is read. Choose one of {known}.")
        self.codec = codec
        self.container = "text"
        self.encoding = decoding.ENCODINGS[codec]
        self.total = path.stat().st_size
        text = head[self._mark :].decode(codec, errors="replace")
        self._line_end = "\r" if "\n" not in text and "\r" in text else "\n"
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        declared = lines[0].lower().startswith("sep=") and len(lines[0]) == 5
        said = lines[0][4] if declared else ""
        self.delimiter = mapping.delimiter or said or delimiter_of(lines[declared:])
        if len(self.delimiter) != 1 or not self.delimiter.isascii() or self.delimiter in '"\r\n':
            raise ReadError(f"“{self.delimiter}” is no delimiter. Use one such as , or ;.")
        longest = max((line.count(self.delimiter) for line in lines[: header.LOOKED]), default=0)
        limits.check_columns(longest + 1, name)
        if guessed:
            self.notes = (f"The text is read as {self.encoding}, by the look of its words.",)
        text = "\n".join(lines[declared:])
        records = first_records(
            [line.encode("utf-8", "replace") for line in text.splitlines(keepends=True)],
            self.delimiter,
            header.LOOKED,
        )
        found = header.find([[]] * declared + [cells for cells, _ in records], name, mapping.header)
        self.columns, self.tags = found.columns, found.tags
        self._first = found.rows
        self.notes += found.notes
        self._found, self._surplus = self.notes, 0

    def batches(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """Read rows; see `geo.ingest.batch.Source`."""
        with closing(decoding.Bytes(self._path, self._limits)) as source:
            yield from self._batches(decoding.Utf8(source, self.codec, self._mark), wanted)
            self.sha256 = source.hash.hexdigest()
        if self._surplus:
            told = "Rows with a delimiter too many at the end, which is left out"
            self.notes = (*self._found, f"{told}: {self._surplus:,}.")

    def _batches(self, text: decoding.Utf8, wanted: Sequence[str]) -> Iterator[Batch]:
        number, rest = 1, b""
        first, final = self._first, False
        self._surplus = 0
        while not final or rest:
            if not final:
                more = text.read(self._block)
                final = not more
                if self._line_end == "\r":
                    more = more.replace(b"\r", b"\n")
                rest += more
            end, passed, clean = _whole(rest, self.delimiter.encode()[0], final)
            if not end and not final:
                if len(rest) <= self._limits.record:
                    continue
                clean = False
            if first:
                # The rows before the data are records too: they may hold line ends in quotes.
                lines = io.BytesIO(rest).readlines()
                used = sum(n for _, n in first_records(lines, self.delimiter, first))
                rest, number, first = b"".join(lines[used:]), number + first, 0
                continue
            whole = rest[:end] if clean else rest
            batch = self._fast(whole, passed, wanted, number) if clean else None
            if batch is None:
                batch, passed, end = self._slow(whole, wanted, number, final or clean)
                if not end and not final:
                    continue
            rest = rest[end:]
            number += passed
            self._limits.check_rows(number)
            if batch.read or final or passed:
                yield replace(batch, done=text.source.done)

    def _fast(self, block: bytes, records: int, wanted: Sequence[str], number: int) -> Batch | None:
        """Read whole records by Arrow; None where any is not as it wants them."""
        try:
            # Arrow drops a refused row unseen if its bytes are no text: so this comes first.
            block.decode("utf-8")
            table = arrow_csv.read_csv(
                pa.BufferReader(block),
                read_options=arrow_csv.ReadOptions(
                    column_names=list(self.columns), use_threads=False, block_size=len(block) + 1
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True
                ),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=list(wanted),
                    column_types=dict.fromkeys(wanted, pa.string()),
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except (UnicodeDecodeError, pa.ArrowInvalid):
            return None
        numbers = np.arange(number, number + records, dtype=np.int64)
        return Batch(table, numbers, records, [], 0) if table.num_rows == records else None

    def _slow(
        self, block: bytes, wanted: Sequence[str], number: int, final: bool
    ) -> tuple[Batch, int, int]:
        """Read record by record; return the rows, and how many records and bytes they took."""
        width = len(self.columns)
        indices = [self.columns.index(name) for name in wanted]
        cells: list[list[str]] = []
        numbers: list[int] = []
        short: list[bool] = []
        wrong: dict[str, list[tuple[int, str]]] = {}
        lines = io.BytesIO(block).readlines()
        place = end = read = 0
        row = number
        while place < len(lines):
            record, length, kind = read_record(lines, place, self.delimiter, width)
            last = place + length >= len(lines)
            size = sum(map(len, lines[place : place + length]))
            if last and not final and size <= self._limits.record:
                break
            if kind == "open":
                record, length, kind, size = None, 1, "quotes", len(lines[place])
            if kind and kind != "blank":
                shown = lines[place].decode("utf-8", errors="replace").strip()
                wrong.setdefault(kind, []).append((row, shown[:400]))
                read += 1
            elif record is not None:
                short.append(len(record) < width)
                self._surplus += len(record) > width
                record += [""] * (width - len(record))
                cells.append([record[index] for index in indices])
                numbers.append(row)
                read += 1
            place += length
            end += size
            row += 1
        columns = list(zip(*cells, strict=True)) if cells else [()] * len(wanted)
        table = pa.table(
            {n: pa.array(c, pa.string()) for n, c in zip(wanted, columns, strict=True)}
        )
        batch = Batch(
            table=table,
            numbers=np.asarray(numbers, dtype=np.int64),
            read=read,
            refused=of_rows(wrong),
            done=0,
            flagged={"short": np.asarray(short, dtype=bool)} if any(short) else {},
        )
        return batch, row - number, end
