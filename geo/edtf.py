"""EDTF (ISO 8601-2) text to an Interval of days, and to words that keep its precision.

The `edtf` package parses; only its strict bounds are used, because its fuzzy ones
stretch ``2022-09-16?`` into 2023 and an unknown start by ten years.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import edtf
from babel.dates import format_date

from geo.errors import EdtfError
from geo.model import Interval

REMEDY = "Write a date such as 2022, 2022-09, 2022-09-14, 2022-09~, 199X or 2022-09-14/2022-09-16."
OPEN = ("", "..")


@lru_cache(maxsize=65536)
def parse(text: str) -> Interval:
    """Read an EDTF date of level 0 or 1, or an interval of two.

    Parameters
    ----------
    text : str
        For example ``2022-09``, ``2002-07-16?``, ``199X-04-05``, ``../2022-10-19``.

    Returns
    -------
    Interval
        First and last possible day, without any widening for ``?`` and ``~``.

    Raises
    ------
    EdtfError
        If the text is not such a date, or the interval is reversed or has no end at all.
    """
    first, slash, last = text.partition("/")
    start: date | None
    end: date | None
    if not slash:
        start, end = _bounds(text, text)
    else:
        start = None if first in OPEN else _bounds(first, text)[0]
        end = None if last in OPEN else _bounds(last, text)[1]
        if start is None and end is None:
            raise EdtfError(f"“{text}” is open at both ends. Leave the date blank if not known.")
    if start and end and end < start:
        raise EdtfError(f"“{text}” ends before it starts. Exchange its two ends.")
    return Interval(
        start,
        end,
        uncertain=any(mark in text for mark in "?%"),
        approximate=any(mark in text for mark in "~%"),
        text=text,
    )


def _bounds(part: str, whole: str) -> tuple[date, date]:
    """First and last day of one end of an interval."""
    try:
        parsed = edtf.parse_edtf(part)
        low, high = parsed.lower_strict(), parsed.upper_strict()
        return date(*low[:3]), date(*high[:3])
    except (edtf.EDTFParseException, AttributeError, TypeError, ValueError, IndexError) as error:
        raise EdtfError(f"“{whole}” is not a date in EDTF. {REMEDY}") from error


def in_words(interval: Interval | None) -> str:
    """Say a date with its precision, so that no one takes a month for a day.

    Parameters
    ----------
    interval : Interval or None
        None stands for a date that no source gives.

    Returns
    -------
    str
        Such as “14 September 2022”, “September 2022, month known”,
        “on or before 19 October 2022, start not known”, “about July 2021”.
    """
    if interval is None:
        return "date not known"
    start, end = interval.start, interval.end
    if start is None and end is not None:
        words = f"on or before {_day(end)}, start not known"
    elif end is None and start is not None:
        words = f"{_day(start)} or later, end not known"
    elif start is None or end is None:
        return "date not known"
    else:
        words = _closed(start, end)
    if interval.approximate:
        words = f"about {words.removesuffix(', month known').removesuffix(', year known')}"
    return f"{words}, uncertain" if interval.uncertain else words


def _closed(start: date, end: date) -> str:
    if start == end:
        return _day(start)
    whole_months = start.day == 1 and (date.fromordinal(end.toordinal() + 1)).day == 1
    if whole_months and (start.year, start.month) == (end.year, end.month):
        return f"{format_date(start, 'MMMM y', locale='en_GB')}, month known"
    if whole_months and (start.month, end.month) == (1, 12):
        if start.year == end.year:
            return f"{start.year}, year known"
        if start.year % 10 == 0 and end.year == start.year + 9:
            return f"the {start.year}s, decade known"
        return f"between {start.year} and {end.year}"
    if whole_months:
        return (
            f"between {format_date(start, 'MMMM y', locale='en_GB')} "
            f"and {format_date(end, 'MMMM y', locale='en_GB')}"
        )
    return f"between {_day(start)} and {_day(end)}, day not known"


def _day(day: date) -> str:
    return format_date(day, "d MMMM y", locale="en_GB")
