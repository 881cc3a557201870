"""Columns of dates with their precision, to EDTF and to first and last days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.readers import days
from geo.readers.days import EPOCH, Day, DayError

MARK = "\x1f"
"""Between the cells of one row where they are looked up together."""
LARGEST = 100_000
"""Distinct dates that are remembered."""


class Dated(NamedTuple):
    """Dates of a batch.

    Attributes
    ----------
    text : pyarrow.Array of string
        EDTF, null where blank or wrong.
    start, end : pyarrow.Array of int32
        Days since 1970-01-01.
    wrong : pyarrow.Array of string
        Code of what is wrong with a row, else null.
    """

    text: pa.Array
    start: pa.Array
    end: pa.Array
    wrong: pa.Array


class Dates:
    """Reads dates, each distinct one once.

    Parameters
    ----------
    form : str
        Decides what the codes of precision mean: ``acled``, ``ucdp``, else none is heeded.
    day_first : bool or None
        See `geo.readers.mapping.Mapping`.
    calendar : str
        See there.
    """

    def __init__(self, form: str, day_first: bool | None, calendar: str) -> None:
        self._form, self._day_first, self._calendar = form, day_first, calendar
        self._known: dict[str, tuple[str | None, int | None, int | None, str | None]] = {}

    def read(self, start: pa.Array, end: pa.Array | None, precision: pa.Array | None) -> Dated:
        """Read the dates of a batch; columns are trimmed text, null where blank."""
        columns = [start, end, precision]
        filled = [pc.fill_null(column, "") for column in columns if column is not None]
        keys = pc.binary_join_element_wise(*filled, MARK) if len(filled) > 1 else filled[0]
        coded = pc.dictionary_encode(keys)
        has_end, has_precision = end is not None, precision is not None
        found = []
        for key in coded.dictionary.to_pylist():
            known = self._known.get(key)
            if known is None:
                parts = key.split(MARK)
                known = self._one(
                    parts[0],
                    parts[1] if has_end else "",
                    parts[-1] if has_precision else "",
                )
                if len(self._known) < LARGEST:
                    self._known[key] = known
            found.append(known)
        texts, starts, ends, wrong = zip(*found, strict=True) if found else ((), (), (), ())
        kinds = (pa.string(), pa.int32(), pa.int32(), pa.string())
        taken = [
            pa.array(values, kind).take(coded.indices)
            for values, kind in zip((texts, starts, ends, wrong), kinds, strict=True)
        ]
        return Dated(*taken)

    def _one(
        self, start: str, end: str, precision: str
    ) -> tuple[str | None, int | None, int | None, str | None]:
        try:
            if not start and not end:
                return None, None, None, None
            first = self._day(start or end)
            last = self._day(end) if end and start else first
            day = self._precise(first, last, precision.removesuffix(".0"))
        except DayError as error:
            return None, None, None, str(error)
        return day.text, day.start, day.end, None

    def _day(self, text: str) -> Day:
        return days.read(text, self._day_first, self._calendar)

    def _precise(self, first: Day, last: Day, code: str) -> Day:
        """Widen or name a date by the code that stands beside it."""
        if first.start is None or last.end is None:
            return first
        if last.end < first.start:
            raise DayError("date-reversed")
        if self._form == "acled" and first.start == first.end:
            return _acled(first, code)
        if self._form == "ucdp":
            return _ucdp(first.start, last.end, code)
        return first if first == last else days.between(first.start, last.end)


def _acled(day: Day, code: str) -> Day:
    """ACLED's time_precision: 2, the middle day of a week or so; 3, a day that stands for a month.

    From the codebook: of a week the middle is coded, of a month its middle, beginning or end.
    """
    assert day.start is not None
    if code == "2":
        return days.between(day.start - 3, day.start + 3)
    if code == "3":
        coded = date.fromordinal(day.start + EPOCH)
        return days.month(coded.year, coded.month)
    return day


def _ucdp(first: int, last: int, code: str) -> Day:
    """UCDP's date_prec; the two dates hold the interval, and where they do not, the code does."""
    if first != last or code not in ("2", "3", "4", "5"):
        return days.between(first, last)
    coded = date.fromordinal(first + EPOCH)
    if code == "5":
        return days.year(coded.year)
    if code == "4":
        return days.month(coded.year, coded.month)
    if code == "3":
        return days.between(first - 3, first + 3)
    # Two to six days, and no word which: about that day.
    return Day(f"{coded.isoformat()}~", first, last)


class Order(NamedTuple):
    """What a column tells of the order of day and month.

    Attributes
    ----------
    day, month, either : tuple of (int, str) or None
        Row and value of the first that has the day first, the month first, or could be both.
    """

    day: tuple[int, str] | None = None
    month: tuple[int, str] | None = None
    either: tuple[int, str] | None = None


SLASHED = r"^\s*\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}\b"


def order_of(column: pa.Array, numbers: npt.NDArray[np.int64], known: Order = Order()) -> Order:
    """Look for values that settle the order of day and month, or leave it open.

    Parameters
    ----------
    column : pyarrow.Array of string
        Dates as written.
    numbers : numpy.ndarray
        Their row numbers.
    known : Order
        What earlier rows told.
    """
    found = known._asdict()
    distinct = pc.unique(column)
    odd = pc.or_(
        pc.match_substring_regex(distinct, SLASHED),
        pc.invert(pc.string_is_ascii(distinct)),
    )
    for value in distinct.filter(pc.fill_null(odd, False)).to_pylist():
        told = days.order_of(value)
        if told and found[told] is None:
            place = pc.index(column, value).as_py()
            found[told] = (int(numbers[place]), value)
    return Order(**found)


def asks_calendar(values: Iterable[str]) -> str:
    """First value that cannot be read without its calendar, if half of the values are such."""
    filled = [value for value in values if value and re.search(r"\d", value)]
    asking = [value for value in filled if days.calendar_asked(value)]
    return asking[0] if asking and 2 * len(asking) >= len(filled) else ""
