"""EDTF (ISO 8601-2) text to an Interval of days, and to words that keep its precision.

Levels 0 and 1 are read, and intervals of two such dates; of level 2 only a known month or day of
a year with unspecified digits (``199X-04-05``). Everything else is refused with the reason.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache
from typing import NamedTuple

from babel.dates import format_date

from geo.model import EdtfError, Interval

REMEDY = "Write a date such as 2022, 2022-09, 2022-09-14, 2022-09~, 199X or 2022-09-14/2022-09-16."
OPEN = ("", "..")
LONGEST = 100
"""Characters: no date that is read has as many."""

_DATE = re.compile(
    r"""
    (?P<year> \d{4} | \d{3}X | \d{2}XX | \dXXX )
    (?: - (?P<month> \d\d | XX )
      (?: - (?P<day> \d\d | XX )
        (?: T (?: [01]\d | 2[0-3] ) : [0-5]\d : [0-5]\d
          (?: Z | [+-]\d\d (?: : \d\d )? )? (?! [?~%] )
        )?
      )?
    )?
    (?P<qualifier> [?~%] )?
    """,
    re.ASCII | re.VERBOSE,
)
"""One date; a time of the day is left out, the day counts as written."""
_REFUSED = tuple(
    (re.compile(pattern, re.ASCII), reason)
    for pattern, reason in (
        (
            r"[\[{]",
            "is a set of dates, level 2 of EDTF. Write an interval such as 1960/1961-12, or a row "
            "for each date.",
        ),
        (
            r"Y?-?[\dX]+[ES]\d",
            "has an exponent or significant digits, level 2 of EDTF. Write the digits that are "
            "known, such as 195X or 19XX.",
        ),
        (
            r"Y?-\d{4}|Y-\d|0000|000X|00XX|0XXX",
            "lies before the year 1, where Marz counts no days. Leave the date blank.",
        ),
        (r"Y\d{5}", "lies after the year 9999, where Marz counts no days. Leave the date blank."),
        (r"Y\d", "has a Y before a year of at most four digits. Write the year alone: 2022."),
        (
            r"[\dX]{4}-(00|1[3-9]|20|4[2-9]|[5-9]\d)",
            "has no month from 01 to 12. Correct the month.",
        ),
        (
            r"[\dX]{4}-(2[5-9]|3\d|4[01])[?~%]?$",
            "is a quarter or a season of one hemisphere, level 2 of EDTF. Write its months, such "
            "as 2022-04/2022-06, or a season from 21 (spring) to 24 (winter).",
        ),
        (
            r"(?=.*[?~%X])[?~%]?[\dX]{4}[?~%]?(-[?~%]?[\dX]{2}[?~%]?){0,2}$",
            "doubts one part of a date, or leaves digits open before known ones, level 2 of EDTF. "
            "Put ?, ~ or % behind the whole date, as in 2004-06-11?, and X for its last digits, "
            "as in 199X, 2004-XX or 2004-06-XX.",
        ),
    )
)
"""How a text begins that is no date read here, and why it is not and what to do about it."""
SEASONS = {21: ("spring", 3), 22: ("summer", 6), 23: ("autumn", 9), 24: ("winter", 12)}
"""Code of a season -> its name and its first month, as the north has it; winter ends in the next
year."""

KNOWN = {
    ("month", 0): ", month known",
    ("year", 0): ", year known",
    ("year", 1): ", decade known",
}
"""What is known and how many digits of the year are not -> what follows the words that say it."""


class _Date(NamedTuple):
    """One date as written.

    Attributes
    ----------
    first, last : datetime.date
        Its first and last possible day.
    unit : str
        What is known of it: ``day``, ``month``, ``season`` or ``year``.
    year : str
        The year as written; with unspecified digits it is a span of years.
    """

    first: date
    last: date
    unit: str
    year: str


@lru_cache(maxsize=65536)
def parse(text: str) -> Interval:
    """Read an EDTF date of level 0 or 1, or an interval of two.

    Parameters
    ----------
    text : str
        For example ``2022-09``, ``2002-07-16?``, ``2001-24``, ``199X-04-05``, ``../2022-10-19``.

    Returns
    -------
    Interval
        First and last possible day, without any widening for ``?`` and ``~``.

    Raises
    ------
    EdtfError
        If the text is not such a date, or the interval is reversed or has no end at all.
    """
    if len(text) > LONGEST:
        raise EdtfError(f"“{text[:40]}…” is too long for a date in EDTF. {REMEDY}")
    first, slash, last = text.partition("/")
    if slash:
        start = None if first in OPEN else _date(first, text).first
        end = None if last in OPEN else _date(last, text).last
        if start is None and end is None:
            raise EdtfError(f"“{text}” is open at both ends. Leave the date blank if not known.")
    else:
        start, end = _date(text, text)[:2]
    if start and end and end < start:
        raise EdtfError(f"“{text}” ends before it starts. Exchange its two ends.")
    return Interval(
        start,
        end,
        uncertain=any(mark in text for mark in "?%"),
        approximate=any(mark in text for mark in "~%"),
        text=text,
    )


def _date(part: str, whole: str) -> _Date:
    """Read one date, alone or one end of an interval."""
    found = _DATE.fullmatch(part)
    if found is None or (found["month"] == "XX" and found["day"] not in (None, "XX")):
        raise EdtfError(f"“{whole}” {_reason(part)}")
    year, month, day = found["year"], found["month"] or "XX", found["day"] or "XX"
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if low < MINYEAR:
        raise EdtfError(f"“{whole}” {_reason(part)}")
    if month == "XX":
        return _Date(date(low, 1, 1), date(high, 12, 31), "year", year)
    number = int(month)
    if 1 <= number <= 12 and day == "XX":
        last_day = monthrange(high, number)[1]
        return _Date(date(low, number, 1), date(high, number, last_day), "month", year)
    if 1 <= number <= 12:
        has_it = [y for y in range(low, high + 1) if 1 <= int(day) <= monthrange(y, number)[1]]
        if not has_it:
            raise EdtfError(f"“{whole}” names a day that its month does not have. Correct the day.")
        first, last = (date(y, number, int(day)) for y in (has_it[0], has_it[-1]))
        return _Date(first, last, "day", year)
    if number in SEASONS and found["day"] is None and low == high:
        return _season(low, number, whole)
    raise EdtfError(f"“{whole}” {_reason(part)}")


def _season(year: int, code: int, whole: str) -> _Date:
    """The three months of a season."""
    month = SEASONS[code][1]
    ends = year + (month == 12), (month + 2) % 12
    if ends[0] > MAXYEAR:
        raise EdtfError(
            f"“{whole}” ends after the year 9999, where Marz counts no days. Leave the date blank."
        )
    last_day = monthrange(*ends)[1]
    return _Date(date(year, month, 1), date(*ends, last_day), "season", f"{year:04d}")


def _reason(part: str) -> str:
    """Why a text is no date that is read here, and what to write instead."""
    known = (reason for pattern, reason in _REFUSED if pattern.match(part))
    return next(known, f"is not a date in EDTF. {REMEDY}")


def in_words(interval: Interval | None) -> str:
    """Say a date with its precision, so that no one takes a month for a day.

    Parameters
    ----------
    interval : Interval or None
        None stands for a date that no source gives.

    Returns
    -------
    str
        Such as “14 September 2022”, “September 2022, month known”, “winter 2001–2002”,
        “on or before 19 October 2022, start not known”, “about July 2021”.
    """
    if interval is None:
        return "date not known"
    start, end = interval.start, interval.end
    if start is not None and end is not None:
        words = _closed(interval, start, end)
    elif end is not None:
        words = f"on or before {_day(end)}, start not known"
    elif start is not None:
        words = f"{_day(start)} or later, end not known"
    else:
        return "date not known"
    if interval.approximate:
        words = f"about {words}"
    return f"{words}, uncertain" if interval.uncertain else words


def _closed(interval: Interval, start: date, end: date) -> str:
    """Words of a date that has both ends."""
    first, slash, last = interval.text.partition("/")
    if not interval.text:
        return _day(start) if start == end else _between(_day(start), _day(end))
    one = _date(first, first)
    if not slash:
        known = KNOWN.get((one.unit, one.year.count("X")), "")
        return _part(one) + ("" if interval.approximate else known)
    other = _date(last, last)
    if one.unit != other.unit and other.first <= start:
        # “Between 14 September and September 2022” would say less than the days do.
        return _between(_day(start), _day(end))
    return _between(_part(one), _part(other))


def _between(first: str, last: str) -> str:
    """“within 17–19 October 2022”, “between July 2005 and 9 December 2010”."""
    if first == last:
        return f"within {first}"
    a, b = first.split(), last.split()
    if len(a) == len(b) == 3 and a[1:] == b[1:]:
        return f"within {a[0]}–{last}"
    if a[-1] == b[-1] and len(a) > 1:
        first = " ".join(a[:-1])
    return f"between {first} and {last}"


def _part(written: _Date) -> str:
    """One date as precisely as it is written."""
    first, last, unit, year = written
    if "X" in year:
        low, high = year.replace("X", "0"), year.replace("X", "9")
        years = f"the {int(low)}s" if year.count("X") == 1 else f"the years {int(low)} to {high}"
        form = {"day": "d MMMM", "month": "MMMM"}.get(unit)
        return f"{format_date(first, form, locale='en_GB')} of a year in {years}" if form else years
    if unit == "season":
        name = next(name for name, month in SEASONS.values() if month == first.month)
        return f"{name} {first.year}" + ("" if first.year == last.year else f"–{last.year}")
    if unit == "year":
        return str(first.year)
    return format_date(first, "MMMM y", locale="en_GB") if unit == "month" else _day(first)


def _day(day: date) -> str:
    return format_date(day, "d MMMM y", locale="en_GB")
