"""Columns of dates with their precision, to EDTF and to first and last days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.ingest import days
from geo.ingest.cells import Mask, by_value, mask
from geo.model import DayError

WIDENING = {"acled": ("2", "3"), "ucdp": ("2", "3", "4", "5")}
"""Form -> codes of precision of what is not known to the day."""
ISO = r"^(1[7-9]|2[01])\d\d-\d\d-\d\d([ T]00:00:00(\.0*)?)?$"
"""Days that need no thought."""
Days = npt.NDArray[np.int64]
READ = pa.struct(
    {"text": pa.string(), "start": pa.int32(), "end": pa.int32(), "wrong": pa.string()}
)
"""What is read of one value."""


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
    late : pyarrow.Array of int32
        First day that the end may be, by the column of ends.
    unread : numpy.ndarray of bool
        Rows whose end is not read, and left out.
    """

    text: pa.Array
    start: pa.Array
    end: pa.Array
    wrong: pa.Array
    late: pa.Array
    unread: Mask


class _Read(NamedTuple):
    """One column of dates; `plain` where a value is one day, written in full or not."""

    text: pa.Array
    start: pa.Array
    end: pa.Array
    wrong: pa.Array
    plain: Mask


class Dates:
    """Reads dates, each distinct one of a batch once.

    Parameters
    ----------
    form : str
        Decides what the codes of precision mean: ``acled``, ``ucdp``, else none is heeded.
    day_first : bool or None
        See `geo.ingest.mapping.Mapping`.
    calendar, numbers : str
        See there.
    """

    def __init__(self, form: str, day_first: bool | None, calendar: str, numbers: str) -> None:
        self._form, self._calendar = form, calendar
        self._how = day_first, calendar, numbers

    def read(self, start: pa.Array, end: pa.Array | None, precision: pa.Array | None) -> Dated:
        """Read the dates of a batch; columns are trimmed text, null where blank."""
        unread = open_ = np.zeros(len(start), dtype=bool)
        nothing = pa.scalar(None, pa.int32())
        if end is not None:
            end, open_, unread = self._ends(start, end)
        first = self._column(start if end is None else pc.coalesce(start, end))
        # A last day that is not given is the first one.
        last = first if end is None else self._column(pc.coalesce(end, start))
        wrong = pc.coalesce(first.wrong, last.wrong)
        both = first.plain & last.plain
        lows, highs = _integers(first.start), _integers(last.end)
        reversed_ = both & (highs < lows)
        codes = pc.fill_null(precision, "") if precision is not None else None
        about = self._widen(lows, highs, both & ~reversed_, codes)
        text = pc.if_else(pa.array(both), _spans(lows, highs), first.text)
        text = pc.if_else(pa.array(about), pc.binary_join_element_wise(text, "~", ""), text)
        starts = pc.if_else(pa.array(both), pa.array(lows, pa.int32()), first.start)
        ends = pc.if_else(pa.array(both), pa.array(highs, pa.int32()), last.end)
        if end is not None:
            text, starts, ends, odd = _odd_ends(first, last, both, text, starts, ends)
            reversed_ |= odd
            # Of what only ends, the start is not known.
            until = pc.and_(pc.is_null(start), pc.is_valid(last.text))
            only = pc.binary_join_element_wise("../", last.text, "")
            text = pc.if_else(pc.and_(until, pa.array(both)), only, text)
            starts = pc.if_else(until, nothing, starts)
            going = pa.array(open_ & mask(pc.is_valid(first.start)))
            since = pc.binary_join_element_wise(
                pc.replace_substring_regex(first.text, "/.*", ""), "/..", ""
            )
            text, ends = pc.if_else(going, since, text), pc.if_else(going, nothing, ends)
        wrong = pc.if_else(pc.and_(pa.array(reversed_), pc.is_null(wrong)), "date-reversed", wrong)
        blank = pc.is_valid(wrong)
        return Dated(
            pc.if_else(blank, pa.scalar(None, pa.string()), text),
            pc.if_else(blank, nothing, starts),
            pc.if_else(blank, nothing, ends),
            wrong,
            last.start,
            unread,
        )

    def _ends(self, start: pa.Array, end: pa.Array) -> tuple[pa.Array, Mask, Mask]:
        """Column of ends without those that are open, or not read beside a start that is there."""
        begun = mask(pc.is_valid(start))
        going_on = by_value(end, lambda value: bool(days.OPEN_ENDS.fullmatch(value)), pa.bool_())
        open_ = mask(going_on) & begun
        end = pc.if_else(pa.array(open_), pa.scalar(None, pa.string()), end)
        unread = mask(pc.is_valid(self._column(end).wrong)) & begun
        return pc.if_else(pa.array(unread), pa.scalar(None, pa.string()), end), open_, unread

    def _column(self, column: pa.Array) -> _Read:
        """Read a column: days as ISO has them all at once, whatever else value by value."""
        if self._calendar == "solar-hijri":
            return self._values(column)
        iso = pc.match_substring_regex(column, ISO)
        try:
            days_ = pc.utf8_slice_codeunits(
                pc.if_else(iso, column, pa.scalar(None, pa.string())), 0, 10
            ).cast(pa.date32())
        except pa.ArrowInvalid:
            return self._values(column)
        text, number = days_.cast(pa.string()), days_.cast(pa.int32())
        plain = mask(iso)
        blank = pa.nulls(len(column), pa.string())
        if plain.sum() + column.null_count == len(column):
            return _Read(text, number, number, blank, plain)
        rest = self._values(pc.if_else(pc.fill_null(iso, False), blank, column))
        return _Read(
            pc.coalesce(text, rest.text),
            pc.coalesce(number, rest.start),
            pc.coalesce(number, rest.end),
            rest.wrong,
            plain | rest.plain,
        )

    def _values(self, column: pa.Array) -> _Read:
        text, start, end, wrong = by_value(column, self._value, READ).flatten()
        day = pc.and_(pc.equal(start, end), pc.equal(pc.utf8_length(text), len("2022-09-14")))
        return _Read(text, start, end, wrong, mask(day))

    def _value(self, value: str) -> tuple[str | None, int | None, int | None, str | None]:
        try:
            return (*days.read(value, *self._how), None)
        except DayError as error:
            return None, None, None, str(error)

    def _widen(self, lows: Days, highs: Days, plain: Mask, codes: pa.Array | None) -> Mask:
        """Widen days in place by the code of precision beside them; return which are about right.

        ACLED codes the middle of a week, and of a month its middle, beginning or end. UCDP's two
        dates hold the interval; only where they do not, its code does.
        """
        about = np.zeros(len(plain), dtype=bool)
        if codes is None or self._form not in WIDENING:
            return about
        ucdp = self._form == "ucdp"
        week, month = ("3", "4") if ucdp else ("2", "3")
        one = plain & (lows == highs)
        plain_codes = pc.replace_substring_regex(codes, r"\.0$", "")
        by_code = {c: one & mask(pc.equal(plain_codes, c)) for c in WIDENING[self._form]}
        lows[by_code[week]] -= 3
        highs[by_code[week]] += 3
        units = [("M", by_code[month])]
        if ucdp:
            units.append(("Y", by_code["5"]))
            # Two to six days, and no word which: about that day.
            about = by_code["2"]
        for unit, where in units:
            coded = lows[where].astype("datetime64[D]").astype(f"datetime64[{unit}]")
            lows[where] = coded.astype("datetime64[D]").astype(np.int64)
            highs[where] = (coded + 1).astype("datetime64[D]").astype(np.int64) - 1
        return about


def _integers(column: pa.Array) -> Days:
    return np.array(pc.fill_null(column, 0), dtype=np.int64)


def _spans(lows: Days, highs: Days) -> pa.Array:
    """EDTF of all days from one to another: a day, a month, a year, or an interval."""
    first, after = lows.astype("datetime64[D]"), (highs + 1).astype("datetime64[D]")
    text = pa.array(first).cast(pa.string())
    many = highs > lows
    if not many.any():
        return text
    last = pa.array(highs.astype("datetime64[D]")).cast(pa.string())
    text = pc.if_else(pa.array(many), pc.binary_join_element_wise(text, last, "/"), text)
    for unit, length in (("M", 7), ("Y", 4)):
        floor = first.astype(f"datetime64[{unit}]")
        whole = (floor.astype("datetime64[D]") == first) & (
            (floor + 1).astype("datetime64[D]") == after
        )
        text = pc.if_else(pa.array(whole), pc.utf8_slice_codeunits(text, 0, length), text)
    return text


def _odd_ends(
    first: _Read, last: _Read, both: Mask, text: pa.Array, starts: pa.Array, ends: pa.Array
) -> tuple[pa.Array, pa.Array, pa.Array, Mask]:
    """Put together dates of two columns that are not both single days: 2022-09 to 2022-11."""
    reversed_ = np.zeros(len(both), dtype=bool)
    odd = np.flatnonzero(~both & mask(pc.is_valid(first.text)) & mask(pc.is_valid(last.text)))
    if not len(odd):
        return text, starts, ends, reversed_
    texts, lows, highs = text.to_pylist(), starts.to_pylist(), ends.to_pylist()
    for row in odd:
        one, other = first.text[row].as_py(), last.text[row].as_py()
        low, high = first.start[row].as_py(), last.end[row].as_py()
        if low is not None and high is not None and high < low:
            reversed_[row] = True
        elif one != other:
            texts[row] = f"{one.partition('/')[0]}/{other.rpartition('/')[2]}"
            lows[row], highs[row] = low, high
    return (
        pa.array(texts, pa.string()),
        pa.array(lows, pa.int32()),
        pa.array(highs, pa.int32()),
        reversed_,
    )


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


def order_of(column: pa.Array, numbers: npt.NDArray[np.int64], known: Order) -> Order:
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


def asks_numbers(column: pa.Array) -> str:
    """First value that is a number as programs count days, if half of the values are such."""
    filled = column.drop_null().to_pylist()
    asking = [value for value in filled if days.counted(value)]
    return asking[0] if asking and 2 * len(asking) >= len(filled) else ""


def together(parts: Sequence[pa.Array]) -> pa.Array:
    """Year, month and day of columns of their own as one date; 0 and blank are not known."""
    text = pc.replace_substring_regex(parts[0], r"\.0+$", "")
    known = pc.is_valid(text)
    for part in parts[1:]:
        number = by_value(part, days.number_of_part, pa.string())
        known = pc.and_(known, pc.is_valid(number))
        text = pc.if_else(known, pc.binary_join_element_wise(text, number, "-"), text)
    return text


def asks_calendar(column: pa.Array) -> str:
    """First value that cannot be read without its calendar, if half of the values are such."""
    plain = mask(pc.match_substring_regex(column, ISO))
    rest = column.filter(pa.array(~plain)).to_pylist()
    filled = [value for value in rest if value and re.search(r"\d", value)]
    asking = [value for value in filled if days.calendar_asked(value)]
    return asking[0] if asking and 2 * len(asking) >= len(filled) + plain.sum() else ""
