"""Records of a block of CSV: where the last whole one ends, and one alone where a block is odd."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np

QUOTE, LINE, RETURN = 34, 10, 13


class Block:
    """Where the last whole record of a block ends, and whether all is as RFC 4180 has it.

    Parameters
    ----------
    block : bytes
        UTF-8 that begins with a record.
    delimiter : int
        Byte between cells.
    final : bool
        Whether nothing follows.

    Attributes
    ----------
    ends_somewhere : bool
        Whether a record ends in it.
    end, records : int
        Bytes and number of its whole records.
    clean : bool
        Whether every quote stands where it belongs, and no line is blank.
    """

    def __init__(self, block: bytes, delimiter: int, final: bool) -> None:
        signs = np.frombuffer(block, dtype=np.uint8)
        quotes = np.flatnonzero(signs == QUOTE)
        lines = np.flatnonzero(signs == LINE)
        ends = lines[np.searchsorted(quotes, lines) % 2 == 0] if len(quotes) else lines
        self.ends_somewhere = bool(len(ends)) or final
        self.end = len(block) if final else int(ends[-1]) + 1 if len(ends) else 0
        torn = final and (not len(ends) or int(ends[-1]) + 1 < len(block)) and bool(block)
        self.records = len(ends) + torn
        quotes = quotes[quotes < self.end]
        body = signs[: self.end]
        gaps = np.diff(ends)
        blank = bool((gaps == 1).any() or ((gaps == 2) & (body[ends[1:] - 1] == RETURN)).any())
        self.clean = (
            not blank
            and block[:1] not in (b"\n", b"\r")
            and block.count(b"\r", 0, self.end) == block.count(b"\r\n", 0, self.end)
        )
        if self.clean and len(quotes):
            self.clean = _well_quoted(body, quotes, delimiter)


def _well_quoted(signs: Any, quotes: Any, delimiter: int) -> bool:
    """Whether each quote opens or closes a whole cell, or is written twice within one."""
    if len(quotes) % 2:
        return False
    opens, closes = quotes[0::2], quotes[1::2]
    before = signs[np.maximum(opens - 1, 0)]
    after = signs[np.minimum(closes + 1, len(signs) - 1)]
    starts = (opens == 0) | (before == delimiter) | (before == LINE) | (before == QUOTE)
    stops = (closes == len(signs) - 1) | (after == delimiter) | (after == LINE)
    stops |= (after == RETURN) | (after == QUOTE)
    return bool(starts.all() and stops.all())


def record(
    lines: list[bytes], place: int, delimiter: str, width: int
) -> tuple[list[str] | None, int, str]:
    """One record from a line on: its cells, how many lines it takes, and what is wrong with it."""
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
    if len(cells) != width:
        return None, 1, "cells"
    if any(not cell.isascii() and _has_surrogates(cell) for cell in cells):
        return None, used, "bytes"
    return cells, used, ""


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def take(block: bytes, delimiter: str, records: int) -> tuple[int, int]:
    """How many records and bytes the first so many records of a block take."""
    lines = io.BytesIO(block).readlines()
    place = 0
    for _ in range(records):
        if place < len(lines):
            place += max(record(lines, place, delimiter, -1)[1], 1)
    return records, sum(map(len, lines[:place]))
