"""EDTF (ISO 8601-2) text to an Interval of days, and to words that keep its precision.

The `edtf` package parses; only its strict bounds are used, because its fuzzy ones
stretch ``2022-09-16?`` into 2023 and an unknown start by ten years.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import edtf
from babel.dates import format_date

from geo.model import EdtfError, Interval

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
        words = _closed(interval, start, end)
    if interval.approximate:
        words = f"about {words.removesuffix(', month known').removesuffix(', year known')}"
    return f"{words}, uncertain" if interval.uncertain else words


def _closed(interval: Interval, start: date, end: date) -> str:
    if start == end:
        return _day(start)
    first, slash, last = (part.rstrip("?~%") for part in interval.text.partition("/"))
    if slash:
        return _between(_part(first, start), _part(last, end))
    if len(first) == 4 and first.isdigit():
        return f"{start.year}, year known"
    if first.endswith("X") and len(first) == 4:
        return f"the {start.year}s, decade known" if first[2] != "X" else f"{start.year}s, century"
    if re.fullmatch(r"\d{3}X-\d\d-\d\d", first):
        return f"{format_date(start, 'd MMMM', locale='en_GB')} of a year in the {start.year}s"
    if (start.year, start.month) == (end.year, end.month):
        return f"{format_date(start, 'MMMM y', locale='en_GB')}, month known"
    return _between(_day(start), _day(end))


def _between(first: str, last: str) -> str:
    """“within 17–19 October 2022”, “between July 2005 and 9 December 2010”."""
    a, b = first.split(), last.split()
    if len(a) == len(b) == 3 and a[1:] == b[1:]:
        return f"within {a[0]}–{last}"
    if a[-1] == b[-1] and len(a) > 1:
        first = " ".join(a[:-1])
    return f"between {first} and {last}"


def _part(text: str, day: date) -> str:
    """One end of an interval, as precisely as it is written."""
    if len(text) == 4:
        return str(day.year)
    return format_date(day, "MMMM y", locale="en_GB") if len(text) == 7 else _day(day)


def _day(day: date) -> str:
    return format_date(day, "d MMMM y", locale="en_GB")
